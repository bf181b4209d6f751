package fake

import "time"

// edited finds the message that a call wants to change (platform-facts.md 38).
func (s *Server) edited(c *call) (*message, error) {
	if c.params["inline_message_id"] != "" {
		return nil, bad("MESSAGE_ID_INVALID")
	}
	if c.params["chat_id"] == "" {
		return nil, bad("chat_id is empty")
	}
	if c.params["message_id"] == "" {
		return nil, bad("message identifier is not specified")
	}
	chat, err := s.chat(c.params["chat_id"], toEdit)
	if err != nil {
		return nil, err
	}
	m := chat.find(c.int("message_id"))
	if m == nil || m.hidden {
		return nil, bad("message to edit not found")
	}
	if !m.byBot {
		return nil, bad("message can't be edited")
	}
	return m, nil
}

// change puts new words and buttons into a message. What stands there already is refused.
func (s *Server) change(m *message, words formatted, keys *markup) (any, error) {
	words = withDetected(words)
	if m.words.text == words.text && sameEntities(m.words.entities, words.entities) && m.markup.same(keys) {
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same " +
			"as a current content and reply markup of the message")
	}
	m.words, m.markup, m.edited = words, keys, s.now().Unix()
	m.chat.change()
	return m.wire(false), nil
}

func sameEntities(a, b []Entity) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (s *Server) editMessageText(c *call) (any, error) {
	if c.params["text"] == "" {
		return nil, bad("message text is empty")
	}
	words, err := s.words(c, "text")
	if err != nil {
		return nil, err
	}
	m, err := s.edited(c)
	if err != nil {
		return nil, err
	}
	if m.kind != "" || m.words.text == "" {
		return nil, bad("there is no text in the message to edit")
	}
	keys, err := s.keyboard(c, m.chat)
	if err != nil {
		return nil, err
	}
	if err := checkText(words); err != nil {
		return nil, err
	}
	return s.change(m, words, keys)
}

func (s *Server) editMessageCaption(c *call) (any, error) {
	words, err := s.words(c, "caption")
	if err != nil {
		return nil, err
	}
	m, err := s.edited(c)
	if err != nil {
		return nil, err
	}
	if m.kind == "" {
		return nil, bad("there is no caption in the message to edit")
	}
	keys, err := s.keyboard(c, m.chat)
	if err != nil {
		return nil, err
	}
	if err := checkCaption(words); err != nil {
		return nil, err
	}
	return s.change(m, words, keys)
}

func (s *Server) editMessageReplyMarkup(c *call) (any, error) {
	m, err := s.edited(c)
	if err != nil {
		return nil, err
	}
	keys, err := s.keyboard(c, m.chat)
	if err != nil {
		return nil, err
	}
	return s.change(m, m.words, keys)
}

// deletable is how long a message can be deleted (platform-facts.md 38).
const deletable = 48 * time.Hour

func (s *Server) deleteMessage(c *call) (any, error) {
	chat, err := s.chat(c.params["chat_id"], toWrite)
	if err != nil {
		return nil, err
	}
	if c.params["message_id"] == "" {
		return nil, bad("message identifier is not specified")
	}
	m := chat.find(c.int("message_id"))
	if m == nil || m.hidden {
		return nil, bad("message to delete not found")
	}
	old := s.now().Sub(time.Unix(m.date, 0)) > deletable
	theirs := !m.byBot && chat.kind != Private && !chat.rights.DeleteMessages
	if old || theirs {
		return nil, bad("message can't be deleted for everyone")
	}
	m.deleted = true
	chat.change()
	return true, nil
}
