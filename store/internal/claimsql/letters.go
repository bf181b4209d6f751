package claimsql

import (
	"context"
	"fmt"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// PutLetter implements [bot.Letters].
func (s *Store) PutLetter(ctx context.Context, l bot.Letter) (version int, err error) {
	text, err := encode(l)
	if err == nil {
		err = s.write(ctx, Statement{
			`insert into letters (id, version, data, note, shown) values ($1, 1, $2, '', 0)
			on conflict (id) do update set data = excluded.data, version = letters.version + 1
			returning version`,
			[]any{l.ID, text},
			func(scan func(dest ...any) error) error { return scan(&version) },
		})
	}
	if err != nil {
		return 0, fmt.Errorf("put letter: %w", err)
	}
	return version, nil
}

// PutNote implements [bot.Letters].
func (s *Store) PutNote(ctx context.Context, letter string, n bot.Note) error {
	err := s.write(ctx, Statement{
		SQL:  `update letters set note = $2, shown = $3 where id = $1`,
		Args: []any{letter, string(n.Message), int64(n.Shown)},
	})
	if err != nil {
		return fmt.Errorf("put note of letter: %w", err)
	}
	return nil
}

// Letter implements [bot.Letters].
func (s *Store) Letter(ctx context.Context, id string) (l bot.Letter, n bot.Note, err error) {
	found := false
	err = s.read(ctx, Statement{
		`select version, data, note, shown from letters where id = $1`,
		[]any{id},
		func(scan func(dest ...any) error) error {
			var text string
			found = true
			if err := scan(&n.Version, &text, (*string)(&n.Message), &n.Shown); err != nil {
				return err
			}
			var err error
			l, err = decode[bot.Letter](text)
			return err
		},
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Letter{}, bot.Note{}, fmt.Errorf("read letter: %w", err)
	}
	return l, n, nil
}

// PutTraces implements [bot.Letters].
func (s *Store) PutTraces(ctx context.Context, list ...bot.Trace) error {
	rows := make([]Statement, len(list))
	for i, m := range list {
		rows[i] = Statement{
			SQL: `insert into traces (channel, chat, message, claim, repeats) values ($1, $2, $3, $4, $5)
			on conflict (channel, chat, message) do update set claim = excluded.claim, repeats = excluded.repeats`,
			Args: []any{m.At.Channel, m.At.Chat, string(m.Message), string(m.Claim), string(m.Repeats)},
		}
	}
	if err := s.write(ctx, rows...); err != nil {
		return fmt.Errorf("put traces: %w", err)
	}
	return nil
}

// Trace implements [bot.Letters].
func (s *Store) Trace(ctx context.Context, at bot.Chat, m bot.MessageID) (bot.Trace, error) {
	trace, found := bot.Trace{At: at, Message: m}, false
	err := s.read(ctx, Statement{
		`select claim, repeats from traces where channel = $1 and chat = $2 and message = $3`,
		[]any{at.Channel, at.Chat, string(m)},
		func(scan func(dest ...any) error) error {
			found = true
			return scan((*string)(&trace.Claim), (*string)(&trace.Repeats))
		},
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Trace{}, fmt.Errorf("read trace: %w", err)
	}
	return trace, nil
}

// Repeat implements [bot.Letters].
func (s *Store) Repeat(ctx context.Context, at bot.Chat, id claim.ID, of bot.MessageID) (m bot.MessageID, err error) {
	found := false
	err = s.read(ctx, Statement{
		`select message from traces where channel = $1 and chat = $2 and claim = $3 and repeats = $4 and repeats <> ''
		order by made desc, message limit 1`,
		[]any{at.Channel, at.Chat, string(id), string(of)},
		func(scan func(dest ...any) error) error {
			found = true
			return scan((*string)(&m))
		},
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("find repeat of message: %w", err)
	}
	return m, nil
}
