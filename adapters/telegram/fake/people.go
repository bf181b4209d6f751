package fake

import "cmp"

// Profile is what Telegram knows of a person.
type Profile struct {
	ID       int64 // 0 = the next free one
	First    string
	Last     string
	Username string // without the @
	Lang     string // an IETF tag; empty = not told (platform-facts.md 25)
	Bot      bool
}

// Person is somebody who has an account.
type Person struct {
	s       *Server
	profile Profile

	known   bool // the bot has met the person somewhere
	started bool // the person has written to the bot, so the bot may write
	blocked bool
	gone    bool // the account is deleted
}

// NewPerson returns a person whom the bot has never met.
func (s *Server) NewPerson(p Profile) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == 0 {
		s.nextID.person++
		p.ID = s.nextID.person
	}
	p.First = cmp.Or(p.First, "Somebody")
	person := &Person{s: s, profile: p}
	s.people[p.ID] = person
	s.chats[p.ID] = &Chat{s: s, id: p.ID, kind: Private, person: person, messages: map[int64]*message{}, changed: make(chan struct{})}
	return person
}

// ID returns the person's user id, which is the id of the private chat as well.
func (p *Person) ID() int64 { return p.profile.ID }

// Chat returns the person's private chat with the bot.
func (p *Person) Chat() *Chat {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.chats[p.profile.ID]
}

// Rename changes what the person is called and which language is told.
func (p *Person) Rename(first, last, lang string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.profile.First, p.profile.Last, p.profile.Lang = first, last, lang
}

// Start opens the chat, with the payload of a deep link or without (platform-facts.md 24).
func (p *Person) Start(payload string) *Update {
	text := "/start"
	if payload != "" {
		text += " " + payload
	}
	return p.Chat().Say(p, text)
}

// Block blocks the bot (platform-facts.md 17, 35).
func (p *Person) Block() *Update { return p.setBlocked(true) }

// Unblock lets the bot write again.
func (p *Person) Unblock() *Update { return p.setBlocked(false) }

func (p *Person) setBlocked(blocked bool) *Update {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.setBlocked(p, blocked)
}

func (s *Server) setBlocked(p *Person, blocked bool) *Update {
	if p.blocked == blocked {
		return s.untold(&Update{kind: "my_chat_member", chat: p.profile.ID})
	}
	p.blocked = blocked
	was, is := "member", "kicked"
	if !blocked {
		was, is = is, was
	}
	return s.botMember(s.chats[p.profile.ID], p, s.member(s.bot, was, Rights{}), s.member(s.bot, is, Rights{}))
}

// Deactivate deletes the account: the bot's messages are refused for ever.
func (p *Person) Deactivate() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.gone = true
}

// wire returns the person as a User.
func (p *Person) wire() obj {
	u := obj{"id": p.profile.ID, "is_bot": p.profile.Bot, "first_name": p.profile.First}
	put(u, "last_name", p.profile.Last)
	put(u, "username", p.profile.Username)
	put(u, "language_code", p.profile.Lang)
	return u
}

// put sets a field unless the text is empty.
func put(o obj, name, text string) {
	if text != "" {
		o[name] = text
	}
}
