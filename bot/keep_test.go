package bot_test

import (
	"context"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/sqlite"
)

// TestP3WipedSessions loses the session store at every question: no answer is lost.
func TestP3WipedSessions(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	wipe := func() {
		t.Helper()
		if err := l.wipe(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.engine = l.start()
	}
	l.say("mei", "/order")
	wipe()
	l.say("mei", "belt")
	wipe()
	l.press("l")
	wipe()
	l.hears("mei: name?", "mei: size? [s] [l]", "mei: sure? belt l [send] [rename]")
	in := l.event("mei", bot.Said{Text: "yes"})
	l.handle(in)
	wipe()
	l.handle(in) // nobody knows any more whether the reply was sent
	l.hears("mei: filed C-2603-0001 [show]", "mei: filed C-2603-0001 [show]")
	l.claims("belt l")
	l.say("mei", "hello there") // the draft does not come back
	l.hears("mei: hello")
}

// TestP5RepliesOfTheDead dies before and after it has sent, and then the session store is lost, too: when
// the platform delivers again, what was decided is said.
func TestP5RepliesOfTheDead(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after-save", "after-send"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order")
			in := l.event("mei", bot.Said{Text: "belt"})
			l.crash(point, in)
			l.chat.take()
			if err := l.wipe(t.Context()); err != nil {
				t.Fatal(err)
			}
			l.handle(in)
			l.hears("mei: size? [s] [l]")
			l.press("l")
			l.hears("mei: sure? belt l [send] [rename]")
		})
	}
}

// TestP5RepliesOfTheDeadAndAnotherTurn lets another message be worked before that of the dead process comes
// again.
func TestP5RepliesOfTheDeadAndAnotherTurn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	in := l.event("mei", bot.Said{Text: "belt"})
	l.crash("after-save", in)
	l.chat.take()
	if err := l.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.handle(l.event("mei", bot.Presence{}))
	l.handle(in)
	l.hears("mei: size? [s] [l]")
}

// TestP5PressOfTheDead dies while it works a press, and loses the session store. Not every platform delivers a
// press again; the person, who sees no answer, presses again.
func TestP5PressOfTheDead(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after-save", "after-send"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order", "belt")
			press := bot.Chose{Choice: l.button("mei", "l")}
			l.crash(point, l.event("mei", press))
			l.chat.take()
			if err := l.wipe(t.Context()); err != nil {
				t.Fatal(err)
			}
			if note := l.handle(l.event("mei", press)); note != "button.again" {
				t.Errorf("note %q", note)
			}
			l.hears("mei: sure? belt l [send] [rename]")
			l.handle(l.event("mei", press))
			l.hears()
		})
	}
}

// TestP5RepliesOfTheDeadUnread writes two messages at once. The process dies while it answers the first, and the
// session store is lost; the other one, which was written before there was an answer, is worked first.
func TestP5RepliesOfTheDeadUnread(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	first, second := l.event("mei", bot.Said{Text: "belt"}), l.event("mei", bot.Said{Text: "green"})
	l.clock.wait(time.Second)
	l.crash("after-save", first)
	l.chat.take()
	if err := l.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.clock.wait(time.Second)
	l.handle(second)
	l.handle(first)
	l.hears("mei: size? [s] [l]", "mei: late green")
}

// TestP5RepliesOfTheDeadTwice dies while it answers the second of two messages, too, and loses the session store once
// more: what the first one was answered with comes with the answer to the second.
func TestP5RepliesOfTheDeadTwice(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	first, second := l.event("mei", bot.Said{Text: "belt"}), l.event("mei", bot.Said{Text: "green"})
	for _, in := range []bot.Inbound{first, second} {
		l.clock.wait(time.Second)
		l.crash("after-save", in)
		if err := l.wipe(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	l.chat.take()
	l.handle(first)
	l.hears()
	l.handle(second)
	l.hears("mei: size? [s] [l]", "mei: late green")
}

// TestP4RepliesOvertaken does not repeat what was said before something else was said.
func TestP4RepliesOvertaken(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	in := l.event("mei", bot.Said{Text: "belt"})
	l.handle(in)
	l.chat.take()
	if err := l.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.press("l")
	l.hears("mei: sure? belt l [send] [rename]")
	l.handle(in)
	l.hears()
}

// TestP5TimerOfTheDead dies while it says what a timer made it say, and loses the session store: nobody
// delivers a timer again.
func TestP5TimerOfTheDead(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after-save", "after-send"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order", "remind")
			l.chat.take()
			l.clock.wait(time.Minute)
			l.crashAt.Store(&point)
			if err := l.engine.Work(t.Context()); err == nil {
				t.Fatal("nobody died")
			}
			l.chat.take()
			if err := l.wipe(t.Context()); err != nil {
				t.Fatal(err)
			}
			l.engine = l.start()
			l.clock.wait(bot.LeaseTime + bot.OverdueAfter + time.Microsecond)
			l.work()
			l.hears("mei: tick 1 / name?")
			l.clock.wait(time.Hour)
			l.work()
			l.hears()
		})
	}
}

