package claimsql

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// Person implements [bot.People].
func (s *Store) Person(ctx context.Context, channel string, id claim.PersonID) (claim.Person, error) {
	var p claim.Person
	var found bool
	err := s.read(ctx, Statement{
		`select data from people where channel = $1 and id = $2`, []any{channel, string(id)}, into(&p, &found),
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return claim.Person{}, fmt.Errorf("read person: %w", err)
	}
	return p, nil
}

// PutPerson implements [bot.People].
func (s *Store) PutPerson(ctx context.Context, channel string, p claim.Person) error {
	text, err := encode(p)
	if err == nil {
		err = s.write(ctx, Statement{
			SQL: `insert into people (channel, id, company, data) values ($1, $2, $3, $4)
			on conflict (channel, id) do update set company = excluded.company, data = excluded.data`,
			Args: []any{channel, string(p.ID), string(p.Company), text},
		})
	}
	if err != nil {
		return fmt.Errorf("put person: %w", err)
	}
	return nil
}

// Writers implements [bot.People].
func (s *Store) Writers(ctx context.Context, company claim.CompanyID, limit int) ([]claim.Writer, error) {
	var sessions []bot.Session
	err := s.read(ctx, Statement{
		`select s.data from people p join snapshots s on s.channel = p.channel and s.person = p.id
		where p.company = $1
		order by s.channel, s.chat, s.person`, []any{string(company)}, each(&sessions),
	})
	if err != nil {
		return nil, fmt.Errorf("list writers of company %s: %w", company, err)
	}
	slices.SortStableFunc(sessions, func(a, b bot.Session) int { return b.Active.Compare(a.Active) })
	var list []claim.Writer
	for _, one := range sessions {
		same := func(w claim.Writer) bool { return w.Channel == one.Key.Channel && w.Person.ID == one.Key.Person }
		if one.To.Chat == "" || slices.ContainsFunc(list, same) || len(list) == limit {
			continue
		}
		p := one.Person
		p.Company = company // a conversation may not have heard of it yet
		p.Lang = cmp.Or(p.Lang, one.Lang)
		list = append(list, claim.Writer{Person: p, Channel: one.To.Channel, Chat: one.To.Chat, Thread: one.To.Thread})
	}
	return list, nil
}
