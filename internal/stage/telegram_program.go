package stage

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot/script"
)

// TelegramProgram is stage 3 on Telegram: the built program serves the fake platform, by webhook or by
// long polling. A restart is a kill without warning.
type TelegramProgram struct {
	serving
	Polling bool // updates are polled, so the platform delivers nothing twice that was stored

	messenger
}

var _ script.EffectBlind = (*TelegramProgram)(nil)

// Setup starts the platform, writes the scene and starts the program.
func (t *TelegramProgram) Setup(ctx context.Context, s script.Scene) error {
	t.begin(&s, false, t.now, t.proxy)
	t.serves = []served{t}
	if err := t.set(s, telegram.Name, t.folk.id); err != nil {
		return err
	}
	return t.start(ctx)
}

// NewTelegramProgram is the program at a path, which [Build] made, with settings of its own. wipe empties its
// session store while it runs; nil = that is a file.
func NewTelegramProgram(path string, env []string, wipe func(context.Context) error) *TelegramProgram {
	return &TelegramProgram{serving: serving{process: process{Path: path, Env: env, Wipe: wipe}}}
}

func (t *TelegramProgram) settings() []string {
	return append(t.messenger.settings(t.Polling), "TELEGRAM_DESK_CHAT="+strconv.FormatInt(t.folk.desk.ID(), 10))
}

// settings are those of a program that serves the platform.
func (m *messenger) settings(polling bool) []string {
	env := []string{"TELEGRAM_TOKEN=" + m.server.Token(), "TELEGRAM_API_URL=" + m.server.URL(), "TELEGRAM_RATE=0"}
	if !polling {
		env = append(env, "TELEGRAM_WEBHOOK_SECRET="+hookSecret)
	}
	return env
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

// Heard returns what stands in the chats since the last call.
func (t *TelegramProgram) Heard(context.Context) ([]script.Heard, error) { return t.seen(), nil }
