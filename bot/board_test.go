package bot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
)

// spent returns which buttons the last message made obsolete.
func (l *lab) spent() bot.Spent {
	l.t.Helper()
	sent := l.chat.all()
	return sent[len(sent)-1].Spent
}

// wantSpent checks it.
func (l *lab) wantSpent(want bot.Spent) {
	l.t.Helper()
	if diff := cmp.Diff(want, l.spent()); diff != "" {
		l.t.Errorf("spent (-want +got):\n%s", diff)
	}
}

// TestSpentButtons tells the channel which buttons are done with: the pressed one's, or those of the
// question that was answered in words.
func TestSpentButtons(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	l.wantSpent(bot.Spent{})
	l.say("mei", "belt") // b2: size? [s] [l]
	l.wantSpent(bot.Spent{})
	l.say("mei", "l") // b3: sure? [send] [rename]
	l.wantSpent(bot.Spent{Message: "b2", Choice: l.chat.all()[1].Choices[1].ID, Label: "l"})
	id := l.button("mei", "rename")
	l.handle(l.event("mei", bot.Chose{Choice: id, On: "b3"})) // b4: name?
	l.wantSpent(bot.Spent{Message: "b3", Choice: id, Label: "rename"})
	l.say("mei", "hose") // b5: sure?
	l.wantSpent(bot.Spent{})
	l.engine = l.start()  // another replica knows them, too
	l.say("mei", "what?") // b6: choose / sure?
	l.wantSpent(bot.Spent{Message: "b5"})
	l.say("mei", "send") // b7: filed [show]: that button never grows old
	l.say("mei", "/order")
	l.wantSpent(bot.Spent{})
}

// TestSpentStayForgotten does without when the session store has lost which buttons they are.
func TestSpentStayForgotten(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	if err := l.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.say("mei", "large")
	l.wantSpent(bot.Spent{})
	l.hears("mei: name?", "mei: size? [s] [l]", "mei: sure? belt large [send] [rename]")
}
