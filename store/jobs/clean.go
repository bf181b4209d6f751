package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

const (
	cleanQueue = "clean"
	cleanEvery = time.Hour
	cleanPoll  = 5 * time.Second
)

// cleanArgs are the arguments of the job that cleans up.
type cleanArgs struct{}

// Kind implements river.JobArgs.
func (cleanArgs) Kind() string { return "clean" }

// InsertOpts implements river.JobArgsWithInsertOpts: once an hour, however often replicas start.
func (cleanArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		MaxAttempts: 1,
		Queue:       cleanQueue,
		UniqueOpts:  river.UniqueOpts{ByPeriod: cleanEvery, ByState: rivertype.JobStates()},
	}
}

// hourly has the leader of all replicas insert the job.
func hourly() *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(cleanEvery),
		func() (river.JobArgs, *river.InsertOpts) { return cleanArgs{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true})
}

// cleanWorker works cleanArgs.
type cleanWorker struct {
	river.WorkerDefaults[cleanArgs]
	steps []func(ctx context.Context) error
	log   *slog.Logger
}

// Work implements river.Worker. A step that fails is done again in an hour; it does not hold up the others.
func (w *cleanWorker) Work(ctx context.Context, _ *river.Job[cleanArgs]) error {
	var errs []error
	for _, step := range w.steps {
		errs = append(errs, step(ctx))
	}
	err := errors.Join(errs...)
	if err != nil {
		w.log.WarnContext(ctx, "not everything was cleaned up", "err", err)
	}
	return err
}
