package claim

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Merger is where a claim has gone that is about the same as an earlier one (domain.md E8). Nothing of it is deleted: what
// was told stays with it, and it goes on where it was when that was a mistake.
type Merger struct {
	Into  ID      `json:"into"`
	Was   Status  `json:"was,omitempty"` // how it stood before
	Asked Inquiry `json:"asked,omitzero"`
}

// Before tells whether c is the earlier of two claims: the one that stays when they are merged, for its claim date counts
// (domain.md E8). Of any claims it is clear which comes first, so mergers never run in a circle.
func (c Claim) Before(o Claim) bool {
	return cmp.Or(c.Date.Compare(o.Date), c.Opened.Compare(o.Opened), cmp.Compare(c.ID, o.ID)) < 0
}

// SameMachine tells whether two claims have a serial number in common.
func (c Claim) SameMachine(o Claim) bool {
	return slices.ContainsFunc(c.Lines, func(l Line) bool {
		return l.Serial != "" && slices.ContainsFunc(o.Lines, func(other Line) bool { return other.Serial == l.Serial })
	})
}

func (c Claim) merge(a Action, by Actor, at time.Time) (Claim, Event, error) {
	if a.Into == "" || a.Into == c.ID {
		return c, Event{}, fmt.Errorf("merge into %q: %w", a.Into, ErrNoTransition)
	}
	before := Merger{Into: a.Into, Was: c.Status, Asked: c.Asked}
	c, e, err := c.Move(Change{To: Merged, By: by, At: at, Why: a.Words})
	if err == nil {
		c.Merger, e.Other = before, a.Into
	}
	return c, e, err
}

// unmerge goes on where the claim was before it was merged, with what its customer was asked for.
func (c Claim) unmerge(a Action, by Actor, at time.Time) (Claim, Event, error) {
	before := c.Merger
	c, e, err := c.Move(Change{To: cmp.Or(before.Was, Open), By: by, At: at, Why: a.Words})
	if err == nil {
		c.Merger, c.Asked, e.Other = Merger{}, before.Asked, before.Into
	}
	return c, e, err
}

// Join returns the claim into which another one was merged, together with the event that records it. ok is false when
// that is known already.
func (c Claim) Join(other ID, why string, by Actor, at time.Time) (now Claim, e Event, ok bool) {
	if slices.Contains(c.Also, other) {
		return c, Event{}, false
	}
	c.Also = append(slices.Clone(c.Also), other)
	if c.Duplicate == other {
		c.Duplicate = ""
	}
	return c, Event{Claim: c.ID, Kind: EventJoined, By: by, At: at, Other: other, Note: why}, true
}

// Part returns the claim that another one has left, together with the event that records it. ok is false when it was
// not part of it.
func (c Claim) Part(other ID, by Actor, at time.Time) (now Claim, e Event, ok bool) {
	i := slices.Index(c.Also, other)
	if i < 0 {
		return c, Event{}, false
	}
	c.Also = slices.Delete(slices.Clone(c.Also), i, i+1)
	return c, Event{Claim: c.ID, Kind: EventParted, By: by, At: at, Other: other}, true
}
