package claimsql

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// maxMoves bounds how often a chat is followed to its next name.
const maxMoves = 32

// Moved implements [bot.Moves].
func (s *Store) Moved(ctx context.Context, channel, chat string) (string, error) {
	for range maxMoves {
		next := ""
		if err := s.read(ctx, selectMove(bot.Chat{Channel: channel, Chat: chat}, &next)); err != nil {
			return "", fmt.Errorf("follow chat: %w", err)
		}
		if next == "" {
			break
		}
		chat = next
	}
	return chat, nil
}

// selectMove takes the next name of a chat; one that has not moved has none.
func selectMove(c bot.Chat, next *string) Statement {
	return Statement{
		`select goes_on from moves where channel = $1 and chat = $2`,
		[]any{c.Channel, c.Chat},
		func(scan func(dest ...any) error) error { return scan(next) },
	}
}

// MoveChat implements [bot.Moves].
func (s *Store) MoveChat(ctx context.Context, channel, from, to string) error {
	if from == to {
		return nil
	}
	err := s.db.Write(ctx, func(tx Tx) error {
		m := moving{tx, bot.Chat{Channel: channel, Chat: from}, bot.Chat{Channel: channel, Chat: to}}
		for _, bring := range []func(context.Context) error{m.name, m.places, m.traces, m.lane, m.claims, m.snapshots} {
			if err := bring(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("move chat: %w", err)
	}
	return nil
}

// moving brings what stands under one name of a chat to another. Messages have new numbers there, and
// threads as well, so what names one is forgotten instead of naming a stranger's.
type moving struct {
	tx       Tx
	from, to bot.Chat
}

func (m moving) args(more ...any) []any { return append([]any{m.from.Channel, m.from.Chat}, more...) }

// name notes the new name. A chat that gets back a name it had has not moved from there.
func (m moving) name(ctx context.Context) error {
	return run(ctx, m.tx,
		Statement{
			SQL: `insert into moves (channel, chat, goes_on) values ($1, $2, $3)
			on conflict (channel, chat) do update set goes_on = excluded.goes_on`,
			Args: m.args(m.to.Chat),
		},
		Statement{SQL: `delete from moves where channel = $1 and chat = $2`, Args: []any{m.to.Channel, m.to.Chat}})
}

func (m moving) places(ctx context.Context) error {
	return run(ctx, m.tx,
		Statement{
			SQL: `insert into places (claim, channel, chat, thread, message, version)
			select claim, channel, $3, '', '', 0 from places where channel = $1 and chat = $2
			on conflict (claim, channel, chat) do nothing`,
			Args: m.args(m.to.Chat),
		},
		Statement{SQL: `delete from places where channel = $1 and chat = $2`, Args: m.args()})
}

func (m moving) traces(ctx context.Context) error {
	return run(ctx, m.tx, Statement{SQL: `delete from traces where channel = $1 and chat = $2`, Args: m.args()})
}

// lane puts what waits behind what waits under the new name already. Whoever sends it now goes on
// holding it there.
func (m moving) lane(ctx context.Context) error {
	var list []bot.Outgoing
	var held time.Time
	err := run(ctx, m.tx,
		Statement{
			`update lanes set last = last where channel = $1 and chat = $2 returning held_until`, // locks it
			m.args(),
			func(scan func(dest ...any) error) error { return scan(&held) },
		},
		Statement{`select data from outbox where channel = $1 and chat = $2 order by seq`, m.args(), each(&list)},
		Statement{SQL: `delete from outbox where channel = $1 and chat = $2`, Args: m.args()},
		Statement{SQL: `delete from lanes where channel = $1 and chat = $2`, Args: m.args()})
	if err != nil || len(list) == 0 {
		return err
	}
	for i := range list {
		o := &list[i]
		o.To = m.address(o.To)
		o.ReplyTo, o.Replace, o.Spent = "", "", bot.Spent{}
	}
	if err := queue(ctx, m.tx, m.to, list, time.Time{}); err != nil {
		return err
	}
	return run(ctx, m.tx, Statement{
		SQL:  `update lanes set held_until = $3 where channel = $1 and chat = $2 and held_until = $4`,
		Args: []any{m.to.Channel, m.to.Chat, micro(held), micro(time.Time{})},
	})
}

func (m moving) address(a bot.Address) bot.Address {
	if a.Lane() == m.from {
		return bot.Address{Channel: m.to.Channel, Chat: m.to.Chat}
	}
	return a
}

// claims changes where customers are answered. Their version moves, so that nobody who has read a claim
// before writes the old name back.
func (m moving) claims(ctx context.Context) error {
	var list []claim.Claim
	err := run(ctx, m.tx, Statement{
		`update claims set version = version + 1 where channel = $1 and data ->> 'chat' = $2 returning data`,
		m.args(), each(&list),
	})
	if err != nil {
		return err
	}
	rows := make([]Statement, len(list))
	for i, c := range list {
		c.Version++
		c.Chat, c.Thread = m.to.Chat, ""
		text, err := encode(c)
		if err != nil {
			return err
		}
		rows[i] = Statement{SQL: `update claims set data = $2 where id = $1`, Args: []any{string(c.ID), text}}
	}
	return run(ctx, m.tx, rows...)
}

// snapshots gives the conversations their new names. Whoever has written under the new name already
// goes on with what came of that.
func (m moving) snapshots(ctx context.Context) error {
	var list []bot.Snapshot
	err := run(ctx, m.tx, Statement{
		`delete from snapshots where channel = $1 and chat = $2 returning quiet, wake, data`,
		m.args(),
		func(scan func(dest ...any) error) error {
			var quiet, wake *time.Time
			var text string
			if err := scan(&quiet, &wake, &text); err != nil {
				return err
			}
			s, err := decode[bot.Session](text)
			snap := bot.Snapshot{Session: s}
			if quiet != nil {
				snap.Quiet = *quiet
			}
			if wake != nil {
				snap.Wake = *wake
			}
			list = append(list, snap)
			return err
		},
	})
	if err != nil {
		return err
	}
	rows := make([]Statement, len(list))
	for i, snap := range list {
		text, err := encode(m.session(snap.Session))
		if err != nil {
			return err
		}
		s := snap.Session
		rows[i] = Statement{
			SQL: `insert into snapshots (channel, chat, person, version, epoch, quiet, data, wake, sent)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			on conflict (channel, chat, person) do nothing`,
			Args: []any{m.to.Channel, m.to.Chat, string(s.Key.Person), s.Version, s.Epoch, orNull(snap.Quiet), text, orNull(snap.Wake), orNull(s.Sent)},
		}
	}
	return run(ctx, m.tx, rows...)
}

func (m moving) session(s bot.Session) bot.Session {
	s.Key.Chat = m.to.Chat
	s.To = m.address(s.To)
	s.Said = slices.Clone(s.Said)
	for i := range s.Said {
		s.Said[i].To = m.address(s.Said[i].To)
	}
	for i := range s.Filed {
		s.Filed[i].Message = ""
	}
	for _, f := range s.Frames {
		for i := range f.Answers {
			f.Answers[i].Message = ""
		}
	}
	return s
}
