package storetest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

func outboxCases() []storeCase {
	return []storeCase{
		{"outbox round trip", outboxRoundTrip},
		{"a lane keeps the order of its calls", outboxOrder},
		{"a message is queued once in its chat", outboxOnce},
		{"a lane waits until its time", outboxNotBefore},
		{"a lane that is drained is held", outboxHold},
		{"a lane goes on after what was sent", outboxDrained},
		{"a drain that took too long leaves the lane to the next one", outboxLate},
		{"lanes are drained longest due first", outboxLanes},
		{"many drains never share a lane", outboxAtOnce},
		{"no message is lost between queueing and draining", outboxRace},
		{"message with NUL is refused", outboxNUL},
	}
}

var (
	laneA = bot.Chat{Channel: "chat", Chat: "a"}
	laneB = bot.Chat{Channel: "chat", Chat: "b"}
	laneC = bot.Chat{Channel: "mail", Chat: "a"}
)

func queue(t *testing.T, s bot.Store, c bot.Chat, notBefore time.Time, ids ...string) {
	t.Helper()
	var list []bot.Outgoing
	for _, id := range ids {
		list = append(list, outgoing(id))
	}
	must(t, s.Queue(t.Context(), c, list, notBefore))
}

// wantQueued fails unless exactly these chats have messages waiting, as far as the chats of this suite go.
func wantQueued(t *testing.T, s bot.Store, want ...bot.Chat) {
	t.Helper()
	var list []bot.Snapshot
	for _, c := range []bot.Chat{laneA, laneB, laneC} {
		list = append(list, bot.Snapshot{Session: bot.Session{Key: bot.Key{Channel: c.Channel, Chat: c.Chat, Person: "nobody"}}})
	}
	same(t, "queued", put(t, s, list...), want)
}

// wantDrain fails unless a drain gets this lane with these messages.
func wantDrain(t *testing.T, s bot.Store, now, hold time.Time, limit int, want bot.Chat, ids ...string) bot.Lane {
	t.Helper()
	l, list, err := s.Drain(t.Context(), now, hold, limit)
	must(t, err)
	var have []string
	for _, o := range list {
		have = append(have, o.ID)
	}
	same(t, "lane", l.Chat, want)
	same(t, "messages", have, ids)
	return l
}

func wantNoLane(t *testing.T, s bot.Store, now time.Time) {
	t.Helper()
	c, list, err := s.Drain(t.Context(), now, now.Add(time.Minute), 10)
	if !errors.Is(err, bot.ErrNotFound) {
		t.Fatalf("drain got %v %v %v, want %v", c, list, err, bot.ErrNotFound)
	}
}

func outboxRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	want := []bot.Outgoing{outgoing("1"), outgoing("2")}
	want[1].Text = long
	must(t, s.Queue(t.Context(), laneA, want, day(1)))
	_, list, err := s.Drain(t.Context(), day(1), day(2), 10)
	must(t, err)
	same(t, "messages", list, want)
}

func outboxOrder(t *testing.T, s bot.Store) {
	t.Helper()
	var want []string
	for i := range 12 {
		a, b := name("z", 99-i), name("a", i)
		queue(t, s, laneA, day(1), a, b)
		want = append(want, a, b)
	}
	queue(t, s, laneA, day(1))
	wantDrain(t, s, day(1), day(1), 5, laneA, want[:5]...)
	wantDrain(t, s, day(1), day(1), 100, laneA, want...)
}

func outboxOnce(t *testing.T, s bot.Store) {
	t.Helper()
	queue(t, s, laneA, day(1), "1", "2", "2")
	queue(t, s, laneA, day(1), "2", "3", "1")
	queue(t, s, laneB, day(2), "1")
	wantDrain(t, s, day(2), day(3), 100, laneA, "1", "2", "3")
	wantDrain(t, s, day(2), day(3), 100, laneB, "1")
}

func outboxNotBefore(t *testing.T, s bot.Store) {
	t.Helper()
	queue(t, s, laneA, day(3), "1")
	queue(t, s, laneA, day(2), "2") // does not make the platform's wish shorter
	wantNoLane(t, s, day(3).Add(-time.Microsecond))
	wantQueued(t, s, laneA)
	queue(t, s, laneA, day(4), "3")
	wantNoLane(t, s, day(4).Add(-time.Microsecond))
	wantDrain(t, s, day(4), day(4), 100, laneA, "1", "2", "3")

	queue(t, s, laneB, time.Time{}, "1")
	wantDrain(t, s, day(1), day(1), 100, laneB, "1")
}

func outboxHold(t *testing.T, s bot.Store) {
	t.Helper()
	queue(t, s, laneA, day(1), "1")
	wantDrain(t, s, day(1), day(2), 100, laneA, "1")
	queue(t, s, laneA, day(1), "2")
	wantNoLane(t, s, day(2).Add(-time.Microsecond))
	wantDrain(t, s, day(2), day(3), 100, laneA, "1", "2") // whoever held it has died
}

