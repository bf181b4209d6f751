package fake_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// roundTrip returns something as a bot reads it.
func roundTrip(t *testing.T, v any) map[string]any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEverything lets people do everything, and compares what the bot is told with the Bot API.
func TestEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{SeeAll: true, AnyPhoto: true}, true)
	forum := w.NewForum("desk", w.mei)
	small := w.NewGroup("small", w.mei)
	channel := w.NewChannel("news", w.mei)
	bot := w.say(w.chat, params{"reply_markup": button(params{"text": "Yes", "callback_data": "y"})})
	topic, opened := forum.OpenTopic(w.mei, "CLM-1")

	list := []*fake.Update{opened}
	for _, p := range posts() {
		list = append(list, w.chat.Send(w.mei, p), w.group.Send(w.mei, p))
	}
	list = append(list,
		w.chat.Reply(w.mei, bot, "this one"),
		forum.Send(w.mei, fake.Post{Text: "in a topic", Thread: topic}),
		w.group.Send(w.mei, fake.Post{Text: "anonymous", As: fake.TheChat}),
		w.group.Send(w.mei, fake.Post{Text: "a channel", As: fake.AChannel}),
		w.group.Send(w.mei, fake.Post{Text: "nobody", As: fake.Nobody}),
		channel.Say(w.mei, "a post"),
		w.chat.Press(w.mei, bot, "old").Update,
		w.chat.Press(w.mei, 4711, "gone").Update,
		w.chat.Edit(list[1].Message(), "edited"),
		w.chat.Touch(list[1].Message()),
		w.mei.Block(), w.mei.Unblock(),
		small.Join(w.mei), small.PromoteBot(w.mei, fake.Rights{}), small.DemoteBot(w.mei),
		small.RemoveBot(w.mei), small.AddBot(w.mei),
		forum.CloseTopic(w.mei, topic),
	)
	list = append(list, w.chat.Album(w.mei, nil, posts()[1:4]...)...)
	_, migrated := small.Upgrade(w.mei)
	list = append(list, migrated...)
	for i, u := range list {
		if !u.Seen() {
			t.Errorf("update %d (%s) is not told", i, u.Kind())
			continue
		}
		if err := w.CheckType("Update", u.Content()); err != nil {
			t.Errorf("update %d (%s): %v", i, u.Kind(), err)
		}
	}
}

// posts are one of everything that a person can send.
func posts() []fake.Post {
	list := []fake.Post{{Text: "words"}}
	for _, kind := range []fake.Kind{
		fake.Photo, fake.Video, fake.Document, fake.Audio, fake.Voice, fake.VideoNote, fake.Animation, fake.Sticker,
	} {
		list = append(list, fake.Post{Text: "caption", Media: &fake.Media{Kind: kind, Name: "a.bin", Mime: "a/b", Content: []byte("x")}})
	}
	return append(list, fake.Location(23.35, 116.68), fake.Venue("works", "Shantou"), fake.Contact("+86", "Mei", 7),
		fake.Poll("why?"), fake.Dice(6), fake.Story(), fake.Unknown())
}

// TestAnswersFit compares what methods answer with the Bot API.
func TestAnswersFit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{SeeAll: true, AnyPhoto: true}, true)
	forum := w.NewForum("desk", w.mei)
	forum.PromoteBot(w.mei, fake.Rights{ManageTopics: true})
	id := w.sent(fake.Media{Content: []byte("x")})
	for _, c := range []struct {
		method string
		p      params
		is     string
	}{
		{"getMe", nil, "User"},
		{"sendMessage", params{"chat_id": w.chat.ID(), "text": "<b>a</b> https://a.com", "parse_mode": "HTML", "reply_markup": button(params{"text": "Yes", "url": "https://a.com"})}, "Message"},
		{"sendPhoto", params{"chat_id": w.chat.ID(), "photo": []byte("x")}, "Message"},
		{"sendVideo", params{"chat_id": w.chat.ID(), "video": []byte("x")}, "Message"},
		{"sendAudio", params{"chat_id": w.chat.ID(), "audio": []byte("x")}, "Message"},
		{"sendVoice", params{"chat_id": w.chat.ID(), "voice": []byte("x")}, "Message"},
		{"sendDocument", params{"chat_id": w.group.ID(), "document": id}, "Message"},
		{"getFile", params{"file_id": id}, "File"},
		{"createForumTopic", params{"chat_id": forum.ID(), "name": "CLM-1"}, "ForumTopic"},
		{"getChat", params{"chat_id": forum.ID()}, "ChatFullInfo"},
		{"getChat", params{"chat_id": w.chat.ID()}, "ChatFullInfo"},
		{"getChatMember", params{"chat_id": forum.ID(), "user_id": w.BotID()}, "ChatMember"},
		{"getChatMember", params{"chat_id": forum.ID(), "user_id": w.mei.ID()}, "ChatMember"},
		{"getChatMember", params{"chat_id": w.chat.ID(), "user_id": w.mei.ID()}, "ChatMember"},
		{"getWebhookInfo", nil, "WebhookInfo"},
	} {
		if err := w.CheckType(c.is, w.ok(c.method, c.p)); err != nil {
			t.Errorf("%s: %v", c.method, err)
		}
	}
}