// TestP5TimersOfALostStore loses the session store while a timer runs: it rings all the same, once.
func TestP5TimersOfALostStore(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "remind")
	l.chat.take()
	if err := l.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.clock.wait(time.Minute)
	l.work()
	l.hears()
	l.clock.wait(bot.OverdueAfter + time.Microsecond)
	l.work()
	l.hears("mei: tick 1 / name?")
	l.clock.wait(time.Minute)
	l.work()
	l.hears()
}

// rollback is a lab whose session store can be put back to an earlier state.
func rollback(t *testing.T) (*lab, *memorySessions) {
	t.Helper()
	db, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c := newClock()
	m := newMemorySessions(c.now)
	return labOn(t, c, db, m), m
}

// TestP3RolledBackSessions restores the session store from an old dump: the newer snapshot wins.
func TestP3RolledBackSessions(t *testing.T) {
	t.Parallel()
	l, memory := rollback(t)
	l.say("mei", "/order")
	old := memory.picture()
	l.say("mei", "belt", "l")
	l.chat.take()
	memory.back(old)
	l.engine = l.start()
	l.press("rename")
	l.hears("mei: name?")
	memory.back(old)
	l.say("mei", "drum")
	l.hears("mei: sure? drum l [send] [rename]")
	l.say("mei", "yes")
	l.hears("mei: filed C-2603-0001 [show]")
	memory.back(old)
	l.say("mei", "yes") // the filed order is not open again
	l.hears("mei: hello")
	l.claims("drum l")
}

// TestP3OlderSnapshot goes on from the session store when the database has lost its last second.
func TestP3OlderSnapshot(t *testing.T) {
	t.Parallel()
	l, memory := rollback(t)
	l.say("mei", "/order")
	kept, err := l.store.Store.Snapshot(t.Context(), l.event("mei", bot.Said{}).Key())
	if err != nil {
		t.Fatal(err)
	}
	l.say("mei", "belt")
	l.chat.take()
	memory.back(memory.picture()) // another identity, the newest state
	older := &olderStore{Store: l.store.Store, session: kept}
	l.store.Store = older
	l.say("mei", "l")
	l.hears("mei: sure? belt l [send] [rename]")
	if !older.asked {
		t.Error("the snapshot was not looked at, so this proves nothing")
	}
}

// olderStore has an old snapshot of everybody.
type olderStore struct {
	bot.Store
	session bot.Session
	asked   bool
}

func (o *olderStore) Snapshot(context.Context, bot.Key) (bot.Session, error) {
	o.asked = true
	return o.session, nil
}

// TestP3SnapshotFollows loses the session store after a turn whose snapshot could not be written
// at first: its redelivery wrote it.
func TestP3SnapshotFollows(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	in := l.event("mei", bot.Said{Text: "belt"})
	l.store.fails("PutSnapshots")
	l.fail(in)
	l.store.works()
	l.handle(in)
	if err := l.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.chat.take()
	l.say("mei", "l")
	l.hears("mei: sure? belt l [send] [rename]")
}

// release serves another edition of the order flow on the same stores.
func (l *lab) release(change func(*bot.Script[order])) {
	l.t.Helper()
	flow := orderFlow()
	change(&flow)
	l.house.Flows[1] = flow
	l.engine = l.start()
}

