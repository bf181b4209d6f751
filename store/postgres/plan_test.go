//go:build !embedded && unix

package postgres_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/optoste/supportbot/store/internal/claimsqltest"
	"github.com/optoste/supportbot/store/postgres"
)

// years is what a busy desk collects: 100,000 claims with all that goes with them. What refers to claims
// need not be checked on the way.
const years = `
set session_replication_role = replica;
insert into claims select 'C-' || i, 1, case when i % 100 = 1 then 'resolved' else 'open' end, i % 100 = 0, 'x', 'chat', 'p' || i % 25000, 'c' || i % 10000, '2025-01-01',
	timestamptz '2015-01-01' + i * interval '1 hour', '2025-01-01', jsonb_build_object('chat', 'p' || i % 25000),
	case when i % 100 = 0 then timestamptz '2026-01-01' + i * interval '1 minute' end, false from generate_series(1, 100000) i;
insert into claim_lines select 'C-' || i, n, 'OS-' || i % 50000, 'c' || i % 10000 from generate_series(1, 100000) i, generate_series(0, 1) n;
insert into events select 'C-' || i, seq, 0, '{}' from generate_series(1, 100000) i, generate_series(1, 3) seq;
insert into effects select 'in/' || i || '/x', 'h', '{}', timestamptz '2015-01-01' + i * interval '1 hour' from generate_series(1, 200000) i;
insert into companies select 'c' || i, '{}' from generate_series(1, 10000) i;
insert into machines select 'OS-' || i, 'OS' || i, 'c' || i % 10000, '{}' from generate_series(1, 100000) i;
insert into parts select 'P-' || i, 'OS-' || i % 50000, '{}' from generate_series(1, 100000) i;
insert into people select 'chat', 'p' || i, 'c' || i % 10000, '{}' from generate_series(1, 50000) i;
insert into snapshots select 'chat', 'p' || i, 'p' || i, 1, '', case when i % 100 = 0 then timestamptz '2026-01-01' + i * interval '1 minute' end, '{}',
	case when i % 100 = 1 then timestamptz '2026-01-01' + i * interval '1 minute' end, timestamptz '2026-01-01' + i * interval '1 minute'
	from generate_series(1, 50000) i;
insert into inbox (channel, chat, person, id, data, done) select 'chat', i % 10000, 'p' || i % 10000, 'done ' || i, '{}', timestamptz '2015-01-01' + i * interval '1 hour'
	from generate_series(1, 100000) i;
insert into inbox (channel, chat, person, id, data) select 'chat', i % 2000, 'p' || i % 2000, 'waits ' || i, '{"kind": "said", "event": {}}' from generate_series(1, 5000) i;
insert into inbox (id, data) values ('older', '{"kind": "said", "event": {}}');
insert into inbox_lanes select 'chat', i, 'p' || i, i, '0001-01-01' from generate_series(0, 1999) i;
insert into lanes select 'chat', i, 10, '2026-01-01', '0001-01-01' from generate_series(1, 1000) i;
insert into outbox select 'chat', i, n, n, '{}' from generate_series(1, 1000) i, generate_series(1, 10) n;
insert into places select 'C-' || i, 'chat', 'room' || i % 500, i, i, 1 from generate_series(1, 100000) i;
insert into letters select 'letter ' || i, 1, '{}', i, 1, timestamptz '2015-01-01' + i * interval '1 hour' from generate_series(1, 100000) i;
insert into traces select 'chat', 'room' || i % 500, i, 'C-' || i, case when i % 2 = 0 then i::text else '' end, timestamptz '2015-01-01' + i * interval '1 hour' from generate_series(1, 100000) i;
insert into uploads select i, 1, '2026-01-01', case when i % 100 = 0 then timestamptz '2026-01-01' + i * interval '1 minute' end, '{}' from generate_series(1, 20000) i;
insert into moves select 'chat', 'g' || i, '-' || i from generate_series(1, 5000) i;
insert into files select 'h' || i, '2025-01-01' from generate_series(1, 200000) i;
insert into claim_files select 'C-' || i, 'h' || i * 2 + n from generate_series(1, 100000) i, generate_series(-1, 0) n;
insert into claim_words select 'w' || (i * 7 + n) % 997, 'C-' || i from generate_series(1, 100000) i, generate_series(1, 3) n;
insert into notices select 'n' || i, timestamptz '2026-01-01' + i * interval '1 minute', '{"notice": {}}' from generate_series(1, 50000) i;
insert into alerts select 'a' || i, 'room', timestamptz '2026-01-01' + i * interval '1 minute', case when i % 100 = 1 then timestamptz '2026-01-01' + i * interval '1 minute' end, '{}'
	from generate_series(1, 100000) i;
insert into alert_claims select 'C-' || i, 'a' || i from generate_series(1, 100000) i;
insert into swaps select i, timestamptz '2015-01-01' + i * interval '12 hours', false, '{}' from generate_series(1, 10000) i;
insert into staff_codes (hash, person, expires) select i, 'p', timestamptz '2026-01-01' + i * interval '1 minute' from generate_series(1, 50000) i;
insert into logins select 'l' || i, 's' || i, 'p', 'chat', 'a', timestamptz '2026-01-01' + i * interval '1 minute' from generate_series(1, 50000) i;
analyze;
`

