package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// Two claims about the same become one (domain.md E8): the later one says where it has gone, the earlier one which it has
// taken in. Each is changed by itself, the later one first, and a turn that died in between is taken again.

// maxMergers bounds how many mergers are followed from a claim; they never run in a circle.
const maxMergers = 100

// merge has one of two claims go on in the other one, the earlier. Both claims' threads are told, and the later one's
// customer.
func (t *turn) merge(ctx context.Context, key EffectKey, eff ActOnClaim) (claim.Claim, string, error) {
	from, into, refused, err := t.pair(ctx, eff)
	if refused != "" || err != nil {
		return from, refused, err
	}
	action, by := eff.Action, t.actor()
	action.Into = into.ID
	customer, err := t.e.reporter(ctx, from)
	if err != nil {
		return claim.Claim{}, "", err
	}
	told := Told{News: NewsActed, Claim: from.ID, By: by, Text: action.Words, About: string(claim.Merge), Other: into.ID}
	c, err := t.e.store.ChangeClaim(ctx, key, from.ID, func(was claim.Claim) (ClaimChange, error) {
		from = was
		c, e, err := was.Do(action, by, t.in.Sent)
		if err != nil {
			return ClaimChange{}, err
		}
		then := t.e.forDesk(key, told, t.in)
		if c.Reachable() {
			mine := Told{Claim: c.ID, By: by, About: string(claim.Merge), Letter: t.quietLetter(c, key)}
			if sees(customer, Address{Channel: c.Channel}, into) {
				mine.Other = into.ID
			}
			then = append(then, toCustomer(key, c, mine, t.in))
		}
		return ClaimChange{c, []claim.Event{e}, then}, nil
	})
	if refused = refusal(err); refused != "" {
		return from, refused, nil
	}
	if err != nil {
		return claim.Claim{}, "", err
	}
	key.Kind += "/join"
	_, err = t.e.store.ChangeClaim(ctx, key, into.ID, func(was claim.Claim) (ClaimChange, error) {
		now, e, ok := was.Join(c.ID, action.Words, by, t.in.Sent)
		if !ok {
			return ClaimChange{Claim: was}, nil
		}
		news := Told{News: NewsActed, Claim: now.ID, By: by, Text: c.Description, Files: filesOf(c), About: string(claim.EventJoined), Other: c.ID, Call: &Call{Severity: c.Severity}}
		return ClaimChange{now, []claim.Event{e}, t.e.forDesk(key, news, t.in)}, nil
	})
	return c, "", err
}

// reporter returns who reported a claim, linked to the company to which the person is linked now.
func (e *Engine) reporter(ctx context.Context, c claim.Claim) (claim.Person, error) {
	p, err := e.store.Person(ctx, c.Channel, c.Reporter.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return claim.Person{}, fmt.Errorf("read reporter of %s: %w", c.ID, err)
	}
	now := c.Reporter
	now.Company = p.Company
	return now, nil
}

// pair finds which of two claims goes on in the other one. What was merged before stands for where it has gone, unless
// it is this very merger that is done again. A refusal comes with the claim that is the reason.
func (t *turn) pair(ctx context.Context, eff ActOnClaim) (from, into claim.Claim, refused string, err error) {
	var both [2]claim.Claim
	for i, id := range []claim.ID{eff.ID, eff.Action.Into} {
		both[i], err = t.e.store.Claim(ctx, id)
		switch {
		case errors.Is(err, ErrNotFound):
			return claim.Claim{ID: id}, claim.Claim{}, "claim.unknown", nil
		case err != nil:
			return claim.Claim{}, claim.Claim{}, "", err
		}
	}
	a, b := both[0], both[1]
	if a.Merger.Into != "" && a.Merger.Into == b.ID {
		return a, b, "", nil
	}
	if b.Merger.Into != a.ID {
		if b, err = t.e.endOf(ctx, b); err != nil {
			return claim.Claim{}, claim.Claim{}, "", err
		}
	}
	switch {
	case b.Merger.Into == a.ID:
		return b, a, "", nil
	case a.ID == b.ID:
		return a, b, "act.same", nil
	case !a.Pending():
		return a, b, "act.status", nil
	case !b.Pending():
		return b, a, "act.status", nil
	case !eff.Action.Sure && !a.SameMachine(b):
		return b, a, "merge.apart", nil
	case a.Before(b):
		return b, a, "", nil
	}
	return a, b, "", nil
}

