package desk_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/duty"
)

// friday is a Friday at 16:30 by the clock of Shantou: an hour before work ends.
var friday = time.Date(2026, 3, 6, 16, 30, 0, 0, claim.Shantou)

// part returns one part of the queue.
func part(t *testing.T, pending []claim.Claim, v desk.View, name desk.GroupName) []claim.Claim {
	t.Helper()
	for _, g := range desk.Queue(pending, v) {
		if g.Name == name {
			return g.Claims
		}
	}
	t.Fatalf("the queue has no part %q", name)
	return nil
}

// TestQueueParts puts each claim where somebody looks for it.
func TestQueueParts(t *testing.T) {
	t.Parallel()
	var all []claim.Claim
	for _, s := range []claim.Status{
		claim.Open, claim.Taken, claim.WaitingCustomer, claim.RemoteFix, claim.WaitingParts, claim.Resolved, claim.Reopened,
	} {
		for _, owner := range []claim.PersonID{"w1", "li"} {
			all = append(all, claim.Claim{ID: claim.ID(string(s) + " of " + string(owner)), Status: s, Owner: claim.Actor{ID: owner}, Opened: friday, Changed: friday})
		}
	}
	got := map[desk.GroupName][]claim.ID{}
	for _, g := range desk.Queue(all, desk.View{Me: "w1", Now: friday, Roster: duty.Default()}) {
		got[g.Name] = nil
		for _, c := range g.Claims {
			got[g.Name] = append(got[g.Name], c.ID)
		}
	}
	want := map[desk.GroupName][]claim.ID{
		desk.Mine:     {"remote_fix of w1", "taken of w1", "waiting_parts of w1"},
		desk.Free:     {"open of li", "open of w1", "reopened of li", "reopened of w1"},
		desk.Overdue:  nil,
		desk.Customer: {"resolved of li", "resolved of w1", "waiting_customer of li", "waiting_customer of w1"},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOverdue(t *testing.T) {
	t.Parallel()
	monday := friday.AddDate(0, 0, 3)
	for _, c := range []struct {
		name     string
		status   claim.Status
		severity claim.Severity
		words    string
		now      time.Time
		want     bool
	}{
		{"a stopped line is taken within an hour", claim.Open, claim.LineDown, "", friday.Add(time.Hour), true},
		{"not before", claim.Open, claim.LineDown, "", friday.Add(time.Hour - 1), false},
		{"again, when it was reopened", claim.Reopened, claim.LineDown, "", friday.Add(time.Hour), true},
		{"whoever has taken it does something within four", claim.Taken, claim.LineDown, "", friday.Add(4 * time.Hour), true},
		{"not before", claim.Taken, claim.LineDown, "", friday.Add(4*time.Hour - 1), false},
		{"also at the machine from afar", claim.RemoteFix, claim.LineDown, "", friday.Add(4 * time.Hour), true},
		{"a loss waits over the weekend", claim.Open, claim.Degraded, "", monday.Add(30*time.Minute - 1), false},
		{"for eight hours of work", claim.Open, claim.Degraded, "", monday.Add(30 * time.Minute), true},
		{"a question for a day of work", claim.Open, claim.Question, "", monday.Add(-time.Second), false},
		{"no longer", claim.Open, claim.Question, "", monday, true},
		{"where people may be hurt, nothing waits", claim.Open, claim.Question, "smoke and fire in the cabinet", friday.Add(time.Hour), true},
		{"what is no severity is a loss", claim.Open, "", "", monday.Add(24 * time.Hour), true},
		{"the customer may take his time", claim.WaitingCustomer, claim.LineDown, "", monday, false},
		{"and parts travel", claim.WaitingParts, claim.LineDown, "", monday, false},
		{"what is resolved is not late", claim.Resolved, claim.LineDown, "", monday, false},
	} {
		v := desk.View{Now: c.now, Roster: duty.Default()}
		one := claim.Claim{Status: c.status, Severity: c.severity, Description: c.words, Opened: friday, Changed: friday}
		if got := len(part(t, []claim.Claim{one}, v, desk.Overdue)) == 1; got != c.want {
			t.Errorf("%s: overdue is %t", c.name, got)
		}
	}
}

func TestUrgentFirst(t *testing.T) {
	t.Parallel()
	list := []claim.Claim{
		{ID: "danger", Severity: claim.Question, Description: "the operator is injured", Opened: friday.Add(9)},
		{ID: "down for long", Severity: claim.LineDown, Opened: friday.Add(3)},
		{ID: "down", Severity: claim.LineDown, Opened: friday.Add(4)},
		{ID: "runs", Severity: claim.Degraded, Opened: friday.Add(1)},
		{ID: "runs again", Severity: claim.Degraded, Status: claim.Reopened, Opened: friday, Changed: friday.Add(5)},
		{ID: "asks", Severity: claim.Question, Opened: friday},
	}
	for i := range list {
		list[i].Status = cmp.Or(list[i].Status, claim.Open)
	}
	given := slices.Clone(list)
	slices.Reverse(given)
	got := part(t, given, desk.View{Now: friday, Roster: duty.Default()}, desk.Free)
	if diff := gocmp.Diff(list, got); diff != "" {
		t.Error(diff)
	}
}
