//go:build !embedded && unix

package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/optoste/supportbot/store/postgres"
)

func TestDumpAndRestore(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	opened := openClaim(t, db)
	secret, err := db.Secret(t.Context(), "links")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dump")
	// What only pgx understands, the client programs must not see.
	withPool := with(t, address, func(u *url.URL) { u.RawQuery += "&pool_max_conns=3&application_name=a+b&default_query_exec_mode=exec" })
	if err := postgres.Dump(t.Context(), withPool, file); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Restore(t.Context(), address, file); !errors.Is(err, postgres.ErrNotEmpty) {
		t.Errorf("restore into what is there: %v, want ErrNotEmpty", err)
	}

	fresh := database(t, "template0")
	if err := postgres.Restore(t.Context(), fresh, file); err != nil {
		t.Fatal(err)
	}
	restored, err := postgres.Open(t.Context(), fresh)
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	if c, err := restored.Claim(t.Context(), opened.ID); err != nil || c.Version != opened.Version {
		t.Errorf("claim %+v, %v", c, err)
	}
	if again, err := restored.Secret(t.Context(), "links"); err != nil || string(again) != string(secret) {
		t.Errorf("the key of the links is another one (%v)", err)
	}
	const schema = `select table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(collation_name, '') || ' ' || coalesce(column_default, '')
		from information_schema.columns where table_schema = 'public' order by 1`
	if before, after := query(t, address, schema), query(t, fresh, schema); strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Errorf("columns\n%s\nare now\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

func TestRestoreIsAllOrNothing(t *testing.T) {
	t.Parallel()
	_, address := open(t)
	file := filepath.Join(t.TempDir(), "dump")
	if err := postgres.Dump(t.Context(), address, file); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, whole[:len(whole)-200], 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := database(t, "template0")
	if err := postgres.Restore(t.Context(), fresh, file); err == nil || !strings.Contains(err.Error(), "pg_restore") {
		t.Errorf("error %v of a dump that is cut off", err)
	}
	if err := postgres.Empty(t.Context(), fresh); err != nil {
		t.Error(err)
	}
}

func TestDumpSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := database(t, template)
	file := filepath.Join(t.TempDir(), "dump")
	locked := with(t, good, func(u *url.URL) { u.User = url.UserPassword("locked", "hunter2") })
	err := postgres.Dump(t.Context(), locked, file)
	if err == nil || !strings.Contains(err.Error(), "password authentication failed") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := postgres.Dump(ctx, good, file); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	right := with(t, good, func(u *url.URL) { u.User = url.UserPassword("locked", "s3cret#word") })
	if err := postgres.Empty(t.Context(), right); !errors.Is(err, postgres.ErrNotEmpty) { // the password is right
		t.Errorf("error %v", err)
	}
	if err := postgres.Dump(t.Context(), right, file); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("error %v, want the rights on tables to be missing", err)
	}
}
