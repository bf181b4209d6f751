package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

// texts returns what was typed.
func texts(list []bot.Inbound) []string {
	var out []string
	for _, in := range list {
		if e, ok := in.Event.(bot.Said); ok {
			out = append(out, e.Text)
		}
	}
	return out
}

// TestPollStoresBatch stores all that waited with one call, in order, and only then moves the offset.
func TestPollStoresBatch(t *testing.T) {
	t.Parallel()
	var calls [][]bot.Inbound
	l := newLab(t, nil, fake.Config{})
	var want []string
	var last *fake.Update
	for i := range 5 {
		want = append(want, fmt.Sprint("message ", i))
		last = l.mei.Chat().Say(l.mei, want[i])
	}
	l2 := another(l, func(c *telegram.Config) {
		c.Post = func(ctx context.Context, list ...bot.Inbound) error {
			if l.server.Pending() != 5 {
				t.Errorf("%d updates wait while they are stored, want 5", l.server.Pending())
			}
			calls = append(calls, list)
			return l.inbox.post(ctx, list...)
		}
	})
	l2.run(t, nil)
	acked(t, last)
	l2.stop()
	if len(calls) != 1 || !cmp.Equal(texts(calls[0]), want) {
		t.Errorf("stored by %d calls: %v", len(calls), calls)
	}
	polls := l.server.Calls("getUpdates")
	if p := polls[len(polls)-1].Params; p["allowed_updates"] != `["message","edited_message","callback_query","my_chat_member"]` || p["offset"] != itoa(last.ID()+1) || p["timeout"] != "25" || p["limit"] != "100" {
		t.Errorf("the last poll asks with %v", p)
	}
}

// another returns a second adapter on the same platform and stores: a replica, or the next process.
func another(l *lab, change func(*telegram.Config)) *lab {
	next := *l
	cfg := telegram.Config{Token: token, APIURL: l.server.URL(), Media: l.media, Post: l.inbox.post, Owner: "two", PublicURL: l.hook.URL, Log: logTo(l.logs)}
	if change != nil {
		change(&cfg)
	}
	next.Adapter = telegram.New(cfg)
	next.Hurry()
	return &next
}

// TestCrashBeforeStore ends the process between poll and store: the library's loop would have lost what
// was fetched (platform-facts.md 58).
func TestCrashBeforeStore(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	l := newLab(t, func(c *telegram.Config) {
		c.Post = func(ctx context.Context, _ ...bot.Inbound) error {
			close(stuck)
			<-ctx.Done()
			return ctx.Err()
		}
	}, fake.Config{})
	u := l.mei.Chat().Say(l.mei, "the belt stops")
	l.run(t, nil)
	<-stuck
	l.stop()
	if l.server.Pending() != 1 {
		t.Fatalf("%d updates wait after the crash, want 1", l.server.Pending())
	}
	next := another(l, nil)
	next.run(t, nil)
	acked(t, u)
	if got := texts(next.inbox.wait(t, 1)); !cmp.Equal(got, []string{"the belt stops"}) {
		t.Errorf("stored %q", got)
	}
}

// TestStoreIsAway hands updates to the handler while nothing can be stored, so that an emergency is
// answered; the offset does not move, and nothing is lost.
func TestStoreIsAway(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.inbox.setAway(errors.New("database is away"))
	heard := make(chan bot.Inbound, 100)
	u := l.mei.Chat().Say(l.mei, "it burns")
	later := l.mei.Chat().Say(l.mei, "help")
	l.run(t, func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		heard <- in
		return bot.Ack{}, errors.New("database is away")
	})
	for times := map[string]int{}; times["it burns"] < 2 || times["help"] < 2; { // and again
		times[(<-heard).Event.(bot.Said).Text]++
	}
	if l.server.Pending() != 2 || l.Counts().PollsFailed == 0 {
		t.Errorf("%d updates wait, %d polls failed", l.server.Pending(), l.Counts().PollsFailed)
	}
	l.inbox.setAway(nil)
	acked(t, u)
	acked(t, later)
	if got := texts(l.inbox.wait(t, 2)); !cmp.Equal(got, []string{"it burns", "help"}) {
		t.Errorf("stored %q", got)
	}
}

// TestPollFailures has polls fail in many ways; what was said arrives when that is over.
func TestPollFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fake.Fault
		log   string
	}{
		"502, no JSON": {fake.BadGateway(), "no JSON"},                                           // platform-facts.md 57
		"429":          {fake.Fault{Refuse: fake.TooMany(time.Second)}, "platform asks to wait"}, // platform-facts.md 34
		"500":          {fake.Fault{Refuse: fake.ServerError()}, "getUpdates: 500"},
		"cut":          {fake.Fault{Cut: fake.Before}, "EOF"},
		"no list":      {fake.Fault{Status: 200, Body: `{"ok":true,"result":{"x":1}}`}, "decode result"},
		"unreadable":   {fake.Fault{Status: 200, Body: `{"ok":true,"result":[{"x":1}]}`}, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{})
			c.fault.Method, c.fault.Times = "getUpdates", 2
			if name == "429" {
				c.fault.Times = 1
			}
			l.server.Inject(c.fault)
			u := l.mei.Chat().Say(l.mei, "hello")
			l.run(t, nil)
			acked(t, u)
			if got := texts(l.inbox.wait(t, 1)); !cmp.Equal(got, []string{"hello"}) {
				t.Errorf("stored %q", got)
			}
			if n := l.Counts().PollsFailed; n != int64(c.fault.Times) {
				t.Errorf("%d polls failed, want %d", n, c.fault.Times)
			}
			if name != "429" && !strings.Contains(l.logs.String(), c.log) {
				t.Errorf("the log does not say %q:\n%s", c.log, l.logs)
			}
		})
	}
}