// part tells the claim into which another one was merged that it is one of its own again.
func (t *turn) part(ctx context.Context, key EffectKey, id claim.ID) error {
	c, err := t.e.store.Claim(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && c.Merger.Into == "" {
		return nil
	}
	if err != nil {
		return err
	}
	key.Kind += "/part"
	_, err = t.e.store.ChangeClaim(ctx, key, c.Merger.Into, func(was claim.Claim) (ClaimChange, error) {
		now, e, ok := was.Part(id, t.actor(), t.in.Sent)
		if !ok {
			return ClaimChange{Claim: was}, nil
		}
		told := Told{News: NewsActed, Claim: now.ID, By: t.actor(), About: string(claim.EventParted), Other: id}
		return ClaimChange{now, []claim.Event{e}, t.e.forDesk(key, told, t.in)}, nil
	})
	if err != nil {
		return fmt.Errorf("part merged claims: %w", err)
	}
	return nil
}

// endOf follows a claim that was merged to where it has gone in the end.
func (e *Engine) endOf(ctx context.Context, c claim.Claim) (claim.Claim, error) {
	for range maxMergers {
		if c.Merger.Into == "" {
			return c, nil
		}
		next, err := e.store.Claim(ctx, c.Merger.Into)
		if err != nil {
			return claim.Claim{}, fmt.Errorf("follow merger of %s: %w", c.ID, err)
		}
		c = next
	}
	return claim.Claim{}, fmt.Errorf("follow merger of %s: more than %d", c.ID, maxMergers)
}

// takenIn returns the claims that were merged into one, whose customers wait for the same. Each reporter is linked as he
// is now.
func (e *Engine) takenIn(ctx context.Context, id claim.ID) (list []claim.Claim, err error) {
	next := []claim.ID{id}
	for len(next) > 0 && len(list) < maxMergers {
		c, err := e.store.Claim(ctx, next[0])
		if errors.Is(err, ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read claims merged into %s: %w", id, err)
		}
		if next = append(next[1:], c.Also...); c.ID == id {
			continue
		}
		if c.Reporter, err = e.reporter(ctx, c); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// shared are the actions of which the customers of claims are told that were merged into the one that is acted on. Who
// may not see that one is told its end alone, without the words, as if it were his own claim's (promise P7): by this
// [Told.About], or, where that is empty, nothing.
var shared = map[claim.ActionKind]string{claim.TakeUp: "", claim.Reopen: "", claim.Solve: AboutSettled, claim.Decline: AboutRefused}

// toldOthers makes the inbounds that tell those customers. Who has reported both claims is told already.
func (d deed) toldOthers(key EffectKey, told Told, others []claim.Claim, in Inbound) (list []Inbound) {
	veiled, ok := shared[d.action.Kind]
	if !ok || d.events[0].Kind != claim.EventStatus {
		return nil
	}
	knows := map[Key]bool{{d.claim.Channel, d.claim.Chat, d.claim.Reporter.ID}: true}
	for _, c := range others {
		who := Key{c.Channel, c.Chat, c.Reporter.ID}
		mine := Told{Claim: d.claim.ID, By: d.by, About: told.About, Text: told.Text}
		if !sees(c.Reporter, Address{Channel: c.Channel}, d.claim) {
			mine = Told{Claim: c.ID, By: d.by, About: veiled}
		}
		if knows[who] || mine.About == "" || !c.Reachable() {
			continue
		}
		knows[who] = true
		mine.Letter = letterTo(c, key)
		mine.Letter.ID += "/" + string(c.ID)
		list = append(list, toCustomer(key, c, mine, in))
	}
	return list
}

// veil hides from a customer that a claim was merged into one that he may not see: to him it goes on (promise P7). Which
// others were merged into it is the desk's own affair.
func (t *turn) veil(ctx context.Context, c claim.Claim) (claim.Claim, error) {
	if t.inDesk() {
		return c, nil
	}
	c.Also = nil
	if c.Status != claim.Merged {
		return c, nil
	}
	end, err := t.e.endOf(ctx, c)
	if err != nil {
		return claim.Claim{}, err
	}
	if sees(t.s.Person, t.in.To, end) {
		c.Merger.Into = end.ID
		return c, nil
	}
	c.Merger, c.Status = claim.Merger{}, claim.Taken
	if slices.Contains([]claim.Status{claim.Resolved, claim.Closed, claim.Declined}, end.Status) {
		c.Status = end.Status
	}
	return c, nil
}

// veiled is a refusal with the claim as the person may see it.
func (t *turn) veiled(ctx context.Context, c claim.Claim, refused string) (claim.Claim, string, error) {
	c, err := t.veil(ctx, c)
	return c, refused, err
}

// veilAll hides in a list what [turn.veil] hides.
func (t *turn) veilAll(ctx context.Context, list []claim.Claim) ([]claim.Claim, error) {
	for i, c := range list {
		seen, err := t.veil(ctx, c)
		if err != nil {
			return nil, err
		}
		list[i] = seen
	}
	return list, nil
}

// unmerged tells a history as it looks when nobody may know of a merger.
func unmerged(events []claim.Event) []claim.Event {
	hide := func(status string) string {
		if status == string(claim.Merged) {
			return string(claim.Taken)
		}
		return status
	}
	for i, e := range events {
		if e.Kind == claim.EventStatus {
			events[i].From, events[i].To = hide(e.From), hide(e.To)
		}
		events[i].Other = ""
	}
	return events
}

// destination is where what a customer adds to a claim is kept, and in which claim's thread the desk reads it.
type destination struct{ kept, read claim.ID }

// destinationOf finds it for a claim: what was merged stands for where it has gone. What belongs to a claim that the
// customer may not see stays with his own one, and is only read there (promise P7).
func (t *turn) destinationOf(ctx context.Context, eff AddToClaim) (destination, error) {
	c, err := t.e.store.Claim(ctx, eff.ID)
	if err != nil {
		return destination{}, err
	}
	end, err := t.e.endOf(ctx, c)
	switch {
	case err != nil:
		return destination{}, err
	case eff.Was == "" && sees(t.s.Person, t.in.To, c) && sees(t.s.Person, t.in.To, end):
		return destination{end.ID, end.ID}, nil
	}
	return destination{c.ID, end.ID}, nil
}
