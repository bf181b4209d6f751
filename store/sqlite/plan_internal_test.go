package sqlite

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/optoste/supportbot/store/internal/claimsqltest"
	"github.com/optoste/supportbot/store/storetest"
)

// years is what a busy desk collects: 100,000 claims with all that goes with them, for %d of 100,000.
const years = `
pragma foreign_keys = off;
create temp table i (i integer primary key);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 3 * %[1]d) insert into i select i from n;
create temp view one as select i from i where i <= %[1]d;
create temp view half as select i from i where i <= %[1]d / 2;
insert into claims select 'C-' || i, 1, case when i %% 100 = 1 then 'resolved' else 'open' end, i %% 100 = 0, 'x', 'chat', 'p' || (i %% (%[1]d / 4)), 'c' || (i %% (%[1]d / 10)), '2025-01-01',
	datetime('2015-01-01', i || ' hours'), '2025-01-01', json_object('chat', 'p' || (i %% (%[1]d / 4))),
	case when i %% 100 = 0 then datetime('2026-01-01', i || ' minutes') end, 0 from one;
insert into claim_lines select 'C-' || ((i + 1) / 2), i %% 2, 'OS-' || (i / 4), 'c' || (i %% (%[1]d / 10)) from i where i <= 2 * %[1]d;
insert into events select 'C-' || ((i + 2) / 3), 1 + i %% 3, 0, '{}' from i;
insert into effects select 'in/' || i || '/x', 'h', '{}', datetime('2015-01-01', i || ' hours') from i where i <= 2 * %[1]d;
insert into companies select 'c' || i, '{}' from i where i <= %[1]d / 10;
insert into machines select 'OS-' || i, 'OS' || i, 'c' || (i %% (%[1]d / 10)), '{}' from one;
insert into parts select 'P-' || i, 'OS-' || (i / 2), '{}' from one;
insert into people select 'chat', 'p' || i, 'c' || (i %% (%[1]d / 10)), '{}' from half;
insert into snapshots select 'chat', 'p' || i, 'p' || i, 1, '', case when i %% 100 = 0 then datetime('2026-01-01', i || ' minutes') end, '{}',
	case when i %% 100 = 1 then datetime('2026-01-01', i || ' minutes') end, datetime('2026-01-01', i || ' minutes') from half;
insert into inbox (channel, chat, person, id, data, done) select 'chat', i %% 1000, 'p' || (i %% 1000), 'done ' || i, '{}', datetime('2015-01-01', i || ' hours') from one;
insert into inbox (channel, chat, person, id, data) select 'chat', i %% 2000, 'p' || (i %% 2000), 'waits ' || i, '{"kind": "said", "event": {}}' from i where i <= 5000;
insert into inbox (id, data) values ('older', '{"kind": "said", "event": {}}');
insert into inbox_lanes select 'chat', i - 1, 'p' || (i - 1), i, '0001-01-01' from i where i <= 2000;
insert into lanes select 'chat', i, 10, '2026-01-01', '0001-01-01' from i where i <= 1000;
insert into outbox select 'chat', (i + 9) / 10, 1 + i %% 10, 1 + i %% 10, '{}' from i where i <= 10000;
insert into places select 'C-' || i, 'chat', 'room' || (i %% 500), i, i, 1 from one;
insert into letters select 'letter ' || i, 1, '{}', i, 1, datetime('2015-01-01', i || ' hours') from one;
insert into traces select 'chat', 'room' || (i %% 500), i, 'C-' || i, case when i %% 2 = 0 then i else '' end, datetime('2015-01-01', i || ' hours') from one;
insert into uploads select i, 1, '2026-01-01', case when i %% 100 = 0 then datetime('2026-01-01', i || ' minutes') end, '{}' from i where i <= %[1]d / 5;
insert into moves select 'chat', 'g' || i, '-' || i from i where i <= 5000;
insert into files select 'h' || i, '2025-01-01' from i where i <= 2 * %[1]d;
insert into claim_files select 'C-' || ((i + 1) / 2), 'h' || i from i where i <= 2 * %[1]d;
insert into claim_words select 'w' || (i %% 997), 'C-' || ((i + 2) / 3) from i where true on conflict do nothing;
insert into notices select 'n' || i, datetime('2026-01-01', i || ' minutes'), '{"notice": {}}' from half;
insert into alerts select 'a' || i, 'room', datetime('2026-01-01', i || ' minutes'), case when i %% 100 = 1 then datetime('2026-01-01', i || ' minutes') end, '{}' from one;
insert into alert_claims select 'C-' || ((i + 1) / 2), 'a' || ((i + 1) / 2) from i where i %% 2 = 1;
insert into swaps select i, datetime('2015-01-01', (12 * i) || ' hours'), 0, '{}' from i where i <= 10000;
insert into staff_codes (hash, person, expires) select i, 'p', datetime('2026-01-01', i || ' minutes') from half;
insert into logins select 'l' || i, 's' || i, 'p', 'chat', 'a', datetime('2026-01-01', i || ' minutes') from half;
drop view half;
drop view one;
drop table i;
pragma foreign_keys = on;
`