// TestPrivacy is what a bot sees in a group (platform-facts.md 18).
func TestPrivacy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		admin, seeAll bool
		want          []string
	}{
		"privacy mode":  {want: []string{"/help", "/help@optoste_bot now", "an answer"}},
		"administrator": {admin: true, want: []string{"words", "/help", "/help@optoste_bot now", "/help@other_bot", "@optoste_bot hello", "an answer", "an answer to a person"}},
		"see all":       {seeAll: true, want: []string{"words", "/help", "/help@optoste_bot now", "/help@other_bot", "@optoste_bot hello", "an answer", "an answer to a person"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{SeeAll: c.seeAll}, true)
			if c.admin {
				w.group.PromoteBot(w.mei, fake.Rights{})
			}
			bot := w.say(w.group, nil)
			list := []*fake.Update{
				w.group.Say(w.mei, "words"), w.group.Say(w.mei, "/help"), w.group.Say(w.mei, "/help@optoste_bot now"),
				w.group.Say(w.mei, "/help@other_bot"), w.group.Say(w.mei, "@optoste_bot hello"), w.group.Reply(w.mei, bot, "an answer"),
			}
			list = append(list, w.group.Reply(w.mei, list[0].Message(), "an answer to a person"))
			var got []string
			for _, u := range list {
				if u.Seen() {
					got = append(got, words("message", roundTrip(t, u.Content())["message"]))
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
			me, _ := w.ok("getMe", nil).(map[string]any)
			if me["can_read_all_group_messages"] != c.seeAll {
				t.Errorf("can_read_all_group_messages = %v", me["can_read_all_group_messages"])
			}
		})
	}
}

