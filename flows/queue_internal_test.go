package flows

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// friday is a Friday at 16:30 by the clock of Shantou: an hour before work ends.
var friday = time.Date(2026, 3, 6, 16, 30, 0, 0, claim.Shantou)

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

// TestOwner has an engineer own claims by his name on all channels, where the desk knows him.
func TestOwner(t *testing.T) {
	t.Parallel()
	by := bot.Turn{Person: claim.Person{ID: "w1"}}
	if got := owner(by); got != "w1" {
		t.Errorf("without a desk file it is %q", got)
	}
	by.Staff.ID = "wang"
	if got := owner(by); got != "wang" {
		t.Errorf("with a desk file it is %q", got)
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
