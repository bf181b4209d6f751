package main_test

import (
	"strings"
	"testing"
)

func TestMigrateWithoutPostgres(t *testing.T) {
	t.Parallel()
	contains(t, newPlace(t).must(t, "migrate"), "SQLite brings its tables up to date by itself")
}

func TestDemoKeepsToSQLite(t *testing.T) {
	t.Parallel()
	r := newPlace(t, "DATABASE_URL=postgres://bot:geheim@127.0.0.1:1/bot").run(t, "demo")
	r.want(t, 2, "DATABASE_URL: the demo keeps its samples in SQLite")
}

// TestDatabaseThatDoesNotAnswer says what is wrong, without the password.
func TestDatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"migrate"}, {"claims", "list"}, {"serve"}} {
		r := newPlace(t, "DATABASE_URL=postgres://bot:geheim@127.0.0.1:1/bot", "WEB_CHAT=on", "LISTEN=127.0.0.1:0").run(t, args...)
		r.want(t, 1, "127.0.0.1")
		if strings.Contains(r.errs, "geheim") {
			t.Errorf("%v shows the password:\n%s", args, r.errs)
		}
	}
}
