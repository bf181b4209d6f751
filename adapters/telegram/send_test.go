package telegram_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

// TestSendWire compares the parameters of each call with what they shall be.
func TestSendWire(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	group := l.server.NewSupergroup("Nuts Ltd", wang)
	forum := l.server.NewForum("Desk", wang)
	topic, _ := forum.OpenTopic(wang, "C-2603-0001")
	inTopic := address(forum)
	inTopic.Thread = strconv.FormatInt(topic, 10)
	inGeneral := address(forum)
	inGeneral.Thread = "1"
	first := l.say(t, bot.Outgoing{Message: bot.Message{Text: "first"}})
	me := l.to().Chat
	g, f := address(group).Chat, address(forum).Chat
	const preview = `{"is_disabled":true}`
	for _, c := range []struct {
		name string
		o    bot.Outgoing
		want map[string]string
	}{
		{"plain", bot.Outgoing{Message: bot.Message{Text: "hello"}}, map[string]string{"chat_id": me, "text": "hello", "link_preview_options": preview}},
		{"marks", bot.Outgoing{Message: bot.Message{Text: "*a* <b>"}}, map[string]string{"chat_id": me, "text": "<b>a</b> &lt;b&gt;", "parse_mode": "HTML", "link_preview_options": preview}},
		{"reply", bot.Outgoing{ReplyTo: first, Message: bot.Message{Text: "x"}}, map[string]string{
			"chat_id": me, "text": "x", "link_preview_options": preview,
			"reply_parameters": `{"message_id":` + string(first) + `,"allow_sending_without_reply":true}`,
		}},
		{"reply to what is gone", bot.Outgoing{ReplyTo: "99999", Message: bot.Message{Text: "x"}}, map[string]string{
			"chat_id": me, "text": "x", "link_preview_options": preview, "reply_parameters": `{"message_id":99999,"allow_sending_without_reply":true}`,
		}},
		{"topic", bot.Outgoing{To: inTopic, Message: bot.Message{Text: "x"}}, map[string]string{"chat_id": f, "message_thread_id": inTopic.Thread, "text": "x", "link_preview_options": preview}},
		{"General topic", bot.Outgoing{To: inGeneral, Message: bot.Message{Text: "x"}}, map[string]string{"chat_id": f, "text": "x", "link_preview_options": preview}},
		{"buttons", bot.Outgoing{Message: bot.Message{Text: "x", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A & <B>"}, {Label: "Page", URL: "https://optoste.example/u/1"}}}}, map[string]string{
			"chat_id": me, "text": "x", "link_preview_options": preview,
			"reply_markup": `{"inline_keyboard":[[{"text":"A \u0026 \u003cB\u003e","callback_data":"f1.1.a"}],[{"text":"Page","url":"https://optoste.example/u/1"}]]}`,
		}},
		{"buttons without words", bot.Outgoing{Message: bot.Message{Choices: []bot.Choice{{ID: "f1.1.a", Label: "A"}}}}, map[string]string{
			"chat_id": me, "text": "…", "link_preview_options": preview, "reply_markup": `{"inline_keyboard":[[{"text":"A","callback_data":"f1.1.a"}]]}`,
		}},
		{"prompt in private", bot.Outgoing{Message: bot.Message{Text: "Which?", Prompt: true}}, map[string]string{"chat_id": me, "text": "Which?", "link_preview_options": preview}},
		{"prompt in a group", bot.Outgoing{To: address(group), Message: bot.Message{Text: "Which?", Prompt: true}}, map[string]string{
			"chat_id": g, "text": "Which?", "link_preview_options": preview, "reply_markup": `{"force_reply":true,"selective":true}`,
		}},
	} {
		before := len(l.server.Calls())
		l.say(t, c.o)
		calls := l.server.Calls()[before:]
		if len(calls) != 1 || calls[0].Method != "sendMessage" {
			t.Errorf("%s: %d calls, %+v; want one sendMessage", c.name, len(calls), calls)
			continue
		}
		if diff := cmp.Diff(c.want, calls[0].Params); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if said(t, forum).Thread != 0 {
		t.Error("what was said to the General topic stands in another one")
	}
}

// TestSendNothing sends no message that has no content: Telegram takes none.
func TestSendNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	if ids, err := l.Send(t.Context(), bot.Outgoing{ID: "x", To: l.to(), Message: bot.Message{Text: " \n"}}); err != nil || len(ids) > 0 {
		t.Errorf("Send = %q, %v", ids, err)
	}
	if n := len(l.server.Calls("sendMessage")); n > 0 || !strings.Contains(l.logs.String(), "without any content") {
		t.Errorf("%d calls, log:\n%s", n, l.logs)
	}
}

// TestSendForms has the platform refuse a form that would fail for ever (platform-facts.md 31).
func TestSendForms(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	lift := l.server.Inject(fake.Fault{Method: "sendMessage", Times: 1, Refuse: &fake.Refusal{Code: 400, Text: "Bad Request: can't parse entities: Unsupported start tag"}})
	defer lift()
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "*a* <b>"}})
	if got := said(t, l.mei.Chat()); got.Text != "a <b>" || len(got.Entities) > 0 {
		t.Errorf("said %q with %v, want it plain", got.Text, got.Entities)
	}

	const wrong = "Bad Request: inline keyboard button URL 'http://localhost:8080/u/x_1' is invalid: Wrong HTTP URL"
	lift = l.server.Inject(fake.Fault{Method: "sendMessage", Times: 1, Refuse: &fake.Refusal{Code: 400, Text: wrong}})
	defer lift()
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "Too large.", Choices: []bot.Choice{{Label: "*Upload*", URL: "http://localhost:8080/u/x_1"}, {ID: "f1.1.a", Label: "Skip"}}}})
	if got := said(t, l.mei.Chat()); got.Text != "Too large.\n*Upload*: http://localhost:8080/u/x_1" || !cmp.Equal(got.Labels(), []string{"Skip"}) {
		t.Errorf("an address that Telegram does not take: %q %q", got.Text, got.Labels())
	}

	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	forum := l.server.NewForum("Desk", wang)
	to := address(forum)
	to.Thread = "4242" // deleted meanwhile
	l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "card"}})
	if got := said(t, forum); got.Text != "card" || got.Thread != 0 {
		t.Errorf("to a topic that is gone: %+v, want it in General", got)
	}
	for _, o := range []bot.Outgoing{{About: "C-2603-0001"}, {Card: "C-2603-0001"}} {
		o.To, o.Text = to, "news"
		if _, err := l.Send(t.Context(), o); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("to the topic of a claim that is gone: %v, want bot.ErrNotFound", err)
		}
	}
}

