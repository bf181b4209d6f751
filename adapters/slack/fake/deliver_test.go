package fake_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// TestRetries checks how often and with which headers an event comes again (platform-facts.md 63).
func TestRetries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter)
		want   []string // Retry-Num and Retry-Reason of each attempt
		acked  bool
	}{
		"200":        {func(http.ResponseWriter) {}, []string{" "}, true},
		"201":        {func(w http.ResponseWriter) { w.WriteHeader(http.StatusCreated) }, []string{" "}, true},
		"error":      {func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }, []string{" ", "1 http_error", "2 http_error", "3 http_error"}, false},
		"redirect":   {func(w http.ResponseWriter) { w.Header().Set("Location", "/"); w.WriteHeader(http.StatusFound) }, []string{" ", "1 too_many_redirects", "2 too_many_redirects", "3 too_many_redirects"}, false},
		"connection": {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, []string{" ", "1 connection_failed", "2 connection_failed", "3 connection_failed"}, false},
		"no retry": {func(w http.ResponseWriter) {
			w.Header().Set("X-Slack-No-Retry", "1")
			w.WriteHeader(http.StatusInternalServerError)
		}, []string{" "}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{Pace: 0.0001})
			h := newHook(t, func(w http.ResponseWriter, _ request) { c.answer(w) })
			w.Connect(h.URL)
			d := w.chat.Say(w.mei, "hello")
			done(t, d)
			var got, ids []string
			for range len(h.heard) {
				r := <-h.heard
				got = append(got, r.header.Get("X-Slack-Retry-Num")+" "+r.header.Get("X-Slack-Retry-Reason"))
				ids = append(ids, d.Events[0].ID())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("attempts (-want +got):\n%s", diff)
			}
			if len(slices.Compact(ids)) != 1 { // 65
				t.Errorf("event ids %q, want one", ids)
			}
			if got := closed(d.Events[0].Acked()); got != c.acked {
				t.Errorf("acknowledged: %v", got)
			}
		})
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestRetryWhileWorking checks that the retry does not wait for the handler (platform-facts.md 64).
func TestRetryWhileWorking(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 0.0001, Patience: 200 * time.Millisecond})
	release := make(chan struct{})
	var n atomic.Int32
	h := newHook(t, func(http.ResponseWriter, request) {
		if n.Add(1) == 1 {
			<-release
		}
	})
	w.Connect(h.URL)
	d := w.chat.Say(w.mei, "hello")
	h.next(t)
	again := h.next(t)
	if first := d.Events[0].Tries()[0]; first.Status != 0 || first.Took < 200*time.Millisecond || first.Took > 10*time.Second {
		t.Errorf("63: first attempt %+v, want no answer after 200 ms", first)
	}
	if again.header.Get("X-Slack-Retry-Reason") != "http_timeout" {
		t.Errorf("retry for %q", again.header.Get("X-Slack-Retry-Reason"))
	}
	wait(t, "acknowledged", d.Acked())
	close(release)
}

// TestSigned checks the signature (platform-facts.md 69) and the challenge (70).
func TestSigned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{SigningSecret: "8f742231b10e8888abcd99yyyzzz85a5"})
	body := []byte("token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands" +
		"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c")
	got := w.Sign(body, time.Unix(1531420618, 0)).Get("X-Slack-Signature")
	if want := "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"; got != want {
		t.Errorf("the documentation's example is signed %s, want %s", got, want)
	}

	good := newHook(t, func(rw http.ResponseWriter, r request) { fmt.Fprint(rw, r.inner(t)["challenge"]) })
	if err := w.Verify(t.Context(), good.URL); err != nil {
		t.Errorf("challenge answered: %v", err)
	}
	if err := w.Verify(t.Context(), newHook(t, nil).URL); err == nil {
		t.Error("70: challenge not answered, want an error")
	}
}

// TestMention checks that a mention comes twice, in any order (platform-facts.md 66).
func TestMention(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	c := w.NewChannel("sorters", w.mei)
	orders := map[string]bool{}
	for range 4 {
		d := c.Mention(w.mei, "help")
		done(t, d)
		a, b := h.next(t).inner(t), h.next(t).inner(t)
		if a["ts"] != b["ts"] || a["text"] != "<@"+w.BotUser()+"> help" || d.Events[0].ID() == d.Events[1].ID() {
			t.Fatalf("66: heard %v and %v", a, b)
		}
		orders[fmt.Sprint(a["type"], a["channel_type"], b["type"], b["channel_type"])] = true
	}
	if !orders["messagechannelapp_mention<nil>"] || !orders["app_mention<nil>messagechannel"] || len(orders) != 2 {
		t.Errorf("66: orders %v, want both", orders)
	}
	if done(t, w.chat.Mention(w.mei, "help")); len(h.heard) != 1 {
		t.Errorf("a mention in direct messages makes %d events, want 1", len(h.heard))
	}
}

