//go:build !embedded && unix

package drill_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot/safety"
)

// onlooker is one of many who write at the same moment: two messages, each wants its answer.
type onlooker struct {
	who     *fake.Person
	updates []*fake.Update
}

func newOnlooker(p *fake.Server, n int) *onlooker {
	return &onlooker{who: p.NewPerson(fake.Profile{First: "Onlooker " + strconv.Itoa(n), Lang: "en"})}
}

func (o *onlooker) write() {
	o.updates = append(o.updates, o.who.Chat().Say(o.who, "/help"), o.who.Chat().Say(o.who, "/claims"))
}

// answered tells whether both answers stand there, in their order.
func (o *onlooker) answered() bool {
	help := false
	for _, m := range o.who.Chat().Said() {
		if strings.HasPrefix(m.Text, "Help\n") {
			help = true
		}
		if help && strings.HasPrefix(m.Text, "You have no claims yet.") {
			return true
		}
	}
	return false
}

// victim is somebody who is in danger: S-STOP must come, whatever is away.
type victim struct {
	who   *fake.Person
	wrote time.Time
	told  time.Time // zero = not yet
}

func newVictim(p *fake.Server, n int) *victim {
	return &victim{who: p.NewPerson(fake.Profile{First: "Victim " + strconv.Itoa(n), Lang: "en"})}
}

// live writes after a time, and looks for the answer.
func (v *victim) live(ctx context.Context, after time.Duration) {
	if !pause(ctx, after) {
		return
	}
	v.wrote = time.Now()
	v.who.Chat().Say(v.who, "There is smoke from the cabinet, what shall I do?")
	if _, err := v.who.Chat().WaitFor(ctx, stopped); err == nil {
		v.told = time.Now()
	}
}

// stopped tells whether the bot has said S-STOP.
func stopped(list []fake.Shown) bool {
	return slices.ContainsFunc(list, func(m fake.Shown) bool { return m.Bot && m.Text == safety.Sentence(safety.Stop, "en") })
}

func (v *victim) warned() bool { return stopped(v.who.Chat().Said()) }
