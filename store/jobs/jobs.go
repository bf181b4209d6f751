// Package jobs does what takes long or has to be tried again for hours, with River on the program's own
// database. Nothing else knows River. [Jobs] implements [bot.Jobs]: whichever replica is free works a job,
// one at a time, and what a replica had when it died goes to another.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"github.com/optoste/supportbot/bot"
)

// Keep is how long a finished job is remembered: an ID that comes again within this time adds none.
const Keep = 30 * 24 * time.Hour

const (
	workers   = 8                // jobs at once in a process, unless the configuration says otherwise
	timeout   = 2 * time.Minute  // of one attempt, unless the configuration says otherwise
	grace     = 30 * time.Second // between a timeout and the time when its process is taken for dead
	stopTime  = 5 * time.Second  // for what is under way, unless the configuration says otherwise
	testPoll  = 20 * time.Millisecond
	century   = 100 * 365 * 24 * time.Hour
	startWait = time.Second // before another try to start, while the database is away
	dueAtOnce = 1000        // jobs that Idle looks at
)

// Config says how jobs are done. The zero value will do.
type Config struct {
	Log     *slog.Logger                      // nil = silent
	Workers int                               // jobs at once in this process; 0 = 8
	Timeout time.Duration                     // of one attempt; 0 = two minutes
	Stop    time.Duration                     // for what is under way when the program stops; 0 = five seconds
	Clean   []func(ctx context.Context) error // done every hour, one after the other, by one of all replicas
	Now     func() time.Time                  // tests set it; nil = the real clock
}

// Jobs implements [bot.Jobs]. It is safe for concurrent use.
type Jobs struct{ queue queue }

var _ bot.Jobs = (*Jobs)(nil)

// queue is River on one technology.
type queue interface {
	insert(ctx context.Context, list []river.InsertManyParams) error
	run(ctx context.Context, w bot.Workers) error
	idle(ctx context.Context) (bool, error)
}

// Fetch implements [bot.Jobs] with one insert.
func (j *Jobs) Fetch(ctx context.Context, list ...bot.Inbound) error {
	if len(list) == 0 {
		return nil
	}
	var params []river.InsertManyParams
	seen := make(map[string]bool, len(list))
	for _, in := range list {
		if !seen[in.ID] {
			params = append(params, river.InsertManyParams{Args: fetchArgs{ID: in.ID, Inbound: in}})
		}
		seen[in.ID] = true
	}
	if err := j.queue.insert(ctx, params); err != nil {
		return fmt.Errorf("insert jobs: %w", err)
	}
	return nil
}

// Ring implements [bot.Jobs].
func (j *Jobs) Ring(ctx context.Context, alert string) error {
	if err := j.queue.insert(ctx, []river.InsertManyParams{{Args: ringArgs{ID: alert}}}); err != nil {
		return fmt.Errorf("insert job: %w", err)
	}
	return nil
}

// Run has w work jobs until ctx ends; what is under way may then finish for a few seconds, and is
// given back after that. While the database is away it waits.
//
// An error has its job tried again: a [*bot.RetryAfterError] of a file after the time it says, others
// after 2 s, 4 s, 8 s and so on, a file 12 times in all, an alarm 8 times, which takes some four minutes.
// last tells that it is not tried again, so that somebody can be told. w may get a job again that it has
// worked.
func (j *Jobs) Run(ctx context.Context, w bot.Workers) error { return j.queue.run(ctx, w) }

// Idle tells whether no job is due or being worked, on any replica. It makes due what became due, without
// waiting for River to look, so tests can move their clock and ask until it says yes.
func (j *Jobs) Idle(ctx context.Context) (bool, error) {
	idle, err := j.queue.idle(ctx)
	if err != nil {
		return false, fmt.Errorf("look for jobs: %w", err)
	}
	return idle, nil
}

// rivers implements queue.
type rivers[Tx any] struct {
	driver  riverdriver.Driver[Tx]
	config  Config
	poll    time.Duration // how often to look for jobs where nobody tells; 0 = the database tells
	quiet   *river.Client[Tx]
	working atomic.Pointer[river.Client[Tx]] // nil = Run does not run
	alive   *alive                           // nil = there is one process only
}

func newQueue[Tx any](driver riverdriver.Driver[Tx], c Config, poll time.Duration) (*rivers[Tx], error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Workers == 0 {
		c.Workers = workers
	}
	if c.Timeout == 0 {
		c.Timeout = timeout
	}
	if c.Stop == 0 {
		c.Stop = stopTime
	}
	q := &rivers[Tx]{driver: driver, config: c, poll: poll}
	var err error
	q.quiet, err = river.NewClient(driver, q.settings())
	return q, err
}

