//go:build !embedded && unix

package drill_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// plan is how large the drill is. Each number can be set, as DRILL_CUSTOMERS=50; the seed decides who
// does what and when, but not how the machine is scheduled.
type plan struct {
	seed      int
	customers int // who report a malfunction
	crowd     int // who write two messages each, all at the same moment
	hits      int // at each named point, at least
	seconds   int // in which customers begin; the faults take about twice as long
}

func newPlan(t *testing.T) plan {
	t.Helper()
	p := plan{seed: 1, customers: 200, crowd: 250, hits: 20, seconds: 45}
	for name, value := range map[string]*int{
		"DRILL_SEED": &p.seed, "DRILL_CUSTOMERS": &p.customers, "DRILL_CROWD": &p.crowd, "DRILL_HITS": &p.hits, "DRILL_SECONDS": &p.seconds,
	} {
		set, ok := os.LookupEnv(name)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(set)
		if err != nil || n < 0 {
			t.Fatalf("%s=%s: must be a number", name, set)
		}
		*value = n
	}
	t.Logf("DRILL_SEED=%d DRILL_CUSTOMERS=%d DRILL_CROWD=%d DRILL_HITS=%d DRILL_SECONDS=%d", p.seed, p.customers, p.crowd, p.hits, p.seconds)
	return p
}

// dice returns the chance of one part of the drill; each part throws its own.
func (p plan) dice(part uint64) *rand.Rand { return rand.New(rand.NewPCG(uint64(p.seed), part)) }

// between returns a random time.
func between(r *rand.Rand, from, to time.Duration) time.Duration {
	return from + time.Duration(r.Int64N(int64(to-from)))
}

// pause waits; false = ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
