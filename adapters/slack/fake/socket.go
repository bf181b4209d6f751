package fake

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxAck is what an acknowledgement may hold: more is dropped in silence (platform-facts.md 102).
const maxAck = 20 << 10

// maxSockets is how many connections an app may have (platform-facts.md 62).
const maxSockets = 10

// sockets are the connections of Socket Mode.
type sockets struct {
	tickets map[string]bool // of the URLs that were not used yet
	open    []*socket
	next    int
	waiting map[string]chan outcome // by envelope_id
}

func (s *sockets) init() { s.tickets, s.waiting = map[string]bool{}, map[string]chan outcome{} }

func (s *sockets) closeAll() {
	for _, c := range s.open {
		_ = c.conn.Close()
	}
}

// socket is one connection.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex
	gone  chan struct{}
}

func (c *socket) send(v any) error {
	c.write.Lock()
	defer c.write.Unlock()
	return c.conn.WriteJSON(v)
}

// connectionsOpen makes an address that is good for one connection (platform-facts.md 62).
func (s *Server) connectionsOpen(_ *call) (obj, error) {
	if len(s.socket.open) >= maxSockets {
		return nil, refuse("too_many_websockets")
	}
	ticket := s.uuid()
	s.socket.tickets[ticket] = true
	return obj{"url": "ws" + strings.TrimPrefix(s.URL(), "http") + "/link/?ticket=" + ticket}, nil
}

// link is the WebSocket.
func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	ok := s.socket.tickets[ticket]
	delete(s.socket.tickets, ticket)
	s.mu.Unlock()
	if !ok {
		http.Error(w, "the address has been used", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }} // slack-go names one
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{conn: conn, gone: make(chan struct{})}
	s.welcome(c)
	s.work.Go(func() { s.ping(c) })
	s.listen(c)
	s.mu.Lock()
	s.socket.open = slices.DeleteFunc(s.socket.open, func(o *socket) bool { return o == c })
	close(c.gone)
	s.changed.tell()
	s.mu.Unlock()
	_ = conn.Close()
}

// welcome says hello, after which events come.
func (s *Server) welcome(c *socket) {
	s.mu.Lock()
	n := len(s.socket.open) + 1
	s.mu.Unlock()
	_ = c.send(obj{
		"type": "hello", "num_connections": n, "connection_info": obj{"app_id": App},
		"debug_info": obj{"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		_ = c.conn.Close()
		return
	}
	s.socket.open = append(s.socket.open, c)
	s.changed.tell()
	s.flush()
}

// ping keeps the connection alive: a client gives it up after 30 s (platform-facts.md 102).
func (s *Server) ping(c *socket) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		_ = c.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(time.Second))
		select {
		case <-tick.C:
		case <-c.gone:
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// listen takes the acknowledgements.
func (s *Server) listen(c *socket) {
	for {
		_, data, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		var ack struct {
			Envelope string          `json:"envelope_id"`
			Payload  json.RawMessage `json:"payload"`
		}
		switch {
		case len(data) >= maxAck:
			s.mistake("an acknowledgement of %d bytes is dropped in silence (platform-facts.md 102)", len(data))
			continue
		case json.Unmarshal(data, &ack) != nil || ack.Envelope == "":
			s.mistake("not an acknowledgement: %.60q", data)
			continue
		}
		s.mu.Lock()
		answered := s.socket.waiting[ack.Envelope]
		delete(s.socket.waiting, ack.Envelope)
		s.mu.Unlock()
		if answered != nil {
			answered <- outcome{ok: true, status: http.StatusOK, body: ack.Payload}
		}
	}
}

// bySocket tells how the bot is reached: an app uses one of the ways (platform-facts.md 62).
func (s *Server) bySocket() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.url == ""
}

// overSocket delivers by one of the connections. A message waits until there is one; whoever presses a button or
// gives a command sees an error before long (platform-facts.md 79).
func (s *Server) overSocket(e *Event, retry int, reason string) outcome {
	ctx := s.ctx
	if e.kind != eventsAPI {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.cfg.Patience)
		defer cancel()
	}
	c := s.line(ctx)
	if c == nil {
		return outcome{reason: "timeout"}
	}
	answered := make(chan outcome, 1)
	s.mu.Lock()
	id := s.uuid()
	s.socket.waiting[id] = answered
	s.mu.Unlock()
	envelope := obj{"envelope_id": id, "type": e.kind, "payload": e.payload, "accepts_response_payload": e.kind != eventsAPI}
	if e.kind == eventsAPI {
		envelope["retry_attempt"], envelope["retry_reason"] = retry, reason
	}
	if err := c.send(envelope); err != nil {
		return outcome{reason: "timeout"}
	}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.socket.waiting, id)
	}()
	timer := time.NewTimer(s.cfg.Patience)
	defer timer.Stop()
	select {
	case o := <-answered:
		return o
	case <-timer.C:
	case <-c.gone:
	case <-s.ctx.Done():
	}
	return outcome{reason: "timeout"}
}

// line picks one of the connections, each in turn, and waits for one when there is none; nil when ctx ends.
func (s *Server) line(ctx context.Context) *socket {
	var c *socket
	err := s.Until(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n := len(s.socket.open); n > 0 {
			s.socket.next++
			c = s.socket.open[s.socket.next%n]
		}
		return c != nil
	})
	if err != nil {
		return nil
	}
	return c
}

// Disconnect tells all connections that they end, for a reason: "warning", "refresh_requested",
// "link_disabled" (platform-facts.md 62), and ends them unless it is only a warning.
func (s *Server) Disconnect(reason string) {
	s.mu.Lock()
	open := slices.Clone(s.socket.open)
	if reason != "warning" {
		s.socket.open = nil
	}
	s.mu.Unlock()
	for _, c := range open {
		_ = c.send(obj{"type": "disconnect", "reason": reason, "debug_info": obj{"host": "applink-1"}})
		if reason != "warning" {
			_ = c.conn.Close()
		}
	}
}

// CutSockets ends all connections without a word.
func (s *Server) CutSockets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.closeAll()
}

// Sockets returns how many connections there are.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.socket.open)
}
