//go:build !embedded && unix

package postgres_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/store/postgres"
)

// TestSnapshotsOfTheLastMoment takes away a snapshot as a server does that dies before its commit has
// reached the disk: once the server is there again, so is the snapshot, also when nobody writes.
func TestSnapshotsOfTheLastMoment(t *testing.T) {
	t.Parallel()
	server, err := servers.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	address, err := server.Create(t.Context(), "lost", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	mei := bot.Session{Key: bot.Key{Channel: "chat", Chat: "1", Person: "mei"}, Version: 3}
	bob := bot.Session{Key: bot.Key{Channel: "chat", Chat: "2", Person: "bob"}}
	for name, write := range map[string]func() error{
		"nobody writes": func() error { _, err := db.Overdue(t.Context(), noon, 1); return err },
		"somebody writes": func() error {
			bob.Version++
			_, err := db.PutSnapshots(t.Context(), []bot.Snapshot{{Session: bob}})
			return err
		},
	} {
		mei.Version++
		if _, err := db.PutSnapshots(t.Context(), []bot.Snapshot{{Session: mei}}); err != nil {
			t.Fatal(err)
		}
		query(t, address, `delete from snapshots where person = 'mei' returning 'x'`)
		if err := server.Restart(); err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(30 * time.Second); ; {
			failed := write() // its connection may be one of the dead server
			s, err := db.Snapshot(t.Context(), mei.Key)
			if err == nil && s.Version == mei.Version {
				break
			}
			if time.Now().After(until) {
				t.Fatalf("%s: %+v, %v, %v", name, s, err, failed)
			}
		}
	}
}
