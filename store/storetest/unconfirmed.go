package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func unconfirmedCases() []storeCase {
	return []storeCase{
		{"unconfirmed claims are listed, the longest unchanged first", unconfirmed},
		{"a claim is unconfirmed as it now is", unconfirmedChanged},
	}
}

// resolved opens a claim that was resolved at a time and that nothing but its customer's word keeps open.
func resolved(t *testing.T, s bot.Store, id string, at time.Time, change func(*claim.Claim)) claim.Claim {
	t.Helper()
	c := aClaim()
	c.Status, c.Description, c.Changed = claim.Resolved, id, at
	c.Held, c.OpenReturns, c.BoardsOut, c.OpenQuotations = false, 0, 0, 0
	if change != nil {
		change(&c)
	}
	return got(s.OpenClaim(t.Context(), key(id, ""), c, nil))(t)
}

// wantUnconfirmed wants claims with these descriptions, in this order.
func wantUnconfirmed(t *testing.T, s bot.Store, before time.Time, limit int, want ...string) {
	t.Helper()
	var have []string
	for _, c := range got(s.Unconfirmed(t.Context(), before, limit))(t) {
		have = append(have, c.Description)
		same(t, "claim", c, got(s.Claim(t.Context(), c.ID))(t))
	}
	if !slices.Equal(have, want) {
		t.Errorf("unconfirmed before %s are %q, want %q", before, have, want)
	}
}

func unconfirmed(t *testing.T, s bot.Store) {
	t.Helper()
	resolved(t, s, "third", day(4), nil)
	resolved(t, s, "first", day(2), nil)
	resolved(t, s, "second", day(3), nil)
	resolved(t, s, "held", day(2), func(c *claim.Claim) { c.Held = true })
	resolved(t, s, "with a board out", day(2), func(c *claim.Claim) { c.BoardsOut = 1 })
	resolved(t, s, "taken", day(2), func(c *claim.Claim) { c.Status = claim.Taken })
	resolved(t, s, "closed", day(2), func(c *claim.Claim) { c.Status = claim.Closed })
	wantUnconfirmed(t, s, day(2).Add(-time.Microsecond), 10)
	wantUnconfirmed(t, s, day(2), 10, "first")
	wantUnconfirmed(t, s, day(9), 10, "first", "second", "third")
	wantUnconfirmed(t, s, day(9), 2, "first", "second")
}

func unconfirmedChanged(t *testing.T, s bot.Store) {
	t.Helper()
	c := resolved(t, s, "c", day(2), nil)
	change := func(in string, f func(*claim.Claim)) {
		t.Helper()
		got(s.ChangeClaim(t.Context(), key(in, ""), c.ID, func(c claim.Claim) (bot.ClaimChange, error) {
			f(&c)
			return bot.ClaimChange{Claim: c}, nil
		}))(t)
	}
	change("1", func(c *claim.Claim) { c.Changed = day(3) })
	wantUnconfirmed(t, s, day(2), 10)
	wantUnconfirmed(t, s, day(3), 10, "c")
	change("2", func(c *claim.Claim) { c.Held = true })
	wantUnconfirmed(t, s, day(3), 10)
	change("3", func(c *claim.Claim) { c.Held, c.OpenQuotations = false, 1 })
	wantUnconfirmed(t, s, day(3), 10)
	change("4", func(c *claim.Claim) { c.OpenQuotations = 0 })
	wantUnconfirmed(t, s, day(3), 10, "c")
	change("5", func(c *claim.Claim) { c.Status = claim.Closed })
	wantUnconfirmed(t, s, day(3), 10)
}
