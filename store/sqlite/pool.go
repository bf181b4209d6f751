package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"

	"modernc.org/sqlite"

	"github.com/optoste/supportbot/store/internal/claimsql"
)

const readers = 8 // connections that read beside the writing one

var errClosed = errors.New("store is closed")

// pool implements [claimsql.DB].
type pool struct {
	writer, reader *conns // the same one in memory
	lock           *lock  // nil in memory
	closed         atomic.Bool
}

func openPool(path string) (*pool, error) {
	writer, err := openFile(path, 1, "_txlock=immediate", "_synchronous=FULL")
	if err != nil {
		return nil, err
	}
	p := &pool{writer: &conns{DB: writer}}
	p.reader = p.writer
	if path == "" {
		return p, nil
	}
	reader, err := openFile(path, readers, "_query_only=1")
	if err != nil {
		return nil, joinClose(err, writer)
	}
	p.reader = &conns{DB: reader}
	return p, nil
}

// openFile prepares connections to a file, or to one database in memory when path is empty. What
// is wrong with the file shows at the first use.
func openFile(path string, size int, params ...string) (*sql.DB, error) {
	name := "file::memory:"
	if path != "" {
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", path, err)
		}
		u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(abs), "/")}
		name = u.String()
	}
	params = append(params, "_busy_timeout=10000", "_foreign_keys=1", "_journal_mode=WAL", "_time_format=sqlite", "_dqs=0")
	connector, err := sqlite.NewConnector(name + "?" + strings.Join(params, "&"))
	if err != nil {
		return nil, err
	}
	if path == "" {
		connector = &memory{Connector: connector}
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// Read implements [claimsql.DB].
func (p *pool) Read(ctx context.Context, f func(claimsql.Tx) error) error {
	return p.do(ctx, p.reader, &sql.TxOptions{ReadOnly: true}, f)
}

// Write implements [claimsql.DB].
func (p *pool) Write(ctx context.Context, f func(claimsql.Tx) error) error {
	return p.do(ctx, p.writer, nil, f)
}

// Trail implements [claimsql.DB]. It is a full Write: the session file beside this database is not
// synced, so a machine that loses power loses the end of both.
func (p *pool) Trail(ctx context.Context, f func(claimsql.Tx) error) error {
	return p.Write(ctx, f)
}

func (p *pool) do(ctx context.Context, db *conns, opts *sql.TxOptions, f func(claimsql.Tx) error) (err error) {
	if p.closed.Load() {
		return errClosed
	}
	defer func() {
		// A transaction that ended with its context says only that it has ended.
		if over := ctx.Err(); err != nil && over != nil && !errors.Is(err, over) {
			err = fmt.Errorf("%w: %w", over, err)
		}
	}()
	t, err := db.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer t.Rollback()
	work := tx{Tx: t, conns: db}
	if err := f(&work); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	db.keep(ctx, work.fresh)
	return nil
}

// Close closes all connections. A second Close does nothing.
func (p *pool) Close() error {
	if p.closed.Swap(true) {
		return nil
	}
	err := p.reader.Close()
	if p.reader != p.writer {
		err = joinClose(err, p.writer) // last: it takes the write-ahead log into the file
	}
	if p.lock != nil {
		err = joinClose(err, p.lock)
	}
	return err
}

// serializer is what the driver's connections can do beside SQL.
type serializer interface {
	Serialize() ([]byte, error)
	Deserialize(image []byte) error
}

// dump returns the pages of the database.
func (p *pool) dump(ctx context.Context) (image []byte, err error) {
	err = p.raw(ctx, func(c serializer) (err error) {
		image, err = c.Serialize()
		return err
	})
	return image, err
}

// load replaces a database in memory by what dump returned.
func (p *pool) load(ctx context.Context, image []byte) error {
	return p.raw(ctx, func(c serializer) error { return c.Deserialize(image) })
}

func (p *pool) raw(ctx context.Context, f func(serializer) error) error {
	conn, err := p.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	return joinClose(conn.Raw(func(c any) error { return f(c.(serializer)) }), conn)
}

// joinClose closes what was opened before err, and tells when that fails, too.
func joinClose(err error, c io.Closer) error {
	return errors.Join(err, c.Close())
}