// walks are indexes that a query may go along from the beginning, because it takes what it meets
// there, up to its limit.
var walks = []string{"claims_opened", "claims_pending", "inbox_adopt", "inbox_lanes_turn", "notices_made", "alerts_waits"}

// ways are indexes that a query must go by, by a piece of its text: another one would find far too much.
var ways = map[string]string{"sent >= ": "snapshots_sent", "call_at <= ": "claims_call"}

// TestPlans fails when a statement looks at every row of a table that grows, be it planned as the program
// has it or with what ANALYZE finds out.
func TestPlans(t *testing.T) {
	t.Parallel()
	p := filled(t)
	ran := claimsqltest.Record(t, p, "../internal/claimsql")
	for _, analyze := range []string{``, `analyze`} {
		if _, err := p.writer.ExecContext(t.Context(), analyze); err != nil {
			t.Fatal(err)
		}
		for _, text := range slices.Sorted(maps.Keys(ran)) {
			steps := plan(t, p, text)
			for _, step := range steps {
				if scans(text, step) {
					t.Errorf("%s\n\t%s %s", text, step, analyze)
				}
			}
			for piece, index := range ways {
				if all := strings.Join(steps, "\n"); strings.Contains(text, piece) && !strings.Contains(all, index) {
					t.Errorf("%s\n\tdoes not go by %s: %s %s", text, index, all, analyze)
				}
			}
		}
	}
}

// filled returns a database in memory with the years in it.
func filled(t *testing.T) *pool {
	t.Helper()
	db, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	claims := 100_000
	if storetest.Raced {
		claims = 2_000
	}
	if _, err := db.pool.writer.ExecContext(t.Context(), fmt.Sprintf(years, claims)); err != nil {
		t.Fatal(err)
	}
	return db.pool
}

// scans tells whether a step of a statement's plan reads a whole table or index. The lanes are few:
// those that a platform refuses right now. So are the accounts of the desk's
// people, and the companies.
func scans(text, step string) bool {
	what, found := strings.CutPrefix(step, "SCAN ")
	if !found || strings.HasPrefix(what, "lanes") || strings.HasPrefix(what, "companies") || what == "staff" || what == "m" || what == "waits" {
		return false // m and waits are the few rows of a subquery
	}
	walk := slices.ContainsFunc(walks, func(index string) bool { return strings.HasSuffix(what, " INDEX "+index) })
	return !walk || strings.Contains(text, " in (") // few are wanted, so they must be looked up
}

func TestScansAreFound(t *testing.T) {
	t.Parallel()
	db, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p := db.pool
	for text, want := range map[string]bool{
		`select data from claims where id = $1`:            false,
		`select data from claims where status = $1`:        true,
		`select count(*) from claims`:                      true,
		`select data from machines where company like $1`:  true,
		`select data from machines order by serial`:        true,
		`update snapshots set quiet = null where epoch=$1`: true,
		`delete from outbox where id = $1`:                 true,
	} {
		steps := plan(t, p, text)
		if have := slices.ContainsFunc(steps, func(step string) bool { return scans(text, step) }); have != want {
			t.Errorf("%s: scan is %t, want %t: %q", text, have, want, steps)
		}
	}
}

func plan(t *testing.T, p *pool, text string) (steps []string) {
	t.Helper()
	// A parameter that is not bound is NULL, which the planner does not look at.
	rows, err := p.writer.QueryContext(t.Context(), `explain query plan `+text, make([]any, strings.Count(text, "$"))...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}
