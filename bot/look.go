package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// look answers a step's look-ups as one event.
func (e *Engine) look(ctx context.Context, t *turn, wants []Lookup) (Found, error) {
	var found Found
	for _, want := range wants {
		if err := e.lookOne(ctx, t, want, &found); err != nil {
			return Found{}, fmt.Errorf("look up %T: %w", want, err)
		}
	}
	return found, nil
}

func (e *Engine) lookOne(ctx context.Context, t *turn, want Lookup, found *Found) (err error) {
	switch want := want.(type) {
	case FindMachine:
		return e.lookMachine(ctx, t, want, found)
	case ListMachines:
		if err = t.refresh(ctx); err == nil && t.s.Person.Company != "" {
			found.Machines, err = e.store.MachinesOf(ctx, t.s.Person.Company)
		}
		return err
	case ListClaims:
		found.Claims, err = t.myClaims(ctx)
		return err
	case ListOngoing:
		found.Claims, err = t.ongoing(ctx)
		return err
	case FindCompanies:
		if t.inDesk() {
			found.Owners, err = e.store.FindCompanies(ctx, want.Words, maxOffered)
		}
		return err
	case FindWriters:
		if t.inDesk() {
			found.Writers, err = e.writers(ctx, want.ID)
		}
		return err
	case ShowClaim:
		return e.showClaim(ctx, t, want.ID, found)
	case ListPending:
		if t.inDesk() {
			found.Claims, err = e.store.FindClaims(ctx, ClaimFilter{Pending: true, Limit: maxPending})
		}
		return err
	case SearchClaims:
		if t.inDesk() {
			found.Claims, found.Total, err = e.store.SearchClaims(ctx, want.Words, maxFound)
		}
		return err
	case ListSwaps:
		if t.inDesk() {
			found.Swaps, err = e.findSwaps(ctx)
		}
		return err
	case FindSimilar:
		found.Claims, err = e.store.FindClaims(ctx, ClaimFilter{Serial: want.Serial, Pending: true, Since: want.Since, Limit: maxListed})
		return err
	case ReadLink:
		return e.readLink(ctx, want.Payload, found)
	case ReadPlate:
		return e.readPlate(ctx, want.File, found)
	}
	return fmt.Errorf("unknown look-up %T", want)
}

// maxListed bounds the lists that people are shown.
const maxListed = 20

// maxOffered is how many companies or people are offered to be chosen from.
const maxOffered = 6

// Bounds of what engineers are shown: the pending claims are put in order first, so all that any desk has are
// read.
const (
	maxPending = 5000
	maxFound   = 10
)

func (e *Engine) findMachine(ctx context.Context, s claim.Serial, found *Found) error {
	m, err := e.store.Machine(ctx, s)
	if err == nil {
		found.Machine = &m
		return nil
	}
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	found.Near, err = e.store.NearMachines(ctx, s.Folded())
	return err
}

func (e *Engine) showClaim(ctx context.Context, t *turn, id claim.ID, found *Found) error {
	if err := t.refresh(ctx); err != nil {
		return err
	}
	c, err := e.store.Claim(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && !t.inDesk() && !sees(t.s.Person, t.in.To, c) {
		found.Problem = "claim.unknown"
		return nil
	}
	if err != nil {
		return err
	}
	if t.inDesk() {
		if found.Card, err = e.cardText(ctx, c); err != nil {
			return err
		}
		if found.Owners, err = e.owners(ctx, c); err != nil {
			return err
		}
		if found.Machines, err = e.machinesOf(ctx, c); err != nil {
			return err
		}
	}
	c, found.History, err = t.history(ctx, c)
	found.Claims = []claim.Claim{c}
	return err
}

// machinesOf returns what the registry has of a claim's machines.
func (e *Engine) machinesOf(ctx context.Context, c claim.Claim) (list []claim.Machine, err error) {
	for _, l := range c.Lines {
		if l.Serial == "" {
			continue
		}
		m, err := e.store.Machine(ctx, l.Serial)
		switch {
		case err == nil:
			list = append(list, m)
		case !errors.Is(err, ErrNotFound):
			return nil, fmt.Errorf("find machine of claim: %w", err)
		}
	}
	return list, nil
}

// history returns a claim and its events, as far as they are for whom they are read.
func (t *turn) history(ctx context.Context, c claim.Claim) (claim.Claim, []claim.Event, error) {
	events, err := t.e.store.Events(ctx, c.ID)
	if err != nil || t.inDesk() {
		return c, events, err
	}
	events = slices.DeleteFunc(events, func(e claim.Event) bool { return e.Kind.Internal() })
	seen, err := t.veil(ctx, c)
	if seen.Status != c.Status {
		events = unmerged(events)
	}
	return seen, events, err
}

func (e *Engine) readLink(ctx context.Context, payload string, found *Found) error {
	serial, ok := e.links.Open(payload)
	if !ok {
		found.Problem = "link.bad"
		return nil
	}
	m, err := e.store.Machine(ctx, serial)
	if errors.Is(err, ErrNotFound) {
		found.Problem = "link.unknown"
		return nil
	}
	if err != nil {
		return err
	}
	found.Machine = &m
	if m.Company == "" {
		return nil
	}
	company, err := e.store.Company(ctx, m.Company)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	found.Company = &company
	return err
}

func (e *Engine) readPlate(ctx context.Context, f File, found *Found) error {
	r, err := e.media.Get(ctx, f.Hash)
	if err != nil {
		return err
	}
	defer r.Close()
	found.Codes, found.Problem, err = e.plates.ReadPlate(ctx, r)
	return err
}
