package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// ErrOutdated says that River's tables are missing: [MigratePostgres] has not run.
var ErrOutdated = errors.New(`the tables of the jobs are older than this program needs: run "supportbot migrate" first`)

// OpenPostgres puts jobs on a database, and changes nothing in it. Errors: [ErrOutdated].
func OpenPostgres(ctx context.Context, pool *pgxpool.Pool, c Config) (*Jobs, error) {
	driver := riverpgxv5.New(pool)
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("open jobs: %w", err)
	}
	have, err := m.Validate(ctx, nil)
	if err == nil && !have.OK {
		err = ErrOutdated
	}
	if err != nil {
		return nil, fmt.Errorf("open jobs: %w", err)
	}
	q, err := newQueue(driver, c, 0)
	if err != nil {
		return nil, fmt.Errorf("open jobs: %w", err)
	}
	q.alive = &alive{pool: pool, log: q.config.Log}
	return &Jobs{q}, nil
}

// MigratePostgres brings River's tables up to date. Only one may do it at a time.
func MigratePostgres(ctx context.Context, pool *pgxpool.Pool) error {
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	return nil
}
