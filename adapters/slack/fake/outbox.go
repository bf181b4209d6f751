package fake

import (
	"math/rand/v2"
	"slices"
)

// outbox holds what is to be delivered.
type outbox struct {
	url     string // of the bot; empty = nobody is there yet
	queues  map[string][]*Event
	running map[string]bool
	waiting []*Event // while it is held, or, of events, nobody is there yet
	held    bool
	lose    int // so many events get lost for good
	loseAck int // so many answers get lost
}

func (o *outbox) init() { o.queues, o.running = map[string][]*Event{}, map[string]bool{} }

// Connect tells where the bot listens: events, interactions and commands go there; events of before are delivered
// now. Without an address they go by Socket Mode from now on.
func (s *Server) Connect(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.url = url
	s.flush()
}

// Hold keeps what happens from now on until the function that it returns is called, which hands all of it
// over: in order, or shuffled (platform-facts.md 67). With Config.Unordered it is a burst.
func (s *Server) Hold() (release func(shuffled bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.held = true
	return func(shuffled bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.out.held = false
		if shuffled {
			rand.Shuffle( //nolint:gosec // not a secret
				len(s.out.waiting), func(i, j int) { s.out.waiting[i], s.out.waiting[j] = s.out.waiting[j], s.out.waiting[i] })
		}
		s.flush()
	}
}

// Lose lets the next n events never be delivered (platform-facts.md 68): only history tells of them.
func (s *Server) Lose(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.lose = n
}

// LoseAcks lets the next n acknowledgements get lost: what they were for comes again.
func (s *Server) LoseAcks(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.loseAck += n
}

// send hands an event to the outbox.
func (s *Server) send(e *Event) *Event {
	switch {
	case s.out.lose > 0 && e.kind == eventsAPI:
		s.out.lose--
		close(e.done)
	case s.out.held || !s.connected() && e.kind == eventsAPI:
		s.out.waiting = append(s.out.waiting, e)
	default:
		s.enqueue(e)
	}
	return e
}

func (s *Server) connected() bool { return s.out.url != "" || len(s.socket.open) > 0 }

// flush hands over what waits, when it may.
func (s *Server) flush() {
	if s.out.held || !s.connected() {
		return
	}
	for _, e := range s.out.waiting {
		s.enqueue(e)
	}
	s.out.waiting = nil
}

// enqueue puts an event into its chat's queue, and works the queue unless that is being done.
// Interactions do not wait: a person is looking.
func (s *Server) enqueue(e *Event) {
	if s.ctx.Err() != nil {
		return
	}
	if s.cfg.Unordered || e.kind != eventsAPI {
		s.work.Go(func() {
			if !s.try(e, 0, "") {
				s.retry(e)
			}
		})
		return
	}
	s.out.queues[e.chat] = append(s.out.queues[e.chat], e)
	if s.out.running[e.chat] {
		return
	}
	s.out.running[e.chat] = true
	s.work.Go(func() { s.drain(e.chat) })
}

// drain works a queue. What fails is tried again beside it: the next does not wait (platform-facts.md 64).
func (s *Server) drain(chat string) {
	for {
		s.mu.Lock()
		queue := s.out.queues[chat]
		if len(queue) == 0 {
			delete(s.out.queues, chat)
			delete(s.out.running, chat)
			s.mu.Unlock()
			return
		}
		e := queue[0]
		s.out.queues[chat] = slices.Delete(queue, 0, 1)
		s.mu.Unlock()
		if !s.try(e, 0, "") {
			s.work.Go(func() { s.retry(e) })
		}
	}
}

// losesAck tells whether this acknowledgement gets lost on its way.
func (s *Server) losesAck() bool {
	if s.out.loseAck == 0 {
		return false
	}
	s.out.loseAck--
	return true
}
