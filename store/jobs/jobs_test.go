package jobs_test

import (
	"context"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/sqlite"
)

// The suite of storetest runs in the packages of the databases. Here stands what is special to one.

func open(t *testing.T, db *sqlite.DB, c jobs.Config) *jobs.Jobs {
	t.Helper()
	q, err := jobs.OpenSQLite(t.Context(), db.Writer(), c)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func fetched(id string) bot.Inbound {
	return bot.Inbound{ID: id, From: bot.Sender{ID: "mei"}, Event: bot.Fetched{Of: id, File: bot.File{Ref: "r"}}}
}

// work runs a queue until it has worked so many jobs, and returns them with their attempts' end.
func work(t *testing.T, q *jobs.Jobs, n int) (ids []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	worked := make(chan string, 100)
	done := make(chan error, 1)
	go func() {
		done <- q.Run(ctx, bot.Workers{Fetch: func(_ context.Context, in bot.Inbound, _ bool) error {
			worked <- in.ID
			return nil
		}})
	}()
	for range n {
		select {
		case id := <-worked:
			ids = append(ids, id)
		case <-ctx.Done():
			t.Fatal("a job was not worked")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestRestartAfterKill finds the job that a killed process had, and the leadership it had, at once.
func TestRestartAfterKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := open(t, db, jobs.Config{}).Fetch(t.Context(), fetched("a")); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Writer().ExecContext(t.Context(), `update river_job set state = 'running', attempt = 1, attempted_at = current_timestamp;
		insert into river_leader (leader_id, elected_at, expires_at) values ('dead', current_timestamp, datetime('now', '1 hour'))`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = sqlite.Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	cleaned := make(chan struct{}, 1)
	q := open(t, db, jobs.Config{Clean: []func(context.Context) error{func(context.Context) error {
		cleaned <- struct{}{}
		return nil
	}}})
	if ids := work(t, q, 1); ids[0] != "a" {
		t.Errorf("worked %q", ids)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- q.Run(ctx, bot.Workers{Fetch: func(context.Context, bot.Inbound, bool) error { return nil }})
	}()
	select { // only the leader cleans
	case <-cleaned:
	case <-time.After(30 * time.Second):
		t.Error("a dead process leads")
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestStoreBesideJobs uses the store while jobs run on its connection: neither waits for the other for
// ever, nor for long.
func TestStoreBesideJobs(t *testing.T) {
	t.Parallel()
	db, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	q := open(t, db, jobs.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	worked := make(chan error, 200)
	go func() {
		done <- q.Run(ctx, bot.Workers{Fetch: func(ctx context.Context, in bot.Inbound, _ bool) error {
			err := db.Post(ctx, in)
			worked <- err
			return err
		}})
	}()
	for i := range 200 {
		in := fetched(strings.Repeat("x", 1+i))
		if err := q.Fetch(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if err := db.PutPlace(t.Context(), bot.Place{Claim: "C-2603-0001", Message: bot.MessageID(in.ID)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 200 {
		if err := <-worked; err != nil {
			t.Error(err)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); err != nil { // the database in memory has outlived the stop
		t.Error(err)
	}
	list, err := db.Take(t.Context(), time.Unix(0, 0), time.Unix(0, 0), 1000)
	if err != nil || len(list) != 16 {
		t.Errorf("%d inbounds were posted, %v", len(list), err)
	}
}

// TestErrorsAreLoggedOnce has a file fail: one warning, and nothing of River's own.
func TestErrorsAreLogged(t *testing.T) {
	t.Parallel()
	db, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var text strings.Builder
	q := open(t, db, jobs.Config{Log: slog.New(slog.NewTextHandler(&text, nil))})
	if err := q.Fetch(t.Context(), fetched("a")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	failed := make(chan struct{})
	go func() {
		done <- q.Run(ctx, bot.Workers{Fetch: func(context.Context, bot.Inbound, bool) error {
			close(failed)
			return context.DeadlineExceeded
		}})
	}()
	<-failed
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(text.String(), "\n"); n != 1 || !strings.Contains(text.String(), `level=WARN msg="file not fetched" in=a attempt=1 last=false`) {
		t.Errorf("logged:\n%s", &text)
	}
}

// TestStopLeavesNothing is not parallel: it counts the goroutines of the process.
func TestStopLeavesNothing(t *testing.T) { //nolint:paralleltest // see above
	db, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	q := open(t, db, jobs.Config{Clean: []func(context.Context) error{func(context.Context) error { return nil }}})
	before := runtime.NumGoroutine()
	for i := range 3 {
		id := strings.Repeat("x", 1+i)
		if err := q.Fetch(t.Context(), fetched(id)); err != nil {
			t.Fatal(err)
		}
		work(t, q, 1)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		if runtime.NumGoroutine() <= before {
			return
		}
		<-tick.C
	}
	buf := make([]byte, 1<<20)
	t.Errorf("%d goroutines became %d:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}
