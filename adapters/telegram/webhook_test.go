package telegram_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

func hooked(c *telegram.Config) { c.Secret = secret }

// quiet is a handler that takes everything.
func quiet(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, nil }

// TestHookAnswers posts to the webhook as Telegram and others would.
func TestHookAnswers(t *testing.T) {
	t.Parallel()
	text := string(updateFile(t, "text"))
	for name, c := range map[string]struct {
		secret, body string
		handle       error
		status       int
		heard        int
		log          string
	}{
		"as it should be":      {secret, text, nil, 200, 1, ""},
		"no secret":            {"", text, nil, 401, 0, ""}, // platform-facts.md 12
		"another secret":       {secret + "x", text, nil, 401, 0, ""},
		"the token":            {token, text, nil, 401, 0, ""},
		"not worked":           {secret, text, errors.New("database is away"), 503, 1, "not accepted"},
		"no JSON":              {secret, "<html>", nil, 200, 0, "cannot be read"},
		"no update":            {secret, "{}", nil, 200, 0, "cannot be read"},
		"an unknown kind":      {secret, string(updateFile(t, "future_update")), nil, 200, 0, ""},
		"unknown content":      {secret, string(updateFile(t, "unknown_kind")), nil, 200, 1, ""},
		"a service message":    {secret, string(updateFile(t, "service_pinned")), nil, 200, 0, ""},
		"as large as may be":   {secret, text + strings.Repeat(" ", 1<<20-len(text)), nil, 200, 1, ""},
		"too large":            {secret, text + strings.Repeat(" ", 1<<20-len(text)+1), nil, 413, 0, "too large"},
		"too large, no secret": {"", strings.Repeat(" ", 2<<20), nil, 401, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logs := &adaptertest.Log{}
			a := telegram.New(telegram.Config{Token: token, Secret: secret, Log: logTo(logs), APIURL: "http://127.0.0.1:1"})
			a.Meet(botID, botName)
			heard := 0
			status := post(t, a, c.secret, c.body, func(context.Context, bot.Inbound) (bot.Ack, error) {
				heard++
				return bot.Ack{}, c.handle
			})
			if status != c.status || heard != c.heard {
				t.Errorf("status %d, heard %d times; want %d, %d", status, heard, c.status, c.heard)
			}
			if refused := a.Counts().Refused; (refused == 1) != (c.status == 401) {
				t.Errorf("%d counted as refused", refused)
			}
			if !strings.Contains(logs.String(), c.log) || strings.Contains(logs.String(), secret) {
				t.Errorf("the log does not say %q, or shows the secret:\n%s", c.log, logs)
			}
		})
	}
}

