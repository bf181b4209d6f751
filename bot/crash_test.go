package bot_test

import (
	"slices"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// TestCrash dies at each named point of each kind of turn; then the platform delivers again. It is
// as if the process had died at no time: every effect once, every reply at least once.
func TestCrash(t *testing.T) {
	t.Parallel()
	kinds := map[string]struct {
		before []string
		event  func(*lab) bot.Event
		want   string
		filed  []string
	}{
		"a text":           {[]string{"/order"}, said("belt"), "mei: size? [s] [l]", nil},
		"a first text":     {nil, said("/order"), "mei: name?", nil},
		"a button":         {[]string{"/order", "belt"}, pressed("l"), "mei: sure? belt l [send] [rename]", nil},
		"a claim":          {[]string{"/order", "belt", "l"}, pressed("send"), "mei: filed C-2603-0001 [show]", []string{"belt l"}},
		"a claim in words": {[]string{"/order", "belt", "l"}, said("yes"), "mei: filed C-2603-0001 [show]", []string{"belt l"}},
		"a call":           {[]string{"/order"}, said("desk"), "mei: name?", nil},
	}
	for name, c := range kinds {
		for _, point := range []string{"after-effect", "after-save", "after-send"} {
			if point == "after-effect" && c.filed == nil && name != "a call" {
				continue // it has none
			}
			t.Run(name+" "+point, func(t *testing.T) {
				t.Parallel()
				l := newLab(t)
				l.say("mei", c.before...)
				l.chat.take()
				in := l.event("mei", c.event(l))
				l.crash(point, in)
				before := l.chat.take()
				if want := point == "after-send"; len(before) > 0 != want {
					t.Errorf("heard %q before the crash", before)
				}
				l.clock.wait(bot.LeaseTime)
				l.handle(in)
				got := l.chat.take()
				if want := []string{c.want}; !slices.Equal(got, want) && (point != "after-send" || len(got) > 0) {
					t.Errorf("heard %q, want %q", got, want)
				}
				l.handle(in)
				l.hears()
				l.claims(c.filed...)
				l.work()
				if got := l.chat.take(); len(got) > 1 {
					t.Errorf("then heard %q", got)
				}
			})
		}
	}
}

func said(text string) func(*lab) bot.Event {
	return func(*lab) bot.Event { return bot.Said{Text: text} }
}

func pressed(label string) func(*lab) bot.Event {
	return func(l *lab) bot.Event { return bot.Chose{Choice: l.button("mei", label)} }
}

// TestCrashInTheDesk dies while news is brought to the desk: the note waits in the inbox and is
// worked again.
func TestCrashInTheDesk(t *testing.T) {
	t.Parallel()
	for _, point := range []string{"after-save", "after-send"} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order", "belt", "l", "yes")
			l.chat.take()
			l.crashAt.Store(&point)
			_ = l.engine.Work(t.Context())
			if l.crashAt.Load() != nil {
				t.Fatal("did not die")
			}
			l.engine = l.start()
			l.clock.wait(bot.LeaseTime)
			l.work()
			got := l.chat.take()
			if len(got) == 0 || len(got) > 2 || point == "after-save" && len(got) != 1 || got[0] != "desk: news opened " {
				t.Errorf("heard %q", got)
			}
			l.work()
			l.hears()
		})
	}
}

// TestLeaseOfTheDead lets nobody in while the lease of a dead process runs, and somebody after.
func TestLeaseOfTheDead(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.event("mei", bot.Said{Text: "/order"})
	l.crash("after-save", in)
	if _, err := l.memory.Sessions.Open(t.Context(), in.Key(), "other", bot.LeaseTime); err == nil {
		t.Error("the lease is free at once")
	}
	l.clock.wait(bot.LeaseTime)
	s, err := l.memory.Sessions.Open(t.Context(), in.Key(), in.ID, bot.LeaseTime)
	if err != nil || s.Attempts != 2 || s.Version != 1 || len(s.Unsent) != 1 {
		t.Errorf("after the lease: %+v, %v", s, err)
	}
}

// TestStrangersOpenNoDoors looks at no claim of somebody else, by button or by words.
func TestStrangersOpenNoDoors(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order", "belt", "l", "yes")
	l.work()
	l.chat.take()
	in := l.event("bob", bot.Said{Text: "x"})
	s := bot.Session{Key: in.Key(), Version: 7, Person: claim.Person{ID: "bob"}, Filed: []bot.Filed{{Message: "1", Claim: "C-2603-0001"}}}
	if _, err := l.store.PutSnapshots(t.Context(), []bot.Snapshot{{Session: s}}); err != nil {
		t.Fatal(err)
	}
	l.handle(l.event("bob", bot.Edited{Of: "1", Text: "mine now"}))
	events, err := l.store.Events(t.Context(), "C-2603-0001")
	if err != nil || len(events) != 1 {
		t.Errorf("history %+v, %v", events, err)
	}
	l.work()
	for _, line := range l.chat.take() {
		if line[:5] == "desk:" {
			t.Errorf("heard %q", line)
		}
	}
}
