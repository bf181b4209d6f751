package fake

import (
	"slices"
	"strings"
)

// ChatKind is a channel_type.
type ChatKind string

// The kinds of chats.
const (
	Direct  ChatKind = "im"
	Public  ChatKind = "channel"
	Private ChatKind = "group"
)

// Chat is a conversation: direct messages with the bot, or a channel.
type Chat struct {
	s        *Server
	id       string
	kind     ChatKind
	name     string
	person   *Person // of direct messages
	members  []*Person
	bot      bool // the bot is a member
	shared   bool // with another workspace
	archived bool
	closed   bool // only few may write
	messages []*message
	status   map[string]string // of the assistant, by thread
}

// NewChannel makes a public channel with the bot in it.
func (s *Server) NewChannel(name string, members ...*Person) *Chat {
	return s.newChannel(Public, "C0", name, members)
}

// NewPrivateChannel makes a private channel with the bot in it.
func (s *Server) NewPrivateChannel(name string, members ...*Person) *Chat {
	return s.newChannel(Private, "G0", name, members)
}

// NewSharedChannel makes a channel that another workspace shares, with the bot in it (platform-facts.md 76).
func (s *Server) NewSharedChannel(name string, members ...*Person) *Chat {
	c := s.newChannel(Public, "C0", name, members)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.shared = true
	return c
}

func (s *Server) newChannel(kind ChatKind, prefix, name string, members []*Person) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Chat{s: s, id: s.id(prefix), kind: kind, name: name, members: slices.Clone(members), bot: true}
	s.chats[c.id] = c
	return c
}

// dm finds or makes the direct messages of a person with the bot.
func (s *Server) dm(p *Person) *Chat {
	id := "D" + p.id[1:]
	if c := s.chats[id]; c != nil {
		return c
	}
	c := &Chat{s: s, id: id, kind: Direct, person: p, members: []*Person{p}, bot: true}
	s.chats[id] = c
	return c
}

// Chat returns a chat by its id; nil when there is none.
func (s *Server) Chat(id string) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chats[id]
}

// ID returns the chat's id.
func (c *Chat) ID() string { return c.id }

// SetBot makes the bot a member, or removes it: it hears nothing any more.
func (c *Chat) SetBot(member bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.bot = member
}

// Archive archives the channel, or restores it.
func (c *Chat) Archive(archived bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.archived = archived
}

// Restrict lets only few write, which the bot is not among (restricted_action).
func (c *Chat) Restrict(closed bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.closed = closed
}

// wire returns the chat as a conversation object.
func (c *Chat) wire() obj {
	o := obj{
		"id": c.id, "created": 1700000000, "is_archived": c.archived, "is_im": c.kind == Direct, "is_ext_shared": c.shared,
		"is_shared": c.shared, "is_org_shared": false, "is_mpim": false,
	}
	if c.kind == Direct {
		o["user"], o["is_open"], o["is_user_deleted"] = c.person.id, true, c.person.deleted
		return o
	}
	o["name"], o["name_normalized"], o["is_member"] = c.name, c.name, c.bot
	o["is_channel"], o["is_group"], o["is_private"] = c.kind == Public, c.kind == Private, c.kind == Private
	return o
}

// reach finds a chat that the bot may read.
func (s *Server) reach(id string) (*Chat, error) {
	c := s.chats[id]
	if c == nil || c.kind == Private && !c.bot {
		return nil, refuse("channel_not_found")
	}
	return c, nil
}

// read finds a chat whose messages the bot may read: it must be a member.
func (s *Server) member(id string) (*Chat, error) {
	c, err := s.reach(id)
	if err == nil && !c.bot {
		err = refuse("not_in_channel")
	}
	return c, err
}

// writable finds the chat of a call that writes, and refuses what ends a delivery (platform-facts.md 85).
// A user's id stands for the direct messages.
func (s *Server) writable(id string) (*Chat, error) {
	if strings.HasPrefix(id, "#") || strings.HasPrefix(id, "@") {
		s.mistaken("chat %q is a name: names differ per workspace, use ids (platform-facts.md 76)", id)
		return nil, refuse("channel_not_found")
	}
	if p := s.people[id]; p != nil {
		if p.profile.Bot {
			return nil, refuse("cannot_dm_bot")
		}
		if p.team != Team {
			return nil, refuse("channel_not_found")
		}
		id = s.dm(p).id
	}
	c, err := s.member(id)
	switch {
	case err != nil:
		return nil, err
	case c.archived:
		return nil, refuse("is_archived")
	case c.closed:
		return nil, refuse("restricted_action")
	case c.kind == Direct && c.person.deleted:
		return nil, refuse("account_inactive")
	case c.kind == Direct && c.person.refuses:
		return nil, refuse("cannot_dm_bot")
	}
	return c, nil
}

func (s *Server) conversationsOpen(c *call) (obj, error) {
	if id := c.args["channel"]; id != "" {
		chat, err := s.reach(id)
		if err != nil {
			return nil, err
		}
		return obj{"channel": obj{"id": chat.id}, "no_op": true, "already_open": true}, nil
	}
	p := s.people[c.args["users"]]
	switch {
	case c.args["users"] == "":
		return nil, refuse("users_list_not_supplied")
	case strings.Contains(c.args["users"], ","):
		return nil, refuse("not_enough_users") // the fake has no group direct messages
	case p == nil:
		return nil, refuse("user_not_found")
	case p.deleted:
		return nil, refuse("user_disabled")
	case p.profile.Bot || p.refuses:
		return nil, refuse("cannot_dm_bot")
	case p.team != Team:
		return nil, refuse("user_not_visible")
	}
	chat := s.dm(p)
	if c.bool("return_im") {
		return obj{"channel": chat.wire()}, nil
	}
	return obj{"channel": obj{"id": chat.id}}, nil
}

func (s *Server) conversationsInfo(c *call) (obj, error) {
	chat, err := s.reach(c.args["channel"])
	if err != nil {
		return nil, err
	}
	o := chat.wire()
	if c.bool("include_num_members") && chat.kind != Direct {
		o["num_members"] = len(chat.ids())
	}
	return obj{"channel": o}, nil
}

func (s *Server) conversationsMembers(c *call) (obj, error) {
	chat, err := s.reach(c.args["channel"])
	if err != nil {
		return nil, err
	}
	ids := chat.ids()
	from, to, next, err := page(c, len(ids), 100, 1000)
	if err != nil {
		return nil, err
	}
	return obj{"members": ids[from:to], "response_metadata": obj{"next_cursor": next}}, nil
}

func (s *Server) conversationsJoin(c *call) (obj, error) {
	chat, err := s.reach(c.args["channel"])
	switch {
	case err != nil:
		return nil, err
	case chat.kind != Public:
		return nil, refuse("method_not_supported_for_channel_type")
	case chat.archived:
		return nil, refuse("is_archived")
	}
	chat.bot = true
	return obj{"channel": chat.wire()}, nil
}

// ids returns the members' ids, the bot's included.
func (c *Chat) ids() []string {
	var ids []string
	for _, p := range c.members {
		ids = append(ids, p.id)
	}
	if c.bot {
		ids = append(ids, botUser)
	}
	return ids
}

func (c *Chat) has(p *Person) bool { return slices.Contains(c.members, p) }

// join makes a person a member who is none.
func (c *Chat) join(p *Person) {
	if !c.has(p) && p.id != botUser {
		c.members = append(c.members, p)
	}
}
