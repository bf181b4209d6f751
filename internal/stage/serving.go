package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/optoste/supportbot/bot/script"
)

// serving is the built program as it serves fake platforms.
type serving struct {
	process
	// Door takes a server of the program away, or gives it back; nil = it cannot.
	Door func(what script.Part, gone bool) error

	serves []served
	door   bool // a server is away
}

// served is a platform that a program serves.
type served interface {
	moved
	settings() []string // of the program
}

// moved is a platform that a transcript moves.
type moved interface {
	refuse(r script.Refuse)
	again(ctx context.Context) error
}

// proxy brings what a platform delivers to the program as it runs now.
func (s *serving) proxy() http.Handler {
	target, err := url.Parse(s.url)
	if err != nil {
		panic(err) // we have made it
	}
	p := httputil.NewSingleHostReverseProxy(target)
	p.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	return p
}

// start starts the program and waits until it answers.
func (s *serving) start(ctx context.Context) error {
	addr, err := freeAddr(ctx)
	if err != nil {
		return err
	}
	env := []string{"LISTEN=" + addr, "PUBLIC_URL=" + hookURL}
	for _, p := range s.serves {
		env = append(env, p.settings()...)
	}
	if _, err := s.launch("serve", env...); err != nil {
		return err
	}
	s.await()
	s.url = "http://" + addr
	for {
		if err := s.setClock(ctx); err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("start program: it ended\n%s", s.log)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func freeAddr(ctx context.Context) (string, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// due has the program do what is due, as far as it can.
func (s *serving) due(ctx context.Context) error {
	if err := s.setClock(ctx); err != nil && !s.door {
		return err
	}
	return nil
}

// Apply does what a control cue asks for.
func (s *serving) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Wait:
		for _, step := range steps(c.For) {
			s.pass(step)
			if err := s.due(ctx); err != nil {
				return err
			}
		}
		return nil
	case script.Restart:
		return errors.Join(s.kill(), s.start(ctx))
	case script.Flush:
		if s.Wipe != nil {
			return s.Wipe(ctx)
		}
		return errors.Join(s.kill(), s.wipe(), s.start(ctx))
	case script.Refuse:
		for _, p := range s.serves {
			p.refuse(c)
		}
		return nil
	case script.Away:
		if s.Door == nil || c.What == script.Files {
			return script.ErrCannot
		}
		s.door = true
		return s.Door(c.What, true)
	case script.Back:
		return s.back(ctx)
	default:
		return script.ErrCannot
	}
}

// back ends what is away or refused; the platforms deliver what the program has not taken.
func (s *serving) back(ctx context.Context) error {
	if s.door {
		s.door = false
		if err := errors.Join(s.Door(script.Database, false), s.Door(script.Sessions, false)); err != nil {
			return err
		}
	}
	var errs []error
	for _, p := range s.serves {
		errs = append(errs, p.again(ctx))
	}
	return errors.Join(append(errs, s.due(ctx))...)
}
