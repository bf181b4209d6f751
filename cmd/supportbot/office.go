package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/flows"
)

// office is what the engineers' pages show: the store's claims in the words of the catalogue.
type office struct {
	store  bot.Store
	texts  bot.Texts
	duty   func() *duty.Desk
	engine func() *bot.Engine // there is one before a page is asked for
}

var _ web.Office = office{}

// Bounds of what a page lists.
const (
	maxQueue = 5000 // more than any desk has: what is left out would be the oldest
	maxHits  = 50
	maxTold  = 4000 // characters of one message in a claim's history
)

// Queue implements [web.Office].
func (o office) Queue(ctx context.Context, me claim.PersonID, lang string) ([]desk.Section, error) {
	pending, err := o.engine().Claims().FindClaims(ctx, bot.ClaimFilter{Pending: true, Limit: maxQueue})
	if err != nil {
		return nil, fmt.Errorf("list claims: %w", err)
	}
	at := now()
	list := []desk.Section{}
	for _, g := range desk.Queue(pending, desk.View{Me: me, Now: at, Roster: o.duty()}) {
		list = append(list, desk.Section{Name: g.Name, Rows: o.rows(g.Claims, lang)})
	}
	return list, nil
}

func (o office) rows(claims []claim.Claim, lang string) []desk.Row {
	list := []desk.Row{}
	for _, c := range claims {
		list = append(list, desk.RowOf(c, now(), o.words(lang)))
	}
	return list
}

// Find implements [web.Office].
func (o office) Find(ctx context.Context, words, lang string) ([]desk.Row, int, error) {
	claims, total, err := o.engine().Claims().SearchClaims(ctx, words, maxHits)
	if err != nil {
		return nil, 0, fmt.Errorf("search claims: %w", err)
	}
	return o.rows(claims, lang), total, nil
}

// Sheet implements [web.Office].
func (o office) Sheet(ctx context.Context, id claim.ID, lang string) (desk.Sheet, error) {
	c, err := o.engine().Claims().Claim(ctx, id)
	if err != nil {
		return desk.Sheet{}, fmt.Errorf("read claim: %w", err)
	}
	events, err := o.engine().Claims().Events(ctx, id)
	if err != nil {
		return desk.Sheet{}, fmt.Errorf("read history: %w", err)
	}
	s := desk.Sheet{Claim: c}
	var choices []bot.Choice
	if s.Card, choices, err = o.engine().Card(ctx, c, lang); err != nil {
		return desk.Sheet{}, fmt.Errorf("make card: %w", err)
	}
	if s.Zone, err = o.zone(ctx, c); err != nil {
		return desk.Sheet{}, fmt.Errorf("find the site's time zone: %w", err)
	}
	for _, b := range choices {
		s.Actions = append(s.Actions, desk.Action{ID: string(b.ID), Label: b.Label})
	}
	for _, e := range events {
		told := e
		told.Note = "" // shown beside it, as it was written
		s.History = append(s.History, desk.Entry{Event: e, Told: bot.Plain(o.texts.Render(lang, flows.Happened(told, maxTold)))})
	}
	return s, nil
}

// zone is the customer's time zone, else that of the machine's site.
func (o office) zone(ctx context.Context, c claim.Claim) (string, error) {
	if c.Reporter.Zone != "" {
		return c.Reporter.Zone, nil
	}
	m, err := o.store.Machine(ctx, c.Lines[0].Serial)
	if errors.Is(err, bot.ErrNotFound) {
		return "", nil
	}
	return m.Zone, err
}

// OnCall implements [web.Office].
func (o office) OnCall(context.Context) ([]desk.Turn, error) {
	var list []desk.Turn
	for _, t := range turns(o.duty(), now()) {
		list = append(list, desk.Turn{Level: t.Name, Name: t.PersonName, Until: t.Until, Reason: t.Reason})
	}
	return list, nil
}

// Engineer implements [web.Office].
func (o office) Engineer(ctx context.Context, l bot.Login) (web.Person, error) {
	p, err := o.engine().StaffOf(ctx, l.Channel, l.Account)
	switch {
	case err != nil:
		return web.Person{}, err
	case claim.PersonID(p.ID) != l.Person:
		return web.Person{}, fmt.Errorf("look for the desk's person: %w", bot.ErrNotFound)
	}
	one := web.Person{ID: l.Person, Name: p.Name}
	if len(p.Languages) > 0 {
		one.Lang = p.Languages[0]
	}
	return one, nil
}

// words renders keys of the catalogue in one language.
func (o office) words(lang string) desk.Words {
	return func(key string, pairs ...any) string { return bot.Plain(o.texts.Render(lang, bot.Say(key, pairs...))) }
}
