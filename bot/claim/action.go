package claim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ActionKind says what somebody does with a claim.
type ActionKind string

// What engineers do. Each of them is an event of the claim (promise P10).
const (
	TakeUp   ActionKind = "take"     // owns it from now on
	GiveBack ActionKind = "release"  // owns it no longer: others may take it
	Remark   ActionKind = "note"     // notes something for the engineers alone
	Grade    ActionKind = "severity" // corrects how bad it is
	Solve    ActionKind = "resolve"  // says that it is solved: the customer is asked to confirm
	Reopen   ActionKind = "reopen"   // goes on with what was resolved, closed, declined or merged
	Decline  ActionKind = "decline"  // says that it is none of ours (domain.md D17)
	Ask      ActionKind = "ask"      // asks the customer for something, and waits for it
	Shut     ActionKind = "close"    // closes what was resolved and never confirmed
	Merge    ActionKind = "merge"    // goes on with it in an earlier claim about the same (domain.md E8)
	Unmerge  ActionKind = "unmerge"  // goes on with it by itself
	Correct  ActionKind = "serial"   // corrects a wrong serial number
	Relate   ActionKind = "company"  // corrects for which company the customer writes
	HandTo   ActionKind = "customer" // goes on with a person who writes, after somebody has called
	HandOver ActionKind = "handover" // gives it to a colleague
	Decide   ActionKind = "decide"   // says what it is and what is done about it: see [Claim.Decide]
)

// What the customer does when asked whether it is solved.
const (
	Confirm  ActionKind = "confirm"  // it is
	Unsolved ActionKind = "unsolved" // it is not
)

// What the customer does when asked how the service was.
const (
	Rate    ActionKind = "rate"    // says it as a number
	Comment ActionKind = "comment" // and why
)

// Lapse is what the program does when nobody confirms a solution.
const Lapse ActionKind = "lapse"

// Role returns who does such a thing.
func (k ActionKind) Role() Role {
	switch k {
	case Confirm, Unsolved, Rate, Comment:
		return Customer
	case Lapse:
		return System
	default:
		return Staff
	}
}

// Action is one thing that somebody does with a claim.
type Action struct {
	Kind  ActionKind `json:"kind"`
	Words string     `json:"words,omitempty"` // the note, the reason, or a question
	Level Severity   `json:"level,omitempty"` // of Grade
	Items []Item     `json:"items,omitempty"` // of Ask
	Score int        `json:"score,omitempty"` // of Rate: 1 to [BestScore]
	Lang  string     `json:"lang,omitempty"`  // of Rate and Comment: in which the customer was asked

	Into    ID      `json:"into,omitempty"`   // of Merge
	Sure    bool    `json:"sure,omitempty"`   // of Merge: although the claims have no machine in common
	Twin    ID      `json:"twin,omitempty"`   // of Correct: an earlier claim about the same machine; empty = none
	Index   int     `json:"index,omitempty"`  // of Correct: which of the claim's lines, from 0
	Line    Line    `json:"line,omitzero"`    // of Correct: what stands there from now on
	Company Company `json:"company,omitzero"` // of Relate; zero = none
	Writer  Writer  `json:"writer,omitzero"`  // of HandTo
	To      Actor   `json:"to,omitzero"`      // of HandOver: who has it from now on

	Ruling *Ruling    `json:"ruling,omitempty"` // of Decide
	Files  []Evidence `json:"files,omitempty"`  // of Remark and Decide: an engineer's own, for his colleagues
}

// OwnedError tells that somebody has the claim already.
type OwnedError struct{ By Actor }

func (e *OwnedError) Error() string { return fmt.Sprintf("claim is owned by %s", e.By.ID) }

// ErrSame means that an action would change nothing.
var ErrSame = errors.New("nothing would change")

// ErrNoChat means that the customer has called, and cannot be asked by the bot.
var ErrNoChat = errors.New("customer has no chat")

