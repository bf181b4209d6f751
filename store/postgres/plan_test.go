//go:build !embedded && unix

package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/internal/claimsql"
	"github.com/optoste/supportbot/store/postgres"
)

// years is what a busy desk collects: 20,000 claims with all that goes with them.
const years = `
insert into claims select 'C-' || i, 1, 'open', i % 100 = 0, 'x', 'chat', 'p' || i % 5000, 'c' || i % 2000, '2025-01-01',
	timestamptz '2020-01-01' + i * interval '2 hours', '2025-01-01', jsonb_build_object('chat', 'p' || i % 5000) from generate_series(1, 20000) i;
insert into claim_lines select 'C-' || i, n, 'OS-' || i % 10000, 'c' || i % 2000 from generate_series(1, 20000) i, generate_series(0, 1) n;
insert into events select 'C-' || i, seq, 0, '{}' from generate_series(1, 20000) i, generate_series(1, 3) seq;
insert into effects select 'in/' || i || '/x', 'h', '{}', timestamptz '2020-01-01' + i * interval '1 hour' from generate_series(1, 40000) i;
insert into companies select 'c' || i, '{}' from generate_series(1, 2000) i;
insert into machines select 'OS-' || i, 'OS' || i, 'c' || i % 2000, '{}' from generate_series(1, 10000) i;
insert into parts select 'P-' || i, 'OS-' || i % 10000, '{}' from generate_series(1, 20000) i;
insert into people select 'chat', 'p' || i, 'c' || i % 2000, '{}' from generate_series(1, 10000) i;
insert into snapshots select 'chat', i, 'p' || i, 1, '', case when i % 100 = 0 then timestamptz '2026-01-01' + i * interval '1 minute' end, '{}'
	from generate_series(1, 10000) i;
insert into inbox (channel, chat, person, id, data, done) select 'chat', i % 10000, 'p' || i % 10000, 'done ' || i, '{}', timestamptz '2020-01-01' + i * interval '1 hour'
	from generate_series(1, 40000) i;
insert into inbox (channel, chat, person, id, data) select 'chat', i % 2000, 'p' || i % 2000, 'waits ' || i, '{"kind": "said", "event": {}}' from generate_series(1, 5000) i;
insert into inbox_lanes select 'chat', i, 'p' || i, i, '0001-01-01' from generate_series(0, 1999) i;
insert into lanes select 'chat', i, 10, '2026-01-01', '0001-01-01' from generate_series(1, 1000) i;
insert into outbox select 'chat', i, n, n, '{}' from generate_series(1, 1000) i, generate_series(1, 10) n;
insert into places select 'C-' || i, 'chat', 'room' || i % 100, '', '1', 1 from generate_series(1, 20000) i;
insert into uploads select i, 1, '2026-01-01', case when i % 100 = 0 then timestamptz '2026-01-01' + i * interval '1 minute' end, '{}' from generate_series(1, 5000) i;
insert into moves select 'chat', 'g' || i, '-' || i from generate_series(1, 5000) i;
insert into files select 'h' || i, '2025-01-01' from generate_series(1, 60000) i;
insert into claim_files select 'C-' || i, 'h' || i * 3 + n from generate_series(1, 20000) i, generate_series(-2, 0) n;
analyze;
`

// few are tables that stay small.
var few = []string{"lanes", "counters", "secrets"}

// walks are indexes that a query may go along from the beginning, because it takes what it meets
// there, up to its limit.
var walks = []string{"claims_opened", "claims_pending", "inbox_adopt", "inbox_lanes_turn"}

