package storetest

import (
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
		{"an inbound set aside does not wait", inboxSetAside},
		{"inbound with NUL is refused", inboxNUL},
	}
}

func waiting(t *testing.T, s bot.Store, limit int) []string {
	t.Helper()
	var ids []string
	for _, in := range got(s.Waiting(t.Context(), limit))(t) {
		ids = append(ids, in.ID)
	}
	return ids
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
	same(t, "inbox", got(s.Waiting(t.Context(), 100))(t), list)
}

func inboxOrder(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.Post(t.Context()))
	early := told("z")
	early.Order, early.Sent = 1, day(1).Add(-time.Hour)
	must(t, s.Post(t.Context(), told("b"), told("a")))
	must(t, s.Post(t.Context(), early))
	must(t, s.Post(t.Context(), told("c")))
	same(t, "inbox", waiting(t, s, 10), []string{"b", "a", "z", "c"})
	same(t, "two of the inbox", waiting(t, s, 2), []string{"b", "a"})
	must(t, s.Finish(t.Context(), "a"))
	same(t, "inbox without the finished one", waiting(t, s, 2), []string{"b", "z"})
}

func inboxOnce(t *testing.T, s bot.Store) {
	t.Helper()
	first, other := told("a"), told("a")
	other.Event = bot.Said{Text: "other"}
	must(t, s.Post(t.Context(), first, other))
	must(t, s.Post(t.Context(), other, told("b")))
	same(t, "inbox", got(s.Waiting(t.Context(), 10))(t), []bot.Inbound{first, told("b")})
	must(t, s.Finish(t.Context(), "a"))
	must(t, s.Finish(t.Context(), "a"))
	must(t, s.Finish(t.Context(), "never posted"))
	must(t, s.Post(t.Context(), first))
	same(t, "inbox after it was worked", waiting(t, s, 10), []string{"b"})
}

func inboxAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	for _, err := range atOnce(func(i int) error {
		return s.Post(t.Context(), told("shared"), told(name("own", i)))
	}) {
		must(t, err)
	}
	ids := waiting(t, s, 100)
	seen := make(map[string]bool)
	for _, id := range ids {
		seen[id] = true
	}
	if len(ids) != writers+1 || len(seen) != writers+1 {
		t.Errorf("%d inbounds wait, want %d: %v", len(ids), writers+1, ids)
	}
}

func inboxSetAside(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.Post(t.Context(), told("a"), told("b")))
	must(t, s.SetAside(t.Context(), told("a"), "three starts: "+emoji))
	must(t, s.SetAside(t.Context(), told("never posted"), "three starts"))
	must(t, s.SetAside(t.Context(), told("never posted"), "and again"))
	must(t, s.Finish(t.Context(), "a"))
	must(t, s.Post(t.Context(), told("a"), told("never posted")))
	same(t, "inbox", waiting(t, s, 10), []string{"b"})
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
	same(t, "inbox", waiting(t, s, 10), []string{})
}
