package claimsql

import (
	"context"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// Account implements [bot.Accounts].
func (s *Store) Account(ctx context.Context, channel string, id claim.PersonID) (bot.Account, error) {
	var a bot.Account
	var found bool
	err := s.read(ctx, Statement{
		`select data from staff where channel = $1 and id = $2`, []any{channel, string(id)}, into(&a, &found),
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Account{}, fmt.Errorf("read account: %w", err)
	}
	return a, nil
}

// Accounts implements [bot.Accounts].
func (s *Store) Accounts(ctx context.Context) (list []bot.Account, err error) {
	err = s.read(ctx, Statement{SQL: `select data from staff order by person, channel, id`, Row: each(&list)})
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	return list, nil
}

// PutAccount implements [bot.Accounts].
func (s *Store) PutAccount(ctx context.Context, a bot.Account) error {
	put, err := putAccount(a)
	if err == nil {
		err = s.write(ctx, put)
	}
	if err != nil {
		return fmt.Errorf("put account: %w", err)
	}
	return nil
}

func putAccount(a bot.Account) (Statement, error) {
	text, err := encode(a)
	return Statement{
		SQL: `insert into staff (channel, id, person, data) values ($1, $2, $3, $4)
		on conflict (channel, id) do update set person = excluded.person, data = excluded.data`,
		Args: []any{a.Channel, string(a.ID), string(a.Person), text},
	}, err
}

// NoteChat implements [bot.Accounts].
func (s *Store) NoteChat(ctx context.Context, a bot.Account) error {
	text, err := encode(a)
	if err == nil {
		err = s.write(ctx, Statement{
			SQL:  `update staff set data = $1 where channel = $2 and id = $3 and person = $4`,
			Args: []any{text, a.Channel, string(a.ID), string(a.Person)},
		})
	}
	if err != nil {
		return fmt.Errorf("note chat of account: %w", err)
	}
	return nil
}

// DropAccount implements [bot.Accounts].
func (s *Store) DropAccount(ctx context.Context, channel string, id claim.PersonID) error {
	gone := 0
	err := s.write(ctx, Statement{
		`delete from staff where channel = $1 and id = $2 returning id`, []any{channel, string(id)}, count(&gone),
	})
	if err == nil && gone == 0 {
		err = bot.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("drop account: %w", err)
	}
	return nil
}

// PutCode implements [bot.Codes].
func (s *Store) PutCode(ctx context.Context, hash string, person duty.PersonID, expires time.Time) error {
	made := 0
	err := s.write(ctx, Statement{
		`insert into staff_codes (hash, person, expires) values ($1, $2, $3) on conflict do nothing returning hash`,
		[]any{hash, string(person), micro(expires)},
		count(&made),
	})
	if err == nil && made == 0 {
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("put code: %w", err)
	}
	return nil
}

// UseCode implements [bot.Codes]. Whoever updates the row first has used the code.
func (s *Store) UseCode(ctx context.Context, hash string, a bot.Account) (bot.Account, error) {
	err := s.db.Write(ctx, func(tx Tx) error {
		used := 0
		err := run(ctx, tx, Statement{
			`update staff_codes set channel = $2, id = $3 where hash = $1 and channel is null and expires > $4 returning person`,
			[]any{hash, a.Channel, string(a.ID), micro(a.At)},
			func(scan func(dest ...any) error) error {
				used++
				return scan(&a.Person)
			},
		})
		if err != nil {
			return err
		}
		if used == 0 {
			return refuseCode(ctx, tx, hash, &a)
		}
		put, err := putAccount(a)
		if err != nil {
			return err
		}
		return run(ctx, tx, put)
	})
	if err != nil {
		return bot.Account{}, fmt.Errorf("use code: %w", err)
	}
	return a, nil
}

// refuseCode says why a code links nothing. Whoever has used it gets what it made, if that is still there.
func refuseCode(ctx context.Context, tx Tx, hash string, a *bot.Account) error {
	var channel, id *string
	var linked bool
	why := bot.ErrNotFound
	err := run(ctx, tx,
		Statement{
			`select channel, id from staff_codes where hash = $1`,
			[]any{hash},
			func(scan func(dest ...any) error) error {
				why = bot.ErrExpired
				return scan(&channel, &id)
			},
		},
		Statement{
			`select data from staff join staff_codes using (channel, id, person) where hash = $1 and channel = $2 and id = $3`,
			[]any{hash, a.Channel, string(a.ID)},
			into(a, &linked),
		})
	switch {
	case err != nil:
		return err
	case linked:
		return nil
	case channel != nil:
		return bot.ErrUsed
	}
	return why
}
