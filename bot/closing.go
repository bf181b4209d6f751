package bot

import (
	"context"
	"errors"
	"fmt"

	"github.com/optoste/supportbot/bot/claim"
)

// workUnconfirmed closes claims that were resolved and that nobody has confirmed for [claim.Fortnight], or leaves
// them to the desk. Each is done once, however many replicas look: the claim is then unconfirmed no more.
func (e *Engine) workUnconfirmed(ctx context.Context) (int, error) {
	list, err := e.store.Unconfirmed(ctx, e.now().Add(-claim.Fortnight), workBatch)
	if err != nil {
		return 0, fmt.Errorf("read unconfirmed claims: %w", err)
	}
	did := 0
	var errs []error // one that fails does not hold up the others
	for _, c := range list {
		switch err := e.lapse(ctx, c); {
		case err == nil:
			did++
		case refusal(err) == "": // otherwise somebody has done something with it in between
			errs = append(errs, err)
		}
	}
	return did, errors.Join(errs...)
}

// lapse does with a claim what comes of silence, and tells the desk and the customer.
func (e *Engine) lapse(ctx context.Context, seen claim.Claim) error {
	at := e.now()
	key := EffectKey{Inbound: fmt.Sprintf("unconfirmed/%s/%d", seen.ID, seen.Version), Kind: string(claim.Lapse), Subject: string(seen.ID)}
	_, err := e.store.ChangeClaim(ctx, key, seen.ID, func(was claim.Claim) (ClaimChange, error) {
		c, event, err := was.Do(claim.Action{Kind: claim.Lapse}, claim.Actor{}, at)
		if err != nil {
			return ClaimChange{}, err
		}
		in := Inbound{Sent: at}
		told := Told{News: NewsActed, Claim: c.ID, About: string(claim.Lapse)}
		if c.Held {
			told.About = string(claim.EventHeld)
			return ClaimChange{c, []claim.Event{event}, e.forDesk(key, told, in)}, nil
		}
		then := append(e.forDesk(key, told, in), toCustomer(key, c, told, in))
		return ClaimChange{c, []claim.Event{event}, append(then, survey(key, was, c, in)...)}, nil
	})
	return err
}

// survey makes the inbound that asks a claim's customer how the service was, when a change has closed the claim for
// the first time.
func survey(key EffectKey, was, c claim.Claim, in Inbound) []Inbound {
	if was.Surveyed || !c.Surveyed {
		return nil
	}
	ask := toCustomer(key, c, Told{Claim: c.ID}, in)
	ask.ID = key.String() + "/survey"
	letter := letterTo(c, key)
	letter.ID = ask.ID
	ask.Event = Told{News: NewsSurvey, Claim: c.ID, Letter: letter}
	return []Inbound{ask}
}
