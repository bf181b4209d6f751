package claim

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Status is where a claim stands (domain.md 6.2).
type Status string

// The statuses of a claim.
const (
	Open            Status = "open"
	Taken           Status = "taken"
	WaitingCustomer Status = "waiting_customer"
	RemoteFix       Status = "remote_fix"
	WaitingParts    Status = "waiting_parts"
	Resolved        Status = "resolved"
	Closed          Status = "closed"
	Reopened        Status = "reopened"
	Merged          Status = "merged"
	Declined        Status = "declined"
)

// Transition is one edge of the claim's life: who may take it, and what must be true.
type Transition struct {
	From, To Status
	By       []Role // empty = anybody, the program included
	Guard    Guard  // empty = always
}

// Guard names a condition of a [Transition]; [Guards] holds what it means.
type Guard string

// The guards.
const (
	NothingOutstanding Guard = "nothing_outstanding" // no open return, board out or unanswered quotation
	QuietFor14Days     Guard = "quiet_14_days"       // no change for 14 days
	Within14Days       Guard = "within_14_days"      // at most 14 days since the last change
	HasReason          Guard = "has_reason"          // a reason is given in words
	// Confirmed by the customer, or 14 days after resolved; nothing outstanding; where the line was
	// down the program alone never closes (domain.md 11).
	ClosedLongEnough Guard = "closed_long_enough"
	FreeWithReason   Guard = "free_with_reason" // a reason is given in words, and nothing is outstanding
	AsBefore         Guard = "as_before"        // it stood so before it was merged
)

// Change is a wish to move a claim to another status.
type Change struct {
	To  Status
	By  Actor
	At  time.Time
	Why string
}

// Fortnight is how long a customer may take to confirm that a claim is solved, and how long a closed one can be
// reopened (domain.md 6.2).
const Fortnight = 14 * 24 * time.Hour

// Guards says what each guard means. A guard reads the claim and the wish, nothing else.
var Guards = map[Guard]func(Claim, Change) bool{
	NothingOutstanding: func(c Claim, _ Change) bool { return c.outstanding() == 0 },
	QuietFor14Days:     func(c Claim, w Change) bool { return w.At.Sub(c.Changed) >= Fortnight },
	Within14Days:       func(c Claim, w Change) bool { return w.At.Sub(c.Changed) <= Fortnight },
	HasReason:          func(_ Claim, w Change) bool { return w.Why != "" },
	FreeWithReason:     func(c Claim, w Change) bool { return w.Why != "" && c.outstanding() == 0 },
	AsBefore:           func(c Claim, w Change) bool { return w.To == cmp.Or(c.Merger.Was, Open) },
	ClosedLongEnough: func(c Claim, w Change) bool {
		alone := c.Severity == LineDown && w.By.Role == System
		return c.outstanding() == 0 && !alone && (w.By.Role == Customer || w.At.Sub(c.Changed) >= Fortnight)
	},
}

// Transitions is the life of a claim as data (domain.md 6.2). Everything that is not listed is
// refused by [Claim.Move]. Two things are added to the domain's table, both for E8: that two claims are one often shows
// only while they are worked on, so whatever nothing has left the house for can be merged; and what was merged by
// mistake goes on where it was.
var Transitions = []Transition{
	{From: Open, To: Taken, By: []Role{Staff}},
	{From: Open, To: Merged, By: []Role{Staff}, Guard: HasReason},
	{From: Open, To: Declined, By: []Role{Staff}, Guard: HasReason},
	{From: Taken, To: WaitingCustomer, By: []Role{Staff}},
	{From: Taken, To: RemoteFix, By: []Role{Staff}},
	{From: Taken, To: WaitingParts, By: []Role{Staff}},
	{From: Taken, To: Resolved, By: []Role{Staff}},
	{From: Taken, To: Open, By: []Role{Staff, System}}, // released, or an acknowledgement ran out
	{From: Taken, To: Merged, By: []Role{Staff}, Guard: FreeWithReason},
	{From: Taken, To: Declined, By: []Role{Staff}, Guard: HasReason},
	{From: WaitingCustomer, To: Taken},
	{From: WaitingCustomer, To: Resolved, By: []Role{Staff}, Guard: QuietFor14Days},
	{From: WaitingCustomer, To: Merged, By: []Role{Staff}, Guard: FreeWithReason},
	{From: RemoteFix, To: Taken},
	{From: RemoteFix, To: Resolved},
	{From: WaitingParts, To: Taken, By: []Role{Staff}},
	{From: WaitingParts, To: Resolved, By: []Role{Staff}, Guard: NothingOutstanding},
	{From: Resolved, To: Closed, Guard: ClosedLongEnough},
	{From: Resolved, To: Taken},
	{From: Closed, To: Reopened, Guard: Within14Days},
	{From: Reopened, To: Taken, By: []Role{Staff}},
	{From: Reopened, To: Merged, By: []Role{Staff}, Guard: FreeWithReason},
	{From: Merged, To: Open, By: []Role{Staff}, Guard: AsBefore},
	{From: Merged, To: Taken, By: []Role{Staff}, Guard: AsBefore},
	{From: Merged, To: WaitingCustomer, By: []Role{Staff}, Guard: AsBefore},
	{From: Merged, To: Reopened, By: []Role{Staff}, Guard: AsBefore},
	{From: Declined, To: Open, By: []Role{Staff}},
}

// ErrNoTransition is what [Claim.Move] wraps when the claim's life has no such edge.
var ErrNoTransition = errors.New("no such transition")

// RefusedError tells why a listed transition is not allowed now.
type RefusedError struct {
	Transition Transition
	Guard      Guard // empty: the role may not take this edge
}

func (e *RefusedError) Error() string {
	if e.Guard == "" {
		return fmt.Sprintf("move claim from %s to %s: not for this role", e.Transition.From, e.Transition.To)
	}
	return fmt.Sprintf("move claim from %s to %s: %s does not hold", e.Transition.From, e.Transition.To, e.Guard)
}

// Move returns the claim in its new status together with the event that records it, or an error:
// one that wraps [ErrNoTransition], or a [*RefusedError]. The claim itself is not changed.
func (c Claim) Move(w Change) (Claim, Event, error) {
	for _, t := range Transitions {
		if t.From != c.Status || t.To != w.To {
			continue
		}
		if !t.allows(w.By.Role) {
			return c, Event{}, &RefusedError{Transition: t}
		}
		if t.Guard != "" && !Guards[t.Guard](c, w) {
			return c, Event{}, &RefusedError{Transition: t, Guard: t.Guard}
		}
		e := Event{Claim: c.ID, Kind: EventStatus, By: w.By, At: w.At, From: string(c.Status), To: string(w.To), Note: w.Why}
		c.Status, c.Changed, c.Asked, c.Held = w.To, w.At, Inquiry{}, false
		c.Surveyed = c.Surveyed || w.To == Closed
		return c, e, nil
	}
	return c, Event{}, fmt.Errorf("move claim from %s to %s: %w", c.Status, w.To, ErrNoTransition)
}

func (t Transition) allows(r Role) bool {
	if len(t.By) == 0 {
		return true
	}
	for _, by := range t.By {
		if by == r {
			return true
		}
	}
	return false
}

func (c Claim) outstanding() int { return c.OpenReturns + c.BoardsOut + c.OpenQuotations }