// TestSendManyMarks sends without styles what would be too long with them (platform-facts.md 27).
func TestSendManyMarks(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	for _, part := range bot.Fit(bot.Message{Text: strings.Repeat("*&*", 4096)}, l.Capabilities()) {
		l.say(t, bot.Outgoing{Message: part})
	}
	if got := l.mei.Chat().Said(); len(got) != 1 || got[0].Text != strings.Repeat("&", 4096) || len(got[0].Entities) > 0 {
		t.Errorf("%d messages", len(got))
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{AnyPhoto: true})
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "open", Choices: []bot.Choice{{ID: "f1.1.a", Label: "Take"}}}})
	for range 2 { // the second changes nothing, which is a success (platform-facts.md 38)
		if got := l.say(t, bot.Outgoing{Replace: id, Message: bot.Message{Text: "*taken*"}}); got != id {
			t.Errorf("replaced %s by %s", id, got)
		}
	}
	if got := said(t, l.mei.Chat()); got.Text != "taken" || len(got.Labels()) > 0 {
		t.Errorf("shown %q %q, want no button left", got.Text, got.Labels())
	}

	photo := l.say(t, bot.Outgoing{Message: bot.Message{Text: "plate", Files: []bot.File{l.media.file(t, "p.jpg", "image/jpeg", []byte("jpeg"))}}})
	l.say(t, bot.Outgoing{Replace: photo, Message: bot.Message{Text: "the *plate*"}})
	if got := said(t, l.mei.Chat()); got.Text != "the plate" || len(got.Files) != 1 {
		t.Errorf("a caption is shown as %q with %d files", got.Text, len(got.Files))
	}

	hers := l.mei.Chat().Say(l.mei, "mine").Message()
	for _, missing := range []bot.MessageID{"987654", bot.MessageID(strconv.FormatInt(hers, 10)), "nonsense"} {
		_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Replace: missing, Message: bot.Message{Text: "x"}})
		if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("replacing %s: %v, want bot.ErrNotFound", missing, err)
		}
	}
}

