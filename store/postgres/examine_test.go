//go:build !embedded && unix

package postgres_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/store/postgres"
)

// examine returns what is found at a URL, by its name.
func examine(t *testing.T, address string, off time.Duration) map[string]bot.Finding {
	t.Helper()
	found := map[string]bot.Finding{}
	now := func() time.Time { return time.Now().Add(off) }
	for _, f := range (postgres.Examiner{URL: address, Now: now}).Examine(t.Context()) {
		found[f.What] = f
		if strings.Contains(f.Problem+f.Detail+f.Do, "hunter2") {
			t.Errorf("shows the password: %+v", f)
		}
		if f.Problem+f.Detail == "" || f.Problem != "" && f.Do == "" {
			t.Errorf("neither well nor with what to do: %+v", f)
		}
	}
	return found
}

// wants compares a finding; problem "" = nothing is wrong.
func wants(t *testing.T, f bot.Finding, problem, do string, minor bool) {
	t.Helper()
	if (problem == "") != (f.Problem == "") || !strings.Contains(f.Problem, problem) || problem != "" && !strings.Contains(f.Do, do) || f.Minor != minor {
		t.Errorf("%+v, want %q, do %q, minor %t", f, problem, do, minor)
	}
}

func TestExamine(t *testing.T) {
	t.Parallel()
	address := database(t, template)
	found := examine(t, address, 0)
	wants(t, found["Database"], "", "", false)
	wants(t, found["Database tables"], "", "", false)
	wants(t, found["Database clock"], "", "", false)
	wants(t, found["Database safety"], "fsync", "fsync = on", true) // nobody needs these data tomorrow
	if d := found["Database"].Detail; !strings.HasPrefix(d, "Postgres 1") {
		t.Errorf("detail %q", d)
	}
	if d := found["Database tables"].Detail; !strings.HasPrefix(d, "migrations ") {
		t.Errorf("detail %q", d)
	}

	wants(t, examine(t, address, time.Minute)["Database clock"], "1m0s behind ours", "NTP", true)
	wants(t, examine(t, address, -time.Minute)["Database clock"], "1m0s ahead of ours", "NTP", true)

	query(t, address, `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`)
	wants(t, examine(t, address, 0)["Database tables"], "older than this program", "supportbot migrate", false)
	wants(t, examine(t, database(t, "template0"), 0)["Database tables"], "older than this program", "supportbot migrate", false)

	query(t, address, `alter database `+strings.TrimSuffix(address[strings.LastIndex(address, "/")+1:], "?sslmode=disable")+` set default_transaction_read_only = on`)
	wants(t, examine(t, address, 0)["Database"], "takes no writes", "primary", false)
}

func TestExamineSafety(t *testing.T) {
	t.Parallel()
	server, err := servers.StartPostgres("fsync = on", "synchronous_commit = off")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	address := server.URL("postgres")
	wants(t, examine(t, address, 0)["Database safety"], "synchronous_commit", "synchronous_commit = on", true)
	for _, sql := range []string{`alter system set synchronous_commit = on`, `select pg_reload_conf()`} {
		if err := server.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, examine(t, address, 0)["Database safety"], "", "", false)
	if err := server.Exec(t.Context(), `create database ascii template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`); err != nil {
		t.Fatal(err)
	}
	wants(t, examine(t, server.URL("ascii"), 0)["Database"], "SQL_ASCII", "--encoding UTF8", false)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	found := examine(t, address, 0)
	wants(t, found["Database"], "refused", "start the server", false)
	if len(found) != 1 {
		t.Errorf("findings %v", found)
	}
}

func TestExamineWhatIsRefused(t *testing.T) {
	t.Parallel()
	good := database(t, "template0")
	locked := with(t, good, func(u *url.URL) { u.User = url.UserPassword("locked", "hunter2") })
	for address, c := range map[string]struct{ problem, do string }{
		locked: {"password authentication failed", "correct user and password"},
		with(t, good, func(u *url.URL) { u.Path = "/nowhere" }): {"does not exist", "createdb"},
		"postgres://u:hunter2#@host/name":                       {"the URL is not one like", "correct DATABASE_URL"},
	} {
		wants(t, examine(t, address, 0)["Database"], c.problem, c.do, false)
	}
}
