package fake

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Post is what a person says.
type Post struct {
	Text      string // as typed
	Raw       string // instead of Text: as it goes over the line
	Thread    string // ts of the thread's parent
	Mention   bool   // begins with the bot's name
	Broadcast bool   // a reply that is shown in the channel as well
	Me        bool   // /me
	Files     []Upload
	ClientID  string    // client_msg_id; empty = one of its own (platform-facts.md 66)
	At        time.Time // said so early that others have come before it (platform-facts.md 67); zero = now
	Image     string    // address of a moving picture of some page, as people send in place of words
}

// Say lets a person write.
func (c *Chat) Say(p *Person, text string) *Deed { return c.Post(p, Post{Text: text}) }

// Reply lets a person write into a thread.
func (c *Chat) Reply(p *Person, thread, text string) *Deed {
	return c.Post(p, Post{Text: text, Thread: thread})
}

// Mention lets a person write to the bot by name: in a channel that makes two events, in any order
// (platform-facts.md 66).
func (c *Chat) Mention(p *Person, text string) *Deed {
	return c.Post(p, Post{Text: text, Mention: true})
}

// Upload lets a person send files, all in one message.
func (c *Chat) Upload(p *Person, text string, files ...Upload) *Deed {
	return c.Post(p, Post{Text: text, Files: files})
}

// Post lets a person write anything.
func (c *Chat) Post(p *Person, in Post) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	c.join(p)
	m := &message{chat: c, from: p, text: or(in.Raw, Typed(in.Text)), thread: in.Thread, clientID: or(in.ClientID, s.uuid())}
	if in.Mention {
		m.text = strings.TrimSpace("<@" + botUser + "> " + m.text)
	}
	m.subtype = subtypeOf(p, in)
	if in.Image != "" {
		m.unfurled = []any{obj{"id": 1, "image_url": in.Image, "fallback": in.Image}}
	}
	if !in.At.IsZero() && in.At.UnixMicro() < s.lastTS {
		m.ts = c.free(in.At)
	}
	for _, u := range in.Files {
		m.files = append(m.files, s.keep(u, p))
	}
	if p.profile.Bot {
		m.clientID = ""
	} else if m.text != "" {
		m.blocks = []any{richText(s.id("b"), m.text)}
	}
	c.add(m)
	if len(m.blocks) > 0 {
		m.said = reader{s: s}.mrkdwn(m.text) // its blocks say the same
	}
	for _, f := range m.files {
		f.share(m)
	}
	events := []obj{s.said(m)}
	if c.kind != Direct && strings.Contains(m.text, "<@"+botUser+">") {
		events = append(events, s.mentioned(m))
		if s.ids["Ev"]%4 < 2 {
			slices.Reverse(events)
		}
	}
	return &Deed{TS: m.ts, Events: s.emit(c, events...)}
}

func subtypeOf(p *Person, in Post) string {
	switch {
	case p.profile.Bot:
		return "bot_message"
	case len(in.Files) > 0:
		return "file_share"
	case in.Broadcast:
		return "thread_broadcast"
	case in.Me:
		return "me_message"
	}
	return ""
}

func (s *Server) uuid() string {
	s.ids["uuid"]++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.ids["uuid"])
}

// Edit lets the author change the words of a message.
func (c *Chat) Edit(p *Person, ts, text string) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := c.find(ts)
	if m == nil || m.from != p {
		return &Deed{TS: ts, Err: fmt.Errorf("edit %s: no message of %s", ts, p.id)}
	}
	before := m.wire()
	m.text, m.edited = Typed(text), s.ts()
	m.blocks = []any{richText(s.id("b"), m.text)}
	m.said = reader{s: s}.mrkdwn(m.text)
	s.changed.tell()
	return &Deed{TS: ts, Events: s.emit(c, s.altered(m, before))}
}

// Delete lets the author take a message away.
func (c *Chat) Delete(p *Person, ts string) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := c.find(ts)
	if m == nil || m.from != p {
		return &Deed{TS: ts, Err: fmt.Errorf("delete %s: no message of %s", ts, p.id)}
	}
	c.remove(m)
	return &Deed{TS: ts, Events: s.emit(c, s.deleted(m))}
}

// Unfurl lets Slack show what a message's address leads to: a change that nobody made (platform-facts.md 72).
func (c *Chat) Unfurl(ts string) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	m := c.find(ts)
	if m == nil {
		return &Deed{TS: ts, Err: fmt.Errorf("unfurl %s: no message", ts)}
	}
	before := m.wire()
	m.unfurled = []any{obj{"id": 1, "title": "A page", "fallback": "A page", "from_url": "https://example.org/"}}
	return &Deed{TS: ts, Events: s.emit(c, s.altered(m, before))}
}

// Join lets a person come into the channel, which makes a message of its own (platform-facts.md 71).
func (c *Chat) Join(p *Person) *Deed { return c.system(p, "channel_join", "has joined the channel") }

// Leave lets a person go.
func (c *Chat) Leave(p *Person) *Deed {
	d := c.system(p, "channel_leave", "has left the channel")
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.members = slices.DeleteFunc(c.members, func(o *Person) bool { return o == p })
	return d
}

func (c *Chat) system(p *Person, subtype, text string) *Deed {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	c.join(p)
	m := &message{chat: c, from: p, subtype: subtype, text: "<@" + p.id + "> " + text}
	c.add(m)
	return &Deed{TS: m.ts, Events: s.emit(c, s.said(m))}
}

// Reload lets a person's program start anew: ephemeral messages are gone (platform-facts.md 89).
func (c *Chat) Reload(p *Person) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.messages = slices.DeleteFunc(c.messages, func(m *message) bool { return m.ghost == p })
	c.s.changed.tell()
}

// TooManyEvents tells the bot that events are held back for a minute (platform-facts.md 68). Use
// [Server.Lose] for what is held back.
func (s *Server) TooManyEvents() *Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.send(s.newEvent(eventsAPI, "", obj{
		"token": "verification-token", "type": "app_rate_limited", "team_id": Team, "minute_rate_limited": s.now().Unix() / 60 * 60, "api_app_id": App,
	}))
}

// Emit sends the bot an event of any kind, in this chat: one that it does not know.
func (c *Chat) Emit(event map[string]any) *Deed {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return &Deed{Events: c.s.emit(c, event)}
}
