package bot

import (
	"context"
	"errors"
	"strings"
	"time"

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
	for _, f := range eff.Files {
		eff.Action.Files = append(eff.Action.Files, evidence(f, eff.Action.Words, t.in))
	}
	ready, err := t.prepare(ctx, key, eff)
	if err != nil {
		return claim.Claim{}, "", err
	}
	var others []claim.Claim
	if _, ok := shared[eff.Action.Kind]; ok {
		if others, err = t.e.takenIn(ctx, eff.ID); err != nil {
			return claim.Claim{}, "", err
		}
	}
	var now claim.Claim
	c, err = t.e.store.ChangeClaim(ctx, key, eff.ID, func(was claim.Claim) (ClaimChange, error) {
		if by.Role == claim.Customer && !sees(t.s.Person, t.in.To, was) {
			return ClaimChange{}, ErrNotFound
		}
		now = was
		d, err := perform(was, ready(was), by, t.in.Sent)
		if err != nil {
			return ClaimChange{}, err
		}
		d.letter = t.quietLetter(d.claim, key)
		told := d.told(eff.Files)
		then := t.elsewhere(t.e.forDesk(key, told, t.in), told)
		if by.Role == claim.Staff {
			then = append(then, d.toldCustomer(key, told, t.in)...)
			then = append(then, d.toldOthers(key, told, others, t.in)...)
		}
		return ClaimChange{d.claim, d.events, append(then, survey(key, was, d.claim, t.in)...)}, nil
	})
	if refused = refusal(err); refused != "" {
		if by.Role == claim.Staff && now.ID != "" && !errors.Is(err, claim.ErrSame) { // the same once more is no refusal
			err = t.noteRefusal(ctx, eff.ID, claim.Event{By: by, To: string(eff.Action.Kind)})
			return now, refused, err
		}
		return t.veiled(ctx, now, refused)
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

// deed is an action that somebody did, and what it has made of the claim.
type deed struct {
	action claim.Action
	by     claim.Actor
	claim  claim.Claim
	events []claim.Event // at least one
	letter *Letter       // by which its customer is told
}

// perform does with a claim what somebody wants. A decision may be more than one event.
func perform(c claim.Claim, a claim.Action, by claim.Actor, at time.Time) (deed, error) {
	if a.Kind == claim.Decide {
		c, events, err := c.Decide(a, by, at)
		return deed{action: a, by: by, claim: c, events: events}, err
	}
	c, e, err := c.Do(a, by, at)
	return deed{action: a, by: by, claim: c, events: []claim.Event{e}}, err
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

// told is what the desk is told; files are those that came with the action.
func (d deed) told(files []File) Told {
	a, e := d.action, d.events[0]
	told := Told{
		News: NewsActed, Claim: d.claim.ID, By: d.by, Text: a.Words, About: string(a.Kind), Items: a.Items, Score: a.Score, Files: files,
		Change: changeOf(e), Caller: callerOf(d.claim), Other: e.Other,
	}
	switch {
	case e.Other != "":
		told.About = string(claim.Unmerge)
	case a.Kind == claim.HandOver:
		told.Owner = &a.To
	case a.Kind == claim.Decide:
		l := d.claim.Lines[a.Ruling.Line]
		told.Ruling = &Ruling{Serial: l.Serial, Company: l.Company, Verdict: l.Verdict, Choice: a.Ruling.Choice, Part: l.Findings.Suspected()}
	}
	return told
}

// toldCustomer makes the inbounds that tell the claim's customer what an engineer did with it, as far as that concerns
// him. The words of a hand-over, of a correction and of a decision are the engineers' own.
func (d deed) toldCustomer(key EffectKey, told Told, in Inbound) []Inbound {
	c, e := d.claim, d.events[0]
	if !c.Reachable() {
		return nil
	}
	told.Caller, told.Other, told.Files = "", "", nil
	switch {
	case d.action.Kind == claim.HandOver:
		told = Told{Claim: c.ID, By: d.action.To, About: string(claim.TakeUp)}
	case d.action.Kind == claim.Decide && !d.action.Ruling.Tell:
		return nil
	case d.action.Kind == claim.Decide:
		l := c.Lines[d.action.Ruling.Line]
		told = Told{Claim: c.ID, By: d.by, About: string(claim.Decide), Ruling: &Ruling{
			Serial: l.Serial, Company: l.Company, Linked: c.Reporter.Linked(l.Company), Verdict: l.Public(), Open: l.Findings.Decision == claim.Undecided,
		}}
	case e.Kind == claim.EventSerial:
		told.Text, told.Change = "", &Change{From: e.From, To: e.To} // what the rules say of it, he is told as far as he may know it
	case e.Kind == claim.EventCompany:
		told.Letter = d.letter
		return []Inbound{linking(key, c, told, in)}
	case e.Kind == claim.EventHanded:
		told.Text, told.Change = "", nil
	case e.Kind != claim.EventStatus:
		return nil
	}
	told.Letter = d.letter
	return []Inbound{toCustomer(key, c, told, in)}
}

// toCustomer makes the inbound that tells a claim's customer of a change of its status, or what is asked for. Who
// cannot be written to is not told: the address is empty, and the store is not given it.
func toCustomer(key EffectKey, c claim.Claim, told Told, in Inbound) Inbound {
	told.News = NewsStatus
	switch told.About {
	case string(claim.Ask):
		told.News = NewsAsked
	case string(claim.Decide):
		told.News = NewsDecided
	}
	return forCustomer(key, c, told, in)
}

// forCustomer makes the inbound that brings news of a claim into its customer's conversation.
func forCustomer(key EffectKey, c claim.Claim, told Told, in Inbound) Inbound {
	if told.Letter == nil {
		told.Letter = letterTo(c, key)
	}
	return Inbound{
		ID: told.Letter.ID, Sent: in.Sent,
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
	case errors.Is(err, claim.ErrNoChat):
		return "act.no_chat"
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
