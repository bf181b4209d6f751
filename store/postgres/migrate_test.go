//go:build !embedded && unix

package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/store/postgres"
)

func TestMigratorsAtOnce(t *testing.T) {
	t.Parallel()
	address := database(t, "template0")
	var all errgroup.Group
	for range 3 {
		all.Go(func() error { return postgres.Migrate(t.Context(), address) })
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	rows := query(t, address, `select version_id::text from goose_db_version order by id`)
	if twice := slices.Compact(slices.Sorted(slices.Values(rows))); len(rows) < 3 || len(twice) < len(rows) {
		t.Errorf("migrations that ran: %q", rows)
	}
	db, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

func TestOutdated(t *testing.T) {
	t.Parallel()
	refuses := func(address string) {
		t.Helper()
		_, err := postgres.Open(t.Context(), address)
		if !errors.Is(err, postgres.ErrOutdated) || !strings.Contains(err.Error(), "supportbot migrate") {
			t.Errorf("error %v, want one that tells to run supportbot migrate", err)
		}
	}
	empty := database(t, "template0")
	refuses(empty)
	if tables := query(t, empty, `select tablename::text from pg_tables where schemaname = 'public'`); len(tables) > 0 {
		t.Errorf("Open made tables: %q", tables)
	}
	older := database(t, template)
	query(t, older, `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`)
	refuses(older)
}

// TestNewerTables opens what a newer program has migrated already.
func TestNewerTables(t *testing.T) {
	t.Parallel()
	address := database(t, template)
	query(t, address, `insert into goose_db_version (version_id, is_applied) values (99999, true)`)
	query(t, address, `alter table claims add column newer text`)
	db, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestColumnTypes finds columns that would sort by the database's language, keep JSON as text, or
// keep a time without its zone.
func TestColumnTypes(t *testing.T) {
	t.Parallel()
	address := database(t, template)
	const columns = `select table_name || '.' || column_name from information_schema.columns
		where table_schema = 'public' and table_name <> 'goose_db_version' and table_name not like 'river%' and `
	if n := len(query(t, address, columns+`true`)); n < 60 {
		t.Errorf("%d columns were looked at", n)
	}
	for what, where := range map[string]string{
		"not bytewise": `data_type like '%char%' or data_type = 'text' and collation_name is distinct from 'C'`,
		"not jsonb":    `data_type = 'json' or column_name = 'data' and data_type <> 'jsonb'`,
		"no zone":      `data_type = 'timestamp without time zone'`,
	} {
		if list := query(t, address, columns+`(`+where+`)`); len(list) > 0 {
			t.Errorf("%s: %q", what, list)
		}
	}
}
