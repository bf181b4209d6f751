package slack_test

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// opened lets mei have a window open; what is sent with it is answered by handle.
func opened(t *testing.T, l *lab, m *bot.Modal, handle bot.Handler) {
	t.Helper()
	l.run(t, func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		if _, ok := in.Event.(bot.Filled); ok {
			return handle(ctx, in)
		}
		return bot.Ack{Modal: m}, nil
	})
	acked(t, l.mei.Shortcut("report"))
	if _, ok := l.mei.Modal(); !ok {
		t.Fatal("there is no window")
	}
}

// TestProblemsAtFields shows what is wrong at the fields, and what is about none of them at the first.
func TestProblemsAtFields(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, change, fake.Config{})
			opened(t, l, reportForm(), func(context.Context, bot.Inbound) (bot.Ack, error) {
				return bot.Ack{Note: "unused", Errors: map[string]string{"": "All of it.", "gone": "Gone.", "serial": "Unknown.", "words": strings.Repeat("喷", 301)}}, nil
			})
			acked(t, l.mei.Submit(map[string]string{"serial": "x"}))
			v, _ := l.mei.Modal()
			var got []string
			for _, in := range v.Inputs {
				got = append(got, in.Error)
			}
			if diff := cmp.Diff([]string{"All of it. Gone. Unknown.", strings.Repeat("喷", 300), ""}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestProblemsWithoutFields says what is wrong in place of a window that has no fields.
func TestProblemsWithoutFields(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	m := reportForm()
	m.Inputs = nil
	opened(t, l, m, func(context.Context, bot.Inbound) (bot.Ack, error) {
		return bot.Ack{Errors: map[string]string{"": "This form is old."}}, nil
	})
	acked(t, l.mei.Submit(nil))
	if v, _ := l.mei.Modal(); v.Text != "Report\nThis form is old." || v.Submit != "" || v.Close != "" {
		t.Errorf("the window shows %+v", v)
	}
}

// TestLongNote shows as much of a note as elsewhere.
func TestLongNote(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	opened(t, l, reportForm(), func(context.Context, bot.Inbound) (bot.Ack, error) {
		return bot.Ack{Note: strings.Repeat("喷", 1001)}, nil
	})
	acked(t, l.mei.Submit(map[string]string{"serial": "OS-1"}))
	if v, _ := l.mei.Modal(); v.Text != "Report\n"+strings.Repeat("喷", 1000) {
		t.Errorf("the window shows %d bytes", len(v.Text))
	}
}

// TestFilledIsStored keeps what was filled in and not worked, and closes the window: what is wrong with it is
// said in the chat (platform-facts.md 106).
func TestFilledIsStored(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, c := range map[string]struct{ slow, away bool }{"fails": {}, "slow": {slow: true}, "stores away": {away: true}} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, func(c *slack.Config) { c.Spool = filepath.Join(t.TempDir(), "spool"); change(c) }, fake.Config{})
				tried := make(chan bot.Inbound, 10)
				if c.slow {
					l.Answer(100 * time.Millisecond)
				}
				opened(t, l, reportForm(), func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
					tried <- in
					if c.slow {
						<-ctx.Done()
					}
					return bot.Ack{}, errAway
				})
				if c.away {
					l.inbox.setAway(errAway)
				}
				acked(t, l.mei.Submit(map[string]string{"serial": "OS-1"}))
				if _, open := l.mei.Modal(); open {
					t.Error("the window is still open")
				}
				want := next(t, tried)
				want.Modal = false
				l.inbox.setAway(nil)
				eventually(t, "it is stored", func() bool { return len(l.inbox.stored()) == 1 })
				if diff := cmp.Diff(want, l.inbox.stored()[0]); diff != "" {
					t.Errorf("stored (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestFilledIsNotLost leaves the window open when nothing takes what was filled in.
func TestFilledIsNotLost(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, change, fake.Config{Patience: 300 * time.Millisecond})
			opened(t, l, reportForm(), func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, errAway })
			l.inbox.setAway(errAway)
			settledOf(t, l.mei.Submit(map[string]string{"serial": "OS-1"}))
			if _, open := l.mei.Modal(); !open {
				t.Error("the window is closed, and what was typed is nowhere")
			}
		})
	}
}

// TestWindowsOfOthers answers a window with nothing that is not ours, or was opened for somebody else: the
// right to act in the desk's room is not in what the window keeps.
func TestWindowsOfOthers(t *testing.T) {
	t.Parallel()
	filled := body(t, "filled")
	for name, change := range map[string][2]string{
		"as it should be":             {"", ""},
		"another one fills it in":     {`"id": "U0MEI"`, `"id": "U0WANG"`},
		"an engineer's, by hand":      {`\"who\":\"U0MEI\",\"chat\":\"D0MEI\"`, `\"who\":\"U0WANG\",\"chat\":\"C0DESK\"`},
		"another callback":            {`"callback_id": "form"`, `"callback_id": "poll"`},
		"nothing is kept":             {`"private_metadata": "{`, `"private_metadata": "", "x": "{`},
		"something else is kept":      {`"private_metadata": "{`, `"private_metadata": "[{`},
		"no form is kept":             {`\"form\":\"f1.1.report\"`, `\"form\":\"\"`},
		"what no database takes":      {`\"form\":\"f1.1.report\"`, `\"form\":\"\\u0000\"`},
		"no chat is kept":             {`\"chat\":\"D0MEI\"`, `\"chat\":\"\"`},
		"the window has no id":        {`"id": "V0000001"`, `"id": ""`},
		"the window has strange data": {`"private_metadata": "{`, `"private_metadata": 7, "x": "{`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logs := &locked{}
			a := slack.New(slack.Config{Token: token, SigningSecret: signed, Log: logTo(logs), APIURL: "http://127.0.0.1:1/api/", Desk: "C0DESK"})
			a.Meet(botUser, botID, team)
			changed := strings.Replace(filled, change[0], change[1], 1)
			if change[0] != "" && changed == filled {
				t.Fatalf("nothing to change: %s", change[0])
			}
			form := "payload=" + url.QueryEscape(changed)
			handle, heard := hearing()
			for range 2 {
				if w := post(t, a, sign(signed, form, time.Now()), formType, form, handle); w.Code != 200 || w.Body.Len() > 0 {
					t.Errorf("status %d, said %q", w.Code, w.Body)
				}
			}
			if change[0] == "" {
				if n := len(heard); n != 2 {
					t.Errorf("heard %d, want 2", n)
				}
				return
			}
			if len(heard) > 0 {
				t.Errorf("heard %+v", <-heard)
			}
			if n := strings.Count(logs.String(), "level=INFO"); n != 1 {
				t.Errorf("said %d times:\n%s", n, logs)
			}
		})
	}
}
