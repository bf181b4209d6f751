package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/optoste/supportbot/bot"
)

const (
	attempts   = 12 // of one file
	firstPause = 2 * time.Second
	longPause  = 10 * time.Minute
)

// fetchArgs are the arguments of a job that fetches a file. It is the same job for ever by its ID, in
// whatever state it is.
type fetchArgs struct {
	ID      string      `json:"id" river:"unique"`
	Inbound bot.Inbound `json:"inbound"`
}

// Kind implements river.JobArgs.
func (fetchArgs) Kind() string { return "fetch_file" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (fetchArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: rivertype.JobStates()}}
}

// fetchWorker works fetchArgs.
type fetchWorker struct {
	river.WorkerDefaults[fetchArgs]
	fetch func(ctx context.Context, in bot.Inbound, last bool) error
	log   *slog.Logger
}

// Work implements river.Worker.
func (w *fetchWorker) Work(ctx context.Context, job *river.Job[fetchArgs]) error {
	last := job.Attempt >= attempts
	err := w.fetch(ctx, job.Args.Inbound, last)
	var retry *bot.RetryAfterError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &retry):
		return river.JobSnooze(max(0, retry.After)) // does not count as an attempt
	case errors.Is(ctx.Err(), context.Canceled): // the program stops
		return err
	}
	w.log.WarnContext(ctx, "file not fetched", "in", job.Args.ID, "attempt", job.Attempt, "last", last, "err", err)
	if last {
		return river.JobCancel(err)
	}
	return err
}

// backoff implements river.ClientRetryPolicy.
type backoff struct{ now func() time.Time }

// NextRetry implements river.ClientRetryPolicy.
func (b backoff) NextRetry(job *rivertype.JobRow) time.Time {
	pause := firstPause
	for range job.Attempt - 1 {
		pause = min(2*pause, longPause)
	}
	return b.now().Add(pause)
}
