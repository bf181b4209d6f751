//go:build !embedded && unix

package postgres_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/postgres"
)

// The tests of this process share one private server. Each has a database of its own, copied from
// one that was migrated once.

const template = "migrated"

var (
	started   *servers.Postgres // set by startOnce
	startOnce = sync.OnceValue(func() (err error) {
		if started, err = servers.StartPostgres(); err != nil {
			return err
		}
		return prepare(context.Background(), started)
	})
	databases atomic.Int64
)

func TestMain(m *testing.M) {
	code := m.Run()
	if started != nil {
		if err := started.Close(); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

// prepare makes the database that others are copied from.
func prepare(ctx context.Context, s *servers.Postgres) error {
	address, err := s.Create(ctx, template, "")
	if err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, address, jobs.MigratePostgres); err != nil {
		return err
	}
	return s.Exec(ctx, `create role locked login password 's3cret#word'`)
}

// database returns the URL of a new one like another: template, or template0, which is empty.
func database(tb testing.TB, like string) string {
	tb.Helper()
	if err := startOnce(); err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("test%d", databases.Add(1))
	address, err := started.Create(tb.Context(), name, like)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		// The test's context has ended.
		if err := started.Drop(context.WithoutCancel(tb.Context()), name); err != nil {
			tb.Error(err)
		}
	})
	return address
}

// open returns a store in a database of its own, and its URL.
func open(tb testing.TB) (*postgres.DB, string) {
	tb.Helper()
	address := database(tb, template)
	db, err := postgres.Open(tb.Context(), address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db, address
}

// query runs a statement beside the store and returns the first column as text.
func query(tb testing.TB, address, sql string) (list []string) {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), address)
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close(tb.Context())
	rows, err := conn.Query(tb.Context(), sql)
	if err == nil {
		list, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return list
}

// with returns a URL with another part.
func with(tb testing.TB, address string, change func(u *url.URL)) string {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	change(u)
	return strings.TrimSpace(u.String())
}
