package slack_test

import (
	"errors"
	"testing"

	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// TestFirstToWrite writes to somebody of whom only the account is known, and edits that: it stands in the private chat,
// by whose id alone it can be edited.
func TestFirstToWrite(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, quiet)
	to := bot.Address{Channel: "slack", Chat: l.mei.ID()}
	id := l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "*C-2603-0001* waits for you.", Choices: askWhich.Choices}})
	l.say(t, bot.Outgoing{To: to, Replace: id, Message: bot.Message{Text: "Wang Lei has it."}})
	l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "Another one."}})
	stands := l.mei.DM().Said()
	if len(stands) != 2 || stands[0].Text != "Wang Lei has it." || !stands[0].Edited || len(stands[0].Buttons) > 0 || stands[1].Text != "Another one." {
		t.Errorf("there stands %+v", stands)
	}
	if n := len(l.server.Calls("conversations.open")); n != 1 {
		t.Errorf("asked %d times for the chat", n)
	}
	to.Chat = l.server.NewStranger(fake.Profile{}).ID()
	if _, err := l.Send(t.Context(), bot.Outgoing{To: to, Message: bot.Message{Text: "Hello"}}); !errors.Is(err, bot.ErrGone) {
		t.Errorf("to a stranger: %v", err)
	}
}
