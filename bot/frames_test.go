package bot_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// silence lasts longer than the policy lets a draft wait for its person.
const silence = 100 * 24 * time.Hour

// nudged brings an order to its second question and lets the person fall silent.
func nudged(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.chat.take()
	l.clock.wait(silence)
	l.work()
	l.hears("mei: still there? [on] [over] [drop]")
	return l
}

func TestFrameRaised(t *testing.T) {
	t.Parallel()
	l := nudged(t)
	l.press("on")
	l.hears("mei: size? [s] [l]")
	l.press("l")
	l.hears("mei: sure? belt l [send] [rename]")
}

func TestFrameRestarted(t *testing.T) {
	t.Parallel()
	l := nudged(t)
	size := l.button("mei", "l")
	l.press("over")
	l.hears("mei: name?")
	l.handle(l.event("mei", bot.Chose{Choice: size})) // of the order that was thrown away
	l.hears("mei: button.old / name?")
	l.say("mei", "drum")
	l.hears("mei: size? [s] [l]")
}

func TestFrameDropped(t *testing.T) {
	t.Parallel()
	l := nudged(t)
	l.press("drop")
	l.hears("mei: dropped")
	l.say("mei", "l")
	l.hears("mei: hello")
	l.claims()
}

// TestFrameResumed answers the order's own question while another one is open above it.
func TestFrameResumed(t *testing.T) {
	t.Parallel()
	l := nudged(t)
	l.say("mei", "as large as it gets")
	l.hears("mei: sure? belt as large as it gets [send] [rename]")
}

// TestFrameButtonBelow presses the button of a question that is still open below another one.
func TestFrameButtonBelow(t *testing.T) {
	t.Parallel()
	l := nudged(t)
	l.press("l")
	l.hears("mei: sure? belt l [send] [rename]")
}

// TestNudgeOnce reminds once of each silence, however often it is looked for.
func TestNudgeOnce(t *testing.T) {
	t.Parallel()
	l := nudged(t)
	for range 5 {
		l.work()
		l.clock.wait(silence)
	}
	l.engine = l.start()
	l.work()
	l.hears()
	l.press("on")
	l.chat.take()
	l.clock.wait(silence)
	l.work()
	l.hears("mei: still there? [on] [over] [drop]")
}

// TestNudgeNeedsADraft reminds nobody who has nothing open.
func TestNudgeNeedsADraft(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/hello")
	l.say("bob", "/order", "belt", "l", "yes")
	l.work()
	l.chat.take()
	l.clock.wait(silence)
	l.work()
	l.hears()
}

// TestFramesOfTwoDrafts keeps two orders apart: the newer is asked, the other one waits.
func TestFramesOfTwoDrafts(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	first := l.button("mei", "l")
	l.say("mei", "/order", "drum")
	l.chat.take()
	l.press("s")
	l.hears("mei: sure? drum s [send] [rename]")
	l.handle(l.event("mei", bot.Chose{Choice: first}))
	l.hears("mei: sure? belt l [send] [rename]")
	l.say("mei", "yes")
	l.hears("mei: filed C-2603-0001 [show]")
	l.say("mei", "anything")
	l.hears("mei: choose / sure? drum s [send] [rename]")
	l.say("mei", "yes")
	l.hears("mei: filed C-2603-0002 [show]")
	l.claims("belt l", "drum s")
}

// TestFrameAside asks the open question again behind something else that was wanted.
func TestFrameAside(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.chat.take()
	l.say("mei", "/hello")
	l.hears("mei: hello / size? [s] [l]")
	l.press("l")
	l.hears("mei: sure? belt l [send] [rename]")
}

func TestBack(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "back")
	l.hears("mei: back.nowhere")
	l.say("mei", "/order", "back")
	l.hears("mei: name?", "mei: back.first / name?")
	l.say("mei", "belt", "l", "返回。")
	l.chat.take()
	l.say("mei", "/back")
	l.hears("mei: name?")
	l.say("mei", "drum")
	l.hears("mei: sure? drum l [send] [rename]")
}

// TestTypedInsteadOfPressed takes the number, the label or another word of a button under the last
// message for the button; a number that stands under no button is an answer in words.
func TestTypedInsteadOfPressed(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "2")
	l.hears("mei: name?", "mei: size? [s] [l]")
	l.say("mei", "２。")
	l.hears("mei: sure? 2 l [send] [rename]")
	l.say("mei", "RENAME", "3")
	l.hears("mei: name?", "mei: sure? 3 l [send] [rename]")
	l.say("mei", "/hello", "Yes!")
	l.hears("mei: hello / sure? 3 l [send] [rename]", "mei: filed C-2603-0001 [show]")
	l.say("mei", "1")
	l.hears("mei: hello")
}

// TestCommands understands commands at any time, in every form.
func TestCommands(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"/order": "name?", "/ORDER": "name?", "/order@thebot": "name?", "order": "name?", "Order!": "name?", "订货": "name?", " /order ": "name?",
		"/unknown": "hello", "order a belt": "hello", "//order": "hello",
	} {
		l := newLab(t)
		l.say("mei", typed)
		l.hears("mei: " + want)
	}
}

// TestTwoPeopleInAGroup keeps the drafts of two people in one chat apart.
func TestTwoPeopleInAGroup(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := func(who string, ev bot.Event) {
		t.Helper()
		e := l.event(who, ev)
		e.To.Chat = "group"
		l.handle(e)
	}
	in("mei", bot.Said{Text: "/order"})
	in("bob", bot.Said{Text: "/order"})
	in("mei", bot.Said{Text: "belt"})
	meis := l.button("group", "l")
	in("bob", bot.Said{Text: "drum"})
	l.chat.take()
	in("mei", bot.Chose{Choice: meis})
	l.hears("group: sure? belt l [send] [rename]")
	in("bob", bot.Said{Text: "s"})
	l.hears("group: sure? drum s [send] [rename]")
}
