package stage

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// Slack is stage 2 on Slack: the engine behind the adapter, which talks to a strict fake of the Web API.
// The persons of a transcript are members of the workspace, the desk's room is a private channel. A
// transcript of another channel is played as if it were one of Slack.
type Slack struct {
	Engine

	workspace
	stop context.CancelFunc
	runs sync.WaitGroup
}

var _ script.Stage = (*Slack)(nil)

// Setup starts the platform, and the engine with the adapter.
func (t *Slack) Setup(ctx context.Context, s script.Scene) error {
	t.begin(&s, t.now, func() http.Handler { return t.handler })
	t.connect()
	t.room, t.ident = t.crew.desk.ID(), t.crew.id
	t.adapter = func(*recorder) bot.Adapter { return t.plug() }
	return t.Engine.Setup(ctx, s)
}

// plug makes the adapter for a start of the engine, in place of the one before.
func (t *Slack) plug() bot.Adapter {
	t.unplug()
	a := slack.New(slack.Config{
		Token: t.server.Token(), APIURL: t.server.API(), SigningSecret: t.server.SigningSecret(), PublicURL: hookURL, Desk: t.room,
		Media: t.media, Log: t.Log, Now: t.now,
	})
	ctx, stop := context.WithCancel(context.Background()) // it runs until the next start
	t.stop = stop
	t.runs.Go(func() {
		if err := a.Run(ctx, nil); err != nil {
			t.Log.ErrorContext(ctx, "adapter ended", "err", err)
		}
	})
	return a
}

// unplug ends the adapter that runs.
func (t *Slack) unplug() {
	if t.stop != nil {
		t.stop()
		t.runs.Wait()
	}
}

// Close ends everything. What the adapter did that the real platform lets pass in silence is an error.
func (t *Slack) Close() error {
	t.unplug()
	return errors.Join(t.workspace.close(), t.Engine.Close())
}

// Say lets a person do something, and delivers what the platform makes of it. What is not acknowledged
// waits; it comes again with the next input of its chat, after [script.Back], or when the transcript says so.
func (t *Slack) Say(ctx context.Context, in script.Input) error {
	if err := t.linkOn(ctx, slack.Name, in.From); err != nil {
		return err
	}
	d, err := t.act(ctx, in, t.payload)
	if err != nil {
		return err
	}
	taken, err := t.deliver(ctx, d)
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
func (t *Slack) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Refuse:
		t.refuse(c)
		return nil
	case script.Away:
		if c.What == script.Files {
			t.noFiles()
			return nil
		}
		return t.Engine.Apply(ctx, c)
	case script.Back:
		if err := t.Engine.Apply(ctx, c); err != nil {
			return err
		}
		if err := t.again(ctx); err != nil {
			return err
		}
		return t.work(ctx)
	default:
		return t.Engine.Apply(ctx, c)
	}
}

// Heard returns what was done, and what stands in the chats since the last call.
func (t *Slack) Heard(ctx context.Context) ([]script.Heard, error) {
	out, err := t.Engine.Heard(ctx)
	return append(out, t.seen()...), err
}
