package storetest

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func inboxCases() []storeCase {
	return []storeCase{
		{"inbox round trip of every event", inboxRoundTrip},
		{"inbox is worked in the order of posting", inboxOrder},
		{"an inbound is posted once, also after it was worked", inboxOnce},
		{"an inbound is posted once by many writers", inboxAtOnce},
		{"a conversation is held until it is finished", inboxHold},
		{"a flood does not starve others", inboxFair},
		{"many takers never share a conversation", inboxShare},
		{"an inbound set aside does not wait", inboxSetAside},
		{"inbound with NUL is refused", inboxNUL},
	}
}

// inbox takes what waits and gives it back.
func inbox(t *testing.T, s bot.Store) []bot.Inbound {
	t.Helper()
	list := got(s.Take(t.Context(), day(1), day(2), 1000))(t)
	for _, in := range list {
		must(t, s.Finish(t.Context(), in.Key(), day(2)))
	}
	return list
}

func ids(list []bot.Inbound) (ids []string) {
	for _, in := range list {
		ids = append(ids, in.ID)
	}
	return ids
}

func waiting(t *testing.T, s bot.Store) []string {
	t.Helper()
	return ids(inbox(t, s))
}

// from is an inbound of somebody's own conversation.
func from(person, id string) bot.Inbound {
	in := told(id)
	in.From.ID = claim.PersonID(person)
	return in
}

func inboxRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	file := bot.File{Hash: name("hash", 1), Name: "板子 😀.jpg", Mime: "image/jpeg", Size: 12}
	var list []bot.Inbound
	for i, e := range []bot.Event{
		bot.Said{Text: emoji},
		bot.Said{Text: long},
		bot.Chose{Choice: "1.4.yes"},
		bot.Attached{Files: []bot.File{file, {Refused: bot.FileTooBig, Size: 1 << 40}}, Caption: emoji, Album: "a"},
		bot.Edited{Of: "17", Text: emoji},
		bot.Odd{Kind: "sticker"},
		bot.Waited{Timer: bot.Timer{Name: "album", Frame: "1", Version: 3, At: day(2)}},
		bot.PlateWanted{Frame: "1", File: file},
		bot.Told{News: bot.NewsAnswer, Claim: "C-2603-0001", By: claim.Actor{Role: claim.Staff, ID: "wang"}, Text: emoji, Files: []bot.File{file}},
	} {
		in := told(name("in", i))
		in.Event = e
		list = append(list, in)
	}
	must(t, s.Post(t.Context(), list...))
	same(t, "inbox", inbox(t, s), list)
}

func inboxOrder(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.Post(t.Context()))
	early := told("z")
	early.Order, early.Sent = 1, day(1).Add(-time.Hour)
	must(t, s.Post(t.Context(), told("b"), from("zoe", "y"), told("a"), from("ann", "x")))
	must(t, s.Post(t.Context(), early))
	must(t, s.Post(t.Context(), told("c")))
	same(t, "inbox", waiting(t, s), []string{"b", "y", "a", "x", "z", "c"})
	must(t, s.Finish(t.Context(), told("").Key(), day(2), "a", "b"))
	same(t, "inbox without the finished ones", waiting(t, s), []string{"y", "x", "z", "c"})
}

func inboxOnce(t *testing.T, s bot.Store) {
	t.Helper()
	first, other := told("a"), from("bob", "a")
	other.Event = bot.Said{Text: "other"}
	must(t, s.Post(t.Context(), first, other))
	must(t, s.Post(t.Context(), other, told("b")))
	same(t, "inbox", inbox(t, s), []bot.Inbound{first, told("b")})
	for _, id := range []string{"a", "a", "never posted"} {
		must(t, s.Finish(t.Context(), first.Key(), day(2), id))
	}
	must(t, s.Post(t.Context(), first, other))
	same(t, "inbox after it was worked", waiting(t, s), []string{"b"})
}

func inboxAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	for _, err := range atOnce(func(i int) error {
		who := name("p", i)
		return s.Post(t.Context(), from(who, name("own", i)), from("mei", "shared"), from(who, name("own too", i)))
	}) {
		must(t, err)
	}
	list := waiting(t, s)
	seen := make(map[string]bool)
	for _, id := range list {
		seen[id] = true
	}
	if want := 2*writers + 1; len(list) != want || len(seen) != want {
		t.Errorf("%d inbounds wait, want %d: %v", len(list), want, list)
	}
}

func inboxHold(t *testing.T, s bot.Store) {
	t.Helper()
	take := func(now, hold time.Time, want ...string) {
		t.Helper()
		same(t, "taken", ids(got(s.Take(t.Context(), now, hold, 10))(t)), want)
	}
	mei, bob := from("mei", "").Key(), from("bob", "").Key()
	must(t, s.Post(t.Context(), from("mei", "m1"), from("bob", "b1")))
	take(day(1), day(2).Add(789), "m1", "b1")
	must(t, s.Post(t.Context(), from("mei", "m2"), from("ann", "a1")))
	take(day(1), day(2), "a1") // the others are held
	must(t, s.Finish(t.Context(), mei, day(2).Add(789), "m1"))
	take(day(1), day(2), "m2")
	must(t, s.Finish(t.Context(), mei, day(2))) // it could not be worked
	take(day(1), day(2), "m2")

	take(day(2).Add(-time.Microsecond), day(3))
	take(day(2), day(3), "b1", "m2", "a1") // whoever held them has died
	must(t, s.Finish(t.Context(), bob, day(2), "b1"))
	must(t, s.Post(t.Context(), from("bob", "b2")))
	take(day(2), day(4)) // the slow one has worked b1, but another one has bob
	must(t, s.Finish(t.Context(), bob, day(3), "b1"))
	take(day(2), day(4), "b2")
}