// settings are those of a client that works nothing.
func (q *rivers[Tx]) settings() *river.Config {
	s := &river.Config{
		CancelledJobRetentionPeriod: Keep,
		CompletedJobRetentionPeriod: Keep,
		DiscardedJobRetentionPeriod: Keep,
		FetchPollInterval:           q.poll,
		JobTimeout:                  q.config.Timeout,
		Logger:                      slog.New(warnings{q.config.Log.Handler()}),
		MaxAttempts:                 attempts + 1, // one more for a process that dies in the last one
		PollOnly:                    q.poll > 0,
		RescueStuckJobsAfter:        q.config.Timeout + grace,
		RetryPolicy:                 backoff{q.now},
		SoftStopTimeout:             q.config.Stop,
	}
	if q.config.Now != nil {
		s.Test.Time = clock(q.config.Now)
		s.TestOnly = true // nothing starts later than it could
		s.FetchCooldown, s.FetchPollInterval = testPoll, testPoll
		// What looks for old jobs goes by the machine's clock all the same: let it find none.
		s.CancelledJobRetentionPeriod, s.CompletedJobRetentionPeriod, s.DiscardedJobRetentionPeriod = -1, -1, -1
		s.RescueStuckJobsAfter = century
	}
	return s
}

func (q *rivers[Tx]) now() time.Time {
	if q.config.Now != nil {
		return q.config.Now()
	}
	return time.Now() //nolint:forbidigo // River goes by the real clock as well where no other is given
}

func (q *rivers[Tx]) insert(ctx context.Context, list []river.InsertManyParams) error {
	client := q.quiet
	if working := q.working.Load(); working != nil { // it looks at once
		client = working
	}
	_, err := client.InsertMany(ctx, list)
	return err
}

func (q *rivers[Tx]) run(ctx context.Context, w bot.Workers) error {
	for {
		client, err := q.client(w)
		if err != nil {
			return fmt.Errorf("prepare jobs: %w", err)
		}
		if err = client.Start(ctx); err == nil {
			q.working.Store(client)
			q.stay(ctx, client)
			<-client.Stopped()
			q.working.CompareAndSwap(client, nil)
			return nil
		}
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was told to stop
		}
		q.config.Log.WarnContext(ctx, "jobs are not worked, the database does not answer", "err", err)
		wait := time.NewTimer(startWait)
		select {
		case <-ctx.Done():
		case <-wait.C:
		}
		wait.Stop()
	}
}

// stay shows that the process lives until ctx ends.
func (q *rivers[Tx]) stay(ctx context.Context, client *river.Client[Tx]) {
	if q.alive != nil && q.config.Now == nil {
		q.alive.stay(ctx, client.ID())
	}
}

// client makes one that works.
func (q *rivers[Tx]) client(w bot.Workers) (*river.Client[Tx], error) {
	s := q.settings()
	s.Workers = river.NewWorkers()
	err := errors.Join(
		river.AddWorkerSafely(s.Workers, &fetchWorker{fetch: w.Fetch, log: q.config.Log}),
		river.AddWorkerSafely(s.Workers, &ringWorker{ring: w.Ring, log: q.config.Log}),
		river.AddWorkerSafely(s.Workers, &cleanWorker{steps: q.config.Clean, log: q.config.Log}))
	if err != nil {
		return nil, err
	}
	s.Queues = map[string]river.QueueConfig{
		river.QueueDefault: {MaxWorkers: q.config.Workers},
		cleanQueue:         {MaxWorkers: 1, FetchPollInterval: cleanPoll},
	}
	if len(q.config.Clean) > 0 {
		s.PeriodicJobs = []*river.PeriodicJob{hourly()}
	}
	return river.NewClient(q.driver, s)
}

// pending are the states of a job that is not finished.
var pending = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

func (q *rivers[Tx]) idle(ctx context.Context) (bool, error) {
	now := q.now()
	if _, err := q.driver.GetExecutor().JobSchedule(ctx, &riverdriver.JobScheduleParams{Max: dueAtOnce, Now: &now}); err != nil {
		return false, err
	}
	found, err := q.quiet.JobList(ctx, river.NewJobListParams().States(pending...).First(dueAtOnce))
	if err != nil {
		return false, err
	}
	for _, job := range found.Jobs {
		if job.State == rivertype.JobStateRunning || !job.ScheduledAt.After(now) {
			return false, nil
		}
	}
	return true, nil
}

// clock implements rivertype.TimeGenerator.
type clock func() time.Time

func (c clock) Now() time.Time { return c() }

func (c clock) NowOrNil() *time.Time {
	now := c()
	return &now
}

// warnings is a log of what somebody may have to act on.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
