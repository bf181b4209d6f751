// Package sqlite keeps the database and the sessions in files, without a server, for one process:
// [Open] is the truth (a [bot.Store]), [OpenSessions] is memory that may be lost (a
// [bot.Sessions]). Both have a form in memory for tests.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/pressly/goose/v3"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/internal/claimsql"
)

//go:embed migrations/*.sql
var migrations embed.FS

// File is the name of the database within its directory. While a program has it open, copy it with
// [Copy], not as a file.
const File = "supportbot.db"

// DB is the database of one process: one connection writes, some read beside it. It implements
// [bot.Store] and is safe for concurrent use; a writer waits for the one before it.
type DB struct {
	*claimsql.Store
	pool *pool
}

var _ bot.Store = (*DB)(nil)

// Open opens the database in a directory, making both when they are not there, and brings its
// tables up to date. It fails when another process has the directory open.
func Open(ctx context.Context, dir string) (*DB, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	l, err := takeLock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, File)
	p, err := openPool(path)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, joinClose(err, l))
	}
	p.lock = l
	if err := migrate(ctx, p); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, joinClose(err, p))
	}
	return &DB{Store: claimsql.New(p), pool: p}, nil
}

// OpenReadOnly opens the database in a directory beside a process that may have it open. It makes
// nothing, brings no tables up to date, and refuses to write. Errors: [bot.ErrNotFound] when there
// is no database yet.
func OpenReadOnly(_ context.Context, dir string) (*DB, error) {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open database %s: %w", path, bot.ErrNotFound)
	}
	reader, err := openFile(path, readers, "_query_only=1")
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	both := &conns{DB: reader}
	p := &pool{writer: both, reader: both}
	return &DB{Store: claimsql.New(p), pool: p}, nil
}

// OpenBeside opens the database in a directory for a few short writes beside a process that may have it open;
// each of them waits for those of the other. It makes nothing and brings no tables up to date. Errors:
// [bot.ErrNotFound] when there is no database yet.
func OpenBeside(_ context.Context, dir string) (*DB, error) {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open database %s: %w", path, bot.ErrNotFound)
	}
	p, err := openPool(path)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return &DB{Store: claimsql.New(p), pool: p}, nil
}

// OpenMemory opens an empty database of its own in memory, for tests. It has one connection, so a
// reader waits for the writer.
func OpenMemory(ctx context.Context) (*DB, error) {
	p, err := openPool("")
	if err != nil {
		return nil, fmt.Errorf("open database in memory: %w", err)
	}
	image, err := emptyImage()
	if err == nil {
		err = p.load(ctx, image)
	}
	if err != nil {
		return nil, fmt.Errorf("open database in memory: %w", joinClose(err, p))
	}
	return &DB{Store: claimsql.New(p), pool: p}, nil
}

// emptyImage is a database in memory after the migrations, made once: copying it takes a
// thirtieth of the time that they take, which many tests feel.
var emptyImage = sync.OnceValues(func() ([]byte, error) {
	p, err := openPool("")
	if err != nil {
		return nil, err
	}
	if err := migrate(context.Background(), p); err != nil {
		return nil, joinClose(err, p)
	}
	image, err := p.dump(context.Background())
	return image, joinClose(err, p)
})

func migrate(ctx context.Context, p *pool) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("find migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, p.writer.DB, files,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Writer is the connection that writes, for what keeps its tables in the same file. A query on it waits
// while a transaction is open on it, so for ever inside of one.
func (db *DB) Writer() *sql.DB { return db.pool.writer.DB }

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	err := db.pool.Read(ctx, func(tx claimsql.Tx) error {
		return tx.Run(ctx, claimsql.Statement{SQL: `select 1`})
	})
	if err != nil {
		return fmt.Errorf("ping database: %w", err)
	}
	return nil
}

// Close waits for what is under way, closes the database and lets another process have it. A
// second Close does nothing.
func (db *DB) Close() error {
	if err := db.pool.Close(); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}