// inboxFair posts a flood before others write.
func inboxFair(t *testing.T, s bot.Store) {
	t.Helper()
	var flood []bot.Inbound
	for i := range 200 {
		flood = append(flood, from(name("flood", i%4), name("f", i)))
	}
	must(t, s.Post(t.Context(), flood...))
	must(t, s.Post(t.Context(), from("mei", "m"), from("bob", "b")))
	seen, turn := make(map[string]int), 0
	next := make(map[claim.PersonID]int)
	for {
		list := got(s.Take(t.Context(), day(1), day(2), 64))(t)
		if len(list) == 0 {
			break
		}
		turn++
		if len(list) > 64 {
			t.Fatalf("%d were taken", len(list))
		}
		done := make(map[bot.Key][]string)
		for _, in := range list {
			done[in.Key()] = append(done[in.Key()], in.ID)
			seen[in.ID] = turn
			if who := in.From.ID; len(in.ID) > 1 {
				same(t, "next of "+string(who), in.ID, flood[4*next[who]+int(who[len(who)-1]-'0')].ID)
				next[who]++
			}
		}
		for k, list := range done {
			if len(list) > 16 {
				t.Errorf("%d of one conversation were taken", len(list))
			}
			must(t, s.Finish(t.Context(), k, day(2), list...))
		}
	}
	if len(seen) != 202 {
		t.Errorf("%d were worked, want 202", len(seen))
	}
	if seen["m"] > 2 || seen["b"] > 2 {
		t.Errorf("two that wrote after a flood had their turn after %d and %d rounds", seen["m"], seen["b"])
	}
}

// inboxShare lets many work one inbox, while it is filled.
func inboxShare(t *testing.T, s bot.Store) {
	t.Helper()
	const each, people = 12, 5
	var mu sync.Mutex
	worked, held := make(map[string][]string), make(map[bot.Key]bool)
	work := func() (int, error) {
		list, err := s.Take(t.Context(), day(1), day(2), 7)
		if err != nil {
			return 0, err
		}
		done := make(map[bot.Key][]string)
		mu.Lock()
		for _, in := range list {
			if held[in.Key()] && done[in.Key()] == nil {
				t.Errorf("two have %s", in.Key())
			}
			held[in.Key()] = true
			done[in.Key()] = append(done[in.Key()], in.ID)
			by, _, _ := strings.Cut(in.ID, "/")
			worked[by] = append(worked[by], in.ID)
		}
		mu.Unlock()
		for k, list := range done {
			mu.Lock()
			held[k] = false
			mu.Unlock()
			if err := s.Finish(t.Context(), k, day(2), list...); err != nil {
				return 0, err
			}
		}
		return len(list), nil
	}
	for _, err := range atOnce(func(i int) error {
		for n := range each {
			in := from(name("p", i%people), name("poster", i)+"/"+name("n", n))
			if err := s.Post(t.Context(), in); err != nil {
				return err
			}
			if _, err := work(); err != nil {
				return err
			}
		}
		return nil
	}) {
		must(t, err)
	}
	for n, err := work(); n > 0; n, err = work() {
		must(t, err)
	}
	for i := range writers {
		have := worked[name("poster", i)]
		if len(have) != each || !slices.IsSorted(have) {
			t.Errorf("inbounds of poster %d were worked as %v", i, have)
		}
	}
}

func inboxSetAside(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.Post(t.Context(), told("a"), told("b")))
	must(t, s.SetAside(t.Context(), told("a"), "three starts: "+emoji))
	must(t, s.SetAside(t.Context(), told("never posted"), "three starts"))
	must(t, s.SetAside(t.Context(), told("never posted"), "and again"))
	must(t, s.Finish(t.Context(), told("").Key(), day(2), "a"))
	must(t, s.Post(t.Context(), told("a"), told("never posted")))
	same(t, "inbox", waiting(t, s), []string{"b"})
}

func inboxNUL(t *testing.T, s bot.Store) {
	t.Helper()
	bad := told("bad")
	bad.Event = bot.Said{Text: nul}
	badID := told(nul)
	for _, in := range []bot.Inbound{bad, badID} {
		if s.Post(t.Context(), told("good"), in) == nil {
			t.Error("a NUL in an inbound was taken")
		}
		if s.SetAside(t.Context(), in, "why") == nil {
			t.Error("a NUL in an inbound was set aside")
		}
	}
	if s.SetAside(t.Context(), told("good"), nul) == nil {
		t.Error("a NUL in a reason was taken")
	}
	same(t, "inbox", waiting(t, s), []string{})
}
