package fake_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// became returns what a bot is told of its membership: "private member kicked".
func became(t *testing.T, u *fake.Update) string {
	t.Helper()
	m, ok := roundTrip(t, u.Content())["my_chat_member"].(map[string]any)
	if !ok {
		return "nothing"
	}
	field := func(of, name string) string {
		o, _ := m[of].(map[string]any)
		text, _ := o[name].(string)
		return text
	}
	return field("chat", "type") + " " + field("old_chat_member", "status") + " " + field("new_chat_member", "status")
}

// TestMembership is what happens to the bot itself (platform-facts.md 17, 18).
func TestMembership(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	got := []string{
		became(t, w.mei.Block()), became(t, w.mei.Unblock()),
		became(t, w.group.RemoveBot(w.mei)), became(t, w.group.AddBot(w.mei)),
		became(t, w.group.PromoteBot(w.mei, fake.Rights{})), became(t, w.group.DemoteBot(w.mei)),
	}
	want := []string{
		"private member kicked", "private kicked member", "supergroup member kicked", "supergroup kicked member",
		"supergroup member administrator", "supergroup administrator member",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if w.mei.Unblock().Seen() {
		t.Error("who has not blocked the bot unblocks it")
	}

	w.mei.Block()
	before := len(w.Updates())
	w.chat.Say(w.mei, "I am back")
	if list := w.Updates()[before:]; len(list) != 2 || became(t, list[0]) != "private kicked member" {
		t.Errorf("whoever writes again unblocks first; told %d updates", len(list))
	}
	w.say(w.chat, nil)

	w.group.RemoveBot(w.mei)
	if w.group.Say(w.mei, "/help").Seen() {
		t.Error("a bot that was thrown out hears what is said")
	}
}

// TestUntold is what bots are not told: that somebody deletes a message (platform-facts.md 16), and
// an edit of what they were not shown.
func TestUntold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	hidden := w.group.Say(w.mei, "words")
	before := len(w.Updates())
	w.chat.Remove(w.chat.Say(w.mei, "a").Message())
	if w.group.Edit(hidden.Message(), "other words").Seen() || len(w.Updates()) != before+1 {
		t.Errorf("told %d updates, want the one message", len(w.Updates())-before)
	}
	wait(t, "acknowledgement of nothing", hidden.Acked())
	if hidden.Message() == 0 || hidden.ID() != 0 {
		t.Errorf("a hidden message has the id %d and the update %d", hidden.Message(), hidden.ID())
	}
}

// TestMembers is who is what in a group.
func TestMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	wang, li := w.NewPerson(fake.Profile{First: "Wang"}), w.NewPerson(fake.Profile{First: "Li"})
	w.group.Join(wang)
	w.group.Join(li)
	w.group.Promote(wang)
	w.group.PromoteBot(w.mei, fake.Rights{ManageTopics: true})
	member := func(id int64) map[string]any {
		m, _ := w.ok("getChatMember", params{"chat_id": w.group.ID(), "user_id": id}).(map[string]any)
		return m
	}
	got := []any{member(w.mei.ID())["status"], member(wang.ID())["status"], member(li.ID())["status"], member(w.BotID())["can_manage_topics"]}
	w.group.Leave(li)
	got = append(got, member(li.ID())["status"])
	if diff := cmp.Diff([]any{"creator", "administrator", "member", true, "left"}, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

// TestManyConflicts refuses the second conflict within 3 s only after that time (platform-facts.md 5).
func TestManyConflicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 0.02}, true)
	w.ok("setWebhook", params{"url": newHook(t, nil).URL})
	start := time.Now()
	w.call("getUpdates", nil)
	w.call("getUpdates", nil)
	if took := time.Since(start); took < 60*time.Millisecond {
		t.Errorf("two conflicts take %s, want 3 s times 0.02", took)
	}
}
