package slack_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// showing is a handler that fills pages with what it is given, and answers presses as told.
func showing(page func() []bot.Message, press bot.Ack) (bot.Handler, <-chan bot.Inbound) {
	heard := make(chan bot.Inbound, 1000)
	return func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		heard <- in
		if _, ok := in.Event.(bot.Visited); ok {
			return bot.Ack{Page: page()}, nil
		}
		return press, nil
	}, heard
}

// home returns what mei sees on her page.
func home(t *testing.T, l *lab) fake.View {
	t.Helper()
	v, ok := l.mei.Home()
	if !ok {
		t.Fatal("there is no page")
	}
	return v
}

// TestPageLimits shows pages that fill Slack's limits, and leaves out what has no room, in whole messages
// (platform-facts.md 80).
func TestPageLimits(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	n, more := 50, 0
	handle, heard := showing(func() []bot.Message {
		list := []bot.Message{{Choices: reportButton}, {Text: "Your claims"}, {Text: strings.Repeat("a & b\n", 1000)}}
		for i := range n {
			list = append(list, bot.Message{Text: fmt.Sprint("Claim ", i), Choices: reportButton})
		}
		for range more { // 99 blocks, and no room for two
			list[2].Text += strings.Repeat("c", 3000)
		}
		return list
	}, bot.Ack{})
	l.run(t, handle)
	for _, last := range []string{"Claim 46", "Claim 45"} {
		acked(t, l.mei.OpenHome("home"))
		next(t, heard)
		v := home(t, l)
		if len(v.Buttons) != 48-more || !strings.HasPrefix(v.Text, "Your claims\na & b\n") || !strings.HasSuffix(v.Text, last) {
			t.Errorf("the page has %d buttons and ends with %q", len(v.Buttons), v.Text[max(0, len(v.Text)-20):])
		}
		n, more = 60, 1
	}
}

// TestPageIsOnlyText pings nobody and forges nothing, whatever stands on a page (promise P6).
func TestPageIsOnlyText(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, _ := showing(func() []bot.Message {
		var list []bot.Message
		for _, nasty := range hostile {
			list = append(list, bot.Message{Text: "*" + bot.Escape(nasty) + "*", Choices: []bot.Choice{{ID: "f0.0.a", Label: nasty}}})
		}
		return list
	}, bot.Ack{})
	l.run(t, handle)
	acked(t, l.mei.OpenHome("home"))
	v := home(t, l)
	if v.Text != strings.Join(hostile, "\n") {
		t.Errorf("the page shows %q", v.Text)
	}
	if diff := cmp.Diff(hostile, fake.Shown{Buttons: v.Buttons}.Labels()); diff != "" {
		t.Errorf("buttons (-want +got):\n%s", diff)
	}
	checkHarmlessView(t, v)
}

// TestPageIsNewest leaves a newer page that was published while an older visit was worked.
func TestPageIsNewest(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{Unordered: true})
	slow, released := make(chan struct{}), make(chan struct{})
	visits := make(chan int, 3)
	for n := range 3 {
		visits <- n
	}
	handle, _ := showing(func() []bot.Message {
		n := <-visits
		if n == 1 {
			close(slow)
			<-released
		}
		return []bot.Message{{Text: fmt.Sprint("Page ", n)}}
	}, bot.Ack{})
	l.run(t, handle)
	acked(t, l.mei.OpenHome("home"))
	old := l.mei.OpenHome("home")
	<-slow
	acked(t, l.mei.OpenHome("home"))
	close(released)
	acked(t, old)
	if v := home(t, l); v.Text != "Page 2" {
		t.Errorf("the page shows %q", v.Text)
	}
	if calls := l.server.Calls("views.publish"); len(calls) != 3 || calls[2].Error != "hash_conflict" || contains(l.logs, "level=WARN") {
		t.Errorf("calls %+v, logged:\n%s", calls, l.logs)
	}
}

