package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"sync"
)

// memory is a [driver.Connector] of one database in memory. A pool throws a connection away when a
// call was cancelled at the wrong moment, and the database would go with it: so it gets the same one again.
type memory struct {
	driver.Connector
	mu   sync.Mutex
	conn lasting // nil = not yet open
}

// lasting is what the driver's connections can do.
type lasting interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
	serializer
}

var errDriver = errors.New("the driver's connections cannot do what is needed")

// Connect implements [driver.Connector]. The pool has one connection at a time.
func (m *memory) Connect(ctx context.Context) (driver.Conn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.conn == nil {
		c, err := m.Connector.Connect(ctx)
		if err != nil {
			return nil, err
		}
		conn, ok := c.(lasting)
		if !ok {
			return nil, errors.Join(errDriver, c.Close())
		}
		m.conn = conn
	}
	return borrowed{m.conn}, nil
}

// Close implements [io.Closer]: the pool calls it when it is closed.
func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.conn == nil {
		return nil
	}
	conn := m.conn
	m.conn = nil
	return conn.Close()
}

var _ io.Closer = (*memory)(nil)

// borrowed is a connection that outlives its place in the pool.
type borrowed struct{ lasting }

// Close ends what was open on the connection, if anything was.
func (b borrowed) Close() error {
	_, _ = b.ExecContext(context.Background(), "rollback", nil)
	return nil
}
