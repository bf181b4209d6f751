//go:build !embedded && unix

package drill_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// weather is what the platform does wrong.
type weather struct {
	platform *fake.Server

	mu    sync.Mutex
	dice  *rand.Rand
	done  map[string]int // faults by their name
	cuts  map[int64]int  // by chat: calls that took effect, but nobody learned of it
	sent  map[int64][]time.Time
	lifts []func()
}

// What a private chat takes (platform-facts.md 33).
const (
	inARow = 4
	within = 4 * time.Second
)

func newWeather(p *fake.Server, dice *rand.Rand) *weather {
	return &weather{platform: p, dice: dice, done: map[string]int{}, cuts: map[int64]int{}, sent: map[int64][]time.Time{}}
}

// begin lets some of all calls go wrong: refused for now, broken, cut off before and after they took effect.
// Looking for updates is left out, as it is tried for ever anyway.
func (w *weather) begin() {
	w.lifts = append(w.lifts, w.platform.Inject(fake.Fault{Refuse: fake.TooMany(time.Second), When: w.tooFast}))
	bad := fake.BadGateway()
	for _, one := range []struct {
		name  string
		fault fake.Fault
	}{
		{"429, one call", fake.Fault{Refuse: fake.TooMany(time.Second)}},
		{"500", fake.Fault{Refuse: fake.ServerError()}},
		{"502, no JSON", fake.Fault{Status: bad.Status, Body: bad.Body}},
		{"cut before it took place", fake.Fault{Cut: fake.Before}},
		{"cut after it took place", fake.Fault{Cut: fake.After}},
		{"slow by a second", fake.Fault{Wait: time.Second}},
	} {
		f := one.fault
		f.When = func(c fake.Call) bool { return w.hits(one.name, one.fault, c, 1) }
		w.lifts = append(w.lifts, w.platform.Inject(f))
	}
}

// tooFast tells whether a private chat has got too much lately.
func (w *weather) tooFast(c fake.Call) bool {
	if c.Chat <= 0 || !strings.HasPrefix(c.Method, "sendM") && !strings.HasPrefix(c.Method, "edit") {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	lately := slices.DeleteFunc(w.sent[c.Chat], func(at time.Time) bool { return now.Sub(at) > within })
	if len(lately) >= inARow {
		w.done["429, one chat"]++
		return true
	}
	w.sent[c.Chat] = append(lately, now)
	return false
}

// storm refuses everything for a while.
func (w *weather) storm(ctx context.Context, long time.Duration) {
	f := fake.Fault{Refuse: fake.TooMany(2 * time.Second)}
	f.When = func(c fake.Call) bool { return w.hits("429, everything", f, c, 100) }
	lift := w.platform.Inject(f)
	pause(ctx, long)
	lift()
}

// forget loses an acknowledgement of the webhook now and then until ctx ends: that update comes again.
func (w *weather) forget(ctx context.Context) {
	for pause(ctx, 500*time.Millisecond) {
		w.platform.LoseAcks(1)
		w.mu.Lock()
		w.done["acknowledgement lost"]++
		w.mu.Unlock()
	}
}

// end lets everything go right again.
func (w *weather) end() {
	for _, lift := range w.lifts {
		lift()
	}
}

// hits decides whether a call goes wrong, in so many of a hundred, and counts.
func (w *weather) hits(name string, f fake.Fault, c fake.Call, percent int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Method == "getUpdates" || c.Method == "setWebhook" || w.dice.IntN(100) >= percent {
		return false
	}
	w.done[name]++
	if f.Cut == fake.After {
		w.cuts[c.Chat]++
	}
	return true
}
