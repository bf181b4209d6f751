//go:build !embedded && unix

package drill_test

import (
	"sync"
	"time"
)

// truth knows which server was away and when.
type truth struct {
	mu   sync.Mutex
	away map[string][]span
}

// span is a time; the zero end is not over.
type span struct{ from, to time.Time }

// gone notes that a server goes away until the function that it returns is called.
func (t *truth) gone(server string) (back func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.away == nil {
		t.away = map[string][]span{}
	}
	i := len(t.away[server])
	t.away[server] = append(t.away[server], span{from: time.Now()})
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.away[server][i].to = time.Now()
	}
}

// state is what can be said of a server over a time.
type state int

const (
	mixed state = iota // it came or went
	there
	missing
)

// during tells how a server was from one time to another.
func (t *truth) during(server string, from, to time.Time) state {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.away[server] {
		switch {
		case !s.from.After(from) && (s.to.IsZero() || !s.to.Before(to)):
			return missing
		case !s.from.After(to) && (s.to.IsZero() || !s.to.Before(from)):
			return mixed
		}
	}
	return there
}
