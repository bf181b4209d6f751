package fake_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// first returns the id of the update that newWorld has made.
func (w *world) first() int64 { return w.Updates()[0].ID() }

// TestPolling is getUpdates (platform-facts.md 2, 3).
func TestPolling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	n := w.first()
	for i := range 4 {
		w.chat.Say(w.mei, strconv.Itoa(i))
	}
	all := []string{
		fmt.Sprint(n, " /start"), fmt.Sprint(n+1, " 0"), fmt.Sprint(n+2, " 1"), fmt.Sprint(n+3, " 2"), fmt.Sprint(n+4, " 3"),
	}
	for _, c := range []struct {
		name string
		p    params
		want []string
	}{
		{"2: everything", params{"offset": n, "timeout": 5}, all},
		{"2: everything again, unconfirmed", params{"timeout": 5}, all},
		{"2: a limit", params{"offset": n + 1, "limit": 2, "timeout": 5}, all[1:3]},
		{"2: an offset confirms what is before it", params{"timeout": 5}, all[1:]},
		{"3: more than 10 beyond the newest starts from the head", params{"offset": n + 16}, all[1:]},
		{"3: a negative offset keeps the last", params{"offset": -2, "timeout": 5}, all[3:]},
		{"3: and forgets the others", params{"timeout": 5}, all[3:]},
		{"2: an offset behind the newest confirms all", params{"offset": n + 5}, []string{}},
	} {
		if diff := cmp.Diff(c.want, w.poll(c.p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	for _, u := range w.Updates() {
		wait(t, "acknowledgement", u.Acked())
		if u.Deliveries() == 0 {
			t.Errorf("update %d has no deliveries", u.ID())
		}
	}
	if n := w.Pending(); n != 0 {
		t.Errorf("%d updates are pending", n)
	}
}

// TestPollAgain is a duplicate, and a poll that is asked for the same too soon (platform-facts.md 4).
func TestPollAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 1}, true)
	n := w.first()
	u := w.chat.Say(w.mei, "a")
	w.poll(params{"offset": n + 2, "timeout": 1})
	u.Again()
	if got := w.poll(params{"offset": n + 2, "timeout": 1}); len(got) != 1 || got[0] != fmt.Sprint(n+1, " a") {
		t.Errorf("told %q, want the update once more", got)
	}
	w.chat.Say(w.mei, "b")
	w.chat.Say(w.mei, "c")
	for range 2 {
		if got := w.poll(params{"offset": n + 2, "timeout": 1}); len(got) != 1 {
			t.Errorf("told %q, want one: the offset is that of a moment ago", got)
		}
	}
}

// TestRenumber goes on at a lower number after a quiet week (platform-facts.md 1).
func TestRenumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	n := w.first()
	w.Renumber()
	u := w.chat.Say(w.mei, "a")
	if got := w.poll(params{"offset": n + 1}); u.ID() >= n || len(got) != 1 {
		t.Errorf("told %q, the update %d, want it before %d and told all the same", got, u.ID(), n)
	}
	wait(t, "loss of what was pending", w.Updates()[0].Lost())
}

// TestLongPoll waits for something to tell.
func TestLongPoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	w.poll(params{"offset": w.first() + 1})
	got := make(chan []string)
	go func() { got <- w.poll(params{"offset": w.first() + 1, "timeout": 50}) }()
	w.chat.Say(w.mei, "at last")
	select {
	case list := <-got:
		if len(list) != 1 || !strings.HasSuffix(list[0], "at last") {
			t.Errorf("told %q", list)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the poll does not return")
	}
}

// TestTwoPollers refuses the earlier of two (platform-facts.md 5).
func TestTwoPollers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	n := w.first()
	w.poll(params{"offset": n + 1})
	answers := make(chan reply, 2)
	poll := func() { answers <- w.call("getUpdates", params{"offset": n + 1, "timeout": 50}) }
	go poll()
	go poll()
	select {
	case r := <-answers:
		want := "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
		if r.Status != http.StatusConflict || r.Description != want {
			t.Errorf("the earlier poll = %d %q, want 409 %q", r.Status, r.Description, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("both polls wait")
	}
	w.chat.Say(w.mei, "a")
	if r := <-answers; !r.OK {
		t.Errorf("the later poll = %d %s", r.Status, r.Description)
	}
}

// TestPollBesideWebhook refuses a poll while a webhook is set (platform-facts.md 5).
func TestPollBesideWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	n := w.first()
	w.poll(params{"offset": n + 1})
	answers := make(chan reply, 1)
	go func() { answers <- w.call("getUpdates", params{"offset": n + 1, "timeout": 50}) }()
	if _, err := w.WaitCalls(t.Context(), 2, "getUpdates"); err != nil {
		t.Fatal(err)
	}
	w.ok("setWebhook", params{"url": newHook(t, nil).URL})
	if r := <-answers; r.Status != http.StatusConflict || !strings.Contains(r.Description, "Conflict: ") {
		t.Errorf("the poll = %d %s, want 409", r.Status, r.Description)
	}
	want := "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
	if r := w.call("getUpdates", nil); r.Status != http.StatusConflict || r.Description != want {
		t.Errorf("getUpdates = %d %q, want 409 %q", r.Status, r.Description, want)
	}
	w.ok("deleteWebhook", nil)
	w.ok("getUpdates", nil)
}

// TestExpiry is how long the server keeps what is not acknowledged (platform-facts.md 6).
func TestExpiry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	message := w.chat.Say(w.mei, "a")
	press := w.chat.Press(w.mei, message.Message(), "y")
	w.clock.move(151 * time.Second)
	if got := w.poll(params{"timeout": 1}); len(got) != 2 {
		t.Errorf("told %q after 151 s, want the messages only", got)
	}
	wait(t, "loss of the press", press.Lost())
	w.clock.move(24 * time.Hour)
	if got := w.poll(nil); len(got) != 0 {
		t.Errorf("told %q after a day, want nothing", got)
	}
	wait(t, "loss of the message", message.Lost())
}

// TestAllowed is which updates are made at all (platform-facts.md 7).
func TestAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	made := func() string {
		m := w.chat.Say(w.mei, "a")
		p := w.chat.Press(w.mei, m.Message(), "y")
		b := w.mei.Block()
		w.mei.Unblock()
		return fmt.Sprint(m.Seen(), p.Seen(), b.Seen())
	}
	for _, c := range []struct {
		p    params
		want string
	}{
		{nil, "true true true"},
		{params{"allowed_updates": []string{"message"}}, "true false false"},
		{nil, "true false false"}, // left out, the earlier setting stays
		{params{"allowed_updates": "null"}, "true false false"},
		{params{"allowed_updates": []string{}}, "true true true"},
	} {
		w.ok("getUpdates", c.p)
		if got := made(); got != c.want {
			t.Errorf("%v: message, press and membership = %s, want %s", c.p, got, c.want)
		}
	}
}
