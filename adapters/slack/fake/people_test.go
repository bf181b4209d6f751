package fake_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// texts returns the texts of a list of messages.
func texts(r reply) []string {
	list, _ := r.Fields["messages"].([]any)
	got := []string{}
	for _, e := range list {
		m, _ := e.(map[string]any)
		text, _ := m["text"].(string)
		got = append(got, text)
	}
	return got
}

// TestHistory checks what can be reconciled after a gap (platform-facts.md 68, 73, 88).
func TestHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	c := w.NewChannel("sorters", w.mei)
	one := c.Say(w.mei, "one").TS
	c.Reply(w.mei, one, "reply one")
	two := c.Say(w.mei, "two").TS
	w.say(c, args{"text": "reply two", "thread_ts": one, "metadata": args{"event_type": "sent", "event_payload": args{"id": "7"}}})
	c.Post(w.mei, fake.Post{Text: "for all", Thread: one, Broadcast: true})
	w.say(c, args{"text": "bot for all", "thread_ts": one, "reply_broadcast": "true"})
	w.ok("chat.postEphemeral", args{"channel": c.ID(), "user": w.mei.ID(), "text": "ghost"})
	three := c.Say(w.mei, "three").TS

	for name, q := range map[string]struct {
		method string
		a      args
		want   []string
	}{
		"all, newest first": {"conversations.history", args{}, []string{"three", "bot for all", "for all", "two", "one"}},
		"since":             {"conversations.history", args{"oldest": one}, []string{"three", "bot for all", "for all", "two"}},
		"since, with it":    {"conversations.history", args{"oldest": two, "inclusive": "true"}, []string{"three", "bot for all", "for all", "two"}},
		"until":             {"conversations.history", args{"latest": two}, []string{"one"}},
		"one of them":       {"conversations.history", args{"latest": two, "oldest": two, "inclusive": "1", "limit": "1"}, []string{"two"}},
		"first page":        {"conversations.history", args{"limit": "3"}, []string{"three", "bot for all", "for all"}},
		"thread":            {"conversations.replies", args{"ts": one}, []string{"one", "reply one", "reply two", "for all", "bot for all"}},
		"thread, since":     {"conversations.replies", args{"ts": one, "oldest": two}, []string{"one", "reply two", "for all", "bot for all"}},
		"no thread":         {"conversations.replies", args{"ts": three}, []string{"three"}},
	} {
		q.a["channel"] = c.ID()
		if diff := cmp.Diff(q.want, texts(w.ok(q.method, q.a))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	first := w.ok("conversations.history", args{"channel": c.ID(), "limit": "3"})
	next, _ := first.Fields["response_metadata"].(map[string]any)["next_cursor"].(string)
	second := w.ok("conversations.history", args{"channel": c.ID(), "limit": "3", "cursor": next})
	if got := texts(second); fmt.Sprint(got) != "[two one]" || first.Fields["has_more"] != true || second.Fields["has_more"] != false {
		t.Errorf("second page %q", got)
	}
	parent, _ := second.Fields["messages"].([]any)[1].(map[string]any)
	if parent["thread_ts"] != one || parent["reply_count"] != 4.0 {
		t.Errorf("73: parent %v", parent)
	}
	for flag, want := range map[string]bool{"true": true, "false": false} {
		list, _ := w.ok("conversations.replies", args{"channel": c.ID(), "ts": one, "include_all_metadata": flag}).Fields["messages"].([]any)
		m, _ := list[2].(map[string]any)
		if got := m["metadata"] != nil; got != want || m["bot_id"] != w.BotID() {
			t.Errorf("88: include_all_metadata %s: %v", flag, m)
		}
	}
	w.unmistaken()
}

// TestPeople checks what is told of people and chats.
func TestPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	wang := w.NewPerson(fake.Profile{Name: "wang", Real: "Wang Wei", Email: "wang@optoste.example", Locale: "zh-CN"})
	u, _ := w.ok("users.info", args{"user": wang.ID(), "include_locale": "true"}).Fields["user"].(map[string]any)
	if u["locale"] != "zh-CN" || u["profile"].(map[string]any)["email"] != "wang@optoste.example" || u["is_stranger"] != nil {
		t.Errorf("users.info = %v", u)
	}
	wang.Rename("", "<@U1>")
	if p := w.ok("users.info", args{"user": wang.ID()}).Fields["user"].(map[string]any)["profile"].(map[string]any); p["display_name"] != "<@U1>" {
		t.Errorf("renamed: %v", p)
	}
	w.Bot("jenkins")
	if b := w.ok("bots.info", args{"bot": w.BotID()}).Fields["bot"].(map[string]any); b["user_id"] != w.BotUser() || b["app_id"] != fake.App {
		t.Errorf("bots.info = %v", b)
	}
	c := w.NewChannel("sorters", wang)
	c.SetBot(false)
	info := func() map[string]any {
		return w.ok("conversations.info", args{"channel": c.ID(), "include_num_members": "1"}).Fields["channel"].(map[string]any)
	}
	if i := info(); i["is_member"] != false || i["num_members"] != 1.0 || i["name"] != "sorters" || c.ID()[0] != 'C' {
		t.Errorf("conversations.info = %v", i)
	}
	w.ok("conversations.join", args{"channel": c.ID()})
	if i := info(); i["is_member"] != true || i["num_members"] != 2.0 {
		t.Errorf("joined: %v", i)
	}
	if got := fmt.Sprint(w.ok("conversations.members", args{"channel": c.ID()}).Fields["members"]); got != "["+wang.ID()+" "+w.BotUser()+"]" {
		t.Errorf("members %s", got)
	}
	dm, _ := w.ok("conversations.open", args{"users": wang.ID(), "return_im": "true"}).Fields["channel"].(map[string]any)
	if dm["is_im"] != true || dm["user"] != wang.ID() || dm["id"] != wang.DM().ID() {
		t.Errorf("direct messages %v", dm)
	}
	if err := w.call("conversations.open", args{"users": w.NewStranger(fake.Profile{}).ID()}).err(); err != "user_not_visible" {
		t.Errorf("76: direct messages of a stranger: %q", err)
	}
	w.unmistaken()
}

