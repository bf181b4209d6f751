package slack_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// reportForm is a window with a field of each kind.
func reportForm() *bot.Modal {
	return &bot.Modal{
		ID: "f1.1.report", Title: "Report", Text: "A *few* words", Submit: "Send", Close: "Cancel", Inputs: []bot.Input{
			{ID: "serial", Label: "Number", Hint: "On the plate"},
			{ID: "words", Label: "What happened", Long: true, Value: "it leaks"},
			{ID: "stands", Label: "Does it stand still?", Value: "no", Choices: []bot.Choice{{ID: "yes", Label: "Yes"}, {ID: "no", Label: "No"}}},
		},
	}
}

// asking is a handler that answers all that can be answered by a window by that, and takes the rest.
func asking(m *bot.Modal) (bot.Handler, <-chan bot.Inbound) {
	heard := make(chan bot.Inbound, 1000)
	return func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		heard <- in
		if _, sent := in.Event.(bot.Filled); in.Modal && !sent {
			return bot.Ack{Modal: m}, nil
		}
		return bot.Ack{}, nil
	}, heard
}

// settledOf waits until Slack has an answer, or has given up.
func settledOf(t *testing.T, d *fake.Deed) {
	t.Helper()
	if d.Err != nil {
		t.Fatal(d.Err)
	}
	d.Wait()
}

// report is the button that leads to the form.
var reportButton = []bot.Choice{{ID: "f1.1.report", Label: "Report"}}

// TestWindowFromEverywhere opens the window wherever somebody pressed, and hears there what is filled in.
func TestWindowFromEverywhere(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, change, fake.Config{})
			handle, heard := asking(reportForm())
			l.run(t, handle)
			line := l.server.NewChannel("line-3", l.mei)
			thread := address(line)
			thread.Thread = line.Say(l.mei, "hello").TS
			press := func(to bot.Address) *fake.Deed {
				id := l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "Which?", Choices: reportButton}})
				return l.server.Chat(to.Chat).Press(l.mei, string(id), "f1.1.report")
			}
			for name, c := range map[string]struct {
				do     func() *fake.Deed
				to     bot.Address
				public bool
			}{
				"press":           {func() *fake.Deed { return press(l.to()) }, l.to(), false},
				"press in thread": {func() *fake.Deed { return press(thread) }, thread, true},
				"shortcut":        {func() *fake.Deed { return l.mei.Shortcut("report") }, l.to(), false},
				"command":         {func() *fake.Deed { return line.Slash(l.mei, "/report", "") }, l.to(), false},
			} {
				acked(t, c.do())
				first := next(t, heard)
				v, ok := l.mei.Modal()
				if !first.Modal || !ok || v.Title != "Report" || v.Text != "Report\nA few words\nNumber\nOn the plate\nWhat happened\nDoes it stand still?" ||
					v.Submit != "Send" || v.Close != "Cancel" || v.Inputs[2].Kind != "radio_buttons" {
					t.Fatalf("%s: heard %+v, the window shows %+v", name, first, v)
				}
				acked(t, l.mei.Submit(map[string]string{"serial": "OS-1"}))
				want := bot.Inbound{
					From: first.From, To: c.to, Public: c.public, Modal: true,
					Event: bot.Filled{Form: "f1.1.report", Typed: map[string]string{"serial": "OS-1", "words": "it leaks"}, Chosen: map[string]string{"stands": "no"}},
				}
				got := next(t, heard)
				if got.Order <= 0 || got.Sent.Location() != time.UTC || got.Order != got.Sent.UnixMicro() || first.To != c.to || !strings.HasPrefix(got.ID, "slack/view/V0") {
					t.Errorf("%s: heard %+v, then %+v", name, first, got)
				}
				got.ID, got.Order, got.Sent = "", 0, time.Time{}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: filled in (-want +got):\n%s", name, diff)
				}
				if _, open := l.mei.Modal(); open {
					t.Errorf("%s: the window is still open", name)
				}
			}
			if len(heard) > 0 || len(l.inbox.stored()) > 0 {
				t.Errorf("heard %d more, stored %+v", len(heard), l.inbox.stored())
			}
		})
	}
}

// TestWindowOfStranger opens a window for somebody of another team, in a shared channel (platform-facts.md 76).
func TestWindowOfStranger(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := asking(reportForm())
	l.run(t, handle)
	li := l.server.NewStranger(fake.Profile{Name: "li"})
	c := l.server.NewSharedChannel("nuts", li)
	to := address(c)
	to.Thread = c.Say(li, "hello").TS
	id := l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "Which?", Choices: reportButton}})
	acked(t, c.Press(li, string(id), "f1.1.report"))
	first := next(t, heard)
	acked(t, li.Submit(map[string]string{"serial": "OS-1"}))
	if in := next(t, heard); in.From != first.From || in.From.ID != "T0NUTSLTD1."+personID(li) || in.To != to {
		t.Errorf("heard %+v after %+v", in, first)
	}
}

