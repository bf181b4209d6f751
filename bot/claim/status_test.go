package claim_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
)

// life is the table of domain.md 6.2, typed by hand: from a status to the next ones.
var life = map[claim.Status]string{
	"open":             "taken merged declined",
	"taken":            "waiting_customer remote_fix waiting_parts resolved open",
	"waiting_customer": "taken resolved",
	"remote_fix":       "taken resolved",
	"waiting_parts":    "taken resolved",
	"resolved":         "closed taken",
	"closed":           "reopened",
	"reopened":         "taken",
	"merged":           "open",
	"declined":         "open",
}

func TestTransitionsAreThoseOfTheDomain(t *testing.T) {
	t.Parallel()
	got := map[claim.Status]string{}
	for _, tr := range claim.Transitions {
		got[tr.From] = strings.TrimSpace(got[tr.From] + " " + string(tr.To))
	}
	if diff := cmp.Diff(life, got); diff != "" {
		t.Error(diff)
	}
	if want := slices.Sorted(maps.Keys(life)); !slices.Equal(want, slices.Sorted(slices.Values(statuses))) {
		t.Errorf("statuses %v, but the table has %v", statuses, want)
	}
}

var statuses = []claim.Status{
	claim.Open, claim.Taken, claim.WaitingCustomer, claim.RemoteFix, claim.WaitingParts,
	claim.Resolved, claim.Closed, claim.Reopened, claim.Merged, claim.Declined,
}

func TestEveryStatusIsReachableAndNoneIsADeadEnd(t *testing.T) {
	t.Parallel()
	seen, todo := map[claim.Status]bool{}, []claim.Status{claim.Open}
	for len(todo) > 0 {
		s := todo[0]
		todo = todo[1:]
		if seen[s] {
			continue
		}
		seen[s] = true
		for _, tr := range claim.Transitions {
			if tr.From == s {
				todo = append(todo, tr.To)
			}
		}
	}
	for _, s := range statuses {
		if !seen[s] {
			t.Errorf("nothing leads to %s", s)
		}
		if life[s] == "" {
			t.Errorf("nothing leads away from %s", s)
		}
	}
}

var now = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

const dayLong = 24 * time.Hour

// can moves a claim that changed some days ago and says what came of it.
func can(t *testing.T, c claim.Claim, ago time.Duration, w claim.Change) string {
	t.Helper()
	c.Changed, w.At = now.Add(-ago), now
	_, _, err := c.Move(w)
	var refused *claim.RefusedError
	switch {
	case err == nil:
		return "yes"
	case errors.As(err, &refused) && refused.Guard == "":
		return "role"
	case errors.As(err, &refused):
		return string(refused.Guard)
	case errors.Is(err, claim.ErrNoTransition):
		return "none"
	}
	t.Fatalf("unknown error %v", err)
	return ""
}

