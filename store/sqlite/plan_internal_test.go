package sqlite

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/internal/claimsql"
)

// walks are indexes that a query may go along from the beginning, because it takes what it meets
// there, up to its limit.
var walks = []string{"claims_opened", "claims_pending", "inbox_adopt", "inbox_lanes_turn"}

// TestPlans fails when a statement looks at every row of a table that grows. Purge and
// DropUnused, which run now and then, are left out.
func TestPlans(t *testing.T) {
	t.Parallel()
	p, texts := record(t)
	if len(texts) < 40 {
		t.Errorf("only %d statements were recorded", len(texts))
	}
	for _, text := range slices.Sorted(maps.Keys(texts)) {
		for _, step := range plan(t, p, text) {
			if scans(text, step) {
				t.Errorf("%s\n\t%s", text, step)
			}
		}
	}
}

// scans tells whether a step of a statement's plan reads a whole table or index. The lanes are few:
// those that a platform refuses right now.
func scans(text, step string) bool {
	what, found := strings.CutPrefix(step, "SCAN ")
	if !found || strings.HasPrefix(what, "lanes") || what == "m" || what == "waits" {
		return false // m and waits are the few rows of a subquery
	}
	walk := slices.ContainsFunc(walks, func(index string) bool { return strings.HasSuffix(what, " INDEX "+index) })
	return !walk || strings.Contains(text, " in (") // few are wanted, so they must be looked up
}

func TestScansAreFound(t *testing.T) {
	t.Parallel()
	p, _ := record(t)
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

// record runs a story with every method and returns the statements that ran.
func record(t *testing.T) (*pool, map[string]bool) {
	t.Helper()
	db, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r := recorder{db.pool, make(map[string]bool)}
	story(t, claimsql.New(r))
	return db.pool, r.texts
}

func story(t *testing.T, s *claimsql.Store) {
	t.Helper()
	ctx, at := t.Context(), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	chat := bot.Chat{Channel: "chat", Chat: "1"}
	in := bot.Inbound{ID: "in", Event: bot.Said{}}
	opened, err := s.OpenClaim(ctx, bot.EffectKey{Inbound: "1"}, claim.Claim{Opened: at, Lines: make([]claim.Line, 1)},
		func(claim.Claim) []bot.Inbound { return []bot.Inbound{in} })
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second one finds that it was done
		_, err = s.ChangeClaim(ctx, bot.EffectKey{Inbound: "2"}, opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
			c.Lines = nil
			return bot.ClaimChange{Claim: c, Events: make([]claim.Event, 1)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range filters() {
		_, err := s.FindClaims(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
	}
	_, _ = s.Claim(ctx, opened.ID)
	_, _ = s.Events(ctx, opened.ID)
	_, _ = s.Import(ctx, bot.Registration{Companies: make([]claim.Company, 1), Machines: make([]claim.Machine, 1), Parts: make([]claim.Part, 1)}, nil)
	_, _ = s.Machine(ctx, "")
	_, _ = s.NearMachines(ctx, "")
	_, _ = s.MachinesOf(ctx, "")
	_, _ = s.Company(ctx, "")
	_ = s.PutPerson(ctx, "chat", claim.Person{})
	_, _ = s.Person(ctx, "chat", "")
	_, _ = s.PutSnapshots(ctx, make([]bot.Snapshot, 1))
	_, _ = s.Snapshot(ctx, bot.Key{})
	_, _ = s.Quiet(ctx, at, 10)
	_, _ = s.Overdue(ctx, at, 10)
	_ = s.Post(ctx, in)
	_, _ = s.Take(ctx, at, at, 10)
	_, _ = s.Take(ctx, at, at, 0) // looks for what older programs have posted
	_ = s.SetAside(ctx, in, "")
	_ = s.Finish(ctx, in.Key(), at, in.ID)
	_ = s.Queue(ctx, chat, make([]bot.Outgoing, 1), at)
	_, _, _ = s.Drain(ctx, at, at, 1)
	_ = s.Drained(ctx, bot.Lane{Chat: chat}, []string{""}, at)
	_ = s.PutPlace(ctx, bot.Place{})
	_, _ = s.Place(ctx, "", chat)
	_ = s.OpenUpload(ctx, bot.Upload{ID: "u"})
	_, _ = s.Upload(ctx, "u")
	_, _ = s.BeginUpload(ctx, "u", "a", 1)
	_, _ = s.AddPart(ctx, "u", 0, bot.Part{Size: 1})
	_ = s.EndUpload(ctx, "u", bot.File{Hash: "h"}, in)
	_, _ = s.OldUploads(ctx, at, 10)
	_ = s.DropParts(ctx, "u")
	_ = s.MoveChat(ctx, "chat", "7", "-7")
	_, _ = s.Moved(ctx, "chat", "7")
	_ = s.NoteFile(ctx, bot.File{Hash: "h"})
	_, _ = s.Secret(ctx, "")
}

// filters are all combinations of a filter's fields.
func filters() (list []bot.ClaimFilter) {
	for i := range 1 << 5 {
		var f bot.ClaimFilter
		if i&1 != 0 {
			f.Channel, f.Person = "chat", "mei"
		}
		if i&2 != 0 {
			f.Company = "nuts"
		}
		if i&4 != 0 {
			f.Serial = "OS-1"
		}
		f.Pending = i&8 != 0
		if i&16 != 0 {
			f.Since = claim.Date{Year: 2026, Month: time.March, Day: 1}
		}
		list = append(list, f)
	}
	return list
}

// recorder notes the statements that go to a database.
type recorder struct {
	claimsql.DB
	texts map[string]bool
}

func (r recorder) with(f func(claimsql.Tx) error) func(claimsql.Tx) error {
	return func(tx claimsql.Tx) error { return f(recordingTx{tx, r.texts}) }
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
	texts map[string]bool
}

func (t recordingTx) Run(ctx context.Context, list ...claimsql.Statement) error {
	for _, s := range list {
		t.texts[s.SQL] = true
	}
	return t.Tx.Run(ctx, list...)
}
