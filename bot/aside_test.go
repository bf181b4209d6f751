package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// starts delivers an inbound that fails as often as it may, and then once more.
func (l *lab) starts(in bot.Inbound) {
	l.t.Helper()
	for range bot.MaxStarts {
		l.fail(in)
	}
	l.chat.take()
	l.handle(in)
}

// TestP5SetAside sets a message aside that a flow cannot bear, with an apology and a note for the
// desk: the chat goes on, and its next message is worked.
func TestP5SetAside(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"panic",  // a bug that panics
		"astray", // a way that is not declared: no delivery will find another
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order")
			in := l.event("mei", bot.Said{Text: text})
			l.starts(in)
			l.hears("mei: set_aside / name?")
			l.work()
			l.hears("desk: news set_aside ")
			l.handle(in)
			l.hears()
			l.say("mei", "belt")
			l.hears("mei: size? [s] [l]")
		})
	}
}

// TestP5SetAsideWithoutQuestion sets a message aside whose question cannot even be asked again.
func TestP5SetAsideWithoutQuestion(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	in := l.event("mei", bot.Said{Text: "/broken"})
	l.starts(in)
	l.hears("mei: set_aside / size? [s] [l]")
	l.press("l")
	l.hears("mei: sure? belt l [send] [rename]")
}

// TestP5QuestionBreaksLater has a release break the question of an open draft: no message is
// delivered for ever, and the desk is told of each.
func TestP5QuestionBreaksLater(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.release(func(f *bot.Script[order]) {
		f.Steps[1].Ask = func(order) bot.Prompt { panic("a bug of the question") }
	})
	for _, text := range []string{"large", "/hello"} {
		in := l.event("mei", bot.Said{Text: text})
		for range bot.MaxStarts + 1 { // setting aside fails once, too: it wants to ask again
			l.fail(in)
		}
		l.chat.take()
		l.handle(in)
		l.hears("mei: set_aside")
		l.work()
		l.hears("desk: news set_aside ")
	}
}

// TestP5OutageIsNoFault delivers a message many times while the database is away: it is not set
// aside for that.
func TestP5OutageIsNoFault(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	toSure(l)
	in := l.event("mei", bot.Said{Text: "yes"})
	l.store.fails("OpenClaim")
	for range 3 * bot.MaxStarts {
		l.fail(in)
	}
	l.store.works()
	l.chat.take()
	l.handle(in)
	l.hears("mei: filed C-2603-0001 [show]")
}

// TestP5CrashesAreCounted dies at each start: the update is set aside all the same.
func TestP5CrashesAreCounted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	toSure(l)
	in := l.event("mei", bot.Chose{Choice: l.button("mei", "send")})
	for range bot.MaxStarts {
		l.crash("after-effect", in)
		l.clock.wait(bot.LeaseTime)
	}
	l.handle(in)
	l.hears("mei: set_aside / sure? belt l [send] [rename]")
}

// TestP5BrokenTimer has a timer break its flow: it is set aside like a message, other
// conversations' timers are not held up by it, and it does not come back.
func TestP5BrokenTimer(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "panic later")
	l.clock.wait(time.Second)
	l.say("bob", "/order", "remind")
	l.chat.take()
	l.clock.wait(time.Minute)
	_ = l.engine.Work(t.Context()) // the broken one's error is logged
	l.hears("bob: tick 1 / name?")
	for range 2 * bot.MaxStarts {
		l.clock.wait(time.Second)
		_ = l.engine.Work(t.Context())
	}
	got := strings.Join(l.chat.take(), "|")
	if n := strings.Count(got, "desk: news set_aside"); n != 1 {
		t.Errorf("the desk is told %d times: %s", n, got)
	}
	for range 10 {
		l.clock.wait(time.Minute)
		l.work()
	}
	l.hears()
	l.say("mei", "belt")
	l.hears("mei: size? [s] [l]")
}

// TestP5NothingIsSilent answers what the bot has no use for, in the middle of a question.
func TestP5NothingIsSilent(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.handle(l.event("mei", bot.Odd{Kind: "sticker"}))
	l.hears("mei: odd.sticker / hello")
	l.say("mei", "/order", "belt")
	l.chat.take()
	for kind, want := range map[string]string{"location": "odd.location", "contact": "odd.contact", "dance": "odd.other", "": "odd.other", "no_value": "odd.other"} {
		l.handle(l.event("mei", bot.Odd{Kind: kind}))
		l.hears("mei: " + want + " / size? [s] [l]")
	}
}