func TestGuards(t *testing.T) {
	t.Parallel()
	staff, customer, program := claim.Actor{Role: claim.Staff}, claim.Actor{Role: claim.Customer}, claim.Actor{}
	for _, v := range []struct {
		name string
		c    claim.Claim
		ago  time.Duration
		w    claim.Change
		want string
	}{
		{"a customer does not take", claim.Claim{Status: claim.Open}, 0, claim.Change{To: claim.Taken, By: customer}, "role"},
		{"the program does not take", claim.Claim{Status: claim.Open}, 0, claim.Change{To: claim.Taken, By: program}, "role"},
		{"staff take", claim.Claim{Status: claim.Open}, 0, claim.Change{To: claim.Taken, By: staff}, "yes"},
		{"merged with a reason", claim.Claim{Status: claim.Open}, 0, claim.Change{To: claim.Merged, By: staff, Why: "C-2603-0001"}, "yes"},
		{"merged without", claim.Claim{Status: claim.Open}, 0, claim.Change{To: claim.Merged, By: staff}, "has_reason"},
		{"declined with words", claim.Claim{Status: claim.Open}, 0, claim.Change{To: claim.Declined, By: staff, Why: "another maker"}, "yes"},
		{"declined without", claim.Claim{Status: claim.Open}, 0, claim.Change{To: claim.Declined, By: staff}, "has_reason"},
		{"released by the program", claim.Claim{Status: claim.Taken}, 0, claim.Change{To: claim.Open, By: program}, "yes"},
		{"released by the customer", claim.Claim{Status: claim.Taken}, 0, claim.Change{To: claim.Open, By: customer}, "role"},
		{"quiet for 14 days", claim.Claim{Status: claim.WaitingCustomer}, 14 * dayLong, claim.Change{To: claim.Resolved, By: staff}, "yes"},
		{"not quiet for so long", claim.Claim{Status: claim.WaitingCustomer}, 14*dayLong - 1, claim.Change{To: claim.Resolved, By: staff}, "quiet_14_days"},
		{"quiet, but the program", claim.Claim{Status: claim.WaitingCustomer}, 15 * dayLong, claim.Change{To: claim.Resolved, By: program}, "role"},
		{"the customer answers", claim.Claim{Status: claim.WaitingCustomer}, 0, claim.Change{To: claim.Taken, By: customer}, "yes"},
		{"the procedure solves it", claim.Claim{Status: claim.RemoteFix}, 0, claim.Change{To: claim.Resolved, By: customer}, "yes"},
		{"parts all settled", claim.Claim{Status: claim.WaitingParts}, 0, claim.Change{To: claim.Resolved, By: staff}, "yes"},
		{"a return is open", claim.Claim{Status: claim.WaitingParts, OpenReturns: 1}, 0, claim.Change{To: claim.Resolved, By: staff}, "nothing_outstanding"},
		{"a board is out", claim.Claim{Status: claim.WaitingParts, BoardsOut: 1}, 0, claim.Change{To: claim.Resolved, By: staff}, "nothing_outstanding"},
		{"a quotation is open", claim.Claim{Status: claim.WaitingParts, OpenQuotations: 1}, 0, claim.Change{To: claim.Resolved, By: staff}, "nothing_outstanding"},
		{"confirmed", claim.Claim{Status: claim.Resolved}, 0, claim.Change{To: claim.Closed, By: customer}, "yes"},
		{"confirmed with a board out", claim.Claim{Status: claim.Resolved, BoardsOut: 1}, 0, claim.Change{To: claim.Closed, By: customer}, "closed_long_enough"},
		{"confirmed with an open return", claim.Claim{Status: claim.Resolved, OpenReturns: 1}, 0, claim.Change{To: claim.Closed, By: customer}, "closed_long_enough"},
		{"14 days with an open quotation", claim.Claim{Status: claim.Resolved, OpenQuotations: 1}, 20 * dayLong, claim.Change{To: claim.Closed, By: program}, "closed_long_enough"},
		{"14 days without an answer", claim.Claim{Status: claim.Resolved}, 14 * dayLong, claim.Change{To: claim.Closed, By: program}, "yes"},
		{"13 days without an answer", claim.Claim{Status: claim.Resolved}, 13 * dayLong, claim.Change{To: claim.Closed, By: program}, "closed_long_enough"},
		{"staff close too early", claim.Claim{Status: claim.Resolved}, 13 * dayLong, claim.Change{To: claim.Closed, By: staff}, "closed_long_enough"},
		{"line down, the program", claim.Claim{Status: claim.Resolved, Severity: claim.LineDown}, 30 * dayLong, claim.Change{To: claim.Closed, By: program}, "closed_long_enough"},
		{"line down, staff", claim.Claim{Status: claim.Resolved, Severity: claim.LineDown}, 30 * dayLong, claim.Change{To: claim.Closed, By: staff}, "yes"},
		{"line down, confirmed", claim.Claim{Status: claim.Resolved, Severity: claim.LineDown}, 0, claim.Change{To: claim.Closed, By: customer}, "yes"},
		{"not solved", claim.Claim{Status: claim.Resolved}, 0, claim.Change{To: claim.Taken, By: customer}, "yes"},
		{"reopened in time", claim.Claim{Status: claim.Closed}, 14 * dayLong, claim.Change{To: claim.Reopened, By: customer}, "yes"},
		{"reopened too late", claim.Claim{Status: claim.Closed}, 14*dayLong + 1, claim.Change{To: claim.Reopened, By: customer}, "within_14_days"},
		{"merging undone", claim.Claim{Status: claim.Merged}, 99 * dayLong, claim.Change{To: claim.Open, By: staff}, "yes"},
		{"declined undone by staff only", claim.Claim{Status: claim.Declined}, 0, claim.Change{To: claim.Open, By: customer}, "role"},
		{"no such edge", claim.Claim{Status: claim.Closed}, 0, claim.Change{To: claim.Taken, By: staff}, "none"},
		{"nowhere", claim.Claim{}, 0, claim.Change{To: claim.Open, By: staff}, "none"},
	} {
		if got := can(t, v.c, v.ago, v.w); got != v.want {
			t.Errorf("%s: %s, want %s", v.name, got, v.want)
		}
	}
}

