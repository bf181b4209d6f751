package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Another process that migrates is waited for: asked once a second, for ten minutes.
const (
	lockPeriod = 1   // seconds
	lockTries  = 600 // times
)

const undefinedTable = "42P01" // SQLSTATE

// Migrate brings the tables of a database up to date, and then has others do so with theirs. When several
// processes do it at once, one works and the others wait; older programs may go on beside it.
func Migrate(ctx context.Context, url string, others ...func(context.Context, *pgxpool.Pool) error) (err error) {
	config, err := parse(url)
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	conns, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	defer conns.Close()
	db := stdlib.OpenDBFromPool(conns)
	defer func() {
		if err = errors.Join(err, db.Close()); err != nil {
			err = fmt.Errorf("migrate database: %w", err)
		}
	}()
	unlock, err := lockMigrations(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := migrate(ctx, db); err != nil {
		return err
	}
	for _, other := range others {
		if err := other(ctx, conns); err != nil {
			return err
		}
	}
	return nil
}

// lockMigrations waits until nobody else migrates. The lock ends with its connection.
func lockMigrations(ctx context.Context, db *sql.DB) (unlock func() error, err error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockPeriod, lockTries))
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if err := locker.SessionLock(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() error {
		return errors.Join(locker.SessionUnlock(context.WithoutCancel(ctx), conn), conn.Close())
	}, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// upToDate fails when a migration of this program is missing in the database.
func upToDate(ctx context.Context, conns *pgxpool.Pool) error {
	want, err := newest()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	var have int64
	err = conns.QueryRow(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&have)
	if refused := new(pgconn.PgError); errors.As(err, &refused) && refused.Code == undefinedTable {
		err = nil // nobody has migrated yet
	}
	switch {
	case err != nil:
		return err
	case have < want:
		return fmt.Errorf("%w (version %d, needed is %d)", ErrOutdated, have, want)
	}
	return nil
}

// newest is the version that the tables have after all migrations.
func newest() (version int64, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	for _, file := range files {
		n, err := goose.NumericComponent(file)
		if err != nil {
			return 0, err
		}
		version = max(version, n)
	}
	return version, err
}
