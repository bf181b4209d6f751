package fake

import (
	"encoding/json"
	"unicode/utf8"
)

// maxText is where a text is cut, and maxUpdate what an update takes, in bytes after escaping
// (platform-facts.md 81).
const (
	maxText        = 40000
	maxUpdate      = 4000
	maxAttachments = 100
)

// content is what a call wants to say.
type content struct {
	text      string
	blocks    []any
	metadata  any
	linkNames bool
	bare      bool // mrkdwn is false
	unfurl    bool
}

// content reads and checks what a call says.
func (s *Server) content(c *call) (content, error) {
	out := content{text: c.args["text"], linkNames: c.bool("link_names") || c.args["parse"] == "full"}
	out.bare = c.args["mrkdwn"] == "false" || c.args["mrkdwn"] == "0"
	out.unfurl = c.args["unfurl_links"] != "false" || c.args["unfurl_media"] != "false"
	if err := decodeList(c.args["blocks"], &out.blocks); err != nil {
		return out, refuse("invalid_blocks_format")
	}
	var attachments []any
	if err := decodeList(c.args["attachments"], &attachments); err != nil || len(attachments) > maxAttachments {
		return out, refuse("too_many_attachments")
	}
	if len(attachments) > 0 {
		s.mistaken("%s: attachments are legacy, the fake does not show them", c.method)
	}
	if err := checkBlocks(out.blocks); err != nil {
		return out, err
	}
	if md := c.args["markdown_text"]; md != "" {
		if out.text != "" || len(out.blocks) > 0 {
			return out, refuse("markdown_text_conflict")
		}
		if utf8.RuneCountInString(md) > maxMarkdown {
			return out, refuse("msg_too_long")
		}
		out.text, out.blocks = md, []any{map[string]any{"type": "markdown", "text": md}}
	}
	if out.text == "" && len(out.blocks) == 0 {
		return out, refuse("no_text")
	}
	if len(out.blocks) > 0 && out.text == "" {
		s.mistaken("%s: blocks without a text, which notifications and screen readers need (platform-facts.md 84)", c.method)
	}
	if err := json.Unmarshal([]byte(or(c.args["metadata"], "null")), &out.metadata); err != nil {
		return out, refuse("invalid_metadata_format")
	}
	return out, checkMetadata(out.metadata)
}

// checkMetadata wants an event_type and an event_payload (platform-facts.md 88).
func checkMetadata(v any) error {
	if v == nil {
		return nil
	}
	o, _ := v.(map[string]any)
	kind, _ := o["event_type"].(string)
	if _, ok := o["event_payload"].(map[string]any); !ok || kind == "" {
		return refuse("invalid_metadata_format")
	}
	return nil
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func decodeList(text string, to *[]any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), to)
}

// name blocks that have no block_id, as the real server does.
func (s *Server) nameBlocks(blocks []any) {
	for _, b := range blocks {
		if o, _ := b.(map[string]any); o != nil && o["block_id"] == nil {
			o["block_id"] = s.id("b")
		}
	}
}

func (s *Server) postMessage(c *call) (obj, error) {
	m, err := s.compose(c)
	if err != nil {
		return nil, err
	}
	chat := s.chats[m.at]
	m.metadata, m.unfurls = m.content.metadata, m.content.unfurl
	if c.bool("reply_broadcast") && m.thread != "" {
		m.subtype = "thread_broadcast"
	}
	chat.add(m.message)
	m.readAs(m.content)
	s.own(m.message, nil)
	return obj{"channel": chat.id, "ts": m.ts, "message": m.full(false)}, nil
}

// draft is a message that the bot is about to send.
type draft struct {
	*message

	content content
	at      string // the chat's id
}

// compose checks a call that makes a message.
func (s *Server) compose(c *call) (draft, error) {
	chat, err := s.writable(c.args["channel"])
	if err != nil {
		return draft{}, err
	}
	content, err := s.content(c)
	if err != nil {
		return draft{}, err
	}
	if err := s.customized(c); err != nil {
		return draft{}, err
	}
	thread, err := s.threadOf(chat, c.args["thread_ts"])
	if err != nil {
		return draft{}, err
	}
	if r := []rune(content.text); len(r) > maxText {
		content.text = string(r[:maxText])
	}
	s.nameBlocks(content.blocks)
	m := &message{chat: chat, from: s.bot, text: content.text, blocks: content.blocks, thread: thread, mark: c.args["username"]}
	return draft{message: m, content: content, at: chat.id}, nil
}

// customized refuses a name of its own without the scope for it (platform-facts.md 91).
func (s *Server) customized(c *call) error {
	const need = "chat:write.customize"
	if c.args["username"]+c.args["icon_url"]+c.args["icon_emoji"] == "" || s.has(need) {
		return nil
	}
	return &apiError{code: "missing_scope", more: obj{"needed": need}}
}

