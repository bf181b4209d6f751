package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// leases is a lease store with a clock of its own.
type leases struct {
	mu    sync.Mutex
	now   time.Time
	owner string
	until time.Time
	away  map[string]bool // owners that cannot reach it
	names map[string]bool
	asked chan string // who has asked; nil = nobody wants to know
}

func (l *leases) Hold(_ context.Context, name, owner string, ttl time.Duration) (bool, error) {
	if l.asked != nil {
		defer func() {
			select {
			case l.asked <- owner:
			default:
			}
		}()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away[owner] {
		return false, errors.New("redis is away")
	}
	l.names[name] = true
	if l.owner == owner || !l.now.Before(l.until) {
		l.owner, l.until = owner, l.now.Add(ttl)
		return true, nil
	}
	return false, nil
}

func (l *leases) pass(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(d)
}

func (l *leases) setAway(owner string, away bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away[owner] = away
}

func (l *leases) holder() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.owner
}

// TestTwoPollersUnderLease lets one of two poll, and the other one as soon as that one has gone, or a
// lease's time after it has died.
func TestTwoPollersUnderLease(t *testing.T) {
	t.Parallel()
	for _, dies := range []bool{false, true} {
		t.Run(fmt.Sprint("dies: ", dies), func(t *testing.T) {
			t.Parallel()
			store := &leases{now: noon, away: map[string]bool{}, names: map[string]bool{}}
			l := newLab(t, func(c *telegram.Config) { c.Leases = store }, fake.Config{})
			other := another(l, func(c *telegram.Config) { c.Leases = store })
			l.run(t, nil)
			acked(t, l.mei.Chat().Say(l.mei, "one"))
			other.run(t, nil)
			acked(t, l.mei.Chat().Say(l.mei, "two"))
			if h := store.holder(); h != "one" {
				t.Fatalf("%s polls", h)
			}
			store.setAway("one", dies) // the dead give nothing back
			l.stop()
			u := l.mei.Chat().Say(l.mei, "three")
			if dies {
				if h := store.holder(); h != "one" {
					t.Errorf("%s polls before the lease has run out", h)
				}
				store.pass(telegram.PollLease)
			} else {
				store.pass(2 * time.Millisecond)
			}
			acked(t, u)
			if got := texts(l.inbox.wait(t, 3)); !cmp.Equal(got, []string{"one", "two", "three"}) {
				t.Errorf("stored %q", got)
			}
			if h := store.holder(); h != "two" || !store.names["telegram/poll/1000000001"] || len(store.names) != 1 {
				t.Errorf("%s polls; leases %v", h, store.names)
			}
			if strings.Contains(l.logs.String(), "somebody else polls") {
				t.Error("two polled at once")
			}
		})
	}
}

// TestLeaseOfALongPoll is renewed while the poll waits: the other replica waits, too.
func TestLeaseOfALongPoll(t *testing.T) {
	t.Parallel()
	store := &leases{now: noon, away: map[string]bool{}, names: map[string]bool{}, asked: make(chan string)}
	l := newLab(t, func(c *telegram.Config) { c.Leases = store }, fake.Config{})
	other := another(l, func(c *telegram.Config) { c.Leases = store })
	ask := func(who string) {
		t.Helper()
		for range 2 { // what was under way when the clock moved, and one more
			for name := ""; name != who; {
				name = <-store.asked
			}
		}
	}
	l.run(t, nil)
	ask("one")
	other.run(t, nil)
	for range 5 {
		store.pass(telegram.PollLease - time.Second)
		ask("one")
		store.pass(2 * time.Second)
		ask("two")
		if h := store.holder(); h != "one" {
			t.Fatalf("%s polls", h)
		}
	}
}

// TestLeaseStoreAway goes on polling when the lease cannot be renewed.
func TestLeaseStoreAway(t *testing.T) {
	t.Parallel()
	store := &leases{now: noon, away: map[string]bool{}, names: map[string]bool{}}
	l := newLab(t, func(c *telegram.Config) { c.Leases = store }, fake.Config{})
	l.run(t, nil)
	acked(t, l.mei.Chat().Say(l.mei, "one"))
	store.setAway("one", true)
	for _, text := range []string{"two", "three"} {
		acked(t, l.mei.Chat().Say(l.mei, text))
	}
	if got := texts(l.inbox.wait(t, 3)); !cmp.Equal(got, []string{"one", "two", "three"}) {
		t.Errorf("stored %q", got)
	}
}
