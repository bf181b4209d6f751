package fake_test

import (
	"testing"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// TestCommands is who is offered which commands (platform-facts.md 44).
func TestCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	set := func(name string, more params) {
		p := params{"commands": []params{{"command": name, "description": "d"}}}
		for k, v := range more {
			p[k] = v
		}
		w.ok("setMyCommands", p)
	}
	offered := func(c *fake.Chat, want string) {
		t.Helper()
		if got := c.Commands(w.mei); len(got) != 1 || got[0] != want+" - d" {
			t.Errorf("offered %q, want %q", got, want)
		}
	}
	set("default", nil)
	offered(w.chat, "default")
	set("private", params{"scope": params{"type": "all_private_chats"}})
	set("groups", params{"scope": params{"type": "all_group_chats"}})
	offered(w.chat, "private")
	offered(w.group, "groups")
	set("private_zh", params{"scope": params{"type": "all_private_chats"}, "language_code": "zh"})
	offered(w.chat, "private_zh")
	set("admins", params{"scope": params{"type": "chat_administrators", "chat_id": w.group.ID()}})
	offered(w.group, "admins")
	w.ok("setMyCommands", params{"commands": []params{}, "scope": params{"type": "all_private_chats"}, "language_code": "zh"})
	if got := w.chat.Commands(w.mei); len(got) != 0 {
		t.Errorf("offered %q; an empty list is not to inherit", got)
	}
	w.ok("deleteMyCommands", params{"scope": params{"type": "all_private_chats"}, "language_code": "zh"})
	offered(w.chat, "private")
	list, _ := w.ok("getMyCommands", params{"scope": params{"type": "all_private_chats"}}).([]any)
	if len(list) != 1 {
		t.Errorf("getMyCommands = %v", list)
	}
}