// TestVisitsAreNotKept stores no visit: whoever looks, looks again.
func TestVisitsAreNotKept(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, away := range map[string]bool{"fails": false, "stores away": true} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, func(c *slack.Config) { c.Spool = filepath.Join(t.TempDir(), "spool"); change(c) }, fake.Config{})
				if away {
					l.inbox.setAway(errAway)
				}
				l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, errAway })
				d := l.mei.OpenHome("home")
				acked(t, d)
				if n := len(d.Events[0].Tries()); n != 1 {
					t.Errorf("delivered %d times, want once", n)
				}
				if c := l.Counts(); len(l.inbox.stored()) > 0 || c.Late+c.Spooled+c.Lost > 0 {
					t.Errorf("stored %+v, counted %+v", l.inbox.stored(), c)
				}
			})
		}
	}
}

// TestVisitBeforeName passes over a visit that could not be worked when it came.
func TestVisitBeforeName(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	l := newLab(t, func(c *slack.Config) { c.Spool = folder }, fake.Config{})
	l.Answer(50 * time.Millisecond)
	lift := l.server.Inject(fake.Fault{Method: "auth.test", Refuse: fake.Refuse("internal_error")})
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, l.mei.OpenHome("home"))
	lift()
	eventually(t, "the spool is empty", func() bool { return files(t, folder) == 0 })
	if len(heard) > 0 || len(l.inbox.stored()) > 0 {
		t.Errorf("heard %d, stored %+v", len(heard), l.inbox.stored())
	}
}

// TestOtherTab hears no visit to the messages (platform-facts.md 80).
func TestOtherTab(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{Events: slack.Events()})
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, l.mei.OpenHome("messages"))
	acked(t, l.mei.OpenHome("home"))
	if in := next(t, heard); in.Event != (bot.Visited{}) || len(heard) > 0 {
		t.Errorf("heard %+v and %d more", in, len(heard))
	}
}

// TestPressOnPage opens a window, or shows a note, for a button on the page, which stands in no chat.
func TestPressOnPage(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, c := range map[string]struct {
			ack  bot.Ack
			text string // of the window
		}{
			"window":  {bot.Ack{Modal: reportForm()}, "Report\nA few words\nNumber\nOn the plate\nWhat happened\nDoes it stand still?"},
			"note":    {bot.Ack{Note: "<!here> *not* now"}, "optoste\n<!here> *not* now"},
			"nothing": {bot.Ack{}, ""},
		} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, change, fake.Config{})
				handle, heard := showing(func() []bot.Message { return []bot.Message{{Text: "What can I do?", Choices: reportButton}} }, c.ack)
				l.run(t, handle)
				acked(t, l.mei.OpenHome("home"))
				next(t, heard)
				acked(t, l.mei.PressHome("f1.1.report"))
				in := next(t, heard)
				if in.Event != (bot.Chose{Choice: "f1.1.report"}) || in.To != l.to() || in.Public || !in.Modal || in.From.ID != personID(l.mei) {
					t.Errorf("heard %+v", in)
				}
				if v, _ := l.mei.Modal(); v.Text != c.text {
					t.Errorf("the window shows %q, want %q", v.Text, c.text)
				}
				if len(l.mei.DM().Said()) > 0 {
					t.Errorf("the chat shows %+v", l.mei.DM().Said())
				}
			})
		}
	}
}

// TestPressOnPageWithoutChat keeps a press on the page while Slack does not tell the person's private chat.
func TestPressOnPageWithoutChat(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *slack.Config) { c.Spool = t.TempDir() }, fake.Config{})
	handle, heard := showing(func() []bot.Message { return []bot.Message{{Choices: reportButton}} }, bot.Ack{})
	l.run(t, handle)
	acked(t, l.mei.OpenHome("home"))
	next(t, heard)
	lift := l.server.Inject(fake.Fault{Method: "conversations.open", Refuse: fake.TooMany(1)})
	acked(t, l.mei.PressHome("f1.1.report"))
	if l.Counts().Spooled != 1 || len(heard) > 0 {
		t.Errorf("heard %d, counted %+v", len(heard), l.Counts())
	}
	lift()
	eventually(t, "it is stored", func() bool { return len(l.inbox.stored()) == 1 })
	if in := l.inbox.stored()[0]; in.Event != (bot.Chose{Choice: "f1.1.report"}) || in.To != l.to() || in.Modal {
		t.Errorf("stored %+v", in)
	}
}
