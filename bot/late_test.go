package bot_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// TestLateByOrder works a text that a later one has overtaken: it becomes part of the draft and
// never the answer to the question that is open now.
func TestLateByOrder(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	early := l.event("mei", bot.Said{Text: "l"})
	l.say("mei", "belt")
	l.chat.take()
	l.handle(early)
	l.hears("mei: late l")
	l.say("mei", "s")
	l.hears("mei: sure? belt s l [send] [rename]")
}

// TestLateByTime works a text that was sent before the present question was asked, though it
// arrives in order: it cannot be the answer.
func TestLateByTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent time.Duration // before the question
		late bool
	}{
		"long before": {time.Minute, true}, "just before": {1100 * time.Millisecond, true},
		"within the second, as platforms tell time": {300 * time.Millisecond, false}, "at once": {0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order")
			l.clock.wait(time.Hour + 500*time.Millisecond)
			l.say("mei", "belt")
			in := l.event("mei", bot.Said{Text: "as large as it gets"})
			in.Sent = in.Sent.Add(-c.sent)
			l.clock.wait(10 * time.Second)
			l.chat.take()
			l.handle(in)
			if c.late {
				l.hears("mei: late as large as it gets")
			} else {
				l.hears("mei: sure? belt as large as it gets [send] [rename]")
			}
		})
	}
}

// TestLateBySlowClock takes answers of a platform whose clock is an hour behind ours, or ahead.
func TestLateBySlowClock(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]time.Duration{"behind": -time.Hour, "ahead": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			say := func(text string, delay time.Duration) {
				in := l.event("mei", bot.Said{Text: text})
				in.Sent = in.Sent.Add(off)
				l.clock.wait(delay)
				l.handle(in)
			}
			say("/order", 0)
			l.clock.wait(time.Minute)
			say("belt", 2*time.Second)
			l.clock.wait(time.Minute)
			say("large", 3*time.Second)
			l.hears("mei: name?", "mei: size? [s] [l]", "mei: sure? belt large [send] [rename]")
		})
	}
}

// TestLateWithoutDraft adds a late text to the claim that was filed last; without one it says that
// it has no use for it.
func TestLateWithoutDraft(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	first := l.event("mei", bot.Said{Text: "too early"})
	l.say("mei", "/hello")
	l.chat.take()
	l.handle(first)
	l.hears("mei: late.unused too early")

	l.say("mei", "/order", "belt")
	late := l.event("mei", bot.Said{Text: "with holes"})
	l.say("mei", "l", "yes")
	l.chat.take()
	l.handle(late)
	l.hears("mei: late.claim C-2603-0001")
	events, err := l.store.Events(t.Context(), "C-2603-0001")
	if err != nil || len(events) != 2 || events[1].Kind != claim.EventAdded || events[1].Note != "with holes" {
		t.Errorf("history %+v, %v", events, err)
	}
	l.handle(late)
	l.hears()
	l.work()
	l.hears("desk: news opened ", "desk: news added with holes")
}

// TestLateCommand does what a late command wants: it needs no question.
func TestLateCommand(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	early := l.event("mei", bot.Said{Text: "order"})
	l.say("mei", "/hello")
	l.chat.take()
	l.handle(early)
	l.hears("mei: name?")
}

// TestEdit puts the new wording of an answer in the place of the old one, wherever that is by now.
func TestEdit(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	said := func(text string) bot.MessageID {
		in := l.event("mei", bot.Said{Text: text})
		l.handle(in)
		return in.Message
	}
	edit := func(of bot.MessageID, text string) {
		l.handle(l.event("mei", bot.Edited{Of: of, Text: text}))
	}
	l.say("mei", "/order")
	name := said("belt")
	size := said("small")
	l.chat.take()
	edit(name, "drum")
	l.hears("mei: edit.taken / sure? drum small [send] [rename]")
	edit(name, "drum") // platforms report edits that nobody made
	l.hears()
	edit(size, "large")
	l.hears("mei: edit.taken / sure? drum large [send] [rename]")
	edit(name, "drum 2")
	l.hears("mei: edit.taken / sure? drum 2 large [send] [rename]")
	edit("999", "what?")
	l.hears("mei: edit.unknown / sure? drum 2 large [send] [rename]")
	l.say("mei", "yes")
	l.chat.take()

	edit(name, "roll")
	l.hears("mei: edit.filed C-2603-0001")
	edit(name, "roll")
	l.hears()
	events, err := l.store.Events(t.Context(), "C-2603-0001")
	if err != nil || len(events) != 2 || events[1].Kind != claim.EventRevised || events[1].From != "drum 2" || events[1].To != "roll" {
		t.Errorf("history %+v, %v", events, err)
	}
	l.claims("drum 2 large") // what was filed stays as it was
}

// TestOvertakenByNothing lets a button be pressed once more, and that come before what was written shortly
// before: nothing has been asked since, so it is the answer.
func TestOvertakenByNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	press := bot.Chose{Choice: l.button("mei", "l")}
	l.handle(l.event("mei", press))
	l.press("rename")
	l.chat.take()
	answer := l.event("mei", bot.Said{Text: "drum"})
	l.handle(l.event("mei", press))
	l.handle(answer)
	l.hears("mei: sure? drum l [send] [rename]")
}

// TestOrderBeginsAnew takes a message whose number is lower than the last one's, because the platform has
// begun to count anew after a quiet week (platform-facts.md 1), and tells lateness by the new numbers.
func TestOrderBeginsAnew(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	l.number.Store(7_000)
	l.say("mei", "belt")
	l.clock.wait(8 * 24 * time.Hour)
	l.number.Store(100)
	early := l.event("mei", bot.Said{Text: "s"})
	l.chat.take()
	l.say("mei", "l")
	l.hears("mei: sure? belt l [send] [rename]")
	l.handle(early)
	l.hears("mei: late s")
}