// TestWindowNotOpened asks in the chat when Slack opens no window, whatever the reason is (platform-facts.md
// 79, 83).
func TestWindowNotOpened(t *testing.T) {
	t.Parallel()
	long := reportForm()
	long.Inputs[1].Value = strings.Repeat("喷", 3001)
	many := reportForm()
	for n := range 101 {
		many.Inputs[2].Choices = append(many.Inputs[2].Choices, bot.Choice{ID: bot.ChoiceID(fmt.Sprint("c", n)), Label: "C"})
	}
	for name, c := range map[string]struct {
		form  *bot.Modal
		fault *fake.Fault
		ticks time.Duration // the turn takes so long
	}{
		"expired":                     {form: reportForm(), ticks: 3*time.Second + time.Millisecond},
		"refused":                     {form: reportForm(), fault: &fake.Fault{Refuse: fake.Refuse("internal_error")}},
		"too many":                    {form: reportForm(), fault: &fake.Fault{Refuse: fake.TooMany(time.Second)}},
		"no answer of Slack's":        {form: reportForm(), fault: &fake.Fault{Status: 502, Body: "<html>"}},
		"more than is shown":          {form: long},
		"more choices than are taken": {form: many},
	} {
		for way, change := range ways() {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				clock := &ticker{}
				l := newLab(t, change, fake.Config{Now: clock.now})
				if c.fault != nil {
					fault := *c.fault // both ways, which run at once, share the row
					fault.Method = "views.open"
					l.server.Inject(fault)
				}
				open, heard := asking(c.form)
				l.run(t, func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
					clock.tick(c.ticks)
					return open(ctx, in)
				})
				acked(t, l.mei.Shortcut("report"))
				first, second := next(t, heard), next(t, heard)
				want := first
				want.Modal = false
				if diff := cmp.Diff(want, second); diff != "" || !first.Modal {
					t.Errorf("first heard %+v, then (-want +got):\n%s", first, diff)
				}
				if n := len(l.server.Calls("views.open")); (n == 0) != (c.form == long) {
					t.Errorf("tried %d times to open it", n)
				}
				if _, open := l.mei.Modal(); open || len(heard) > 0 || len(l.inbox.stored()) > 0 {
					t.Errorf("window open: %t, heard %d more, stored %+v", open, len(heard), l.inbox.stored())
				}
			})
		}
	}
}

// ticker is a clock that goes when it is told to.
type ticker struct{ ahead atomic.Int64 }

func (c *ticker) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *ticker) tick(d time.Duration) { c.ahead.Add(int64(d)) }

// TestWindowTooLate stores a press when there is no time left to ask in the chat, and it is worked without a
// window.
func TestWindowTooLate(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, away := range map[string]bool{"inbox": false, "spool": true} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, func(c *slack.Config) { c.Spool = filepath.Join(t.TempDir(), "spool"); change(c) }, fake.Config{Patience: 2 * time.Second})
				l.Answer(200 * time.Millisecond)
				l.server.Inject(fake.Fault{Method: "views.open", Wait: 10 * time.Second, Cut: fake.Before})
				if away {
					l.inbox.setAway(errAway)
				}
				handle, heard := asking(reportForm())
				l.run(t, handle)
				acked(t, l.mei.Shortcut("report"))
				first := next(t, heard)
				l.inbox.setAway(nil)
				eventually(t, "it is stored", func() bool { return len(l.inbox.stored()) == 1 })
				want := first
				want.Modal = false
				if diff := cmp.Diff(want, l.inbox.stored()[0]); diff != "" || !first.Modal {
					t.Errorf("first heard %+v, stored (-want +got):\n%s", first, diff)
				}
				if c := l.Counts(); (c.Spooled == 1) != away || (c.Late == 1) == away {
					t.Errorf("counted %+v", c)
				}
			})
		}
	}
}

