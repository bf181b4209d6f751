package fake

import (
	"fmt"
	"slices"
	"time"
)

// message is one message in a chat.
type message struct {
	chat     *Chat
	ts       string
	from     *Person
	subtype  string // platform-facts.md 71
	text     string // as it goes over the line: escaped
	blocks   []any
	files    []*file
	thread   string // ts of the parent; empty = not in a thread, or the parent
	clientID string
	metadata any
	edited   string // ts of the last edit by its author; empty = never
	unfurled []any
	mark     string // username that the bot gave itself
	reacted  map[string]bool
	unfurls  bool    // addresses in it are shown as pages
	ghost    *Person // the only one who sees it

	replies      int
	latest       string
	said         words  // what is read
	notice       string // what a notification shows
	shownButtons []Button
	buttons      map[string]Button // all that it ever had
}

// wire returns the message as it stands in history and events.
func (m *message) wire() obj {
	o := obj{"type": "message", "ts": m.ts, "text": m.text, "user": m.from.id, "team": m.from.team}
	put(o, "subtype", m.subtype)
	put(o, "client_msg_id", m.clientID)
	if id := m.from.botID(); id != "" {
		o["bot_id"], o["app_id"] = id, "A0"+id[2:]
	}
	if m.subtype == "bot_message" {
		delete(o, "user")
		o["username"] = m.from.profile.Name
	}
	put(o, "username", m.mark)
	if len(m.blocks) > 0 {
		o["blocks"] = m.blocks
	}
	if len(m.files) > 0 {
		var list []any
		for _, f := range m.files {
			list = append(list, f.wire(m.chat.shared && f.owner.team != Team))
		}
		o["files"], o["upload"], o["display_as_bot"] = list, true, false
	}
	if m.from.team != Team {
		o["user_team"], o["source_team"] = m.from.team, m.from.team
	}
	m.wireThread(o)
	if m.edited != "" {
		o["edited"] = obj{"user": m.from.id, "ts": m.edited}
	}
	if len(m.unfurled) > 0 {
		o["attachments"] = m.unfurled
	}
	return o
}

// wireThread adds what a message says of its thread: a parent has thread_ts = ts once it has replies
// (platform-facts.md 73).
func (m *message) wireThread(o obj) {
	if m.thread != "" {
		o["thread_ts"] = m.thread
		if p := m.chat.find(m.thread); p != nil {
			o["parent_user_id"] = p.from.id
		}
	} else if m.replies > 0 {
		o["thread_ts"], o["reply_count"], o["latest_reply"] = m.ts, m.replies, m.latest
	}
}

// full is wire with what only history tells.
func (m *message) full(metadata bool) obj {
	o := m.wire()
	if metadata && m.metadata != nil {
		o["metadata"] = m.metadata
	}
	return o
}

func put(o obj, name, value string) {
	if value != "" {
		o[name] = value
	}
}

func (c *Chat) find(ts string) *message {
	i, ok := slices.BinarySearchFunc(c.messages, ts, func(m *message, ts string) int { return compareTS(m.ts, ts) })
	if !ok {
		return nil
	}
	return c.messages[i]
}

// compareTS compares two times of messages; they are texts of digits with six decimals.
func compareTS(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// free returns a ts in the past that no message of the chat has.
func (c *Chat) free(at time.Time) string {
	for ; ; at = at.Add(time.Microsecond) {
		if ts := fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000); c.find(ts) == nil {
			return ts
		}
	}
}

// add puts a new message into the chat, where its ts belongs when it has one.
func (c *Chat) add(m *message) {
	m.chat, m.ts = c, or(m.ts, c.s.ts())
	if m.thread != "" {
		if p := c.find(m.thread); p != nil {
			p.replies++
			p.latest = m.ts
		}
	}
	m.read()
	at, _ := slices.BinarySearchFunc(c.messages, m.ts, func(o *message, ts string) int { return compareTS(o.ts, ts) })
	c.messages = slices.Insert(c.messages, at, m)
	c.s.changed.tell()
}

// remove takes a message away.
func (c *Chat) remove(m *message) {
	c.messages = slices.DeleteFunc(c.messages, func(o *message) bool { return o == m })
	if p := c.find(m.thread); p != nil {
		p.replies--
	}
	c.s.changed.tell()
}
