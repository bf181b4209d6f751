package bot

import (
	"context"
	"sync"
	"time"
)

// keyed is a mutex for each key. The zero value is ready; keys that nobody holds take no memory.
type keyed[K comparable] struct {
	mu   sync.Mutex
	held map[K]*held
}

type held struct {
	free chan struct{} // holds a token while nobody has the key
	want int
}

// lock waits for the key, as long as ctx allows, and returns what gives it back.
func (k *keyed[K]) lock(ctx context.Context, key K) (unlock func(), err error) {
	k.mu.Lock()
	if k.held == nil {
		k.held = map[K]*held{}
	}
	h, ok := k.held[key]
	if !ok {
		h = &held{free: make(chan struct{}, 1)}
		h.free <- struct{}{}
		k.held[key] = h
	}
	h.want++
	k.mu.Unlock()
	leave := func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if h.want--; h.want == 0 {
			delete(k.held, key)
		}
	}
	select {
	case <-h.free:
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
	return func() {
		h.free <- struct{}{}
		leave()
	}, nil
}

// recent remembers names for a while. The zero value is ready.
type recent struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

const (
	recentFor = 10 * time.Minute
	recentMax = 10_000
)

// has tells whether a name was given lately.
func (r *recent) has(name string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.seen[name]
	return ok && now.Sub(at) < recentFor
}

// first tells whether a name was not given lately, and remembers it.
func (r *recent) first(name string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, ok := r.seen[name]; ok && now.Sub(at) < recentFor {
		return false
	}
	if r.seen == nil || len(r.seen) >= recentMax {
		r.seen = map[string]time.Time{}
	}
	r.seen[name] = now
	return true
}
