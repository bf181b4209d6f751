package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// River gives a job back when its time-out has passed, which for a large file on a slow line is minutes. A
// process that was killed should not keep anybody's picture for so long, so each holds an advisory lock by
// its client's name, on a connection of its own: the server drops it at the moment the process dies. A
// process that lives and has lost its lock, because the server was started again, may see its job worked
// twice, which is harmless.

const (
	aliveClass = 8351             // of our advisory locks
	aliveEvery = 2 * time.Second  // how often the dead are looked for
	aliveGrace = "interval '5 s'" // after a job was taken, in which a new connection has its lock
	aliveTime  = 5 * time.Second  // for one look
)

// holdAlive is true when the lock is ours.
const holdAlive = `select pg_try_advisory_lock($1, hashtext($2))`

// giveDeadBack makes jobs of clients without a lock available again. The attempt that died counts.
const giveDeadBack = `
update river_job set state = 'available', scheduled_at = now()
where state = 'running' and attempted_at < now() - ` + aliveGrace + ` and not exists (
	select from pg_locks
	where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
		and classid = $1 and objid = hashtext(attempted_by[array_upper(attempted_by, 1)])::oid and objsubid = 2 and granted)`

// alive is one process's sign of life.
type alive struct {
	pool *pgxpool.Pool
	log  *slog.Logger
	conn *pgx.Conn // nil = to be made
}

// stay holds the lock of a client and gives back what the dead had, until ctx ends.
func (a *alive) stay(ctx context.Context, client string) {
	defer a.hangUp()
	tick := time.NewTicker(aliveEvery)
	defer tick.Stop()
	for {
		if err := a.look(ctx, client); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "jobs of dead processes not looked for", "err", err)
			a.hangUp()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *alive) look(ctx context.Context, client string) error {
	ctx, cancel := context.WithTimeout(ctx, aliveTime)
	defer cancel()
	if a.conn == nil {
		conn, err := pgx.ConnectConfig(ctx, a.pool.Config().ConnConfig.Copy())
		if err != nil {
			return fmt.Errorf("connect: %w", err)
		}
		a.conn = conn
		if _, err := conn.Exec(ctx, holdAlive, aliveClass, client); err != nil {
			return fmt.Errorf("hold lock: %w", err)
		}
	}
	tag, err := a.conn.Exec(ctx, giveDeadBack, aliveClass)
	if err != nil {
		return fmt.Errorf("give back: %w", err)
	}
	if n := tag.RowsAffected(); n > 0 {
		a.log.InfoContext(ctx, "jobs of dead processes given back", "jobs", n)
	}
	return nil
}

// hangUp drops the lock.
func (a *alive) hangUp() {
	if a.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = a.conn.Close(ctx) // the server notices in any case
	a.conn = nil
}
