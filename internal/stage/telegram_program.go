package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"time"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot/script"
)

// TelegramProgram is stage 3 on Telegram: the built program serves the fake platform, by webhook or by
// long polling. A restart is a kill without warning.
type TelegramProgram struct {
	process
	Polling bool // updates are polled, so the platform delivers nothing twice that was stored
	// Door takes a server of the program away, or gives it back; nil = it cannot.
	Door func(what script.Part, gone bool) error

	messenger
	door bool // a server is away
}

var _ script.EffectBlind = (*TelegramProgram)(nil)

// Setup starts the platform, writes the scene and starts the program.
func (t *TelegramProgram) Setup(ctx context.Context, s script.Scene) error {
	t.begin(&s, false, t.now, t.proxy)
	if err := t.set(s, telegram.Name, t.folk.id); err != nil {
		return err
	}
	return t.start(ctx)
}

// proxy brings what the platform delivers to the program as it runs now.
func (t *TelegramProgram) proxy() http.Handler {
	target, err := url.Parse(t.url)
	if err != nil {
		panic(err) // we have made it
	}
	p := httputil.NewSingleHostReverseProxy(target)
	p.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	return p
}

// NewTelegramProgram is the program at a path, which [Build] made, with settings of its own. wipe empties its
// session store while it runs; nil = that is a file.
func NewTelegramProgram(path string, env []string, wipe func(context.Context) error) *TelegramProgram {
	return &TelegramProgram{process: process{Path: path, Env: env, Wipe: wipe}}
}

// start starts the program and waits until it answers.
func (t *TelegramProgram) start(ctx context.Context) error {
	addr, err := freeAddr(ctx)
	if err != nil {
		return err
	}
	env := []string{
		"LISTEN=" + addr, "TELEGRAM_TOKEN=" + t.server.Token(), "TELEGRAM_API_URL=" + t.server.URL(), "PUBLIC_URL=" + hookURL,
		"TELEGRAM_DESK_CHAT=" + strconv.FormatInt(t.folk.desk.ID(), 10), "TELEGRAM_RATE=0",
	}
	if !t.Polling {
		env = append(env, "TELEGRAM_WEBHOOK_SECRET="+hookSecret)
	}
	if _, err := t.launch("serve", env...); err != nil {
		return err
	}
	t.await()
	t.url = "http://" + addr
	for {
		if err := t.setClock(ctx); err == nil {
			return nil
		}
		select {
		case <-t.ended:
			return fmt.Errorf("start program: it ended\n%s", t.log)
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

// Close ends the program and the platform.
func (t *TelegramProgram) Close() error { return errors.Join(t.process.Close(), t.messenger.close()) }

// Say lets a person do something, and has the program do what follows from it.
func (t *TelegramProgram) Say(ctx context.Context, in script.Input) error {
	d, err := t.act(ctx, in, t.link)
	if err != nil {
		return err
	}
	if t.Polling {
		err = t.polled(ctx, d)
	} else {
		_, err = t.deliver(ctx, d)
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, t.log)
	}
	return t.due(ctx)
}

// polled waits until the program has stored what a person did.
func (t *TelegramProgram) polled(ctx context.Context, d *deed) error {
	for _, u := range d.updates {
		select {
		case <-u.Acked():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// due has the program do what is due, as far as it can.
func (t *TelegramProgram) due(ctx context.Context) error {
	if err := t.setClock(ctx); err != nil && !t.door {
		return err
	}
	return nil
}

// Apply does what a control cue asks for.
func (t *TelegramProgram) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Wait:
		for _, step := range steps(c.For) {
			t.pass(step)
			if err := t.due(ctx); err != nil {
				return err
			}
		}
		return nil
	case script.Restart:
		return errors.Join(t.kill(), t.start(ctx))
	case script.Flush:
		if t.Wipe != nil {
			return t.Wipe(ctx)
		}
		return errors.Join(t.kill(), t.wipe(), t.start(ctx))
	case script.Refuse:
		t.refuse(c)
		return nil
	case script.Away:
		if t.Door == nil || c.What == script.Files {
			return script.ErrCannot
		}
		t.door = true
		return t.Door(c.What, true)
	case script.Back:
		if t.door {
			t.door = false
			if err := errors.Join(t.Door(script.Database, false), t.Door(script.Sessions, false)); err != nil {
				return err
			}
		}
		return errors.Join(t.again(ctx), t.due(ctx))
	default:
		return script.ErrCannot
	}
}

// Heard returns what stands in the chats since the last call.
func (t *TelegramProgram) Heard(context.Context) ([]script.Heard, error) { return t.seen(), nil }
