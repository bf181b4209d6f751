package claim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
)

var (
	wang = claim.Actor{Role: claim.Staff, ID: "wang", Name: "Wang"}
	li   = claim.Actor{Role: claim.Staff, ID: "li", Name: "Li"}
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
)

// TestDo holds what engineers do with a claim, and what becomes of it.
func TestDo(t *testing.T) {
	t.Parallel()
	in := func(s claim.Status, owner claim.Actor) claim.Claim {
		return claim.Claim{ID: "C-2603-0001", Version: 4, Status: s, Severity: claim.Degraded, Owner: owner, Changed: noon.Add(-time.Hour)}
	}
	status := func(from, to claim.Status, why string) claim.Event {
		return claim.Event{Claim: "C-2603-0001", Kind: claim.EventStatus, By: wang, At: noon, From: string(from), To: string(to), Note: why}
	}
	for name, c := range map[string]struct {
		from   claim.Claim
		action claim.Action
		status claim.Status
		level  claim.Severity
		owner  claim.Actor
		event  claim.Event
	}{
		"take": {
			in(claim.Open, claim.Actor{}), claim.Action{Kind: claim.TakeUp}, claim.Taken, claim.Degraded, wang, status(claim.Open, claim.Taken, ""),
		},
		"take what was reopened": {
			in(claim.Reopened, li), claim.Action{Kind: claim.TakeUp}, claim.Taken, claim.Degraded, wang, status(claim.Reopened, claim.Taken, ""),
		},
		"take up again what waited for the customer": {
			in(claim.WaitingCustomer, wang), claim.Action{Kind: claim.TakeUp}, claim.Taken, claim.Degraded, wang, status(claim.WaitingCustomer, claim.Taken, ""),
		},
		"release": {
			in(claim.Taken, li),
			claim.Action{Kind: claim.GiveBack, Words: "night shift"},
			claim.Open, claim.Degraded,
			claim.Actor{},
			status(claim.Taken, claim.Open, "night shift"),
		},
		"resolve": {
			in(claim.Taken, wang),
			claim.Action{Kind: claim.Solve, Words: "cleaned"},
			claim.Resolved, claim.Degraded, wang,
			status(claim.Taken, claim.Resolved, "cleaned"),
		},
		"go on with what was resolved": {
			in(claim.Resolved, li), claim.Action{Kind: claim.Reopen}, claim.Taken, claim.Degraded, li, status(claim.Resolved, claim.Taken, ""),
		},
		"reopen": {
			in(claim.Closed, li), claim.Action{Kind: claim.Reopen}, claim.Reopened, claim.Degraded, li, status(claim.Closed, claim.Reopened, ""),
		},
		"go on with what was declined": {
			in(claim.Declined, claim.Actor{}), claim.Action{Kind: claim.Reopen}, claim.Open, claim.Degraded, claim.Actor{}, status(claim.Declined, claim.Open, ""),
		},
		"go on with what was declined when somebody had it": {
			in(claim.Declined, li), claim.Action{Kind: claim.Reopen}, claim.Open, claim.Degraded, claim.Actor{}, status(claim.Declined, claim.Open, ""),
		},
		"decline": {
			in(claim.Open, claim.Actor{}),
			claim.Action{Kind: claim.Decline, Words: "not ours"},
			claim.Declined, claim.Degraded,
			claim.Actor{},
			status(claim.Open, claim.Declined, "not ours"),
		},
		"note": {
			in(claim.Taken, li),
			claim.Action{Kind: claim.Remark, Words: "looks like the valve"},
			claim.Taken, claim.Degraded, li,
			claim.Event{Claim: "C-2603-0001", Kind: claim.EventNote, By: wang, At: noon, Note: "looks like the valve"},
		},
		"severity": {
			in(claim.Taken, li),
			claim.Action{Kind: claim.Grade, Level: claim.LineDown},
			claim.Taken, claim.LineDown, li,
			claim.Event{Claim: "C-2603-0001", Kind: claim.EventSeverity, By: wang, At: noon, From: "degraded", To: "line_down"},
		},
	} {
		was := c.from
		got, event, err := c.from.Do(c.action, wang, noon)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Status != c.status || got.Severity != c.level || got.Owner != c.owner {
			t.Errorf("%s: the claim is %s, %s, of %+v", name, got.Status, got.Severity, got.Owner)
		}
		if diff := cmp.Diff(c.event, event); diff != "" {
			t.Errorf("%s: event (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(was, c.from); diff != "" {
			t.Errorf("%s changed the claim that it was given:\n%s", name, diff)
		}
	}
}

// TestDoRefuses holds what cannot be done, and why not.
func TestDoRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from   claim.Claim
		action claim.Action
		want   func(error) bool
	}{
		"somebody else has it": {
			claim.Claim{Status: claim.Taken, Owner: li},
			claim.Action{Kind: claim.TakeUp},
			func(err error) bool { o := (*claim.OwnedError)(nil); return errors.As(err, &o) && o.By == li },
		},
		"somebody else waits for the customer": {
			claim.Claim{Status: claim.WaitingCustomer, Owner: li},
			claim.Action{Kind: claim.TakeUp},
			func(err error) bool { o := (*claim.OwnedError)(nil); return errors.As(err, &o) },
		},
		"taken before":  {claim.Claim{Status: claim.Taken, Owner: wang}, claim.Action{Kind: claim.TakeUp}, is(claim.ErrSame)},
		"same severity": {claim.Claim{Severity: claim.Question}, claim.Action{Kind: claim.Grade, Level: claim.Question}, is(claim.ErrSame)},
		"nobody has it": {claim.Claim{Status: claim.Open}, claim.Action{Kind: claim.GiveBack}, is(claim.ErrNoTransition)},
		"not taken":     {claim.Claim{Status: claim.Open}, claim.Action{Kind: claim.Solve}, is(claim.ErrNoTransition)},
		"not closed":    {claim.Claim{Status: claim.Open}, claim.Action{Kind: claim.Reopen}, is(claim.ErrNoTransition)},
		"closed long ago": {
			claim.Claim{Status: claim.Closed, Changed: noon.AddDate(0, 0, -15)},
			claim.Action{Kind: claim.Reopen},
			func(err error) bool {
				r := (*claim.RefusedError)(nil)
				return errors.As(err, &r) && r.Guard == claim.Within14Days
			},
		},
		"declined without a reason": {
			claim.Claim{Status: claim.Open},
			claim.Action{Kind: claim.Decline},
			func(err error) bool {
				r := (*claim.RefusedError)(nil)
				return errors.As(err, &r) && r.Guard == claim.HasReason
			},
		},
		"a part is out": {
			claim.Claim{Status: claim.WaitingParts, BoardsOut: 1},
			claim.Action{Kind: claim.Solve},
			func(err error) bool {
				r := (*claim.RefusedError)(nil)
				return errors.As(err, &r) && r.Guard == claim.NothingOutstanding
			},
		},
		"nothing that is done": {claim.Claim{Status: claim.Open}, claim.Action{Kind: "dance"}, is(claim.ErrNoTransition)},
	} {
		got, _, err := c.from.Do(c.action, wang, noon)
		if !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.from, got); diff != "" {
			t.Errorf("%s: refused, but changed:\n%s", name, diff)
		}
	}
}

func is(want error) func(error) bool {
	return func(err error) bool { return errors.Is(err, want) }
}
