package bot

import (
	"context"
	"errors"

	"github.com/optoste/supportbot/bot/claim"
)

// act does with a claim what an engineer or its customer wants, and tells the desk, and the customer what an
// engineer did. What cannot be done is refused with a text's key; the claim is then as it is.
func (t *turn) act(ctx context.Context, key EffectKey, eff ActOnClaim) (c claim.Claim, refused string, err error) {
	by := t.actor()
	if eff.Action.Kind.Role() != by.Role {
		return claim.Claim{}, "claim.unknown", nil
	}
	var now claim.Claim
	c, err = t.e.store.ChangeClaim(ctx, key, eff.ID, func(was claim.Claim) (ClaimChange, error) {
		if by.Role == claim.Customer && !sees(t.s.Person, t.in.To, was) {
			return ClaimChange{}, ErrNotFound
		}
		now = was
		c, e, err := was.Do(eff.Action, by, t.in.Sent)
		if err != nil {
			return ClaimChange{}, err
		}
		told := Told{News: NewsActed, Claim: c.ID, By: by, Text: eff.Action.Words, About: string(eff.Action.Kind), Items: eff.Action.Items, Score: eff.Action.Score}
		then := t.e.forDesk(key, told, t.in)
		if e.Kind == claim.EventStatus && by.Role == claim.Staff {
			then = append(then, toCustomer(key, c, told, t.in))
		}
		return ClaimChange{c, []claim.Event{e}, append(then, survey(key, was, c, t.in)...)}, nil
	})
	if refused = refusal(err); refused != "" {
		if by.Role == claim.Staff && now.ID != "" && !errors.Is(err, claim.ErrSame) { // the same once more is no refusal
			err = t.noteRefusal(ctx, eff.ID, claim.Event{By: by, To: string(eff.Action.Kind)})
			return now, refused, err
		}
		return now, refused, nil
	}
	return c, "", err
}

// toCustomer makes the inbound that tells a claim's customer of a change of its status, or what is asked for.
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
	case errors.Is(err, claim.ErrSame):
		return "act.same"
	case errors.As(err, &refused), errors.Is(err, claim.ErrNoTransition):
		return "act.status"
	case errors.Is(err, ErrNotFound):
		return "claim.unknown"
	}
	return ""
}