// TestP3StepRenamed finds the question under its new name, with the button that was shown.
func TestP3StepRenamed(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.release(func(f *bot.Script[order]) {
		f.Steps[1].ID, f.Steps[1].Was = "width", []bot.StepID{"breadth", stepSize}
		f.Steps[0].To, f.Steps[2].To = []bot.StepID{"width", stepSure}, []bot.StepID{stepName, "width"}
	})
	l.chat.take()
	l.press("l")
	l.hears("mei: sure? belt l [send] [rename]")
}

// TestP3StepRemoved goes on at the first question that is not answered. What was typed is not
// taken for the answer to a question that was never shown.
func TestP3StepRemoved(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.chat.take()
	l.release(func(f *bot.Script[order]) {
		f.Steps = append(f.Steps[:1:1], f.Steps[2])
		f.Steps[0].To, f.Steps[1].To = []bot.StepID{stepSure}, []bot.StepID{stepName}
	})
	l.clock.wait(time.Minute)
	l.say("mei", "as large as it gets")
	l.hears("mei: late as large as it gets / sure? belt  as large as it gets [send] [rename]")
	l.press("send")
	l.hears("mei: filed C-2603-0001 [show]")
}

// TestP3StepRemovedPressed presses a button of a question that is no longer asked.
func TestP3StepRemovedPressed(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.release(func(f *bot.Script[order]) {
		f.Steps = append(f.Steps[:1:1], f.Steps[2])
		f.Steps[0].To, f.Steps[1].To = []bot.StepID{stepSure}, []bot.StepID{stepName}
	})
	l.chat.take()
	l.press("l")
	l.hears("mei: button.old / sure? belt  [send] [rename]")
}

// TestP3StepAdded asks only what is missing.
func TestP3StepAdded(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt")
	l.release(func(f *bot.Script[order]) {
		colour := bot.Step[order]{
			ID: "colour", To: []bot.StepID{stepSure},
			Done: func(s order) bool { return len(s.Notes) > 0 },
			Ask:  func(order) bot.Prompt { return ask("colour?") },
			Answer: func(s order, t bot.Turn) (order, bot.Next) {
				s.Notes = append(s.Notes, t.Event.(bot.Said).Text)
				return s, bot.Next{}
			},
		}
		f.Steps = []bot.Step[order]{f.Steps[0], colour, f.Steps[1], f.Steps[2]}
		f.Steps[2].To = []bot.StepID{"colour", stepSure}
	})
	l.chat.take()
	l.say("mei", "l", "red")
	l.hears("mei: colour?", "mei: sure? belt l red [send] [rename]")
}

// TestP3FlowRemoved forgets the frames of a flow that is gone, and works the message as the first
// one; the quiet draft is no harm, either.
func TestP3FlowRemoved(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]func(*lab){
		"message": func(l *lab) { l.say("mei", "belt"); l.hears("mei: hello") },
		"button":  func(l *lab) { l.press("s"); l.hears("mei: button.old / hello") },
		"nudge":   func(l *lab) { l.clock.wait(30 * 24 * time.Hour); l.work(); l.hears() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order", "belt")
			l.chat.take()
			l.house.Flows = []bot.Flow{l.house.Flows[0], l.house.Flows[2], l.house.Flows[3]}
			l.house.Commands = l.house.Commands[1:2]
			l.engine = l.start()
			next(l)
		})
	}
}

// TestP3FlowRemovedWithTimer lets a timer of a frame come due that is gone.
func TestP3FlowRemovedWithTimer(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "remind")
	l.house.Flows = []bot.Flow{l.house.Flows[0], l.house.Flows[2], l.house.Flows[3]}
	l.house.Commands = l.house.Commands[1:2]
	l.engine = l.start()
	l.chat.take()
	l.clock.wait(time.Hour)
	l.work()
	l.hears()
}

// TestP4RepliesBehindOthers dies after it has sent, another message is answered, and then the session store is
// lost: the first one, delivered again, is not answered behind the other.
func TestP4RepliesBehindOthers(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	first := l.event("mei", bot.Said{Text: "belt"})
	l.crash("after-send", first)
	l.clock.wait(bot.LeaseTime)
	l.chat.take()
	l.say("mei", "l")
	l.hears("mei: size? [s] [l]", "mei: sure? belt l [send] [rename]")
	if err := l.wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.handle(first)
	l.hears()
}