// Do returns the claim after an action, any but [Decide], together with the event that records it. Errors:
// [*OwnedError], [ErrSame], [ErrNoChat], and those of [Claim.Move]. The claim itself is not changed.
func (c Claim) Do(a Action, by Actor, at time.Time) (Claim, Event, error) {
	switch a.Kind {
	case TakeUp:
		return c.take(by, at)
	case GiveBack:
		c, e, err := c.Move(Change{To: Open, By: by, At: at, Why: a.Words})
		if err == nil {
			c.Owner = Actor{}
		}
		return c, e, err
	case Solve:
		return c.Move(Change{To: Resolved, By: by, At: at, Why: a.Words})
	case Decline:
		return c.Move(Change{To: Declined, By: by, At: at, Why: a.Words})
	case Ask:
		if !c.Reachable() {
			return c, Event{}, ErrNoChat
		}
		if q := (Inquiry{a.Items, a.Words, at}); q.valid() {
			return c.ask(q, by)
		}
	case Confirm:
		return c.Move(Change{To: Closed, By: by, At: at})
	case Shut:
		return c.Move(Change{To: Closed, By: by, At: at, Why: a.Words})
	case Lapse:
		return c.lapse(by, at)
	case Rate:
		return c.rate(a, by, at)
	case Comment:
		return c.comment(a, by, at)
	case Unsolved:
		if c.Status != Resolved && c.Status != Closed {
			break
		}
		return c.Move(Change{To: reopened[c.Status], By: by, At: at, Why: a.Words})
	case Reopen:
		if c.Status == Merged {
			return c.unmerge(a, by, at)
		}
		c, e, err := c.Move(Change{To: reopened[c.Status], By: by, At: at, Why: a.Words})
		if err == nil && c.Status == Open {
			c.Owner = Actor{}
		}
		return c, e, err
	case Merge:
		return c.merge(a, by, at)
	case Unmerge:
		if c.Status == Merged {
			return c.unmerge(a, by, at)
		}
	case Correct:
		return c.correct(a, by, at)
	case Relate:
		return c.relate(a, by, at)
	case HandTo:
		return c.handTo(a, by, at)
	case HandOver:
		return c.handOver(a, by, at)
	case Decide: // is more than one event
	case Remark:
		e := Event{Claim: c.ID, Kind: EventNote, By: by, At: at, Note: a.Words}
		c.Evidence, e.Files = c.keep(a.Files)
		return c, e, nil
	case Grade:
		if a.Level == c.Severity {
			return c, Event{}, ErrSame
		}
		e := Event{Claim: c.ID, Kind: EventSeverity, By: by, At: at, From: string(c.Severity), To: string(a.Level), Note: a.Words}
		c.Severity, c.Changed, c.Held = a.Level, at, false
		return c, e, nil
	}
	return c, Event{}, fmt.Errorf("do %q: %w", a.Kind, ErrNoTransition)
}

// reopened says where a claim goes on from.
var reopened = map[Status]Status{Resolved: Taken, Closed: Reopened, Declined: Open}

func (c Claim) take(by Actor, at time.Time) (Claim, Event, error) {
	switch {
	case c.Owner.ID == "" || c.Status == Open || c.Status == Reopened:
	case c.Owner.ID == by.ID && c.Status == Taken:
		return c, Event{}, ErrSame
	case c.Owner.ID != by.ID:
		return c, Event{}, &OwnedError{c.Owner}
	}
	c, e, err := c.Move(Change{To: Taken, By: by, At: at})
	if err == nil {
		c.Owner = by
	}
	return c, e, err
}

// owned holds the statuses in which a claim is somebody's work.
var owned = []Status{Taken, WaitingCustomer, RemoteFix, WaitingParts}

func (c Claim) handOver(a Action, by Actor, at time.Time) (Claim, Event, error) {
	switch {
	case !slices.Contains(owned, c.Status) || c.Owner.ID == "" || a.To.ID == "":
		return c, Event{}, fmt.Errorf("hand over in %s: %w", c.Status, ErrNoTransition)
	case a.To.ID == c.Owner.ID:
		return c, Event{}, &OwnedError{c.Owner}
	}
	e := Event{Claim: c.ID, Kind: EventOwner, By: by, At: at, From: c.Owner.Name, To: a.To.Name, Note: a.Words}
	c.Owner, c.Changed = a.To, at
	return c, e, nil
}

// keep returns the claim's evidence with an engineer's files, and the hashes of those. What the claim has already is
// added no second time, and is not hidden.
func (c Claim) keep(files []Evidence) (all []Evidence, hashes []string) {
	all = c.Evidence
	for _, f := range files {
		hashes = append(hashes, f.Hash)
		if !c.has(f.Hash) {
			f.Internal = true
			all = append(slices.Clone(all), f)
		}
	}
	return all, hashes
}

// has tells whether a file is among the claim's evidence.
func (c Claim) has(hash string) bool {
	return slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return e.Hash == hash })
}
