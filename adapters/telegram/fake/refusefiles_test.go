package fake_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// send is a refusal of a file.
func send(name, text, method string, p params) refusal {
	return at(name, text, func(w *world) (string, params) {
		all := params{"chat_id": w.chat.ID()}
		for k, v := range p {
			all[k] = v
		}
		return method, all
	})
}

// album is a refusal of an album of these kinds.
func album(name, text string, kinds ...string) refusal {
	media := []params{}
	p := params{}
	for i, kind := range kinds {
		field := string(rune('a' + i))
		media = append(media, params{"type": kind, "media": "attach://" + field})
		p[field] = []byte("x")
	}
	p["media"] = media
	return send(name, text, "sendMediaGroup", p)
}

// moreRefusals are those of files, presses, commands and webhooks.
func moreRefusals() []refusal {
	return append(refusalsOfFiles(), []refusal{
		at("37: press that nobody made", tooOld, func(*world) (string, params) {
			return "answerCallbackQuery", params{"callback_query_id": "4711"}
		}),
		at("37: press answered after a minute", tooOld, func(w *world) (string, params) {
			id := w.press()
			w.clock.move(61 * time.Second)
			return "answerCallbackQuery", params{"callback_query_id": id}
		}),
		at("37: press answered twice", tooOld, func(w *world) (string, params) {
			id := w.press()
			w.ok("answerCallbackQuery", params{"callback_query_id": id})
			return "answerCallbackQuery", params{"callback_query_id": id}
		}),
		send("43: action that does not exist", "wrong parameter action in request", "sendChatAction", params{"action": "thinking"}),

		commands("44: 101 commands", "BOT_COMMANDS_TOO_MUCH", manyCommands(101), nil),
		commands("44: command of 33 letters", "command length must not exceed 32", []params{{"command": strings.Repeat("a", 33), "description": "d"}}, nil),
		commands("44: command in capitals", "BOT_COMMAND_INVALID", []params{{"command": "Start", "description": "d"}}, nil),
		commands("44: command of nothing", "command must be non-empty", []params{{"command": "/", "description": "d"}}, nil),
		commands("44: description of 257", "command description length must not exceed 256", []params{{"command": "a", "description": strings.Repeat("喷", 257)}}, nil),
		commands("44: description of nothing", "command description must be non-empty", []params{{"command": "a", "description": " "}}, nil),
		commands("44: language of five letters", "invalid language code specified", manyCommands(1), params{"language_code": "zh-cn"}),
		commands("44: scope of an unknown chat", "chat not found", manyCommands(1), params{"scope": params{"type": "chat", "chat_id": 4711}}),
		at("45: telephone number in a group", "phone number can be requested in private chats only", func(w *world) (string, params) {
			return "sendMessage", params{"chat_id": w.group.ID(), "text": "?", "reply_markup": params{"keyboard": [][]params{{{"text": "me", "request_contact": true}}}}}
		}),
		at("45: place in a group", "location can be requested in private chats only", func(w *world) (string, params) {
			return "sendMessage", params{"chat_id": w.group.ID(), "text": "?", "reply_markup": params{"keyboard": [][]params{{{"text": "here", "request_location": true}}}}}
		}),

		webhook("8: plain HTTP", "bad webhook: An HTTPS URL must be provided for webhook", params{"url": "http://optoste.com/hook"}),
		webhook("8: another port", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443", params{"url": "https://optoste.com:8080/hook"}),
		webhook("8: no address", "invalid webhook URL specified", params{"url": "hook"}),
		webhook("12: secret with a colon", "secret token contains unallowed characters", params{"url": "https://optoste.com/hook", "secret_token": "1:a"}),
		webhook("12: secret of 257 characters", "secret token is too long", params{"url": "https://optoste.com/hook", "secret_token": strings.Repeat("a", 257)}),
		{name: "14: webhook set twice in a second", code: http.StatusTooManyRequests, text: "retry after 1", prepare: func(w *world) (string, params) {
			slow := newWorld(w.t, fake.Config{Pace: 1}, true)
			w.Server = slow.Server
			w.ok("setWebhook", params{"url": "https://optoste.com/a"})
			return "setWebhook", params{"url": "https://optoste.com/b"}
		}},
	}...)
}

const tooOld = "query is too old and response timeout expired or query ID is invalid"

func webhook(name, text string, p params) refusal {
	return at(name, text, func(*world) (string, params) { return "setWebhook", p })
}

func commands(name, text string, list []params, more params) refusal {
	return at(name, text, func(*world) (string, params) {
		p := params{"commands": list}
		for k, v := range more {
			p[k] = v
		}
		return "setMyCommands", p
	})
}

func manyCommands(n int) []params {
	var list []params
	for range n {
		list = append(list, params{"command": "a", "description": "d"})
	}
	return list
}

func refusalsOfFiles() []refusal {
	return []refusal{
		album("40: album of one", "media group must include 2-10 items", "photo"),
		album("40: album of none", "there are no messages to send"),
		album("40: album of 11", "too many messages to send as an album", strings.Split(strings.Repeat("document ", 11), " ")[:11]...),
		send("29: caption of an album", "can't parse InputMedia: can't parse entities: Unsupported start tag \"br\" at byte offset 0", "sendMediaGroup", params{
			"media": []params{{"type": "document", "media": "attach://a", "caption": "<br>", "parse_mode": "HTML"}, {"type": "document", "media": "attach://b"}},
			"a":     []byte("x"), "b": []byte("y"),
		}),
		album("40: document with a photo", "Document can't be mixed with other media types", "document", "photo"),
		album("40: audio with a video", "Audio can't be mixed with other media types", "audio", "video"),

		at("41: file over 20 MB", "file is too big", func(w *world) (string, params) {
			return "getFile", params{"file_id": w.sent(fake.Media{Kind: fake.Video, Size: 20<<20 + 1})}
		}),
		at("41: file of another bot", "invalid file_id", func(w *world) (string, params) {
			other := newWorld(w.t, fake.Config{Token: "2000000002:other"}, true)
			return "getFile", params{"file_id": other.sent(fake.Media{Content: []byte("x")})}
		}),
		at("41: file_unique_id is no file_id", "invalid file_id", func(w *world) (string, params) {
			r, _ := w.ok("getFile", params{"file_id": w.sent(fake.Media{Content: []byte("x")})}).(map[string]any)
			return "getFile", params{"file_id": r["file_unique_id"]}
		}),
		at("41: no file", "file_id not specified", func(*world) (string, params) { return "getFile", nil }),
		at("41: file that will not come", "wrong file_id or the file is temporarily unavailable", func(w *world) (string, params) {
			return "getFile", params{"file_id": w.sent(fake.Media{Content: []byte("x"), FailGet: -1})}
		}),

		{name: "42: file over 50 MB", code: http.StatusRequestEntityTooLarge, text: "", prepare: func(w *world) (string, params) {
			return "sendDocument", params{"chat_id": w.chat.ID(), "document": make([]byte, 50<<20+1)}
		}},
		send("42: photo over 10 MB", "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes", "sendPhoto", params{"photo": make([]byte, 10<<20+1)}),
		send("42: thumbnail over 200 kB", "file is too big", "sendDocument", params{"document": []byte("x"), "thumbnail": make([]byte, 200<<10+1)}),
		send("42: photo that is no picture", "IMAGE_PROCESS_FAILED", "sendPhoto", params{"photo": []byte("%PDF-1.4")}),
		send("42: file by URL", "failed to get HTTP URL content", "sendDocument", params{"document": "https://optoste.com/a.pdf"}),
		send("42: file that nobody knows", "wrong file identifier/HTTP URL specified", "sendDocument", params{"document": "AgAC"}),
		send("42: no file", "there is no document in the request", "sendDocument", nil),
		send("42: empty file", "file must be non-empty", "sendDocument", params{"document": []byte{}}),
		at("42: document as a photo", "can't use file of type Document as Photo", func(w *world) (string, params) {
			return "sendPhoto", params{"chat_id": w.chat.ID(), "photo": w.sent(fake.Media{Content: []byte("x")})}
		}),
		at("42: photo of a strange shape", "PHOTO_INVALID_DIMENSIONS", func(w *world) (string, params) {
			return "sendPhoto", params{"chat_id": w.chat.ID(), "photo": picture(w.t, 2100, 100)}
		}),
	}
}

// sent lets Mei send a file; it returns its file_id.
func (w *world) sent(m fake.Media) string {
	w.t.Helper()
	w.chat.Send(w.mei, fake.Post{Media: &m})
	all := w.chat.Visible()
	return all[len(all)-1].Files[0].ID
}

// TestFiles fetches what people send (platform-facts.md 41).
func TestFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	for name, m := range map[string]fake.Media{
		"content":        {Name: "spray <3>.txt", Content: []byte("three words here")},
		"size only":      {Size: 20 << 20},
		"photo":          {Kind: fake.Photo, Content: []byte("not looked at")},
		"fails at times": {Content: []byte("late"), FailGet: 2, FailFetch: 2},
	} {
		id := w.sent(m)
		for range m.FailGet {
			if r := w.call("getFile", params{"file_id": id}); r.OK {
				t.Errorf("%s: getFile succeeds too early", name)
			}
		}
		r, _ := w.ok("getFile", params{"file_id": id}).(map[string]any)
		path, _ := r["file_path"].(string)
		for range m.FailFetch {
			if status, _ := w.fetch(path); status != http.StatusInternalServerError {
				t.Errorf("%s: the download = %d, too early", name, status)
			}
		}
		status, got := w.fetch(path)
		size := m.Size
		if m.Content != nil {
			size = int64(len(m.Content))
		}
		if status != http.StatusOK || int64(len(got)) != size || m.Content != nil && !bytes.Equal(got, m.Content) {
			t.Errorf("%s: the download = %d, %d bytes", name, status, len(got))
		}
		if strings.Contains(path, "spray") {
			t.Errorf("%s: the path %q keeps the name", name, path)
		}
		w.clock.move(time.Hour + time.Second)
		if status, _ := w.fetch(path); status != http.StatusNotFound {
			t.Errorf("%s: the download after an hour = %d, want 404", name, status)
		}
	}
}

// fetch downloads a file.
func (w *world) fetch(path string) (int, []byte) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.URL()+"/file/bot"+w.Token()+"/"+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	_, _ = body.ReadFrom(resp.Body) // a cut is what a test may look for
	return resp.StatusCode, body.Bytes()
}
