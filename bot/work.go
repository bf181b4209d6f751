package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	workEvery = time.Second // how often due work is looked for when nothing pokes
	workBatch = 64
	// overdueAfter is how long after its time a timer counts as lost: what is woken in time is not looked at.
	overdueAfter = 5 * time.Second
	sideBySide   = 4 // loops that take from the inbox, and that drain lanes: a slow chat holds up only its own
)

// Poke lets [Engine.Run] look for due work at once.
func (e *Engine) Poke() {
	for _, poke := range e.pokes {
		select {
		case poke <- struct{}{}:
		default:
		}
	}
}

// Run works what is due - what waits in the inbox, timers, queued replies, reminders, calls for
// engineers - until ctx ends.
func (e *Engine) Run(ctx context.Context) error {
	jobs := []func(context.Context) (int, error){e.workTimers, e.workQuiet, e.workCalls, e.workUnconfirmed, e.workRooms, e.workWeekly}
	for range sideBySide {
		jobs = append(jobs, e.workInbox, e.workLanes)
	}
	var group errgroup.Group
	for i, job := range jobs {
		group.Go(func() error {
			e.loop(ctx, e.pokes[i], job)
			return nil
		})
	}
	return group.Wait()
}

// loop does one kind of work whenever there may be some.
func (e *Engine) loop(ctx context.Context, poke <-chan struct{}, job func(context.Context) (int, error)) {
	tick := time.NewTicker(workEvery)
	defer tick.Stop()
	for {
		n, err := job(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.WarnContext(ctx, "due work not finished, it is tried again", "err", err)
		}
		if n > 0 && err == nil && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-poke:
		}
	}
}

// Work does everything that is due now, once, and returns when nothing is left.
func (e *Engine) Work(ctx context.Context) error {
	for {
		did := 0
		var errs []error
		for _, job := range []func(context.Context) (int, error){e.workInbox, e.workTimers, e.workQuiet, e.workCalls, e.workUnconfirmed, e.workWeekly, e.workLanes} {
			n, err := job(ctx)
			did += n
			errs = append(errs, err)
		}
		if err := errors.Join(errs...); err != nil || did == 0 {
			return err
		}
	}
}

// workInbox works inbounds that wait: those of one conversation in order, different ones side by
// side.
func (e *Engine) workInbox(ctx context.Context) (int, error) {
	now := e.now()
	hold := now.Add(leaseTime)
	list, err := e.store.Take(ctx, now, hold, workBatch)
	if err != nil {
		return 0, fmt.Errorf("read inbox: %w", err)
	}
	var keys []Key
	byKey := map[Key][]Inbound{}
	for _, in := range list {
		if _, ok := byKey[in.Key()]; !ok {
			keys = append(keys, in.Key())
		}
		byKey[in.Key()] = append(byKey[in.Key()], in)
	}
	var group errgroup.Group
	group.SetLimit(e.workers)
	for _, k := range keys {
		group.Go(func() error { return e.workConversation(ctx, byKey[k], hold) })
	}
	return len(list), group.Wait()
}

// workConversation works inbounds of one conversation that is held until the given time, and gives it
// back.
func (e *Engine) workConversation(ctx context.Context, list []Inbound, hold time.Time) error {
	var done []string
	var err error
	for _, in := range list {
		if !e.now().Before(hold) { // somebody else may go on with it
			break
		}
		var ack Ack
		if ack, err = e.Handle(ctx, in); err != nil {
			break
		}
		if a, ok := e.adapters[in.To.Channel].(Acknowledger); ok && in.Order != 0 {
			a.Acknowledge(ctx, in, ack)
		}
		done = append(done, in.ID)
	}
	if finish := e.store.Finish(context.WithoutCancel(ctx), list[0].Key(), hold, done...); finish != nil {
		err = errors.Join(err, fmt.Errorf("finish inbounds: %w", finish))
	}
	return err
}

// workTimers wakes conversations whose timers are due or whose replies a crash left unsent, also those whose
// timers the session store has lost.
func (e *Engine) workTimers(ctx context.Context) (int, error) {
	now := e.now()
	keys, err := e.sessions.Due(ctx, now, workBatch)
	if err != nil {
		return 0, fmt.Errorf("read timers: %w", err)
	}
	lost, err := e.store.Overdue(ctx, now.Add(-overdueAfter), workBatch)
	if err != nil {
		return 0, fmt.Errorf("read lost timers: %w", err)
	}
	for _, k := range lost {
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	var errs []error // one that fails does not hold up the others
	for _, k := range keys {
		in := Inbound{
			ID: wakeID(k), Sent: now,
			From: Sender{ID: k.Person}, To: Address{Channel: k.Channel, Chat: k.Chat}, Event: Waited{},
		}
		_, err := e.Handle(ctx, in)
		errs = append(errs, err)
	}
	return len(keys), errors.Join(errs...)
}

// wakeID names the inbound that wakes a conversation.
func wakeID(k Key) string { return wakePrefix + k.String() }

// workQuiet reminds of drafts that wait for their person, once for each silence.
func (e *Engine) workQuiet(ctx context.Context) (int, error) {
	now := e.now()
	list, err := e.store.Quiet(ctx, now.Add(-e.policy().Intake.NudgeAfter), workBatch)
	if err != nil {
		return 0, fmt.Errorf("read quiet drafts: %w", err)
	}
	var errs []error
	for _, s := range list {
		f := e.draft(s)
		if f == nil {
			continue
		}
		in := Inbound{
			ID: fmt.Sprintf(nudgePrefix+"%s/%s/%d", s.Key, f.ID, s.Active.UnixMicro()), Sent: now,
			From: Sender{ID: s.Key.Person}, To: s.To,
			Event: Waited{Timer{Name: nudge, Frame: f.ID, Version: f.Version}},
		}
		_, err := e.Handle(ctx, in)
		errs = append(errs, err)
	}
	return 0, errors.Join(errs...) // what is still quiet afterwards is not looked at again at once
}

func (e *Engine) workLanes(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		more, err := e.drain(ctx)
		if err != nil || !more {
			return 0, err
		}
	}
}
