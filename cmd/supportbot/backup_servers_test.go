//go:build !embedded && unix

package main_test

import (
	"path/filepath"
	"testing"

	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/store/postgres"
)

func TestBackupOfPostgres(t *testing.T) {
	t.Parallel()
	server, err := servers.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	create := func(name string) string {
		t.Helper()
		address, err := server.Create(t.Context(), name, "")
		if err != nil {
			t.Fatal(err)
		}
		return address
	}
	address := create("before")
	before := newPlace(t, "DATABASE_URL="+address+"&pool_max_conns=3", "LISTEN=127.0.0.1:0")
	before.must(t, "migrate")
	db, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	putClaims(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before.evidence(t)
	contains(t, before.must(t, "backup", "all.tar"), "Wrote all.tar: Postgres, 2 files of media")
	backup := filepath.Join(before.dir, "all.tar")

	after := newPlace(t, "DATABASE_URL="+create("after"))
	contains(t, after.must(t, "restore", backup), "Restored what Postgres was on 20")
	restored(t, before, after)
	after.run(t, "restore", backup).want(t, 1, "the database is not empty: after has ", "createdb")
	newPlace(t).run(t, "restore", backup).want(t, 1, "it is of a Postgres database", "DATABASE_URL")

	// Tables that are older than the program are brought up to date.
	empty := newPlace(t, "DATABASE_URL="+create("empty"))
	empty.must(t, "backup", "nothing.tar")
	fresh := newPlace(t, "DATABASE_URL="+create("fresh"))
	fresh.must(t, "restore", filepath.Join(empty.dir, "nothing.tar"))
	fresh.must(t, "claims", "list")

	embedded := withClaims(t)
	embedded.must(t, "backup", "all.tar")
	newPlace(t, "DATABASE_URL="+create("other")).run(t, "restore", filepath.Join(embedded.dir, "all.tar")).
		want(t, 1, "it is of SQLite", "unset DATABASE_URL")
}
