package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func snapshotCases() []storeCase {
	return []storeCase{
		{"snapshot not found", snapshotNotFound},
		{"snapshot round trip", snapshotRoundTrip},
		{"snapshot with NUL is refused", snapshotNUL},
		{"an older snapshot does not win", snapshotOlder},
		{"the newest of many writers' snapshots wins", snapshotAtOnce},
		{"snapshots go in many at once", snapshotMany},
		{"snapshots tell which chats have messages queued", snapshotQueued},
		{"quiet sessions are listed longest first", snapshotQuiet},
		{"overdue sessions are named longest first", snapshotOverdue},
		{"sessions heard of lately are listed newest first", snapshotHeard},
	}
}

func snapshot(person string, version int64, flow string) bot.Snapshot {
	s := aSession(conversation(person))
	s.Version, s.Epoch, s.Frames[0].Flow = version, "epoch-1", flow
	s.Unsent = nil // not kept in snapshots
	return bot.Snapshot{Session: s}
}

func put(t *testing.T, s bot.Store, list ...bot.Snapshot) []bot.Chat {
	t.Helper()
	return got(s.PutSnapshots(t.Context(), list))(t)
}

func snapshotNotFound(t *testing.T, s bot.Store) {
	t.Helper()
	put(t, s, snapshot("mei", 1, "report"))
	for _, k := range []bot.Key{
		conversation("bob"), {Channel: "mail", Chat: "4711", Person: "mei"}, {Channel: "chat", Chat: "4712", Person: "mei"},
	} {
		_, err := s.Snapshot(t.Context(), k)
		wantErr(t, err, bot.ErrNotFound)
	}
	same(t, "chats of no snapshots", put(t, s), []bot.Chat{})
}

func snapshotRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	want := snapshot("mei", 17, "report")
	want.Session.Filed[0].Text = long
	want.Session.Said = []bot.Outgoing{outgoing("in-1/1")}
	put(t, s, want)
	same(t, "session", got(s.Snapshot(t.Context(), want.Session.Key))(t), want.Session)
}

func snapshotNUL(t *testing.T, s bot.Store) {
	t.Helper()
	bad := snapshot("mei", 1, "report")
	bad.Session.Filed[0].Text = nul
	if _, err := s.PutSnapshots(t.Context(), []bot.Snapshot{snapshot("bob", 1, "report"), bad}); err == nil {
		t.Error("a NUL in a session was taken")
	}
	for _, person := range []string{"mei", "bob"} {
		_, err := s.Snapshot(t.Context(), conversation(person))
		wantErr(t, err, bot.ErrNotFound)
	}
}

func snapshotOlder(t *testing.T, s bot.Store) {
	t.Helper()
	for _, c := range []struct {
		version int64
		flow    string
		want    string
	}{{5, "five", "five"}, {4, "four", "five"}, {5, "five again", "five"}, {6, "six", "six"}, {1, "one", "six"}, {100, "hundred", "hundred"}} {
		put(t, s, snapshot("mei", c.version, c.flow))
		have := got(s.Snapshot(t.Context(), conversation("mei")))(t)
		same(t, "flow after "+c.flow, have.Frames[0].Flow, c.want)
	}
	put(t, s, snapshot("bob", 2, "two"), snapshot("bob", 3, "three"), snapshot("bob", 1, "one"))
	same(t, "flow after one bundle", got(s.Snapshot(t.Context(), conversation("bob")))(t).Frames[0].Flow, "three")
}

func snapshotAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	for _, err := range atOnce(func(i int) error {
		list := []bot.Snapshot{snapshot("mei", int64(1+i), "f"), snapshot("bob", int64(writers-i), "f")}
		if i%2 == 0 {
			slices.Reverse(list)
		}
		_, err := s.PutSnapshots(t.Context(), list)
		return err
	}) {
		must(t, err)
	}
	for _, person := range []string{"mei", "bob"} {
		same(t, "version", got(s.Snapshot(t.Context(), conversation(person)))(t).Version, int64(writers))
	}
}

func snapshotMany(t *testing.T, s bot.Store) {
	t.Helper()
	const n = 200
	var list []bot.Snapshot
	for i := range n {
		list = append(list, snapshot(name("p", i), int64(i), "report"))
	}
	put(t, s, list...)
	for i := range n {
		same(t, "session", got(s.Snapshot(t.Context(), conversation(name("p", i))))(t), list[i].Session)
	}
}