func outboxDrained(t *testing.T, s bot.Store) {
	t.Helper()
	queue(t, s, laneA, day(1), "1", "2", "3")
	queue(t, s, laneB, day(20), "1")
	l := wantDrain(t, s, day(1), day(9), 2, laneA, "1", "2")
	must(t, s.Drained(t.Context(), l, []string{"1"}, day(2)))
	wantNoLane(t, s, day(2).Add(-time.Microsecond))
	l = wantDrain(t, s, day(2), day(9), 10, laneA, "2", "3")
	must(t, s.Drained(t.Context(), l, nil, day(3)))
	l = wantDrain(t, s, day(3), day(9), 10, laneA, "2", "3")
	must(t, s.Drained(t.Context(), l, []string{"2", "3"}, day(3)))
	wantNoLane(t, s, day(3))
	wantQueued(t, s, laneB)
	must(t, s.Drained(t.Context(), l, []string{"3"}, day(3))) // told twice

	queue(t, s, laneA, day(4), "1") // sent long ago, so it is another one
	wantDrain(t, s, day(4), day(9), 10, laneA, "1")
}

// outboxLate drains a lane for longer than it is held.
func outboxLate(t *testing.T, s bot.Store) {
	t.Helper()
	queue(t, s, laneA, day(1), "1", "2")
	slow := wantDrain(t, s, day(1), day(2).Add(789), 10, laneA, "1", "2")
	quick := wantDrain(t, s, day(3), day(4), 10, laneA, "1", "2")
	must(t, s.Drained(t.Context(), slow, []string{"1", "2"}, time.Time{}))
	queue(t, s, laneA, day(1), "3")
	wantNoLane(t, s, day(4).Add(-time.Microsecond)) // held by the quick one all the time
	must(t, s.Drained(t.Context(), quick, []string{"1", "2"}, time.Time{}))
	l := wantDrain(t, s, day(3), day(4), 10, laneA, "3")
	must(t, s.Drained(t.Context(), l, []string{"3"}, time.Time{}))
	wantQueued(t, s)
}

func outboxLanes(t *testing.T, s bot.Store) {
	t.Helper()
	queue(t, s, laneC, day(3), "c")
	queue(t, s, laneA, day(2), "a")
	queue(t, s, laneB, day(1), "b")
	wantQueued(t, s, laneA, laneB, laneC)
	wantDrain(t, s, day(5), day(9), 10, laneB, "b")
	wantDrain(t, s, day(5), day(9), 10, laneA, "a")
	wantDrain(t, s, day(5), day(9), 10, laneC, "c")
	wantNoLane(t, s, day(5))
}

func outboxAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	for i := range writers {
		queue(t, s, bot.Chat{Channel: "chat", Chat: name("lane", i)}, day(1), "1")
	}
	lanes := make([]string, writers)
	for _, err := range atOnce(func(i int) error {
		c, _, err := s.Drain(t.Context(), day(1), day(2), 10)
		lanes[i] = c.Chat.Chat
		return err
	}) {
		must(t, err)
	}
	slices.Sort(lanes)
	if held := len(slices.Compact(lanes)); held != writers {
		t.Errorf("%d lanes were held, want %d", held, writers)
	}
}

func outboxRace(t *testing.T, s bot.Store) {
	t.Helper()
	const each = 10
	var mu sync.Mutex
	sent := make(map[string][]string) // of each sender, in the order of sending
	drain := func() error {
		c, list, err := s.Drain(t.Context(), day(1), day(2), 3)
		if err != nil {
			return err
		}
		var ids []string
		mu.Lock()
		for _, o := range list {
			ids = append(ids, o.ID)
			from, _, _ := strings.Cut(o.ID, "/")
			sent[from] = append(sent[from], o.ID)
		}
		mu.Unlock()
		return s.Drained(t.Context(), c, ids, day(1))
	}
	for _, err := range atOnce(func(i int) error {
		for n := range each {
			o := outgoing(name("sender", i) + "/" + name("n", n))
			if err := s.Queue(t.Context(), laneA, []bot.Outgoing{o}, day(1)); err != nil {
				return err
			}
			if err := drain(); err != nil && !errors.Is(err, bot.ErrNotFound) {
				return err
			}
		}
		return nil
	}) {
		must(t, err)
	}
	for err := error(nil); err == nil; err = drain() {
	}
	for i := range writers {
		have := sent[name("sender", i)]
		if len(have) != each || !slices.IsSorted(have) {
			t.Errorf("messages of sender %d left as %v", i, have)
		}
	}
	wantQueued(t, s)
}

func outboxNUL(t *testing.T, s bot.Store) {
	t.Helper()
	bad := outgoing("2")
	bad.Text = nul
	if s.Queue(t.Context(), laneA, []bot.Outgoing{outgoing("1"), bad}, day(1)) == nil {
		t.Error("a NUL in a message was taken")
	}
	wantQueued(t, s)
	wantNoLane(t, s, day(1))
}
