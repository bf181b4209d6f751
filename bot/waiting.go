package bot

import (
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// While a claim waits for its customer, what is called for is his answer ([duty.Desk.Awaiting]). It goes by the same
// clock as the calls for engineers (calls.go), and stops when the claim waits no more.

// awaiting returns what is due next for a claim whose customer was asked. The desk is not told that it may resolve the
// claim before it may.
func (e *Engine) awaiting(c claim.Claim) (at time.Time, desk, ok bool) {
	at, desk, ok = e.duty().Awaiting(askedAt(c), c.Calls.Done)
	if may := c.Changed.Add(claim.Fortnight); desk && at.Before(may) {
		at = e.duty().Calendar.Next(may)
	}
	return at, desk, ok
}

// askedAt returns when the customer was asked.
func askedAt(c claim.Claim) time.Time {
	if c.Asked.At.IsZero() { // as an older program has left it
		return c.Changed
	}
	return c.Asked.At
}

// remindCustomer reminds the customer of what he was asked for, once for all that is overdue, or tells the desk that
// he has not answered.
func (e *Engine) remindCustomer(key EffectKey, c claim.Claim, now time.Time) ClaimChange {
	var change ClaimChange
	in := Inbound{Sent: now}
	told := Told{News: NewsReminded, Claim: c.ID, By: c.Owner, Text: c.Asked.Words, Items: c.Asked.Items}
	for at, desk, ok := e.awaiting(c); ok && !at.After(now); at, desk, ok = e.awaiting(c) {
		c.Calls.Done++
		switch {
		case desk:
			silent := Told{News: NewsSilent, Claim: c.ID, Call: &Call{Severity: severity(c), Waits: now.Sub(askedAt(c))}}
			change.Then = append(change.Then, e.forDesk(key, silent, in)...)
		case len(change.Events) == 0:
			change.Then = append(change.Then, forCustomer(key, c, told, in))
			change.Events = append(change.Events, claim.Event{Claim: c.ID, Kind: claim.EventReminded, At: now, Items: told.Items, Note: told.Text})
		}
	}
	c.Calls.Last = now
	c.Calls.Next = e.nextCall(c, now)
	change.Claim = c
	return change
}
