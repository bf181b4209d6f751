package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// Served is stage 3 on chat platforms: the built program, its own process, serves the one on which customers
// write and the one with the desk's room. A restart is a kill without warning.
type Served struct {
	process
	// Door takes a server of the program away, or gives it back; nil = it cannot.
	Door func(what script.Part, gone bool) error
	// Missed numbers the inputs that are said while the program does not run, and that the platform hands over
	// never: it has to find out by itself.
	Missed []int

	customers, desk Platform
	door            bool // a server is away
}

var _ script.EffectBlind = (*Served)(nil)

// NewServed is the program at a path, which [Build] made. The platform of the customers and that of the desk
// may be the same.
func NewServed(path string, customers, desk Platform) *Served {
	return &Served{process: process{Path: path}, customers: customers, desk: desk}
}

// hosts are the platforms, each once.
func (s *Served) hosts() []Platform {
	if s.customers == s.desk {
		return []Platform{s.desk}
	}
	return []Platform{s.customers, s.desk}
}

// Setup starts the platforms, writes the scene and starts the program.
func (s *Served) Setup(ctx context.Context, scene script.Scene) error {
	var staff []bot.Account
	for _, p := range s.hosts() {
		theirs := scene
		if p != s.customers { // files are shown as they are called there
			theirs.On = p.name()
		}
		p.begin(theirs, s.now, s.proxy)
		if scene.On != p.name() {
			p.noWindows()
		}
		staff = append(staff, accounts(scene, p.name(), p.id)...)
	}
	if err := s.set(scene, s.customers.name(), s.customers.id, staff); err != nil {
		return err
	}
	return s.start(ctx)
}

// Close ends the program and the platforms.
func (s *Served) Close() error {
	err := s.process.Close()
	for _, p := range s.hosts() {
		err = errors.Join(err, p.close())
	}
	return err
}

// Say lets a person do something, and has the program do what follows from it.
func (s *Served) Say(ctx context.Context, in script.Input) error {
	start, err := startOf(ctx, in, s.link)
	if err != nil {
		return err
	}
	where := s.customers
	if in.Place.Room == script.Desk {
		where = s.desk
	}
	if slices.Contains(s.Missed, in.Number) {
		return s.miss(ctx, where, in, start)
	}
	if _, err := where.say(ctx, in, start); err != nil {
		return fmt.Errorf("%w\n%s", err, s.log)
	}
	return s.due(ctx)
}

// miss kills the program, lets a person say something, and starts the program again.
func (s *Served) miss(ctx context.Context, where Platform, in script.Input, start string) error {
	if err := s.kill(); err != nil {
		return err
	}
	if err := where.lose(in, start); err != nil {
		return err
	}
	if err := s.start(ctx); err != nil {
		return err
	}
	for !strings.Contains(s.log.String(), "while nothing was heard") {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for what was missed: %w\n%s", ctx.Err(), s.log)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return s.due(ctx)
}

// Heard returns what stands in the chats since the last call.
func (s *Served) Heard(context.Context) (out []script.Heard, err error) {
	for _, p := range s.hosts() {
		out = append(out, p.seen()...)
	}
	return out, nil
}

// Harm tells which of the bot's messages ping somebody, or lead elsewhere than they say.
func (s *Served) Harm() (list []string) {
	for _, p := range s.hosts() {
		list = append(list, p.harm()...)
	}
	return list
}

// proxy brings what a platform delivers to the program as it runs now.
func (s *Served) proxy() http.Handler {
	target, err := url.Parse(s.url)
	if err != nil {
		panic(err) // we have made it
	}
	p := httputil.NewSingleHostReverseProxy(target)
	p.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	return p
}

// start starts the program and waits until it answers.
func (s *Served) start(ctx context.Context) error {
	addr, err := freeAddr(ctx)
	if err != nil {
		return err
	}
	env := []string{"LISTEN=" + addr, "PUBLIC_URL=" + hookURL}
	for _, p := range s.hosts() {
		env = append(env, p.settings(p == s.desk)...)
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
func (s *Served) due(ctx context.Context) error {
	if err := s.setClock(ctx); err != nil && !s.door {
		return err
	}
	return nil
}

// Apply does what a control cue asks for.
func (s *Served) Apply(ctx context.Context, c script.Control) error {
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
		for _, p := range s.hosts() {
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
func (s *Served) back(ctx context.Context) error {
	if s.door {
		s.door = false
		if err := errors.Join(s.Door(script.Database, false), s.Door(script.Sessions, false)); err != nil {
			return err
		}
	}
	var errs []error
	for _, p := range s.hosts() {
		errs = append(errs, p.again(ctx))
	}
	return errors.Join(append(errs, s.due(ctx))...)
}
