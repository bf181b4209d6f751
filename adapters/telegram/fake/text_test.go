package fake_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// TestTexts is what stands there of what was said (platform-facts.md 27, 29, 30).
func TestTexts(t *testing.T) {
	t.Parallel()
	bold := func(offset, length int) fake.Entity { return fake.Entity{Type: "bold", Offset: offset, Length: length} }
	code := func(offset, length int) fake.Entity { return fake.Entity{Type: "code", Offset: offset, Length: length} }
	link := func(offset, length int, url string) fake.Entity {
		return fake.Entity{Type: "text_link", Offset: offset, Length: length, URL: url}
	}
	for _, c := range []struct {
		mode, text, want string
		entities         []fake.Entity
	}{
		{"", "*_[]<>&@ `a` <b>", "*_[]<>&@ `a` <b>", nil},
		{"", "  \n a\t b\r\n ", "a  b", nil},
		{"", strings.Repeat("👍", 4096), strings.Repeat("👍", 4096), nil},
		{"HTML", "<b>喷阀</b> &lt;1&gt; &amp;&quot;&#39;&#x4e00; &copy; &ampx", `喷阀 <1> &"'一 &copy; &ampx`, []fake.Entity{bold(0, 2)}},
		{"html", "👍 <STRONG>a <code>b</code></STRONG>", "👍 a b", []fake.Entity{bold(3, 3), code(5, 1)}},
		{"HTML", `<a href="https://optoste.com/?a=1&amp;b=2">here</a>`, "here", []fake.Entity{link(0, 4, "https://optoste.com/?a=1&b=2")}},
		{"HTML", `<a href="nowhere">here</a> <b></b>`, "here", nil},
		{"HTML", `<pre><code class="language-go">x</code></pre>`, "x", []fake.Entity{{Type: "pre", Offset: 0, Length: 1, Language: "go"}}},
		{"HTML", "<i>a</i><em>b</em><u>c</u><s>d</s><tg-spoiler>e</tg-spoiler><blockquote expandable>f</blockquote>", "abcdef", []fake.Entity{
			{Type: "italic", Offset: 0, Length: 1},
			{Type: "italic", Offset: 1, Length: 1},
			{Type: "underline", Offset: 2, Length: 1},
			{Type: "strikethrough", Offset: 3, Length: 1},
			{Type: "spoiler", Offset: 4, Length: 1},
			{Type: "expandable_blockquote", Offset: 5, Length: 1},
		}},
		{"HTML", `<span class="tg-spoiler">a</span> <code class="language-go">b</code>`, "a b", []fake.Entity{
			{Type: "spoiler", Offset: 0, Length: 1}, code(2, 1),
		}},
		{"HTML", "<pre><code>a</code></pre>", "a", []fake.Entity{code(0, 1), {Type: "pre", Offset: 0, Length: 1}}},
		{"HTML", "<b id=A-1.b title='x'  >a</b >", "a", []fake.Entity{bold(0, 1)}},
		{"HTML", " <b> a </b> ", " a", []fake.Entity{bold(0, 2)}},
		{"HTML", "<code>https://optoste.com @mei_lin</code> @mei_lin", "https://optoste.com @mei_lin @mei_lin", []fake.Entity{
			code(0, 28), {Type: "mention", Offset: 29, Length: 8},
		}},
		{"HTML", strings.Repeat("&lt;", 4096), strings.Repeat("<", 4096), nil},
		{"MarkdownV2", `*a* _b_ \*c\* ` + "`d\\`*`" + ` C:\\x\.log`, "a b *c* d`* C:\\x.log", []fake.Entity{
			bold(0, 1), {Type: "italic", Offset: 2, Length: 1}, code(8, 3),
		}},
		{"MarkdownV2", `[here](https://optoste.com/\))`, "here", []fake.Entity{link(0, 4, "https://optoste.com/)")}},
		{"MarkdownV2", "__u__ ~s~ ||p||", "u s p", []fake.Entity{
			{Type: "underline", Offset: 0, Length: 1}, {Type: "strikethrough", Offset: 2, Length: 1}, {Type: "spoiler", Offset: 4, Length: 1},
		}},
		{"MarkdownV2", "```go\nx = 1\n```", "x = 1", []fake.Entity{{Type: "pre", Offset: 0, Length: 5, Language: "go"}}},
		{"MarkdownV2", "a\n>b", "a\nb", []fake.Entity{{Type: "blockquote", Offset: 2, Length: 1}}},
		{"MarkdownV2", ">a\n>b\nc", "a\nb\nc", []fake.Entity{{Type: "blockquote", Offset: 0, Length: 4}}},
	} {
		w := newWorld(t, fake.Config{}, true)
		w.say(w.chat, params{"text": c.text, "parse_mode": c.mode})
		m := w.chat.Said()[0]
		if m.Text != c.want {
			t.Errorf("%s %.60q stands there as %.60q, want %.60q", c.mode, c.text, m.Text, c.want)
		}
		if diff := cmp.Diff(c.entities, m.Entities); diff != "" {
			t.Errorf("%s %.60q: entities (-want +got):\n%s", c.mode, c.text, diff)
		}
	}
}

