//go:build !embedded && unix

package drill_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot/safety"
)

// onlooker is one of many who write at the same moment: two messages, each wants its answer.
type onlooker struct {
	phone
	ordered bool // the platform delivers in order, so the answers are in their order
}

func newOnlooker(p platform, n int) *onlooker {
	return &onlooker{p.person("Onlooker "+strconv.Itoa(n), "en"), p.ordered()}
}

func (o *onlooker) write() {
	o.command("help")
	o.command("claims")
}

// answered tells whether both answers stand there.
func (o *onlooker) answered() bool {
	list := said(o.shows())
	help := slices.IndexFunc(list, func(m shown) bool { return strings.HasPrefix(m.text, "Help\n") })
	if help < 0 {
		return false
	}
	if o.ordered {
		list = list[help:]
	}
	return slices.ContainsFunc(list, func(m shown) bool { return strings.HasPrefix(m.text, "You have no claims yet.") })
}

// victim is somebody who is in danger: S-STOP must come, whatever is away.
type victim struct {
	phone
	n     int
	wrote time.Time
	told  time.Time // zero = not yet
}

func newVictim(p platform, n int) *victim {
	return &victim{phone: p.person("Victim "+strconv.Itoa(n), "en"), n: n}
}

// live writes after a time, and looks for the answer.
func (v *victim) live(ctx context.Context, after time.Duration) {
	if !pause(ctx, after) {
		return
	}
	v.wrote = time.Now()
	v.say("There is smoke from the cabinet, what shall I do? " + v.at())
	if err := v.wait(ctx, stopped); err == nil {
		v.told = time.Now()
	}
}

// at tells victims apart: their names may not be known when something goes wrong.
func (v *victim) at() string { return fmt.Sprintf("It is line %d.", v.n) }

// stopped tells whether the bot has said S-STOP.
func stopped(list []shown) bool {
	return slices.ContainsFunc(list, func(m shown) bool { return m.bot && m.text == safety.Sentence(safety.Stop, "en") })
}

func (v *victim) warned() bool { return stopped(v.shows()) }
