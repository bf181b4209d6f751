package sqlite

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
)

var (
	_ bot.Leases = (*Sessions)(nil)
	_ bot.Limits = (*Sessions)(nil)
)

// forgetFull is how many buckets are kept before those that are full are forgotten.
const forgetFull = 1000

// shares is what replicas would share: there is one process, so it is kept in memory. The zero value is
// empty.
type shares struct {
	mu     sync.Mutex
	leases map[string]lease
	full   map[string]time.Time // when each bucket will be full again
	forget int                  // the number of buckets at which full ones are looked for
}

type lease struct {
	owner string
	until time.Time
}

// Hold implements [bot.Leases].
func (s *Sessions) Hold(ctx context.Context, name, owner string, ttl time.Duration) (bool, error) {
	if err := s.ready(ctx); err != nil {
		return false, fmt.Errorf("take lease: %w", err)
	}
	now := s.now()
	s.shares.mu.Lock()
	defer s.shares.mu.Unlock()
	if l, ok := s.shares.leases[name]; ok && l.owner != owner && l.until.After(now) {
		return false, nil
	}
	if s.shares.leases == nil {
		s.shares.leases = make(map[string]lease)
	}
	s.shares.leases[name] = lease{owner, now.Add(ttl)}
	return true, nil
}

// Take implements [bot.Limits].
func (s *Sessions) Take(ctx context.Context, bucket string, r bot.Rate) (wait time.Duration, err error) {
	if r.Burst <= 0 || r.Every <= 0 {
		return 0, nil
	}
	if err := s.ready(ctx); err != nil {
		return 0, fmt.Errorf("take from limit: %w", err)
	}
	now := s.now()
	s.shares.mu.Lock()
	defer s.shares.mu.Unlock()
	full := s.shares.full[bucket]
	if full.Before(now) {
		full = now
	}
	full = full.Add(r.Every)
	if wait := full.Sub(now) - time.Duration(max(1, r.Burst-r.Leave))*r.Every; wait > 0 {
		return wait, nil
	}
	s.shares.put(bucket, full, now)
	return 0, nil
}

func (s *shares) put(bucket string, full, now time.Time) {
	if len(s.full) >= max(s.forget, forgetFull) {
		maps.DeleteFunc(s.full, func(_ string, full time.Time) bool { return !full.After(now) })
		s.forget = 2 * len(s.full)
	}
	if s.full == nil {
		s.full = make(map[string]time.Time)
	}
	s.full[bucket] = full
}

// wipe forgets all leases and buckets.
func (s *shares) wipe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leases, s.full, s.forget = nil, nil, 0
}

// ready tells whether a call that needs no file may go on.
func (s *Sessions) ready(ctx context.Context) error {
	if s.closed.Load() {
		return errClosed
	}
	return ctx.Err()
}
