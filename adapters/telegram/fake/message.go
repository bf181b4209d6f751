package fake

import "slices"

// Kind is what a message holds, as the Bot API calls it; empty = words only.
type Kind string

// The kinds of messages with a file.
const (
	Photo     Kind = "photo"
	Video     Kind = "video"
	Document  Kind = "document"
	Audio     Kind = "audio"
	Voice     Kind = "voice"
	VideoNote Kind = "video_note"
	Animation Kind = "animation"
	Sticker   Kind = "sticker"
)

// message is one message of a chat.
type message struct {
	chat    *Chat
	id      int64
	date    int64
	edited  int64 // when; 0 = never
	from    *Person
	sender  *Chat // speaks for a chat: an anonymous administrator, a channel
	byBot   bool
	service bool
	thread  int64 // the topic; 0 = General, or no forum
	replyTo int64
	group   string // media_group_id
	kind    Kind
	words   formatted
	content obj // what it holds besides the words
	files   []*file
	markup  *markup
	hidden  bool // the bot did not get it
	deleted bool
}

// add gives a message its id and puts it into the chat.
func (c *Chat) add(m *message) *message {
	m.chat, m.date = c, c.s.now().Unix()
	if c.kind == Private || c.kind == Group {
		c.s.nextID.message++
		m.id = c.s.nextID.message
	} else {
		c.lastID++
		m.id = c.lastID
	}
	c.messages[m.id] = m
	c.order = append(c.order, m.id)
	c.change()
	return m
}

// change tells those who watch the chat.
func (c *Chat) change() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// find returns a message that stands in the chat.
func (c *Chat) find(id int64) *message {
	if m := c.messages[id]; m != nil && !m.deleted {
		return m
	}
	return nil
}

// wire returns the message as a Message. What it answers is shown without what that answers.
func (m *message) wire(nested bool) obj {
	o := obj{"message_id": m.id, "date": m.date, "chat": m.chat.wire()}
	if m.from != nil {
		o["from"] = m.from.wire()
	}
	if m.sender != nil {
		o["sender_chat"] = m.sender.wire()
	}
	if m.edited != 0 {
		o["edit_date"] = m.edited
	}
	put(o, "media_group_id", m.group)
	m.wireThread(o, nested)
	for k, v := range m.content {
		o[k] = v
	}
	m.wireWords(o)
	if m.markup != nil && len(m.markup.rows) > 0 {
		o["reply_markup"] = m.markup.raw
	}
	return o
}

// wireThread adds where the message belongs (platform-facts.md 19). Every message of a topic answers
// at least the message that opened it.
func (m *message) wireThread(o obj, nested bool) {
	if m.thread != 0 {
		o["message_thread_id"] = m.thread
		o["is_topic_message"] = true
	}
	to := m.replyTo
	if to == 0 && m.thread != m.id {
		to = m.thread
	}
	if r := m.chat.messages[to]; r != nil && !nested {
		o["reply_to_message"] = r.wire(true)
	}
}

func (m *message) wireWords(o obj) {
	if m.words.text == "" {
		return
	}
	text, entities := "text", "entities"
	if m.kind != "" {
		text, entities = "caption", "caption_entities"
	}
	o[text] = m.words.text
	if len(m.words.entities) > 0 {
		o[entities] = m.chat.s.wireEntities(m.words.entities)
	}
}

// service adds a message that says what happened in the chat.
func (c *Chat) service(by *Person, content obj) *Update {
	c.meet(by)
	m := c.add(&message{from: by, service: true, content: content})
	return c.s.announce("message", m)
}

// announce makes the update of a message, unless the bot may not see it.
func (s *Server) announce(kind string, m *message) *Update {
	c := m.chat
	if c.kind == Channel {
		kind = map[string]string{"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
	}
	u := &Update{kind: kind, chat: c.id, message: m.id, queue: queueOf("chat", c.id)}
	m.hidden = !c.has() || c.upgraded != nil || c.deleted || !s.sees(m)
	if m.hidden {
		return s.untold(u)
	}
	return s.push(u, m.wire(false))
}

// sees tells whether the bot is shown a message (platform-facts.md 18).
func (s *Server) sees(m *message) bool {
	c := m.chat
	if c.kind == Private || c.kind == Channel || s.cfg.SeeAll || c.bot == "administrator" || m.service {
		return true
	}
	if r := c.messages[m.replyTo]; r != nil && r.byBot {
		return true
	}
	return slices.ContainsFunc(m.words.entities, func(e Entity) bool {
		return e.Type == "bot_command" && s.commandIsOurs(m.words.cut(e))
	})
}
