package fake_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// world is a server with one person.
type world struct {
	*fake.Server

	t     *testing.T
	mei   *fake.Person
	chat  *fake.Chat // her direct messages with the bot
	clock *clock
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newWorld(t *testing.T, cfg fake.Config) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{now: time.Now()}}
	if cfg.Now == nil {
		cfg.Now = w.clock.Now
	}
	w.Server = fake.New(cfg)
	w.Start()
	t.Cleanup(w.Close)
	w.mei = w.NewPerson(fake.Profile{Name: "mei", Real: "Mei Lin", Display: "Mei <!channel>"})
	w.chat = w.mei.DM()
	return w
}

func (w *world) library() *slack.Client {
	return slack.New(w.Token(), slack.OptionAPIURL(w.API()), slack.OptionAppLevelToken(w.AppToken()))
}

// unmistaken fails when the server has a mistake to tell of.
func (w *world) unmistaken() {
	w.t.Helper()
	if m := w.Mistakes(); len(m) > 0 {
		w.t.Errorf("mistakes: %q", m)
	}
}

// unmistakenBut fails when there is a mistake that does not contain the words.
func (w *world) unmistakenBut(words string) {
	w.t.Helper()
	for _, m := range w.Mistakes() {
		if !strings.Contains(m, words) {
			w.t.Errorf("mistake: %s", m)
		}
	}
}

// args are the arguments of a call; what is no string is sent as JSON.
type args map[string]any

// reply is an answer of the server.
type reply struct {
	Status int
	After  string
	Fields map[string]any
}

func (r reply) err() string { s, _ := r.Fields["error"].(string); return s }

// messages returns what response_metadata says.
func (r reply) messages() string {
	m, _ := r.Fields["response_metadata"].(map[string]any)
	list, _ := m["messages"].([]any)
	return fmt.Sprint(list...)
}

func (r reply) str(name string) string { s, _ := r.Fields[name].(string); return s }

func (w *world) call(method string, a args) reply { return w.callAs(w.Token(), method, a) }

func (w *world) callAs(token, method string, a args) reply {
	w.t.Helper()
	form := url.Values{}
	if token != "" {
		form.Set("token", token)
	}
	for k, v := range a {
		s, ok := v.(string)
		if !ok {
			data, err := json.Marshal(v)
			if err != nil {
				w.t.Fatal(err)
			}
			s = string(data)
		}
		form.Set(k, s)
	}
	return w.post(w.API()+method, "application/x-www-form-urlencoded", form.Encode())
}

func (w *world) post(address, kind, body string) reply {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := reply{Status: resp.StatusCode, After: resp.Header.Get("Retry-After")}
	if json.Unmarshal(data, &r.Fields) != nil {
		r.Fields = map[string]any{"error": strings.TrimSpace(string(data))}
	}
	return r
}

// ok makes a call that must succeed.
func (w *world) ok(method string, a args) reply {
	w.t.Helper()
	r := w.call(method, a)
	if r.Fields["ok"] != true {
		w.t.Fatalf("%s(%v) = %d %v", method, a, r.Status, r.Fields)
	}
	return r
}

// say lets the bot write; it returns the message's ts.
func (w *world) say(chat *fake.Chat, a args) string {
	w.t.Helper()
	all := args{"channel": chat.ID(), "text": "hello"}
	for k, v := range a {
		all[k] = v
	}
	return w.ok("chat.postMessage", all).str("ts")
}

// upload uploads and completes a file; it returns its id.
func (w *world) upload(name, content string, complete args) string {
	w.t.Helper()
	r := w.ok("files.getUploadURLExternal", args{"filename": name, "length": strconv.Itoa(len(content))})
	if got := w.post(r.str("upload_url"), "application/octet-stream", content); got.Status != http.StatusOK {
		w.t.Fatalf("upload: %d %v", got.Status, got.Fields)
	}
	complete["files"] = []args{{"id": r.str("file_id"), "title": name}}
	w.ok("files.completeUploadExternal", complete)
	return r.str("file_id")
}

// download gets a file with a token, or without.
func (w *world) download(address, token string) (kind, body string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(resp.Body)
	return fmt.Sprint(resp.StatusCode, " ", resp.Header.Get("Content-Type"), resp.Header.Get("Location")), b.String()
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
