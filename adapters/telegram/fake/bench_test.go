package fake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a server with one person who has written to the bot, and one group of hers.
type world struct {
	*fake.Server
	t     *testing.T
	clock *clock
	mei   *fake.Person
	chat  *fake.Chat // her private chat
	group *fake.Chat
}

// newWorld returns a world; strict tells that a mistake fails the test.
func newWorld(t *testing.T, cfg fake.Config, strict bool) *world {
	t.Helper()
	c := newClock()
	cfg.Now = c.now
	if cfg.Pace == 0 {
		cfg.Pace = 0.001
	}
	w := &world{Server: fake.New(cfg), t: t, clock: c}
	w.Start()
	t.Cleanup(func() {
		w.Close()
		if m := w.Mistakes(); strict && len(m) > 0 {
			t.Errorf("mistakes: %q", m)
		}
	})
	w.mei = w.NewPerson(fake.Profile{First: "Mei", Lang: "zh-hans"})
	w.chat = w.mei.Chat()
	w.group = w.NewSupergroup("Nuts Ltd", w.mei)
	w.mei.Start("")
	return w
}

// params are a call's parameters; what is no text is written as JSON. A []byte is a file.
type params map[string]any

// reply is what the server answers.
type reply struct {
	Status      int
	OK          bool           `json:"ok"`
	Result      any            `json:"result"`
	Code        int            `json:"error_code"`
	Description string         `json:"description"`
	Parameters  map[string]any `json:"parameters"`
}

// call calls a method with a multipart form.
func (w *world) call(method string, p params) reply {
	w.t.Helper()
	r, err := w.try(method, p)
	if err != nil {
		w.t.Fatalf("%s: %v", method, err)
	}
	return r
}

func (w *world) try(method string, p params) (reply, error) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for k, v := range p {
		if err := write(form, k, v); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL()+"/bot"+w.Token()+"/"+method, &body)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	return w.do(req)
}

func (w *world) do(req *http.Request) (reply, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{Status: resp.StatusCode}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("%.100q: %w", data, err)
	}
	return r, nil
}

func write(form *multipart.Writer, name string, v any) error {
	switch v := v.(type) {
	case string:
		return form.WriteField(name, v)
	case []byte:
		out, err := form.CreateFormFile(name, name+".bin")
		if err != nil {
			return err
		}
		_, err = out.Write(v)
		return err
	default:
		data, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return form.WriteField(name, string(data))
	}
}

// ok calls a method that must succeed.
func (w *world) ok(method string, p params) any {
	w.t.Helper()
	r := w.call(method, p)
	if !r.OK {
		w.t.Fatalf("%s(%v) = %d %s", method, p, r.Code, r.Description)
	}
	return r.Result
}

// say lets the bot write; it returns the message's id.
func (w *world) say(chat *fake.Chat, p params) int64 {
	w.t.Helper()
	all := params{"chat_id": chat.ID(), "text": "hello"}
	for k, v := range p {
		all[k] = v
	}
	return messageID(w.t, w.ok("sendMessage", all))
}

func messageID(t *testing.T, result any) int64 {
	t.Helper()
	m, _ := result.(map[string]any)
	id, ok := m["message_id"].(float64)
	if !ok {
		t.Fatalf("no message: %v", result)
	}
	return int64(id)
}

// poll returns the kinds and ids of what a poll gets.
func (w *world) poll(p params) []string {
	w.t.Helper()
	list, _ := w.ok("getUpdates", p).([]any)
	got := []string{}
	for _, u := range list {
		m, _ := u.(map[string]any)
		for k, v := range m {
			if k != "update_id" {
				got = append(got, fmt.Sprintf("%.0f %s", m["update_id"], words(k, v)))
			}
		}
	}
	return got
}

// words returns the text of an update, or its kind.
func words(kind string, v any) string {
	m, _ := v.(map[string]any)
	for _, field := range []string{"text", "caption", "data"} {
		if text, ok := m[field].(string); ok {
			return text
		}
	}
	return kind
}

// button is a keyboard of one button.
func button(fields params) params {
	return params{"inline_keyboard": [][]params{{fields}}}
}

// hook is a bot behind a webhook. It answers with what status says, 200 when that is nil.
type hook struct {
	*httptest.Server
	status func(text string, try int) int
	secret string

	mu    sync.Mutex
	got   []string
	tries map[string]int
	heard chan string
}

func newHook(t *testing.T, status func(text string, try int) int) *hook {
	t.Helper()
	h := &hook{status: status, tries: map[string]int{}, heard: make(chan string, 1000)}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var u map[string]any
	_ = json.NewDecoder(r.Body).Decode(&u)
	text := ""
	for k, v := range u {
		if k != "update_id" {
			text = words(k, v)
		}
	}
	h.mu.Lock()
	h.got = append(h.got, text)
	h.secret = r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	h.tries[text]++
	try := h.tries[text]
	h.mu.Unlock()
	h.heard <- text
	if h.status != nil {
		status := h.status(text, try)
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "7")
		}
		w.WriteHeader(status)
	}
}

// next returns the next update that came.
func (h *hook) next(t *testing.T) string {
	t.Helper()
	select {
	case text := <-h.heard:
		return text
	case <-time.After(10 * time.Second):
		t.Fatal("nothing is delivered")
		return ""
	}
}

// wait waits for something that must happen.
func wait(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatalf("%s: does not happen", what)
	}
}

var errNoAnswer = errors.New("no answer")

// cut tells whether a call ended without an answer.
func cut(err error) bool {
	return err != nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errNoAnswer) || strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "reset"))
}

// json returns one parameter as JSON.
func (p params) json(t *testing.T, name string) string {
	t.Helper()
	data, err := json.Marshal(p[name])
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
