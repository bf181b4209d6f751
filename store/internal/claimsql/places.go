package claimsql

import (
	"context"
	"errors"
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
	p, err := s.place(ctx, c, `select claim, thread, message, version from places where channel = $1 and chat = $2 and claim = $3`, string(id))
	if err != nil {
		return bot.Place{}, fmt.Errorf("read place of %s: %w", id, err)
	}
	return p, nil
}

// PlaceAt implements [bot.Places].
func (s *Store) PlaceAt(ctx context.Context, at bot.Address, m bot.MessageID) (bot.Place, error) {
	p, err := bot.Place{}, bot.ErrNotFound
	for _, by := range []struct{ name, sql string }{
		{at.Thread, `select claim, thread, message, version from places where channel = $1 and chat = $2 and thread = $3 and thread <> ''`},
		{string(m), `select claim, thread, message, version from places where channel = $1 and chat = $2 and message = $3 and message <> ''`},
	} {
		if by.name != "" && errors.Is(err, bot.ErrNotFound) {
			p, err = s.place(ctx, at.Lane(), by.sql, by.name)
		}
	}
	if err != nil {
		return bot.Place{}, fmt.Errorf("find place: %w", err)
	}
	return p, nil
}

// place reads the place in a chat that a statement finds by a name.
func (s *Store) place(ctx context.Context, c bot.Chat, sql, name string) (bot.Place, error) {
	p, found := bot.Place{To: bot.Address{Channel: c.Channel, Chat: c.Chat}}, false
	err := s.read(ctx, Statement{sql, []any{c.Channel, c.Chat, name}, func(scan func(dest ...any) error) error {
		found = true
		return scan((*string)(&p.Claim), &p.To.Thread, (*string)(&p.Message), &p.Version)
	}})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	return p, err
}
