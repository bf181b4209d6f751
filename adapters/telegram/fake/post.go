package fake

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// Post is what a person sends. One of Media and Other may be set.
type Post struct {
	Text     string // or the caption of Media
	Entities []Entity
	Media    *Media
	Other    map[string]any // fields of the message as they are: see [Location] and those beside it
	ReplyTo  int64
	Thread   int64  // the topic
	Album    string // the name of the album that it belongs to; see [Chat.Album]
	As       As
}

// As is for whom a person speaks.
type As int

// Speakers.
const (
	Themselves As = iota
	TheChat       // an anonymous administrator
	AChannel      // a channel of the person's
	Nobody        // a message without from
)

// Media is a file that a person sends.
type Media struct {
	Kind    Kind   // empty = Document
	Name    string // chosen by the sender; empty = none
	Mime    string // chosen by the sender; empty = none
	Content []byte
	Size    int64 // without Content: so many bytes of any kind
	Width   int
	Height  int
	Seconds int

	FailGet   int // how often getFile fails; negative = for ever
	FailFetch int // how often the download fails; negative = for ever
}

// Location is a place on the map.
func Location(latitude, longitude float64) Post {
	return Post{Other: obj{"location": obj{"latitude": latitude, "longitude": longitude}}}
}

// Venue is a place with a name.
func Venue(title, address string) Post {
	at := obj{"latitude": 23.35, "longitude": 116.68}
	return Post{Other: obj{"location": at, "venue": obj{"location": at, "title": title, "address": address}}}
}

// Contact is a shared contact: somebody's own when user is the sender's id, 0 = an unknown account
// (platform-facts.md 23).
func Contact(phone, name string, user int64) Post {
	c := obj{"phone_number": phone, "first_name": name}
	if user != 0 {
		c["user_id"] = user
	}
	return Post{Other: obj{"contact": c}}
}

// Poll is a poll with two answers.
func Poll(question string) Post {
	option := func(id, text string) obj { return obj{"persistent_id": id, "text": text, "voter_count": 0} }
	return Post{Other: obj{"poll": obj{
		"id": "5301122334455667788", "question": question, "options": []any{option("1", "Yes"), option("2", "No")},
		"total_voter_count": 0, "is_closed": false, "is_anonymous": true, "type": "regular", "allows_multiple_answers": false,
		"allows_revoting": true, "members_only": false,
	}}}
}

// Dice is a die that fell.
func Dice(value int) Post { return Post{Other: obj{"dice": obj{"emoji": "🎲", "value": value}}} }

// Story is a forwarded story.
func Story() Post {
	return Post{Other: obj{"story": obj{"chat": obj{"id": 777000, "type": "private", "first_name": "Telegram"}, "id": 5}}}
}

// Unknown is a message of a kind that no bot knows yet (platform-facts.md 22).
func Unknown() Post { return Post{Other: obj{}} }

// Say lets a person write something.
func (c *Chat) Say(by *Person, text string) *Update { return c.Send(by, Post{Text: text}) }

// Reply lets a person answer a message.
func (c *Chat) Reply(by *Person, to int64, text string) *Update {
	return c.Send(by, Post{Text: text, ReplyTo: to})
}

// Send lets a person send something. Whoever has blocked the bot unblocks it by that.
func (c *Chat) Send(by *Person, p Post) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.send(by, p)
}

func (c *Chat) send(by *Person, p Post) *Update {
	if c.kind == Private && by.blocked {
		c.s.setBlocked(by, false)
	}
	c.meet(by)
	m := &message{words: clean(formatted{text: p.Text, entities: p.Entities}), replyTo: p.ReplyTo, thread: p.Thread, group: p.Album}
	m.words = withDetected(m.words)
	if p.Media != nil {
		m.hold(c.s.incoming(p.Media))
	}
	if p.Other != nil {
		m.content = maps.Clone(p.Other)
	}
	c.speak(m, by, p.As)
	if t := c.messages[p.ReplyTo]; t != nil && m.thread == 0 {
		m.thread = t.thread // an answer stands in the topic of what it answers
	}
	return c.s.announce("message", c.add(m))
}

// speak sets who a message is from.
func (c *Chat) speak(m *message, by *Person, as As) {
	m.from = by
	switch {
	case c.kind == Channel:
		m.from, m.sender = nil, c
	case as == TheChat:
		m.from, m.sender = c.s.standIn(1087968824, "Group", "GroupAnonymousBot"), c
	case as == AChannel:
		m.from = c.s.standIn(136817688, "Channel", "Channel_Bot")
		m.sender = &Chat{s: c.s, id: -1_001_234_567_890, kind: Channel, title: by.profile.First}
	case as == Nobody:
		m.from = nil
	}
}

// standIn is the account that Telegram names where a person speaks for a chat.
func (s *Server) standIn(id int64, first, username string) *Person {
	return &Person{s: s, profile: Profile{ID: id, First: first, Username: username, Bot: true}}
}

// incoming keeps a file that a person sends.
func (s *Server) incoming(m *Media) *file {
	f := s.keep(&file{
		kind: cmp.Or(m.Kind, Document), name: m.Name, mime: m.Mime, bytes: m.Content, size: m.Size,
		width: cmp.Or(m.Width, 1280), height: cmp.Or(m.Height, 960), duration: cmp.Or(m.Seconds, 3),
		failGet: m.FailGet, failFetch: m.FailFetch,
	})
	if f.kind == Photo {
		f.name, f.mime = "", ""
		s.addSizes(f)
	}
	if f.kind == Voice {
		f.mime = cmp.Or(f.mime, "audio/ogg")
	}
	return f
}

// Edit lets a person change the words of a message, or its caption (platform-facts.md 16). It panics
// when the message is not there.
func (c *Chat) Edit(id int64, text string) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.find(id)
	if m == nil {
		panic("no message " + strconv.FormatInt(id, 10) + " to edit")
	}
	m.words = withDetected(clean(formatted{text: text}))
	m.edited = c.s.now().Unix()
	c.change()
	return c.s.announce("edited_message", m)
}

// Touch makes an edited_message without any edit, as it happens for reasons that nobody sees
// (platform-facts.md 16).
func (c *Chat) Touch(id int64) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.find(id)
	m.edited = c.s.now().Unix()
	return c.s.announce("edited_message", m)
}

// Remove lets a person delete a message; bots are not told (platform-facts.md 16).
func (c *Chat) Remove(id int64) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if m := c.find(id); m != nil {
		m.deleted = true
		c.change()
	}
}

func (c *Chat) isAdmin(p *Person) bool {
	return len(c.members) > 0 && c.members[0] == p || slices.Contains(c.admins, p)
}
