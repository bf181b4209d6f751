package bot_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/optoste/supportbot/bot"
)

func snapshotOf(chat string) bot.Snapshot {
	return bot.Snapshot{Session: bot.Session{Key: bot.Key{Channel: "chat", Chat: chat}, Version: 1}}
}

// TestBatch has a hundred snapshots come while the first is being written: they go in one more
// statement, and each caller learns which chats have messages waiting.
func TestBatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		var sizes []int
		b := bot.NewBatcher(func(_ context.Context, list []bot.Snapshot) ([]bot.Chat, error) {
			<-gate
			sizes = append(sizes, len(list))
			return []bot.Chat{{Channel: "chat", Chat: "7"}}, nil
		})
		var group sync.WaitGroup
		add := func(i int) {
			group.Go(func() {
				queued, err := b.Add(t.Context(), snapshotOf(strconv.Itoa(i)))
				if err != nil || i > 0 && !queued[bot.Chat{Channel: "chat", Chat: "7"}] {
					t.Errorf("%d: %v, %v", i, queued, err)
				}
			})
		}
		add(0)
		synctest.Wait()
		for i := 1; i <= 100; i++ {
			add(i)
		}
		synctest.Wait()
		if n := b.Waiting(); n != 100 {
			t.Errorf("%d wait for the next batch", n)
		}
		close(gate)
		group.Wait()
		if len(sizes) != 2 || sizes[0] != 1 || sizes[1] != 100 {
			t.Errorf("statements of %v snapshots", sizes)
		}
	})
}

// TestBatchError tells everybody of a batch, and nobody of the next one.
func TestBatchError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan error)
		b := bot.NewBatcher(func(context.Context, []bot.Snapshot) ([]bot.Chat, error) { return nil, <-gate })
		results := make(chan error, 12)
		add := func(n int) {
			for range n {
				go func() {
					_, err := b.Add(t.Context(), snapshotOf("1"))
					results <- err
				}()
			}
			synctest.Wait()
		}
		add(1)
		add(10)
		gate <- nil
		synctest.Wait()
		add(1)
		gate <- errAway
		gate <- nil
		synctest.Wait()
		away := 0
		for range 12 {
			if err := <-results; errors.Is(err, errAway) {
				away++
			} else if err != nil {
				t.Error(err)
			}
		}
		if away != 10 {
			t.Errorf("%d were told, want 10", away)
		}
	})
}

// TestBatchKeepsNobody lets whoever writes a batch go when it is written, though others keep coming.
func TestBatchKeepsNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		b := bot.NewBatcher(func(context.Context, []bot.Snapshot) ([]bot.Chat, error) {
			<-gate
			return nil, nil
		})
		var done [3]bool
		for i := range done {
			go func() {
				_, _ = b.Add(t.Context(), snapshotOf("1"))
				done[i] = true
			}()
			synctest.Wait()
		}
		gate <- struct{}{}
		synctest.Wait()
		if !done[0] {
			t.Error("the first one still writes for the others")
		}
		close(gate)
		synctest.Wait()
		if !done[1] || !done[2] {
			t.Errorf("done %v", done)
		}
	})
}

// TestBatchOutlivesItsCaller is not lost for all when the one who writes it is cancelled.
func TestBatchOutlivesItsCaller(t *testing.T) {
	t.Parallel()
	b := bot.NewBatcher(func(ctx context.Context, _ []bot.Snapshot) ([]bot.Chat, error) { return nil, ctx.Err() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Add(ctx, snapshotOf("1")); err != nil {
		t.Error(err)
	}
}

// TestLocks locks each key for one at a time, and keeps nothing of a key that nobody holds.
func TestLocks(t *testing.T) {
	t.Parallel()
	var locks bot.Locks
	var group sync.WaitGroup
	inside := make([]int, 10)
	for i := range 200 {
		group.Go(func() {
			unlock := lockOf(t, &locks, strconv.Itoa(i%10))
			defer unlock()
			inside[i%10]++ // the race detector looks
		})
	}
	group.Wait()
	for key, n := range inside {
		if n != 20 {
			t.Errorf("key %d was held %d times", key, n)
		}
	}
	if n := locks.Held(); n != 0 {
		t.Errorf("%d keys still take memory", n)
	}
}

// TestLocksOfOthers waits for nobody else's key.
func TestLocksOfOthers(t *testing.T) {
	t.Parallel()
	var locks bot.Locks
	unlock := lockOf(t, &locks, "a")
	lockOf(t, &locks, "b")()
	second := make(chan struct{})
	go func() {
		defer lockOf(t, &locks, "a")()
		close(second)
	}()
	for locks.Wanted("a") < 2 {
		runtime.Gosched()
	}
	select {
	case <-second:
		t.Error("two hold one key")
	default:
	}
	unlock()
	<-second
}

func TestRecent(t *testing.T) {
	t.Parallel()
	var r bot.Recent
	at := newClock()
	first := func(name string) bool { return r.First(name, at.now()) }
	if !first("a") || first("a") || !first("b") {
		t.Error("a name is new once")
	}
	at.wait(time.Hour)
	if !first("a") {
		t.Error("a name is new again after a while")
	}
	for i := range 50_000 {
		first(strconv.Itoa(i))
	}
	if r.Len() > 10_000 {
		t.Errorf("%d names take memory", r.Len())
	}
}

// lockOf locks a key; in a test it is never waited for in vain.
func lockOf(t *testing.T, locks *bot.Locks, key string) (unlock func()) {
	t.Helper()
	unlock, err := locks.Lock(t.Context(), key)
	if err != nil {
		t.Error(err)
		return func() {}
	}
	return unlock
}

// TestLocksGiveUp waits no longer than the context allows, and leaves nothing behind.
func TestLocksGiveUp(t *testing.T) {
	t.Parallel()
	var locks bot.Locks
	unlock := lockOf(t, &locks, "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := locks.Lock(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("Lock = %v, want context.Canceled", err)
	}
	unlock()
	lockOf(t, &locks, "a")()
	if n := locks.Held(); n != 0 {
		t.Errorf("%d keys still take memory", n)
	}
}
