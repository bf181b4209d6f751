package claim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
)

// TestMergeAndBack: whatever can be merged goes on exactly where it was.
func TestMergeAndBack(t *testing.T) {
	t.Parallel()
	asked := claim.Inquiry{Words: "Which lane?", At: noon.Add(-time.Hour)}
	for _, c := range []claim.Claim{
		{ID: "C-2603-0002", Status: claim.Open},
		{ID: "C-2603-0002", Status: claim.Taken, Owner: li},
		{ID: "C-2603-0002", Status: claim.WaitingCustomer, Owner: li, Asked: asked},
		{ID: "C-2603-0002", Status: claim.Reopened, Owner: li},
	} {
		c.Duplicate, c.Description = "C-2603-0001", "It leaks"
		merged, e, err := c.Do(claim.Action{Kind: claim.Merge, Into: "C-2603-0001", Words: "the same leak"}, wang, noon)
		want := claim.Event{
			Claim: c.ID, Kind: claim.EventStatus, By: wang, At: noon, From: string(c.Status), To: "merged", Note: "the same leak", Other: "C-2603-0001",
		}
		if diff := cmp.Diff(want, e); err != nil || diff != "" {
			t.Errorf("merge %s: %v, event (-want +got):\n%s", c.Status, err, diff)
		}
		if merged.Pending() || merged.Merger.Into != "C-2603-0001" || merged.Description != c.Description {
			t.Errorf("merged from %s: %+v", c.Status, merged)
		}
		for _, kind := range []claim.ActionKind{claim.Unmerge, claim.Reopen} {
			back, e, err := merged.Do(claim.Action{Kind: kind, Words: "another leak"}, li, noon.Add(time.Hour))
			if err != nil || e.To != string(c.Status) || e.Other != "C-2603-0001" || e.Note != "another leak" {
				t.Errorf("%s to %s: %v, %+v", kind, c.Status, err, e)
			}
			back.Changed = c.Changed
			if diff := cmp.Diff(c, back); diff != "" {
				t.Errorf("%s: the claim is not as it was:\n%s", kind, diff)
			}
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	guard := func(want claim.Guard) func(error) bool {
		return func(err error) bool { r := (*claim.RefusedError)(nil); return errors.As(err, &r) && r.Guard == want }
	}
	reason := claim.Action{Kind: claim.Merge, Into: "C-2603-0001", Words: "the same"}
	for name, c := range map[string]struct {
		from   claim.Claim
		action claim.Action
		want   func(error) bool
	}{
		"without a reason":          {claim.Claim{Status: claim.Open}, claim.Action{Kind: claim.Merge, Into: "C-2603-0001"}, guard(claim.HasReason)},
		"taken, without a reason":   {claim.Claim{Status: claim.Taken}, claim.Action{Kind: claim.Merge, Into: "C-2603-0001"}, guard(claim.FreeWithReason)},
		"a part is out":             {claim.Claim{Status: claim.Taken, OpenReturns: 1}, reason, guard(claim.FreeWithReason)},
		"into nothing":              {claim.Claim{Status: claim.Open}, claim.Action{Kind: claim.Merge, Words: "the same"}, is(claim.ErrNoTransition)},
		"into itself":               {claim.Claim{ID: "C-2603-0001", Status: claim.Open}, reason, is(claim.ErrNoTransition)},
		"waits for parts":           {claim.Claim{Status: claim.WaitingParts}, reason, is(claim.ErrNoTransition)},
		"merged before":             {claim.Claim{Status: claim.Merged}, reason, is(claim.ErrNoTransition)},
		"closed":                    {claim.Claim{Status: claim.Closed}, reason, is(claim.ErrNoTransition)},
		"apart, but was never one":  {claim.Claim{Status: claim.Closed, Changed: noon}, claim.Action{Kind: claim.Unmerge}, is(claim.ErrNoTransition)},
		"ask somebody who called":   {claim.Claim{Status: claim.Taken, By: wang}, claim.Action{Kind: claim.Ask, Words: "Which?"}, is(claim.ErrNoChat)},
		"a line that is not there":  {claim.Claim{Status: claim.Taken, Lines: []claim.Line{{}}}, claim.Action{Kind: claim.Correct, Index: 1, Line: claim.Line{Serial: "OS-1"}}, is(claim.ErrNoTransition)},
		"no serial number":          {claim.Claim{Status: claim.Taken, Lines: []claim.Line{{}}}, claim.Action{Kind: claim.Correct}, is(claim.ErrNoTransition)},
		"the same serial number":    {claim.Claim{Status: claim.Taken, Lines: []claim.Line{{Serial: "OS-1"}}}, claim.Action{Kind: claim.Correct, Line: claim.Line{Serial: "OS-1"}}, is(claim.ErrSame)},
		"corrected after a merger":  {claim.Claim{Status: claim.Merged, Lines: []claim.Line{{Serial: "OS-1"}}}, claim.Action{Kind: claim.Correct, Line: claim.Line{Serial: "OS-2"}}, is(claim.ErrNoTransition)},
		"the same company":          {claim.Claim{Customer: "Nuts", Reporter: claim.Person{Company: "n"}}, claim.Action{Kind: claim.Relate, Company: claim.Company{ID: "n", Name: "Nuts"}}, is(claim.ErrSame)},
		"handed on though he reads": {claim.Claim{Channel: "chat"}, claim.Action{Kind: claim.HandTo, Writer: claim.Writer{Person: claim.Person{ID: "mei"}, Channel: "chat"}}, is(claim.ErrNoTransition)},
		"handed to nobody":          {claim.Claim{By: wang}, claim.Action{Kind: claim.HandTo}, is(claim.ErrNoTransition)},
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

// TestAsBefore: what was merged cannot be put elsewhere than it was, and what an older program merged was open.
func TestAsBefore(t *testing.T) {
	t.Parallel()
	for was, to := range map[claim.Status]claim.Status{claim.Taken: claim.Open, claim.Open: claim.Taken, "": claim.Reopened} {
		c := claim.Claim{Status: claim.Merged, Merger: claim.Merger{Into: "C-2603-0001", Was: was}}
		if _, _, err := c.Move(claim.Change{To: to, By: wang, At: noon}); err == nil {
			t.Errorf("from merged, before that %q, to %s", was, to)
		}
	}
	old := claim.Claim{Status: claim.Merged}
	if c, _, err := old.Do(claim.Action{Kind: claim.Unmerge}, wang, noon); err != nil || c.Status != claim.Open {
		t.Errorf("unmerge of an older claim: %v, %s", err, c.Status)
	}
}

func TestJoinAndPart(t *testing.T) {
	t.Parallel()
	c := claim.Claim{ID: "C-2603-0001", Status: claim.Taken, Duplicate: "C-2603-0003", Also: []claim.ID{"C-2603-0002"}, Changed: noon}
	now, e, ok := c.Join("C-2603-0003", "the same", wang, noon.Add(time.Hour))
	if !ok || e.Kind != claim.EventJoined || e.Other != "C-2603-0003" || e.Note != "the same" || !e.Kind.Internal() {
		t.Errorf("join: %t, %+v", ok, e)
	}
	if diff := cmp.Diff([]claim.ID{"C-2603-0002", "C-2603-0003"}, now.Also); diff != "" || now.Duplicate != "" || !now.Changed.Equal(noon) {
		t.Errorf("joined: %+v", now)
	}
	if _, _, ok := now.Join("C-2603-0003", "again", wang, noon); ok {
		t.Error("joined twice")
	}
	now, e, ok = now.Part("C-2603-0002", wang, noon)
	if !ok || e.Kind != claim.EventParted || !cmp.Equal(now.Also, []claim.ID{"C-2603-0003"}) || !cmp.Equal(c.Also, []claim.ID{"C-2603-0002"}) {
		t.Errorf("part: %t, %+v, %v; was %v", ok, e, now.Also, c.Also)
	}
	if _, _, ok := now.Part("C-2603-0002", wang, noon); ok {
		t.Error("parted twice")
	}
}

// TestBefore: of any two claims one is the earlier, so that mergers cannot run in a circle.
func TestBefore(t *testing.T) {
	t.Parallel()
	draw := rapid.Custom(func(t *rapid.T) claim.Claim {
		return claim.Claim{
			ID:     claim.ID(rapid.SampledFrom([]string{"C-1", "C-2", "C-3"}).Draw(t, "id")),
			Date:   claim.DateOf(noon).AddDays(rapid.IntRange(0, 1).Draw(t, "day")),
			Opened: noon.Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "opened")) * time.Hour),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := draw.Draw(t, "a"), draw.Draw(t, "b"), draw.Draw(t, "c")
		if a.Before(b) == b.Before(a) && !cmp.Equal(a, b) || a.Before(a) {
			t.Fatal("neither or both come first")
		}
		if a.Before(b) && b.Before(c) && !a.Before(c) {
			t.Fatal("a circle")
		}
	})
	early := claim.Claim{ID: "C-2", Date: claim.DateOf(noon).AddDays(-1), Opened: noon}
	if late := (claim.Claim{ID: "C-1", Date: claim.DateOf(noon), Opened: noon.Add(-time.Hour)}); !early.Before(late) {
		t.Error("the claim date does not count first")
	}
}

func TestSameMachine(t *testing.T) {
	t.Parallel()
	on := func(list ...claim.Serial) (c claim.Claim) {
		for _, s := range list {
			c.Lines = append(c.Lines, claim.Line{Serial: s})
		}
		return c
	}
	if !on("OS-1", "OS-2").SameMachine(on("OS-2", "OS-3")) || on("OS-1").SameMachine(on("OS-2")) || on("").SameMachine(on("")) {
		t.Error("claims about the same machine are not told from others")
	}
}

// TestCorrect: the right machine takes the place of the wrong one, and the history has both verdicts.
func TestCorrect(t *testing.T) {
	t.Parallel()
	was := claim.Line{Serial: "OS-1", Company: "nuts", Verdict: claim.Verdict{Coverage: claim.In, Terms: claim.Terms{Row: "D3"}}}
	now := claim.Line{Serial: "OS-2", Company: "beans", Verdict: claim.Verdict{Coverage: claim.Out, Terms: claim.Terms{Row: "D10"}}}
	c := claim.Claim{ID: "C-2603-0001", Status: claim.Taken, Lines: []claim.Line{was}, Duplicate: "C-2603-0000"}
	got, e, err := c.Do(claim.Action{Kind: claim.Correct, Line: now, Words: "name plate"}, wang, noon)
	want := claim.Event{
		Claim: c.ID, Kind: claim.EventSerial, By: wang, At: noon, From: "OS-1", To: "OS-2", Note: "name plate", Was: was.Verdict, Now: now.Verdict,
	}
	if diff := cmp.Diff(want, e); err != nil || diff != "" {
		t.Errorf("correct: %v (-want +got):\n%s", err, diff)
	}
	if !cmp.Equal(got.Lines, []claim.Line{now}) || !cmp.Equal(c.Lines, []claim.Line{was}) || got.Duplicate != "" || !got.Changed.Equal(noon) {
		t.Errorf("corrected: %+v, before: %+v", got, c)
	}
	two := claim.Claim{Status: claim.Taken, Lines: []claim.Line{was, was}, Duplicate: "C-2603-0000"}
	if got, _, _ := two.Do(claim.Action{Kind: claim.Correct, Index: 1, Line: now}, wang, noon); got.Duplicate != "C-2603-0000" || got.Lines[0].Serial != "OS-1" {
		t.Errorf("second of two lines: %+v", got)
	}
	if got, _, _ := two.Do(claim.Action{Kind: claim.Correct, Index: 1, Line: now, Twin: "C-2603-0009"}, wang, noon); got.Duplicate != "C-2603-0009" {
		t.Errorf("with another claim about it: %+v", got)
	}
}

func TestRelateAndHandOn(t *testing.T) {
	t.Parallel()
	c := claim.Claim{ID: "C-2603-0001", Customer: "Nuts", Reporter: claim.Person{Name: "Pedro", Company: "n"}, By: wang, Lang: "en", Contact: "+51"}
	got, e, err := c.Do(claim.Action{Kind: claim.Relate, Company: claim.Company{ID: "b", Name: "Beans"}}, li, noon)
	if err != nil || e.From != "Nuts" || e.To != "Beans" || !e.Kind.Internal() || got.Reporter.Company != "b" || got.Customer != "Beans" {
		t.Errorf("relate: %v, %+v, %+v", err, e, got)
	}
	w := claim.Writer{Person: claim.Person{ID: "mei", Name: "Mei", Lang: "zh", Company: "b"}, Channel: "chat", Chat: "7", Thread: "t"}
	got, e, err = got.Do(claim.Action{Kind: claim.HandTo, Writer: w}, li, noon)
	if err != nil || e.From != "Pedro" || e.To != "Mei" || !e.Kind.Internal() {
		t.Errorf("hand on: %v, %+v", err, e)
	}
	if !got.Reachable() || got.Reporter != w.Person || got.Channel != "chat" || got.Chat != "7" || got.Thread != "t" || got.Lang != "zh" {
		t.Errorf("handed on: %+v", got)
	}
}

// TestBegin: who has opened a claim, and why an earlier day counts, stands in its history.
func TestBegin(t *testing.T) {
	t.Parallel()
	c := claim.Claim{Status: claim.Open, Opened: noon, Date: claim.DateOf(noon), Reporter: claim.Person{ID: "mei", Name: "Mei"}}
	own := claim.Event{Kind: claim.EventOpened, By: claim.Actor{Role: claim.Customer, ID: "mei", Name: "Mei"}, At: noon, To: "open"}
	if diff := cmp.Diff([]claim.Event{own}, c.Begin()); diff != "" {
		t.Error(diff)
	}
	c.By, c.Date, c.Proof = wang, claim.DateOf(noon).AddDays(-4), "mail"
	want := []claim.Event{
		{Kind: claim.EventOpened, By: wang, At: noon, To: "open"},
		{Kind: claim.EventDated, By: wang, At: noon, From: "2026-03-02", To: "2026-02-26", Note: "mail"},
	}
	if diff := cmp.Diff(want, c.Begin()); diff != "" {
		t.Error(diff)
	}
}
