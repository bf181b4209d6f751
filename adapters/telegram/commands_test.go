package telegram_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// TestCommands shows everybody the menu of his language and chat, and sets it only when it has changed.
func TestCommands(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	wang := l.server.NewPerson(fake.Profile{First: "Wang", Lang: "zh"})
	wang.Start("")
	desk := l.server.NewGroup("Desk", wang)
	sets := []telegram.CommandSet{
		{List: []telegram.Command{{Name: "report", Description: "Report a malfunction"}}},
		{Lang: "zh", List: []telegram.Command{{Name: "report", Description: "报修"}}},
		{Scope: "all_group_chats", List: []telegram.Command{{Name: "start", Description: "Start"}}},
		{Scope: "desk", List: []telegram.Command{{Name: "queue", Description: "Open claims"}}},
		{Scope: "all_private_chats", List: []telegram.Command{{Name: "Bad Name", Description: "x"}}}, // is refused, and holds nothing up
		{Lang: "en", List: []telegram.Command{{Name: "help", Description: "Help"}}},
	}
	start := func(sets []telegram.CommandSet, done func() bool) {
		a := another(l, func(c *telegram.Config) { c.Commands, c.Desk = sets, address(desk).Chat })
		a.run(t, nil)
		eventually(t, "the menus are set", done)
		a.stop()
	}
	start(sets, func() bool {
		return len(l.mei.Chat().Commands(l.mei)) > 0 && l.mei.Chat().Commands(l.mei)[0] == "help - Help"
	})
	for _, c := range []struct {
		chat *fake.Chat
		who  *fake.Person
		want []string
	}{
		{l.mei.Chat(), l.mei, []string{"help - Help"}},
		{wang.Chat(), wang, []string{"report - 报修"}},
		{desk, wang, []string{"queue - Open claims"}},
		{l.server.NewGroup("Nuts Ltd", wang), wang, []string{"start - Start"}},
	} {
		if diff := cmp.Diff(c.want, c.chat.Commands(c.who)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if !strings.Contains(l.logs.String(), "Telegram refuses a menu of commands") {
		t.Error("the refused menu is not in the log")
	}

	before, gets := len(l.server.Calls("setMyCommands")), len(l.server.Calls("getMyCommands"))
	same := slices.Delete(slices.Clone(sets), 4, 5)
	start(same, func() bool { return len(l.server.Calls("getMyCommands")) == gets+len(same) })
	if n := len(l.server.Calls("setMyCommands")); n != before {
		t.Errorf("menus that are the same were set %d times", n-before)
	}
	start([]telegram.CommandSet{{Lang: "en"}}, func() bool { return len(l.server.Calls("deleteMyCommands")) == 1 })
	if diff := cmp.Diff([]string{"report - Report a malfunction"}, l.mei.Chat().Commands(l.mei)); diff != "" { // not an empty one: platform-facts.md 44
		t.Errorf("(-want +got):\n%s", diff)
	}
}
