package desk

import (
	"cmp"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/safety"
)

// View is who looks at the queue, and when.
type View struct {
	Me     claim.PersonID // as whom the reader owns claims
	Now    time.Time
	Roster *duty.Desk
}

// GroupName names a part of the queue.
type GroupName string

// The parts of the queue.
const (
	Mine     GroupName = "mine"     // the reader's own, at which somebody of the house has to work
	Free     GroupName = "free"     // nobody has taken them
	Overdue  GroupName = "overdue"  // the house is late
	Customer GroupName = "customer" // the customer has the next move
)

// Group is a part of the queue. Claims are in the order in which they are worked.
type Group struct {
	Name   GroupName
	Claims []claim.Claim
}

// groups are what the queue consists of, in this order.
var groups = []struct {
	name GroupName
	has  func(View, claim.Claim) bool
}{
	{Mine, func(v View, c claim.Claim) bool {
		return c.Owner.ID == v.Me && isAny(c, claim.Taken, claim.RemoteFix, claim.WaitingParts)
	}},
	{Free, func(_ View, c claim.Claim) bool { return isAny(c, claim.Open, claim.Reopened) }},
	{Overdue, View.overdue},
	{Customer, func(_ View, c claim.Claim) bool { return isAny(c, claim.WaitingCustomer, claim.Resolved) }},
}

// Queue sorts the claims that are pending into the parts of the queue, all four, also those without claims. A claim
// may stand in several.
func Queue(pending []claim.Claim, v View) []Group {
	sorted := slices.SortedFunc(slices.Values(pending), urgent)
	list := make([]Group, 0, len(groups))
	for _, g := range groups {
		part := Group{Name: g.name}
		for _, c := range sorted {
			if g.has(v, c) {
				part.Claims = append(part.Claims, c)
			}
		}
		list = append(list, part)
	}
	return list
}

func isAny(c claim.Claim, list ...claim.Status) bool { return slices.Contains(list, c.Status) }

// target is how soon something must have happened to a claim (domain.md 11).
type target struct {
	answer time.Duration // somebody has taken it
	plan   time.Duration // whoever has taken it has done something
	always bool          // by the clock; else in working time
}

// workingDay is one day's hours in the working calendar.
const workingDay = 7*time.Hour + 30*time.Minute

// targets are those of each severity. What is no severity is treated as a loss.
var targets = map[claim.Severity]target{
	claim.LineDown: {answer: time.Hour, plan: 4 * time.Hour, always: true},
	claim.Degraded: {answer: 8 * time.Hour, plan: workingDay},
	claim.Question: {answer: workingDay, plan: 2 * workingDay},
}

// overdue tells whether the house is late. While the customer or the workshop has the next move, it is not.
func (v View) overdue(c claim.Claim) bool {
	to, ok := targets[c.Severity]
	switch {
	case Dangerous(c):
		to = targets[claim.LineDown]
	case !ok:
		to = targets[claim.Degraded]
	}
	var since time.Time
	var within time.Duration
	switch c.Status {
	case claim.Open, claim.Reopened:
		since, within = WaitsSince(c), to.answer
	case claim.Taken, claim.RemoteFix:
		since, within = c.Changed, to.plan
	case claim.WaitingCustomer, claim.WaitingParts, claim.Resolved, claim.Closed, claim.Merged, claim.Declined:
		return false
	}
	due := since.Add(within)
	if !to.always {
		due = v.Roster.Calendar.Add(since, within)
	}
	return !v.Now.Before(due)
}

// WaitsSince returns when the claim began to wait for whoever has the next move. What an engineer took and gave back
// waits since the customer sent it.
func WaitsSince(c claim.Claim) time.Time {
	if isAny(c, claim.WaitingCustomer, claim.Resolved, claim.Reopened) {
		return c.Changed
	}
	return c.Opened
}

// Dangerous tells whether people may be hurt, as far as the customer's words tell.
func Dangerous(c claim.Claim) bool { return safety.Emergency(c.Description) }

// levels says which severity comes first.
var levels = []claim.Severity{claim.LineDown, claim.Degraded, "", claim.Question}

// hurt says that what is dangerous comes first.
var hurt = []bool{true, false}

// urgent orders claims as they are worked (domain.md 11): where people may be hurt, where the line stands, then
// by how long they wait.
func urgent(a, b claim.Claim) int {
	return cmp.Or(
		cmp.Compare(slices.Index(hurt, Dangerous(a)), slices.Index(hurt, Dangerous(b))),
		cmp.Compare(slices.Index(levels, a.Severity), slices.Index(levels, b.Severity)),
		WaitsSince(a).Compare(WaitsSince(b)),
		cmp.Compare(a.ID, b.ID),
	)
}
