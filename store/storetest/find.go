package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func findCases() []storeCase {
	return []storeCase{
		{"claims are found by each field of the filter", findFields},
		{"claims are listed newest first, 100 at most", findOrder},
		{"claims are found by what their lines became", findChanged},
		{"claims are called for when it is time", findCalling},
	}
}

func findFields(t *testing.T, s bot.Store) {
	t.Helper()
	// One claim a day, each told by a letter.
	for i, c := range []struct {
		letter  string
		channel string
		person  claim.PersonID
		company claim.CompanyID
		serial  claim.Serial
		status  claim.Status
	}{
		{"a", "chat", "mei", "nuts", "OS-1", claim.Open},
		{"b", "chat", "mei", "nuts", "OS-2", claim.Closed},
		{"c", "chat", "bob", "nuts", "OS-1", claim.Taken},
		{"d", "mail", "mei", "beans", "OS-3", claim.Merged},
		{"e", "chat", "bob", "", "OS-1", claim.Declined},
		{"f", "chat", "mei", "", "OS-9", claim.Resolved},
	} {
		at := day(i + 1)
		got(s.OpenClaim(t.Context(), key(c.letter, ""), claim.Claim{
			Status: c.status, Description: c.letter, Channel: c.channel, Reporter: claim.Person{ID: c.person},
			Lines: []claim.Line{{Serial: c.serial, Company: c.company}, {Serial: "OS-0", Company: c.company}},
			Date:  claim.DateOf(at), Opened: at, Changed: at,
		}, nil))(t)
	}
	for _, c := range []struct {
		want   string
		filter bot.ClaimFilter
	}{
		{"fedcba", bot.ClaimFilter{}},
		{"fe", bot.ClaimFilter{Limit: 2}},
		{"fba", bot.ClaimFilter{Channel: "chat", Person: "mei"}},
		{"d", bot.ClaimFilter{Channel: "mail", Person: "mei"}},
		{"", bot.ClaimFilter{Channel: "mail", Person: "bob"}},
		{"cba", bot.ClaimFilter{Company: "nuts"}},
		{"fcba", bot.ClaimFilter{Channel: "chat", Person: "mei", Company: "nuts"}},
		{"eca", bot.ClaimFilter{Serial: "OS-1"}},
		{"", bot.ClaimFilter{Serial: "OS-1x"}},
		{"fedcba", bot.ClaimFilter{Serial: "OS-0"}},
		{"fca", bot.ClaimFilter{Pending: true}},
		{"fed", bot.ClaimFilter{Since: claim.DateOf(day(4))}},
		{"ca", bot.ClaimFilter{Serial: "OS-1", Pending: true}},
		{"c", bot.ClaimFilter{Serial: "OS-1", Pending: true, Since: claim.DateOf(day(2))}},
		{"c", bot.ClaimFilter{Serial: "OS-1", Company: "nuts", Limit: 1}},
		{"a", bot.ClaimFilter{Serial: "OS-1", Channel: "chat", Person: "mei"}},
	} {
		var have strings.Builder
		for _, found := range got(s.FindClaims(t.Context(), c.filter))(t) {
			have.WriteString(found.Description)
		}
		if have.String() != c.want {
			t.Errorf("filter %+v found %q, want %q", c.filter, have.String(), c.want)
		}
	}
}

func findOrder(t *testing.T, s bot.Store) {
	t.Helper()
	const n = 103
	for i := range n {
		c := aClaim()
		c.Opened = day(1).Add(time.Duration(i*37%n) * time.Microsecond) // not in order
		got(s.OpenClaim(t.Context(), key(name("in", i), ""), c, nil))(t)
	}
	list := got(s.FindClaims(t.Context(), bot.ClaimFilter{Company: "nuts"}))(t)
	if len(list) != 100 {
		t.Errorf("%d claims, want 100", len(list))
	}
	for i, c := range list {
		same(t, "time of opening", c.Opened, day(1).Add(time.Duration(n-1-i)*time.Microsecond))
	}
}

func findChanged(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", ""), aClaim(), nil))(t)
	got(s.ChangeClaim(t.Context(), key("in-2", ""), opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		c.Lines = []claim.Line{{Serial: "OS-NEW-1", Company: "beans"}}
		c.Status = claim.Declined
		return bot.ClaimChange{Claim: c}, nil
	}))(t)
	for want, filters := range map[int][]bot.ClaimFilter{
		0: {{Serial: "OS-2025-0417"}, {Company: "nuts"}, {Pending: true}},
		1: {{Serial: "OS-NEW-1"}, {Company: "beans"}},
	} {
		for _, f := range filters {
			if n := len(got(s.FindClaims(t.Context(), f))(t)); n != want {
				t.Errorf("filter %+v found %d claims, want %d", f, n, want)
			}
		}
	}
}

func findCalling(t *testing.T, s bot.Store) {
	t.Helper()
	wants := func(now time.Time, limit int, want ...claim.ID) {
		t.Helper()
		var have []claim.ID
		for _, c := range got(s.Calling(t.Context(), now, limit))(t) {
			have = append(have, c.ID)
		}
		same(t, "claims to call for", have, want)
	}
	open := func(in string, next time.Time) claim.Claim {
		t.Helper()
		c := aClaim()
		c.Calls = claim.Calls{Since: day(2), Next: next}
		return got(s.OpenClaim(t.Context(), key(in, ""), c, nil))(t)
	}
	late, early, never := open("in-1", day(4)), open("in-2", day(3)), open("in-3", time.Time{})
	wants(day(3).Add(-time.Microsecond), 10)
	wants(day(3), 10, early.ID)
	wants(day(9), 10, early.ID, late.ID)
	wants(day(9), 1, early.ID)
	same(t, "claim", got(s.Calling(t.Context(), day(3), 10))(t), []claim.Claim{early})
	next := func(in string, id claim.ID, next time.Time) {
		t.Helper()
		got(s.ChangeClaim(t.Context(), key(in, ""), id, func(c claim.Claim) (bot.ClaimChange, error) {
			c.Calls.Next = next
			return bot.ClaimChange{Claim: c}, nil
		}))(t)
	}
	next("in-4", early.ID, day(6).Add(500*time.Nanosecond)) // kept with microseconds
	next("in-5", never.ID, day(5))
	next("in-6", late.ID, time.Time{})
	wants(day(6), 10, never.ID, early.ID)
}
