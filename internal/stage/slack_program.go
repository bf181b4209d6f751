package stage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/bot/script"
)

// SlackProgram is stage 3 on Slack: the built program serves the fake platform, by HTTP or by Socket Mode.
// A restart is a kill without warning.
type SlackProgram struct {
	serving
	Socket bool // Socket Mode: presses come once, and everything as soon as it happens
	// Missed numbers the inputs that are said while the program does not run, and that the platform hands over
	// never: it has to find out by itself.
	Missed []int

	workspace
}

var _ script.EffectBlind = (*SlackProgram)(nil)

// NewSlackProgram is the program at a path, which [Build] made, with settings of its own. wipe empties its
// session store while it runs; nil = that is a file.
func NewSlackProgram(path string, env []string, wipe func(context.Context) error) *SlackProgram {
	return &SlackProgram{serving: serving{process: process{Path: path, Env: env, Wipe: wipe}}}
}

// Setup starts the platform, writes the scene and starts the program.
func (t *SlackProgram) Setup(ctx context.Context, s script.Scene) error {
	t.begin(&s, t.now, t.proxy)
	t.serves = []served{t}
	if !t.Socket {
		t.connect()
	}
	if err := t.set(s, slack.Name, t.crew.id); err != nil {
		return err
	}
	return t.start(ctx)
}

func (t *SlackProgram) settings() []string { return t.workspace.settings(t.Socket) }

// settings are those of a program that serves the platform.
func (w *workspace) settings(socket bool) []string {
	env := []string{"SLACK_BOT_TOKEN=" + w.server.Token(), "SLACK_API_URL=" + w.server.API(), "SLACK_DESK_CHANNEL=" + w.crew.desk.ID()}
	if socket {
		return append(env, "SLACK_APP_TOKEN="+w.server.AppToken())
	}
	return append(env, "SLACK_SIGNING_SECRET="+w.server.SigningSecret())
}

// Close ends the program and the platform.
func (t *SlackProgram) Close() error { return errors.Join(t.process.Close(), t.workspace.close()) }

// Say lets a person do something, and has the program do what follows from it.
func (t *SlackProgram) Say(ctx context.Context, in script.Input) error {
	if slices.Contains(t.Missed, in.Number) {
		return t.miss(ctx, in)
	}
	a, err := t.act(ctx, in, t.link)
	if err != nil {
		return err
	}
	if t.Socket {
		err = a.taken(ctx)
	} else {
		_, err = t.deliver(ctx, a)
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, t.log)
	}
	return t.due(ctx)
}

// miss kills the program, lets a person say something, and starts the program again.
func (t *SlackProgram) miss(ctx context.Context, in script.Input) error {
	if err := t.kill(); err != nil {
		return err
	}
	t.server.Lose(1)
	a, err := t.act(ctx, in, t.link)
	if err != nil {
		return err
	}
	a.events = nil
	if err := t.start(ctx); err != nil {
		return err
	}
	for !strings.Contains(t.log.String(), "while nothing was heard") {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for what was missed: %w\n%s", ctx.Err(), t.log)
		case <-time.After(10 * time.Millisecond):
		}
	}
	return t.due(ctx)
}

// taken waits until the program has acknowledged what a person did.
func (a *act) taken(ctx context.Context) error {
	for _, e := range a.events {
		select {
		case <-e.Acked():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Heard returns what stands in the chats since the last call.
func (t *SlackProgram) Heard(context.Context) ([]script.Heard, error) { return t.seen(), nil }
