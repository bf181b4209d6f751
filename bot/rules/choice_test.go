package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// grounds are what a decision rests on in these tests.
var grounds = rules.Grounds{Reason: "rewired by others", Evidence: []string{"ab12"}}

// TestOpen holds what an engineer may decide, by what is known.
func TestOpen(t *testing.T) {
	t.Parallel()
	e := rules.Default().On(must(inTime))
	for name, c := range map[string]struct {
		facts rules.Facts
		want  string
	}{
		"in warranty": {
			at(inTime, claim.Findings{}),
			"remote advance return waived site wear hardware suspect exclude out other_maker",
		},
		"out of warranty": {
			at(tooLate, claim.Findings{}),
			"remote return sale site wear hardware in other_maker",
		},
		"a board is on its way": {
			at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard}),
			"remote advance return waived site wear hardware unclear suspect exclude exclude_shipped out other_maker",
		},
		"suspected": {
			at(inTime, claim.Findings{Exclusion: unproven}),
			"remote site wear hardware exclude clear ours unrelated out other_maker",
		},
		"excluded": {
			at(inTime, claim.Findings{Exclusion: proven}),
			"remote return sale site wear hardware suspect clear ours unrelated other_maker",
		},
		"excluded, but at our request": {
			at(inTime, claim.Findings{Exclusion: claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "x", Evidence: []string{"x"}, AtOurRequest: true}}),
			"remote advance return waived site wear hardware suspect out other_maker",
		},
		"goodwill": {
			at(tooLate, claim.Findings{Override: claim.Override{Coverage: claim.In, Reason: "x"}}),
			"remote advance return waived site wear hardware suspect exclude out dates other_maker",
		},
		"which part is not known": {
			at(tooLate, claim.Findings{}, claim.Part{Serial: board, Delivered: must("2026-01-10")}),
			"remote site hardware suspect exclude in out other_maker",
		},
		"another maker's": {at(inTime, claim.Findings{OtherMaker: true}), "our_maker"},
	} {
		var got []string
		for _, choice := range e.Open(c.facts) {
			got = append(got, choice.Name)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestConsider holds the row that each decision leads to, and whether it has its effect.
func TestConsider(t *testing.T) {
	t.Parallel()
	e := rules.Default().On(must(inTime))
	advance := claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard}
	owing := at(inTime, claim.Findings{})
	owing.Overdue = true
	for _, c := range []struct {
		name  string
		facts rules.Facts
		row   claim.RuleID
		ok    bool
	}{
		{"remote", at(inTime, claim.Findings{}), "D1", true},
		{"remote", at(tooLate, claim.Findings{}), "D1", true},
		{"advance", at(inTime, claim.Findings{}), "D2", true},
		{"advance", at(tooLate, claim.Findings{}), "D10", false},
		{"advance", at(inTime, claim.Findings{Exclusion: unproven}), "D7", false},
		{"advance", owing, "D3", false},
		{"return", at(inTime, claim.Findings{}), "D3", true},
		{"return", at(tooLate, claim.Findings{}), "D10", true},
		{"return", at(inTime, claim.Findings{Exclusion: proven}), "D8", true},
		{"return", rules.Facts{Claimed: must(inTime)}, "D15", false},
		{"waived", at(inTime, claim.Findings{}), "D4", true},
		{"waived", at(tooLate, claim.Findings{}), "D10", false},
		{"sale", at(tooLate, claim.Findings{}), "D11", true},
		{"sale", at(inTime, claim.Findings{}), "D3", false},
		{"site", at(tooLate, claim.Findings{}), "D5", true},
		{"wear", at(inTime, claim.Findings{}), "D6", true},
		{"wear", at(tooLate, claim.Findings{}), "D11", true},
		{"hardware", at(inTime, claim.Findings{}), "D3", true},
		{"hardware", at(inTime, claim.Findings{Class: claim.ClassHardware}), "D3", false},
		{"unclear", at(inTime, advance), "D3", true},
		{"unclear", at(inTime, claim.Findings{}), "D3", false},
		{"suspect", at(inTime, claim.Findings{}), "D7", true},
		{"suspect", at(tooLate, claim.Findings{}), "D10", false},
		{"exclude", at(inTime, claim.Findings{Exclusion: unproven}), "D8", true},
		{"exclude", at(tooLate, claim.Findings{}), "D8", false},
		{"exclude", at(inTime, claim.Findings{Exclusion: proven}), "D8", false},
		{"exclude_shipped", at(inTime, advance), "D9", true},
		{"exclude_shipped", at(inTime, claim.Findings{}), "D9", false},
		{"clear", at(inTime, claim.Findings{Exclusion: proven}), "D3", true},
		{"clear", at(inTime, claim.Findings{}), "D3", false},
		{"ours", at(inTime, claim.Findings{Exclusion: proven}), "D3", true},
		{"unrelated", at(inTime, claim.Findings{Exclusion: proven}), "D3", true},
		{"in", at(tooLate, claim.Findings{}), "D3", true},
		{"in", at(inTime, claim.Findings{}), "D3", false},
		{"in", at(inTime, claim.Findings{Exclusion: proven}), "D8", false},
		{"out", at(inTime, claim.Findings{}), "D10", true},
		{"dates", at(tooLate, claim.Findings{Override: claim.Override{Coverage: claim.In, Reason: "x"}}), "D10", true},
		{"dates", at(tooLate, claim.Findings{}), "D10", false},
		{"other_maker", at(inTime, claim.Findings{}), "D17", true},
		{"our_maker", at(inTime, claim.Findings{OtherMaker: true}), "D3", true},
	} {
		choice, found := rules.ChoiceNamed(c.name)
		if !found {
			t.Fatalf("no choice %q", c.name)
		}
		f, v, ok := e.Consider(c.facts, choice, grounds)
		if v.Terms.Row != c.row || ok != c.ok {
			t.Errorf("%s on %+v: row %s, fits %v, want %s, %v", c.name, c.facts.Findings, v.Terms.Row, ok, c.row, c.ok)
		}
		c.facts.Findings = f
		if diff := cmp.Diff(e.Judge(c.facts), v); diff != "" {
			t.Errorf("%s: the findings do not lead to the verdict:\n%s", c.name, diff)
		}
	}
	if _, ok := rules.ChoiceNamed("nothing"); ok {
		t.Error("there is a choice that is not")
	}
}

// TestChoicesGround holds that what accuses, takes that back, or sets the dates aside needs a reason, and keeps it.
func TestChoicesGround(t *testing.T) {
	t.Parallel()
	e := rules.Default().On(must(inTime))
	for _, c := range rules.Choices {
		switch c.Name {
		case "suspect", "exclude", "exclude_shipped", "clear", "ours", "unrelated":
			f, _, _ := e.Consider(at(inTime, claim.Findings{Exclusion: unproven}), c, grounds)
			if !c.Why || f.Exclusion.Reason != grounds.Reason {
				t.Errorf("%s: reason wanted %v, %q", c.Name, c.Why, f.Exclusion.Reason)
			}
			if proof := len(f.Exclusion.Evidence) > 0; proof != c.Proof || proof != strings.HasPrefix(c.Name, "exclude") {
				t.Errorf("%s: evidence wanted %v, kept %v", c.Name, c.Proof, f.Exclusion.Evidence)
			}
		case "in", "out", "dates", "other_maker", "our_maker":
			if !c.Why || c.Proof {
				t.Errorf("%s: reason wanted %v, evidence wanted %v", c.Name, c.Why, c.Proof)
			}
		default:
			if c.Why || c.Proof {
				t.Errorf("%s: reason wanted %v, evidence wanted %v", c.Name, c.Why, c.Proof)
			}
		}
	}
}

// TestReversal restores the first terms when an exclusion is taken back, whatever is known (acceptance.md 4), and
// never shows a customer what is only suspected.
func TestReversal(t *testing.T) {
	t.Parallel()
	e := rules.Default().On(must(inTime))
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		f.Findings.Exclusion, f.Findings.Acts, f.Findings.Damage = claim.Exclusion{}, nil, claim.NoDamage
		first := e.Judge(f)
		for _, name := range []string{"suspect", "exclude", "clear"} {
			c, _ := rules.ChoiceNamed(name)
			found, v, _ := e.Consider(f, c, grounds)
			f.Findings = found
			shown := e.Shown(f)
			if (shown.Coverage != "") != (name == "suspect") {
				t.Fatalf("after %s the customer reads %+v instead of the verdict", name, shown)
			}
			if name == "suspect" {
				if diff := cmp.Diff(first, shown); diff != "" {
					t.Fatalf("what the customer reads while there is a suspicion (-first +shown):\n%s", diff)
				}
			}
			if name == "clear" {
				if diff := cmp.Diff(first, v); diff != "" {
					t.Fatalf("after the reversal (-first +last):\n%s", diff)
				}
			}
		}
	})
}

