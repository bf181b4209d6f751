package fake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ChatKind is what sort of chat it is.
type ChatKind string

// The kinds of chats, as the Bot API calls them.
const (
	Private    ChatKind = "private"
	Group      ChatKind = "group" // a basic group
	Supergroup ChatKind = "supergroup"
	Channel    ChatKind = "channel"
)

// Chat is a place to talk in.
type Chat struct {
	s        *Server
	id       int64
	kind     ChatKind
	title    string
	username string
	forum    bool
	person   *Person // of a private chat

	members  []*Person // the first one owns the chat
	admins   []*Person // besides the owner
	bot      string    // the bot's status: "member", "administrator", "left", "kicked"
	rights   Rights
	silenced bool
	deleted  bool
	upgraded *Chat

	messages map[int64]*message
	order    []int64 // ids as they were given out
	lastID   int64   // of a supergroup or channel, which counts on its own (platform-facts.md 21)
	topics   map[int64]*topic
	changed  chan struct{} // closed and made anew when something else is visible
}

// Rights are what an administrator may do, as far as the server looks at it.
type Rights struct {
	ManageTopics   bool
	DeleteMessages bool
	PinMessages    bool
}

// NewGroup returns a basic group; its first member owns it, and the bot is a member.
func (s *Server) NewGroup(title string, members ...*Person) *Chat {
	return s.newChat(Group, title, members)
}

// NewSupergroup returns a supergroup; its first member owns it, and the bot is a member.
func (s *Server) NewSupergroup(title string, members ...*Person) *Chat {
	return s.newChat(Supergroup, title, members)
}

// NewForum returns a supergroup with topics; its first member owns it, and the bot is a member. See
// [Chat.PromoteBot] for what it needs to make topics.
func (s *Server) NewForum(title string, members ...*Person) *Chat {
	c := s.newChat(Supergroup, title, members)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.forum = true
	return c
}

// NewChannel returns a channel in which the bot is an administrator.
func (s *Server) NewChannel(title string, members ...*Person) *Chat {
	c := s.newChat(Channel, title, members)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.bot = "administrator"
	return c
}

func (s *Server) newChat(kind ChatKind, title string, members []*Person) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addChat(kind, title, members)
}

func (s *Server) addChat(kind ChatKind, title string, members []*Person) *Chat {
	c := &Chat{
		s: s, kind: kind, title: title, members: slices.Clone(members), bot: "member",
		messages: map[int64]*message{}, topics: map[int64]*topic{}, changed: make(chan struct{}),
	}
	if kind == Group {
		s.nextID.group++
		c.id = -s.nextID.group
	} else {
		s.nextID.super++
		c.id = -1_000_000_000_000 - s.nextID.super
	}
	s.chats[c.id] = c
	return c
}

// Chat returns a chat by its id; nil when there is none.
func (s *Server) Chat(id int64) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chats[id]
}

// ID returns the chat's id.
func (c *Chat) ID() int64 { return c.id }

// SetUsername makes the chat public under a name, given without the @.
func (c *Chat) SetUsername(name string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.username = name
}

// wire returns the chat as a Chat.
func (c *Chat) wire() obj {
	o := obj{"id": c.id, "type": string(c.kind)}
	if c.person != nil {
		o["first_name"] = c.person.profile.First
		put(o, "last_name", c.person.profile.Last)
		put(o, "username", c.person.profile.Username)
		return o
	}
	o["title"] = c.title
	put(o, "username", c.username)
	if c.forum {
		o["is_forum"] = true
	}
	return o
}

// access is how much of a chat a call needs.
type access int

const (
	toRead access = iota
	toEdit
	toWrite
)

// chat finds the chat of a call and refuses what the real server refuses (platform-facts.md 20, 35).
func (s *Server) chat(name string, a access) (*Chat, error) {
	if name == "" {
		return nil, bad("chat_id is empty")
	}
	c := s.findChat(name)
	if c == nil {
		return nil, bad("chat not found")
	}
	switch c.kind {
	case Private:
		return c, s.reachable(c.person, a)
	case Group:
		return c, c.groupAccess(a)
	default:
		return c, c.superAccess()
	}
}

func (s *Server) findChat(name string) *Chat {
	if username, ok := strings.CutPrefix(name, "@"); ok {
		for _, c := range s.chats {
			if c.username != "" && strings.EqualFold(c.username, username) {
				return c
			}
		}
		return nil
	}
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return nil
	}
	return s.chats[id]
}

// reachable tells whether the bot may do something in a person's private chat.
func (s *Server) reachable(p *Person, a access) error {
	switch {
	case !p.known:
		return bad("chat not found")
	case a == toRead:
		return nil
	case p.gone:
		return forbidden("user is deactivated")
	case !p.started:
		return forbidden("bot can't initiate conversation with a user")
	case p.blocked:
		return forbidden("bot was blocked by the user")
	}
	return nil
}

func (c *Chat) groupAccess(a access) error {
	switch {
	case c.upgraded != nil && a == toWrite:
		err := bad("group chat was upgraded to a supergroup chat").(*apiError) //nolint:errorlint // just made
		err.parameters = obj{"migrate_to_chat_id": c.upgraded.id}
		return err
	case c.deleted && a == toWrite:
		return forbidden("the group chat was deleted")
	case a == toRead:
		return nil
	case c.bot == "kicked":
		return forbidden("bot was kicked from the group chat")
	case c.bot == "left":
		return forbidden("bot is not a member of the group chat")
	}
	return nil
}

func (c *Chat) superAccess() error {
	what := string(c.kind)
	switch c.bot {
	case "kicked":
		return forbidden(fmt.Sprintf("bot was kicked from the %s chat", what))
	case "left":
		return forbidden(fmt.Sprintf("bot is not a member of the %s chat", what))
	}
	return nil
}

// has tells whether the bot sees what is said in the chat at all.
func (c *Chat) has() bool {
	return c.kind == Private || c.bot == "member" || c.bot == "administrator"
}

// meet notes that the bot has now heard of a person.
func (c *Chat) meet(p *Person) {
	if p == nil {
		return
	}
	if c.has() {
		p.known = true
	}
	if c.kind == Private {
		p.started = true
	} else if !slices.Contains(c.members, p) {
		c.members = append(c.members, p)
	}
}

// Silence forbids the bot to write, or lets it write again.
func (c *Chat) Silence(silent bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.silenced = silent
}

// Delete deletes the chat: a basic group or a supergroup that nobody can use any more.
func (c *Chat) Delete() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.kind == Group {
		c.deleted = true
		return
	}
	delete(c.s.chats, c.id)
}

func (s *Server) getChat(c *call) (any, error) {
	chat, err := s.chat(c.params["chat_id"], toRead)
	if err != nil {
		return nil, err
	}
	o := chat.wire()
	o["accent_color_id"], o["max_reaction_count"] = 0, 11
	o["accepted_gift_types"] = obj{
		"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
		"gifts_from_channels": false,
	}
	if chat.kind == Group || chat.kind == Supergroup {
		o["permissions"] = obj{"can_send_messages": true, "can_send_photos": true, "can_send_documents": true}
	}
	return o, nil
}
