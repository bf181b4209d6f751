package claimsql

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
)

// maxTaken is how many inbounds of one conversation are taken at a time.
const maxTaken = 16

// freeLane is a conversation that nobody holds.
type freeLane struct {
	key   bot.Key
	waits int     // how many inbounds can be taken
	moved *string // the new name of its chat; nil = the same
}

// Take implements [bot.Inbox].
func (s *Store) Take(ctx context.Context, now, hold time.Time, limit int) (list []bot.Inbound, err error) {
	for range maxTries { // each time somebody got on: we, or the one who was quicker
		var again bool
		if list, again, err = s.tryTake(ctx, now, hold, limit); !again {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("take from inbox: %w", err)
	}
	return list, nil
}

func (s *Store) tryTake(ctx context.Context, now, hold time.Time, limit int) (list []bot.Inbound, again bool, err error) {
	lanes, err := s.freeLanes(ctx, now, limit)
	if err != nil {
		return nil, false, err
	}
	if len(lanes) == 0 {
		adopted, err := s.adopt(ctx)
		return nil, err == nil && adopted > 0, err
	}
	if i := slices.IndexFunc(lanes, func(l freeLane) bool { return l.moved != nil }); i >= 0 {
		err := s.moveLane(ctx, lanes[i], now)
		return nil, err == nil, err
	}
	list, err = s.holdLanes(ctx, lanes, now, hold)
	return list, err == nil && len(list) == 0, err
}

// freeLanes lists conversations whose turn it is, with no more inbounds than the limit together.
func (s *Store) freeLanes(ctx context.Context, now time.Time, limit int) (list []freeLane, err error) {
	total := 0
	err = s.read(ctx, Statement{
		`select l.channel, l.chat, l.person,
			(select count(*) from (select 1 from inbox i
				where i.channel = l.channel and i.chat = l.chat and i.person = l.person and i.done is null and i.why is null
				limit $3) waits),
			(select m.goes_on from moves m where m.channel = l.channel and m.chat = l.chat)
		from inbox_lanes l where l.held_until <= $1
		order by l.turn, l.channel, l.chat, l.person limit $2`,
		[]any{micro(now), int64(limit), int64(maxTaken)},
		func(scan func(dest ...any) error) error {
			var l freeLane
			if err := scan(&l.key.Channel, &l.key.Chat, (*string)(&l.key.Person), &l.waits, &l.moved); err != nil {
				return err
			}
			l.waits = min(l.waits, limit-total)
			if total < limit {
				list = append(list, l)
			}
			total += l.waits
			return nil
		},
	})
	return list, err
}

// taken is an inbound with its number.
type taken struct {
	n  int64
	in bot.Inbound
}

// holdLanes holds those conversations that are still free and returns their inbounds, oldest first.
func (s *Store) holdLanes(ctx context.Context, lanes []freeLane, now, hold time.Time) (list []bot.Inbound, err error) {
	slices.SortFunc(lanes, func(a, b freeLane) int { return compareKeys(a.key, b.key) })
	var all []taken
	err = s.db.Write(ctx, func(tx Tx) error {
		held, rows := make([]int, len(lanes)), make([][]taken, len(lanes))
		var statements []Statement
		for i, l := range lanes {
			statements = append(statements,
				Statement{
					`update inbox_lanes set held_until = $5
					where channel = $1 and chat = $2 and person = $3 and held_until <= $4
					returning turn`,
					conversation(l.key, micro(now), micro(hold)), count(&held[i]),
				},
				selectWaiting(l.key, l.waits, &rows[i]))
		}
		if err := run(ctx, tx, statements...); err != nil {
			return err
		}
		all = nil
		var empty []Statement
		for i, l := range lanes {
			switch {
			case held[i] == 0: // somebody else was quicker
			case len(rows[i]) == 0:
				empty = append(empty, closeLane(l.key, hold), freeLaneAgain(l.key, hold))
			default:
				all = append(all, rows[i]...)
			}
		}
		return run(ctx, tx, empty...)
	})
	slices.SortFunc(all, func(a, b taken) int { return int(a.n - b.n) })
	for _, t := range all {
		list = append(list, t.in)
	}
	return list, err
}

func selectWaiting(k bot.Key, limit int, list *[]taken) Statement {
	return Statement{
		`select n, data from inbox
		where channel = $1 and chat = $2 and person = $3 and done is null and why is null
		order by n limit $4`,
		conversation(k, int64(limit)), eachTaken(list),
	}
}

func eachTaken(list *[]taken) RowFunc {
	return func(scan func(dest ...any) error) error {
		var t taken
		var text string
		err := scan(&t.n, &text)
		if err == nil {
			t.in, err = decode[bot.Inbound](text)
		}
		*list = append(*list, t)
		return err
	}
}

// adopt puts rows that an older program has posted into lanes, and returns how many.
func (s *Store) adopt(ctx context.Context) (int, error) {
	var list []taken
	err := s.read(ctx, Statement{
		`select n, data from inbox where channel is null and done is null and why is null order by n limit $1`,
		[]any{int64(bundle)},
		eachTaken(&list),
	})
	if err != nil || len(list) == 0 {
		return 0, err
	}
	keys := make([]bot.Key, len(list))
	rows := make([]Statement, len(list))
	for i, t := range list {
		keys[i] = t.in.Key()
		rows[i] = Statement{
			SQL:  `update inbox set channel = $1, chat = $2, person = $3 where n = $4 and channel is null`,
			Args: conversation(keys[i], t.n),
		}
	}
	return len(list), s.write(ctx, append(openLanes(keys), rows...)...)
}

// moveLane brings what waits in a conversation whose chat goes on under another name there.
func (s *Store) moveLane(ctx context.Context, l freeLane, now time.Time) error {
	m := moving{from: bot.Chat{Channel: l.key.Channel, Chat: l.key.Chat}, to: bot.Chat{Channel: l.key.Channel, Chat: *l.moved}}
	there := l.key
	there.Chat = m.to.Chat
	return s.db.Write(ctx, func(tx Tx) error {
		free := 0
		var list []taken
		err := run(ctx, tx,
			Statement{
				`update inbox_lanes set turn = turn
				where channel = $1 and chat = $2 and person = $3 and held_until <= $4
				returning turn`,
				conversation(l.key, micro(now)), count(&free),
			},
			selectWaiting(l.key, bundle, &list))
		if err != nil || free == 0 {
			return err
		}
		statements := openLanes([]bot.Key{there})
		for _, t := range list {
			t.in.To, t.in.Message, t.in.ReplyTo = m.address(t.in.To), "", ""
			text, err := encode(t.in)
			if err != nil {
				return err
			}
			statements = append(statements, Statement{
				SQL: `update inbox set chat = $2, data = $3 where n = $1`, Args: []any{t.n, there.Chat, text},
			})
		}
		if len(list) < bundle {
			statements = append(statements, Statement{
				SQL: `delete from inbox_lanes where channel = $1 and chat = $2 and person = $3`, Args: conversation(l.key),
			})
		}
		return run(ctx, tx, statements...)
	})
}