// TestNoDeadEnd leaves an engineer something to decide, whatever was decided before.
func TestNoDeadEnd(t *testing.T) {
	t.Parallel()
	e := rules.Default().On(must(inTime))
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		for range 6 {
			open := e.Open(f)
			if len(open) == 0 {
				t.Fatalf("nothing can be decided on %+v", f)
			}
			c := rapid.SampledFrom(open).Draw(t, "choice")
			found, v, ok := e.Consider(f, c, grounds)
			if !ok || v.Terms.Row == "" {
				t.Fatalf("%s is offered on %+v, and does not fit: %+v", c.Name, f, v)
			}
			f.Findings = found
		}
	})
}

// TestEditionOf judges a claim by the edition that it keeps, else by that of its day.
func TestEditionOf(t *testing.T) {
	t.Parallel()
	p := *rules.Default()
	newer := p.Editions[0]
	newer.ID, newer.From = "2025-01-01", must("2025-01-01")
	p.Editions = append(slices.Clone(p.Editions), newer)
	old := p.Editions[0].ID
	for want, c := range map[string]claim.Claim{
		old:          {Policy: old, Date: must(inTime)},
		"2025-01-01": {Policy: "gone", Date: must(inTime)},
	} {
		if got := p.EditionOf(c).ID; got != want {
			t.Errorf("%+v is judged by %s, want %s", c.Policy, got, want)
		}
	}
}

// TestFactsOf takes from a claim what it was judged by.
func TestFactsOf(t *testing.T) {
	t.Parallel()
	c := claim.Claim{Date: must(inTime), Severity: claim.Question}
	line := claim.Line{Findings: claim.Findings{Class: claim.ClassSite}}
	want := rules.Facts{Claimed: must(inTime), Machine: machine(), Severity: claim.Question, Findings: line.Findings}
	if diff := cmp.Diff(want, rules.FactsOf(c, line, machine())); diff != "" {
		t.Error(diff)
	}
	opened := c.Date.AddDays(3)
	c.Proof, c.Opened = "mail", opened.Begins()
	want.Claimed, want.Earlier, want.EarlierProven = opened, c.Date, true
	if diff := cmp.Diff(want, rules.FactsOf(c, line, machine())); diff != "" {
		t.Error(diff)
	}
}