// TestEntities is what the server finds in what a person types; offsets count UTF-16 units.
func TestEntities(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	for text, want := range map[string][]fake.Entity{
		"/start OS-1": {{Type: "bot_command", Offset: 0, Length: 6}},
		"👍 /help@optoste_bot, @mei_lin": {
			{Type: "bot_command", Offset: 3, Length: 17}, {Type: "mention", Offset: 22, Length: 8},
		},
		"a/b /x/y <b>": nil,
		"mail me@optoste.com or https://optoste.com/a?b=1.": {
			{Type: "email", Offset: 5, Length: 14}, {Type: "url", Offset: 23, Length: 25},
		},
		"plain 喷阀 words": nil,
	} {
		w.chat.Say(w.mei, text)
		all := w.chat.Visible()
		if diff := cmp.Diff(want, all[len(all)-1].Entities); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	u := w.chat.Send(w.mei, fake.Post{Text: "ask Mei", Entities: []fake.Entity{{Type: "text_mention", Offset: 4, Length: 3, User: w.mei.ID()}}})
	m, _ := roundTrip(t, u.Content())["message"].(map[string]any)
	list, _ := m["entities"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["user"] == nil {
		t.Errorf("a mention without a name is %v", list)
	}
}

// TestAnswers is how a bot is told what is answered: without what that answers.
func TestAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	first := w.chat.Say(w.mei, "first").Message()
	second := w.chat.Reply(w.mei, first, "second").Message()
	m, _ := roundTrip(t, w.chat.Reply(w.mei, second, "third").Content())["message"].(map[string]any)
	to, _ := m["reply_to_message"].(map[string]any)
	if to["text"] != "second" || to["reply_to_message"] != nil {
		t.Errorf("the third answers %v", to)
	}
}

// TestSpeakers is who speaks for whom (platform-facts.md 25).
func TestSpeakers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{SeeAll: true}, true)
	channel := w.NewChannel("news", w.mei)
	said := func(c *fake.Chat, as fake.As) string {
		u := c.Send(w.mei, fake.Post{Text: "a", As: as})
		m, _ := roundTrip(t, u.Content())[u.Kind()].(map[string]any)
		from, _ := m["from"].(map[string]any)
		sender, _ := m["sender_chat"].(map[string]any)
		return fmt.Sprint(u.Kind(), " ", from["username"], " ", from["is_bot"], " ", sender["type"], " ", sender["title"])
	}
	got := []string{
		said(w.group, fake.Themselves), said(w.group, fake.TheChat), said(w.group, fake.AChannel), said(w.group, fake.Nobody),
		said(channel, fake.Themselves),
	}
	want := []string{
		"message <nil> false <nil> <nil>", "message GroupAnonymousBot true supergroup Nuts Ltd", "message Channel_Bot true channel Mei",
		"message <nil> <nil> <nil> <nil>", "channel_post <nil> <nil> channel news",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// TestUpgrade is what a bot sees when a group grows (platform-facts.md 20, 21).
func TestUpgrade(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	small := w.NewGroup("small", w.mei)
	first, second := small.Say(w.mei, "/a").Message(), w.chat.Say(w.mei, "b").Message()
	if second != first+1 {
		t.Errorf("messages %d and %d, want one sequence for basic groups and private chats", first, second)
	}
	super, list := small.Upgrade(w.mei)
	out, _ := roundTrip(t, list[0].Content())["message"].(map[string]any)
	in, _ := roundTrip(t, list[1].Content())["message"].(map[string]any)
	if out["migrate_to_chat_id"] != float64(super.ID()) || in["migrate_from_chat_id"] != float64(small.ID()) {
		t.Errorf("told %v and %v", out, in)
	}
	if id := w.say(super, nil); id != 2 {
		t.Errorf("the second message of the supergroup is %d: a supergroup counts on its own", id)
	}
	if u := small.Say(w.mei, "/a"); u.Seen() {
		t.Error("the old group still talks")
	}
}

// TestAlbum is what an album is to a bot (platform-facts.md 15).
func TestAlbum(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	photo := func(text string) fake.Post {
		return fake.Post{Text: text, Media: &fake.Media{Kind: fake.Photo, Content: []byte("x")}}
	}
	list := w.chat.Album(w.mei, []int{2, 0, 1}, photo(""), photo("caption"), photo(""))
	var groups []any
	for _, u := range list {
		m, _ := roundTrip(t, u.Content())["message"].(map[string]any)
		groups = append(groups, m["media_group_id"])
	}
	if groups[0] == nil || groups[0] != groups[1] || groups[1] != groups[2] {
		t.Errorf("media_group_id = %v, want one name", groups)
	}
	if list[0].Message()+2 != list[2].Message() || list[2].ID()+1 != list[0].ID() || list[0].ID()+1 != list[1].ID() {
		t.Errorf("the order is %d %d %d, want 2 0 1", list[0].ID(), list[1].ID(), list[2].ID())
	}
}

// TestOldPress is a press of a button that is not there (platform-facts.md 26).
func TestOldPress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	id := w.say(w.chat, nil)
	message := func(p *fake.Press) map[string]any {
		q, _ := roundTrip(t, p.Content())["callback_query"].(map[string]any)
		m, _ := q["message"].(map[string]any)
		return m
	}
	p := w.chat.Press(w.mei, id, "old")
	if m := message(p); m["text"] != "hello" {
		t.Errorf("message = %v", m)
	}
	if again := p.Repeat(); again.ID() == p.ID() || w.query(again) == w.query(p) {
		t.Error("a repeated press has the ids of the first")
	}
	w.chat.Remove(id)
	if m := message(p.Repeat()); m["date"] != 0.0 || m["message_id"] != float64(id) || len(m) != 3 {
		t.Errorf("message = %v, want an inaccessible one", m)
	}
}