// TestSeen checks what a person sees beside the messages.
func TestSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	ts := w.chat.Say(w.mei, "hello").TS
	w.ok("assistant.threads.setStatus", args{"channel_id": w.chat.ID(), "thread_ts": ts, "status": "is reading"})
	if got := w.chat.Status(ts); got != "is reading" {
		t.Errorf("status %q", got)
	}
	w.ok("chat.postEphemeral", args{"channel": w.chat.ID(), "user": w.mei.ID(), "text": "ghost"})
	if got := len(w.chat.Ephemeral(w.mei)); got != 1 || len(w.chat.Visible()) != 1 {
		t.Errorf("ephemeral: %d seen, %+v for all", got, w.chat.Visible())
	}
	w.chat.Reload(w.mei)
	if got := w.chat.Ephemeral(w.mei); len(got) != 0 {
		t.Errorf("89: after a reload there is %+v", got)
	}
	w.ok("reactions.add", args{"channel": w.chat.ID(), "timestamp": ts, "name": "eyes"})
	w.ok("reactions.remove", args{"channel": w.chat.ID(), "timestamp": ts, "name": "eyes"})
	if err := w.call("reactions.remove", args{"channel": w.chat.ID(), "timestamp": ts, "name": "eyes"}).err(); err != "no_reaction" {
		t.Errorf("85: remove twice: %q", err)
	}
	w.chat.Edit(w.mei, ts, "hello <!here>")
	if m := w.chat.Visible()[0]; !m.Edited || m.Text != "hello <!here>" || m.Raw != "hello &lt;!here&gt;" || len(m.Pinged) != 0 {
		t.Errorf("edited to %+v", m)
	}
	if d := w.chat.Edit(w.NewPerson(fake.Profile{}), ts, "x"); d.Err == nil {
		t.Error("somebody edits what another has said")
	}
	w.unmistaken()
}

// TestOddEvents checks that a bot can be told of anything (platform-facts.md 68, 94).
func TestOddEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	w.TooManyEvents()
	if e := h.next(t).inner(t); e["type"] != "app_rate_limited" || e["minute_rate_limited"] == nil {
		t.Errorf("68: heard %v", e)
	}
	done(t, w.chat.Emit(map[string]any{"type": "huddle_exploded"}))
	if e := h.next(t).inner(t); e["type"] != "huddle_exploded" {
		t.Errorf("94: heard %v", e)
	}
}
