package bot

import (
	"sync/atomic"
	"time"
)

// Metrics counts what the engine did. The zero value is ready; it is safe for concurrent use.
type Metrics struct {
	turns, failed, messages atomic.Int64
	busy                    atomic.Int64 // nanoseconds spent in turns
}

// Counts is what [Metrics] has counted so far.
type Counts struct {
	Turns    int64         // inbounds worked, the failed ones included
	Failed   int64         // turns that did not finish
	Messages int64         // messages sent
	Busy     time.Duration // time spent in turns
}

func (m *Metrics) turn(d time.Duration, err error) {
	m.turns.Add(1)
	m.busy.Add(int64(d))
	if err != nil {
		m.failed.Add(1)
	}
}

func (m *Metrics) sent() { m.messages.Add(1) }

// Counts returns what the engine has done since it was made.
func (e *Engine) Counts() Counts {
	m := &e.metrics
	return Counts{m.turns.Load(), m.failed.Load(), m.messages.Load(), time.Duration(m.busy.Load())}
}
