package bot_test

import (
	"context"
	"errors"
	"testing"

	"github.com/optoste/supportbot/bot"
)

// TestP2RefusedReplyIsQueued acknowledges a turn whose reply the platform did not take: it waits.
func TestP2RefusedReplyIsQueued(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(func(bot.Outgoing) error { return errors.New("502") })
	l.say("mei", "/order")
	l.hears()
	l.chat.refuses(nil)
	l.work()
	l.hears() // it rests for a moment
	l.clock.wait(bot.LeaseTime)
	l.work()
	l.hears("mei: name?")
	l.work()
	l.hears()
}

// TestP2NeitherSentNorQueued does not acknowledge a reply that the platform and the database both
// refused; delivered again, it is said.
func TestP2NeitherSentNorQueued(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(func(bot.Outgoing) error { return errors.New("502") })
	l.store.fails("Queue")
	in := l.event("mei", bot.Said{Text: "/order"})
	l.fail(in)
	l.store.works()
	l.chat.refuses(nil)
	l.handle(in)
	l.hears("mei: name?")
	l.handle(in)
	l.hears()
}

// TestP2NothingSaidBeforeItIsStored lets each call of the stores fail once, for a press that files
// a claim: nothing is said, and the second delivery does it all, once.
func TestP2NothingSaidBeforeItIsStored(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"Open", "Save", "PutSnapshots", "OpenClaim"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			toSure(l)
			in := l.event("mei", bot.Chose{Choice: l.button("mei", "send")})
			l.store.fails(call)
			l.memory.fails(call)
			if err := l.failure(in); !errors.Is(err, errAway) {
				t.Errorf("error %v, want %v", err, errAway)
			}
			l.hears("mei: away")
			l.store.works()
			l.memory.works()
			l.handle(in)
			l.hears("mei: filed C-2603-0001 [show]")
			l.claims("belt l")
		})
	}
}

// TestP2ChatIsGone takes a chat that the person has left as answered.
func TestP2ChatIsGone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(func(bot.Outgoing) error { return bot.ErrGone })
	l.say("mei", "/order")
	l.chat.refuses(nil)
	l.clock.wait(bot.LeaseTime)
	l.work()
	l.hears()
	l.say("mei", "belt")
	l.hears("mei: size? [s] [l]")
}

// TestP2LostLeaseIsNoHarm lets the release fail: the lease runs out, and the chat goes on.
func TestP2LostLeaseIsNoHarm(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.memory.fails("Release")
	l.say("mei", "/order")
	l.memory.works()
	l.hears("mei: name?")
	l.clock.wait(bot.LeaseTime)
	l.say("mei", "belt")
	got := l.chat.take()
	if len(got) == 0 || got[len(got)-1] != "mei: size? [s] [l]" {
		t.Errorf("heard %q", got)
	}
}

// TestP2Conflict decides again when another replica saved in between: the decision that was not
// saved is not said.
func TestP2Conflict(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	l.chat.take()
	other := l.event("mei", bot.Said{Text: "belt"})
	late := l.event("mei", bot.Said{Text: "l"})
	l.memory.on(func(call string) error {
		if call != "Save" {
			return nil
		}
		l.memory.works()
		l.clock.wait(bot.LeaseTime) // this replica was so slow that its lease ran out
		_, err := l.start().Handle(t.Context(), other)
		return err
	})
	l.handle(late)
	l.hears("mei: size? [s] [l]", "mei: late l")
}

// TestCancelledTurn does nothing, says nothing and can be taken again.
func TestCancelledTurn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	toSure(l)
	in := l.event("mei", bot.Said{Text: "yes"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.engine.Handle(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	l.hears()
	l.claims()
	l.handle(in)
	l.hears("mei: filed C-2603-0001 [show]")
	l.claims("belt l")
}

// TestCancelledAmidTurn cancels in the middle of the turn, at each of its calls.
func TestCancelledAmidTurn(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"Open", "OpenClaim", "Save", "PutSnapshots"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			toSure(l)
			in := l.event("mei", bot.Said{Text: "yes"})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			stop := func(name string) error {
				if name == call {
					cancel()
				}
				return nil
			}
			l.store.on(stop)
			l.memory.on(stop)
			_, err := l.engine.Handle(ctx, in)
			if err != nil {
				l.hears()
			}
			l.store.works()
			l.memory.works()
			l.handle(in)
			l.hears("mei: filed C-2603-0001 [show]")
			l.claims("belt l")
		})
	}
}
