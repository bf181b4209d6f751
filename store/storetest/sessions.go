package storetest

import (
	"context"
	"errors"
	"io"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// Sessions checks a [bot.Sessions]. open returns an empty one whose leases end by the given clock;
// the suite closes it, if it can be closed. What can be wiped (Wipe(ctx) error) is wiped, too.
func Sessions(t *testing.T, open func(t *testing.T, now func() time.Time) bot.Sessions) {
	t.Helper()
	for _, c := range []sessionCase{
		{"a new conversation has no memory", sessionNew},
		{"session round trip", sessionRoundTrip},
		{"conversations do not mix", sessionKeys},
		{"a leased conversation is busy", sessionBusy},
		{"one of many takes the lease", sessionOpenAtOnce},
		{"a lease that expired is taken", sessionExpired},
		{"saving renews the lease", sessionRenewed},
		{"saving without the lease conflicts", sessionNoLease},
		{"saving an old version conflicts", sessionOldVersion},
		{"one of many wins a version", sessionSaveAtOnce},
		{"a restored session goes on with its version", sessionRestored},
		{"starts of one inbound are counted", sessionAttempts},
		{"what was sent is dropped", sessionSent},
		{"a foreign release changes nothing", sessionForeignRelease},
		{"wake times are named in their order", sessionDue},
		{"the epoch lasts until the memory is lost", sessionEpoch},
		{"a cancelled context ends every call", sessionCancelled},
		{"every call after Close fails", sessionClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock := &clock{at: day(1)}
			s := open(t, clock.now)
			if closer, ok := s.(io.Closer); ok {
				t.Cleanup(func() { closeIt(t, closer) })
			}
			c.run(t, s, clock)
		})
	}
}

type sessionCase struct {
	name string
	run  func(t *testing.T, s bot.Sessions, c *clock)
}

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// lease is longer than any test takes, for stores that count by their own clock as well.
const lease = time.Minute

var me = conversation("mei")

func openSession(t *testing.T, s bot.Sessions, k bot.Key, inbound string) bot.Session {
	t.Helper()
	return got(s.Open(t.Context(), k, inbound, lease))(t)
}

func saveSession(t *testing.T, s bot.Sessions, session bot.Session, wake time.Time) bot.Session {
	t.Helper()
	must(t, s.Save(t.Context(), session, wake, lease))
	session.Version++
	return session
}

func release(t *testing.T, s bot.Sessions, session bot.Session, f bot.Finish) {
	t.Helper()
	must(t, s.Release(t.Context(), session, f))
}

// turn is a whole turn that gives the memory of a session to its conversation.
func turn(t *testing.T, s bot.Sessions, memory bot.Session, wake time.Time) {
	t.Helper()
	session := openSession(t, s, memory.Key, "turn")
	memory.Version, memory.Lease, memory.Current = session.Version, session.Lease, session.Current
	release(t, s, saveSession(t, s, memory, wake), bot.Finish{Forgive: true})
}

func sessionNew(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	session := openSession(t, s, me, "in-1")
	if session.Lease == "" || session.Current == "" {
		t.Errorf("lease %q and epoch %q must not be empty", session.Lease, session.Current)
	}
	same(t, "session", session, bot.Session{Key: me, Lease: session.Lease, Current: session.Current, Attempts: 1})
}

func sessionRoundTrip(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	first := openSession(t, s, me, "in-1")
	want := aSession(me)
	want.Version, want.Lease, want.Current = 0, first.Lease, first.Current
	want.Unsent[1].Text = long
	want.Filed[0].Text = long
	want = saveSession(t, s, want, time.Time{})
	release(t, s, want, bot.Finish{})

	have := openSession(t, s, me, "in-2")
	want.Epoch, want.Attempts = first.Current, 1
	if have.Lease == want.Lease {
		t.Error("two leases have one token")
	}
	want.Lease = have.Lease
	same(t, "session", have, want)

	want.Unsent, want.Frames = nil, nil
	want = saveSession(t, s, want, time.Time{})
	release(t, s, want, bot.Finish{})
	have = openSession(t, s, me, "in-3")
	want.Lease = have.Lease
	same(t, "session with less", have, want)
}

