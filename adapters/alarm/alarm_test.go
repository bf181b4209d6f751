package alarm_test

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/alarm"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

var night = time.Date(2026, 3, 2, 18, 30, 0, 500, time.UTC)

// ring is what rings for a line that has been stopped for half an hour.
func ring(o duty.Outside) bot.Ring {
	o.ID = "night_phone"
	return bot.Ring{
		ID: "call/C-2603-0001/7", Alarm: o, Title: "C-2603-0001 waits – 请受理", Text: "Nobody has taken:\nC-2603-0001 (Line stopped)", At: night,
		Claims: []bot.Caller{{Claim: "C-2603-0001", Severity: claim.LineDown, Waits: 30 * time.Minute, Machine: "OS-2025-0417", Words: "no image"}},
	}
}

// hook is a server that is called, by https.
func hook(t *testing.T, answer http.HandlerFunc) (*alarm.Alarm, *httptest.Server) {
	t.Helper()
	s := httptest.NewTLSServer(answer)
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return alarm.New(alarm.Config{Roots: roots, Time: 5 * time.Second}), s
}

// TestWebhook holds what a webhook is called with: whoever is called sees nothing of the customer, and knows a second
// call by its key.
func TestWebhook(t *testing.T) {
	t.Parallel()
	var got map[string]any
	var header http.Header
	a, s := hook(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/key-4711" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		header = r.Header
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusAccepted)
	})
	if err := a.Ring(t.Context(), ring(duty.Outside{Webhook: s.URL + "/key-4711"})); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"id": "call/C-2603-0001/7", "alarm": "night_phone", "title": "C-2603-0001 waits – 请受理", "at": "2026-03-02T18:30:00.0000005Z",
		"text":   "Nobody has taken:\nC-2603-0001 (Line stopped)",
		"claims": []any{map[string]any{"claim": "C-2603-0001", "severity": "line_down", "waits_since": "2026-03-02T18:00:00Z"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if header.Get("Idempotency-Key") != "call/C-2603-0001/7" || header.Get("Content-Type") != "application/json" {
		t.Errorf("%v", header)
	}
}

// TestWebhookAnswers holds what is tried again, and what never will ring.
func TestWebhookAnswers(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]string{
		200: "", 204: "", 408: "again", 425: "again", 429: "again", 500: "again", 503: "again",
		301: "never", 302: "never", 400: "never", 401: "never", 404: "never", 410: "never",
	} {
		calls := 0
		a, s := hook(t, func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
		})
		err := a.Ring(t.Context(), ring(duty.Outside{Webhook: s.URL + "/key-4711"}))
		got := ""
		switch {
		case errors.Is(err, bot.ErrRefused):
			got = "never"
		case err != nil:
			got = "again"
		}
		if got != want || calls != 1 {
			t.Errorf("%d: %q (%v) after %d calls, want %q", code, got, err, calls, want)
		}
	}
}

// TestErrorsShowNoKey lets calls fail in every way: the address may hold a key.
func TestErrorsShowNoKey(t *testing.T) {
	t.Parallel()
	a, s := hook(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	strange := alarm.New(alarm.Config{Time: time.Second}) // does not trust the server
	for what, err := range map[string]error{
		"refused":     a.Ring(t.Context(), ring(duty.Outside{Webhook: s.URL + "/key-4711?key=key-4711"})),
		"dead":        a.Ring(t.Context(), ring(duty.Outside{Webhook: dead.URL + "/key-4711"})),
		"not trusted": strange.Ring(t.Context(), ring(duty.Outside{Webhook: s.URL + "/key-4711"})),
		"no address":  a.Ring(t.Context(), ring(duty.Outside{Webhook: "https://x\x7f/key-4711"})),
	} {
		if err == nil || strings.Contains(err.Error(), "key-4711") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestProxy calls through the proxy of the environment.
func TestProxy(t *testing.T) {
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	err := alarm.New(alarm.Config{Time: 5 * time.Second}).Ring(t.Context(), ring(duty.Outside{Webhook: "https://alarm.example/key-4711"}))
	select {
	case got := <-asked:
		if got != "CONNECT alarm.example:443" {
			t.Error(got)
		}
	default:
		t.Errorf("the proxy was not asked: %v", err)
	}
}

// TestWebhookHangs gives up in time.
func TestWebhookHangs(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer s.Close()
	defer close(over)
	err := alarm.New(alarm.Config{Time: 50 * time.Millisecond}).Ring(t.Context(), ring(duty.Outside{Webhook: s.URL}))
	if err == nil || errors.Is(err, bot.ErrRefused) {
		t.Errorf("%v", err)
	}
}

// TestExamine looks at hosts without the key, and tells of a mail server that is missing.
func TestExamine(t *testing.T) {
	t.Parallel()
	a, s := hook(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" || r.Method != http.MethodHead {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		_, _ = io.Copy(w, r.Body)
	})
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	x := alarm.Examiner{Alarm: a, Alarms: []duty.Outside{
		{ID: "good", Webhook: s.URL + "/key-4711"}, {ID: "dead", Webhook: dead.URL + "/key-4711"}, {ID: "mail", Email: "night@optoste.example"},
	}}
	list := x.Examine(t.Context())
	if len(list) != 3 || list[0].Problem != "" || list[1].Problem == "" || !strings.Contains(list[2].Problem, "SMTP_URL") {
		t.Fatalf("%+v", list)
	}
	for _, f := range list {
		if strings.Contains(f.Detail+f.Problem+f.Do, "key-4711") {
			t.Errorf("%+v shows the key", f)
		}
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]alarm.Server{
		"smtp://bot:pass%40word@mail.example?from=service@optoste.example": {Host: "mail.example", Port: "587", User: "bot", Password: "pass@word", From: "service@optoste.example"},
		"smtps://bot%40optoste.example:pw@mail.example":                    {Host: "mail.example", Port: "465", TLS: true, User: "bot@optoste.example", Password: "pw", From: "bot@optoste.example"},
		"smtp://127.0.0.1:2525/?from=bot@optoste.example":                  {Host: "127.0.0.1", Port: "2525", From: "bot@optoste.example"},
	} {
		got, err := alarm.ParseServer(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
	for _, text := range []string{"mail.example", "http://mail.example?from=a@b.example", "smtp://?from=a@b.example", "smtp://secret:secret@mail.example", "smtp://secret@mail.example/x?from=a@b.example", "smtp://sec\x7fret"} {
		if _, err := alarm.ParseServer(text); err == nil || strings.Contains(err.Error(), "sec") && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
