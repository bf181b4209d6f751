package fake

import (
	"slices"
	"unicode/utf8"
)

// topic is a topic of a forum; its id is that of the message that opened it.
type topic struct {
	name   string
	color  int64
	closed bool
}

// general is the topic that every forum has; its id is not taken (platform-facts.md 19).
const general = 1

// maxTopicName is the longest name of a topic.
const maxTopicName = 128

// forum finds the forum of a call and checks that the bot may manage topics there.
func (s *Server) forumOf(c *call, what string) (*Chat, error) {
	chat, err := s.chat(c.params["chat_id"], toWrite)
	if err != nil {
		return nil, err
	}
	if !chat.forum {
		return nil, bad("the chat is not a forum")
	}
	if chat.bot != "administrator" || !chat.rights.ManageTopics {
		return nil, bad("not enough rights to %s", what)
	}
	return chat, nil
}

func (s *Server) createForumTopic(c *call) (any, error) {
	chat, err := s.forumOf(c, "create a topic")
	if err != nil {
		return nil, err
	}
	name := clean(formatted{text: c.params["name"]}).text
	if name == "" {
		return nil, bad("name must be non-empty")
	}
	if utf8.RuneCountInString(name) > maxTopicName {
		return nil, bad("TOPIC_TITLE_TOO_LONG")
	}
	color := c.int("icon_color")
	if color == 0 {
		color = 0x6fb9f0
	}
	if !slices.Contains([]int64{0x6fb9f0, 0xffd67e, 0xcb86db, 0x8eee98, 0xff93b2, 0xfb6f5f}, color) {
		return nil, bad("invalid icon color specified")
	}
	id := chat.openTopic(s.bot, name, color).id
	return obj{"message_thread_id": id, "name": name, "icon_color": color}, nil
}

// openTopic adds the message that opens a topic.
func (c *Chat) openTopic(by *Person, name string, color int64) *message {
	if c.lastID < general {
		c.lastID = general // the id of the General topic
	}
	m := c.add(&message{
		from: by, byBot: by == c.s.bot, service: true,
		content: obj{"forum_topic_created": obj{"name": name, "icon_color": color}},
	})
	m.thread = m.id
	c.topics[m.id] = &topic{name: name, color: color}
	return m
}

// topicOf finds the topic of a call.
func (s *Server) topicOf(c *call, what string) (*Chat, *topic, error) {
	chat, err := s.forumOf(c, what)
	if err != nil {
		return nil, nil, err
	}
	t := chat.topics[c.int("message_thread_id")]
	if t == nil {
		return nil, nil, bad("message thread not found")
	}
	return chat, t, nil
}

func (s *Server) editForumTopic(c *call) (any, error) {
	chat, t, err := s.topicOf(c, "edit the topic")
	if err != nil {
		return nil, err
	}
	name := clean(formatted{text: c.params["name"]}).text
	switch {
	case utf8.RuneCountInString(name) > maxTopicName:
		return nil, bad("TOPIC_TITLE_TOO_LONG")
	case name == "" && c.params["icon_custom_emoji_id"] == "", name == t.name:
		return nil, bad("TOPIC_NOT_MODIFIED")
	case name != "":
		t.name = name
	}
	chat.add(&message{from: s.bot, byBot: true, service: true, thread: c.int("message_thread_id"), content: obj{"forum_topic_edited": obj{"name": t.name}}})
	return true, nil
}

func (s *Server) closeForumTopic(c *call) (any, error) {
	chat, t, err := s.topicOf(c, "close or open the topic")
	if err != nil {
		return nil, err
	}
	if t.closed {
		return nil, bad("TOPIC_NOT_MODIFIED")
	}
	t.closed = true
	chat.add(&message{from: s.bot, byBot: true, service: true, thread: c.int("message_thread_id"), content: obj{"forum_topic_closed": obj{}}})
	return true, nil
}

// OpenTopic lets a person open a topic; it returns the topic's id.
func (c *Chat) OpenTopic(by *Person, name string) (int64, *Update) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.openTopic(by, name, 0x6fb9f0)
	return m.id, c.s.announce("message", m)
}

// CloseTopic lets an administrator close a topic.
func (c *Chat) CloseTopic(by *Person, id int64) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.topics[id].closed = true
	return c.s.announce("message", c.add(&message{from: by, service: true, thread: id, content: obj{"forum_topic_closed": obj{}}}))
}

// DeleteTopic deletes a topic and all that stands in it.
func (c *Chat) DeleteTopic(id int64) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	delete(c.topics, id)
	for _, m := range c.messages {
		if m.thread == id {
			m.deleted = true
		}
	}
	c.change()
}

// Topic is a topic of a forum as a person sees it.
type Topic struct {
	ID     int64
	Name   string
	Closed bool
}

// Topics returns a forum's topics in the order in which they were opened.
func (c *Chat) Topics() []Topic {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var list []Topic
	for _, id := range c.order {
		if t := c.topics[id]; t != nil {
			list = append(list, Topic{ID: id, Name: t.name, Closed: t.closed})
		}
	}
	return list
}