func sessionKeys(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	keys := []bot.Key{
		{Channel: "a", Chat: "b/c", Person: "d"},
		{Channel: "a", Chat: "b", Person: "c/d"},
		{Channel: "a/b", Chat: "c", Person: "d"},
		{Channel: "a", Chat: "b", Person: ""},
		{Channel: "a", Chat: "b", Person: "B"},
		{Channel: "a", Chat: "b", Person: "b"},
		{Channel: "a", Chat: "😱 {}:*", Person: "'\"\\"},
	}
	for i, k := range keys {
		turn(t, s, bot.Session{Key: k, Frame: i}, day(i+1))
	}
	for i, k := range keys {
		session := openSession(t, s, k, "in-1")
		same(t, "key", session.Key, k)
		same(t, "memory", session.Frame, i)
	}
	same(t, "due keys", got(s.Due(t.Context(), day(20), 100))(t), keys)
}

func sessionAttempts(t *testing.T, s bot.Sessions, c *clock) {
	t.Helper()
	start := func(inbound string, want int) bot.Session {
		t.Helper()
		session := openSession(t, s, me, inbound)
		same(t, "starts of "+inbound, session.Attempts, want)
		return session
	}
	start("in-1", 1)
	c.forward(lease) // died
	release(t, s, start("in-1", 2), bot.Finish{})
	release(t, s, start("in-1", 3), bot.Finish{Forgive: true})
	release(t, s, start("in-1", 1), bot.Finish{})
	_ = saveSession(t, s, start("in-1", 2), time.Time{})
	_, err := s.Open(t.Context(), me, "in-1", lease) // busy: not a start
	wantErr(t, err, bot.ErrBusy)
	c.forward(lease)
	release(t, s, start("in-1", 3), bot.Finish{})
	release(t, s, start("in-2", 1), bot.Finish{})
	release(t, s, start("in-1", 1), bot.Finish{})
}

func sessionSent(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	session := openSession(t, s, me, "in-1")
	session.Unsent = []bot.Outgoing{outgoing("1")}
	session = saveSession(t, s, session, day(2))
	release(t, s, session, bot.Finish{Wake: day(3)}) // not sent: neither counts

	session = openSession(t, s, me, "in-2")
	same(t, "unsent", session.Unsent, []bot.Outgoing{outgoing("1")})
	same(t, "due", got(s.Due(t.Context(), day(2), 10))(t), []bot.Key{me})
	release(t, s, session, bot.Finish{Sent: true, Board: "out-1", Wake: day(3)})

	session = openSession(t, s, me, "in-3")
	same(t, "unsent", session.Unsent, []bot.Outgoing{})
	same(t, "board", session.Board, bot.MessageID("out-1"))
	same(t, "version", session.Version, int64(1))
	same(t, "due", got(s.Due(t.Context(), day(2), 10))(t), []bot.Key{})
	same(t, "due later", got(s.Due(t.Context(), day(3), 10))(t), []bot.Key{me})
	release(t, s, session, bot.Finish{Board: "not sent"})
	session = openSession(t, s, me, "in-4")
	same(t, "board", session.Board, bot.MessageID("out-1"))
	release(t, s, session, bot.Finish{Sent: true})
	same(t, "due never", got(s.Due(t.Context(), day(30), 10))(t), []bot.Key{})
	same(t, "no board", openSession(t, s, me, "in-5").Board, bot.MessageID(""))
}

