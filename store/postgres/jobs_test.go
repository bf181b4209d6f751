//go:build !embedded && unix

package postgres_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/postgres"
	"github.com/optoste/supportbot/store/storetest"
)

func TestJobs(t *testing.T) {
	t.Parallel()
	storetest.Jobs(t, func(t *testing.T) func(storetest.JobConfig) storetest.JobQueue {
		t.Helper()
		db, _ := open(t)
		return func(c storetest.JobConfig) storetest.JobQueue {
			return openJobs(t, db, jobs.Config{Now: c.Now, Stop: c.Stop, Clean: c.Clean})
		}
	})
}

func openJobs(t *testing.T, db *postgres.DB, c jobs.Config) *jobs.Jobs {
	t.Helper()
	q, err := jobs.OpenPostgres(t.Context(), db.Pool(), c)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

var fetched = bot.Inbound{ID: "a", From: bot.Sender{ID: "mei"}, Event: bot.Fetched{Of: "a", File: bot.File{Ref: "r"}}}

// TestJobOfAStuckReplica leaves a job as a process does that is stuck while it works, and shows all the same that it
// lives: that of one that was killed is given to another at once, by package jobs.
func TestJobOfAStuckReplica(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	q := openJobs(t, db, jobs.Config{Timeout: time.Minute})
	if err := q.Fetch(t.Context(), fetched); err != nil {
		t.Fatal(err)
	}
	life, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer life.Close(t.Context())
	if _, err := life.Exec(t.Context(), `select pg_advisory_lock(8351, hashtext('stuck'))`); err != nil { // as store/jobs/dead.go does
		t.Fatal(err)
	}
	query(t, address, `update river_job set state = 'running', attempt = 1, attempted_at = now() - interval '61 seconds', attempted_by = '{stuck}'`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	worked := make(chan bot.Inbound, 10)
	var running errgroup.Group
	running.Go(func() error {
		return q.Run(ctx, func(_ context.Context, in bot.Inbound, _ bool) error {
			worked <- in
			return nil
		})
	})
	other := fetched
	other.ID = "b"
	if err := q.Fetch(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if in := <-worked; in.ID != "b" {
		t.Errorf("%s was worked before its time was over", in.ID)
	}
	cancel()
	if err := running.Wait(); err != nil {
		t.Fatal(err)
	}

	query(t, address, `update river_job set attempted_at = now() - interval '91 seconds' where state = 'running'`)
	ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	running.Go(func() error {
		return q.Run(ctx, func(_ context.Context, in bot.Inbound, _ bool) error {
			worked <- in
			return nil
		})
	})
	select {
	case in := <-worked:
		if in.ID != "a" {
			t.Errorf("%s was worked", in.ID)
		}
	case <-ctx.Done():
		t.Error("nobody took the job of a stuck process")
	}
	cancel()
	if err := running.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestMigrateJobsAtOnce(t *testing.T) {
	t.Parallel()
	address := database(t, "template0")
	var all errgroup.Group
	for range 3 {
		all.Go(func() error { return postgres.Migrate(t.Context(), address, jobs.MigratePostgres) })
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	rows := query(t, address, `select version::text from river_migration order by version`)
	if twice := slices.Compact(slices.Clone(rows)); len(rows) < 6 || len(twice) < len(rows) {
		t.Errorf("migrations of the jobs that ran: %q", rows)
	}
}

func TestJobsOutdated(t *testing.T) {
	t.Parallel()
	address := database(t, "template0")
	if err := postgres.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	refuses := func() {
		t.Helper()
		db, err := postgres.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		_, err = jobs.OpenPostgres(t.Context(), db.Pool(), jobs.Config{})
		if !errors.Is(err, jobs.ErrOutdated) || !strings.Contains(err.Error(), "supportbot migrate") {
			t.Errorf("error %v, want one that tells to run supportbot migrate", err)
		}
	}
	refuses()
	if err := postgres.Migrate(t.Context(), address, jobs.MigratePostgres); err != nil {
		t.Fatal(err)
	}
	query(t, address, `delete from river_migration where version = (select max(version) from river_migration)`)
	refuses()
}

// TestMigrateOthersFails: what others could not do is told, and the lock is free for the next try.
func TestMigrateOthersFails(t *testing.T) {
	t.Parallel()
	address := database(t, template)
	no := errors.New("no")
	for range 2 {
		err := postgres.Migrate(t.Context(), address, func(context.Context, *pgxpool.Pool) error { return no })
		if !errors.Is(err, no) {
			t.Errorf("error %v, want %v", err, no)
		}
	}
}
