package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/optoste/supportbot/store/internal/claimsql"
)

const (
	tries        = 5                     // of a transaction that others get in the way of
	pause        = 10 * time.Millisecond // before the second try, and more before each further one
	rollbackTime = 5 * time.Second       // also when the caller waits no longer
)

// Transactions begin in one round trip.
const (
	beginRead  = `begin isolation level repeatable read read only`
	beginWrite = `begin isolation level read committed`
	beginTrail = beginWrite + `; set local synchronous_commit to off`
)

// SQLSTATEs of a transaction that would have succeeded alone.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
)

// pool implements [claimsql.DB].
type pool struct{ *pgxpool.Pool }

// Read implements [claimsql.DB]. One statement sees one state by itself and takes one round trip;
// only what runs more of them gets a transaction.
func (p *pool) Read(ctx context.Context, f func(claimsql.Tx) error) error {
	return f(&reading{pool: p})
}

// Write implements [claimsql.DB].
func (p *pool) Write(ctx context.Context, f func(claimsql.Tx) error) error {
	return p.again(ctx, beginWrite, f)
}

// Trail implements [claimsql.DB]: the commit does not wait for the disk.
func (p *pool) Trail(ctx context.Context, f func(claimsql.Tx) error) error {
	return p.again(ctx, beginTrail, f)
}

// again does what do does, anew while others get in the way.
func (p *pool) again(ctx context.Context, begin string, f func(claimsql.Tx) error) (err error) {
	for try := range tries {
		if try > 0 {
			wait(ctx, time.Duration(try)*pause)
		}
		err = p.do(ctx, begin, f)
		if refused := new(pgconn.PgError); !errors.As(err, &refused) ||
			refused.Code != serializationFailure && refused.Code != deadlockDetected {
			return err
		}
	}
	return err
}

// wait lets the others finish first; it ends early with the context.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (p *pool) do(ctx context.Context, begin string, f func(claimsql.Tx) error) error {
	conn, err := p.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer p.release(ctx, conn)
	t, err := conn.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer rollback(ctx, t)
	if err := f(tx{t}); err != nil {
		return err
	}
	if err := t.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// release gives a connection back. When it was lost though its caller still waits, the server went
// away: then the others are lost as well, and each would fail somebody's turn.
func (p *pool) release(ctx context.Context, conn *pgxpool.Conn) {
	lost := conn.Conn().IsClosed() && ctx.Err() == nil
	conn.Release()
	if lost {
		p.Reset()
	}
}

// rollback ends a transaction that was not committed; after a commit it does nothing. What it could
// tell, the error that led here tells better.
func rollback(ctx context.Context, t pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	_ = t.Rollback(ctx)
}

var errReadTwice = errors.New("statements that read one state must run at once")

// reading implements [claimsql.Tx] for one Run.
type reading struct {
	pool *pool
	ran  bool
}

// Run implements [claimsql.Tx].
func (r *reading) Run(ctx context.Context, list ...claimsql.Statement) error {
	if r.ran {
		return errReadTwice
	}
	r.ran = true
	if len(list) > 1 {
		return r.pool.do(ctx, beginRead, func(t claimsql.Tx) error { return t.Run(ctx, list...) })
	}
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer r.pool.release(ctx, conn)
	return run(ctx, conn, list)
}

// tx implements [claimsql.Tx].
type tx struct{ pgx.Tx }

// Run implements [claimsql.Tx].
func (t tx) Run(ctx context.Context, list ...claimsql.Statement) error {
	return run(ctx, t, list)
}

// sender is a connection or a transaction.
type sender interface {
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// run executes statements in one round trip.
func run(ctx context.Context, to sender, list []claimsql.Statement) error {
	if len(list) == 0 {
		return nil
	}
	var b pgx.Batch
	for _, s := range list {
		q := b.Queue(s.SQL, s.Args...)
		if s.Row == nil {
			continue
		}
		q.Query(func(rows pgx.Rows) error {
			for rows.Next() {
				if err := s.Row(rows.Scan); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	}
	return to.SendBatch(ctx, &b).Close()
}
