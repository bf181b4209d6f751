package flows

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// friday is a Friday at 16:30 by the clock of Shantou: an hour before work ends.
var friday = time.Date(2026, 3, 6, 16, 30, 0, 0, claim.Shantou)

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
		v := view{now: c.now, roster: duty.Default()}
		one := claim.Claim{Status: c.status, Severity: c.severity, Description: c.words, Opened: friday, Changed: friday}
		if got := v.overdue(one); got != c.want {
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
	got := slices.Clone(list)
	slices.Reverse(got)
	slices.SortFunc(got, urgent)
	if diff := cmp.Diff(list, got); diff != "" {
		t.Error(diff)
	}
}

// TestLongQueue keeps a list short and says how much more there is.
func TestLongQueue(t *testing.T) {
	t.Parallel()
	var all []claim.Claim
	for i := range 13 {
		all = append(all, claim.Claim{
			ID: claim.ID(fmt.Sprintf("C-2603-%04d", i+1)), Status: claim.Open, Severity: claim.Degraded,
			Lines: make([]claim.Line, 1), Opened: friday.Add(time.Duration(i)),
		})
	}
	slices.Reverse(all) // as the store finds them
	_, n := queue.Begin(struct{}{}, bot.Turn{Event: bot.Found{Claims: all}, Sent: friday, Roster: duty.Default()})
	if len(n.Say) != 1 {
		t.Fatalf("%d groups, want those that nobody has taken: %v", len(n.Say), n.Say)
	}
	group := n.Say[0].Args
	lines := group["List"].(bot.Lines)
	if group["Count"] != 13 || group["More"] != 3 || len(lines) != maxLines || lines[0].Args["Claim"] != all[12].ID {
		t.Errorf("%d lines, %v of %v left out, first %v", len(lines), group["More"], group["Count"], lines[0].Args["Claim"])
	}
	if len(n.Offer) != maxButtons+1 || n.Offer[0].Claim != all[12].ID || n.Offer[maxButtons].ID != "open" {
		t.Errorf("buttons %v", n.Offer)
	}
}

// TestOwnOfAllChannels finds the claims that an engineer has taken on another channel.
func TestOwnOfAllChannels(t *testing.T) {
	t.Parallel()
	roster := &duty.Desk{People: []duty.Person{
		{ID: "li", Accounts: map[string]claim.PersonID{"one": "l1", "two": "l2"}},
		{ID: "wang", Accounts: map[string]claim.PersonID{"one": "w1", "two": "w2", "three": ""}},
	}}
	for id, want := range map[claim.PersonID][]claim.PersonID{"w1": {"w1", "w1", "w2"}, "l2": {"l2"}, "": nil} {
		got := accounts(bot.Turn{Person: claim.Person{ID: id}, To: bot.Address{Channel: "one"}, Roster: roster})
		slices.Sort(got)
		if diff := cmp.Diff(want, got, cmp.Transformer("list", func(l []claim.PersonID) string { return fmt.Sprint(l) })); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

// TestLongHistory leaves out what happened first and says how much that is.
func TestLongHistory(t *testing.T) {
	t.Parallel()
	events := make([]claim.Event, maxHistory+4)
	events[4].Kind = claim.EventNote
	_, n := look.Begin(struct{}{}, bot.Turn{
		Event: bot.Found{Claims: []claim.Claim{{ID: "C-2603-0001"}}, History: events}, Args: bot.Args{Claim: "C-2603-0001"},
	})
	said := n.Say[0].Args
	if lines := said["History"].(bot.Lines); said["Earlier"] != 4 || len(lines) != maxHistory ||
		lines[0].Args["What"].(bot.Text).Key != "desk.event.note" {
		t.Errorf("%v earlier ones, then %v", said["Earlier"], lines)
	}
}
