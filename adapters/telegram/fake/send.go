package fake

import (
	"encoding/json"
	"slices"
)

// target is where a message goes.
type target struct {
	chat    *Chat
	thread  int64
	replyTo int64
}

// target finds chat, topic and the message that is answered.
func (s *Server) target(c *call) (target, error) {
	chat, err := s.chat(c.params["chat_id"], toWrite)
	if err != nil {
		return target{}, err
	}
	if chat.silenced {
		return target{}, bad("not enough rights to send text messages to the chat")
	}
	t := target{chat: chat}
	if t.thread, err = s.thread(chat, c.int("message_thread_id")); err != nil {
		return target{}, err
	}
	t.replyTo, err = s.replyTo(c, chat)
	return t, err
}

// thread checks a topic (platform-facts.md 19). In a chat without topics it is ignored.
func (s *Server) thread(chat *Chat, id int64) (int64, error) {
	if id == 0 || !chat.forum && chat.kind != Private {
		return 0, nil
	}
	t := chat.topics[id]
	switch {
	case t == nil:
		return 0, bad("message thread not found")
	case t.closed && (chat.bot != "administrator" || !chat.rights.ManageTopics):
		return 0, bad("TOPIC_CLOSED")
	}
	return id, nil
}

// replyTo checks what is answered (platform-facts.md 39).
func (s *Server) replyTo(c *call, chat *Chat) (int64, error) {
	var in struct {
		Message int64           `json:"message_id"`
		Chat    json.RawMessage `json:"chat_id"`
		Without bool            `json:"allow_sending_without_reply"`
	}
	if err := c.json("reply_parameters", &in); err != nil {
		return 0, err
	}
	if in.Message == 0 {
		return 0, nil
	}
	if chat.find(in.Message) == nil {
		if in.Without {
			return 0, nil
		}
		return 0, bad("message to be replied not found")
	}
	return in.Message, nil
}

func (s *Server) sendMessage(c *call) (any, error) {
	if c.params["text"] == "" {
		return nil, bad("message text is empty")
	}
	words, err := s.words(c, "text")
	if err != nil {
		return nil, err
	}
	t, err := s.target(c)
	if err != nil {
		return nil, err
	}
	keys, err := s.keyboard(c, t.chat)
	if err != nil {
		return nil, err
	}
	if err := checkText(words); err != nil {
		return nil, err
	}
	return s.sent(t, &message{words: words, markup: keys}).wire(false), nil
}

// sent puts a message of the bot's into its chat.
func (s *Server) sent(t target, m *message) *message {
	m.byBot, m.from, m.thread, m.replyTo = true, s.bot, t.thread, t.replyTo
	if t.chat.kind == Channel {
		m.from, m.sender = nil, t.chat
	}
	m.words = withDetected(m.words)
	return t.chat.add(m)
}

// sendMedia returns the method that sends one file of a kind.
func sendMedia(kind Kind) method {
	return func(s *Server, c *call) (any, error) {
		words, err := s.words(c, "caption")
		if err != nil {
			return nil, err
		}
		t, err := s.target(c)
		if err != nil {
			return nil, err
		}
		keys, err := s.keyboard(c, t.chat)
		if err != nil {
			return nil, err
		}
		if err := checkCaption(words); err != nil {
			return nil, err
		}
		f, err := s.outgoing(c, kind, string(kind), c.params[string(kind)])
		if err != nil {
			return nil, err
		}
		m := &message{words: words, markup: keys}
		m.hold(f)
		return s.sent(t, m).wire(false), nil
	}
}

// hold puts a file into a message.
func (m *message) hold(f *file) {
	m.kind, m.content = f.kind, f.content()
	m.files = append(m.files, f)
}

// item is one file of an album.
type item struct {
	Type     Kind            `json:"type"`
	Media    string          `json:"media"`
	Caption  string          `json:"caption"`
	Mode     string          `json:"parse_mode"`
	Entities json.RawMessage `json:"caption_entities"`
}

// albums are limits on albums (platform-facts.md 40).
const (
	minAlbum = 2
	maxAlbum = 10
)

func (s *Server) sendMediaGroup(c *call) (any, error) {
	var items []item
	if _, err := c.required("media"); err != nil {
		return nil, err
	}
	if err := c.json("media", &items); err != nil {
		return nil, err
	}
	if err := checkAlbum(items); err != nil {
		return nil, err
	}
	t, err := s.target(c)
	if err != nil {
		return nil, err
	}
	var album []*message
	for _, i := range items {
		m, err := s.albumItem(c, i)
		if err != nil {
			return nil, err
		}
		album = append(album, m)
	}
	s.nextID.album++
	group := albumID(s.nextID.album)
	var out []any
	for _, m := range album {
		m.group = group
		out = append(out, s.sent(t, m).wire(false))
	}
	return out, nil
}

func checkAlbum(items []item) error {
	switch n := len(items); {
	case n > maxAlbum:
		return bad("too many messages to send as an album")
	case n == 0:
		return bad("there are no messages to send")
	case n < minAlbum:
		// Real servers have let a single one pass at times; the Bot API says 2 to 10.
		return bad("media group must include 2-10 items")
	}
	for _, kind := range []Kind{Document, Audio} {
		is := func(i item) bool { return i.Type == kind }
		if slices.ContainsFunc(items, is) && slices.ContainsFunc(items, func(i item) bool { return !is(i) }) {
			return bad("%s can't be mixed with other media types", map[Kind]string{Document: "Document", Audio: "Audio"}[kind])
		}
	}
	return nil
}

func (s *Server) albumItem(c *call, i item) (*message, error) {
	words, err := s.format(i.Caption, i.Mode, func(into any) error {
		if i.Entities == nil {
			return nil
		}
		return json.Unmarshal(i.Entities, into)
	})
	if err != nil {
		return nil, bad("can't parse InputMedia: %s", lower(err))
	}
	if err := checkCaption(words); err != nil {
		return nil, err
	}
	f, err := s.outgoing(c, i.Type, "", i.Media)
	if err != nil {
		return nil, err
	}
	m := &message{words: words}
	m.hold(f)
	return m, nil
}

// lower is a refusal's text without what every refusal begins with.
func lower(err error) string {
	const prefix = "Bad Request: "
	text := err.Error()
	if len(text) > len(prefix) && text[:len(prefix)] == prefix {
		return text[len(prefix):]
	}
	return text
}

func (s *Server) sendChatAction(c *call) (any, error) {
	actions := []string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
		"choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}
	if !slices.Contains(actions, c.params["action"]) {
		return nil, bad("wrong parameter action in request")
	}
	_, err := s.target(c)
	return err == nil, err
}
