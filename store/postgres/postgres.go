// Package postgres keeps the database on a PostgreSQL server, 15 or newer, for any number of
// processes: [Open] is the truth (a [bot.Store]), [Migrate] brings its tables up to date before.
package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/internal/claimsql"
)

// DB is a pool of connections to the database. It implements [bot.Store] and is safe for
// concurrent use.
type DB struct {
	*claimsql.Store
	pool    *pool
	written *written
}

var _ bot.Store = (*DB)(nil)

// ErrOutdated says that the tables are older than the program: [Migrate] has not run.
var ErrOutdated = errors.New(`the tables of the database are older than this program needs: run "supportbot migrate" first`)

// Open connects to the database that a URL like postgres://user:password@host:5432/name names, and
// changes nothing in it. The URL may carry the parameters of libpq and pgxpool (pool_max_conns is
// 16 without). Tables that are newer than the program are fine, because migrations only expand what
// older programs use. Errors: [ErrOutdated]; none shows the password.
func Open(ctx context.Context, url string) (*DB, error) {
	config, err := parse(url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	var w written
	config.AfterConnect = w.connected
	conns, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := upToDate(ctx, conns); err != nil {
		conns.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	p := &pool{conns}
	return &DB{Store: claimsql.New(p), pool: p, written: &w}, nil
}

// Pool are the connections, for what keeps its tables in the same database.
func (db *DB) Pool() *pgxpool.Pool { return db.pool.Pool }

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.pool.Ping(ctx); err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Close waits for what is under way and closes all connections. A second Close does nothing.
func (db *DB) Close() error {
	db.pool.Close()
	return nil
}
