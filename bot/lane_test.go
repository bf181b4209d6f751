package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// busyIn refuses everything in one chat for a minute, as 429 does.
func busyIn(l *lab, chat string) func(bot.Outgoing) error {
	until := l.clock.now().Add(time.Minute)
	return func(o bot.Outgoing) error {
		if left := until.Sub(l.clock.now()); left > 0 && o.To.Chat == chat {
			return &bot.RetryAfterError{After: left}
		}
		return nil
	}
}

// TestP4Order lets the platform refuse a chat for a while: what is said meanwhile waits behind,
// other chats do not, and all comes in the order in which it was said.
func TestP4Order(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"same engine": false, "after a restart": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.chat.refuses(busyIn(l, "mei"))
			l.say("mei", "/order")
			l.say("bob", "/order")
			l.say("mei", "belt", "l")
			l.hears("bob: name?")
			if restart {
				l.engine = l.start()
			}
			l.clock.wait(59 * time.Second)
			l.say("bob", "drum")
			l.say("mei", "what?")
			l.work()
			l.hears("bob: size? [s] [l]")
			l.clock.wait(2 * time.Second)
			l.say("mei", "yes") // the lane is open again, but not empty
			l.hears()
			l.work()
			l.hears("desk: news opened ", // another chat
				"mei: name?", "mei: size? [s] [l]", "mei: sure? belt l [send] [rename]", "mei: choose / sure? belt l [send] [rename]",
				"mei: filed C-2603-0001 [show]")
			l.say("mei", "/order")
			l.hears("mei: name?")
		})
	}
}

// TestP4DeathWhileDraining dies between sending a queued message and noting that: it alone is sent again.
func TestP4DeathWhileDraining(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(busyIn(l, "mei"))
	l.say("mei", "/order", "belt", "l")
	l.clock.wait(time.Hour)
	l.chat.refuses(func(o bot.Outgoing) error {
		if strings.HasPrefix(o.Text, "size?") {
			l.store.fails("Drained")
		}
		return nil
	})
	if err := l.engine.Work(t.Context()); err == nil {
		t.Fatal("nothing has failed")
	}
	l.hears("mei: name?", "mei: size? [s] [l]")
	l.chat.refuses(nil)
	l.store.works()
	l.engine = l.start()
	l.clock.wait(bot.LeaseTime)
	l.work()
	l.hears("mei: size? [s] [l]", "mei: sure? belt l [send] [rename]")
}

// TestP4RefusedAgain refuses in the middle of the draining: what was sent is not sent again.
func TestP4RefusedAgain(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(busyIn(l, "mei"))
	l.say("mei", "/order", "belt", "l")
	l.clock.wait(time.Hour)
	n := 0
	l.chat.refuses(func(bot.Outgoing) error {
		if n++; n == 2 {
			return &bot.RetryAfterError{After: time.Minute}
		}
		return nil
	})
	l.work()
	l.hears("mei: name?")
	l.say("mei", "what?")
	l.clock.wait(50 * time.Second)
	l.work()
	l.hears()
	l.clock.wait(20 * time.Second)
	l.work()
	l.hears("mei: size? [s] [l]", "mei: sure? belt l [send] [rename]", "mei: choose / sure? belt l [send] [rename]")
}

// TestP4Group shares one lane among the conversations of one chat.
func TestP4Group(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := func(who, text string) {
		ev := l.event(who, bot.Said{Text: text})
		ev.To.Chat = "group"
		l.handle(ev)
	}
	l.chat.refuses(busyIn(l, "group"))
	in("mei", "/order")
	in("bob", "/order")
	in("mei", "belt")
	in("bob", "drum")
	in("bob", "s")
	l.hears()
	l.clock.wait(time.Minute)
	in("mei", "l")
	l.work()
	l.hears("group: name?", "group: name?", "group: size? [s] [l]", "group: size? [s] [l]",
		"group: sure? drum s [send] [rename]", "group: sure? belt l [send] [rename]")
}

// TestP4GoneInTheLane drops what waits for a chat that is gone, and goes on.
func TestP4GoneInTheLane(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(busyIn(l, "mei"))
	l.say("mei", "/order", "belt")
	l.chat.refuses(func(bot.Outgoing) error { return bot.ErrGone })
	l.clock.wait(time.Minute)
	l.work()
	l.chat.refuses(nil)
	l.work()
	l.hears()
	l.say("mei", "l")
	l.hears("mei: sure? belt l [send] [rename]")
}

