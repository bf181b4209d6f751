package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func historyCases() []storeCase {
	return []storeCase{
		{"histories of a period come in order, each with its events", histories},
		{"histories of many claims come once each", historiesMany},
		{"an error ends histories", historiesEnd},
	}
}

// history is what is told of a claim by [bot.Claims.Histories].
type history struct {
	claim  claim.Claim
	events []claim.Event
}

func historiesOf(t *testing.T, s bot.Store, from, to claim.Date) (list []history) {
	t.Helper()
	must(t, s.Histories(t.Context(), from, to, func(c claim.Claim, events []claim.Event) error {
		list = append(list, history{c, events})
		return nil
	}))
	return list
}

func opening(t *testing.T, s bot.Store, id string, at time.Time) claim.Claim {
	t.Helper()
	c := aClaim()
	c.Opened, c.Description = at, id
	return got(s.OpenClaim(t.Context(), key(id, ""), c, nil))(t)
}

func histories(t *testing.T, s bot.Store) {
	t.Helper()
	first, last := claim.DateOf(day(2)), claim.DateOf(day(4))
	begin, end := first.Begins(), last.AddDays(1).Begins()
	opening(t, s, "too late", end)
	opening(t, s, "last", end.Add(-time.Microsecond))
	changed := opening(t, s, "changed", day(3))
	opening(t, s, "at the same time", day(3))
	opening(t, s, "first", begin)
	opening(t, s, "too early", begin.Add(-time.Microsecond))
	got(s.ChangeClaim(t.Context(), key("in-2", "a"), changed.ID, take))(t)
	got(s.ChangeClaim(t.Context(), key("in-3", "a"), changed.ID, add("h")))(t)

	var order []string
	for _, h := range historiesOf(t, s, first, last) {
		order = append(order, h.claim.Description)
		same(t, "claim", h.claim, got(s.Claim(t.Context(), h.claim.ID))(t))
		same(t, "events", h.events, got(s.Events(t.Context(), h.claim.ID))(t))
		want := 1
		if h.claim.ID == changed.ID {
			want = 4
		}
		if len(h.events) != want {
			t.Errorf("%s: %d events, want %d", h.claim.Description, len(h.events), want)
		}
	}
	same(t, "claims", order, []string{"first", "changed", "at the same time", "last"})
	if list := historiesOf(t, s, first.AddDays(30), last.AddDays(30)); len(list) != 0 {
		t.Errorf("%d claims in a month without any", len(list))
	}
	if list := historiesOf(t, s, last, first); len(list) != 0 {
		t.Errorf("%d claims between a day and the one before", len(list))
	}
}

func historiesMany(t *testing.T, s bot.Store) {
	t.Helper()
	const n = 250
	var want []claim.ID
	for i := range n {
		at := day(2).Add(time.Duration(i*37%n/60) * time.Microsecond) // not in order, and many at once
		want = append(want, opening(t, s, name("in", i), at).ID)
	}
	var have []claim.ID
	var before claim.Claim
	must(t, s.Histories(t.Context(), claim.DateOf(day(2)), claim.DateOf(day(2)), func(c claim.Claim, events []claim.Event) error {
		if c.Opened.Before(before.Opened) {
			t.Errorf("%s comes behind %s, which was opened later", c.ID, before.ID)
		}
		if len(events) != 1 || events[0].Claim != c.ID {
			t.Errorf("%s has the events %v", c.ID, events)
		}
		have, before = append(have, c.ID), c
		_, err := s.Claim(t.Context(), c.ID) // the store is free meanwhile
		return err
	}))
	slices.Sort(have)
	slices.Sort(want)
	same(t, "claims", have, want)
}

func historiesEnd(t *testing.T, s bot.Store) {
	t.Helper()
	opening(t, s, "1", day(2))
	opening(t, s, "2", day(2))
	enough := errors.New("enough")
	n := 0
	err := s.Histories(t.Context(), claim.DateOf(day(2)), claim.DateOf(day(2)), func(claim.Claim, []claim.Event) error {
		n++
		return enough
	})
	wantErr(t, err, enough)
	if n != 1 {
		t.Errorf("called %d times, want once", n)
	}
}
