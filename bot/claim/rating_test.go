package claim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
)

var ana = claim.Actor{Role: claim.Customer, ID: "ana", Name: "Ana"}

// solved is a claim that was resolved at noon.
func solved(s claim.Severity) claim.Claim {
	return claim.Claim{ID: "C-2603-0001", Status: claim.Resolved, Severity: s, Changed: noon}
}

// did does actions one after the other; each must succeed.
func did(t *testing.T, c claim.Claim, at time.Time, by claim.Actor, actions ...claim.Action) (claim.Claim, claim.Event) {
	t.Helper()
	var e claim.Event
	for _, a := range actions {
		var err error
		if c, e, err = c.Do(a, by, at); err != nil {
			t.Fatalf("%s: %v", a.Kind, err)
		}
	}
	return c, e
}

func TestLapse(t *testing.T) {
	t.Parallel()
	due := noon.Add(claim.Fortnight)
	lapse := claim.Action{Kind: claim.Lapse}
	c, e := did(t, solved(claim.Degraded), due, claim.Actor{}, lapse)
	if c.Status != claim.Closed || !c.Surveyed || e.Kind != claim.EventStatus {
		t.Errorf("closed: %+v, %+v", c, e)
	}
	c, e = did(t, solved(claim.LineDown), due, claim.Actor{}, lapse)
	if c.Status != claim.Resolved || !c.Held || c.Surveyed || e.Kind != claim.EventHeld || !e.Kind.Internal() {
		t.Errorf("where the line was down: %+v, %+v", c, e)
	}
	if _, _, err := c.Do(lapse, claim.Actor{}, due.Add(claim.Fortnight)); !errors.Is(err, claim.ErrNoTransition) {
		t.Errorf("a second time: %v", err)
	}
	for name, at := range map[string]claim.Actor{"confirmed": mei, "closed by an engineer": wang} {
		kind := claim.Confirm
		if at == wang {
			kind = claim.Shut
		}
		if c, _ := did(t, c, due, at, claim.Action{Kind: kind}); c.Status != claim.Closed || c.Held {
			t.Errorf("held, then %s: %+v", name, c)
		}
	}
	if c, _ := did(t, c, due, wang, claim.Action{Kind: claim.Grade, Level: claim.Degraded}); c.Held {
		t.Error("the line was not down after all, and the program still does not close the claim")
	}
	for name, c := range map[string]claim.Claim{
		"too early": func() claim.Claim { c := solved(claim.Degraded); c.Changed = noon.Add(time.Microsecond); return c }(),
		"too early, the line down": func() claim.Claim {
			c := solved(claim.LineDown)
			c.Changed = noon.Add(time.Microsecond)
			return c
		}(),
		"with a board out": func() claim.Claim { c := solved(claim.Degraded); c.BoardsOut = 1; return c }(),
		"taken":            {Status: claim.Taken, Changed: noon},
		"closed":           {Status: claim.Closed, Changed: noon},
	} {
		if got, _, err := c.Do(lapse, claim.Actor{}, due); err == nil {
			t.Errorf("%s: done, %+v", name, got)
		}
	}
}

func TestRating(t *testing.T) {
	t.Parallel()
	rate := func(score int) claim.Action { return claim.Action{Kind: claim.Rate, Score: score, Lang: "zh"} }
	comment := claim.Action{Kind: claim.Comment, Words: "quick", Lang: "zh"}
	closed, _ := did(t, solved(claim.Degraded), noon, mei, claim.Action{Kind: claim.Confirm})
	rated, e := did(t, closed, noon.Add(time.Hour), mei, rate(4))
	want := claim.Event{Claim: "C-2603-0001", Kind: claim.EventRated, By: mei, At: noon.Add(time.Hour), To: "4", Lang: "zh"}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if !rated.Changed.Equal(closed.Changed) {
		t.Error("a rating lengthens the time in which the claim can be reopened")
	}
	said, e := did(t, rated, noon, mei, comment)
	want = claim.Event{Claim: "C-2603-0001", Kind: claim.EventRated, By: mei, At: noon, From: "4", To: "4", Note: "quick", Lang: "zh"}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("event of the words (-want +got):\n%s", diff)
	}
	if want := (claim.Rating{Score: 4, Words: "quick", By: mei}); said.Rating != want {
		t.Errorf("rating %+v, want %+v", said.Rating, want)
	}
	again, _ := did(t, said, noon, mei, claim.Action{Kind: claim.Unsolved})
	for name, c := range map[string]struct {
		claim claim.Claim
		do    claim.Action
		by    claim.Actor
		want  error
	}{
		"a second rating":         {rated, rate(5), mei, claim.ErrSame},
		"a colleague's":           {rated, rate(5), ana, claim.ErrSame},
		"one of a reopened claim": {again, rate(5), mei, claim.ErrSame},
		"second words":            {said, comment, mei, claim.ErrSame},
		"a colleague's words":     {rated, comment, ana, claim.ErrSame},
		"words before a rating":   {closed, comment, mei, claim.ErrSame},
		"nobody has asked":        {solved(claim.Degraded), rate(5), mei, claim.ErrNoTransition},
		"no score":                {closed, rate(0), mei, claim.ErrNoTransition},
		"six":                     {closed, rate(6), mei, claim.ErrNoTransition},
	} {
		if _, _, err := c.claim.Do(c.do, c.by, noon); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestUnsolvedAfterClosing has a customer take a closed claim up again, for 14 days.
func TestUnsolvedAfterClosing(t *testing.T) {
	t.Parallel()
	unsolved := claim.Action{Kind: claim.Unsolved}
	closed, _ := did(t, solved(claim.Degraded), noon, mei, claim.Action{Kind: claim.Confirm})
	if c, _ := did(t, closed, noon.Add(claim.Fortnight), mei, unsolved); c.Status != claim.Reopened || !c.Surveyed {
		t.Errorf("on the last day: %+v", c)
	}
	refused := (*claim.RefusedError)(nil)
	_, _, err := closed.Do(unsolved, mei, noon.Add(claim.Fortnight+time.Microsecond))
	if !errors.As(err, &refused) || refused.Guard != claim.Within14Days {
		t.Errorf("after it: %v", err)
	}
}
