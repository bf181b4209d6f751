package claimsql

import (
	"context"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot"
)

// PutLogin implements [bot.Logins].
func (s *Store) PutLogin(ctx context.Context, l bot.Login) error {
	err := s.write(ctx, Statement{
		SQL: `insert into logins (link, person, channel, account, expires) values ($1, $2, $3, $4, $5)
		on conflict (link) do nothing`,
		Args: []any{l.Link, string(l.Person), l.Channel, string(l.Account), micro(l.Expires)},
	})
	if err != nil {
		return fmt.Errorf("put login: %w", err)
	}
	return nil
}

// UseLogin implements [bot.Logins]. Whoever updates the row first has used the link.
func (s *Store) UseLogin(ctx context.Context, link, session string, now, until time.Time) (l bot.Login, err error) {
	used := 0
	var expired bool
	why := bot.ErrNotFound
	err = s.write(ctx,
		Statement{
			`update logins set session = $2, expires = $4 where link = $1 and session is null and expires > $3
			returning link, person, channel, account, expires`,
			[]any{link, session, micro(now), micro(until)},
			func(scan func(dest ...any) error) error {
				used++
				return scanLogin(scan, &l)
			},
		},
		Statement{
			`select session is null from logins where link = $1`,
			[]any{link},
			func(scan func(dest ...any) error) error {
				why = bot.ErrUsed
				return scan(&expired)
			},
		})
	switch {
	case err != nil:
	case expired:
		err = bot.ErrExpired
	case used == 0:
		err = why
	}
	if err != nil {
		return bot.Login{}, fmt.Errorf("use login: %w", err)
	}
	return l, nil
}

// Login implements [bot.Logins].
func (s *Store) Login(ctx context.Context, session string, now time.Time) (l bot.Login, err error) {
	found := false
	err = s.read(ctx, Statement{
		`select link, person, channel, account, expires from logins where session = $1 and expires > $2`,
		[]any{session, micro(now)},
		func(scan func(dest ...any) error) error {
			found = true
			return scanLogin(scan, &l)
		},
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Login{}, fmt.Errorf("read login: %w", err)
	}
	return l, nil
}

func scanLogin(scan func(dest ...any) error, l *bot.Login) error {
	err := scan(&l.Link, &l.Person, &l.Channel, &l.Account, &l.Expires)
	l.Expires = l.Expires.UTC()
	return err
}

// EndLogin implements [bot.Logins]. The row stays until it is purged: its link has been used.
func (s *Store) EndLogin(ctx context.Context, session string) error {
	err := s.write(ctx, Statement{
		SQL: `update logins set expires = $2 where session = $1`, Args: []any{session, micro(time.Unix(0, 0))},
	})
	if err != nil {
		return fmt.Errorf("end login: %w", err)
	}
	return nil
}
