package bot_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

func TestTimer(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "remind")
	l.chat.take()
	l.clock.wait(59 * time.Second)
	l.work()
	l.hears()
	l.engine = l.start()
	l.clock.wait(time.Second)
	l.work()
	l.hears("mei: tick 1 / name?")
	l.clock.wait(time.Hour)
	l.work()
	l.hears()
	l.say("mei", "belt")
	l.hears("mei: size? [s] [l]")
}

// TestTimerOfAMovedFrame does nothing when the question was answered meanwhile.
func TestTimerOfAMovedFrame(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string][]string{
		"answered":   {"belt"},
		"filed":      {"belt", "l", "yes"},
		"back again": {"belt", "back"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order", "remind")
			l.say("mei", meanwhile...)
			l.work()
			l.chat.take()
			l.clock.wait(time.Hour)
			l.work()
			l.hears()
		})
	}
}

// TestTimerIsReplaced rings once, at the later time, when it was set twice.
func TestTimerIsReplaced(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "remind")
	l.clock.wait(30 * time.Second)
	l.say("mei", "remind")
	l.chat.take()
	l.clock.wait(45 * time.Second)
	l.work()
	l.hears()
	l.clock.wait(15 * time.Second)
	l.work()
	l.hears("mei: tick 1 / name?")
	l.clock.wait(time.Hour)
	l.work()
	l.hears()
}

// TestTimerBelow rings for a frame that is not asked now: the frame on top keeps its place.
func TestTimerBelow(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "remind", "/order")
	l.chat.take()
	l.clock.wait(time.Minute)
	l.work()
	l.hears("mei: tick 1 / name?")
	l.say("mei", "drum", "l", "yes")
	l.claims("drum l")
}

// TestTimersOfMany wakes all whose time has come, in one go.
func TestTimersOfMany(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	var want []string
	for i := range 100 { // more than are looked for at once
		who := string(rune('A'+i/10)) + string(rune('0'+i%10))
		l.say(who, "/order", "remind")
		want = append(want, who+": tick 1 / name?")
		l.clock.wait(time.Millisecond)
	}
	l.chat.take()
	l.clock.wait(time.Minute)
	l.work()
	l.hears(want...)
}

// TestTimerAndCrash dies while a timer is worked: what it says is said, and it rings no second time.
func TestTimerAndCrash(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after-save", "after-send"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order", "remind")
			l.chat.take()
			l.clock.wait(time.Minute)
			l.crashAt.Store(&point)
			_ = l.engine.Work(t.Context())
			if l.crashAt.Load() != nil {
				t.Fatal("did not die")
			}
			l.engine = l.start()
			l.clock.wait(bot.LeaseTime)
			l.work()
			got := l.chat.take()
			for _, line := range got {
				if line != "mei: tick 1 / name?" {
					t.Errorf("heard %q", line)
				}
			}
			if point == "after-save" && len(got) != 1 || len(got) == 0 {
				t.Errorf("heard %q", got)
			}
		})
	}
}
