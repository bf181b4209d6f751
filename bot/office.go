package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// What the desk corrects about people, companies and machines (domain.md 6.3).

// anotherMachine returns the action that puts another machine into a line: with what the registry knows of it, what the rules
// say then, and the earlier claim about the same machine.
func (t *turn) anotherMachine(ctx context.Context, eff ActOnClaim) (func(claim.Claim) claim.Action, error) {
	serial := eff.Action.Line.Serial
	m, err := t.e.store.Machine(ctx, serial)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	others, err := t.e.store.FindClaims(ctx, ClaimFilter{Serial: serial, Pending: true, Limit: maxListed})
	if err != nil {
		return nil, err
	}
	policy := t.e.policy()
	return func(was claim.Claim) claim.Action {
		action := eff.Action
		action.Line = claim.Line{Serial: serial}
		if i := action.Index; i >= 0 && i < len(was.Lines) {
			action.Line.Findings, action.Line.Ruled = was.Lines[i].Findings, was.Lines[i].Ruled
			action.Line.Findings.Part, action.Line.Findings.Cause = "", claim.CauseUnknown // that was the wrong machine's
		}
		action.Line = rejudge(policy, was, action.Line, m)
		since := was.Date.AddDays(-policy.On(was.Date).DuplicateDays)
		if i := slices.IndexFunc(others, func(o claim.Claim) bool { return o.Before(was) && !o.Date.Before(since) }); i >= 0 {
			action.Twin = others[i].ID
		}
		return action
	}, nil
}

// How a person was linked to a company (domain.md 6.3).
const (
	linkedByDesk  = "desk"
	linkedByClaim = "claim" // the desk has confirmed a claim on one of the company's machines
)

// linking makes the inbound that links a claim's customer to the company that the claim now names, in his own
// conversation: he is told, and sees what is the company's from then on.
func linking(key EffectKey, c claim.Claim, told Told, in Inbound) Inbound {
	news := Told{News: NewsLinked, Claim: c.ID, By: told.By, Company: &claim.Company{ID: c.Reporter.Company, Name: c.Customer}}
	switch {
	case c.Reporter.Company == "":
	case linked(c.Reporter, c):
		news.About = linkedByClaim
	default:
		news.About = linkedByDesk
	}
	news.Letter = told.Letter
	return forCustomer(key, c, news, in)
}

// putPerson changes what is stored of the person. Another conversation of hers may have changed it in between.
func (t *turn) putPerson(ctx context.Context, change func(*claim.Person)) error {
	if t.s.Person.ID == "" {
		t.s.Person.ID = t.in.From.ID
	}
	p, err := t.e.store.Person(ctx, t.in.To.Channel, t.s.Person.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		p = t.s.Person
	case err != nil:
		return err
	case t.s.Person.Name != "":
		p.Name = t.s.Person.Name
	}
	change(&p)
	change(&t.s.Person)
	t.refreshed = true
	return t.e.store.PutPerson(ctx, t.in.To.Channel, p)
}

// refresh reads for which company the person writes, once a turn, before anything that belongs to a company is shown or
// changed: the desk may have linked her in another conversation, or have taken the link away.
func (t *turn) refresh(ctx context.Context) error {
	if t.refreshed || t.inDesk() || t.s.Person.ID == "" {
		return nil
	}
	p, err := t.e.store.Person(ctx, t.in.To.Channel, t.s.Person.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("read company of person: %w", err)
	}
	t.s.Person.Company, t.s.Person.Why, t.refreshed = p.Company, p.Why, true
	return nil
}

// myClaims lists the person's claims and those of her company.
func (t *turn) myClaims(ctx context.Context) ([]claim.Claim, error) {
	if err := t.refresh(ctx); err != nil {
		return nil, err
	}
	list, err := t.e.store.FindClaims(ctx, ClaimFilter{
		Channel: t.in.To.Channel, Person: t.s.Person.ID, Company: t.s.Person.Company, Limit: maxListed,
	})
	if err != nil {
		return nil, err
	}
	return t.veilAll(ctx, list)
}

// ongoing lists the claims that the person may mean when she writes out of the blue.
func (t *turn) ongoing(ctx context.Context) ([]claim.Claim, error) {
	if err := t.refresh(ctx); err != nil {
		return nil, err
	}
	mine, err := t.e.store.FindClaims(ctx, ClaimFilter{Channel: t.in.To.Channel, Person: t.s.Person.ID, Limit: maxListed})
	if err != nil {
		return nil, err
	}
	var list []claim.Claim
	for _, c := range mine {
		end, err := t.e.endOf(ctx, c)
		if err != nil {
			return nil, err
		}
		if !end.Pending() {
			continue
		}
		if sees(t.s.Person, t.in.To, end) {
			c = end
		}
		if c, err = t.veil(ctx, c); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, func(have claim.Claim) bool { return have.ID == c.ID }) {
			list = append(list, c)
		}
	}
	return list, nil
}

// owners lists the companies that own a claim's machines.
func (e *Engine) owners(ctx context.Context, c claim.Claim) (list []claim.Company, err error) {
	for _, l := range c.Lines {
		if l.Company == "" || slices.ContainsFunc(list, func(have claim.Company) bool { return have.ID == l.Company }) {
			continue
		}
		company, err := e.store.Company(ctx, l.Company)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		if err == nil {
			list = append(list, company)
		}
	}
	return list, nil
}

// writers lists people to whom a claim can be handed: those of the company that its customer named, and those of its
// machines' owners.
func (e *Engine) writers(ctx context.Context, id claim.ID) (list []claim.Writer, err error) {
	c, err := e.store.Claim(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var companies []claim.CompanyID
	for _, company := range append([]claim.CompanyID{c.Reporter.Company}, companiesOf(c)...) {
		if company == "" || slices.Contains(companies, company) {
			continue
		}
		companies = append(companies, company)
		people, err := e.store.Writers(ctx, company, maxOffered)
		if err != nil {
			return nil, err
		}
		for _, w := range people {
			w.Person.Lang = e.language(w.Person.Lang)
			list = append(list, w)
		}
	}
	return list[:min(len(list), maxOffered)], nil
}

func companiesOf(c claim.Claim) (list []claim.CompanyID) {
	for _, l := range c.Lines {
		list = append(list, l.Company)
	}
	return list
}
