//go:build !embedded && unix

package postgres_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/optoste/supportbot/store/postgres"
)

// TestPasswordIsNotShown gives URLs that cannot be understood, are refused, or lead nowhere.
func TestPasswordIsNotShown(t *testing.T) {
	t.Parallel()
	address := database(t, template)
	query(t, address, `grant select on goose_db_version to locked`)
	locked := func(password string) string {
		return with(t, address, func(u *url.URL) { u.User = url.UserPassword("locked", password) })
	}
	if db, err := postgres.Open(t.Context(), locked("s3cret#word")); err != nil {
		t.Errorf("with the right password: %v", err)
	} else {
		db.Close()
	}
	for _, text := range []string{
		"postgres://locked:s3cret#word@127.0.0.1:5432/x",
		"postgres://locked:s3cret/word@127.0.0.1:5432/x",
		"postgres://locked:s3cret%word@127.0.0.1:5432/x",
		"postgres://locked:s3cret@word@127.0.0.1:99999/x",
		"postgres://locked:s3cret word@127.0.0.1/x?pool_max_conns=many",
		"postgres://locked@127.0.0.1/x?sslmode=s3cret&password=s3cret",
		"postgres://locked@127.0.0.1/x?pool_max_conns=x&password=s3cret",
		"postgres://locked:s3cret@127.0.0.1:1/x",
		"postgres://locked:s3cret@/x",
		"mysql://locked:s3cret@127.0.0.1/x",
		"host=127.0.0.1 user=locked password='s3cret",
		"s3cret",
		locked("s3cretwrong"),
	} {
		_, err := postgres.Open(t.Context(), text)
		for what, err := range map[string]error{"open": err, "migrate": postgres.Migrate(t.Context(), text)} {
			if err == nil {
				t.Errorf("%s took %s", what, text)
			} else if message := err.Error(); strings.Contains(message, "s3cret") || !strings.HasPrefix(message, what+" database: ") {
				t.Errorf("%s %s: %v", what, text, err)
			}
		}
	}
}

func TestURLMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "postgres://user:password@host:5432/name",
		"postgres:///x":          "postgres://user:password@host:5432/name",
		"mysql://me@127.0.0.1/x": "postgres://user:password@host:5432/name",
		"postgres://me@127.0.0.1/x?sslmode=maybe":       "sslmode",
		"postgres://me@127.0.0.1/x?pool_max_conns=many": "many",
		"postgres://me@127.0.0.1:1/x":                   "127.0.0.1:1",
	} {
		if _, err := postgres.Open(t.Context(), text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", text, err, want)
		}
	}
}

func TestPoolSize(t *testing.T) {
	t.Parallel()
	address := database(t, template)
	for want, change := range map[int32]func(u *url.URL){
		16: func(*url.URL) {},
		3:  func(u *url.URL) { u.RawQuery += "&pool_max_conns=3" },
	} {
		db, err := postgres.Open(t.Context(), with(t, address, change))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if have := postgres.MaxConns(db); have != want {
			t.Errorf("%d connections, want %d", have, want)
		}
	}
	if names := query(t, address, `select distinct application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`); len(names) != 1 || names[0] != "supportbot" {
		t.Errorf("the server sees %q", names)
	}
}
