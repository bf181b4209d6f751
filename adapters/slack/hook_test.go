package slack_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

const jsonType, formType = "application/json", "application/x-www-form-urlencoded"

// sign returns a signature of a body at a time (platform-facts.md 69).
func sign(secret, body string, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte("v0:" + stamp + ":" + body))
	return http.Header{"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
}

// post posts a body to an adapter's hook.
func post(t *testing.T, a *slack.Adapter, h http.Header, kind, body string, handle bot.Handler) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	for pattern, route := range a.Routes(handle) {
		mux.Handle(pattern, route)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hook/slack", strings.NewReader(body))
	r.Header = h
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w
}

// body returns what is posted of an update of testdata.
func body(t *testing.T, name string) string {
	t.Helper()
	raw := string(updateFile(t, name))
	_, raw, _ = strings.Cut(raw, `"body":`)
	raw, _, _ = strings.Cut(raw, ` "at":`)
	return strings.TrimSuffix(strings.TrimSpace(raw), ",")
}

// TestHookAnswers posts to the hook as Slack and others would.
func TestHookAnswers(t *testing.T) {
	t.Parallel()
	text := body(t, "text")
	now := time.Now()
	forged := sign(signed, text, now)
	forged.Set("X-Slack-Signature", "v0=zz")
	for name, c := range map[string]struct {
		header     http.Header
		kind, body string
		status     int
		heard      int
		log        string
	}{
		"as it should be":       {sign(signed, text, now), jsonType, text, 200, 1, ""},
		"a little old":          {sign(signed, text, now.Add(-4*time.Minute)), jsonType, text, 200, 1, ""},
		"no signature":          {http.Header{}, jsonType, text, 401, 0, ""},
		"no hexadecimal":        {forged, jsonType, text, 401, 0, ""},
		"another secret":        {sign(signed+"x", text, now), jsonType, text, 401, 0, ""},
		"another body":          {sign(signed, text+" ", now), jsonType, text, 401, 0, ""},
		"too old":               {sign(signed, text, now.Add(-6*time.Minute)), jsonType, text, 401, 0, ""},
		"from the future":       {sign(signed, text, now.Add(6*time.Minute)), jsonType, text, 401, 0, ""},
		"verification unsigned": {http.Header{}, jsonType, `{"type":"url_verification","challenge":"c"}`, 401, 0, ""}, // platform-facts.md 70
		"no JSON":               {nil, jsonType, "<html>", 200, 0, "no JSON"},
		"no object":             {nil, jsonType, "[]", 200, 0, "passed over"},
		"empty":                 {nil, jsonType, "", 200, 0, "no JSON"},
		"a broken form":         {nil, formType, "payload=%zz", 200, 0, "no JSON"},
		"an unknown event":      {nil, jsonType, body(t, "future_event"), 200, 0, "something_new"}, // platform-facts.md 94
		"an unknown press":      {nil, formType, "payload=" + url.QueryEscape(body(t, "view_submission")), 200, 0, "interactive/view_submission"},
		"a press":               {nil, formType, "payload=" + url.QueryEscape(body(t, "press")), 200, 1, ""},
		"a press in the query":  {nil, formType, "x=1", 200, 0, "command"}, // platform-facts.md 95
		"as large as may be":    {nil, jsonType, text + strings.Repeat(" ", 1<<20-len(text)), 200, 1, ""},
		"too large":             {nil, jsonType, text + strings.Repeat(" ", 1<<20-len(text)+1), 413, 0, "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logs := &locked{}
			a := slack.New(slack.Config{Token: token, SigningSecret: signed, Log: logTo(logs), APIURL: "http://127.0.0.1:1/api/"})
			a.Meet(botUser, botID, team)
			if c.header == nil {
				c.header = sign(signed, c.body, now)
			}
			heard := 0
			w := post(t, a, c.header, c.kind, c.body, func(context.Context, bot.Inbound) (bot.Ack, error) {
				heard++
				return bot.Ack{}, nil
			})
			if w.Code != c.status || heard != c.heard || w.Body.Len() > 0 {
				t.Errorf("status %d, heard %d times, said %q; want %d, %d and nothing", w.Code, heard, w.Body, c.status, c.heard)
			}
			if refused := a.Counts().Refused; (refused == 1) != (c.status == 401) {
				t.Errorf("%d counted as refused", refused)
			}
			if !strings.Contains(logs.String(), c.log) || strings.Contains(logs.String(), "secret") {
				t.Errorf("the log does not say %q, or shows a secret:\n%s", c.log, logs)
			}
		})
	}
}

// TestHookVerifies answers the challenge (platform-facts.md 70).
func TestHookVerifies(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, quiet)
	if err := l.server.Verify(t.Context(), l.hook.URL+"/hook/slack"); err != nil {
		t.Error(err)
	}
}

// TestHookSaysUnknownOnce logs a kind of event that nobody expected the first time only.
func TestHookSaysUnknownOnce(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, quiet)
	for range 3 {
		acked(t, l.mei.DM().Emit(map[string]any{"type": "something_new"}))
	}
	if n := strings.Count(l.logs.String(), "level=INFO msg=\"Slack sends what is not known"); n != 1 {
		t.Errorf("said %d times:\n%s", n, l.logs)
	}
}

func TestNoHookWithoutSecret(t *testing.T) {
	t.Parallel()
	if routes := slack.New(slack.Config{Token: token}).Routes(quiet); len(routes) > 0 {
		t.Errorf("routes %v without a secret to check them by", routes)
	}
}

// TestHookAfterRun refuses for now when the program ends: another one takes it.
func TestHookAfterRun(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, quiet)
	acked(t, l.mei.DM().Say(l.mei, "hello"))
	l.stop()
	text := body(t, "text")
	if w := post(t, l.Adapter, sign(signed, text, time.Now()), jsonType, text, quiet); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
}

// TestHookHangsUp works on when Slack does not wait any more: it asks again, and then it is done.
func TestHookHangsUp(t *testing.T) {
	t.Parallel()
	a := slack.New(slack.Config{Token: token, SigningSecret: signed, APIURL: "http://127.0.0.1:1/api/"})
	a.Meet(botUser, botID, team)
	ctx, cancel := context.WithCancel(t.Context())
	inside := make(chan error, 1)
	route := a.Routes(func(ctx context.Context, _ bot.Inbound) (bot.Ack, error) {
		cancel()
		inside <- ctx.Err()
		if _, ok := ctx.Deadline(); !ok {
			t.Error("a turn may take for ever")
		}
		return bot.Ack{}, nil
	})["POST /hook/slack"]
	text := body(t, "text")
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/hook/slack", strings.NewReader(text))
	r.Header = sign(signed, text, time.Now())
	w := httptest.NewRecorder()
	route.ServeHTTP(w, r)
	if err := <-inside; err != nil || w.Code != http.StatusOK {
		t.Errorf("status %d, the turn's context: %v", w.Code, err)
	}
}
