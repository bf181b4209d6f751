package stage

import (
	"context"
	"time"

	"github.com/optoste/supportbot/bot/script"
)

// Apply does what a control cue asks for.
func (e *Engine) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Wait:
		return e.wait(ctx, c.For)
	case script.Restart:
		return e.start(ctx)
	case script.Flush:
		return e.wipe(ctx)
	case script.Away:
		e.away(c.What, true)
		return nil
	case script.Back:
		return e.back(ctx)
	case script.Refuse:
		for _, ch := range e.channels {
			ch.refuse(c)
		}
		return nil
	case script.Crash:
		e.crash = c.At
		return nil
	}
	return script.ErrCannot
}

// away takes a part away, or brings it back.
func (e *Engine) away(what script.Part, gone bool) {
	switch what {
	case script.Database:
		e.db.away.Store(gone)
	case script.Sessions:
		e.sess.away.Store(gone)
	case script.Files:
		for _, ch := range e.channels {
			ch.mu.Lock()
			ch.noFiles = gone
			ch.mu.Unlock()
		}
	}
}

// back brings stores and platform back; the channel delivers again what was not acknowledged.
func (e *Engine) back(ctx context.Context) error {
	for _, part := range []script.Part{script.Database, script.Sessions, script.Files} {
		e.away(part, false)
	}
	for _, ch := range e.channels {
		ch.refuse(script.Refuse{})
	}
	again := e.unacked
	e.unacked, e.gone = nil, true
	defer func() { e.gone = false }()
	for _, in := range again {
		if err := e.Say(ctx, in); err != nil {
			return err
		}
	}
	return e.work(ctx)
}

// wait moves the clock and does what comes due.
func (e *Engine) wait(ctx context.Context, d time.Duration) error {
	for _, step := range steps(d) {
		e.pass(step)
		if err := e.work(ctx); err != nil {
			return err
		}
	}
	return nil
}

// steps splits a wait into the steps in which the clock moves.
func steps(d time.Duration) []time.Duration {
	step := time.Second
	switch {
	case d > time.Hour:
		step = 10 * time.Minute
	case d > time.Minute:
		step = time.Minute
	}
	var list []time.Duration
	for ; d > 0; d -= step {
		list = append(list, min(step, d))
	}
	return list
}