// TestNoWindowForStored stores what was not worked in time without asking for a window, under its own ID: the
// turn that was too slow may have done it.
func TestNoWindowForStored(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, away := range map[string]bool{"inbox": false, "spool": true} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, func(c *slack.Config) { c.Spool = filepath.Join(t.TempDir(), "spool"); change(c) }, fake.Config{})
				if away {
					l.inbox.setAway(errAway)
				}
				id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "Which?", Choices: reportButton}})
				tried := make(chan bot.Inbound, 1)
				l.run(t, func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
					if _, ok := in.Event.(bot.Chose); ok {
						tried <- in
						return bot.Ack{}, errAway
					}
					return bot.Ack{}, nil
				})
				acked(t, l.mei.DM().Press(l.mei, string(id), "f1.1.report"))
				want := next(t, tried)
				if !want.Modal {
					t.Error("a press does not tell that a window can be shown")
				}
				want.Modal = false
				l.inbox.setAway(nil)
				eventually(t, "it is stored", func() bool { return len(l.inbox.stored()) > 0 })
				if diff := cmp.Diff([]bot.Inbound{want}, l.inbox.stored()); diff != "" {
					t.Errorf("stored (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestWindowLimits shows windows that fill Slack's limits, and clips what may be clipped (platform-facts.md
// 83).
func TestWindowLimits(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	long := strings.Repeat("喷", 24)
	m := &bot.Modal{ID: bot.ChoiceID(strings.Repeat("f", 40)), Title: long + "x", Text: strings.Repeat("a & b\n", 1000), Submit: long + "x", Close: long + "x"}
	add := func(n int, in bot.Input) {
		for i := range n {
			in.Choices = append(in.Choices, bot.Choice{ID: bot.ChoiceID(fmt.Sprint("c", i)), Label: strings.Repeat("l", 76)})
		}
		in.ID = fmt.Sprint("i", len(m.Inputs))
		m.Inputs = append(m.Inputs, in)
	}
	add(0, bot.Input{Label: strings.Repeat("l", 2001), Hint: strings.Repeat("h", 2001), Value: strings.Repeat("喷", 3000)})
	add(10, bot.Input{Label: " ", Value: "c9"})
	add(11, bot.Input{Label: "eleven", Value: "c10"})
	add(100, bot.Input{Label: "many", Optional: true, Value: "gone"})
	handle, _ := asking(m)
	l.run(t, handle)
	acked(t, l.mei.Shortcut("report"))
	v, ok := l.mei.Modal()
	if !ok || v.Title != long || v.Submit != long || v.Close != long || strings.Count(v.Text, "a & b") != 1000 {
		t.Fatalf("the window %q shows %d characters, with the buttons %q and %q", v.Title, len(v.Text), v.Submit, v.Close)
	}
	type field struct {
		Kind, Initial string
		Label, Option int
	}
	var got []field
	for _, in := range v.Inputs {
		f := field{Kind: in.Kind, Initial: in.Initial, Label: len([]rune(in.Label))}
		if len(in.Options) > 0 {
			f.Option = len(in.Options[0].Label)
		}
		got = append(got, f)
	}
	want := []field{
		{"plain_text_input", m.Inputs[0].Value, 2000, 0}, {"radio_buttons", "c9", 1, 75}, {"static_select", "c10", 6, 75}, {"static_select", "", 4, 75},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// hostile are words that ping, link or format where they are read for marks.
var hostile = []string{
	"<!channel> <!here>", "<@U0000000001> @mei", "@here @channel @everyone", "<https://evil.example|bank>", "[bank](https://evil.example)", "*b* _i_ `c`", "&lt;!here&gt;", ":smile:",
}

// TestWindowIsOnlyText pings nobody and forges nothing, whatever stands in a window (promise P6).
func TestWindowIsOnlyText(t *testing.T) {
	t.Parallel()
	for _, nasty := range hostile {
		t.Run(nasty, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{})
			m := &bot.Modal{ID: "f1.1.report", Title: nasty, Text: "*" + bot.Escape(nasty) + "*", Submit: nasty, Close: nasty, Inputs: []bot.Input{
				{ID: "a", Label: nasty, Hint: nasty, Value: nasty}, {ID: "b", Label: nasty, Value: "y", Choices: []bot.Choice{{ID: "x", Label: "X"}, {ID: "y", Label: nasty}}},
			}}
			handle, heard := asking(m)
			l.run(t, func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
				if f, ok := in.Event.(bot.Filled); ok && f.Chosen["b"] == "y" {
					return bot.Ack{Errors: map[string]string{"a": nasty}}, nil
				} else if ok {
					return bot.Ack{Note: nasty}, nil
				}
				return handle(ctx, in)
			})
			acked(t, l.mei.Shortcut("report"))
			next(t, heard)
			title := string([]rune(nasty)[:min(24, len(nasty))])
			v, _ := l.mei.Modal()
			if want := title + "\n" + strings.Repeat(nasty+"\n", 3) + nasty; v.Text != want || v.Submit != title || v.Inputs[0].Initial != nasty || v.Inputs[1].Options[1].Label != nasty {
				t.Errorf("the window shows %+v, want %q", v, want)
			}
			checkHarmlessView(t, v)
			acked(t, l.mei.Submit(nil))
			if v, _ = l.mei.Modal(); v.Inputs[0].Error != nasty {
				t.Errorf("what is wrong is shown as %q", v.Inputs[0].Error)
			}
			acked(t, l.mei.Submit(map[string]string{"b": "x"}))
			if v, _ = l.mei.Modal(); v.Text != title+"\n"+nasty {
				t.Errorf("the note is shown as %q", v.Text)
			}
			checkHarmlessView(t, v)
		})
	}
}

func checkHarmlessView(t *testing.T, v fake.View) {
	t.Helper()
	checkHarmless(t, v.Text, fake.Shown{Pinged: v.Pinged, Links: v.Links})
}