func TestSpent(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	ask := func() bot.MessageID {
		return l.say(t, bot.Outgoing{Message: bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.yes", Label: "Yes"}, {ID: "f1.1.no", Label: "No"}}}})
	}
	labels := func(id bot.MessageID) []string {
		for _, m := range l.mei.Chat().Said() {
			if m.ID == messageNumber(id) {
				return m.Labels()
			}
		}
		return nil
	}
	typed, chosen, kept, same := ask(), ask(), ask(), ask()
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: typed}, Message: bot.Message{Text: "thank you"}})
	if got := labels(typed); len(got) > 0 {
		t.Errorf("after a typed answer the buttons are %q", got)
	}
	for range 2 {
		l.say(t, bot.Outgoing{Spent: bot.Spent{Message: chosen, Choice: "f1.1.no", Label: "No"}, Message: bot.Message{Text: "thank you"}})
	}
	if got := labels(chosen); !cmp.Equal(got, []string{"✓ No"}) {
		t.Errorf("after a press the buttons are %q", got)
	}
	if press := l.mei.Chat().PressLabel(l.mei, messageNumber(chosen), "✓ No"); press == nil {
		t.Error("the sign has no data")
	}

	lift := l.server.Inject(fake.Fault{Method: "editMessageReplyMarkup", Refuse: fake.TooMany(time.Second)})
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: kept}, Message: bot.Message{Text: "thank you"}})
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: "77777"}, Message: bot.Message{Text: "thank you"}})
	lift()
	if got := labels(kept); len(got) != 2 {
		t.Errorf("after a refused edit the buttons are %q", got)
	}
	before := len(l.server.Calls("editMessageReplyMarkup"))
	l.say(t, bot.Outgoing{Replace: same, Spent: bot.Spent{Message: same}, Message: bot.Message{Text: "done"}})
	if n := len(l.server.Calls("editMessageReplyMarkup")); n > before {
		t.Error("what is replaced is edited twice")
	}
	if _, err := l.Send(t.Context(), bot.Outgoing{To: bot.Address{Channel: "telegram", Chat: "1"}, Spent: bot.Spent{Message: kept}, Message: bot.Message{Text: "x"}}); err == nil {
		t.Error("sent to nobody")
	}
	if n := len(l.server.Calls("editMessageReplyMarkup")); n > before {
		t.Error("buttons are spent though the answer has not been sent")
	}
}

