package claimsql

import (
	"context"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot"
)

// Post implements [bot.Inbox].
func (s *Store) Post(ctx context.Context, inbounds ...bot.Inbound) error {
	list, err := postAll(inbounds)
	if err == nil && len(list) > 0 {
		err = s.write(ctx, list...)
	}
	if err != nil {
		return fmt.Errorf("post inbounds: %w", err)
	}
	return nil
}

func postAll(inbounds []bot.Inbound) (list []Statement, err error) {
	for _, in := range inbounds {
		text, err := encode(in)
		if err != nil {
			return nil, fmt.Errorf("inbound %q: %w", in.ID, err)
		}
		list = append(list, Statement{
			SQL:  `insert into inbox (id, data) values ($1, $2) on conflict (id) do nothing`,
			Args: []any{in.ID, text},
		})
	}
	return list, nil
}

// Waiting implements [bot.Inbox].
func (s *Store) Waiting(ctx context.Context, limit int) ([]bot.Inbound, error) {
	var list []bot.Inbound
	err := s.read(ctx, Statement{
		`select data from inbox where done is null and why is null order by n limit $1`, []any{int64(limit)}, each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("read inbox: %w", err)
	}
	return list, nil
}

// Finish implements [bot.Inbox]. An inbound that was never posted, or was set aside, stays as it is.
func (s *Store) Finish(ctx context.Context, id string) error {
	err := s.write(ctx, Statement{
		SQL:  `update inbox set done = current_timestamp where id = $1 and done is null and why is null`,
		Args: []any{id},
	})
	if err != nil {
		return fmt.Errorf("finish inbound %q: %w", id, err)
	}
	return nil
}

// SetAside implements [bot.Inbox].
func (s *Store) SetAside(ctx context.Context, in bot.Inbound, why string) error {
	text, err := encode(in)
	if err == nil {
		err = s.write(ctx, Statement{
			SQL: `insert into inbox (id, data, why) values ($1, $2, $3)
			on conflict (id) do update set done = null, why = excluded.why`,
			Args: []any{in.ID, text, why},
		})
	}
	if err != nil {
		return fmt.Errorf("set inbound %q aside: %w", in.ID, err)
	}
	return nil
}

// Purge forgets inbounds that were finished and effects that were done before the given time: what
// is delivered again after that is done again. It keeps what was set aside.
func (s *Store) Purge(ctx context.Context, before time.Time) error {
	args := []any{micro(before)}
	err := s.write(ctx,
		Statement{SQL: `delete from inbox where done < $1`, Args: args},
		Statement{SQL: `delete from effects where made < $1`, Args: args})
	if err != nil {
		return fmt.Errorf("purge inbox: %w", err)
	}
	return nil
}