// TestBotsOwn checks that what the bot does comes back (platform-facts.md 72).
func TestBotsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	ts := w.say(w.chat, args{"text": "a https://a.example"})
	if e := h.next(t).inner(t); e["bot_id"] != w.BotID() || e["user"] != w.BotUser() || e["subtype"] != nil || e["ts"] != ts {
		t.Errorf("72: own message %v", e)
	}
	w.ok("chat.update", args{"channel": w.chat.ID(), "ts": ts, "text": "b"})
	if e := h.next(t).inner(t); e["subtype"] != "message_changed" || e["ts"] == ts || e["message"].(map[string]any)["text"] != "b" {
		t.Errorf("72: own edit %v", e)
	}
	w.chat.Unfurl(ts)
	e := h.next(t).inner(t)
	now, _ := e["message"].(map[string]any)
	before, _ := e["previous_message"].(map[string]any)
	if e["subtype"] != "message_changed" || e["hidden"] != true || now["text"] != before["text"] {
		t.Errorf("72: unfurled %v", e)
	}
	w.ok("chat.delete", args{"channel": w.chat.ID(), "ts": ts})
	if e := h.next(t).inner(t); e["subtype"] != "message_deleted" || e["deleted_ts"] != ts {
		t.Errorf("71: deleted %v", e)
	}
}

// TestSubtypes checks what arrives of what people do (platform-facts.md 71, 73).
func TestSubtypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	c := w.NewChannel("sorters", w.mei)
	parent := c.Say(w.mei, "one").TS
	h.next(t)
	for name, do := range map[string]func() *fake.Deed{
		"file_share":       func() *fake.Deed { return c.Upload(w.mei, "a", fake.Upload{Name: "a", Content: []byte("b")}) },
		"thread_broadcast": func() *fake.Deed { return c.Post(w.mei, fake.Post{Text: "a", Thread: parent, Broadcast: true}) },
		"me_message":       func() *fake.Deed { return c.Post(w.mei, fake.Post{Text: "a", Me: true}) },
		"bot_message":      func() *fake.Deed { return c.Say(w.Bot("jenkins"), "a") },
		"channel_join":     func() *fake.Deed { return c.Join(w.NewPerson(fake.Profile{})) },
		"channel_leave":    func() *fake.Deed { return c.Leave(w.NewPerson(fake.Profile{})) },
		"message_changed":  func() *fake.Deed { return c.Edit(w.mei, parent, "two") },
		"message_deleted":  func() *fake.Deed { return c.Delete(w.mei, c.Say(w.mei, "x").TS) },
	} {
		d := do()
		done(t, d)
		e := h.next(t).inner(t)
		for len(h.heard) > 0 {
			e = h.next(t).inner(t)
		}
		if e["subtype"] != name {
			t.Errorf("%s arrives as %v", name, e)
		}
		if (e["bot_id"] != nil) != (name == "bot_message") {
			t.Errorf("72: %s has bot_id %v", name, e["bot_id"])
		}
	}
	done(t, c.Reply(w.mei, parent, "reply"))
	if e := h.next(t).inner(t); e["thread_ts"] != parent || e["subtype"] != nil || e["channel_type"] != "channel" {
		t.Errorf("73: reply %v", e)
	}
	c.SetBot(false)
	done(t, c.Say(w.mei, "alone"))
	if len(h.heard) > 0 {
		t.Error("the bot hears what is said where it is not")
	}
}