// TestPauses grow with each failure, to half a minute; what the platform says counts as it is.
func TestPauses(t *testing.T) {
	t.Parallel()
	a := telegram.New(telegram.Config{Token: token})
	for _, c := range []struct {
		n, code int
		after   time.Duration
		want    time.Duration
	}{
		{0, 0, 0, time.Second / 2},
		{1, 502, 0, time.Second},
		{5, 0, 0, 16 * time.Second},
		{6, 0, 0, 30 * time.Second},
		{1000, 0, 0, 30 * time.Second},
		{0, 429, 10072 * time.Second, 10072 * time.Second}, // platform-facts.md 34
		{0, 401, 0, time.Minute},
	} {
		if got := a.Pause(c.n, c.code, c.after); got != c.want {
			t.Errorf("after failure %d with %d: %v, want %v", c.n, c.code, got, c.want)
		}
	}
}

// TestPollPassesOver passes over an update that cannot be read, and stores its neighbours.
func TestPollPassesOver(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.server.Inject(fake.Fault{Method: "getUpdates", Times: 1, Status: 200, Body: `{"ok":true,"result":[
		{"update_id":9000,"message":{"message_id":1,"date":1772445600,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"A"},"text":"one"}},
		{"update_id":"x"}, 7,
		{"update_id":9002,"message":{"message_id":2,"date":1772445600,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"A"},"text":"two"}}]}`})
	// A week later the numbers begin somewhere else (platform-facts.md 1, 3).
	l.server.Inject(fake.Fault{Method: "getUpdates", Times: 1, Status: 200, Body: `{"ok":true,"result":[
		{"update_id":40,"message":{"message_id":3,"date":1773050400,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"A"},"text":"three"}}]}`})
	l.run(t, nil)
	if got := texts(l.inbox.wait(t, 3)); !cmp.Equal(got, []string{"one", "two", "three"}) {
		t.Errorf("stored %q", got)
	}
	eventually(t, "a third poll", func() bool { return len(l.server.Calls("getUpdates")) >= 4 })
	var offsets []string
	for _, c := range l.server.Calls("getUpdates")[1:4] { // the first one was the test's own
		offsets = append(offsets, c.Params["offset"])
	}
	if diff := cmp.Diff([]string{"", "9003", "41"}, offsets); diff != "" {
		t.Errorf("offsets (-want +got):\n%s", diff)
	}
}

func TestPollDeletesWebhook(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	ask(t, l, "setWebhook", url.Values{"url": {l.hook.URL + "/elsewhere"}})
	u := l.mei.Chat().Say(l.mei, "hello")
	l.run(t, nil)
	acked(t, u)
	calls := l.server.Calls("deleteWebhook")
	if len(calls) != 1 || len(calls[0].Params) > 0 { // platform-facts.md 14
		t.Errorf("deleteWebhook: %+v, want one call without drop_pending_updates", calls)
	}
	if !strings.Contains(l.logs.String(), "a webhook is set") {
		t.Errorf("the log does not say so:\n%s", l.logs)
	}
}

// ask calls a method as somebody else who has the token.
func ask(t *testing.T, l *lab, method string, form url.Values) {
	t.Helper()
	if status := asks(t, l, method, form); status != http.StatusOK {
		t.Fatalf("%s: status %d", method, status)
	}
}

// TestTwoPollersWithoutLease survives that somebody else polls with the same token (platform-facts.md 5).
func TestTwoPollersWithoutLease(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	other := another(l, nil)
	l.run(t, nil)
	other.run(t, nil)
	eventually(t, "a conflict", func() bool { return strings.Contains(l.logs.String(), "somebody else polls with the same token") })
	for i := range 10 {
		acked(t, l.mei.Chat().Say(l.mei, strconv.Itoa(i)))
	}
	if got := texts(l.inbox.wait(t, 10)); len(got) != 10 {
		t.Errorf("stored %q", got)
	}
	if n := strings.Count(l.logs.String(), "somebody else polls"); n > 2 { // each of them says it once
		t.Errorf("said %d times that somebody else polls", n)
	}
}

func TestUnknownToken(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.server.Inject(fake.Fault{Refuse: &fake.Refusal{Code: http.StatusUnauthorized, Text: "Unauthorized"}})
	l.run(t, nil)
	eventually(t, "an error in the log", func() bool {
		return strings.Contains(l.logs.String(), "level=ERROR") && strings.Contains(l.logs.String(), "set TELEGRAM_TOKEN")
	})
	l.stop()
	if n := len(l.server.Calls("getMe")); n != 1 {
		t.Errorf("asked %d times in a moment, want slowly", n)
	}
}

// TestStartsWhileAway waits for a Telegram that does not answer yet.
func TestStartsWhileAway(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	f := fake.BadGateway()
	f.Times = 3
	l.server.Inject(f)
	if l.Capabilities().Private != nil {
		t.Error("the bot knows its link before it knows its name")
	}
	u := l.mei.Chat().Say(l.mei, "hello")
	l.run(t, nil)
	acked(t, u)
	if got := l.Capabilities().Private("abc_1"); got != "https://t.me/optoste_bot?start=abc_1" {
		t.Errorf("link %q", got)
	}
}

// TestStrangePress acknowledges a press that nobody is told of: the person waits for it.
func TestStrangePress(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "x", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A"}}}})
	l.run(t, nil)
	p := l.mei.Chat().Press(l.mei, messageNumber(id), strings.Repeat("喷", 22))
	acked(t, p)
	select {
	case <-p.Answered():
	case <-time.After(patience):
		t.Error("the press is never acknowledged")
	}
	if got := l.inbox.wait(t, 0); len(got) > 0 {
		t.Errorf("stored %+v", got)
	}
}
