package claimsql

import (
	"context"
	"crypto/rand"
	"fmt"
)

const secretSize = 32 // bytes

// Secret implements [bot.Secrets].
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	var secret []byte
	find := Statement{
		`select value from secrets where name = $1`,
		[]any{name},
		func(scan func(dest ...any) error) error { return scan(&secret) },
	}
	err := s.read(ctx, find)
	if err == nil && secret == nil {
		fresh := make([]byte, secretSize)
		rand.Read(fresh) // never fails
		err = s.write(ctx, Statement{
			SQL:  `insert into secrets (name, value) values ($1, $2) on conflict (name) do nothing`,
			Args: []any{name, fresh},
		}, find)
	}
	if err != nil {
		return nil, fmt.Errorf("read secret %q: %w", name, err)
	}
	return secret, nil
}
