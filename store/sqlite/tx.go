package sqlite

import (
	"context"
	"database/sql"
	"sync"

	"github.com/optoste/supportbot/store/internal/claimsql"
)

// conns is one or more connections to one database, with the statements compiled for them.
// Compiling takes longer than most statements take to run.
type conns struct {
	*sql.DB
	compiled sync.Map // SQL text -> *sql.Stmt
	keeping  sync.Mutex
}

// keep compiles statements for the transactions to come. It is a help, so it gives up where it
// would have to wait, and an error changes nothing.
func (c *conns) keep(ctx context.Context, texts map[string]*sql.Stmt) {
	if len(texts) == 0 || !c.keeping.TryLock() {
		return
	}
	defer c.keeping.Unlock()
	for text := range texts {
		if _, there := c.compiled.Load(text); there {
			continue
		}
		stmt, err := c.PrepareContext(ctx, text)
		if err != nil {
			return
		}
		c.compiled.Store(text, stmt)
	}
}

// tx implements [claimsql.Tx].
type tx struct {
	*sql.Tx
	conns *conns
	fresh map[string]*sql.Stmt // compiled for this transaction only, and closed with it
}

// Run implements [claimsql.Tx].
func (t *tx) Run(ctx context.Context, list ...claimsql.Statement) error {
	for _, s := range list {
		if err := t.run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) run(ctx context.Context, s claimsql.Statement) error {
	stmt, err := t.compile(ctx, s.SQL) //nolint:sqlclosecheck // closed with the transaction
	if err != nil {
		return err
	}
	if s.Row == nil {
		_, err := stmt.ExecContext(ctx, s.Args...)
		return err
	}
	rows, err := stmt.QueryContext(ctx, s.Args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := s.Row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (t *tx) compile(ctx context.Context, text string) (*sql.Stmt, error) {
	if stmt, ok := t.fresh[text]; ok {
		return stmt, nil
	}
	if stmt, ok := t.conns.compiled.Load(text); ok {
		return t.StmtContext(ctx, stmt.(*sql.Stmt)), nil
	}
	stmt, err := t.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if t.fresh == nil {
		t.fresh = make(map[string]*sql.Stmt)
	}
	t.fresh[text] = stmt
	return stmt, nil
}
