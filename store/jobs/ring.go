package jobs

import (
	"context"
	"errors"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// ringAttempts are those of one alarm. Whoever waits for it should hear soon that it does not ring.
const ringAttempts = 8

// ringArgs are the arguments of a job that rings an alarm. It is the same job for ever by its ID.
type ringArgs struct {
	ID string `json:"id" river:"unique"`
}

// Kind implements river.JobArgs.
func (ringArgs) Kind() string { return "ring_alarm" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (ringArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: rivertype.JobStates()}}
}

// ringWorker works ringArgs.
type ringWorker struct {
	river.WorkerDefaults[ringArgs]
	ring func(ctx context.Context, alert string, last bool) error
	log  *slog.Logger
}

// Work implements river.Worker.
func (w *ringWorker) Work(ctx context.Context, job *river.Job[ringArgs]) error {
	last := job.Attempt >= ringAttempts
	err := w.ring(ctx, job.Args.ID, last)
	if err != nil && !errors.Is(ctx.Err(), context.Canceled) { // else the program stops
		w.log.WarnContext(ctx, "alarm not rung, it is tried again", "alert", job.Args.ID, "attempt", job.Attempt, "err", err)
	}
	return err
}
