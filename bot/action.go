package bot

import (
	"context"
	"errors"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
)

// act does with a claim what an engineer or its customer wants, and tells the desk, and the customer what an
// engineer did. What cannot be done is refused with a text's key; the claim is then as it is.
func (t *turn) act(ctx context.Context, key EffectKey, eff ActOnClaim) (c claim.Claim, refused string, err error) {
	if err := t.refresh(ctx); err != nil {
		return claim.Claim{}, "", err
	}
	by := t.actor()
	if eff.Action.Kind.Role() != by.Role {
		return claim.Claim{}, "claim.unknown", nil
	}
	if eff.Action.Kind == claim.Merge {
		return t.merge(ctx, key, eff)
	}
	ready, err := t.prepare(ctx, key, eff)
	if err != nil {
		return claim.Claim{}, "", err
	}
	var now claim.Claim
	c, err = t.e.store.ChangeClaim(ctx, key, eff.ID, func(was claim.Claim) (ClaimChange, error) {
		if by.Role == claim.Customer && !sees(t.s.Person, t.in.To, was) {
			return ClaimChange{}, ErrNotFound
		}
		now = was
		action := ready(was)
		c, e, err := was.Do(action, by, t.in.Sent)
		if err != nil {
			return ClaimChange{}, err
		}
		told := Told{
			News: NewsActed, Claim: c.ID, By: by, Text: action.Words, About: string(action.Kind), Items: action.Items, Score: action.Score,
			Change: changeOf(e), Caller: callerOf(c), Other: e.Other,
		}
		if e.Other != "" {
			told.About = string(claim.Unmerge)
		}
		then := t.e.forDesk(key, told, t.in)
		if by.Role == claim.Staff {
			then = append(then, toldCustomer(key, c, e, told, t.in)...)
		}
		return ClaimChange{c, []claim.Event{e}, append(then, survey(key, was, c, t.in)...)}, nil
	})
	if refused = refusal(err); refused != "" {
		return t.veiled(ctx, now, refused)
	}
	return c, "", err
}

// prepare returns what an action is when the claim is at hand, with what the store knows about it.
func (t *turn) prepare(ctx context.Context, key EffectKey, eff ActOnClaim) (func(claim.Claim) claim.Action, error) {
	action := eff.Action
	switch action.Kind {
	case claim.Correct:
		return t.anotherMachine(ctx, eff)
	case claim.Reopen, claim.Unmerge:
		if err := t.part(ctx, key, eff.ID); err != nil {
			return nil, err
		}
	default:
	}
	return func(claim.Claim) claim.Action { return action }, nil
}

// changeOf is what an event has changed, for people; nil when that says itself.
func changeOf(e claim.Event) *Change {
	switch e.Kind {
	case claim.EventSerial, claim.EventCompany, claim.EventHanded:
		return &Change{From: e.From, To: e.To, Was: e.Was.Short(), Now: e.Now.Short()}
	default:
		return nil
	}
}

// callerOf names the customer whom the desk has to call, because the bot cannot write to him; empty = it can.
func callerOf(c claim.Claim) string {
	if c.Reachable() {
		return ""
	}
	return strings.Trim(c.Reporter.Name+", "+c.Contact, ", ")
}

// toldCustomer makes the inbounds that tell a claim's customer what an engineer did with it, as far as that concerns him.
func toldCustomer(key EffectKey, c claim.Claim, e claim.Event, told Told, in Inbound) []Inbound {
	if !c.Reachable() {
		return nil
	}
	told.Caller, told.Other = "", ""
	switch e.Kind {
	case claim.EventStatus:
		return []Inbound{toCustomer(key, c, told, in)}
	case claim.EventSerial:
		told.Text, told.Change = "", &Change{From: e.From, To: e.To} // what the rules say of it, he is told as far as he may know it
		return []Inbound{toCustomer(key, c, told, in)}
	case claim.EventCompany:
		return []Inbound{linking(key, c, told, in)}
	case claim.EventHanded:
		told.Text, told.Change = "", nil
		return []Inbound{toCustomer(key, c, told, in)}
	default:
		return nil
	}
}

// toCustomer makes the inbound that tells a claim's customer of a change of its status, or what is asked for. Who
// cannot be written to is not told: the address is empty, and the store is not given it.
func toCustomer(key EffectKey, c claim.Claim, told Told, in Inbound) Inbound {
	told.News = NewsStatus
	if told.About == string(claim.Ask) {
		told.News = NewsAsked
	}
	return Inbound{
		ID: key.String() + "/customer", Sent: in.Sent,
		From: Sender{ID: c.Reporter.ID, Lang: c.Lang}, To: Address{c.Channel, c.Chat, c.Thread}, Event: told,
	}
}

// refusal returns the key of the text that says why something cannot be done with a claim; empty when the error
// is another one, or none.
func refusal(err error) string {
	owned, refused := (*claim.OwnedError)(nil), (*claim.RefusedError)(nil)
	switch {
	case errors.As(err, &owned):
		return "act.owned"
	case errors.As(err, &refused) && refused.Guard == claim.Within14Days:
		return "act.too_old"
	case errors.Is(err, claim.ErrNoChat):
		return "act.no_chat"
	case errors.Is(err, claim.ErrSame):
		return "act.same"
	case errors.As(err, &refused), errors.Is(err, claim.ErrNoTransition):
		return "act.status"
	case errors.Is(err, ErrNotFound):
		return "claim.unknown"
	}
	return ""
}