// TestP4ManyConversations has many people write at once, while the platform now and then refuses:
// each hears everything once and in order.
func TestP4ManyConversations(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	var mu sync.Mutex
	n := 0
	l.chat.refuses(func(bot.Outgoing) error {
		mu.Lock()
		defer mu.Unlock()
		switch n++; {
		case n%7 == 0:
			return &bot.RetryAfterError{After: time.Second}
		case n%11 == 0:
			return errors.New("502")
		}
		return nil
	})
	engines := []*bot.Engine{l.engine, l.start()}
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			who := fmt.Sprintf("p%02d", i)
			for j, text := range []string{"/order", "belt", "l", "what?", "yes"} {
				if _, err := engines[(i+j)%2].Handle(t.Context(), l.event(who, bot.Said{Text: text})); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for range 60 {
		l.clock.wait(2 * time.Second)
		l.work()
	}
	heard := map[string]string{}
	for _, o := range l.chat.all() {
		if o.To.Chat != deskRoom.Chat {
			heard[o.To.Chat] += o.Text[:4] + "|"
		}
	}
	for who, got := range heard {
		if got != "name|size|sure|choo|file|" {
			t.Errorf("%s heard %s", who, got)
		}
	}
	if len(heard) != 12 {
		t.Errorf("%d were answered", len(heard))
	}
}

// TestUnsentReplies dies between saving and sending, and nobody writes again: the reply is sent
// when the lease has run out.
func TestUnsentReplies(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.crash("after-save", l.event("mei", bot.Said{Text: "/order"}))
	l.work()
	l.hears()
	l.clock.wait(bot.LeaseTime)
	l.work()
	l.hears("mei: name?")
	l.clock.wait(time.Hour)
	l.work()
	l.hears()
	l.say("mei", "belt")
	l.hears("mei: size? [s] [l]")
}

// TestUnsentRepliesGoFirst dies between saving and sending; the person's next message comes before
// the redelivery: the earlier reply is said first, and not again.
func TestUnsentRepliesGoFirst(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.event("mei", bot.Said{Text: "/order"})
	l.crash("after-save", in)
	l.clock.wait(bot.LeaseTime)
	l.say("mei", "belt")
	l.hears("mei: name?", "mei: size? [s] [l]")
	l.handle(in)
	l.hears()
}

// TestUnknownChannel works a message of a channel that is no longer configured.
func TestUnknownChannel(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.event("mei", bot.Said{Text: "/order"})
	in.To = bot.Address{Channel: "pigeon", Chat: "mei"}
	in.From.ID = claim.PersonID("mei")
	l.handle(in) // nobody can be answered there, which must not block anything
	l.hears()
}

// TestGivenUp lets a lane go on when its platform will never take a message, and tells the desk. What the
// desk itself cannot be told is only logged.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(func(o bot.Outgoing) error {
		if strings.HasPrefix(o.Text, "name?") {
			return fmt.Errorf("bad request: %w", bot.ErrRefused)
		}
		return nil
	})
	l.say("mei", "/order", "belt")
	l.work()
	l.hears("mei: size? [s] [l]", "desk: news given_up name?")
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Chat == deskRoom.Chat {
			return bot.ErrRefused
		}
		return nil
	})
	l.post(bot.Told{News: bot.NewsTalk, Text: "call me"})
	l.work()
	l.chat.refuses(nil)
	l.post(bot.Told{News: bot.NewsTalk, Text: "call me again"})
	l.work()
	l.hears("desk: news talk call me again")
}

// slow is a channel on which something happens while a message is being sent.
type slow struct {
	*recorder
	meanwhile func(bot.Outgoing)
}

func (s *slow) Send(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	s.meanwhile(o)
	return s.recorder.Send(ctx, o)
}

// TestSlowLane drains a lane no longer than it is held, however slow the platform is: another replica that
// looks in the middle sends nothing of it a second time.
func TestSlowLane(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.chat.refuses(func(bot.Outgoing) error { return &bot.RetryAfterError{After: time.Second} })
	l.say("mei", "/order", "belt", "l", "send")
	l.clock.wait(time.Minute)
	l.chat.refuses(nil)
	other := l.start()
	l.over = &slow{l.chat, func(o bot.Outgoing) {
		if o.To.Chat != "mei" {
			return
		}
		l.clock.wait(bot.SendTimeout - time.Second)
		if err := other.Work(t.Context()); err != nil {
			t.Error(err)
		}
	}}
	l.engine = l.start()
	l.work()
	var said []string
	for _, m := range l.chat.take() {
		if strings.HasPrefix(m, "mei") {
			said = append(said, m)
		}
	}
	want := []string{"mei: name?", "mei: size? [s] [l]", "mei: sure? belt l [send] [rename]", "mei: filed C-2603-0001 [show]"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLater marks what nobody waits for, so that answers go before it.
func TestLater(t *testing.T) {
	t.Parallel()
	l, _ := newForum(t)
	l.say("mei", "/order", "remind")
	l.clock.wait(time.Minute)
	l.work() // tick: it was asked for
	l.say("mei", "belt", "l", "send")
	l.work() // card and news for the desk
	l.say("mei", "/order")
	l.clock.wait(24 * time.Hour)
	l.work() // the nudge
	l.post(bot.Told{News: bot.NewsEmergency, Text: "smoke"})
	l.work()
	var later []string
	for _, o := range l.chat.all() {
		if o.Later {
			later = append(later, o.To.Chat+": "+string(o.Card)+o.Text)
		}
	}
	if diff := cmp.Diff([]string{"desk: C-2603-0001" + card(l), "desk: news opened", "mei: still there?"}, later); diff != "" {
		t.Errorf("later (-want +got):\n%s", diff)
	}
}

// card returns the text of the claim's card, as it was sent.
func card(l *lab) string {
	for _, o := range l.chat.all() {
		if o.Card != "" {
			return o.Text
		}
	}
	return ""
}
