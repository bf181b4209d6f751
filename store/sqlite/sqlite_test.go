package sqlite_test

import (
	"database/sql/driver"
	"path/filepath"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
	"github.com/optoste/supportbot/store/storetest"
)

func TestStoreInMemory(t *testing.T) {
	t.Parallel()
	storetest.Store(t, func(t *testing.T) bot.Store {
		t.Helper()
		return openMemory(t)
	})
}

func TestStoreInFile(t *testing.T) {
	t.Parallel()
	storetest.Store(t, func(t *testing.T) bot.Store {
		t.Helper()
		return open(t, t.TempDir())
	})
}

func TestSessionsInMemory(t *testing.T) {
	t.Parallel()
	storetest.Sessions(t, func(t *testing.T, now func() time.Time) bot.Sessions {
		t.Helper()
		s, err := sqlite.OpenSessionsMemory(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestSessionsInFile(t *testing.T) {
	t.Parallel()
	storetest.Sessions(t, func(t *testing.T, now func() time.Time) bot.Sessions {
		t.Helper()
		return openSessions(t, filepath.Join(t.TempDir(), sqlite.SessionsFile), now)
	})
}

func TestShared(t *testing.T) {
	t.Parallel()
	storetest.Shared(t, func(t *testing.T, now func() time.Time) storetest.Shares {
		t.Helper()
		return openSessions(t, filepath.Join(t.TempDir(), sqlite.SessionsFile), now)
	})
}

func openMemory(tb testing.TB) *sqlite.DB {
	tb.Helper()
	db, err := sqlite.OpenMemory(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return db
}

func open(tb testing.TB, dir string) *sqlite.DB {
	tb.Helper()
	db, err := sqlite.Open(tb.Context(), dir)
	if err != nil {
		tb.Fatal(err)
	}
	return db
}

func openSessions(tb testing.TB, path string, now func() time.Time) *sqlite.Sessions {
	tb.Helper()
	s, err := sqlite.OpenSessions(tb.Context(), path, now)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// TestMemoryOutlivesConnections has the pool throw its only connection away in the middle of a
// transaction, as it does when a call is cancelled at the wrong moment.
func TestMemoryOutlivesConnections(t *testing.T) {
	t.Parallel()
	db := openMemory(t)
	defer db.Close()
	if err := db.PutPerson(t.Context(), "chat", claim.Person{ID: "mei"}); err != nil {
		t.Fatal(err)
	}
	conn, err := db.Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`begin immediate`, `delete from people`} {
		if _, err := conn.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close()
	if _, err := db.Person(t.Context(), "chat", "mei"); err != nil {
		t.Error(err)
	}
	if err := db.PutPerson(t.Context(), "chat", claim.Person{ID: "bob"}); err != nil {
		t.Error(err)
	}
}