// TestErrors has the platform say no in all its ways.
func TestErrors(t *testing.T) {
	t.Parallel()
	gone := func(t *testing.T, err error) {
		t.Helper()
		if !errors.Is(err, bot.ErrGone) {
			t.Errorf("Send = %v, want bot.ErrGone", err)
		}
	}
	again := func(t *testing.T, err error) {
		t.Helper()
		if wait := (*bot.RetryAfterError)(nil); err == nil || errors.Is(err, bot.ErrGone) || errors.Is(err, bot.ErrNotFound) || errors.Is(err, bot.ErrRefused) || errors.As(err, &wait) {
			t.Errorf("Send = %v, want an error that means: try again", err)
		}
	}
	never := func(t *testing.T, err error) {
		t.Helper()
		if !errors.Is(err, bot.ErrRefused) {
			t.Errorf("Send = %v, want bot.ErrRefused", err)
		}
	}
	after := func(d time.Duration) func(*testing.T, error) {
		return func(t *testing.T, err error) {
			t.Helper()
			if got := wantError[*bot.RetryAfterError](t, err).After; got != d {
				t.Errorf("after %v, want %v", got, d)
			}
		}
	}
	refuse := func(code int, text string) fake.Fault {
		return fake.Fault{Refuse: &fake.Refusal{Code: code, Text: text}}
	}
	for name, c := range map[string]struct {
		fault fake.Fault
		check func(*testing.T, error)
	}{
		"429":                           {fake.Fault{Refuse: fake.TooMany(7 * time.Second)}, after(7 * time.Second)},
		"429, hours":                    {fake.Fault{Refuse: fake.TooMany(10072 * time.Second)}, after(10072 * time.Second)}, // platform-facts.md 34
		"429 in its text only":          {refuse(429, "Too Many Requests: retry after 9"), after(9 * time.Second)},
		"429 without a time":            {refuse(429, "Too Many Requests"), after(3 * time.Second)},
		"429 of a proxy":                {fake.Fault{Status: 429, Body: "<html>slow down</html>"}, after(3 * time.Second)},
		"blocked":                       {fake.Fault{Refuse: fake.Blocked()}, gone},
		"kicked":                        {refuse(403, "Forbidden: bot was kicked from the supergroup chat"), gone},
		"deactivated":                   {refuse(403, "Forbidden: user is deactivated"), gone},
		"never met":                     {refuse(403, "Forbidden: bot can't initiate conversation with a user"), gone},
		"chat not found":                {refuse(400, "Bad Request: chat not found"), gone},
		"silenced":                      {refuse(400, "Bad Request: not enough rights to send text messages to the chat"), gone},
		"other 400":                     {refuse(400, "Bad Request: message is too long"), never},
		"500":                           {fake.Fault{Refuse: fake.ServerError()}, again},
		"502, no JSON":                  {fake.BadGateway(), again}, // platform-facts.md 57
		"200, no JSON":                  {fake.Fault{Status: 200, Body: "<html>portal</html>"}, again},
		"401":                           {refuse(401, "Unauthorized"), again},
		"cut before":                    {fake.Fault{Cut: fake.Before}, again},
		"cut after":                     {fake.Fault{Cut: fake.After}, again}, // platform-facts.md 36: it may have been sent
		"a migration without a new id":  {refuse(400, "Bad Request: group chat was upgraded to a supergroup chat"), again},
		"a result that is no message":   {fake.Fault{Status: 200, Body: `{"ok":true,"result":"x"}`}, again},
		"an error that shows the token": {refuse(400, "Bad Request: /bot"+token+"/sendMessage"), never},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{AnyPhoto: true})
			photo := l.media.file(t, "p.jpg", "image/jpeg", []byte("jpeg"))
			c.fault.When = sends
			l.server.Inject(c.fault)
			for what, m := range map[string]bot.Message{
				"text": {Text: "x"}, "photo": {Files: []bot.File{photo}}, "album": {Files: []bot.File{photo, photo}}, // platform-facts.md 51
			} {
				_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: m})
				if c.check(t, err); t.Failed() {
					t.Fatalf("with a %s", what)
				}
				if strings.Contains(err.Error(), "AAsecret-of-the-bot") {
					t.Errorf("the error shows the token: %v", err)
				}
			}
			if limited := l.Counts().Limited; strings.HasPrefix(name, "429") != (limited == 3) {
				t.Errorf("%d calls counted as limited", limited)
			}
		})
	}
}

func TestSendToUpgradedGroup(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	group := l.server.NewGroup("Nuts Ltd", wang)
	next, _ := group.Upgrade(wang)
	_, err := l.Send(t.Context(), bot.Outgoing{To: address(group), Message: bot.Message{Text: "x"}})
	if moved := wantError[*bot.MovedError](t, err); moved.Chat != address(next).Chat {
		t.Errorf("moved to %s, want %s", moved.Chat, address(next).Chat)
	}
}

// TestNoToken looks for the token in what a broken line leaves (platform-facts.md 56).
func TestNoToken(t *testing.T) {
	t.Parallel()
	media := &memory{}
	file := media.file(t, "p.jpg", "image/jpeg", []byte("jpeg"))
	for name, root := range map[string]string{
		"nobody listens": "http://127.0.0.1:1", "no such host": "http://telegram.invalid", "bad address": "http://[::1", "no scheme": "127.0.0.1:1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := telegram.New(telegram.Config{Token: token, APIURL: root, Media: media, Client: &http.Client{Timeout: time.Second}})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			_, text := a.Send(ctx, bot.Outgoing{To: bot.Address{Chat: "1"}, Message: bot.Message{Text: "x"}})
			_, photo := a.Send(ctx, bot.Outgoing{To: bot.Address{Chat: "1"}, Message: bot.Message{Files: []bot.File{file}}})
			_, fetch := a.Fetch(ctx, "ref")
			_, open := a.OpenThread(ctx, bot.Address{Chat: "-1"}, "x")
			shown := []string{}
			for _, f := range a.Examine(ctx) {
				shown = append(shown, f.What, f.Problem, f.Do)
			}
			for _, err := range []error{text, photo, fetch, open} {
				if err == nil {
					t.Fatal("no error")
				}
				shown = append(shown, err.Error())
			}
			if all := strings.Join(shown, "\n"); strings.Contains(all, "AAsecret-of-the-bot") {
				t.Errorf("the token is shown:\n%s", all)
			}
		})
	}
}
