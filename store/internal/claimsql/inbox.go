package claimsql

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
)

// A row of inbox_lanes is there while its conversation has rows in inbox that wait. Whoever changes
// either starts by updating the lane, which makes everybody else at this conversation wait for the
// commit; so the numbers of one conversation's rows are those of their commits.

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

func postAll(inbounds []bot.Inbound) ([]Statement, error) {
	keys := make([]bot.Key, len(inbounds))
	rows := make([]Statement, len(inbounds))
	for i, in := range inbounds {
		text, err := encode(in)
		if err != nil {
			return nil, fmt.Errorf("inbound %q: %w", in.ID, err)
		}
		keys[i] = in.Key()
		rows[i] = Statement{
			SQL:  `insert into inbox (channel, chat, person, id, data) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
			Args: conversation(in.Key(), in.ID, text),
		}
	}
	return append(openLanes(keys), rows...), nil
}

// conversation returns arguments that begin with a conversation.
func conversation(k bot.Key, more ...any) []any {
	return append([]any{k.Channel, k.Chat, string(k.Person)}, more...)
}

func compareKeys(a, b bot.Key) int {
	return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Chat, b.Chat), cmp.Compare(a.Person, b.Person))
}

// openLanes locks the lanes of conversations that get inbounds, in the order of these, and makes them
// where there are none. All replicas go through the lanes in one order, so that none waits for another
// in a circle.
func openLanes(keys []bot.Key) (list []Statement) {
	first := make(map[bot.Key]int)
	for i, k := range slices.Backward(keys) {
		first[k] = i
	}
	sorted := slices.Clone(keys)
	slices.SortFunc(sorted, compareKeys)
	for _, k := range slices.Compact(sorted) {
		list = append(list, Statement{
			SQL: `insert into inbox_lanes (channel, chat, person, turn, held_until)
			values ($1, $2, $3, (select coalesce(max(n), 0) from inbox) + $4, $5)
			on conflict (channel, chat, person) do update set turn = inbox_lanes.turn`,
			Args: conversation(k, int64(first[k]), micro(time.Time{})),
		})
	}
	return list
}

// Finish implements [bot.Inbox]. An inbound that was never posted, or was set aside, stays as it is.
func (s *Store) Finish(ctx context.Context, k bot.Key, hold time.Time, done ...string) error {
	list := []Statement{{
		SQL: `update inbox_lanes set
			turn = case when held_until = $4 then (select coalesce(max(n), 0) from inbox) else turn end,
			held_until = case when held_until = $4 then $5 else held_until end
		where channel = $1 and chat = $2 and person = $3`,
		Args: conversation(k, micro(hold), micro(time.Time{})),
	}}
	for _, id := range done {
		list = append(list, Statement{
			SQL:  `update inbox set done = current_timestamp where id = $1 and done is null and why is null`,
			Args: []any{id},
		})
	}
	if err := s.write(ctx, append(list, closeLane(k, time.Time{}))...); err != nil {
		return fmt.Errorf("finish inbounds: %w", err)
	}
	return nil
}

// closeLane removes a lane that is held until the given time, if nothing waits in it.
func closeLane(k bot.Key, held time.Time) Statement {
	return Statement{
		SQL: `delete from inbox_lanes where channel = $1 and chat = $2 and person = $3 and held_until = $4
			and not exists (select 1 from inbox
				where channel = $1 and chat = $2 and person = $3 and done is null and why is null)`,
		Args: conversation(k, micro(held)),
	}
}

// freeLaneAgain gives a lane back that was held in vain: something may have come since it was looked at.
func freeLaneAgain(k bot.Key, held time.Time) Statement {
	return Statement{
		SQL:  `update inbox_lanes set held_until = $5 where channel = $1 and chat = $2 and person = $3 and held_until = $4`,
		Args: conversation(k, micro(held), micro(time.Time{})),
	}
}

// SetAside implements [bot.Inbox].
func (s *Store) SetAside(ctx context.Context, in bot.Inbound, why string) error {
	text, err := encode(in)
	if err == nil {
		err = s.write(ctx, Statement{
			SQL: `insert into inbox (channel, chat, person, id, data, why) values ($1, $2, $3, $4, $5, $6)
			on conflict (id) do update set done = null, why = excluded.why`,
			Args: conversation(in.Key(), in.ID, text, why),
		})
	}
	if err != nil {
		return fmt.Errorf("set inbound %q aside: %w", in.ID, err)
	}
	return nil
}

// Purge forgets inbounds that were finished, effects that were done, alerts, letters and traces that were made, and
// uploads, codes and logins that expired before the given time: what is delivered again after that is done again. It
// keeps what was set aside, alerts that still wait, and uploads
// that still have parts.
func (s *Store) Purge(ctx context.Context, before time.Time) error {
	args := []any{micro(before)}
	err := s.write(ctx,
		Statement{SQL: `delete from inbox where done < $1`, Args: args},
		Statement{SQL: `delete from effects where made < $1`, Args: args},
		Statement{SQL: `delete from letters where made < $1`, Args: args},
		Statement{SQL: `delete from traces where made < $1`, Args: args},
		Statement{SQL: `delete from alerts where made < $1 and waits is null`, Args: args},
		Statement{SQL: `delete from uploads where expires < $1 and old is null`, Args: args},
		Statement{SQL: `delete from staff_codes where expires < $1`, Args: args},
		Statement{SQL: `delete from logins where expires < $1`, Args: args})
	if err != nil {
		return fmt.Errorf("purge inbox: %w", err)
	}
	return nil
}