// Each guard is used by some transition and means something.
func TestGuardsAreUsed(t *testing.T) {
	t.Parallel()
	used := map[claim.Guard]bool{}
	for _, tr := range claim.Transitions {
		if tr.Guard != "" {
			used[tr.Guard] = true
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(claim.Guards)), slices.Sorted(maps.Keys(used))); diff != "" {
		t.Error(diff)
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := claim.Claim{
			ID: "C-2603-0001", Version: 3,
			Status:      rapid.SampledFrom(statuses).Draw(t, "from"),
			Severity:    rapid.SampledFrom([]claim.Severity{claim.LineDown, claim.Degraded, claim.Question}).Draw(t, "severity"),
			Lines:       []claim.Line{{Serial: "OS-2025-0417", Findings: claim.Findings{Acts: []claim.Act{"rewiring"}}}},
			Evidence:    []claim.Evidence{{Hash: "ab"}},
			OpenReturns: rapid.IntRange(0, 1).Draw(t, "returns"),
			BoardsOut:   rapid.IntRange(0, 1).Draw(t, "boards"),
			Changed:     now.Add(-time.Duration(rapid.IntRange(0, 30).Draw(t, "days")) * dayLong),
		}
		w := claim.Change{
			To:  rapid.SampledFrom(statuses).Draw(t, "to"),
			By:  claim.Actor{Role: rapid.SampledFrom([]claim.Role{claim.System, claim.Customer, claim.Staff}).Draw(t, "role")},
			At:  now,
			Why: rapid.SampledFrom([]string{"", "because"}).Draw(t, "why"),
		}
		before := c
		before.Lines, before.Evidence = slices.Clone(c.Lines), slices.Clone(c.Evidence)
		moved, e, err := c.Move(w)
		if diff := cmp.Diff(before, c); diff != "" {
			t.Fatalf("Move changed its receiver: %s", diff)
		}
		if err != nil {
			if diff := cmp.Diff(c, moved); diff != "" || e.Kind != "" {
				t.Fatalf("refused, but %s %v", diff, e)
			}
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		if !strings.Contains(" "+life[c.Status]+" ", " "+string(w.To)+" ") {
			t.Fatalf("moved from %s to %s", c.Status, w.To)
		}
		want := claim.Event{Claim: c.ID, Kind: claim.EventStatus, By: w.By, At: now, From: string(c.Status), To: string(w.To), Note: w.Why}
		if diff := cmp.Diff(want, e); diff != "" {
			t.Fatal(diff)
		}
		before.Status, before.Changed, before.Surveyed = w.To, now, before.Surveyed || w.To == claim.Closed
		if diff := cmp.Diff(before, moved); diff != "" {
			t.Fatal(diff)
		}
		if moved.Status == claim.Closed && c.OpenReturns+c.BoardsOut > 0 {
			t.Fatal("closed with something outstanding")
		}
	})
}

func TestPending(t *testing.T) {
	t.Parallel()
	for _, s := range statuses {
		want := s != claim.Closed && s != claim.Merged && s != claim.Declined
		if got := (claim.Claim{Status: s}).Pending(); got != want {
			t.Errorf("pending when %s: %v", s, got)
		}
	}
}

func TestLinked(t *testing.T) {
	t.Parallel()
	mei := claim.Person{Company: "nuts"}
	if !mei.Linked("nuts") || mei.Linked("tea") || mei.Linked("") || (claim.Person{}).Linked("") {
		t.Error("a person sees what belongs to the own company and nothing else (P7)")
	}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	proof := []string{"ab12"}
	for _, v := range []struct {
		x    claim.Exclusion
		want claim.Suspicion
	}{
		{claim.Exclusion{}, claim.NoExclusion},
		{claim.Exclusion{State: claim.ExclusionSuspected}, claim.ExclusionSuspected},
		{claim.Exclusion{State: claim.ExclusionCleared}, claim.ExclusionCleared},
		{claim.Exclusion{State: claim.ExclusionConfirmed}, claim.ExclusionSuspected},
		{claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "rewired"}, claim.ExclusionSuspected},
		{claim.Exclusion{State: claim.ExclusionConfirmed, Evidence: proof}, claim.ExclusionSuspected},
		{claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "rewired", Evidence: proof}, claim.ExclusionConfirmed},
	} {
		if got := v.x.Degree(); got != v.want {
			t.Errorf("%+v counts as %q, want %q", v.x, got, v.want)
		}
	}
	for o, want := range map[claim.Override]bool{
		{}:                                       false,
		{Coverage: claim.In}:                     false,
		{Reason: "goodwill"}:                     false,
		{Coverage: claim.In, Reason: "goodwill"}: true,
		{Coverage: claim.Out, Reason: "contract"}:      true,
		{Coverage: claim.Excluded, Reason: "misuse"}:   false, // only an exclusion with evidence excludes
		{Coverage: claim.Undetermined, Reason: "hmm?"}: false,
	} {
		if o.Holds() != want {
			t.Errorf("%+v holds: %v", o, o.Holds())
		}
	}
}

func TestVerdictHas(t *testing.T) {
	t.Parallel()
	v := claim.Verdict{Flags: []claim.Flag{claim.Borderline}}
	if !v.Has(claim.Borderline) || v.Has(claim.PolicyGap) {
		t.Error("Has does not read the flags")
	}
}
