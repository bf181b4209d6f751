package fake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// TestWebhook delivers with the secret, in order, until there is a 2xx (platform-facts.md 8-12).
func TestWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	h := newHook(t, func(text string, try int) int {
		if text == "b" && try < 5 {
			return []int{0, http.StatusInternalServerError, http.StatusMovedPermanently, http.StatusNotFound, http.StatusTooManyRequests}[try]
		}
		return http.StatusNoContent
	})
	w.ok("setWebhook", params{"url": h.URL, "secret_token": "Sesame-1"})
	var last *fake.Update
	for _, text := range []string{"a", "b", "c"} {
		last = w.chat.Say(w.mei, text)
	}
	wait(t, "acknowledgement of c", last.Acked())
	h.mu.Lock()
	defer h.mu.Unlock()
	if diff := cmp.Diff([]string{"/start", "a", "b", "b", "b", "b", "b", "c"}, h.got); diff != "" {
		t.Errorf("delivered (-want +got):\n%s", diff)
	}
	if h.secret != "Sesame-1" {
		t.Errorf("secret = %q", h.secret)
	}
	if u := w.Updates()[2]; u.Deliveries() != 5 {
		t.Errorf("%d deliveries of b, want 5", u.Deliveries())
	}
	info, _ := w.ok("getWebhookInfo", nil).(map[string]any)
	if info["url"] != h.URL || info["pending_update_count"] != 0.0 || info["last_error_message"] != "Wrong response from the webhook: 429 Too Many Requests" {
		t.Errorf("getWebhookInfo = %v", info)
	}
}

// TestRetryAfter waits as long as the bot asks for (platform-facts.md 9).
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 0.01}, true)
	at := make(chan time.Time, 2)
	h := newHook(t, func(_ string, try int) int {
		at <- time.Now()
		return []int{0, http.StatusTooManyRequests, http.StatusOK}[try]
	})
	w.ok("setWebhook", params{"url": h.URL})
	wait(t, "acknowledgement", w.Updates()[0].Acked())
	first := <-at
	if pause := (<-at).Sub(first); pause < 70*time.Millisecond {
		t.Errorf("the second try came after %s, want 7 s times 0.01", pause)
	}
}

// TestQueues blocks one chat; another one, the same person's presses and the bot's membership go on
// (platform-facts.md 10).
func TestQueues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 100}, true)
	stuck := make(chan struct{})
	h := newHook(t, func(text string, _ int) int {
		if text == "stuck" {
			<-stuck
		}
		return http.StatusOK
	})
	w.ok("setWebhook", params{"url": h.URL})
	h.next(t)
	w.chat.Say(w.mei, "stuck")
	h.next(t)
	behind := w.chat.Say(w.mei, "behind")
	w.group.Say(w.mei, "/beside")
	w.chat.Press(w.mei, 1, "y")
	w.mei.Block()
	got := []string{h.next(t), h.next(t), h.next(t)}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"/beside", "my_chat_member", "y"}, got); diff != "" {
		t.Errorf("overtook (-want +got):\n%s", diff)
	}
	if behind.Deliveries() != 0 {
		t.Error("the chat's next message did not wait")
	}
	close(stuck)
	wait(t, "acknowledgement", behind.Acked())
}

// TestConnections keeps to max_connections (platform-facts.md 8).
func TestConnections(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	var chats []*fake.Chat
	for range 6 {
		g := w.NewSupergroup("g", w.mei)
		chats = append(chats, g)
	}
	goOn := make(chan struct{})
	h := newHook(t, func(string, int) int {
		<-goOn
		return http.StatusOK
	})
	w.ok("setWebhook", params{"url": h.URL, "max_connections": 2})
	for _, c := range chats {
		c.Say(w.mei, "/a")
	}
	h.next(t)
	h.next(t)
	select {
	case text := <-h.heard:
		t.Errorf("%q came as a third at once, want two", text)
	case <-time.After(50 * time.Millisecond):
	}
	close(goOn)
	for _, u := range w.Updates() {
		wait(t, "acknowledgement", u.Acked())
	}
}

