package claimsql

import (
	"context"
	"fmt"

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
