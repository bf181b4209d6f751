package web_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func TestTalk(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	c := s.as(t, "mei")
	screen := watch(t, c, "")
	r, err := c.Text(t.Context(), "hello *you*")
	if err != nil || r != (fake.Receipt{Message: "1", Note: "done"}) {
		t.Errorf("receipt = %+v, %v", r, err)
	}
	list := shows(t, screen, "mei: hello *you*", "bot: You said: hello *you*")
	if _, err := c.Press(t.Context(), list[1].ID, "f1.1.no"); err != nil {
		t.Fatal(err)
	}
	list = shows(t, screen, "mei: hello *you*", "bot: You said: hello *you*", "mei: No", "bot: You pressed f1.1.no")
	if !list[2].Press {
		t.Error("a press is not shown as one")
	}
	if _, err := c.Edit(t.Context(), list[0].ID, "hello me"); err != nil {
		t.Fatal(err)
	}
	list = shows(t, screen, "mei: hello me", "bot: You said: hello *you*", "mei: No", "bot: You pressed f1.1.no", "bot: You changed it to: hello me")
	if !list[0].Edited {
		t.Error("an edited message is not shown as one")
	}
	if _, err := c.Odd(t.Context(), "sticker"); err != nil {
		t.Fatal(err)
	}
}

// TestChats checks that people have chats of their own and that a room is shared.
func TestChats(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Desk: true, Demo: demo()}, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		_, err := a.Send(ctx, bot.Outgoing{To: in.To, ReplyTo: in.Message, Message: bot.Message{Text: in.Key().String() + " " + in.From.Name + " " + in.From.Lang}})
		return bot.Ack{}, err
	})
	b := s.browser(t)
	for _, who := range []string{"mei", "stranger", "wang", "li"} {
		if _, err := as(t, b, who).Text(t.Context(), "I am "+who); err != nil {
			t.Fatal(err)
		}
	}
	shows(t, watch(t, as(t, b, "mei"), ""), "mei: I am mei", "bot: web/mei/mei Mei en")
	shows(t, watch(t, as(t, b, "stranger"), ""), "stranger: I am stranger", "bot: web/stranger/stranger Sam ")
	for _, who := range []string{"wang", "li"} {
		list := shows(t, watch(t, as(t, b, who), ""), "wang: I am wang", "bot: web/desk/wang Wang zh", "li: I am li", "bot: web/desk/li Li ")
		if list[1].ReplyTo != list[0].ID {
			t.Errorf("the answer replies to %q, want %q", list[1].ReplyTo, list[0].ID)
		}
	}
}

// TestOwnChat checks the page without a demo: everybody is their own cookie.
func TestOwnChat(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true}, echo)
	first, second := s.as(t, ""), s.as(t, "")
	if first.Person().Chat == second.Person().Chat {
		t.Fatal("two browsers have one chat")
	}
	if _, err := first.Text(t.Context(), "mine"); err != nil {
		t.Fatal(err)
	}
	id := first.Person().ID
	shows(t, watch(t, first, ""), id+": mine", "bot: You said: mine")
	if got := watch(t, second, "").Messages(); len(got) > 0 {
		t.Errorf("another browser sees %s", texts(got))
	}
}

