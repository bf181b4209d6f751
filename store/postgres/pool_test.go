//go:build !embedded && unix

package postgres_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/internal/claimsql"
	"github.com/optoste/supportbot/store/postgres"
)

var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// do is a statement of which no row is of interest.
func do(sql string, args ...any) claimsql.Statement { return claimsql.Statement{SQL: sql, Args: args} }

// fetch is a statement that puts one text into *s.
func fetch(s *string, sql string) claimsql.Statement {
	return claimsql.Statement{SQL: sql, Row: func(scan func(dest ...any) error) error { return scan(s) }}
}

func openClaim(tb testing.TB, db *postgres.DB) claim.Claim {
	tb.Helper()
	c, err := db.OpenClaim(tb.Context(), bot.EffectKey{Inbound: "1"}, claim.Claim{Opened: noon, Lines: make([]claim.Line, 1)}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// TestChangesOfTwoReplicas lets 16 writers of two processes change one claim, its lines and all.
func TestChangesOfTwoReplicas(t *testing.T) {
	t.Parallel()
	one, address := open(t)
	two, err := postgres.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	opened := openClaim(t, one)
	const writers = 16
	var all errgroup.Group
	for i := range writers {
		db := []*postgres.DB{one, two}[i%2]
		all.Go(func() error {
			name := strconv.Itoa(i)
			_, err := db.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "change " + name}, opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
				c.Lines = append(c.Lines, claim.Line{Serial: claim.Serial(name)})
				then := []bot.Inbound{{ID: "same", Event: bot.Said{}}, {ID: name, Event: bot.Said{}}}
				return bot.ClaimChange{Claim: c, Events: make([]claim.Event, 2), Then: then}, nil
			})
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	c, err := two.Claim(t.Context(), opened.ID)
	if err != nil || c.Version != 1+writers || len(c.Lines) != 1+writers {
		t.Errorf("version %d with %d lines, %v; want %d and %d", c.Version, len(c.Lines), err, 1+writers, 1+writers)
	}
	for sql, want := range map[string]int{
		`select serial from claim_lines`: 1 + writers,
		`select claim from events`:       1 + 2*writers,
		`select id from inbox`:           1 + writers,
	} {
		if have := len(query(t, address, sql)); have != want {
			t.Errorf("%s: %d rows, want %d", sql, have, want)
		}
	}
}

// TestTransactions looks at how the three kinds begin.
func TestTransactions(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	kinds := postgres.Transactions(db)
	for name, c := range map[string]struct {
		run  func(ctx context.Context, f func(claimsql.Tx) error) error
		want string // isolation, read only, synchronous commit
	}{
		"read":  {kinds.Read, "repeatable read on on"},
		"write": {kinds.Write, "read committed off on"},
		"trail": {kinds.Trail, "read committed off off"},
	} {
		for range 2 { // nothing stays in the connection
			var isolation, readOnly, commit string
			err := c.run(t.Context(), func(tx claimsql.Tx) error {
				return tx.Run(t.Context(), fetch(&isolation, `show transaction_isolation`),
					fetch(&readOnly, `show transaction_read_only`), fetch(&commit, `show synchronous_commit`))
			})
			if have := isolation + " " + readOnly + " " + commit; have != c.want || err != nil {
				t.Errorf("%s: %q, %v; want %q", name, have, err, c.want)
			}
		}
	}
}

// TestReadRunsOnce refuses what would see two states.
func TestReadRunsOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	err := postgres.Transactions(db).Read(t.Context(), func(tx claimsql.Tx) error {
		if err := tx.Run(t.Context(), do(`select 1`)); err != nil {
			t.Error(err)
		}
		return tx.Run(t.Context(), do(`select 1`))
	})
	if err == nil {
		t.Error("a second Run was taken")
	}
}

// TestRunStopsAtTheFirstError is about an error of a statement and of a row, among others.
func TestRunStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	errRow := errors.New("row is not liked")
	put := do(`insert into secrets values ('a', '')`)
	for name, bad := range map[string]claimsql.Statement{
		"SQLSTATE 22012": do(`select 1 / 0`),
		errRow.Error():   {SQL: `select 1`, Row: func(func(dest ...any) error) error { return errRow }},
	} {
		after := 0
		count := claimsql.Statement{SQL: `select 1`, Row: func(func(dest ...any) error) error { after++; return nil }}
		err := postgres.Transactions(db).Write(t.Context(), func(tx claimsql.Tx) error { return tx.Run(t.Context(), put, bad, count) })
		if err == nil || !strings.Contains(err.Error(), name) || after > 0 {
			t.Errorf("error %v with %d rows after it, want %s", err, after, name)
		}
	}
	if list := query(t, address, `select name from secrets`); len(list) > 0 {
		t.Errorf("stored: %q", list)
	}
}

