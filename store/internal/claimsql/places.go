package claimsql

import (
	"context"
	"fmt"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// PutPlace implements [bot.Places].
func (s *Store) PutPlace(ctx context.Context, p bot.Place) error {
	err := s.write(ctx, Statement{
		SQL: `insert into places (claim, channel, chat, thread, message, version) values ($1, $2, $3, $4, $5, $6)
		on conflict (claim, channel, chat) do update set
			thread = excluded.thread, message = excluded.message, version = excluded.version`,
		Args: []any{string(p.Claim), p.To.Channel, p.To.Chat, p.To.Thread, string(p.Message), int64(p.Version)},
	})
	if err != nil {
		return fmt.Errorf("put place of %s: %w", p.Claim, err)
	}
	return nil
}

// Place implements [bot.Places].
func (s *Store) Place(ctx context.Context, id claim.ID, c bot.Chat) (bot.Place, error) {
	p := bot.Place{Claim: id, To: bot.Address{Channel: c.Channel, Chat: c.Chat}}
	found := false
	err := s.read(ctx, Statement{
		`select thread, message, version from places where claim = $1 and channel = $2 and chat = $3`,
		[]any{string(id), c.Channel, c.Chat},
		func(scan func(dest ...any) error) error {
			found = true
			return scan(&p.To.Thread, (*string)(&p.Message), &p.Version)
		},
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Place{}, fmt.Errorf("read place of %s: %w", id, err)
	}
	return p, nil
}
