package claimsql

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
)

// PutSnapshots implements [bot.Snapshots].
func (s *Store) PutSnapshots(ctx context.Context, snapshots []bot.Snapshot) ([]bot.Chat, error) {
	if len(snapshots) == 0 {
		return nil, nil
	}
	var queued []bot.Chat
	list, err := putSnapshots(snapshots, &queued)
	if err == nil {
		err = s.db.Trail(ctx, func(tx Tx) error {
			queued = nil
			return run(ctx, tx, list...)
		})
	}
	if err != nil {
		return nil, fmt.Errorf("put snapshots: %w", err)
	}
	return queued, nil
}

func putSnapshots(snapshots []bot.Snapshot, queued *[]bot.Chat) ([]Statement, error) {
	// All replicas go through the rows in one order, so that none waits for another in a circle.
	snapshots = slices.Clone(snapshots)
	slices.SortFunc(snapshots, func(a, b bot.Snapshot) int {
		k, l := a.Session.Key, b.Session.Key
		return cmp.Or(cmp.Compare(k.Channel, l.Channel), cmp.Compare(k.Chat, l.Chat), cmp.Compare(k.Person, l.Person),
			cmp.Compare(a.Session.Version, b.Session.Version))
	})
	var puts, looks []Statement
	var last bot.Chat
	for i, snap := range snapshots {
		k := snap.Session.Key
		text, err := encode(snap.Session)
		if err != nil {
			return nil, fmt.Errorf("session %s: %w", k, err)
		}
		puts = append(puts, Statement{
			SQL: `insert into snapshots (channel, chat, person, version, epoch, quiet, data, wake, sent)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			on conflict (channel, chat, person) do update set
				version = excluded.version, epoch = excluded.epoch, quiet = excluded.quiet, data = excluded.data, wake = excluded.wake,
				sent = excluded.sent
			where snapshots.version < excluded.version`,
			Args: []any{
				k.Channel, k.Chat, string(k.Person), snap.Session.Version, snap.Session.Epoch, orNull(snap.Quiet), text, orNull(snap.Wake),
				orNull(snap.Session.Sent),
			},
		})
		if chat := (bot.Chat{Channel: k.Channel, Chat: k.Chat}); i == 0 || chat != last {
			last = chat
			looks = append(looks, selectLanes(`where channel = $1 and chat = $2`, queued, chat.Channel, chat.Chat))
		}
	}
	return append(puts, looks...), nil
}

// Snapshot implements [bot.Snapshots].
func (s *Store) Snapshot(ctx context.Context, k bot.Key) (bot.Session, error) {
	var session bot.Session
	var found bool
	err := s.read(ctx, Statement{
		`select data from snapshots where channel = $1 and chat = $2 and person = $3`,
		[]any{k.Channel, k.Chat, string(k.Person)},
		into(&session, &found),
	})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Session{}, fmt.Errorf("read snapshot of %s: %w", k, err)
	}
	return session, nil
}

// Quiet implements [bot.Snapshots].
func (s *Store) Quiet(ctx context.Context, before time.Time, limit int) ([]bot.Session, error) {
	var list []bot.Session
	err := s.read(ctx, Statement{
		`select data from snapshots where quiet < $1 order by quiet limit $2`,
		[]any{micro(before), int64(limit)},
		each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list quiet sessions: %w", err)
	}
	return list, nil
}

// Overdue implements [bot.Snapshots].
func (s *Store) Overdue(ctx context.Context, before time.Time, limit int) ([]bot.Key, error) {
	var list []bot.Key
	err := s.read(ctx, Statement{
		`select channel, chat, person from snapshots where wake < $1 order by wake limit $2`,
		[]any{micro(before), int64(limit)},
		func(scan func(...any) error) error {
			var k bot.Key
			err := scan(&k.Channel, &k.Chat, &k.Person)
			list = append(list, k)
			return err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("list overdue sessions: %w", err)
	}
	return list, nil
}

// Heard implements [bot.Snapshots].
func (s *Store) Heard(ctx context.Context, channel string, since time.Time, limit int) ([]bot.Session, error) {
	var list []bot.Session
	err := s.read(ctx, Statement{
		`select data from snapshots where channel = $1 and sent >= $2 order by sent desc limit $3`,
		[]any{channel, micro(since), int64(limit)},
		each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions heard of lately: %w", err)
	}
	return list, nil
}
