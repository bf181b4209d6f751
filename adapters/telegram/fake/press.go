package fake

import (
	"strconv"
	"unicode/utf8"
)

// Press is a press of an inline button.
type Press struct {
	*Update

	s        *Server
	id       string
	chat     *Chat
	by       *Person
	message  int64
	data     string
	open     bool
	answers  []Answer
	answered chan struct{}
}

// Answer is what a person sees when the bot answers a press: a short text, in a box when Alert is set.
type Answer struct {
	Text  string
	Alert bool
	URL   string
}

// Press presses a button of a message. data need not belong to a present button, nor the message be
// there any more: then the bot gets an InaccessibleMessage with date 0 (platform-facts.md 26).
func (c *Chat) Press(by *Person, message int64, data string) *Press {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.press(by, message, data)
}

func (c *Chat) press(by *Person, id int64, data string) *Press {
	s := c.s
	s.nextID.press++
	p := &Press{
		s: s, id: strconv.FormatInt(4_000_000_000_000_000_000+s.nextID.press, 10), chat: c, by: by, message: id, data: data,
		answered: make(chan struct{}),
	}
	s.presses[p.id] = p
	about := obj{"chat": c.wire(), "message_id": id, "date": 0}
	if m := c.find(id); m != nil {
		about = m.wire(false)
	}
	p.Update = s.push(&Update{kind: "callback_query", chat: c.id, message: id, queue: queueOf("press", by.profile.ID)}, obj{
		"id": p.id, "from": by.wire(), "message": about, "chat_instance": strconv.FormatInt(c.id*7919, 10), "data": data,
	})
	p.open = true
	return p
}

// PressLabel presses the button of a message that has this label. It panics when there is none.
func (c *Chat) PressLabel(by *Person, message int64, label string) *Press {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if m := c.find(message); m != nil && m.markup != nil {
		for _, row := range m.markup.rows {
			for _, b := range row {
				if b.Label == label {
					return c.press(by, message, b.Data)
				}
			}
		}
	}
	panic("no button " + strconv.Quote(label) + " under message " + strconv.FormatInt(message, 10))
}

// Repeat is the same press once more, as a new update: what a nervous finger or a second device does.
func (p *Press) Repeat() *Press { return p.chat.Press(p.by, p.message, p.data) }

// Answered is closed once the bot has answered the press.
func (p *Press) Answered() <-chan struct{} { return p.answered }

// Answers returns how the bot answered; the real server takes one answer.
func (p *Press) Answers() []Answer {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return append([]Answer(nil), p.answers...)
}

// maxAnswer is the longest answer to a press (platform-facts.md 27).
const maxAnswer = 200

func (s *Server) answerCallbackQuery(c *call) (any, error) {
	p := s.presses[c.params["callback_query_id"]]
	if p == nil || !p.open || s.now().Sub(p.made) > s.cfg.Patience {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	if utf8.RuneCountInString(c.params["text"]) > maxAnswer {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	p.open = false
	p.answers = append(p.answers, Answer{Text: c.params["text"], Alert: c.bool("show_alert"), URL: c.params["url"]})
	close(p.answered)
	return true, nil
}
