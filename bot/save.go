package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// save stores the session, and its snapshot beside it, before anything is said. It returns
// whether the reply's chat has messages waiting, so that the reply must wait behind them.
func (e *Engine) save(ctx context.Context, s *Session) (queued map[Chat]bool, err error) {
	now := e.now()
	s.Epoch = s.Current
	if len(s.Unsent) > 0 { // what was said before comes too late now
		s.Said = nil
	}
	kept := *s
	kept.Version++
	kept.Said = slices.Concat(s.Said, s.Unsent)
	snapshot := make(chan error, 1)
	go func() {
		var err error
		queued, err = e.batch.add(ctx, e.snapshot(kept))
		snapshot <- err
	}()
	err = e.sessions.Save(ctx, *s, s.Wake(now.Add(leaseTime)), leaseTime)
	if serr := <-snapshot; serr != nil && err == nil {
		// The session store has moved on; the database has not. The redelivered inbound is known
		// then, and its replies are sent from the session store.
		return nil, fmt.Errorf("save snapshot: %w", serr)
	}
	if err != nil {
		if errors.Is(err, ErrConflict) {
			return nil, err
		}
		return nil, fmt.Errorf("save session: %w", err)
	}
	s.Version++
	return queued, nil
}

// snapshot is what the database keeps of a session.
func (e *Engine) snapshot(s Session) Snapshot {
	snap := Snapshot{Session: s, Quiet: e.quietSince(s), Wake: s.Wake(time.Time{})}
	if at := e.now().Add(leaseTime); s.owes() && (snap.Wake.IsZero() || at.Before(snap.Wake)) {
		snap.Wake = at
	}
	return snap
}

// quietSince returns since when a draft waits for its person; zero when none does, or when the
// person was reminded of this silence already.
func (e *Engine) quietSince(s Session) time.Time {
	if s.Gone || e.draft(s) == nil || s.Nudged.Equal(s.Active) {
		return time.Time{}
	}
	return s.Active
}

// draft returns the newest frame that keeps a draft, or nil.
func (e *Engine) draft(s Session) *Frame {
	for i := len(s.Frames) - 1; i >= 0; i-- {
		flow := e.house.flow(s.Frames[i].Flow)
		if flow != nil && flow.listed() { // a release may have removed it
			return &s.Frames[i]
		}
	}
	return nil
}

// snapshotTime bounds writing one batch: a database that hangs must not keep turns for ever.
const snapshotTime = 5 * time.Second

// batcher writes the snapshots of many conversations in one statement: while one batch is being
// written, the next one gathers.
type batcher struct {
	put  func(context.Context, []Snapshot) ([]Chat, error)
	mu   sync.Mutex
	next *batch
	busy bool
}

type batch struct {
	list   []Snapshot
	lead   chan struct{} // whoever receives writes this batch
	done   chan struct{}
	queued map[Chat]bool
	err    error
}

// add stores a snapshot together with those that others bring at the same time and returns which
// of their chats have messages waiting.
func (b *batcher) add(ctx context.Context, s Snapshot) (map[Chat]bool, error) {
	b.mu.Lock()
	if b.next == nil {
		b.next = &batch{lead: make(chan struct{}, 1), done: make(chan struct{})}
	}
	mine := b.next
	mine.list = append(mine.list, s)
	if !b.busy {
		b.busy = true
		mine.lead <- struct{}{}
	}
	b.mu.Unlock()
	select {
	case <-mine.lead:
		b.write(ctx, mine)
	case <-mine.done:
	}
	return mine.queued, mine.err
}

// write stores the batch that gathered, and has one of those who wait write the next one: nobody
// writes for others for ever.
func (b *batcher) write(ctx context.Context, now *batch) {
	b.mu.Lock()
	b.next = nil
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), snapshotTime) // it is not the writer's alone
	defer cancel()
	chats, err := b.put(ctx, now.list)
	now.queued, now.err = make(map[Chat]bool, len(chats)), err
	for _, c := range chats {
		now.queued[c] = true
	}
	close(now.done)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy = b.next != nil; b.busy {
		b.next.lead <- struct{}{}
	}
}