// TestInTheWay fails some times in a manner that only concurrency explains.
func TestInTheWay(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	kinds := postgres.Transactions(db)
	runs := func(run func(context.Context, func(claimsql.Tx) error) error, code string, times int) (n int, err error) {
		err = run(t.Context(), func(tx claimsql.Tx) error {
			n++
			if err := tx.Run(t.Context(), do(`insert into counters values ('`+code+`', 1) on conflict (name) do update set n = counters.n + 1`)); err != nil || n > times {
				return err
			}
			return tx.Run(t.Context(), do(`do $$ begin raise exception using errcode = '`+code+`'; end $$`))
		})
		return n, err
	}
	for _, code := range []string{"40001", "40P01"} {
		if n, err := runs(kinds.Write, code, 3); n != 4 || err != nil {
			t.Errorf("write with %s ran %d times, %v; want 4", code, n, err)
		}
		if n, err := runs(kinds.Trail, code, 1); n != 2 || err != nil {
			t.Errorf("trail with %s ran %d times, %v; want 2", code, n, err)
		}
		if n, err := runs(kinds.Write, code, 1000); n > 20 || err == nil {
			t.Errorf("write that always fails with %s ran %d times, %v", code, n, err)
		}
	}
	if n, err := runs(kinds.Write, "23505", 1); n != 1 || err == nil {
		t.Errorf("write with a fault ran %d times, %v; want 1", n, err)
	}
	if rows := query(t, address, `select name || ' ' || n from counters order by 1`); strings.Join(rows, ",") != "40001 2,40P01 2" {
		t.Errorf("stored %q", rows)
	}
}

// TestDeadlock lets two transactions lock two rows crosswise, at the first try.
func TestDeadlock(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	query(t, address, `insert into counters values ('a', 0), ('b', 0)`)
	var both sync.WaitGroup
	both.Add(2)
	var all errgroup.Group
	for _, names := range [][]any{{"a", "b"}, {"b", "a"}} {
		met := false
		all.Go(func() error {
			return postgres.Transactions(db).Write(t.Context(), func(tx claimsql.Tx) error {
				for _, name := range names {
					if err := tx.Run(t.Context(), do(`update counters set n = n + 1 where name = $1`, name)); err != nil {
						return err
					}
					if !met {
						met = true
						both.Done()
						both.Wait()
					}
				}
				return nil
			})
		})
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
	if rows := query(t, address, `select n::text from counters`); strings.Join(rows, ",") != "2,2" {
		t.Errorf("counters %q, want 2 and 2", rows)
	}
}

// TestCancelledWhileItWaits gives up behind a row that somebody else holds.
func TestCancelledWhileItWaits(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	opened := openClaim(t, db)
	note := func(c claim.Claim) (bot.ClaimChange, error) { return bot.ClaimChange{Claim: c}, nil }
	err := postgres.Transactions(db).Write(t.Context(), func(tx claimsql.Tx) error {
		if err := tx.Run(t.Context(), do(`update claims set version = version`)); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := db.ChangeClaim(ctx, bot.EffectKey{Inbound: "2"}, opened.ID, note)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want %v", err, context.DeadlineExceeded)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := db.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "2"}, opened.ID, note); err != nil || c.Version != 2 {
		t.Errorf("version %d, %v; want 2", c.Version, err)
	}
}

// kill ends all connections to a database but its own, and waits for it.
func kill(t *testing.T, address string) {
	t.Helper()
	for _, ended := range query(t, address, `select pg_terminate_backend(pid, 10000)::text from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`) {
		if ended != "true" {
			t.Fatal("a connection goes on")
		}
	}
}

func TestConnectionLostInAChange(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	opened := openClaim(t, db)
	key := bot.EffectKey{Inbound: "2"}
	tries := 0
	change := func(c claim.Claim) (bot.ClaimChange, error) {
		if tries++; tries == 1 {
			kill(t, address)
		}
		return bot.ClaimChange{Claim: c, Events: make([]claim.Event, 1)}, nil
	}
	if _, err := db.ChangeClaim(t.Context(), key, opened.ID, change); err == nil || errors.Is(err, bot.ErrConflict) {
		t.Errorf("error %v, want one of the connection", err)
	}
	c, err := db.ChangeClaim(t.Context(), key, opened.ID, change)
	if err != nil || c.Version != 2 || tries != 2 {
		t.Errorf("version %d, %v, in %d tries; want 2 in 2", c.Version, err, tries)
	}
}

// TestServerGoesAway ends all of many idle connections: one call learns of it, the others get new
// ones.
func TestServerGoesAway(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	const many = 8
	var met sync.WaitGroup
	met.Add(many)
	var all errgroup.Group
	for range many {
		all.Go(func() error {
			return postgres.Transactions(db).Write(t.Context(), func(tx claimsql.Tx) error {
				met.Done()
				met.Wait()
				return tx.Run(t.Context(), do(`select 1`))
			})
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	kill(t, address)
	failed := 0
	for range 2 * many {
		if err := db.PutPerson(t.Context(), "chat", claim.Person{ID: "mei"}); err != nil {
			failed++
		}
	}
	if failed > 1 {
		t.Errorf("%d calls failed, want one at most", failed)
	}
}
