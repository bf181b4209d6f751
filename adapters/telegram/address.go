package telegram

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/optoste/supportbot/bot"
)

// general is the topic of a forum that has no thread id of its own: it is refused as message_thread_id
// (platform-facts.md 19).
const general = 1

// address returns where a message stands. The thread of a reply outside of a forum is none.
func (m *message) address() bot.Address {
	to := bot.Address{Channel: Name, Chat: strconv.FormatInt(m.Chat.ID, 10)}
	if m.IsTopic && m.Thread > general {
		to.Thread = strconv.FormatInt(m.Thread, 10)
	}
	return to
}

// words returns the text or caption of a message, and how it is marked.
func (m *message) words() (string, []entity) {
	if m.Text != "" {
		return m.Text, m.Entities
	}
	return m.Caption, m.CaptionEnts
}

// addressee says whom a message in a group is for.
type addressee int

const (
	anybody addressee = iota
	us
	another // a command for another bot
)

// addressee tells whether a message is meant for the bot, also where the bot hears everything: a
// command, a mention, or an answer to what the bot said. A private chat is always for us.
func (m *message) addressee(me user) addressee {
	text, marks := m.words()
	to := anybody
	for _, e := range marks {
		_, marked, _, ok := around(text, e)
		switch {
		case !ok:
		case e.Type == "bot_command" && e.Offset == 0:
			_, name, named := strings.Cut(marked, "@")
			if named && !strings.EqualFold(name, me.Username) {
				return another
			}
			to = us
		case e.mentions(marked, me):
			to = us
		}
	}
	r := m.ReplyTo
	if !m.Chat.public() || r != nil && r.From != nil && r.From.ID == me.ID && r.Topic == nil {
		to = us
	}
	return to
}

// mentions tells whether the entity, which marks a piece of text, names the bot.
func (e entity) mentions(marked string, me user) bool {
	switch e.Type {
	case "mention":
		return me.Username != "" && strings.EqualFold(marked, "@"+me.Username)
	case "text_mention":
		return e.User != nil && e.User.ID == me.ID
	}
	return false
}

// said returns what the person said without what only says that it is for us: the name behind a command
// and, in a group, mentions. Nothing but a mention is "/start".
func (m *message) said(me user) string {
	text, marks := m.words()
	named := false
	for i := len(marks) - 1; i >= 0; i-- { // from behind: what is cut moves nothing that is still to be found
		e := marks[i]
		before, marked, after, ok := around(text, e)
		switch {
		case !ok:
		case e.Type == "bot_command" && e.Offset == 0:
			if command, name, at := strings.Cut(marked, "@"); at && strings.EqualFold(name, me.Username) {
				text = command + after
			}
		case m.Chat.public() && e.mentions(marked, me):
			named = true
			text = joined(before, after)
		}
	}
	if named && text == "" && m.Caption == "" {
		return "/start"
	}
	return text
}

// joined puts together what stood around a mention: "@bot, hello" is "hello".
func joined(before, after string) string {
	before = strings.TrimRight(before, " ")
	if before == "" {
		return strings.TrimLeft(after, " ,:;.!?\n\u3000，：；。！？")
	}
	if after == "" || strings.HasPrefix(after, " ") || strings.HasPrefix(after, "\n") {
		return before + strings.TrimRight(after, " ")
	}
	return before + " " + after
}

// around cuts a text at an entity. ok is false when the entity does not lie within the text.
func around(text string, e entity) (before, marked, after string, ok bool) {
	from, ok := unit(text, e.Offset)
	if !ok || e.Length < 0 {
		return "", "", "", false
	}
	n, ok := unit(text[from:], e.Length)
	if !ok {
		return "", "", "", false
	}
	return text[:from], text[from : from+n], text[from+n:], true
}

// unit returns at which byte of a text the nth UTF-16 unit begins.
func unit(text string, n int) (int, bool) {
	if n < 0 {
		return 0, false
	}
	for i, r := range text {
		if n <= 0 {
			return i, n == 0
		}
		n -= utf16.RuneLen(r)
	}
	return len(text), n == 0
}
