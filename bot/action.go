package bot

import (
	"context"
	"errors"
	"time"

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
	for _, f := range eff.Files {
		eff.Action.Files = append(eff.Action.Files, evidence(f, eff.Action.Words, t.in))
	}
	c, err = t.e.store.ChangeClaim(ctx, key, eff.ID, func(was claim.Claim) (ClaimChange, error) {
		if by.Role == claim.Customer && !sees(t.s.Person, t.in.To, was) {
			return ClaimChange{}, ErrNotFound
		}
		now = was
		c, events, err := perform(was, eff.Action, by, t.in.Sent)
		if err != nil {
			return ClaimChange{}, err
		}
		told := toldOf(c, eff, by)
		then := t.elsewhere(t.e.forDesk(key, told, t.in), told)
		if by.Role == claim.Staff {
			then = append(then, tellCustomer(key, c, eff.Action, events, told, t.in)...)
		}
		return ClaimChange{c, events, append(then, survey(key, was, c, t.in)...)}, nil
	})
	if refused = refusal(err); refused != "" {
		return now, refused, nil
	}
	return c, "", err
}

// elsewhere leaves out files where the engineer has sent them: they stand there already.
func (t *turn) elsewhere(rooms []Inbound, told Told) []Inbound {
	told.Files = nil
	for i := range rooms {
		if rooms[i].To.Lane() == t.in.To.Lane() {
			rooms[i].Event = told
		}
	}
	return rooms
}

// perform does with a claim what somebody wants. A decision may be more than one event.
func perform(c claim.Claim, a claim.Action, by claim.Actor, at time.Time) (claim.Claim, []claim.Event, error) {
	if a.Kind == claim.Decide {
		return c.Decide(a, by, at)
	}
	c, e, err := c.Do(a, by, at)
	return c, []claim.Event{e}, err
}

// toldOf is what the desk is told of an action.
func toldOf(c claim.Claim, eff ActOnClaim, by claim.Actor) Told {
	a := eff.Action
	told := Told{
		News: NewsActed, Claim: c.ID, By: by, Text: a.Words, About: string(a.Kind), Items: a.Items, Score: a.Score, Files: eff.Files,
	}
	if a.Kind == claim.HandOver {
		told.Owner = &a.To
	}
	if a.Kind == claim.Decide {
		l := c.Lines[a.Ruling.Line]
		told.Ruling = &Ruling{Serial: l.Serial, Company: l.Company, Verdict: l.Verdict, Choice: a.Ruling.Choice, Part: l.Findings.Suspected()}
	}
	return told
}

// tellCustomer makes the inbound that tells a claim's customer what an engineer did, if it concerns him. The words
// of a hand-over and of a decision are the engineers' own.
func tellCustomer(key EffectKey, c claim.Claim, a claim.Action, events []claim.Event, told Told, in Inbound) []Inbound {
	switch {
	case a.Kind == claim.HandOver:
		told = Told{Claim: c.ID, By: a.To, About: string(claim.TakeUp)}
	case a.Kind == claim.Decide && !a.Ruling.Tell:
		return nil
	case a.Kind == claim.Decide:
		l := c.Lines[a.Ruling.Line]
		told = Told{Claim: c.ID, By: told.By, About: string(claim.Decide), Ruling: &Ruling{
			Serial: l.Serial, Company: l.Company, Linked: c.Reporter.Linked(l.Company), Verdict: l.Public(), Open: l.Findings.Decision == claim.Undecided,
		}}
	case events[0].Kind != claim.EventStatus:
		return nil
	}
	told.Files = nil
	return []Inbound{toCustomer(key, c, told, in)}
}

// toCustomer makes the inbound that tells a claim's customer of a change of its status, or what is asked for.
func toCustomer(key EffectKey, c claim.Claim, told Told, in Inbound) Inbound {
	told.News = NewsStatus
	switch told.About {
	case string(claim.Ask):
		told.News = NewsAsked
	case string(claim.Decide):
		told.News = NewsDecided
	}
	return Inbound{
		ID: key.String() + "/customer", Sent: in.Sent,
		From: Sender{ID: c.Reporter.ID, Lang: c.Lang}, To: Address{c.Channel, c.Chat, c.Thread}, Event: told,
	}
}

// explained are the guards of which an engineer is told what they wait for; the customer is asked or told nothing then.
var explained = map[claim.Guard]bool{claim.QuietFor14Days: true, claim.ClosedLongEnough: true, claim.NothingOutstanding: true}

// refusal returns the key of the text that says why something cannot be done with a claim; empty when the error
// is another one, or none.
func refusal(err error) string {
	owned, refused, unproven := (*claim.OwnedError)(nil), (*claim.RefusedError)(nil), (*claim.UnprovenError)(nil)
	switch {
	case errors.As(err, &unproven):
		return "desk.decide.lacks." + string(unproven.Lacks)
	case errors.Is(err, claim.ErrStale):
		return "desk.decide.stale"
	case errors.As(err, &owned):
		return "act.owned"
	case errors.As(err, &refused) && refused.Guard == claim.Within14Days:
		return "act.too_old"
	case errors.As(err, &refused) && explained[refused.Guard]:
		return "desk.refused." + string(refused.Guard)
	case errors.Is(err, claim.ErrSame):
		return "act.same"
	case errors.As(err, &refused), errors.Is(err, claim.ErrNoTransition):
		return "act.status"
	case errors.Is(err, ErrNotFound):
		return "claim.unknown"
	}
	return ""
}