// post posts an update to an adapter's webhook and returns the status.
func post(t *testing.T, a *telegram.Adapter, secret, body string, handle bot.Handler) int {
	t.Helper()
	mux := http.NewServeMux()
	for pattern, h := range a.Routes(handle) {
		mux.Handle(pattern, h)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hook/telegram", strings.NewReader(body))
	if secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w.Code
}

func TestNoHookWithoutSecret(t *testing.T) {
	t.Parallel()
	a := telegram.New(telegram.Config{Token: token})
	if routes := a.Routes(quiet); len(routes) > 0 {
		t.Errorf("routes %v while polling", routes)
	}
	if status := post(t, a, "", "{}", quiet); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}

// TestHookBeforeName asks Telegram to come again with a group's message while the bot does not know how it
// is addressed there.
func TestHookBeforeName(t *testing.T) {
	t.Parallel()
	a := telegram.New(telegram.Config{Token: token, Secret: secret})
	a.Hurry()
	if status := post(t, a, secret, string(updateFile(t, "group_mention")), quiet); status != http.StatusServiceUnavailable {
		t.Errorf("a group's message: status %d", status)
	}
	if status := post(t, a, secret, string(updateFile(t, "text")), quiet); status != http.StatusOK {
		t.Errorf("a person's message: status %d", status)
	}
}

// TestHookAfterRun refuses for now when the program ends: another one takes it.
func TestHookAfterRun(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	l.run(t, quiet)
	acked(t, l.mei.Chat().Say(l.mei, "hello"))
	l.stop()
	if status := post(t, l.Adapter, secret, string(updateFile(t, "text")), quiet); status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
}

// TestHookHangsUp works on when Telegram does not wait any more: it asks again, and then it is done.
func TestHookHangsUp(t *testing.T) {
	t.Parallel()
	a := telegram.New(telegram.Config{Token: token, Secret: secret})
	a.Meet(botID, botName)
	ctx, cancel := context.WithCancel(t.Context())
	var inside error
	route := a.Routes(func(ctx context.Context, _ bot.Inbound) (bot.Ack, error) {
		cancel()
		inside = ctx.Err()
		if _, ok := ctx.Deadline(); !ok {
			t.Error("a turn may take for ever")
		}
		return bot.Ack{}, nil
	})["POST /hook/telegram"]
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/hook/telegram", strings.NewReader(string(updateFile(t, "text"))))
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	w := httptest.NewRecorder()
	route.ServeHTTP(w, r)
	if inside != nil || w.Code != http.StatusOK {
		t.Errorf("status %d, the turn's context: %v", w.Code, inside)
	}
}

// TestHookIsSet tells Telegram where to post, once, and whenever that is lost.
func TestHookIsSet(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	l.run(t, quiet)
	acked(t, l.mei.Chat().Say(l.mei, "hello"))
	want := map[string]string{
		"url": l.hook.URL + "/hook/telegram", "secret_token": secret, "max_connections": "100",
		"allowed_updates": `["message","edited_message","callback_query","my_chat_member"]`,
	}
	calls := l.server.Calls("setWebhook")
	if len(calls) != 1 || cmp.Diff(want, calls[0].Params) != "" { // nothing is dropped: platform-facts.md 14
		t.Errorf("setWebhook (-want +got):\n%+v", calls)
	}
	looks := len(l.server.Calls("getWebhookInfo"))
	eventually(t, "two more looks", func() bool { return len(l.server.Calls("getWebhookInfo")) >= looks+2 })
	if n := len(l.server.Calls("setWebhook")); n != 1 {
		t.Errorf("set %d times", n)
	}
	ask(t, l, "deleteWebhook", nil)
	acked(t, l.mei.Chat().Say(l.mei, "hello again"))
}

// TestHookWithEarlierSecret sets the webhook again when Telegram shows a secret that is not ours any more,
// which it never tells by itself.
func TestHookWithEarlierSecret(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	l.server.Inject(fake.Fault{Method: "setWebhook", Times: 1, Refuse: fake.TooMany(time.Second)}) // about one a second
	ask2 := url.Values{"url": {l.hook.URL + "/hook/telegram"}, "secret_token": {"earlier"}, "allowed_updates": {`["my_chat_member","message","edited_message","callback_query"]`}}
	l.run(t, quiet)
	eventually(t, "the webhook is set", func() bool { return len(l.server.Calls("setWebhook")) >= 2 })
	eventually(t, "somebody sets the earlier one", func() bool { return asks(t, l, "setWebhook", ask2) == http.StatusOK })
	acked(t, l.mei.Chat().Say(l.mei, "hello"))
	if l.Counts().Refused == 0 {
		t.Error("the earlier secret was not refused")
	}
}

// TestHookAcksAreLost hears an update again whose acknowledgement got lost: the same in all its parts.
func TestHookAcksAreLost(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	heard := make(chan bot.Inbound, 10)
	l.run(t, func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		heard <- in
		return bot.Ack{}, nil
	})
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "x", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A"}}}})
	l.server.LoseAcks(1)
	acked(t, l.mei.Chat().Press(l.mei, messageNumber(id), "f1.1.a"))
	if diff := cmp.Diff(<-heard, <-heard); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

// TestHookOverlap works different chats side by side, and one chat in order (platform-facts.md 10).
func TestHookOverlap(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	li := l.server.NewPerson(fake.Profile{First: "Li"})
	both := make(chan struct{})
	var inside atomic.Int32
	l.run(t, func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		if e, ok := in.Event.(bot.Said); !ok || e.Text != "wait" {
			return bot.Ack{}, nil
		}
		if inside.Add(1) == 2 {
			close(both)
		}
		select {
		case <-both:
			return bot.Ack{}, nil
		case <-ctx.Done():
			return bot.Ack{}, ctx.Err()
		}
	})
	li.Start("")
	a, b := l.mei.Chat().Say(l.mei, "wait"), li.Chat().Say(li, "wait")
	acked(t, a)
	acked(t, b)
}

// asks is ask that may fail; it returns the status.
func asks(t *testing.T, l *lab, method string, form url.Values) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.server.URL()+"/bot"+token+"/"+method, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
