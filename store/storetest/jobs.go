package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// JobQueue is what does jobs.
type JobQueue interface {
	bot.Jobs
	// Run works jobs until ctx ends.
	Run(ctx context.Context, w bot.Workers) error
	// Idle tells whether no job is due or being worked.
	Idle(ctx context.Context) (bool, error)
}

// JobConfig says how a queue of this suite is opened.
type JobConfig struct {
	Now   func() time.Time
	Stop  time.Duration // for what is under way when the queue stops
	Clean []func(ctx context.Context) error
}

// Jobs checks a queue of jobs. open makes an empty database and returns what opens a queue on it, as each
// process does.
func Jobs(t *testing.T, open func(t *testing.T) func(c JobConfig) JobQueue) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(t *testing.T, p *plant)
	}{
		{"a job is worked once by one of two", jobsOnce},
		{"an ID that comes again adds no job", jobsAgain},
		{"jobs are there before anybody works them", jobsBefore},
		{"what fails is tried again, later each time", jobsRetry},
		{"the last attempt is told", jobsLast},
		{"what the platform refuses for now is tried when it says", jobsSnooze},
		{"a panic is tried again", jobsPanic},
		{"an alarm rings once, whichever replica is free", jobsRing},
		{"an alarm that does not ring is tried for some minutes", jobsRingLast},
		{"what is under way at a stop may finish", jobsFinish},
		{"what does not finish at a stop is given back", jobsStop},
		{"one of two cleans up", jobsClean},
		{"a cancelled context ends a call", jobsCancelled},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock := &clock{at: day(1)}
			open := open(t)
			c.run(t, &plant{t: t, clock: clock, open: open, config: JobConfig{Now: clock.now, Stop: time.Minute}})
		})
	}
}

// plant works jobs and notes what comes.
type plant struct {
	t      *testing.T
	clock  *clock
	open   func(c JobConfig) JobQueue
	config JobConfig

	mu     sync.Mutex
	worked []bot.Inbound
	lasts  []bool
	rung   []string
	fail   func(n int) error // of the nth call, from 1; nil = none
}

func (p *plant) fetch(_ context.Context, in bot.Inbound, last bool) error {
	p.mu.Lock()
	p.worked, p.lasts = append(p.worked, in), append(p.lasts, last)
	n, fail := len(p.worked), p.fail
	p.mu.Unlock()
	if fail != nil {
		return fail(n)
	}
	return nil
}

func (p *plant) ring(_ context.Context, alert string, last bool) error {
	p.mu.Lock()
	p.rung, p.lasts = append(p.rung, alert), append(p.lasts, last)
	n, fail := len(p.rung), p.fail
	p.mu.Unlock()
	if fail != nil {
		return fail(n)
	}
	return nil
}

func (p *plant) calls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.worked) + len(p.rung)
}

// start runs a queue until stop, which waits for its end, or the end of the test.
func (p *plant) start(q JobQueue, fetch func(ctx context.Context, in bot.Inbound, last bool) error) (stop func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.t.Context())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx, bot.Workers{Fetch: fetch, Ring: p.ring}) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("run: %v", err)
		}
	})
	p.t.Cleanup(stop)
	return stop
}

// settle waits until nothing is due, and then fails unless there have been so many calls.
func (p *plant) settle(q JobQueue, calls int) {
	p.t.Helper()
	p.until("no job is due", func() bool { return got(q.Idle(p.t.Context()))(p.t) })
	if have := p.calls(); have != calls {
		p.t.Fatalf("%d calls, want %d", have, calls)
	}
}

func (p *plant) until(what string, yes func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			p.t.Fatalf("waited too long until %s", what)
		}
	}
}

// fetched is a file that is to be fetched.
func fetched(id string) bot.Inbound {
	in := told(id)
	in.Event = bot.Fetched{Of: id, File: bot.File{Ref: "AgACAgIAAxkBAAI", Name: emoji, Size: 12}, Caption: emoji, Frame: "3"}
	return in
}

