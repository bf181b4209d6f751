package script

import (
	"fmt"
	"strings"

	"github.com/optoste/supportbot/bot"
)

// chat is what the bot has said in one place.
type chat struct{ messages []*message }

// message is one message of the bot with all its buttons so far; the last set is the present one.
type message struct {
	id      bot.MessageID
	buttons [][]bot.Choice
}

func (m *message) now() []bot.Choice { return m.buttons[len(m.buttons)-1] }

// take notes a message and returns its number, from 1.
func (c *chat) take(s Shown) (int, error) {
	at := c.number(s.ID)
	switch {
	case s.ID == "":
		return 0, fmt.Errorf("the stage shows a message without an id: %q", s.Message.Text)
	case s.Replace && at == 0:
		return 0, fmt.Errorf("the stage replaces a message that was never shown: %q", s.Message.Text)
	case s.Replace:
		m := c.messages[at-1]
		m.buttons = append(m.buttons, s.Message.Choices)
		return at, nil
	case at > 0:
		return 0, fmt.Errorf("the stage shows message %d a second time, without replacing it: %q", at, s.Message.Text)
	}
	c.messages = append(c.messages, &message{s.ID, [][]bot.Choice{s.Message.Choices}})
	return len(c.messages), nil
}

// number returns the number of the message with this id, or 0.
func (c *chat) number(id bot.MessageID) int {
	for i, m := range c.messages {
		if m.id == id {
			return i + 1
		}
	}
	return 0
}

// message returns the nth message.
func (c *chat) message(n int) (*message, error) {
	if n > len(c.messages) {
		return nil, fmt.Errorf("the bot has no message number %d here: it has sent %d", n, len(c.messages))
	}
	return c.messages[n-1], nil
}

// find returns the button that a tap means: the newest that is still there, or under a numbered
// message also one that was replaced. The error continues the sentence "sees no button ...".
func (c *chat) find(t tap) (Pressed, error) {
	if t.under > 0 {
		m, err := c.message(t.under)
		if err != nil {
			return Pressed{}, fmt.Errorf(": %w", err)
		}
		for i := len(m.buttons) - 1; i >= 0; i-- {
			if p, ok := m.press(m.buttons[i], t.label); ok {
				return p, nil
			}
		}
		return Pressed{}, fmt.Errorf(" under message %d; %s", t.under, c.visible())
	}
	for i := len(c.messages) - 1; i >= 0; i-- {
		if p, ok := c.messages[i].press(c.messages[i].now(), t.label); ok {
			return p, nil
		}
	}
	return Pressed{}, fmt.Errorf("; %s%s", c.visible(), c.replaced(t.label))
}

func (m *message) press(buttons []bot.Choice, label string) (Pressed, bool) {
	for _, b := range buttons {
		if oneLine(b.Label) == label {
			return Pressed{Label: b.Label, Choice: b.ID, Message: m.id}, true
		}
	}
	return Pressed{}, false
}

// visible lists the buttons of the newest messages for an error.
func (c *chat) visible() string {
	const most = 5
	var list []string
	for i := len(c.messages) - 1; i >= 0 && len(list) < most; i-- {
		if now := c.messages[i].now(); len(now) > 0 {
			list = append(list, fmt.Sprintf("message %d: %s", i+1, strings.Join(labels(now), " ")))
		}
	}
	if len(list) == 0 {
		return "there is none here"
	}
	return "there are " + strings.Join(list, "; ")
}

// replaced says where a button of this label has been.
func (c *chat) replaced(label string) string {
	for i := len(c.messages) - 1; i >= 0; i-- {
		for _, set := range c.messages[i].buttons {
			if _, ok := c.messages[i].press(set, label); ok {
				return fmt.Sprintf("; message %d had it before it was replaced: [%s @%d] presses that", i+1, label, i+1)
			}
		}
	}
	return ""
}

func labels(buttons []bot.Choice) []string {
	list := make([]string, len(buttons))
	for i, b := range buttons {
		list[i] = "[" + oneLine(b.Label) + "]"
	}
	return list
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
