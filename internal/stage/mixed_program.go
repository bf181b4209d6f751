package stage

import (
	"context"
	"errors"
	"fmt"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot/script"
)

// MixedProgram is stage 3 with customers on Telegram and the desk on Slack, both served by one program.
type MixedProgram struct {
	serving

	messenger messenger
	workspace workspace
}

var _ script.EffectBlind = (*MixedProgram)(nil)

// NewMixedProgram is the program at a path, which [Build] made.
func NewMixedProgram(path string) *MixedProgram {
	return &MixedProgram{serving: serving{process: process{Path: path}}}
}

// platform is one of several, with the settings of the program that serves it.
type platform struct {
	moved
	env []string
}

func (p platform) settings() []string { return p.env }

// Setup starts the platforms, writes the scene and starts the program.
func (m *MixedProgram) Setup(ctx context.Context, s script.Scene) error {
	theirs := s
	m.messenger.begin(&s, false, m.now, m.proxy)
	m.workspace.begin(&theirs, m.now, m.proxy)
	m.workspace.connect()
	m.serves = []served{
		platform{&m.messenger, m.messenger.settings(false)}, platform{&m.workspace, m.workspace.settings(false)},
	}
	if err := m.set(s, telegram.Name, m.messenger.folk.id); err != nil {
		return err
	}
	return m.start(ctx)
}

// Close ends the program and the platforms.
func (m *MixedProgram) Close() error {
	return errors.Join(m.process.Close(), m.messenger.close(), m.workspace.close())
}

// Say lets a person do something, and has the program do what follows from it.
func (m *MixedProgram) Say(ctx context.Context, in script.Input) error {
	if err := m.say(ctx, in); err != nil {
		return fmt.Errorf("%w\n%s", err, m.log)
	}
	return m.due(ctx)
}

func (m *MixedProgram) say(ctx context.Context, in script.Input) error {
	if in.Place.Room == script.Desk {
		a, err := m.workspace.act(ctx, in, m.link)
		if err == nil {
			_, err = m.workspace.deliver(ctx, a)
		}
		return err
	}
	d, err := m.messenger.act(ctx, in, m.link)
	if err == nil {
		_, err = m.messenger.deliver(ctx, d)
	}
	return err
}

// Heard returns what stands in the chats since the last call.
func (m *MixedProgram) Heard(context.Context) ([]script.Heard, error) {
	return append(m.messenger.seen(), m.workspace.seen()...), nil
}