// threadOf checks the parent of a reply. The real server takes a reply's ts in silence and makes a thread
// that nobody sees (platform-facts.md 73).
func (s *Server) threadOf(chat *Chat, ts string) (string, error) {
	if ts == "" {
		return "", nil
	}
	parent := chat.find(ts)
	if parent == nil {
		return "", refuse("thread_not_found")
	}
	if parent.thread != "" {
		s.mistaken("reply to the reply %s: use its parent's ts (platform-facts.md 73)", ts)
		return parent.thread, nil
	}
	return ts, nil
}

func (s *Server) updateMessage(c *call) (obj, error) {
	if s.people[c.args["channel"]] != nil { // a message is edited where it stands; a person is no chat (platform-facts.md 85)
		return nil, refuse("channel_not_found")
	}
	chat, err := s.writable(c.args["channel"])
	if err != nil {
		return nil, err
	}
	m, err := s.mine(chat, c.args["ts"], "cant_update_message")
	if err != nil {
		return nil, err
	}
	content, err := s.content(c)
	if err != nil {
		return nil, err
	}
	if len(content.text) > maxUpdate {
		return nil, refuse("msg_too_long")
	}
	s.nameBlocks(content.blocks)
	before := m.wire()
	m.text, m.blocks = content.text, content.blocks
	if c.args["metadata"] != "" {
		m.metadata = content.metadata
	}
	m.edited = s.ts()
	m.readAs(content)
	s.changed.tell()
	s.own(m, before)
	return obj{"channel": chat.id, "ts": m.ts, "text": m.text, "message": m.full(false)}, nil
}

// mine finds a message that the bot said and that can be changed.
func (s *Server) mine(chat *Chat, ts, other string) (*message, error) {
	m := chat.find(ts)
	switch {
	case m == nil || m.ghost != nil: // platform-facts.md 89
		return nil, refuse("message_not_found")
	case m.from != s.bot:
		return nil, refuse(other)
	}
	return m, nil
}

func (s *Server) deleteMessage(c *call) (obj, error) {
	chat, err := s.member(c.args["channel"])
	if err != nil {
		return nil, err
	}
	m, err := s.mine(chat, c.args["ts"], "cant_delete_message")
	if err != nil {
		return nil, err
	}
	chat.remove(m)
	if !s.cfg.Quiet {
		s.emit(chat, s.deleted(m))
	}
	return obj{"channel": chat.id, "ts": m.ts}, nil
}

// postEphemeral says something that one person sees until the next reload (platform-facts.md 89).
func (s *Server) postEphemeral(c *call) (obj, error) {
	m, err := s.compose(c)
	if err != nil {
		return nil, err
	}
	chat, p := s.chats[m.at], s.people[c.args["user"]]
	if p == nil || !chat.has(p) {
		return nil, refuse("user_not_in_channel")
	}
	m.ghost = p
	chat.add(m.message)
	m.readAs(m.content)
	return obj{"message_ts": m.ts}, nil
}

func (s *Server) reactionsAdd(c *call) (obj, error) {
	m, err := s.reactable(c)
	if err != nil {
		return nil, err
	}
	name := c.args["name"]
	if m.reacted == nil {
		m.reacted = map[string]bool{}
	}
	if m.reacted[name] {
		return nil, refuse("already_reacted")
	}
	m.reacted[name] = true
	s.changed.tell()
	return obj{}, nil
}

func (s *Server) reactionsRemove(c *call) (obj, error) {
	m, err := s.reactable(c)
	if err != nil {
		return nil, err
	}
	if !m.reacted[c.args["name"]] {
		return nil, refuse("no_reaction")
	}
	delete(m.reacted, c.args["name"])
	s.changed.tell()
	return obj{}, nil
}

func (s *Server) reactable(c *call) (*message, error) {
	chat, err := s.member(c.args["channel"])
	if err != nil {
		return nil, err
	}
	if !emojiName.MatchString(c.args["name"]) {
		return nil, refuse("invalid_name")
	}
	m := chat.find(c.args["timestamp"])
	if m == nil || m.ghost != nil {
		return nil, refuse("message_not_found")
	}
	return m, nil
}

// setStatus shows that the bot is working, until it says something there.
func (s *Server) setStatus(c *call) (obj, error) {
	chat, err := s.member(c.args["channel_id"])
	if err != nil {
		return nil, err
	}
	if chat.find(c.args["thread_ts"]) == nil {
		return nil, refuse("invalid_thread_ts")
	}
	if chat.status == nil {
		chat.status = map[string]string{}
	}
	chat.status[c.args["thread_ts"]] = c.args["status"]
	return obj{}, nil
}
