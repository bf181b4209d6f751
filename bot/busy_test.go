package bot_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/optoste/supportbot/bot"
)

// bubble runs a test on plain maps, where time passes only when all wait. It fails when a
// goroutine is left behind.
func bubble(t *testing.T, run func(t *testing.T, l *lab)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		run(t, labOn(t, c, newMemoryStore(), newMemorySessions(c.now)))
	})
}

// pass lets time pass, in the bubble.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

// hold takes the lease of mei's conversation, as another replica does.
func hold(t *testing.T, l *lab) bot.Session {
	t.Helper()
	s, err := l.memory.Sessions.Open(t.Context(), l.event("mei", nil).Key(), "elsewhere", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBusyConversationWaits works a message when the other replica has given the lease back. It
// asks again at growing pauses.
func TestBusyConversationWaits(t *testing.T) {
	bubble(t, func(t *testing.T, l *lab) {
		t.Helper()
		s := hold(t, l)
		began := time.Now()
		go func() {
			pass(t, 3*time.Second)
			_ = l.memory.Release(context.WithoutCancel(t.Context()), s, bot.Finish{Forgive: true})
		}()
		l.say("mei", "/order")
		l.hears("mei: name?")
		if took := time.Since(began); took < 3*time.Second || took > 4*time.Second {
			t.Errorf("waited %s", took)
		}
		if n := l.memory.count("Open"); n < 5 || n > 20 {
			t.Errorf("asked %d times", n)
		}
	})
}

// TestBusyForTooLong gives up, so that the platform delivers again.
func TestBusyForTooLong(t *testing.T) {
	bubble(t, func(t *testing.T, l *lab) {
		t.Helper()
		hold(t, l)
		began := time.Now()
		if err := l.failure(l.event("mei", bot.Said{Text: "/order"})); !errors.Is(err, bot.ErrBusy) {
			t.Errorf("error %v, want %v", err, bot.ErrBusy)
		}
		if took := time.Since(began).Round(time.Second); took != bot.BusyPatient {
			t.Errorf("gave up after %s", took)
		}
		l.say("bob", "/order")
	})
}

// TestBusyUntilDeadline gives up at the channel's own deadline.
func TestBusyUntilDeadline(t *testing.T) {
	bubble(t, func(t *testing.T, l *lab) {
		t.Helper()
		hold(t, l)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if _, err := l.engine.Handle(ctx, l.event("mei", bot.Said{Text: "/order"})); err == nil {
			t.Error("acknowledged")
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("gave up after %s", took)
		}
	})
}

// TestRun works what is due until its context ends, and leaves no goroutine behind.
func TestRun(t *testing.T) {
	bubble(t, func(t *testing.T, l *lab) {
		t.Helper()
		l.say("mei", "/order", "remind")
		l.chat.take()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- l.engine.Run(ctx) }()
		pass(t, 5*time.Second)
		l.hears()
		l.clock.wait(time.Minute)
		pass(t, 5*time.Second)
		l.hears("mei: tick 1 / name?")
		l.memory.fails() // it goes on when the stores come back
		pass(t, 5*time.Second)
		l.memory.works()
		l.say("mei", "remind")
		l.clock.wait(time.Minute)
		l.engine.Poke()
		synctest.Wait()
		l.hears("mei: tick 2 / name?")
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestNoGoroutineIsLeft fails turns in every way; the bubble tells what they leave behind.
func TestNoGoroutineIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T, l *lab) {
		t.Helper()
		l.say("mei", "/order", "belt", "back")
		for _, call := range []string{"Open", "Save", "PutSnapshots", "Release"} {
			l.store.fails(call)
			l.memory.fails(call)
			_, _ = l.engine.Handle(t.Context(), l.event("mei", bot.Said{Text: "panic"}))
			_, _ = l.engine.Handle(t.Context(), l.event("mei", bot.Said{Text: "drum"}))
			l.clock.wait(bot.LeaseTime)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, _ = l.engine.Handle(ctx, l.event("mei", bot.Said{Text: "drum"}))
		}
	})
}
