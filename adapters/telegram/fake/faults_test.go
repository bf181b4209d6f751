package fake_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// TestFaults is what a test can let go wrong (platform-facts.md 34, 35, 36, 57).
func TestFaults(t *testing.T) {
	t.Parallel()
	with := func(f fake.Fault, change func(*fake.Fault)) fake.Fault {
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		fault  fake.Fault
		status int  // 0 = no answer at all
		said   bool // the message stands there all the same
		json   bool
	}{
		"34: 429":            {fault: fake.Fault{Refuse: fake.TooMany(7 * time.Second)}, status: 429, json: true},
		"35: blocked":        {fault: fake.Fault{Refuse: fake.Blocked()}, status: 403, json: true},
		"500":                {fault: fake.Fault{Refuse: fake.ServerError()}, status: 500, json: true},
		"57: 502 of a proxy": {fault: fake.BadGateway(), status: 502},
		"36: cut before":     {fault: fake.Fault{Cut: fake.Before}},
		"36: cut after":      {fault: fake.Fault{Cut: fake.After}, said: true},
		"slow":               {fault: fake.Fault{Wait: time.Millisecond}, status: 200, said: true, json: true},
		"another method":     {fault: fake.Fault{Method: "getMe", Cut: fake.Before}, status: 200, said: true, json: true},
		"another chat":       {fault: fake.Fault{Chat: 7, Cut: fake.Before}, status: 200, said: true, json: true},
		"the second call":    {fault: fake.Fault{Skip: 1, Cut: fake.Before}, status: 200, said: true, json: true},
		"when it says hello": {fault: fake.Fault{When: func(c fake.Call) bool { return c.Params["text"] == "hello" }, Cut: fake.Before}},
		"when it says no":    {fault: fake.Fault{When: func(c fake.Call) bool { return c.Params["text"] == "no" }, Cut: fake.Before}, status: 200, said: true, json: true},
		"one in a billion":   {fault: with(fake.BadGateway(), func(f *fake.Fault) { f.Chance = 1e-9 }), status: 200, said: true, json: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{}, true)
			lift := w.Inject(c.fault)
			r, err := w.try("sendMessage", params{"chat_id": w.chat.ID(), "text": "hello"})
			if c.status == 0 && !cut(err) || c.status != 0 && (r.Status != c.status || (err == nil) != c.json) {
				t.Errorf("sendMessage = %+v, %v; want %d", r, err, c.status)
			}
			if c.status == 429 && (r.Description != "Too Many Requests: retry after 7" || r.Parameters["retry_after"] != 7.0) {
				t.Errorf("429 = %+v", r)
			}
			if said := len(w.chat.Said()) > 0; said != c.said {
				t.Errorf("the message stands there: %v, want %v", said, c.said)
			}
			lift()
			w.say(w.chat, nil)
		})
	}
}

// TestFaultTimes hits so many calls.
func TestFaultTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	w.Inject(fake.Fault{Method: "sendMessage", Skip: 1, Times: 2, Refuse: fake.ServerError()})
	for i, want := range []int{200, 500, 500, 200} {
		if r := w.call("sendMessage", params{"chat_id": w.chat.ID(), "text": "hello"}); r.Status != want {
			t.Errorf("call %d = %d, want %d", i, r.Status, want)
		}
	}
	var got []int
	for _, c := range w.Calls("sendMessage") {
		got = append(got, c.Status)
	}
	if diff := cmp.Diff([]int{200, 500, 500, 200}, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestBrokenDownload cuts a download in the middle.
func TestBrokenDownload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	r, _ := w.ok("getFile", params{"file_id": w.sent(fake.Media{Content: []byte("0123456789")})}).(map[string]any)
	path, _ := r["file_path"].(string)
	w.Inject(fake.Fault{Method: "download", Times: 1, Cut: fake.After})
	if status, got := w.fetch(path); status != http.StatusOK || string(got) != "01234" {
		t.Errorf("the cut download = %d %q, want half", status, got)
	}
	if status, got := w.fetch(path); status != http.StatusOK || string(got) != "0123456789" {
		t.Errorf("the next download = %d %q", status, got)
	}
}

// TestRates is how fast a bot may send (platform-facts.md 33, 34).
func TestRates(t *testing.T) {
	t.Parallel()
	second, minute := 1.0, 60.0
	for name, c := range map[string]struct {
		limits fake.Limits
		group  bool
		passes int     // messages at once
		after  float64 // what the next one is told to wait
	}{
		"none":          {passes: 100},
		"in all":        {limits: fake.Limits{Second: 30}, passes: 30, after: second},
		"in a chat":     {limits: fake.Limits{Chat: 1, Burst: 3}, passes: 3, after: second},
		"in a group":    {limits: fake.Limits{Group: 20}, group: true, passes: 20, after: minute},
		"no group":      {limits: fake.Limits{Group: 20}, passes: 30},
		"the real ones": {limits: fake.RealLimits(), passes: 3, after: second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{Limits: c.limits}, true)
			chat := w.chat
			if c.group {
				chat = w.group
			}
			var id int64
			for range c.passes {
				id = w.say(chat, nil)
			}
			if c.after == 0 {
				return
			}
			edit := params{"chat_id": chat.ID(), "message_id": id, "text": "new"}
			for range 2 { // what is refused does not count
				r := w.call("editMessageText", edit)
				if r.Status != http.StatusTooManyRequests || r.Parameters["retry_after"] != c.after {
					t.Errorf("one more, an edit = %d %v, want 429 and %v s", r.Status, r.Parameters, c.after)
				}
			}
			w.ok("sendChatAction", params{"chat_id": chat.ID(), "action": "typing"})
			w.clock.move(time.Duration(c.after) * time.Second)
			w.ok("editMessageText", edit)
		})
	}
}

// TestAlbumRate counts an album by item (platform-facts.md 33).
func TestAlbumRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Limits: fake.Limits{Second: 3}}, true)
	media := []params{{"type": "document", "media": "attach://a"}, {"type": "document", "media": "attach://b"}}
	p := params{"chat_id": w.chat.ID(), "media": media, "a": []byte("x"), "b": []byte("y")}
	w.ok("sendMediaGroup", p)
	if r := w.call("sendMediaGroup", p); r.Status != http.StatusTooManyRequests {
		t.Errorf("4 messages in a second of 3 = %d, want 429", r.Status)
	}
}
