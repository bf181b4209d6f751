package claim

import (
	"fmt"
	"time"
)

// Writer is a person who writes to the bot, and where. The zero value is nobody.
type Writer struct {
	Person  Person `json:"person"`
	Channel string `json:"channel"`
	Chat    string `json:"chat"`
	Thread  string `json:"thread,omitempty"`
}

// correct puts another machine into a line. What was found out about the fault stays; what was said about a part of
// the wrong machine does not.
func (c Claim) correct(a Action, by Actor, at time.Time) (Claim, Event, error) {
	if c.Status == Merged || a.Index < 0 || a.Index >= len(c.Lines) || a.Line.Serial == "" {
		return c, Event{}, fmt.Errorf("correct line %d: %w", a.Index, ErrNoTransition)
	}
	was := c.Lines[a.Index]
	if was.Serial == a.Line.Serial && was.Check == a.Line.Check && was.Company == a.Line.Company {
		return c, Event{}, ErrSame
	}
	c.Lines = append([]Line(nil), c.Lines...)
	c.Lines[a.Index], c.Changed = a.Line, at
	if a.Twin != "" || len(c.Lines) == 1 {
		c.Duplicate = a.Twin
	}
	return c, Event{
		Claim: c.ID, Kind: EventSerial, By: by, At: at, From: string(was.Serial), To: string(a.Line.Serial), Note: a.Words,
		Was: was.Verdict, Now: a.Line.Verdict,
	}, nil
}

// relate says for which company the customer writes.
func (c Claim) relate(a Action, by Actor, at time.Time) (Claim, Event, error) {
	if c.Reporter.Company == a.Company.ID && c.Customer == a.Company.Name {
		return c, Event{}, ErrSame
	}
	e := Event{Claim: c.ID, Kind: EventCompany, By: by, At: at, From: c.Customer, To: a.Company.Name, Note: a.Words}
	c.Reporter.Company, c.Customer, c.Changed = a.Company.ID, a.Company.Name, at
	return c, e, nil
}

// handTo gives a claim that was opened for somebody who called to a person who writes: she is its customer now. Who
// called stands in the event.
func (c Claim) handTo(a Action, by Actor, at time.Time) (Claim, Event, error) {
	w := a.Writer
	if c.Reachable() || w.Channel == "" || w.Person.ID == "" {
		return c, Event{}, fmt.Errorf("hand claim to a customer: %w", ErrNoTransition)
	}
	e := Event{Claim: c.ID, Kind: EventHanded, By: by, At: at, From: c.Reporter.Name, To: w.Person.Name, Note: a.Words}
	c.Reporter, c.Channel, c.Chat, c.Thread, c.Changed = w.Person, w.Channel, w.Chat, w.Thread, at
	if w.Person.Lang != "" {
		c.Lang = w.Person.Lang
	}
	return c, e, nil
}
