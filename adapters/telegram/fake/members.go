package fake

import "slices"

// member returns a ChatMember.
func (s *Server) member(p *Person, status string, r Rights) obj {
	o := obj{"status": status, "user": p.wire()}
	switch status {
	case "creator":
		o["is_anonymous"] = false
	case "kicked":
		o["until_date"] = 0
	case "administrator":
		for _, no := range []string{
			"can_be_edited", "is_anonymous", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
			"can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
		} {
			o[no] = false
		}
		o["can_manage_chat"] = true
		o["can_delete_messages"], o["can_pin_messages"], o["can_manage_topics"] = r.DeleteMessages, r.PinMessages, r.ManageTopics
	}
	return o
}

// botMember tells the bot that something happened to itself (platform-facts.md 17).
func (s *Server) botMember(c *Chat, by *Person, was, is obj) *Update {
	return s.push(&Update{kind: "my_chat_member", chat: c.id, queue: queueOf("member", c.id)}, obj{
		"chat": c.wire(), "from": by.wire(), "date": s.now().Unix(), "old_chat_member": was, "new_chat_member": is,
	})
}

// setBot changes the bot's status in the chat.
func (c *Chat) setBot(by *Person, status string, r Rights) *Update {
	was := c.s.member(c.s.bot, c.bot, c.rights)
	c.bot, c.rights = status, r
	if c.has() {
		c.meet(by)
	}
	return c.s.botMember(c, by, was, c.s.member(c.s.bot, status, r))
}

// AddBot adds the bot: my_chat_member, and a message that says so.
func (c *Chat) AddBot(by *Person) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	u := c.setBot(by, "member", Rights{})
	c.service(by, obj{"new_chat_members": []any{c.s.bot.wire()}})
	return u
}

// RemoveBot throws the bot out.
func (c *Chat) RemoveBot(by *Person) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.setBot(by, "kicked", Rights{})
}

// PromoteBot makes the bot an administrator, who sees everything that is said (platform-facts.md 18).
func (c *Chat) PromoteBot(by *Person, r Rights) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.setBot(by, "administrator", r)
}

// DemoteBot makes the bot an ordinary member.
func (c *Chat) DemoteBot(by *Person) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.setBot(by, "member", Rights{})
}

// Join adds a person, and says so.
func (c *Chat) Join(p *Person) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.service(p, obj{"new_chat_members": []any{p.wire()}})
}

// Leave takes a person out, and says so.
func (c *Chat) Leave(p *Person) *Update {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	u := c.service(p, obj{"left_chat_member": p.wire()})
	c.members = slices.DeleteFunc(c.members, func(m *Person) bool { return m == p })
	c.admins = slices.DeleteFunc(c.admins, func(m *Person) bool { return m == p })
	return u
}

// Promote makes a person an administrator.
func (c *Chat) Promote(p *Person) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.admins = append(c.admins, p)
}

// Upgrade turns a basic group into a supergroup, which it returns with the two messages that say so:
// migrate_to_chat_id in the old chat, migrate_from_chat_id in the new one (platform-facts.md 20).
func (c *Chat) Upgrade(by *Person) (*Chat, []*Update) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	super := c.s.addChat(Supergroup, c.title, c.members)
	super.bot, super.rights, super.admins = c.bot, c.rights, slices.Clone(c.admins)
	out := c.service(by, obj{"migrate_to_chat_id": super.id})
	in := super.service(by, obj{"migrate_from_chat_id": c.id})
	c.upgraded = super
	return super, []*Update{out, in}
}

func (s *Server) getChatMember(c *call) (any, error) {
	chat, err := s.chat(c.params["chat_id"], toRead)
	if err != nil {
		return nil, err
	}
	id := c.int("user_id")
	if id == s.bot.profile.ID {
		if chat.kind == Private {
			return s.member(s.bot, "member", Rights{}), nil
		}
		return s.member(s.bot, chat.bot, chat.rights), nil
	}
	p := s.people[id]
	switch {
	case p == nil || !p.known && !slices.Contains(chat.members, p):
		return nil, bad("invalid user_id specified")
	case len(chat.members) > 0 && chat.members[0] == p:
		return s.member(p, "creator", Rights{}), nil
	case slices.Contains(chat.admins, p):
		return s.member(p, "administrator", Rights{DeleteMessages: true}), nil
	case slices.Contains(chat.members, p) || chat.person == p:
		return s.member(p, "member", Rights{}), nil
	}
	return s.member(p, "left", Rights{}), nil
}

func (s *Server) leaveChat(c *call) (any, error) {
	chat, err := s.chat(c.params["chat_id"], toEdit)
	if err != nil {
		return nil, err
	}
	if chat.kind == Private {
		return nil, bad("chat member status can't be changed in private chats")
	}
	chat.setBot(s.bot, "left", Rights{})
	return true, nil
}
