//go:build !embedded && unix

package drill_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// weather is what a platform does wrong.
type weather struct {
	platform platform

	mu    sync.Mutex
	dice  *rand.Rand
	done  map[string]int // faults by their name
	cuts  map[string]int // by chat: calls that took effect, but nobody learned of it
	sent  map[string][]time.Time
	lifts []func()
}

// What a private chat takes (platform-facts.md 33, 86).
const (
	inARow = 4
	within = 4 * time.Second
)

func newWeather(p platform, dice *rand.Rand) *weather {
	return &weather{platform: p, dice: dice, done: map[string]int{}, cuts: map[string]int{}, sent: map[string][]time.Time{}}
}

// begin lets some of all calls go wrong: refused for now, broken, cut off before and after they took effect.
// Looking for updates is left out, as it is tried for ever anyway.
func (w *weather) begin() {
	w.lifts = append(w.lifts, w.platform.inject(tooMany, time.Second, w.tooFast))
	for _, one := range []struct {
		name  string
		fault fault
	}{
		{"429, one call", tooMany},
		{"500", broken},
		{"502, no JSON", garbled},
		{"cut before it took place", cutBefore},
		{"cut after it took place", cutAfter},
		{"slow by a second", slow},
	} {
		w.lifts = append(w.lifts, w.platform.inject(one.fault, time.Second, func(c call) bool { return w.hits(one.name, one.fault, c, 1) }))
	}
}

// tooFast tells whether a private chat has got too much lately.
func (w *weather) tooFast(c call) bool {
	if !c.says {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	lately := slices.DeleteFunc(w.sent[c.chat], func(at time.Time) bool { return now.Sub(at) > within })
	if len(lately) >= inARow {
		w.done["429, one chat"]++
		return true
	}
	w.sent[c.chat] = append(lately, now)
	return false
}

// storm refuses everything for a while.
func (w *weather) storm(ctx context.Context, long time.Duration) {
	lift := w.platform.inject(tooMany, 2*time.Second, func(c call) bool { return w.hits("429, everything", tooMany, c, 100) })
	pause(ctx, long)
	lift()
}

// forget loses an acknowledgement now and then until ctx ends: what it was for comes again.
func (w *weather) forget(ctx context.Context) {
	for pause(ctx, 500*time.Millisecond) {
		w.platform.loseAck()
		w.count("acknowledgement lost")
	}
}

// end lets everything go right again.
func (w *weather) end() {
	for _, lift := range w.lifts {
		lift()
	}
}

// hits decides whether a call goes wrong, in so many of a hundred, and counts.
func (w *weather) hits(name string, f fault, c call, percent int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.looks || w.dice.IntN(100) >= percent {
		return false
	}
	w.done[name]++
	if f == cutAfter {
		w.cuts[c.chat]++
	}
	return true
}

func (w *weather) count(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done[name]++
}