func sessionForeignRelease(t *testing.T, s bot.Sessions, c *clock) {
	t.Helper()
	slow := openSession(t, s, me, "in-1")
	c.forward(lease)
	quick := openSession(t, s, me, "in-1")
	quick.Unsent = []bot.Outgoing{outgoing("1")}
	quick = saveSession(t, s, quick, day(2))
	release(t, s, slow, bot.Finish{Forgive: true, Sent: true})
	_, err := s.Open(t.Context(), me, "in-1", lease)
	wantErr(t, err, bot.ErrBusy)
	quick = saveSession(t, s, quick, day(2))
	release(t, s, quick, bot.Finish{})
	session := openSession(t, s, me, "in-1")
	same(t, "starts", session.Attempts, 3)
	same(t, "unsent", session.Unsent, []bot.Outgoing{outgoing("1")})
	same(t, "due", got(s.Due(t.Context(), day(2), 10))(t), []bot.Key{me})
	release(t, s, bot.Session{Key: conversation("nobody"), Lease: "made up"}, bot.Finish{})
}

func sessionDue(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	wake := func(person string, at time.Time) { t.Helper(); turn(t, s, bot.Session{Key: conversation(person)}, at) }
	check := func(now time.Time, limit int, want ...string) {
		t.Helper()
		var have []string
		for _, k := range got(s.Due(t.Context(), now, limit))(t) {
			have = append(have, string(k.Person))
		}
		same(t, "due", have, want)
	}
	wake("c", day(3))
	wake("a", day(1))
	wake("never", time.Time{})
	wake("b", day(2))
	check(day(1).Add(-time.Millisecond), 10)
	check(day(1), 10, "a")
	check(day(9), 10, "a", "b", "c")
	check(day(9), 2, "a", "b")
	wake("a", time.Time{})
	wake("b", day(4))
	check(day(9), 10, "c", "b")
}

func sessionEpoch(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	turn(t, s, aSession(me), day(2))
	before := openSession(t, s, me, "in-1")
	same(t, "epoch of a saved session", before.Epoch, before.Current)
	wiper, ok := s.(interface {
		Wipe(ctx context.Context) error
	})
	if !ok {
		t.Skip("this store cannot be wiped")
	}
	must(t, wiper.Wipe(t.Context()))
	same(t, "due after a wipe", got(s.Due(t.Context(), day(9), 10))(t), []bot.Key{})
	wantErr(t, s.Save(t.Context(), before, time.Time{}, lease), bot.ErrConflict)
	after := openSession(t, s, me, "in-1")
	same(t, "version after a wipe", after.Version, int64(0))
	same(t, "starts after a wipe", after.Attempts, 1)
	if after.Current == before.Current {
		t.Error("the epoch outlived the memory")
	}
}

func sessionCalls(s bot.Sessions, session bot.Session) []call {
	return []call{
		{"Open", func(ctx context.Context) error { _, err := s.Open(ctx, conversation("bob"), "in-1", lease); return err }},
		{"Save", func(ctx context.Context) error { return s.Save(ctx, session, day(2), lease) }},
		{"Release", func(ctx context.Context) error { return s.Release(ctx, session, bot.Finish{Forgive: true, Sent: true}) }},
		{"Due", func(ctx context.Context) error { _, err := s.Due(ctx, day(9), 10); return err }},
	}
}

func sessionCancelled(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	session := openSession(t, s, me, "in-1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := sessionCalls(s, session)
	allMethods(t, reflect.TypeFor[bot.Sessions](), calls)
	for _, c := range calls {
		if err := quickly(t, func() error { return c.do(ctx) }); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", c.name, err)
		}
	}
	_, err := s.Open(t.Context(), me, "in-1", lease)
	wantErr(t, err, bot.ErrBusy)
	same(t, "starts", openSession(t, s, conversation("bob"), "in-1").Attempts, 1)
	same(t, "version after saving", saveSession(t, s, session, time.Time{}).Version, int64(1))
}

func sessionClosed(t *testing.T, s bot.Sessions, _ *clock) {
	t.Helper()
	closer, ok := s.(io.Closer)
	if !ok {
		t.Skip("these sessions cannot be closed")
	}
	session := openSession(t, s, me, "in-1")
	must(t, closer.Close())
	for _, c := range sessionCalls(s, session) {
		if quickly(t, func() error { return c.do(t.Context()) }) == nil {
			t.Errorf("%s did something after Close", c.name)
		}
	}
	must(t, closer.Close())
}
