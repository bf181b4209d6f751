package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/bot"
)

// SessionsFile is the usual name of the sessions within their directory.
const SessionsFile = "sessions.db"

// layout numbers the tables of this file. A file of another layout is emptied: what is lost comes
// back from the snapshots.
const layout = 2

const sessionTables = `
drop table if exists sessions;
drop table if exists meta;
create table meta (
	epoch text not null
);
create table sessions (
	channel     text not null,
	chat        text not null,
	person      text not null,
	version     integer not null,
	data        text not null,    -- empty = no memory yet
	unsent      text not null,    -- the messages not yet known to be sent; empty = none
	board       text not null default '', -- the message with the open question's buttons; empty = unknown
	lease       text not null,    -- empty = free
	lease_until integer not null, -- microseconds since 1970
	attempt_id  text not null,
	attempts    integer not null,
	wake        integer,          -- microseconds since 1970; null = never
	primary key (channel, chat, person)
);
create index sessions_wake on sessions (wake) where wake is not null;
`

// What each call runs: one statement, which is a transaction by itself.
const (
	openSession = `
		insert into sessions (channel, chat, person, version, data, unsent, lease, lease_until, attempt_id, attempts)
		values ($1, $2, $3, 0, '', '', $4, $5, $6, 1)
		on conflict (channel, chat, person) do update set
			lease = excluded.lease, lease_until = excluded.lease_until,
			attempts = case when attempt_id = excluded.attempt_id then attempts + 1 else 1 end,
			attempt_id = excluded.attempt_id
		where lease = '' or lease_until <= $7
		returning version, data, unsent, board, attempts, (select epoch from meta)`
	// The lease alone tells that nobody else has saved. The version only tells two saves of ours
	// apart; it may jump ahead, when this file is older than the snapshot the session came from.
	saveSession = `
		update sessions set version = $5 + 1, data = $6, unsent = $7, wake = $8, lease_until = $9
		where channel = $1 and chat = $2 and person = $3 and lease = $4 and lease <> '' and version <= $5`
	releaseSession = `
		update sessions set lease = '',
			attempts = case when $5 then 0 else attempts end,
			unsent = case when $6 then '' else unsent end,
			board = case when $6 then $8 else board end,
			wake = case when $6 then $7 else wake end
		where channel = $1 and chat = $2 and person = $3 and lease = $4 and lease <> ''`
	dueSessions = `
		select channel, chat, person from sessions where wake <= $1 order by wake limit $2`
)

// Sessions implements [bot.Sessions] in a file of its own. A crash of the machine may lose the
// last second; a crash of the program loses nothing. It is safe for concurrent use.
type Sessions struct {
	db                       *sql.DB
	now                      func() time.Time
	open, save, release, due *sql.Stmt
	shares                   shares
	closed                   atomic.Bool
}

var _ bot.Sessions = (*Sessions)(nil)

// OpenSessions opens the sessions in a file, making it and its directory when they are not there.
// now is the clock by which leases end.
func OpenSessions(ctx context.Context, path string, now func() time.Time) (*Sessions, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make directory of sessions: %w", err)
	}
	s, err := newSessions(ctx, path, now)
	if err != nil {
		return nil, fmt.Errorf("open sessions %s: %w", path, err)
	}
	return s, nil
}

// OpenSessionsMemory opens empty sessions of their own in memory, for tests.
func OpenSessionsMemory(ctx context.Context, now func() time.Time) (*Sessions, error) {
	s, err := newSessions(ctx, "", now)
	if err != nil {
		return nil, fmt.Errorf("open sessions in memory: %w", err)
	}
	return s, nil
}

func newSessions(ctx context.Context, path string, now func() time.Time) (*Sessions, error) {
	db, err := openFile(path, 1, "_txlock=immediate", "_synchronous=NORMAL")
	if err != nil {
		return nil, err
	}
	s := &Sessions{db: db, now: now}
	if err := s.prepare(ctx); err != nil {
		return nil, joinClose(err, db)
	}
	return s, nil
}

func (s *Sessions) prepare(ctx context.Context) error {
	var have int
	if err := s.db.QueryRowContext(ctx, `pragma user_version`).Scan(&have); err != nil {
		return fmt.Errorf("read layout: %w", err)
	}
	if have != layout {
		if err := s.Wipe(ctx); err != nil {
			return err
		}
	}
	for text, stmt := range map[string]**sql.Stmt{openSession: &s.open, saveSession: &s.save, releaseSession: &s.release, dueSessions: &s.due} {
		var err error
		if *stmt, err = s.db.PrepareContext(ctx, text); err != nil { //nolint:sqlclosecheck // closed with the database
			return fmt.Errorf("prepare statement: %w", err)
		}
	}
	return nil
}

