package stage

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// Hosted is stage 2 on a chat platform: the engine behind its adapter, which talks to the fake.
type Hosted struct {
	Engine

	host Platform
	end  func() // ends the adapter that runs
}

var _ script.Stage = (*Hosted)(nil)

// NewHosted is the stage on a platform.
func NewHosted(p Platform) *Hosted { return &Hosted{host: p, end: func() {}} }

// Setup starts the platform, and the engine with the adapter.
func (t *Hosted) Setup(ctx context.Context, s script.Scene) error {
	t.host.begin(s, t.now, func() http.Handler { return t.handler })
	if s.On != t.host.name() {
		t.host.noWindows()
	}
	s.On = t.host.name()
	t.room, t.ident = t.host.room(), t.host.id
	t.adapter = func(*recorder) bot.Adapter { return t.plug() }
	return t.Engine.Setup(ctx, s)
}

// plug makes the adapter for a start of the engine, in place of the one before.
func (t *Hosted) plug() bot.Adapter {
	t.end()
	a := t.host.adapter(t.media, t.Log)
	ctx, stop := context.WithCancel(context.Background()) // it runs until the next start
	var runs sync.WaitGroup
	runs.Go(func() {
		if err := a.Run(ctx, nil); err != nil {
			t.Log.ErrorContext(ctx, "adapter ended", "err", err)
		}
	})
	t.end = func() {
		stop()
		runs.Wait()
	}
	return a
}

// Close ends everything. What the adapter did that the real platform lets pass in silence is an error.
func (t *Hosted) Close() error {
	t.end()
	return errors.Join(t.host.close(), t.Engine.Close())
}

// Say lets a person do something, and delivers what the platform makes of it. What is not acknowledged
// waits; it comes again with the next input of its chat, after [script.Back], or when the transcript says so.
func (t *Hosted) Say(ctx context.Context, in script.Input) error {
	if err := t.linkOn(ctx, t.host.name(), in.From); err != nil {
		return err
	}
	start, err := startOf(ctx, in, t.payload)
	if err != nil {
		return err
	}
	taken, err := t.host.say(ctx, in, start)
	if err != nil {
		return err
	}
	if !taken && t.crashed {
		t.crashed = false
		return t.start(ctx)
	}
	return t.work(ctx)
}

// Apply is the engine's, but that the platform itself refuses, and delivers again.
func (t *Hosted) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Refuse:
		t.host.refuse(c)
		return nil
	case script.Away:
		if c.What == script.Files {
			t.host.noFiles()
			return nil
		}
		return t.Engine.Apply(ctx, c)
	case script.Back:
		if err := t.Engine.Apply(ctx, c); err != nil {
			return err
		}
		if err := t.host.again(ctx); err != nil {
			return err
		}
		return t.work(ctx)
	default:
		return t.Engine.Apply(ctx, c)
	}
}

// Heard returns what was done, and what stands in the chats since the last call.
func (t *Hosted) Heard(ctx context.Context) ([]script.Heard, error) {
	out, err := t.Engine.Heard(ctx)
	return append(out, t.host.seen()...), err
}

// Threads returns how many messages the bot has said in threads, or topics, of the desk's room, and how many
// beside them.
func (t *Hosted) Threads() (within, beside int) { return t.host.threads() }
