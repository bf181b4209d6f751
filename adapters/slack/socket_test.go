package slack_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// TestSocketConnectsAgain goes on after Slack or the line has ended the connection (platform-facts.md 62).
func TestSocketConnectsAgain(t *testing.T) {
	t.Parallel()
	l := newLab(t, bySocket, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, l.mei.DM().Say(l.mei, "one"))
	next(t, heard)
	for n, end := range []func(){func() { l.server.Disconnect("refresh_requested") }, l.server.CutSockets, func() { l.server.Disconnect("warning") }} {
		end()
		eventually(t, "connected again", func() bool { return l.Counts().Connects >= int64(n)+2 && l.server.Sockets() == 1 })
		acked(t, l.mei.DM().Say(l.mei, strconv.Itoa(n)))
		if in := next(t, heard); in.Event != (bot.Said{Text: strconv.Itoa(n)}) {
			t.Errorf("heard %+v", in)
		}
	}
}

// TestSocketTokenRefused asks again when Slack does not know the app token.
func TestSocketTokenRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *slack.Config) { bySocket(c); c.AppToken = "xapp-wrong-secret" }, fake.Config{})
	l.run(t, quiet)
	eventually(t, "it is said what to do", func() bool { return contains(l.logs, "SLACK_APP_TOKEN") })
	l.stop()
}

// TestSocketUnknown acknowledges what is not known (platform-facts.md 94).
func TestSocketUnknown(t *testing.T) {
	t.Parallel()
	l := newLab(t, bySocket, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	for _, event := range []map[string]any{{"type": "something_new"}, {"type": "message", "user": 7}, {}, {"type": "message", "channel": map[string]any{"id": "C1"}}} {
		acked(t, l.mei.DM().Emit(event))
	}
	acked(t, l.mei.DM().Say(l.mei, "hello"))
	if in := next(t, heard); in.Event != (bot.Said{Text: "hello"}) {
		t.Errorf("heard %+v", in)
	}
}

// TestSocketOrder works one chat in order, and chats side by side.
func TestSocketOrder(t *testing.T) {
	t.Parallel()
	l := newLab(t, bySocket, fake.Config{Unordered: false})
	li := l.server.NewPerson(fake.Profile{Name: "li"})
	released := make(chan struct{})
	var mu sync.Mutex
	said := map[string][]string{}
	l.run(t, func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		text := in.Event.(bot.Said).Text
		if text == "wait" {
			select {
			case <-released:
			case <-ctx.Done():
				return bot.Ack{}, ctx.Err()
			}
		}
		mu.Lock()
		defer mu.Unlock()
		said[in.To.Chat] = append(said[in.To.Chat], text)
		return bot.Ack{}, nil
	})
	slow := l.mei.DM().Say(l.mei, "wait")
	acked(t, li.DM().Say(li, "hello")) // meanwhile
	var all []*fake.Deed
	for n := range 10 {
		all = append(all, l.mei.DM().Say(l.mei, strconv.Itoa(n)))
	}
	close(released)
	acked(t, slow)
	for _, d := range all {
		acked(t, d)
	}
	want := map[string][]string{li.DM().ID(): {"hello"}, l.mei.DM().ID(): {"wait", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(l.inbox.stored()) > 0 {
		t.Errorf("stored %+v", l.inbox.stored())
	}
}

// TestSocketOneAtATime works what comes at once from one chat one after the other.
func TestSocketOneAtATime(t *testing.T) {
	t.Parallel()
	l := newLab(t, bySocket, fake.Config{Unordered: true})
	var inside, most atomic.Int32
	l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) {
		n := inside.Add(1)
		defer inside.Add(-1)
		most.Store(max(most.Load(), n))
		<-time.After(2 * time.Millisecond)
		return bot.Ack{}, nil
	})
	acked(t, l.mei.DM().Say(l.mei, "hello"))
	release := l.server.Hold()
	var all []*fake.Deed
	for n := range 20 {
		all = append(all, l.mei.DM().Say(l.mei, strconv.Itoa(n)))
	}
	release(true)
	for _, d := range all {
		acked(t, d)
	}
	if n := most.Load(); n != 1 {
		t.Errorf("%d turns of one chat at once", n)
	}
}