// TestLimits is what just passes (platform-facts.md 27, 28, 40, 44).
func TestLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	w.say(w.chat, params{"text": strings.Repeat("喷", 4096), "reply_markup": button(params{"text": "a", "callback_data": strings.Repeat("b", 64)})})
	w.say(w.chat, params{"text": strings.Repeat("<b>a</b>", 4096), "parse_mode": "HTML", "reply_markup": manyButtons(100, 8)})
	w.ok("sendDocument", params{"chat_id": w.chat.ID(), "document": []byte("x"), "caption": strings.Repeat("喷", 1024)})
	w.ok("answerCallbackQuery", params{"callback_query_id": w.press(), "text": strings.Repeat("喷", 200)})
	f := w.NewForum("desk", w.mei)
	f.PromoteBot(w.mei, fake.Rights{ManageTopics: true})
	w.ok("createForumTopic", params{"chat_id": f.ID(), "name": strings.Repeat("喷", 128)})
	w.ok("setMyCommands", params{"commands": manyCommands(100), "language_code": "zh"})
	for n, kind := range map[int]string{2: "document", 10: "audio"} {
		p := params{"chat_id": w.chat.ID()}
		var media []params
		for i := range n {
			name := string(rune('a' + i))
			p[name] = []byte(name)
			media = append(media, params{"type": kind, "media": "attach://" + name})
		}
		p["media"] = media
		w.ok("sendMediaGroup", p)
	}
	said := w.chat.Said()
	last := said[len(said)-1]
	if last.Album == "" || last.Album != said[len(said)-2].Album || len(last.Files) != 1 {
		t.Errorf("the last item of an album = %+v", last)
	}
}

// TestEdits is what an edit changes (platform-facts.md 38).
func TestEdits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	keys := button(params{"text": "Yes", "callback_data": "y"})
	id := w.say(w.chat, params{"reply_markup": keys})
	show := func() fake.Shown { return w.chat.Said()[0] }
	if m := show(); m.Edited || len(m.Labels()) != 1 {
		t.Errorf("said %+v", m)
	}
	w.ok("editMessageText", params{"chat_id": w.chat.ID(), "message_id": id, "text": "new"})
	if m := show(); !m.Edited || m.Text != "new" || len(m.Buttons) != 0 {
		t.Errorf("an edit without reply_markup leaves %+v, want no buttons", m)
	}
	w.ok("editMessageReplyMarkup", params{"chat_id": w.chat.ID(), "message_id": id, "reply_markup": keys})
	if m := show(); m.Text != "new" || len(m.Buttons) != 1 || m.Buttons[0][0].Data != "y" {
		t.Errorf("buttons alone leave %+v", m)
	}
	other := button(params{"text": "Yes", "callback_data": "other"})
	r, _ := w.ok("editMessageReplyMarkup", params{"chat_id": w.chat.ID(), "message_id": id, "reply_markup": other}).(map[string]any)
	if m := show(); m.Buttons[0][0].Data != "other" {
		t.Errorf("other data leaves %+v", m)
	}
	if diff := cmp.Diff(roundTrip(t, other), r["reply_markup"]); diff != "" {
		t.Errorf("reply_markup (-want +got):\n%s", diff)
	}
	photo := messageID(t, w.ok("sendPhoto", params{"chat_id": w.chat.ID(), "photo": picture(t, 20, 20)}))
	w.ok("editMessageCaption", params{"chat_id": w.chat.ID(), "message_id": photo, "caption": "<b>a</b>", "parse_mode": "HTML"})
	if m := w.chat.Said()[1]; m.Text != "a" || len(m.Entities) != 1 {
		t.Errorf("caption = %+v", m)
	}
	w.ok("deleteMessage", params{"chat_id": w.chat.ID(), "message_id": id})
	if said := w.chat.Said(); len(said) != 1 {
		t.Errorf("%d messages are left, want one", len(said))
	}
}

// TestTopics is a forum seen by a person (platform-facts.md 19).
func TestTopics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	forum := w.NewForum("desk", w.mei)
	forum.PromoteBot(w.mei, fake.Rights{ManageTopics: true})
	r, _ := w.ok("createForumTopic", params{"chat_id": forum.ID(), "name": " CLM-1 "}).(map[string]any)
	w.say(forum, params{"text": "inside", "message_thread_id": r["message_thread_id"]})
	id := w.say(forum, params{"text": "in General"})
	w.say(forum, params{"text": "an answer without a topic", "reply_parameters": params{"message_id": id - 1}})
	w.ok("editForumTopic", params{"chat_id": forum.ID(), "message_thread_id": r["message_thread_id"], "name": "CLM-1 closed"})
	w.ok("closeForumTopic", params{"chat_id": forum.ID(), "message_thread_id": r["message_thread_id"]})
	w.say(forum, params{"text": "still, with the right to", "message_thread_id": r["message_thread_id"]})
	thread := int64(r["message_thread_id"].(float64))
	if diff := cmp.Diff([]fake.Topic{{ID: thread, Name: "CLM-1 closed", Closed: true}}, forum.Topics()); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
	var where []int64
	for _, m := range forum.Said() {
		where = append(where, m.Thread)
	}
	if diff := cmp.Diff([]int64{thread, 0, 0, thread}, where); diff != "" {
		t.Errorf("threads (-want +got):\n%s", diff)
	}
	u := forum.Send(w.mei, fake.Post{Text: "/a", Thread: thread})
	m, _ := roundTrip(t, u.Content())["message"].(map[string]any)
	if m["message_thread_id"] != float64(thread) || m["is_topic_message"] != true {
		t.Errorf("a message of a topic is told as %v", m)
	}
}