func snapshotQueued(t *testing.T, s bot.Store) {
	t.Helper()
	at := func(channel, chat, person string) bot.Snapshot {
		return bot.Snapshot{Session: bot.Session{Key: bot.Key{Channel: channel, Chat: chat, Person: claim.PersonID(person)}, Version: 1}}
	}
	list := []bot.Snapshot{at("chat", "1", "mei"), at("chat", "1", "bob"), at("chat", "2", "mei"), at("mail", "1", "mei"), at("mail", "2", "mei")}
	same(t, "chats with an empty outbox", put(t, s, list...), []bot.Chat{})
	for _, c := range []bot.Chat{{Channel: "chat", Chat: "1"}, {Channel: "mail", Chat: "1"}, {Channel: "mail", Chat: "3"}} {
		must(t, s.Queue(t.Context(), c, []bot.Outgoing{outgoing("o")}, day(1)))
	}
	want := []bot.Chat{{Channel: "chat", Chat: "1"}, {Channel: "mail", Chat: "1"}}
	same(t, "chats, each once, also of snapshots that are not newer", put(t, s, list...), want)
	must(t, s.Drained(t.Context(), bot.Lane{Chat: want[0]}, []string{"o"}, day(1)))
	same(t, "chats after one was drained", put(t, s, list...), want[1:])
}

func snapshotQuiet(t *testing.T, s bot.Store) {
	t.Helper()
	quiet := func(person string, version int64, since time.Time) {
		snap := snapshot(person, version, "report")
		snap.Quiet = since
		put(t, s, snap)
	}
	quiet("c", 1, day(3))
	quiet("a", 2, day(1))
	quiet("never", 1, time.Time{})
	quiet("b", 3, day(2).In(claim.Shantou))
	quiet("b2", 1, day(2).Add(100*time.Millisecond))
	check := func(before time.Time, limit int, want ...string) {
		t.Helper()
		var have []string
		for _, session := range got(s.Quiet(t.Context(), before, limit))(t) {
			have = append(have, string(session.Key.Person))
		}
		same(t, "quiet sessions", have, want)
	}
	check(day(30), 10, "a", "b", "b2", "c")
	check(day(30), 3, "a", "b", "b2")
	check(day(3), 10, "a", "b", "b2")
	check(day(1), 10)
	quiet("a", 3, time.Time{}) // nudged
	quiet("b", 1, day(9))      // not newer
	check(day(30), 10, "b", "b2", "c")
}

func snapshotOverdue(t *testing.T, s bot.Store) {
	t.Helper()
	wake := func(person string, version int64, at time.Time) {
		snap := snapshot(person, version, "report")
		snap.Wake = at
		put(t, s, snap)
	}
	wake("c", 1, day(3))
	wake("a", 2, day(1))
	wake("never", 1, time.Time{})
	wake("b", 3, day(2).In(claim.Shantou))
	check := func(before time.Time, limit int, want ...string) {
		t.Helper()
		keys := []bot.Key{}
		for _, person := range want {
			keys = append(keys, conversation(person))
		}
		same(t, "overdue sessions", got(s.Overdue(t.Context(), before, limit))(t), keys)
	}
	check(day(30), 10, "a", "b", "c")
	check(day(30), 2, "a", "b")
	check(day(3), 10, "a", "b")
	check(day(1), 10)
	wake("a", 3, time.Time{}) // woken
	wake("b", 1, day(9))      // not newer
	check(day(30), 10, "b", "c")
}

func snapshotHeard(t *testing.T, s bot.Store) {
	t.Helper()
	heard := func(person string, version int64, at time.Time) {
		snap := snapshot(person, version, "report")
		snap.Session.Sent = at
		put(t, s, snap)
	}
	heard("a", 2, day(1))
	heard("c", 1, day(3))
	heard("never", 1, time.Time{})
	heard("b", 3, day(2).In(claim.Shantou))
	heard("b2", 1, day(2).Add(time.Microsecond))
	elsewhere := snapshot("mei", 1, "report")
	elsewhere.Session.Key.Channel, elsewhere.Session.Sent = "mail", day(4)
	put(t, s, elsewhere)
	check := func(channel string, since time.Time, limit int, want ...string) {
		t.Helper()
		var have []string
		for _, session := range got(s.Heard(t.Context(), channel, since, limit))(t) {
			have = append(have, string(session.Key.Person))
		}
		same(t, "sessions heard of", have, want)
	}
	check("chat", day(1), 10, "c", "b2", "b", "a")
	check("chat", day(1), 2, "c", "b2")
	check("chat", day(2), 10, "c", "b2", "b")
	check("chat", day(2).Add(time.Microsecond), 10, "c", "b2")
	check("chat", day(4), 10)
	check("mail", day(1), 10, "mei")
	heard("a", 3, day(5))
	heard("b", 1, day(9)) // not newer
	check("chat", day(2), 10, "a", "c", "b2", "b")
}
