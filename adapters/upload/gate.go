package upload

import (
	"sync"
	"time"
)

// What one link may ask for. The page needs few requests for a large file; more is a fault, or somebody who
// wants to keep us busy.
const (
	burst      = 120                    // requests at once
	refill     = 100 * time.Millisecond // one more after this time
	maxWriting = 4                      // pieces on their way at the same time
	maxVisits  = 10_000                 // links that are remembered
)

// gate counts what each link asks this process for.
type gate struct {
	now func() time.Time

	mu     sync.Mutex
	visits map[string]*visit
}

type visit struct {
	spent   time.Duration // the requests' price that time has not paid yet
	at      time.Time
	writing int
	users   int
	whole   sync.Mutex // held while the parts are put together
}

// enter takes one request of a link, and tells how long to wait when there were too many. leave, when it is
// not nil, must be called at the end of the request.
func (g *gate) enter(id string) (v *visit, leave func(), wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	v = g.visits[id]
	if v == nil {
		g.forget(now)
		v = &visit{at: now}
		g.visits[id] = v
	}
	v.pay(now)
	if over := v.spent + refill - burst*refill; over > 0 {
		return nil, nil, over
	}
	v.spent += refill
	v.users++
	return v, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		v.users--
	}, 0
}

// write takes one of the places for pieces on their way; done must be called when ok is true.
func (g *gate) write(v *visit) (done func(), ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if v.writing == maxWriting {
		return nil, false
	}
	v.writing++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		v.writing--
	}, true
}

func (v *visit) pay(now time.Time) {
	v.spent = max(0, v.spent-max(0, now.Sub(v.at)))
	v.at = now
}

// forget makes room when there are too many links: first those that owe nothing, then any that rests.
func (g *gate) forget(now time.Time) {
	if g.visits == nil {
		g.visits = map[string]*visit{}
	}
	for _, any := range []bool{false, true} {
		if len(g.visits) < maxVisits {
			return
		}
		for id, v := range g.visits {
			if v.pay(now); v.users == 0 && (any || v.spent == 0) {
				delete(g.visits, id)
			}
		}
	}
}
