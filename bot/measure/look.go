package measure

import (
	"strings"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// known is what is counted of one claim.
type known struct {
	status   claim.Status
	fault    bool // a malfunction, not a question
	reopened bool
	complete bool
	remote   bool // solved, and nothing was sent for it
	target   bool // it has one
	overdue  bool
	closed   time.Time // zero = it is not
	response length
	accepted length
	working  length
}

// length is how long something took; there is none when it has not happened.
type length struct {
	time time.Duration
	is   bool
}

// look reads a claim's history.
func (t *Tally) look(c claim.Claim, events []claim.Event) known {
	h := read(events)
	solved := c.Status == claim.Resolved || c.Status == claim.Closed
	if !solved {
		h.resolved = time.Time{} // it was said to work, and did not
	}
	if c.Status != claim.Closed {
		h.closed = time.Time{}
	}
	k := known{
		status:   c.Status,
		fault:    c.Severity != claim.Question,
		reopened: h.reopened,
		complete: complete(c),
		closed:   h.closed,
		remote:   solved && !h.parts && c.OpenReturns == 0 && c.BoardsOut == 0,
		response: t.length(c, h.answered),
		accepted: t.length(c, h.taken),
		working:  lasted(c.Opened, h.resolved, func() time.Duration { return h.resolved.Sub(c.Opened) }),
	}
	var target time.Duration
	if target, k.target = t.options.Targets[c.Severity]; k.target {
		waited := k.response
		if !waited.is {
			waited = t.length(c, t.options.Now)
		}
		k.overdue = waited.time > target
	}
	return k
}

// history is when what is measured happened; the zero time = it has not.
type history struct {
	answered time.Time // first words, files or question of an engineer
	taken    time.Time // first taken
	resolved time.Time // said to work, for the last time
	closed   time.Time // for the last time
	parts    bool      // a return or a replacement was opened
	reopened bool      // taken up again after it was said to work
}

func read(events []claim.Event) (h history) {
	first := func(at *time.Time, e claim.Event) {
		if at.IsZero() {
			*at = e.At
		}
	}
	for _, e := range events {
		if e.Kind == claim.EventAnswered && e.By.Role == claim.Staff {
			first(&h.answered, e)
		}
		if e.Kind != claim.EventStatus {
			continue
		}
		switch claim.Status(e.To) {
		case claim.Taken:
			first(&h.taken, e)
			h.reopened = h.reopened || e.From == string(claim.Resolved)
		case claim.WaitingCustomer:
			first(&h.answered, e)
		case claim.Reopened:
			h.reopened = true
		case claim.WaitingParts:
			h.parts = true
		case claim.Resolved:
			h.resolved = e.At
		case claim.Closed:
			h.closed = e.At
		default: // says nothing about these
		}
	}
	return h
}

// length measures how long the house took from the opening of a claim to what happened then.
func (t *Tally) length(c claim.Claim, then time.Time) length {
	return lasted(c.Opened, then, func() time.Duration { return t.options.Elapsed(c.Severity, c.Opened, then) })
}

// lasted measures from the opening of a claim to what happened then. Platforms' clocks differ a
// little, so an answer may seem to come before the claim.
func lasted(opened, then time.Time, elapsed func() time.Duration) length {
	switch {
	case then.IsZero():
		return length{}
	case !then.After(opened):
		return length{is: true}
	}
	return length{elapsed(), true}
}

// complete tells whether the engineers had what they need when the claim was handed over: each
// machine's serial number, a description, and a picture, video or document.
func complete(c claim.Claim) bool {
	for _, l := range c.Lines {
		if l.Serial == "" {
			return false
		}
	}
	media := false
	for _, e := range c.Evidence {
		media = media || !e.Unsafe && !e.At.After(c.Opened)
	}
	return media && len(c.Lines) > 0 && strings.TrimSpace(c.Description) != ""
}