// Wipe forgets everything and begins a new epoch, as if the file had been lost.
func (s *Sessions) Wipe(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("wipe sessions: %w", s.err(err))
	}
	defer tx.Rollback()
	for _, text := range []string{
		sessionTables,
		fmt.Sprintf(`insert into meta (epoch) values ('%s')`, rand.Text()),
		fmt.Sprintf(`pragma user_version = %d`, layout),
	} {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("wipe sessions: %w", s.err(err))
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("wipe sessions: %w", s.err(err))
	}
	s.shares.wipe()
	return nil
}

// Open implements [bot.Sessions].
func (s *Sessions) Open(ctx context.Context, k bot.Key, inbound string, lease time.Duration) (bot.Session, error) {
	now, token := s.now(), rand.Text()
	var session bot.Session
	var version int64
	var data, unsent []byte
	err := s.open.QueryRowContext(ctx, k.Channel, k.Chat, string(k.Person), token, now.Add(lease).UnixMicro(), inbound, now.UnixMicro()).
		Scan(&version, &data, &unsent, &session.Board, &session.Attempts, &session.Current)
	if errors.Is(err, sql.ErrNoRows) {
		err = bot.ErrBusy
	}
	if err != nil {
		return bot.Session{}, fmt.Errorf("open session: %w", s.err(err))
	}
	if err := errors.Join(decode(data, &session), decode(unsent, &session.Unsent)); err != nil {
		return bot.Session{}, fmt.Errorf("decode session: %w", err)
	}
	session.Key, session.Version, session.Lease = k, version, token
	return session, nil
}

// Save implements [bot.Sessions]. The stored session has the present epoch.
func (s *Sessions) Save(ctx context.Context, session bot.Session, wake time.Time, lease time.Duration) error {
	k, version := session.Key, session.Version
	session.Version++
	session.Epoch = session.Current
	var unsent []byte
	if len(session.Unsent) > 0 {
		var err error
		if unsent, err = json.Marshal(session.Unsent); err != nil {
			return fmt.Errorf("encode unsent messages: %w", err)
		}
	}
	data, err := json.Marshal(session)
	if err != nil {
		return fmt.Errorf("encode session: %w", err)
	}
	result, err := s.save.ExecContext(ctx, k.Channel, k.Chat, string(k.Person), session.Lease, version,
		string(data), string(unsent), orNull(wake), s.now().Add(lease).UnixMicro())
	if err != nil {
		return fmt.Errorf("save session: %w", s.err(err))
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("save session: %w", errors.Join(err, bot.ErrConflict))
	}
	return nil
}

// Release implements [bot.Sessions]. A lease that is not ours any more is left alone.
func (s *Sessions) Release(ctx context.Context, session bot.Session, f bot.Finish) error {
	k := session.Key
	_, err := s.release.ExecContext(ctx, k.Channel, k.Chat, string(k.Person), session.Lease, f.Forgive, f.Sent, orNull(f.Wake), string(f.Board))
	if err != nil {
		return fmt.Errorf("release session: %w", s.err(err))
	}
	return nil
}

// Due implements [bot.Sessions].
func (s *Sessions) Due(ctx context.Context, now time.Time, limit int) ([]bot.Key, error) {
	rows, err := s.due.QueryContext(ctx, now.UnixMicro(), limit)
	if err != nil {
		return nil, fmt.Errorf("list due sessions: %w", s.err(err))
	}
	defer rows.Close()
	var list []bot.Key
	for rows.Next() {
		var k bot.Key
		if err := rows.Scan(&k.Channel, &k.Chat, (*string)(&k.Person)); err != nil {
			return nil, fmt.Errorf("list due sessions: %w", err)
		}
		list = append(list, k)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list due sessions: %w", s.err(err))
	}
	return list, nil
}

// Close closes the file. A second Close does nothing.
func (s *Sessions) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close sessions: %w", err)
	}
	return nil
}

// decode reads JSON into v; an empty text leaves it as it is.
func decode(text []byte, v any) error {
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, v)
}

// orNull returns microseconds since 1970, or NULL for the zero time.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// err says clearly when the reason is that the file was closed.
func (s *Sessions) err(err error) error {
	if err != nil && s.closed.Load() {
		return errClosed
	}
	return err
}