// TestPlans fails when a statement looks at every row of a table that grows, be it planned for its
// arguments or for any. Purge and DropUnused, which run now and then, are left out.
func TestPlans(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	for _, sql := range strings.Split(strings.TrimSpace(years), ";\n") {
		query(t, address, sql)
	}
	r := recorder{postgres.Transactions(db), make(map[string][]any)}
	story(t, claimsql.New(r))
	if len(r.ran) < 40 {
		t.Errorf("only %d statements were recorded", len(r.ran))
	}
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for _, sql := range slices.Sorted(maps.Keys(r.ran)) {
		for kind, plan := range plans(t, conn, sql, r.ran[sql]) {
			for _, fault := range plan.scans(sql) {
				t.Errorf("%s\n\t%s plan: %s", sql, kind, fault)
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

// story calls every method with arguments of the years before.
func story(t *testing.T, s *claimsql.Store) {
	t.Helper()
	ctx, at := t.Context(), noon
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	chat := bot.Chat{Channel: "chat", Chat: "7"}
	in := bot.Inbound{ID: "in", Event: bot.Said{}}
	opened, err := s.OpenClaim(ctx, bot.EffectKey{Inbound: "1"}, claim.Claim{Opened: at, Lines: make([]claim.Line, 1)},
		func(claim.Claim) []bot.Inbound { return []bot.Inbound{in} })
	check(err)
	for range 2 { // the second one finds that it was done
		_, err = s.ChangeClaim(ctx, bot.EffectKey{Inbound: "2"}, opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
			c.Lines = nil
			return bot.ClaimChange{Claim: c, Events: make([]claim.Event, 1)}, nil
		})
		check(err)
	}
	for i := range 1 << 5 { // all combinations of a filter's fields
		var f bot.ClaimFilter
		if i&1 != 0 {
			f.Channel, f.Person = "chat", "p7"
		}
		if i&2 != 0 {
			f.Company = "c7"
		}
		if i&4 != 0 {
			f.Serial = "OS-7"
		}
		f.Pending = i&8 != 0
		if i&16 != 0 {
			f.Since = claim.Date{Year: 2024, Month: time.March, Day: 1}
		}
		_, err := s.FindClaims(ctx, f)
		check(err)
	}
	_, err = s.Claim(ctx, opened.ID)
	check(err)
	_, err = s.Events(ctx, opened.ID)
	check(err)
	_, err = s.Import(ctx, bot.Registration{Companies: make([]claim.Company, 1), Machines: make([]claim.Machine, 1), Parts: make([]claim.Part, 1)}, nil)
	check(err)
	_, err = s.Machine(ctx, "")
	check(err)
	_, err = s.NearMachines(ctx, "OS7")
	check(err)
	_, err = s.MachinesOf(ctx, "c7")
	check(err)
	_, err = s.Company(ctx, "")
	check(err)
	check(s.PutPerson(ctx, "chat", claim.Person{}))
	_, err = s.Person(ctx, "chat", "")
	check(err)
	_, err = s.PutSnapshots(ctx, make([]bot.Snapshot, 1))
	check(err)
	_, err = s.Snapshot(ctx, bot.Key{})
	check(err)
	_, err = s.Overdue(ctx, at, 10)
	check(err)
	_, err = s.Quiet(ctx, at, 10)
	check(err)
	check(s.Post(ctx, in))
	for _, limit := range []int{10, 0} { // with 0 it looks for what older programs have posted
		_, err = s.Take(ctx, at, at, limit)
		check(err)
	}
	check(s.SetAside(ctx, in, ""))
	check(s.Finish(ctx, in.Key(), at, in.ID))
	check(s.Queue(ctx, chat, make([]bot.Outgoing, 1), at))
	_, _, err = s.Drain(ctx, at.AddDate(1, 0, 0), at.AddDate(1, 0, 1), 10)
	check(err)
	check(s.Drained(ctx, bot.Lane{Chat: chat}, []string{"7"}, at))
	check(s.PutPlace(ctx, bot.Place{}))
	_, err = s.Place(ctx, "", bot.Chat{})
	check(err)
	check(s.OpenUpload(ctx, bot.Upload{ID: "u"}))
	_, err = s.Upload(ctx, "u")
	check(err)
	_, err = s.BeginUpload(ctx, "u", "a", 1)
	check(err)
	_, err = s.AddPart(ctx, "u", 0, bot.Part{Size: 1})
	check(err)
	check(s.EndUpload(ctx, "u", bot.File{Hash: "h"}, in))
	_, err = s.OldUploads(ctx, at, 10)
	check(err)
	check(s.DropParts(ctx, "u"))
	check(s.MoveChat(ctx, "chat", "7", "-7"))
	_, err = s.Moved(ctx, "chat", "7")
	check(err)
	check(s.NoteFile(ctx, bot.File{Hash: "h"}))
	_, err = s.Secret(ctx, "")
	check(err)
}

// recorder notes the statements that go to a database, with their last arguments.
type recorder struct {
	claimsql.DB
	ran map[string][]any
}

func (r recorder) with(f func(claimsql.Tx) error) func(claimsql.Tx) error {
	return func(tx claimsql.Tx) error { return f(recordingTx{tx, r.ran}) }
}

func (r recorder) Read(ctx context.Context, f func(claimsql.Tx) error) error {
	return r.DB.Read(ctx, r.with(f))
}

func (r recorder) Write(ctx context.Context, f func(claimsql.Tx) error) error {
	return r.DB.Write(ctx, r.with(f))
}

func (r recorder) Trail(ctx context.Context, f func(claimsql.Tx) error) error {
	return r.DB.Trail(ctx, r.with(f))
}

type recordingTx struct {
	claimsql.Tx
	ran map[string][]any
}

func (t recordingTx) Run(ctx context.Context, list ...claimsql.Statement) error {
	for _, s := range list {
		t.ran[s.SQL] = s.Args
	}
	if err := t.Tx.Run(ctx, list...); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}
