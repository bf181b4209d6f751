package storetest

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// Shares is what replicas share beside the sessions.
type Shares interface {
	bot.Leases
	bot.Limits
}

// Shared checks [bot.Leases] and [bot.Limits]. open returns empty ones that go by the given clock; the
// suite closes them, if they can be closed. What can be wiped (Wipe(ctx) error) is wiped, too.
func Shared(t *testing.T, open func(t *testing.T, now func() time.Time) Shares) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s Shares, c *clock)
	}{
		{"a lease has one owner", leaseOwner},
		{"a lease that is not renewed goes to another", leaseExpires},
		{"a lease can be given back", leaseBack},
		{"one of many gets a lease", leaseAtOnce},
		{"a bucket is taken from until it is empty", limitBurst},
		{"a bucket fills at its rate", limitFills},
		{"something is left for others", limitLeave},
		{"without a burst there is no limit", limitNone},
		{"many take no more than there is", limitAtOnce},
		{"buckets that nobody uses are forgotten", limitMany},
		{"what was lost begins anew", sharesWiped},
		{"a cancelled context ends a call", sharesCancelled},
		{"every call after Close fails", sharesClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			clock := &clock{at: day(1)}
			s := open(t, clock.now)
			if closer, ok := s.(io.Closer); ok {
				t.Cleanup(func() { closeIt(t, closer) })
			}
			c.run(t, s, clock)
		})
	}
}

func wantHold(t *testing.T, s Shares, lease, owner string, want bool) {
	t.Helper()
	if have := got(s.Hold(t.Context(), lease, owner, time.Minute))(t); have != want {
		t.Errorf("%s has %s: %t, want %t", owner, lease, have, want)
	}
}

func leaseOwner(t *testing.T, s Shares, c *clock) {
	t.Helper()
	wantHold(t, s, "poll", "a", true)
	wantHold(t, s, "poll", "b", false)
	wantHold(t, s, "poll {x}:/", "b", true)
	wantHold(t, s, "poll", "a", true)
	c.forward(time.Minute - time.Microsecond)
	wantHold(t, s, "poll", "b", false)
}

func leaseExpires(t *testing.T, s Shares, c *clock) {
	t.Helper()
	wantHold(t, s, "poll", "a", true)
	for range 3 {
		c.forward(59 * time.Second)
		wantHold(t, s, "poll", "a", true) // renews it
	}
	c.forward(59 * time.Second)
	wantHold(t, s, "poll", "b", false)
	c.forward(time.Second)
	wantHold(t, s, "poll", "b", true)
	wantHold(t, s, "poll", "a", false)
}

func leaseBack(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	wantHold(t, s, "poll", "a", true)
	if got(s.Hold(t.Context(), "poll", "b", 0))(t) {
		t.Error("b gave back what it does not have")
	}
	wantHold(t, s, "poll", "b", false)
	got(s.Hold(t.Context(), "poll", "a", 0))(t)
	wantHold(t, s, "poll", "b", true)
}

func leaseAtOnce(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	var won atomic.Int64
	for _, err := range atOnce(func(i int) error {
		held, err := s.Hold(t.Context(), "poll", name("owner", i), time.Minute)
		if held {
			won.Add(1)
		}
		return err
	}) {
		must(t, err)
	}
	same(t, "owners", won.Load(), int64(1))
}

// wantWait fails unless a call takes nothing and says how long to wait; 0 = it takes one.
func wantWait(t *testing.T, s Shares, bucket string, r bot.Rate, want time.Duration) {
	t.Helper()
	if have := got(s.Take(t.Context(), bucket, r))(t); have != want {
		t.Errorf("to wait for %s: %s, want %s", bucket, have, want)
	}
}

// thirty is a second's messages.
var thirty = bot.Rate{Burst: 30, Every: time.Second / 30}

func limitBurst(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	few := bot.Rate{Burst: 3, Every: time.Second}
	for range 3 {
		wantWait(t, s, "a", few, 0)
	}
	for range 3 {
		wantWait(t, s, "a", few, time.Second) // and takes nothing
	}
	wantWait(t, s, "a {x}:/", few, 0)
}

