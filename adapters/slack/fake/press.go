package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// trigger is a trigger_id: good for 3 s and one use (platform-facts.md 79).
type trigger struct {
	person *Person
	made   time.Time
	used   bool
}

func (s *Server) trigger(p *Person) string {
	id := s.id("17000.")
	s.triggers[id] = &trigger{person: p, made: s.now()}
	return id
}

// pull uses a trigger_id.
func (s *Server) pull(id string) (*Person, error) {
	t := s.triggers[id]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case s.now().Sub(t.made) > 3*time.Second:
		return nil, refuse("expired_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	}
	t.used = true
	return t.person, nil
}

// interaction is what all interactions have.
func (s *Server) interaction(kind string, p *Person) obj {
	return obj{
		"type": kind, "token": "verification-token", "api_app_id": App, "action_ts": s.ts(), "trigger_id": s.trigger(p),
		"team": obj{"id": Team, "domain": "optoste"}, "is_enterprise_install": false, "enterprise": nil,
		"user": obj{"id": p.id, "username": p.profile.Name, "name": p.profile.Name, "team_id": p.team},
	}
}

// Press lets a person press a button under a message, also one that an edit has taken away since: the
// person's program may still show it. The button is named by its action_id, its value or its label.
func (c *Chat) Press(p *Person, ts, button string) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := c.find(ts)
	if m == nil {
		return &Deed{TS: ts, Err: fmt.Errorf("press %q: no message %s", button, ts)}
	}
	b, ok := pick(m.buttons, button)
	if !ok {
		return &Deed{TS: ts, Err: fmt.Errorf("press %q: no such button under %s", button, ts)}
	}
	o := s.interaction("block_actions", p)
	o["container"] = obj{"type": "message", "message_ts": ts, "channel_id": c.id, "is_ephemeral": m.ghost != nil}
	if m.thread != "" {
		o["container"].(obj)["thread_ts"] = m.thread //nolint:forcetypeassert // just made
	}
	o["channel"] = obj{"id": c.id, "name": or(c.name, "directmessage")}
	if m.ghost == nil {
		o["message"] = m.wire()
	}
	o["state"] = obj{"values": obj{}}
	o["response_url"] = s.responseURL(c, p, m)
	o["actions"] = []any{b.wire(s.ts())}
	return &Deed{TS: ts, Events: []*Event{s.send(s.newEvent(interactive, c.id, o))}}
}

// pick finds a button by its action_id, value or label.
func pick(buttons map[string]Button, name string) (Button, bool) {
	for _, by := range []func(Button) string{
		func(b Button) string { return b.Action }, func(b Button) string { return b.Value }, func(b Button) string { return b.Label },
	} {
		for _, b := range buttons {
			if by(b) == name {
				return b, true
			}
		}
	}
	return Button{}, false
}

// wire returns the press of a button as an action.
func (b Button) wire(ts string) obj {
	o := obj{
		"type": or(b.kind, "button"), "action_id": b.Action, "block_id": b.Block, "action_ts": ts,
		"text": obj{"type": "plain_text", "text": b.Label, "emoji": true},
	}
	if b.kind != "" {
		delete(o, "text")
		o["selected_option"] = obj{"text": obj{"type": "plain_text", "text": b.Label, "emoji": true}, "value": b.Value}
		return o
	}
	put(o, "value", b.Value)
	put(o, "style", b.Style)
	put(o, "url", b.URL)
	return o
}

// Shortcut lets a person choose a global shortcut of the app's.
func (p *Person) Shortcut(callback string) *Deed {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.interaction("shortcut", p)
	o["callback_id"] = callback
	return &Deed{Events: []*Event{s.send(s.newEvent(interactive, p.id, o))}}
}

// SelectShortcut lets a person choose a shortcut of the app's in the menu of a message.
func (c *Chat) SelectShortcut(p *Person, ts, callback string) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := c.find(ts)
	if m == nil {
		return &Deed{TS: ts, Err: fmt.Errorf("shortcut %q: no message %s", callback, ts)}
	}
	o := s.interaction("message_action", p)
	o["callback_id"], o["message_ts"], o["message"] = callback, ts, m.wire()
	o["channel"] = obj{"id": c.id, "name": or(c.name, "directmessage")}
	o["response_url"] = s.responseURL(c, p, nil)
	return &Deed{TS: ts, Events: []*Event{s.send(s.newEvent(interactive, c.id, o))}}
}

// Slash lets a person give a command: "/report", "its text". The text is raw (platform-facts.md 78). What
// the bot answers inline stands in the chat, for this person only unless it says otherwise.
func (c *Chat) Slash(p *Person, command, text string) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	name := c.name
	if c.kind == Direct {
		name = "directmessage"
	}
	address := s.responseURL(c, p, nil)
	e := s.newEvent(slash, c.id, obj{
		"token": "verification-token", "team_id": Team, "team_domain": "optoste", "channel_id": c.id, "channel_name": name,
		"user_id": p.id, "user_name": p.profile.Name, "command": command, "text": text, "api_app_id": App, "is_enterprise_install": "false",
		"response_url": address, "trigger_id": s.trigger(p),
	})
	e.after = func(body []byte) { s.inline(c, p, body) }
	return &Deed{Events: []*Event{s.send(e)}}
}

// inline says what the answer to a command says.
func (s *Server) inline(c *Chat, p *Person, body []byte) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return
	}
	var in response
	if json.Unmarshal(body, &in) != nil {
		in = response{Text: string(body)}
	}
	if err := s.sayResponse(c, p, in); err != nil {
		s.mistaken("answer to a command: %v", err)
	}
}
