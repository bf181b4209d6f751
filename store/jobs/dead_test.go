//go:build !embedded && unix

package jobs_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/store/jobs"
)

// TestJobOfTheDead gives the job of a process that was killed to another within seconds, and leaves that of
// one that lives, however long it takes.
func TestJobOfTheDead(t *testing.T) {
	t.Parallel()
	server, err := servers.StartPostgres()
	must(t, err)
	t.Cleanup(func() { server.Close() })
	url, err := server.Create(t.Context(), "jobs", "")
	must(t, err)
	pool, err := pgxpool.New(t.Context(), url)
	must(t, err)
	t.Cleanup(pool.Close)
	must(t, jobs.MigratePostgres(t.Context(), pool))

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	worked := make(chan string, 10)
	run := func(fetch func(context.Context, bot.Inbound, bool) error) *jobs.Jobs {
		t.Helper()
		q, err := jobs.OpenPostgres(t.Context(), pool, jobs.Config{})
		must(t, err)
		go func() { ended <- q.Run(ctx, bot.Workers{Fetch: fetch}) }()
		return q
	}
	slow := run(func(ctx context.Context, in bot.Inbound, _ bool) error {
		worked <- "slow: " + in.ID
		<-ctx.Done()
		return ctx.Err()
	})
	must(t, slow.Fetch(t.Context(), fetched("long")))
	if got := next(t, worked); got != "slow: long" {
		t.Fatal(got)
	}
	must(t, slow.Fetch(t.Context(), fetched("dead")))
	if got := next(t, worked); got != "slow: dead" {
		t.Fatal(got)
	}
	_, err = pool.Exec(t.Context(), `update river_job set attempted_at = now() - interval '1 minute' where state = 'running'`)
	must(t, err)
	_, err = pool.Exec(t.Context(), `update river_job set attempted_by = array['killed'] where args ->> 'id' = 'dead'`)
	must(t, err)
	run(func(_ context.Context, in bot.Inbound, _ bool) error {
		worked <- "other: " + in.ID
		return nil
	})
	if got := next(t, worked); got != "other: dead" && got != "slow: dead" {
		t.Error(got)
	}
	tick := time.NewTicker(jobs.AliveEvery)
	defer tick.Stop()
	for range 2 { // two more looks, and the other one would have had the long job long ago
		must(t, slow.Fetch(t.Context(), fetched("more"+time.Now().String())))
		if got := next(t, worked); got == "other: long" || got == "slow: long" {
			t.Errorf("%s again, though its process lives", got)
		}
		<-tick.C
	}
	cancel()
	for range 2 {
		must(t, <-ended)
	}
}

func next(t *testing.T, worked <-chan string) string {
	t.Helper()
	select {
	case id := <-worked:
		return id
	case <-time.After(30 * time.Second):
		t.Fatal("no job was worked")
		return ""
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