func jobsOnce(t *testing.T, p *plant) {
	t.Helper()
	a, b := p.open(p.config), p.open(p.config)
	p.start(a, p.fetch)
	p.start(b, p.fetch)
	var want []bot.Inbound
	for i := range 20 {
		want = append(want, fetched(name("in", i)))
	}
	must(t, a.Fetch(t.Context(), want[:10]...))
	must(t, b.Fetch(t.Context(), want[10:]...))
	must(t, b.Fetch(t.Context()))
	p.settle(a, len(want))
	slices.SortFunc(p.worked, func(a, b bot.Inbound) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	same(t, "worked", p.worked, want)
}

func jobsAgain(t *testing.T, p *plant) {
	t.Helper()
	q := p.open(p.config)
	other := fetched("a")
	other.From.Name = "somebody else"
	must(t, q.Fetch(t.Context(), fetched("a"), other, fetched("b")))
	must(t, q.Fetch(t.Context(), other))
	p.start(q, p.fetch)
	p.settle(q, 2)
	must(t, q.Fetch(t.Context(), fetched("a"), fetched("c"), fetched("b")))
	p.settle(q, 3)
}

func jobsBefore(t *testing.T, p *plant) {
	t.Helper()
	must(t, p.open(p.config).Fetch(t.Context(), fetched("a")))
	q := p.open(p.config)
	if got(q.Idle(t.Context()))(t) {
		t.Error("a job waits, but the queue is idle")
	}
	p.start(q, p.fetch)
	p.settle(q, 1)
	same(t, "worked", p.worked, []bot.Inbound{fetched("a")})
}

var errFetch = errors.New("connection reset")

func jobsRetry(t *testing.T, p *plant) {
	t.Helper()
	p.fail = func(n int) error {
		if n < 7 {
			return errFetch
		}
		return nil
	}
	q := p.open(p.config)
	p.start(q, p.fetch)
	must(t, q.Fetch(t.Context(), fetched("a")))
	p.settle(q, 1)
	for i := range 6 {
		p.clock.forward(2<<i*time.Second - time.Millisecond)
		p.settle(q, 1+i)
		p.clock.forward(time.Millisecond)
		p.settle(q, 2+i)
	}
	p.clock.forward(time.Hour)
	p.settle(q, 7)
}

func jobsLast(t *testing.T, p *plant) {
	t.Helper()
	p.fail = func(int) error { return errFetch }
	q := p.open(p.config)
	p.start(q, p.fetch)
	must(t, q.Fetch(t.Context(), fetched("a")))
	p.settle(q, 1)
	for i := range 11 {
		p.clock.forward(10 * time.Minute)
		p.settle(q, 2+i)
		same(t, "last", p.lasts[len(p.lasts)-1], i == 10)
	}
	same(t, "last", slices.Index(p.lasts, true), 11)
	must(t, q.Fetch(t.Context(), fetched("a")))
	p.clock.forward(time.Hour)
	p.settle(q, 12)
}

func jobsSnooze(t *testing.T, p *plant) {
	t.Helper()
	p.fail = func(n int) error {
		switch {
		case n <= 14: // more often than there are attempts
			return &bot.RetryAfterError{After: 40 * time.Second}
		case n == 15:
			return errFetch
		}
		return nil
	}
	q := p.open(p.config)
	p.start(q, p.fetch)
	must(t, q.Fetch(t.Context(), fetched("a")))
	p.settle(q, 1)
	p.clock.forward(40*time.Second - time.Millisecond)
	p.settle(q, 1)
	p.clock.forward(time.Millisecond)
	p.settle(q, 2)
	for i := range 13 {
		p.clock.forward(40 * time.Second)
		p.settle(q, 3+i)
	}
	p.clock.forward(2 * time.Second) // the first failure
	p.settle(q, 16)
	same(t, "last", slices.Contains(p.lasts, true), false)
}

func jobsPanic(t *testing.T, p *plant) {
	t.Helper()
	p.fail = func(n int) error {
		if n == 1 {
			panic("boom")
		}
		return nil
	}
	q := p.open(p.config)
	p.start(q, p.fetch)
	must(t, q.Fetch(t.Context(), fetched("a")))
	p.settle(q, 1)
	p.clock.forward(2 * time.Second)
	p.settle(q, 2)
}

func jobsFinish(t *testing.T, p *plant) {
	t.Helper()
	q := p.open(p.config)
	working, finish := make(chan struct{}), make(chan struct{})
	stop := p.start(q, func(ctx context.Context, in bot.Inbound, last bool) error {
		close(working)
		<-finish
		return errors.Join(ctx.Err(), p.fetch(ctx, in, last))
	})
	must(t, q.Fetch(t.Context(), fetched("a")))
	<-working
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	close(finish)
	<-stopped
	p.settle(q, 1)
	p.start(p.open(p.config), p.fetch)
	p.clock.forward(time.Hour)
	p.settle(q, 1)
}

func jobsStop(t *testing.T, p *plant) {
	t.Helper()
	p.config.Stop = time.Millisecond
	q := p.open(p.config)
	working := make(chan struct{})
	stop := p.start(q, func(ctx context.Context, _ bot.Inbound, _ bool) error {
		close(working)
		<-ctx.Done()
		return ctx.Err()
	})
	must(t, q.Fetch(t.Context(), fetched("a")))
	<-working
	stop()
	p.start(p.open(p.config), p.fetch)
	p.settle(q, 1) // at once
}

func jobsClean(t *testing.T, p *plant) {
	t.Helper()
	var mu sync.Mutex
	steps := make(map[string]int)
	step := func(name string, err error) func(context.Context) error {
		return func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			steps[name]++
			return err
		}
	}
	done := func(name string) int {
		mu.Lock()
		defer mu.Unlock()
		return steps[name]
	}
	p.config.Clean = []func(context.Context) error{step("first", errFetch), step("second", nil)}
	q := p.open(p.config)
	stop := p.start(q, p.fetch)
	p.start(p.open(p.config), p.fetch)
	p.until("it is clean", func() bool { return done("second") > 0 })
	p.settle(q, 0) // what is not noted as done is done again
	stop()         // the next one to lead does not clean again so soon
	p.settle(q, 0)
	same(t, "cleaned", []int{done("first"), done("second")}, []int{1, 1})
}