// few are tables that stay small.
var few = []string{"lanes", "counters", "secrets", "marks", "staff", "companies"}

// walks are indexes that a query may go along from the beginning, because it takes what it meets
// there, up to its limit.
var walks = []string{"claims_opened", "claims_pending", "inbox_adopt", "inbox_lanes_turn", "notices_made", "alerts_waits"}

// ways are indexes that a query must go by, by a piece of its text: another one would find far too much.
var ways = map[string]string{"sent >= ": "snapshots_sent", "call_at <= ": "claims_call"}

// TestPlans fails when a statement looks at every row of a table that grows, be it planned for its
// arguments or for any, with the settings that a server has by itself.
func TestPlans(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	query(t, with(t, address, func(u *url.URL) { u.RawQuery += "&default_query_exec_mode=simple_protocol" }), years)
	ran := claimsqltest.Record(t, postgres.Transactions(db), "../internal/claimsql")
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for _, sql := range slices.Sorted(maps.Keys(ran)) {
		for kind, plan := range plans(t, conn, sql, ran[sql]) {
			for _, fault := range plan.scans(sql) {
				t.Errorf("%s\n\t%s plan: %s", sql, kind, fault)
			}
			for piece, index := range ways {
				if strings.Contains(sql, piece) && !plan.goesBy(index) {
					t.Errorf("%s\n\t%s plan does not go by %s", sql, kind, index)
				}
			}
		}
	}
	// The looking itself finds what it should.
	for sql, want := range map[string]bool{
		`select data from claims where id = $1`:                      false,
		`select data from claims where status = $1`:                  true,
		`select max(hash) from effects where hash > $1`:              true,
		`select data from machines where data::text > $1 limit 1000`: true,
		`update snapshots set quiet = null where epoch = $1`:         true,
		`delete from outbox where id = $1`:                           true,
	} {
		found := len(plans(t, conn, sql, []any{"x"})["custom"].scans(sql)) > 0
		if found != want {
			t.Errorf("%s: scan is %t, want %t", sql, found, want)
		}
	}
}

// plan is a node of what explain prints.
type plan struct {
	Type  string `json:"Node Type"`
	Table string `json:"Relation Name"`
	Index string `json:"Index Name"`
	Cond  string `json:"Index Cond"`
	Plans []plan `json:"Plans"`
}

// scans lists the steps that read a whole table or index.
func (p plan) scans(sql string) (list []string) {
	walk := slices.Contains(walks, p.Index) && !strings.Contains(sql, " in (") // few are wanted: look them up
	switch {
	case slices.Contains(few, p.Table):
	case p.Type == "Seq Scan", p.Index != "" && p.Cond == "" && !walk:
		list = append(list, strings.TrimSpace(p.Type+" "+p.Table+" "+p.Index))
	}
	for _, q := range p.Plans {
		list = append(list, q.scans(sql)...)
	}
	return list
}

// goesBy tells whether one of the steps uses an index.
func (p plan) goesBy(index string) bool {
	return p.Index == index || slices.ContainsFunc(p.Plans, func(q plan) bool { return q.goesBy(index) })
}

// plans explains a statement with its arguments, and as prepared for any.
func plans(t *testing.T, conn *pgx.Conn, sql string, args []any) map[string]plan {
	t.Helper()
	explain := func(sql string, args ...any) plan {
		t.Helper()
		var list []struct{ Plan plan }
		var text string
		err := conn.QueryRow(t.Context(), `explain (format json) `+sql, args...).Scan(&text)
		if err == nil {
			err = json.Unmarshal([]byte(text), &list)
		}
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return list[0].Plan
	}
	exec := func(sql string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	both := map[string]plan{"custom": explain(sql, args...)}
	exec(`set plan_cache_mode = force_generic_plan`)
	exec(`prepare any_arguments as ` + sql)
	call := `execute any_arguments`
	if len(args) > 0 {
		call += `(` + strings.TrimSuffix(strings.Repeat(`null,`, len(args)), `,`) + `)`
	}
	both["generic"] = explain(call)
	exec(`deallocate any_arguments`)
	exec(`reset plan_cache_mode`)
	return both
}