// TestRetriesEnd gives an update up when it is too old (platform-facts.md 6, 9).
func TestRetriesEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	press := w.chat.Press(w.mei, 1, "y")
	h := newHook(t, func(text string, _ int) int {
		if text == "y" {
			w.clock.move(time.Minute)
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	w.ok("setWebhook", params{"url": h.URL})
	wait(t, "giving the press up", press.Lost())
	wait(t, "acknowledgement of what comes behind it", w.chat.Press(w.mei, 1, "z").Acked())
}

// TestGone removes a webhook that answers 410 for 23 hours (platform-facts.md 9).
func TestGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	h := newHook(t, func(_ string, try int) int {
		if try == 2 {
			w.clock.move(23*time.Hour + time.Minute)
		}
		return http.StatusGone
	})
	w.ok("setWebhook", params{"url": h.URL})
	h.next(t)
	h.next(t)
	for range 1000 {
		info, _ := w.ok("getWebhookInfo", nil).(map[string]any)
		if info["url"] == "" {
			return
		}
	}
	t.Error("the webhook stays")
}

// TestSameWebhook sets the webhook that is set: nothing is disturbed.
func TestSameWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	stuck := make(chan struct{})
	h := newHook(t, func(string, int) int {
		<-stuck
		return http.StatusOK
	})
	w.ok("setWebhook", params{"url": h.URL, "secret_token": "a"})
	h.next(t)
	for !w.call("setWebhook", params{"url": h.URL, "secret_token": "a"}).OK {
		continue // twice in a second
	}
	close(stuck)
	wait(t, "acknowledgement", w.Updates()[0].Acked())
	if n := w.Updates()[0].Deliveries(); n != 1 {
		t.Errorf("%d deliveries, want one", n)
	}
	w.ok("deleteWebhook", nil)
	w.chat.Say(w.mei, "a")
	w.ok("deleteWebhook", params{"drop_pending_updates": true})
	if n := w.Pending(); n != 0 {
		t.Errorf("%d updates are pending after drop_pending_updates", n)
	}
}

// TestLostAck delivers again when a 2xx gets lost (platform-facts.md 10).
func TestLostAck(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	h := newHook(t, nil)
	w.LoseAcks(1)
	w.ok("setWebhook", params{"url": h.URL})
	wait(t, "acknowledgement", w.Updates()[0].Acked())
	w.Updates()[0].Again()
	for range 3 {
		if text := h.next(t); text != "/start" {
			t.Errorf("delivered %q", text)
		}
	}
}

// TestHold lets a press overtake a message, and messages come in a burst (platform-facts.md 10).
func TestHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	release := w.Hold(w.chat)
	w.chat.Say(w.mei, "a")
	held := w.chat.Say(w.mei, "b")
	w.group.Say(w.mei, "/c")
	w.chat.Press(w.mei, 1, "y")
	if held.ID() != 0 || held.Message() == 0 {
		t.Errorf("a message that is held has the update %d and the id %d", held.ID(), held.Message())
	}
	release()
	n := w.first()
	want := []string{fmt.Sprint(n, " /start"), fmt.Sprint(n+1, " /c"), fmt.Sprint(n+2, " y"), fmt.Sprint(n+3, " a"), fmt.Sprint(n+4, " b")}
	if diff := cmp.Diff(want, w.poll(nil)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// TestCallInAnswer does what the body of a 2xx asks for (platform-facts.md 13).
func TestCallInAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	h := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(out).Encode(params{"method": "sendMessage", "chat_id": w.chat.ID(), "text": "in the answer"})
	}))
	t.Cleanup(h.Close)
	w.ok("setWebhook", params{"url": h.URL})
	wait(t, "acknowledgement", w.Updates()[0].Acked())
	said := w.chat.Said()
	if len(said) != 1 || said[0].Text != "in the answer" || !w.Calls("sendMessage")[0].InAnswer {
		t.Errorf("said %+v", said)
	}
}
