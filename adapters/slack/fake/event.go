package fake

import (
	"slices"
	"sync"
	"time"
)

// Event is one thing on its way to the bot: an event, an interaction or a slash command.
type Event struct {
	s       *Server
	kind    string // as Socket Mode calls it
	payload obj
	chat    string // its queue

	acked, done chan struct{}
	once        sync.Once
	tries       []Try
	last        string            // how the last attempt failed
	after       func(body []byte) // what the answer sets off; called with the lock held
}

// Try is one attempt to deliver.
type Try struct {
	Retry  int           // 0 = the first
	Reason string        // why it is a retry
	Status int           // 0 = no answer
	Body   string        // of the answer
	Took   time.Duration // until the answer, by the real clock
}

// The kinds of what is delivered, as Socket Mode calls them.
const (
	eventsAPI   = "events_api"
	interactive = "interactive"
	slash       = "slash_commands"
)

// Acked is closed once the bot has acknowledged.
func (e *Event) Acked() <-chan struct{} { return e.acked }

// Done is closed once the server delivers no more: acknowledged, given up or lost.
func (e *Event) Done() <-chan struct{} { return e.done }

// ID returns the event_id, of interactions and commands the trigger_id.
func (e *Event) ID() string {
	for _, name := range []string{"event_id", "trigger_id"} {
		if id, ok := e.payload[name].(string); ok {
			return id
		}
	}
	return ""
}

// Type returns the type of the event or interaction: "message", "app_mention", "block_actions", "/report".
func (e *Event) Type() string {
	in, ok := e.payload["event"].(obj)
	if !ok {
		in = e.payload
	}
	kind, _ := in["type"].(string)
	if e.kind == slash {
		kind, _ = e.payload["command"].(string)
	}
	return kind
}

// Tries returns the attempts so far.
func (e *Event) Tries() []Try {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return append([]Try(nil), e.tries...)
}

// Again hands the event over once more, acknowledged or not, under the same event_id (platform-facts.md 69).
func (e *Event) Again() *Event {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	return e.s.send(e.copy(e.payload))
}

// Double hands the event over under a new event_id (platform-facts.md 66).
func (e *Event) Double() *Event {
	e.s.mu.Lock()
	defer e.s.mu.Unlock()
	payload := obj{}
	for k, v := range e.payload {
		payload[k] = v
	}
	if e.kind == eventsAPI {
		payload["event_id"] = e.s.id("Ev")
	}
	return e.s.send(e.copy(payload))
}

func (e *Event) copy(payload obj) *Event {
	o := e.s.newEvent(e.kind, e.chat, payload)
	o.after = e.after
	return o
}

func (s *Server) newEvent(kind, chat string, payload obj) *Event {
	return &Event{s: s, kind: kind, chat: chat, payload: payload, acked: make(chan struct{}), done: make(chan struct{})}
}

// Deed is what a person did, and what the bot is told of it.
type Deed struct {
	TS     string // of the message that was said or changed; empty = none
	Events []*Event
	Err    error // the person could not do it: no such button, no modal
}

// Wait waits until all of it is acknowledged or given up.
func (d *Deed) Wait() {
	for _, e := range d.Events {
		<-e.done
	}
}

// Acked is closed once all of it is acknowledged.
func (d *Deed) Acked() <-chan struct{} {
	all := make(chan struct{})
	go func() {
		for _, e := range d.Events {
			select {
			case <-e.acked:
			case <-e.s.ctx.Done():
				return
			}
		}
		close(all)
	}()
	return all
}

// Answer returns the last attempt to deliver the first event: with the answer that the bot gave inline.
func (d *Deed) Answer() Try {
	if len(d.Events) == 0 {
		return Try{}
	}
	tries := d.Events[0].Tries()
	if len(tries) == 0 {
		return Try{}
	}
	return tries[len(tries)-1]
}

// Again hands all of it over once more.
func (d *Deed) Again() {
	for _, e := range d.Events {
		e.Again()
	}
}

// emit sends an event of a chat to the bot, unless the bot is not there.
func (s *Server) emit(chat *Chat, events ...obj) []*Event {
	var sent []*Event
	for _, event := range events {
		if !chat.bot || !s.subscribed(chat, event) {
			continue
		}
		sent = append(sent, s.send(s.newEvent(eventsAPI, chat.id, s.callback(chat, event))))
	}
	return sent
}

// subscribed tells whether the app gets events of this kind.
func (s *Server) subscribed(chat *Chat, event obj) bool {
	if s.cfg.Events == nil {
		return true
	}
	name, _ := event["type"].(string)
	if name == "message" {
		name += "." + map[ChatKind]string{Direct: "im", Public: "channels", Private: "groups"}[chat.kind]
	}
	return slices.Contains(s.cfg.Events, name)
}

// callback wraps an event.
func (s *Server) callback(chat *Chat, event obj) obj {
	return obj{
		"token": "verification-token", "team_id": Team, "context_team_id": Team, "api_app_id": App, "event": event, "type": "event_callback",
		"event_id": s.id("Ev"), "event_time": s.now().Unix(), "is_ext_shared_channel": chat.shared,
		"authorizations": []any{obj{"team_id": Team, "user_id": botUser, "is_bot": true, "is_enterprise_install": false}},
	}
}

// said is the event of a new message.
func (s *Server) said(m *message) obj {
	o := m.wire()
	o["channel"], o["event_ts"], o["channel_type"] = m.chat.id, m.ts, string(m.chat.kind)
	return o
}

// mentioned is the other event of a message that mentions the bot (platform-facts.md 66).
func (s *Server) mentioned(m *message) obj {
	o := s.said(m)
	o["type"] = "app_mention"
	delete(o, "channel_type")
	delete(o, "subtype")
	return o
}

// altered is the event of a changed message; hidden when nobody edited it (platform-facts.md 72).
func (s *Server) altered(m *message, before obj) obj {
	now := s.ts()
	return obj{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": m.chat.id, "channel_type": string(m.chat.kind),
		"ts": now, "event_ts": now, "message": m.wire(), "previous_message": before,
	}
}

// deleted is the event of a deleted message.
func (s *Server) deleted(m *message) obj {
	now := s.ts()
	return obj{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": m.chat.id, "channel_type": string(m.chat.kind),
		"ts": now, "event_ts": now, "deleted_ts": m.ts, "previous_message": m.wire(),
	}
}

// own sends the bot what it did itself (platform-facts.md 72): a new message, or an edit when before is
// what it was.
func (s *Server) own(m *message, before obj) {
	if s.cfg.Quiet {
		return
	}
	if before != nil {
		s.emit(m.chat, s.altered(m, before))
		return
	}
	s.emit(m.chat, s.said(m))
}
