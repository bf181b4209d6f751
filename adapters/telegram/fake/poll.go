package fake

import (
	"context"
	"net/http"
	"time"
)

// poll is the state of getUpdates.
type poll struct {
	wake         chan struct{} // closed and made anew when there is something to tell
	waiting      *waiter
	lastOffset   int64
	lastStart    time.Time
	nextConflict time.Time
}

// waiter is a long poll that waits.
type waiter struct{ aborted chan string }

// maxPoll is the longest that getUpdates waits (platform-facts.md 4).
const maxPoll = 50

func (s *Server) wakePoll() {
	close(s.poll.wake)
	s.poll.wake = make(chan struct{})
}

// abortPoll ends the long poll that waits, if there is one.
func (s *Server) abortPoll(reason string) {
	if s.poll.waiting != nil {
		s.poll.waiting.aborted <- reason
		s.poll.waiting = nil
	}
}

// ask is one getUpdates.
type ask struct {
	offset, limit int64
	until         time.Time // by the real clock
	wait          bool
}

func (s *Server) getUpdates(ctx context.Context, c *call) (any, error) {
	s.mu.Lock()
	if err := s.rate(c); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	if s.hook.url != "" {
		s.mu.Unlock()
		return nil, s.conflict(ctx, "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if err := s.setAllowed(c); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	a := s.newAsk(c)
	for {
		a.offset = s.confirm(a.offset)
		list := s.take(a)
		if len(list) > 0 || !a.wait {
			s.mu.Unlock()
			return list, nil
		}
		s.abortPoll("terminated by other getUpdates request; make sure that only one bot instance is running")
		me := &waiter{aborted: make(chan string, 1)}
		s.poll.waiting = me
		wake := s.poll.wake
		s.mu.Unlock()

		reason, more := s.sleep(ctx, me, wake, a.until)
		if reason != "" {
			return nil, s.conflict(ctx, reason)
		}
		if err := ctx.Err(); err != nil {
			return nil, err // nobody is there to read it
		}
		s.mu.Lock()
		if s.poll.waiting != me { // aborted while it woke up
			s.mu.Unlock()
			return nil, s.conflict(ctx, <-me.aborted)
		}
		s.poll.waiting = nil
		a.wait = more
	}
}

// sleep waits for something to tell. It returns why the poll was aborted, or whether to wait on.
func (s *Server) sleep(ctx context.Context, me *waiter, wake chan struct{}, until time.Time) (string, bool) {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case reason := <-me.aborted:
		return reason, false
	case <-wake:
		return "", true
	case <-timer.C:
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	return "", false
}

// newAsk reads the parameters and slows a bot down that asks for the same too soon.
func (s *Server) newAsk(c *call) *ask {
	a := &ask{offset: c.int("offset"), limit: c.int("limit")}
	if c.params["limit"] == "" {
		a.limit = 100
	}
	a.limit = min(max(a.limit, 1), 100)
	seconds := min(max(c.int("timeout"), 0), maxPoll)
	wait := time.Duration(seconds) * time.Second
	now := time.Now()
	if same := a.offset == s.poll.lastOffset; same && wait < 3*time.Second && now.Before(s.poll.lastStart.Add(3*time.Second)) {
		wait = s.pause(3 * time.Second)
	}
	if a.offset == s.poll.lastOffset && now.Before(s.poll.lastStart.Add(time.Second/2)) {
		a.limit = 1
	}
	s.poll.lastOffset, s.poll.lastStart = a.offset, now
	a.until, a.wait = time.Now().Add(wait), wait > 0
	return a
}

// confirm forgets what is before offset, and returns where to go on. An offset far beyond the newest
// starts from the head again, which looks like mass redelivery (platform-facts.md 3).
func (s *Server) confirm(offset int64) int64 {
	pending := s.updates.pending
	switch {
	case offset < 0:
		for _, u := range append([]*Update(nil), pending[:max(len(pending)+int(offset), 0)]...) {
			s.acknowledge(u)
		}
		return 0
	case offset > s.updates.next+10:
		return 0
	}
	for _, u := range append([]*Update(nil), pending...) {
		if u.id < offset {
			s.acknowledge(u)
		}
	}
	return offset
}

// take returns what a poll gets.
func (s *Server) take(a *ask) []any {
	s.expire()
	list := []any{}
	give := func(u *Update) {
		u.deliveries++
		list = append(list, u.wire())
	}
	for len(s.updates.again) > 0 && int64(len(list)) < a.limit {
		give(s.updates.again[0])
		s.updates.again = s.updates.again[1:]
	}
	for _, u := range s.updates.pending {
		if int64(len(list)) < a.limit && u.id >= a.offset {
			give(u)
		}
	}
	return list
}

// conflict refuses a poll; when that happens too often, only after a while (platform-facts.md 5).
func (s *Server) conflict(ctx context.Context, text string) error {
	s.mu.Lock()
	now := time.Now()
	soon := now.Before(s.poll.nextConflict)
	if !soon {
		s.poll.nextConflict = now.Add(s.pause(3 * time.Second))
	}
	s.mu.Unlock()
	if soon {
		timer := time.NewTimer(s.pause(3 * time.Second))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-s.ctx.Done():
		}
	}
	return &apiError{code: http.StatusConflict, text: "Conflict: " + text}
}
