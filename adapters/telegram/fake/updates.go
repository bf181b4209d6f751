package fake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Update is something that happened and that the bot is told of, in one or more deliveries.
type Update struct {
	s       *Server
	id      int64
	kind    string
	chat    int64
	message int64
	queue   string // what is in one queue goes over a webhook one after the other
	body    json.RawMessage
	made    time.Time

	told       bool // or to be told, after a hold
	deliveries int
	fails      int // over the webhook, so far
	acked      chan struct{}
	done       bool // acknowledged, or lost
	lost       chan struct{}
}

// How long the server keeps what is not acknowledged (platform-facts.md 6).
const (
	lifeOfMessage = 24 * time.Hour
	lifeOfPress   = 150 * time.Second
)

// updates are what the bot is still to be told of.
type updates struct {
	next    int64     // the next update's id
	all     []*Update // that the bot was told of, or will be after a hold
	pending []*Update // by id
	again   []*Update // to be handed over once more although it may be acknowledged
	allowed []string  // nil = the default
	held    []*hold
	loseAck int
}

// hold keeps back what happens in some chats.
type hold struct {
	chats []int64 // none = all
	kept  []*Update
}

func (u *updates) init() { u.next = 318_400_001 }

// ID returns the update's id: 0 when the bot is not told, or not yet because of [Server.Hold].
func (u *Update) ID() int64 {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	return u.id
}

// Kind returns which field of Update it is: "message", "callback_query".
func (u *Update) Kind() string { return u.kind }

// Message returns the id of the message that it is about; 0 = about none.
func (u *Update) Message() int64 { return u.message }

// Seen tells whether the bot is told at all: it is not when privacy mode hides a message, or when the
// bot has not allowed this kind.
func (u *Update) Seen() bool { return u.told }

// Acked is closed once the bot has acknowledged the update: with a 2xx of its webhook, or with a poll
// for what comes after it. For an update that the bot is not told of, it is closed at once.
func (u *Update) Acked() <-chan struct{} { return u.acked }

// Deliveries returns how often the update was handed over so far.
func (u *Update) Deliveries() int {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	return u.deliveries
}

// Lost is closed once the server gives the update up: it was too old, or the bot dropped what was
// pending.
func (u *Update) Lost() <-chan struct{} { return u.lost }

// Again hands the same update over once more, acknowledged or not.
func (u *Update) Again() {
	u.s.mu.Lock()
	defer u.s.mu.Unlock()
	if u.id == 0 {
		return
	}
	if u.s.hook.url != "" {
		u.s.enqueue(u)
		return
	}
	u.s.updates.again = append(u.s.updates.again, u)
	u.s.wakePoll()
}

// untold makes an update one that the bot is not told of.
func (s *Server) untold(u *Update) *Update {
	u.s, u.acked, u.lost, u.done = s, make(chan struct{}), make(chan struct{}), true
	close(u.acked)
	return u
}

// queueOf names a queue: the messages of a chat, the presses of a person, the bot's own membership
// (platform-facts.md 10).
func queueOf(what string, id int64) string { return what + strconv.FormatInt(id, 10) }

// push makes an update, unless the bot has not allowed its kind. It is filtered now, so that a later
// change does not affect it (platform-facts.md 7).
func (s *Server) push(u *Update, content obj) *Update {
	if !s.allows(u.kind) {
		return s.untold(u)
	}
	body, err := json.Marshal(content)
	if err != nil {
		panic(fmt.Sprintf("encode an update: %v", err))
	}
	u.s, u.body, u.made, u.told = s, body, s.now(), true
	u.acked, u.lost = make(chan struct{}), make(chan struct{})
	s.updates.all = append(s.updates.all, u)
	for _, h := range s.updates.held {
		if strings.HasPrefix(u.queue, "chat") && (len(h.chats) == 0 || slices.Contains(h.chats, u.chat)) {
			h.kept = append(h.kept, u)
			return u
		}
	}
	s.release(u)
	return u
}

// release gives an update its id and sends it on its way.
func (s *Server) release(u *Update) {
	u.id = s.updates.next
	s.updates.next++
	s.updates.pending = append(s.updates.pending, u)
	if s.hook.url != "" {
		s.enqueue(u)
	}
	s.wakePoll()
}

func (s *Server) allows(kind string) bool {
	if s.updates.allowed == nil {
		return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
	}
	return slices.Contains(s.updates.allowed, kind)
}

// setAllowed takes allowed_updates: left out, the earlier setting stays; an empty list is the default.
func (s *Server) setAllowed(c *call) error {
	if c.params["allowed_updates"] == "" || c.params["allowed_updates"] == "null" {
		return nil
	}
	var kinds []string
	if err := c.json("allowed_updates", &kinds); err != nil {
		return err
	}
	for _, k := range kinds {
		if _, ok := s.spec.Types["Update"].Fields[k]; !ok || k == "update_id" {
			s.mistaken("%s: there are no updates %q", c.method, k)
			return bad("%s: there are no updates %q", c.method, k)
		}
	}
	s.updates.allowed = nil
	if len(kinds) > 0 {
		s.updates.allowed = kinds
	}
	return nil
}

// wire returns the update with its id.
func (u *Update) wire() obj { return obj{"update_id": u.id, u.kind: u.body} }

// expires tells when the server gives the update up.
func (u *Update) expires() time.Time {
	if u.kind == "callback_query" {
		return u.made.Add(lifeOfPress)
	}
	return u.made.Add(lifeOfMessage)
}

// acknowledge forgets an update that the bot has taken.
func (s *Server) acknowledge(u *Update) { s.finish(u, false) }

// drop forgets an update that is too old.
func (s *Server) drop(u *Update) { s.finish(u, true) }

func (s *Server) finish(u *Update, lost bool) {
	if u.done {
		return
	}
	u.done = true
	if lost {
		close(u.lost)
	} else {
		close(u.acked)
	}
	s.updates.pending = slices.DeleteFunc(s.updates.pending, func(p *Update) bool { return p == u })
}

// expire drops what is too old.
func (s *Server) expire() {
	for _, u := range slices.Clone(s.updates.pending) {
		if s.now().After(u.expires()) {
			s.drop(u)
		}
	}
}

// Hold keeps back the messages and edits of some chats, or of all when none is named, until the
// function that it returns is called; then they come at once, in their order. Presses are not held:
// they overtake, as they can with the real server (platform-facts.md 10).
func (s *Server) Hold(chats ...*Chat) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &hold{}
	for _, c := range chats {
		h.chats = append(h.chats, c.id)
	}
	s.updates.held = append(s.updates.held, h)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.updates.held = slices.DeleteFunc(s.updates.held, func(o *hold) bool { return o == h })
		for _, u := range h.kept {
			s.release(u)
		}
		h.kept = nil
	}
}

// Updates returns all updates that were ever made, with those that are still held back.
func (s *Server) Updates() []*Update {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.updates.all)
}

// Renumber is what a week without updates leads to: what was pending is gone, and ids go on at
// another number, a lower one here (platform-facts.md 1).
func (s *Server) Renumber() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropAll()
	s.updates.next -= 100_000_000
}

// Pending returns how many updates are not acknowledged.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	return len(s.updates.pending)
}