func limitFills(t *testing.T, s Shares, c *clock) {
	t.Helper()
	few := bot.Rate{Burst: 3, Every: time.Second}
	for range 3 {
		wantWait(t, s, "a", few, 0)
	}
	c.forward(time.Second - time.Millisecond)
	wantWait(t, s, "a", few, time.Millisecond)
	c.forward(time.Millisecond)
	wantWait(t, s, "a", few, 0)
	wantWait(t, s, "a", few, time.Second)
	c.forward(time.Hour) // no more than three
	for range 3 {
		wantWait(t, s, "a", few, 0)
	}
	wantWait(t, s, "a", few, time.Second)
	for range 100 { // exactly as long as it says
		c.forward(got(s.Take(t.Context(), "b", thirty))(t))
	}
	c.forward(got(s.Take(t.Context(), "b", thirty))(t))
	wantWait(t, s, "b", thirty, 0)
}

func limitLeave(t *testing.T, s Shares, c *clock) {
	t.Helper()
	urgent, later := bot.Rate{Burst: 3, Every: time.Second}, bot.Rate{Burst: 3, Every: time.Second, Leave: 2}
	wantWait(t, s, "a", later, 0)
	wantWait(t, s, "a", later, time.Second)
	wantWait(t, s, "a", urgent, 0)
	wantWait(t, s, "a", later, 2*time.Second)
	wantWait(t, s, "a", urgent, 0)
	wantWait(t, s, "a", urgent, time.Second)
	c.forward(3 * time.Second)
	wantWait(t, s, "a", later, 0)

	never := bot.Rate{Burst: 1, Every: time.Second, Leave: 1} // as much as there can be: when it is full
	wantWait(t, s, "b", never, 0)
	wantWait(t, s, "b", never, time.Second)
	c.forward(time.Second)
	wantWait(t, s, "b", never, 0)
}

func limitNone(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	for range 100 {
		wantWait(t, s, "a", bot.Rate{Every: time.Hour}, 0)
		wantWait(t, s, "a", bot.Rate{Burst: 1}, 0)
	}
}

func limitAtOnce(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	var took atomic.Int64
	for _, err := range atOnce(func(int) error {
		for range 5 {
			wait, err := s.Take(t.Context(), "a", thirty)
			if err != nil {
				return err
			}
			if wait == 0 {
				took.Add(1)
			}
		}
		return nil
	}) {
		must(t, err)
	}
	same(t, "taken", took.Load(), int64(thirty.Burst))
}

func limitMany(t *testing.T, s Shares, c *clock) {
	t.Helper()
	one := bot.Rate{Burst: 1, Every: time.Second}
	for round := range 2 {
		for i := range 1500 {
			wantWait(t, s, name(name("bucket", round), i), one, 0)
		}
		wantWait(t, s, name(name("bucket", round), 0), one, time.Second)
		c.forward(time.Second)
	}
	wantWait(t, s, name(name("bucket", 0), 0), one, 0)
}

func sharesWiped(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	wiper, ok := s.(interface {
		Wipe(ctx context.Context) error
	})
	if !ok {
		t.Skip("these cannot be wiped")
	}
	one := bot.Rate{Burst: 1, Every: time.Hour}
	wantHold(t, s, "poll", "a", true)
	wantWait(t, s, "a", one, 0)
	must(t, wiper.Wipe(t.Context()))
	wantHold(t, s, "poll", "b", true)
	wantWait(t, s, "a", one, 0)
}

func sharesCalls(s Shares) []call {
	return []call{
		{"Hold", func(ctx context.Context) error { _, err := s.Hold(ctx, "poll", "a", time.Minute); return err }},
		{"Take", func(ctx context.Context) error {
			_, err := s.Take(ctx, "a", bot.Rate{Burst: 1, Every: time.Hour})
			return err
		}},
	}
}

func sharesCancelled(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range sharesCalls(s) {
		if err := quickly(t, func() error { return c.do(ctx) }); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", c.name, err)
		}
	}
	wantHold(t, s, "poll", "b", true)
	wantWait(t, s, "a", bot.Rate{Burst: 1, Every: time.Hour}, 0)
}

func sharesClosed(t *testing.T, s Shares, _ *clock) {
	t.Helper()
	closer, ok := s.(io.Closer)
	if !ok {
		t.Skip("these cannot be closed")
	}
	must(t, closer.Close())
	for _, c := range sharesCalls(s) {
		if quickly(t, func() error { return c.do(t.Context()) }) == nil {
			t.Errorf("%s did something after Close", c.name)
		}
	}
}