// TestLostAndDouble checks what goes wrong on the way (platform-facts.md 66, 67, 68).
func TestLostAndDouble(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Unordered: true})
	h := newHook(t, nil)
	w.Connect(h.URL)
	w.Lose(1)
	lost := w.chat.Say(w.mei, "lost")
	done(t, lost)
	if closed(lost.Events[0].Acked()) || len(h.heard) > 0 {
		t.Error("68: a lost event is delivered")
	}
	if list := w.ok("conversations.history", args{"channel": w.chat.ID()}).Fields["messages"].([]any); len(list) != 1 {
		t.Errorf("68: history %v, want the lost message", list)
	}

	d := w.chat.Say(w.mei, "hello")
	wait(t, "acknowledged", d.Acked())
	again, double := d.Events[0].Again(), d.Events[0].Double()
	wait(t, "again", again.Acked())
	wait(t, "double", double.Acked())
	if again.ID() != d.Events[0].ID() || double.ID() == again.ID() {
		t.Errorf("ids %s, again %s, double %s", d.Events[0].ID(), again.ID(), double.ID())
	}

	w.LoseAcks(1)
	wait(t, "acknowledged in the end", w.chat.Say(w.mei, "again").Acked())

	for len(h.heard) > 0 {
		<-h.heard
	}
	release := w.Hold()
	var texts []string
	for i := range 100 {
		texts = append(texts, strconv.Itoa(i))
		w.chat.Say(w.mei, texts[i])
	}
	if len(h.heard) > 0 {
		t.Error("what is held is delivered")
	}
	release(true)
	var got []string
	for range texts {
		got = append(got, h.next(t).inner(t)["text"].(string))
	}
	if slices.Equal(got, texts) {
		t.Error("67: a hundred events, and none overtakes another")
	}
}

// TestInOrder checks that the next event of a chat waits for the one before.
func TestInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	for i := range 20 {
		w.chat.Say(w.mei, strconv.Itoa(i)) // before anybody is there
	}
	h := newHook(t, nil)
	w.Connect(h.URL)
	for i := range 20 {
		if got := h.next(t).inner(t)["text"]; got != strconv.Itoa(i) {
			t.Fatalf("number %d is %v", i, got)
		}
	}
}

// TestLate checks that what was said earlier stands where it was said, however late it comes (platform-facts.md 67).
func TestLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	last := w.chat.Say(w.mei, "second")
	early := w.chat.Post(w.mei, fake.Post{Text: "first", At: w.clock.Now().Add(-time.Second)})
	same := w.chat.Post(w.mei, fake.Post{Text: "also first", At: w.clock.Now().Add(-time.Second)})
	var read []string
	for _, m := range w.chat.Visible() {
		read = append(read, m.Text)
	}
	if got := strings.Join(read, ", "); got != "first, also first, second" || early.TS >= last.TS || same.TS == early.TS {
		t.Errorf("the chat reads %s, with %s and %s before %s", got, early.TS, same.TS, last.TS)
	}
}

// TestSubscriptions checks that only what the app has subscribed to arrives (platform-facts.md 91).
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Events: []string{"message.im", "app_mention"}})
	c := w.NewChannel("sorters", w.mei)
	got := fmt.Sprint(len(w.chat.Say(w.mei, "a").Events), len(c.Say(w.mei, "a").Events), len(c.Mention(w.mei, "a").Events), len(w.mei.OpenHome("home").Events))
	if got != "1 0 1 0" {
		t.Errorf("events %s, want 1 0 1 0", got)
	}
}

// TestShared checks what arrives from another workspace (platform-facts.md 76, 77).
func TestShared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	ana := w.NewStranger(fake.Profile{Display: "Ana", Email: "ana@nuts.example"})
	c := w.NewSharedChannel("nuts", ana)
	done(t, c.Upload(ana, "plate", fake.Upload{Name: "plate.png", Content: []byte("\x89PNG\r\n\x1a\n")}))
	r := h.next(t)
	e := r.inner(t)
	f, _ := e["files"].([]any)[0].(map[string]any)
	if !strings.Contains(string(r.body), `"is_ext_shared_channel":true`) || e["user_team"] != fake.OtherTeam || f["file_access"] != "check_file_info" || f["url_private"] != nil {
		t.Errorf("76: heard %s", r.body)
	}
	full := w.ok("files.info", args{"file": f["id"]}).Fields["file"].(map[string]any)
	if full["mimetype"] != "image/png" || full["url_private"] == nil {
		t.Errorf("76: files.info = %v", full)
	}
	user := w.ok("users.info", args{"user": ana.ID()}).Fields["user"].(map[string]any)
	if user["is_stranger"] != true || user["profile"].(map[string]any)["email"] != nil || !strings.HasPrefix(ana.ID(), "U") {
		t.Errorf("76: users.info = %v", user)
	}
}
