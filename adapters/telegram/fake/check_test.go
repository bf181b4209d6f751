package fake_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// TestMistakes is what the real server would let pass in silence (platform-facts.md 46, 50).
func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method string
		p      params
		want   string // in the mistake
	}{
		"misspelt parse_mode":              {"sendMessage", params{"parsemode": "HTML"}, "unknown parameter parsemode"},
		"old name of an answer":            {"sendMessage", params{"reply_to_message_id": 7}, "unknown parameter reply_to_message_id"},
		"old name of a preview":            {"sendMessage", params{"disable_web_page_preview": true}, "unknown parameter disable_web_page_preview"},
		"old method":                       {"getChatMembersCount", nil, "there is no method getChatMembersCount"},
		"keyboard under an album":          {"sendMediaGroup", params{"reply_markup": params{"inline_keyboard": []params{}}}, "unknown parameter reply_markup"},
		"misspelt method":                  {"sendMesage", nil, "there is no method sendMesage"},
		"method that the fake lacks":       {"sendDice", nil, "the fake does not have the method sendDice"},
		"number that is none":              {"sendMessage", params{"message_thread_id": "seven"}, `"seven", want an Integer`},
		"true that is none":                {"sendMessage", params{"protect_content": "yes"}, `"yes", want true or false`},
		"JSON that is none":                {"sendMessage", params{"reply_parameters": "{"}, "want ReplyParameters as JSON"},
		"list where an object should be":   {"sendMessage", params{"link_preview_options": []int{1}}, "a list, want LinkPreviewOptions"},
		"unknown field":                    {"sendMessage", params{"link_preview_options": params{"disabled": true}}, "unknown field disabled of LinkPreviewOptions"},
		"missing field":                    {"sendMessage", params{"reply_parameters": params{"quote": "a"}}, "field message_id of ReplyParameters is missing"},
		"wrong type of a field":            {"sendMessage", params{"reply_parameters": params{"message_id": "7"}}, "7, want Integer"},
		"unknown field of a button":        {"sendMessage", params{"reply_markup": button(params{"text": "a", "data": "b"})}, "unknown field data of InlineKeyboardButton"},
		"keyboard that is no list of rows": {"sendMessage", params{"reply_markup": params{"inline_keyboard": []params{{"text": "a"}}}}, "want"},
		"button that does two things":      {"sendMessage", params{"reply_markup": button(params{"text": "a", "callback_data": "b", "url": "https://a.com"})}, "does 2 things"},
		"entities beside a parse mode":     {"sendMessage", params{"parse_mode": "HTML", "entities": []params{{"type": "bold", "offset": 0, "length": 1}}}, "entities beside parse_mode"},
		"entity outside the text":          {"sendMessage", params{"entities": []params{{"type": "bold", "offset": 3, "length": 4}}}, "outside a text of 5"},
		"the old Markdown":                 {"sendMessage", params{"parse_mode": "Markdown"}, "old one"},
		"unknown scope":                    {"setMyCommands", params{"commands": []params{}, "scope": params{"type": "everybody"}}, "everybody"},
		"unknown updates":                  {"getUpdates", params{"allowed_updates": []string{"messages"}}, `no updates "messages"`},
		"file that nothing names":          {"sendMessage", params{"document": []byte("x")}, "file document"},
		"file for a word":                  {"sendMessage", params{"text": []byte("x")}, "parameter text: a file"},
		"album item of no kind":            {"sendMediaGroup", params{"media": []params{{"type": "foto", "media": "a"}}}, "foto"},
		"not UTF-8":                        {"sendMessage", params{"text": "a\xff"}, "not UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{}, false)
			p := params{}
			if strings.HasPrefix(c.method, "send") {
				p["chat_id"], p["text"] = w.chat.ID(), "hello"
			}
			if c.method == "sendMediaGroup" {
				delete(p, "text")
			}
			for k, v := range c.p {
				p[k] = v
			}
			r := w.call(c.method, p)
			mistakes := w.Mistakes()
			if r.OK || r.Status != http.StatusBadRequest && r.Status != http.StatusNotFound {
				t.Errorf("%s = %d %s, want it refused", c.method, r.Status, r.Description)
			}
			if len(mistakes) != 1 || !strings.Contains(mistakes[0], c.want) {
				t.Errorf("mistakes = %q, want one with %q", mistakes, c.want)
			}
			if len(w.chat.Said()) > 0 {
				t.Error("a message stands there")
			}
		})
	}
}

// TestNoMistake is what the server takes although it looks odd.
func TestNoMistake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	w.say(w.chat, params{"entities": "null", "reply_markup": "null", "message_thread_id": ""}) // as the library writes nothing
	w.say(w.group, params{"message_thread_id": 77})                                            // no forum: ignored
	w.ok("SENDMESSAGE", params{"chat_id": w.chat.ID(), "text": "in capitals"})
	w.group.SetUsername("nuts")
	w.ok("sendMessage", params{"chat_id": "@nuts", "text": "by name"})
	gone := w.chat.Say(w.mei, "a").Message()
	w.chat.Remove(gone)
	w.say(w.chat, params{"reply_parameters": params{"message_id": gone, "allow_sending_without_reply": true}})
}

// TestParameters takes parameters by query, form and JSON.
func TestParameters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	root := w.URL() + "/bot" + w.Token() + "/"
	id := strings.TrimSpace(params{"id": w.chat.ID()}.json(t, "id"))
	for _, c := range []struct{ url, kind, body string }{
		{root + "sendMessage?chat_id=" + id + "&text=query", "", ""},
		{root + "sendMessage", "application/x-www-form-urlencoded", url.Values{"chat_id": {id}, "text": {"form"}}.Encode()},
		{root + "sendMessage", "application/json", `{"chat_id":` + id + `,"text":"json","link_preview_options":{"is_disabled":true}}`},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", c.kind)
		if r, err := w.do(req); err != nil || !r.OK {
			t.Errorf("%s %s = %+v, %v", c.url, c.body, r, err)
		}
	}
	var said []string
	for _, m := range w.chat.Said() {
		said = append(said, m.Text)
	}
	if diff := cmp.Diff([]string{"query", "form", "json"}, said); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

// TestDoors is who is let in.
func TestDoors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	for path, want := range map[string]reply{
		"/bot1000000001:wrong/getMe":          {Status: 401, Description: "Unauthorized"},
		"/file/bot1000000001:wrong/photos/a":  {Status: 401, Description: "Unauthorized"},
		"/getMe":                              {Status: 404, Description: "Not Found"},
		"/bot" + w.Token():                    {Status: 404, Description: "Not Found"},
		"/file/bot" + w.Token() + "/photos/a": {Status: 404, Description: "Not Found"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := w.do(req); err != nil || r.OK || r.Status != want.Status || r.Code != want.Status || r.Description != want.Description {
			t.Errorf("%s = %+v, %v; want %d %s", path, r, err, want.Status, want.Description)
		}
	}
}
