package claim

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Ruling is what an engineer decides about one line of a claim, with what the rules make of it.
type Ruling struct {
	Line     int      `json:"line"`           // which of the claim's lines, from 0
	Seen     int      `json:"seen"`           // how often the line had been decided on when the engineer looked
	Choice   string   `json:"choice"`         // what was chosen, by its name in bot/rules
	Findings Findings `json:"findings"`       // of the line from now on
	Verdict  Verdict  `json:"verdict"`        // what follows, by the edition of the policy that the claim keeps
	Shown    Verdict  `json:"shown,omitzero"` // see [Line]
	To       Status   `json:"to,omitempty"`   // where the claim goes; empty = it stays where it is
	Tell     bool     `json:"tell,omitempty"` // the customer is told
}

// Ruled is who decided on a line last. The zero value: nobody has.
type Ruled struct {
	Times  int       `json:"times"` // how often it was decided on
	Choice string    `json:"choice"`
	By     Actor     `json:"by"`
	At     time.Time `json:"at"` // UTC
}

// Proof names what a decision lacks.
type Proof string

// The proofs.
const (
	Reason  Proof = "reason"  // why, in words
	Exhibit Proof = "exhibit" // a file of the claim that shows it
)

// UnprovenError tells what a decision needs before it counts (domain.md 5.2 step 6).
type UnprovenError struct{ Lacks Proof }

func (e *UnprovenError) Error() string { return fmt.Sprintf("decision without %s", e.Lacks) }

// ErrStale means that somebody else has decided on the line since it was looked at.
var ErrStale = errors.New("decided otherwise meanwhile")

// decidable holds the statuses in which an engineer decides.
var decidable = []Status{Taken, RemoteFix, WaitingParts}

// Decidable tells whether an engineer may decide now.
func (c Claim) Decidable() bool { return slices.Contains(decidable, c.Status) }

// Decide returns the claim after a decision together with the events that record it: what was decided, and where the
// claim went. Errors: [*UnprovenError], [ErrStale], [ErrSame], and those of [Claim.Move]. The claim itself is not changed.
func (c Claim) Decide(a Action, by Actor, at time.Time) (Claim, []Event, error) {
	r := a.Ruling
	if r == nil || r.Line < 0 || r.Line >= len(c.Lines) || !c.Decidable() {
		return c, nil, fmt.Errorf("decide in %s: %w", c.Status, ErrNoTransition)
	}
	was := c.Lines[r.Line]
	if was.Ruled.Times != r.Seen {
		return c, nil, ErrStale
	}
	if r.To == c.Status {
		r.To = ""
	}
	if reflect.DeepEqual(was.Findings, r.Findings) && r.To == "" {
		return c, nil, ErrSame
	}
	before := c
	c.Evidence, _ = c.keep(a.Files)
	if lacks := c.lacks(*r, a.Words); lacks != "" {
		return before, nil, &UnprovenError{lacks}
	}
	kind := EventFound
	if r.Tell {
		kind = EventDecided
	}
	events := []Event{{
		Claim: c.ID, Kind: kind, By: by, At: at, Note: a.Words, Files: r.Findings.Exclusion.Evidence,
		From: ruleIDs(was.Verdict), To: ruleIDs(r.Verdict), Serial: was.Serial, Choice: r.Choice,
	}}
	now := was
	now.Findings, now.Verdict, now.Shown = r.Findings, r.Verdict, r.Shown
	now.Ruled = Ruled{was.Ruled.Times + 1, r.Choice, by, at}
	c.Lines = slices.Clone(c.Lines)
	c.Lines[r.Line], c.Changed = now, at
	if r.To == "" {
		return c, events, nil
	}
	c, moves, err := c.by(Change{To: r.To, By: by, At: at, Why: a.Words})
	if err != nil {
		return before, nil, err
	}
	return c, append(events, moves...), nil
}

// by moves a claim directly, or else by way of its engineer: what he decided anew he has taken up again.
func (c Claim) by(w Change) (Claim, []Event, error) {
	now, e, err := c.Move(w)
	if !errors.Is(err, ErrNoTransition) {
		return now, []Event{e}, err
	}
	again, first, err := c.Move(Change{To: Taken, By: w.By, At: w.At})
	if err != nil {
		return c, nil, err
	}
	now, e, err = again.Move(w)
	return now, []Event{first, e}, err
}

// lacks tells what a decision still needs; empty = nothing. What sets aside what the dates say, accuses, or takes an
// accusation back is told why; an exclusion is shown as well (domain.md 5.2 step 6, acceptance.md 4).
func (c Claim) lacks(r Ruling, why string) Proof {
	x, was := r.Findings.Exclusion, c.Lines[r.Line].Findings
	grave := !reflect.DeepEqual(x, was.Exclusion) || r.Findings.Override != was.Override || r.Findings.OtherMaker != was.OtherMaker
	switch {
	case grave && strings.TrimSpace(why) == "":
		return Reason
	case x.State == ExclusionConfirmed && strings.TrimSpace(x.Reason) == "":
		return Reason
	case r.Findings.Override.Coverage != "" && !r.Findings.Override.Holds():
		return Reason
	case x.State == ExclusionConfirmed && (len(x.Evidence) == 0 || slices.ContainsFunc(x.Evidence, func(h string) bool { return !c.has(h) })):
		return Exhibit
	}
	return ""
}

// ruleIDs writes the rules of a verdict, the row first.
func ruleIDs(v Verdict) string {
	ids := make([]string, len(v.Because))
	for i, id := range v.Because {
		ids[i] = string(id)
	}
	return strings.Join(ids, " ")
}