// TestAgain checks that an update is kept once and worked as it was first heard, however often
// and however changed it comes.
func TestAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var heard []bot.Inbound
	fails := true
	s := open(t, web.Config{Customer: true, Demo: demo()}, func(_ context.Context, _ *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, in)
		if fails {
			return bot.Ack{}, errors.New("database is away")
		}
		return bot.Ack{}, nil
	})
	c := s.as(t, "mei")
	screen := watch(t, c, "")
	u := c.New()
	text := "OS-2025-0471"
	u.Text, u.Order, u.Sent = &text, 41, noon.Add(-time.Hour).UnixMilli()
	_, err := c.Post(t.Context(), u)
	var refused *fake.RefusedError
	if !errors.As(err, &refused) || !refused.Again() || refused.RetryAfter <= 0 {
		t.Fatalf("Post = %v, want 503 with Retry-After", err)
	}
	if list := shows(t, screen, "mei: OS-2025-0471"); !list[0].Waiting {
		t.Error("a message that was not accepted is not shown as waiting")
	}
	mu.Lock()
	fails = false
	mu.Unlock()
	other := "something else"
	u.Text, u.Order, u.Sent = &other, 99, noon.UnixMilli()
	if _, err := c.Edit(t.Context(), "1", "OS-2025-0417"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Post(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(heard[0], heard[2]); diff != "" {
		t.Errorf("the retry differs (-first +again):\n%s", diff)
	}
	want := bot.Inbound{
		ID: "web/mei/mei/" + u.ID, Order: 41, Sent: noon.Add(-time.Hour), Message: "1", Event: bot.Said{Text: "OS-2025-0471"},
		From: bot.Sender{ID: "mei", Name: "Mei", Lang: "en"}, To: bot.Address{Channel: "web", Chat: "mei"},
	}
	if diff := cmp.Diff(want, heard[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if list, err := screen.Wait(ctx, func(l []fake.Message) bool { return texts(l) == "mei: OS-2025-0417\n" && !l[0].Waiting }); err != nil {
		t.Errorf("an accepted message is shown as waiting: %v, %+v", err, list)
	}
}

// TestSent checks what is made of a page's clock.
func TestSent(t *testing.T) {
	t.Parallel()
	var got time.Time
	s := open(t, web.Config{Customer: true, Demo: demo()}, func(_ context.Context, _ *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		got = in.Sent
		return bot.Ack{}, nil
	})
	c := s.as(t, "mei")
	ms := func(d time.Duration) int64 { return noon.Add(d).UnixMilli() }
	for name, tc := range map[string]struct {
		sent, now int64
		want      time.Duration // from noon, our clock
	}{
		"just now":                   {ms(0), ms(0), 0},
		"waited for 22 minutes":      {ms(-22 * time.Minute), ms(0), -22 * time.Minute},
		"page a year ahead":          {ms(8766*time.Hour - time.Minute), ms(8766 * time.Hour), -time.Minute},
		"page set back meanwhile":    {ms(time.Hour), ms(0), 0},
		"no word":                    {0, ms(0), 0},
		"older than is believed":     {ms(-999 * time.Hour), ms(0), -web.MaxAge},
		"nonsense":                   {1, 1<<63 - 1, -web.MaxAge},
		"page without its own now":   {ms(-time.Minute), -1, -time.Minute},
		"the future without its now": {ms(time.Hour), -1, 0},
	} {
		u := c.New()
		text := name
		u.Text, u.Sent, u.Now = &text, tc.sent, tc.now
		if _, err := c.Post(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		if want := noon.Add(tc.want); !got.Equal(want) {
			t.Errorf("%s: Sent = %v, want %v", name, got, want)
		}
	}
}

// TestTwoTabs has two pages look at one chat.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	b := s.browser(t)
	left, right := as(t, b, "mei"), as(t, b, "mei")
	one, two := watch(t, left, ""), watch(t, right, "")
	if _, err := left.Text(t.Context(), "from the left"); err != nil {
		t.Fatal(err)
	}
	if _, err := right.Text(t.Context(), "from the right"); err != nil {
		t.Fatal(err)
	}
	want := []string{"mei: from the left", "bot: You said: from the left", "mei: from the right", "bot: You said: from the right"}
	shows(t, one, want...)
	shows(t, two, want...)
}

func TestSend(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	to := bot.Address{Channel: "web", Chat: "mei"}
	send := func(o bot.Outgoing) bot.MessageID {
		t.Helper()
		o.To = to
		ids, err := s.Send(t.Context(), o)
		if err != nil || len(ids) != 1 {
			t.Fatalf("Send = %q, %v", ids, err)
		}
		return ids[0]
	}
	one := send(bot.Outgoing{ID: "a", Message: bot.Message{Text: "one"}})
	if again := send(bot.Outgoing{ID: "a", Message: bot.Message{Text: "one"}}); again != one {
		t.Errorf("the same Outgoing again = %s, want %s", again, one)
	}
	if id := send(bot.Outgoing{ID: "b", Replace: "77", Message: bot.Message{Text: "no such message"}}); id == one {
		t.Error("a replacement of nothing replaced something")
	}
	shows(t, watch(t, s.as(t, "mei"), ""), "bot: one", "bot: no such message")
	for _, chat := range []string{"", "nobody", "desk", "../mei", "v123"} {
		if _, err := s.Send(t.Context(), bot.Outgoing{To: bot.Address{Channel: "web", Chat: chat}}); !errors.Is(err, bot.ErrGone) {
			t.Errorf("Send to %q = %v, want bot.ErrGone", chat, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Send(ctx, bot.Outgoing{To: to}); !errors.Is(err, context.Canceled) {
		t.Errorf("Send with an ended context = %v", err)
	}
}

func TestRunRefusesBadDemo(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "Mei", "../x", "desk", "a b"} {
		a := web.New(web.Config{Demo: &web.Demo{Engineers: []web.Person{{ID: claim.PersonID(id)}}}})
		if err := a.Run(t.Context(), nil); err == nil {
			t.Errorf("Run takes a demo person %q", id)
		}
	}
}
