package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/optoste/supportbot/bot"
)

// The commits of snapshots do not wait for the disk, so a server that dies loses those of its last half
// second. The session store still has what they held, but nobody would write them again before their
// conversations' next turn, and a session store that is lost before that would take answers with it. So
// each process remembers the newest snapshots it wrote and writes them once more when it finds that the
// server was started anew. What is newer by then stays.

// maxWritten is how many conversations' snapshots are remembered.
const maxWritten = 1024

// written are the snapshots that may have been lost.
type written struct {
	mu      sync.Mutex
	started time.Time // when the server was started, as far as is known
	lost    bool      // it was started anew
	list    []bot.Snapshot
}

// connected asks a new connection whether the server is still the one it was.
func (w *written) connected(ctx context.Context, conn *pgx.Conn) error {
	var at time.Time
	if err := conn.QueryRow(ctx, `select pg_postmaster_start_time()`).Scan(&at); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost = w.lost || !w.started.IsZero() && !at.Equal(w.started)
	w.started = at
	return nil
}

// take returns what is to be written once more, and nothing the next time.
func (w *written) take() []bot.Snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.lost {
		return nil
	}
	w.lost = false
	return w.list
}

// note remembers what was written, or, when it was not, that earlier ones are still to be.
func (w *written) note(list, again []bot.Snapshot, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.lost = w.lost || len(again) > 0
		return
	}
	w.list = append(w.list[:len(w.list):len(w.list)], list...)
	if len(w.list) > 2*maxWritten {
		w.list = append([]bot.Snapshot(nil), w.list[len(w.list)-maxWritten:]...)
	}
}

// PutSnapshots implements [bot.Snapshots].
func (db *DB) PutSnapshots(ctx context.Context, list []bot.Snapshot) ([]bot.Chat, error) {
	again := db.written.take()
	queued, err := db.Store.PutSnapshots(ctx, append(again[:len(again):len(again)], list...))
	db.written.note(list, again, err)
	return queued, err
}

// Overdue implements [bot.Snapshots]. It is asked every second, so what was lost comes back also when nobody
// writes.
func (db *DB) Overdue(ctx context.Context, before time.Time, limit int) ([]bot.Key, error) {
	if again := db.written.take(); len(again) > 0 {
		_, err := db.Store.PutSnapshots(ctx, again)
		db.written.note(nil, again, err)
		if err != nil {
			return nil, err
		}
	}
	return db.Store.Overdue(ctx, before, limit)
}