func jobsRing(t *testing.T, p *plant) {
	t.Helper()
	a, b := p.open(p.config), p.open(p.config)
	p.start(a, p.fetch)
	p.start(b, p.fetch)
	must(t, a.Ring(t.Context(), "one"))
	must(t, b.Ring(t.Context(), "one"))
	p.settle(a, 1)
	must(t, b.Ring(t.Context(), "one"))
	must(t, b.Ring(t.Context(), "two"))
	p.settle(a, 2)
	same(t, "rung", p.rung, []string{"one", "two"})
}

func jobsRingLast(t *testing.T, p *plant) {
	t.Helper()
	p.fail = func(n int) error {
		if n < 8 {
			return errFetch
		}
		return nil
	}
	q := p.open(p.config)
	p.start(q, p.fetch)
	must(t, q.Ring(t.Context(), "one"))
	began := p.clock.now()
	for n := 1; n < 8; n++ {
		p.settle(q, n)
		p.clock.forward(2 * time.Second << (n - 1))
	}
	p.settle(q, 8)
	same(t, "last", p.lasts, []bool{false, false, false, false, false, false, false, true})
	if took := p.clock.now().Sub(began); took > 5*time.Minute {
		t.Errorf("it took %s", took)
	}
}

func jobsCancelled(t *testing.T, p *plant) {
	t.Helper()
	q := p.open(p.config)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantErr(t, quickly(t, func() error { return q.Fetch(ctx, fetched("a")) }), context.Canceled)
	wantErr(t, quickly(t, func() error { return q.Ring(ctx, "a") }), context.Canceled)
	_, err := q.Idle(ctx)
	wantErr(t, err, context.Canceled)
	must(t, quickly(t, func() error { return q.Run(ctx, bot.Workers{Fetch: p.fetch, Ring: p.ring}) }))
	p.start(q, p.fetch)
	p.settle(q, 0)
}
