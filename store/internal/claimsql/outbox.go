package claimsql

import (
	"context"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot"
)

// A row of lanes is there exactly while its chat has rows in outbox. Whoever changes either starts
// by updating the lane, which makes everybody else at this chat wait for the commit.

// Queue implements [bot.Outbox]. A lane that waits until later already goes on waiting.
func (s *Store) Queue(ctx context.Context, c bot.Chat, list []bot.Outgoing, notBefore time.Time) error {
	if len(list) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(tx Tx) error { return queue(ctx, tx, c, list, notBefore) })
	if err != nil {
		return fmt.Errorf("queue messages: %w", err)
	}
	return nil
}

func queue(ctx context.Context, tx Tx, c bot.Chat, list []bot.Outgoing, notBefore time.Time) error {
	var last int64
	err := run(ctx, tx, Statement{
		`insert into lanes (channel, chat, last, not_before, held_until) values ($1, $2, $3, $4, $5)
		on conflict (channel, chat) do update set
			last = lanes.last + excluded.last,
			not_before = case when lanes.not_before < excluded.not_before then excluded.not_before else lanes.not_before end
		returning last`,
		[]any{c.Channel, c.Chat, int64(len(list)), micro(notBefore), micro(time.Time{})},
		func(scan func(dest ...any) error) error { return scan(&last) },
	})
	if err != nil {
		return err
	}
	rows := make([]Statement, len(list))
	for i, o := range list {
		text, err := encode(o)
		if err != nil {
			return fmt.Errorf("message %q: %w", o.ID, err)
		}
		rows[i] = Statement{
			SQL: `insert into outbox (channel, chat, seq, id, data) values ($1, $2, $3, $4, $5)
			on conflict (channel, chat, id) do nothing`,
			Args: []any{c.Channel, c.Chat, last - int64(len(list)-1-i), o.ID, text},
		}
	}
	return run(ctx, tx, rows...)
}

// Drain implements [bot.Outbox].
func (s *Store) Drain(ctx context.Context, now, hold time.Time, limit int) (bot.Lane, []bot.Outgoing, error) {
	l := bot.Lane{Held: micro(hold)}
	var list []bot.Outgoing
	err := s.db.Write(ctx, func(tx Tx) (err error) {
		if l.Chat, err = holdLane(ctx, tx, now, hold); err != nil {
			return err
		}
		list = nil
		return run(ctx, tx, Statement{
			`select data from outbox where channel = $1 and chat = $2 order by seq limit $3`,
			[]any{l.Chat.Channel, l.Chat.Chat, int64(limit)},
			each(&list),
		})
	})
	if err != nil {
		return bot.Lane{}, nil, fmt.Errorf("drain outbox: %w", err)
	}
	return l, list, nil
}

// holdLane finds the lane that has been due longest and holds it; when somebody else was quicker,
// the next one.
func holdLane(ctx context.Context, tx Tx, now, hold time.Time) (bot.Chat, error) {
	for range maxTries {
		var due []bot.Chat
		err := run(ctx, tx, selectLanes(`where not_before <= $1 and held_until <= $1 order by not_before limit 1`, &due, micro(now)))
		if err != nil {
			return bot.Chat{}, err
		}
		if len(due) == 0 {
			return bot.Chat{}, bot.ErrNotFound
		}
		held := 0
		err = run(ctx, tx, Statement{
			`update lanes set held_until = $4
			where channel = $1 and chat = $2 and not_before <= $3 and held_until <= $3
			returning last`,
			[]any{due[0].Channel, due[0].Chat, micro(now), micro(hold)},
			count(&held),
		})
		if err != nil || held > 0 {
			return due[0], err
		}
	}
	return bot.Chat{}, bot.ErrNotFound
}

// Drained implements [bot.Outbox].
func (s *Store) Drained(ctx context.Context, l bot.Lane, sent []string, notBefore time.Time) error {
	err := s.db.Write(ctx, func(tx Tx) error { return drained(ctx, tx, l, sent, notBefore) })
	if err != nil {
		return fmt.Errorf("remove sent messages: %w", err)
	}
	return nil
}

func drained(ctx context.Context, tx Tx, l bot.Lane, sent []string, notBefore time.Time) error {
	for range maxMoves {
		there, next := 0, ""
		chat := []any{l.Chat.Channel, l.Chat.Chat}
		list := []Statement{{
			`update lanes set
				not_before = case when held_until = $3 then $4 else not_before end,
				held_until = case when held_until = $3 then $5 else held_until end
			where channel = $1 and chat = $2
			returning last`,
			append(chat[:2:2], micro(l.Held), micro(notBefore), micro(time.Time{})), count(&there),
		}}
		for _, id := range sent {
			list = append(list, Statement{
				SQL: `delete from outbox where channel = $1 and chat = $2 and id = $3`, Args: append(chat[:2:2], id),
			})
		}
		list = append(list, Statement{
			SQL: `delete from lanes where channel = $1 and chat = $2 and held_until = $3
				and not exists (select 1 from outbox where channel = $1 and chat = $2)`,
			Args: append(chat[:2:2], micro(time.Time{})),
		}, selectMove(l.Chat, &next))
		if err := run(ctx, tx, list...); err != nil || there > 0 || next == "" {
			return err
		}
		l.Chat.Chat = next
	}
	return nil
}

func selectLanes(rest string, list *[]bot.Chat, args ...any) Statement {
	return Statement{`select channel, chat from lanes ` + rest, args, func(scan func(dest ...any) error) error {
		var c bot.Chat
		err := scan(&c.Channel, &c.Chat)
		*list = append(*list, c)
		return err
	}}
}
