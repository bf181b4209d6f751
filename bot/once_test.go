package bot_test

import (
	"sync"
	"testing"

	"github.com/optoste/supportbot/bot"
)

// toSure brings Mei's order to its last question.
func toSure(l *lab) {
	l.t.Helper()
	l.say("mei", "/order", "belt", "l")
	l.chat.take()
}

// TestP1SameInboundAtOnce delivers one inbound sixteen times at once, to two replicas.
func TestP1SameInboundAtOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	toSure(l)
	in := l.event("mei", bot.Chose{Choice: l.button("mei", "send")})
	engines := []*bot.Engine{l.engine, l.start()}
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			if _, err := engines[i%2].Handle(t.Context(), in); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	l.hears("mei: filed C-2603-0001 [show]")
	l.claims("belt l")
	l.work()
	l.hears("desk: news opened ")
}

// TestP1SameInboundLater delivers one inbound again, at once, after a restart and after many others.
func TestP1SameInboundLater(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.event("mei", bot.Said{Text: "/order"})
	l.handle(in)
	l.hears("mei: name?")
	l.handle(in)
	l.engine = l.start()
	l.handle(in)
	l.hears()
	for range bot.MaxSeen - 1 {
		l.handle(l.event("mei", bot.Odd{Kind: "sticker"}))
	}
	l.chat.take()
	l.handle(in)
	l.hears()
}

// TestP1PressAfterADeath dies when the claim is opened and nothing is saved yet. The person, who sees no answer,
// presses again, and then the first press comes once more.
func TestP1PressAfterADeath(t *testing.T) {
	t.Parallel()
	for name, again := range map[string]bot.Event{"button": nil, "word": bot.Said{Text: "yes"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			toSure(l)
			press := l.event("mei", bot.Chose{Choice: l.button("mei", "send")})
			if again == nil {
				again = press.Event
			}
			l.crash("after-effect", press)
			l.clock.wait(bot.LeaseTime)
			l.handle(l.event("mei", again))
			l.hears("mei: filed C-2603-0001 [show]")
			l.handle(press)
			l.claims("belt l")
		})
	}
}

// TestP1DoubledPress presses one button twice, under two ids.
func TestP1DoubledPress(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.chat.take()
	size := l.button("mei", "l")
	if note := l.handle(l.event("mei", bot.Chose{Choice: size})); note != "" {
		t.Errorf("first press notes %q", note)
	}
	l.hears("mei: sure? belt l [send] [rename]")
	if note := l.handle(l.event("mei", bot.Chose{Choice: size})); note != "button.again" {
		t.Errorf("second press notes %q", note)
	}
	l.hears()

	send := l.button("mei", "send")
	l.handle(l.event("mei", bot.Chose{Choice: send}))
	if note := l.handle(l.event("mei", bot.Chose{Choice: send})); note != "button.again" {
		t.Errorf("second sending notes %q", note)
	}
	l.hears("mei: filed C-2603-0001 [show]")
	l.claims("belt l")
}

// TestP1OutdatedPress presses a button of an earlier question that was answered otherwise.
func TestP1OutdatedPress(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	small, large := l.button("mei", "s"), l.button("mei", "l")
	l.handle(l.event("mei", bot.Chose{Choice: large}))
	l.chat.take()
	l.handle(l.event("mei", bot.Chose{Choice: small}))
	l.hears("mei: button.old / sure? belt l [send] [rename]")
}

// TestP1ForeignPress presses what is no button of ours, of this conversation or of this question.
func TestP1ForeignPress(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.chat.take()
	for _, id := range []bot.ChoiceID{"", "x", "f1.1.", "cC-2603-0001.reply", "f0.0.reply", "f0.0.gone"} {
		if note := l.handle(l.event("mei", bot.Chose{Choice: id})); note != "button.unknown" {
			t.Errorf("%q notes %q", id, note)
		}
	}
	l.chat.take()
	now, _ := l.button("mei", "l").Parse()
	if note := l.handle(l.event("mei", bot.Chose{Choice: bot.FrameChoice(now.Frame, now.Version, "xxl")})); note != "button.unknown" {
		t.Errorf("a size that is not offered notes %q", note)
	}
	l.hears("mei: size? [s] [l]")
	l.say("mei", "l")
	l.hears("mei: sure? belt l [send] [rename]")
}

// TestP1EffectsHaveOneKey dies behind the effect: the second start finds the first one's claim.
func TestP1EffectsHaveOneKey(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	toSure(l)
	in := l.event("mei", bot.Chose{Choice: l.button("mei", "send")})
	l.crash("after-effect", in)
	l.hears()
	l.claims("belt l")
	l.clock.wait(bot.LeaseTime)
	l.handle(in)
	l.hears("mei: filed C-2603-0001 [show]")
	l.claims("belt l")
	l.work()
	l.hears("desk: news opened ")
	if n := l.store.count("OpenClaim"); n != 2 {
		t.Errorf("the effect was done %d times, so this proves nothing", n)
	}
}

// crash has the process die at a named point while it works an inbound.
func (l *lab) crash(point string, in bot.Inbound) {
	l.t.Helper()
	l.crashAt.Store(&point)
	err := l.failure(in)
	if l.crashAt.Load() != nil {
		l.t.Fatalf("did not die at %s, but: %v", point, err)
	}
	l.engine = l.start()
}
