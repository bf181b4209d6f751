package telegram_test

import (
	"context"
	"strings"
	"testing"

	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

// TestGroupsTellTheirNumber: whoever sets TELEGRAM_DESK_CHAT finds it nowhere else.
func TestGroupsTellTheirNumber(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, nil })
	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	group := l.server.NewSupergroup("Secret society", wang)
	group.RemoveBot(wang)
	eventually(t, "the log says that the bot was removed", func() bool {
		return strings.Contains(l.logs.String(), "the bot was removed from a group\" chat="+address(group).Chat)
	})
	group.AddBot(wang)
	eventually(t, "the log says the group's number", func() bool {
		return strings.Contains(l.logs.String(), "TELEGRAM_DESK_CHAT takes its number\" chat="+address(group).Chat)
	})
	if strings.Contains(l.logs.String(), "society") {
		t.Error("the log says the group's name")
	}
}
