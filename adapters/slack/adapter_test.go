package slack_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

func TestAdapterHook(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, posted)
}

func TestAdapterSocket(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, listening)
}

func TestAdapterWindows(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			adaptertest.RunWindows(t, func(t *testing.T) adaptertest.Windowed {
				t.Helper()
				return newHarness(t, change)
			})
		})
	}
}

func TestAdapterPage(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			adaptertest.RunPage(t, func(t *testing.T) adaptertest.Paged {
				t.Helper()
				return newHarness(t, change)
			})
		})
	}
}

func posted(t *testing.T) adaptertest.Harness {
	t.Helper()
	return newHarness(t, nil)
}

func listening(t *testing.T) adaptertest.Harness {
	t.Helper()
	return newHarness(t, bySocket)
}

// harness is a lab as the suite sees it. Storing an inbound is working it.
type harness struct {
	*lab

	running chan struct{} // closed when handle is set
	handle  bot.Handler

	mu   sync.Mutex
	lift func()
	odd  int
}

func newHarness(t *testing.T, change func(*slack.Config)) *harness {
	t.Helper()
	h := &harness{running: make(chan struct{}), lift: func() {}}
	h.lab = newLab(t, func(c *slack.Config) {
		c.Post = func(ctx context.Context, list ...bot.Inbound) error {
			for _, in := range list {
				if _, err := h.handle(ctx, in); err != nil {
					return err
				}
			}
			return nil
		}
		if change != nil {
			change(c)
		}
	}, fake.Config{})
	for pattern, route := range h.Routes(func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		<-h.running
		return h.handle(ctx, in)
	}) {
		h.mux.Handle(pattern, route)
	}
	return h
}

func (h *harness) Adapter() bot.Adapter { return h.lab.Adapter }
func (h *harness) Media() bot.Media     { return h.media }
func (h *harness) Chat() bot.Address    { return h.to() }
func (h *harness) Refuses() bool        { return true }
func (h *harness) MaxFile() int64       { return 50 << 20 }
func (h *harness) Token() string        { return "secret-of-the-bot" }
func (h *harness) Logs() string         { return h.logs.String() }

func (h *harness) Person() bot.Sender {
	return bot.Sender{ID: personID(h.mei), Name: `*Mei* <@U1> & "[x](y)" <b>`, Lang: "en-US"}
}

func (h *harness) Run(ctx context.Context, handle bot.Handler) error {
	h.handle = handle
	close(h.running)
	return h.lab.Adapter.Run(ctx, handle)
}

func (h *harness) Refuse(r adaptertest.Refusal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lift()
	f := fake.Fault{Method: "chat.postMessage"}
	switch {
	case r.After > 0:
		f.Refuse = fake.TooMany(r.After)
	case r.Gone:
		f.Refuse = fake.Refuse("cannot_dm_bot")
	case r.Broken:
		f = fake.BadGateway()
		f.Method = "chat.postMessage"
	default:
		h.lift = func() {}
		return
	}
	lift := h.server.Inject(f)
	h.lift = func() { // it refuses no more because the time is up
		lift()
		h.skip(r.After)
	}
}

func (h *harness) Visible(testing.TB) []adaptertest.Shown {
	var list []adaptertest.Shown
	for _, m := range h.mei.DM().Visible() {
		list = append(list, adaptertest.Shown{ID: bot.MessageID(m.ID), Bot: m.Bot, Text: m.Text, Choices: m.Labels(), Files: len(m.Files)})
	}
	return list
}

func (h *harness) Deliver(tb testing.TB, u adaptertest.Update) adaptertest.Delivery {
	tb.Helper()
	chat := h.mei.DM()
	var d *fake.Deed
	switch {
	case u.Edit != "":
		d = chat.Edit(h.mei, string(u.Edit), u.Text)
	case u.Press != nil:
		d = chat.Press(h.mei, string(u.Press.Message), string(u.Press.Choice))
	case u.Odd != "":
		d = chat.Emit(h.wordless())
	case len(u.Files) > 0:
		var files []fake.Upload
		for _, f := range u.Files {
			files = append(files, fake.Upload{Name: f.Name, Content: f.Content, Size: f.Size})
		}
		d = chat.Upload(h.mei, u.Text, files...)
	default:
		d = chat.Say(h.mei, u.Text)
	}
	return done(tb, d)
}

func (h *harness) Window(testing.TB) (adaptertest.Window, bool) {
	v, ok := h.mei.Modal()
	w := adaptertest.Window{Title: v.Title, Submit: v.Submit, Text: words(v)}
	for _, in := range v.Inputs {
		f := adaptertest.Field{ID: in.Block, Label: in.Label, Hint: in.Hint, Value: in.Initial, Long: in.Long, Optional: in.Optional, Problem: in.Error}
		for _, o := range in.Options {
			f.Choices = append(f.Choices, bot.Choice{ID: bot.ChoiceID(o.Value), Label: o.Label})
		}
		w.Fields = append(w.Fields, f)
	}
	return w, ok
}

// words returns what stands in a window beside its fields.
func words(v fake.View) string {
	var list []string
	for _, p := range v.Parts {
		list = append(list, p.Text)
	}
	return strings.Join(list, "\n")
}

func (h *harness) Submit(tb testing.TB, values map[string]string) adaptertest.Delivery {
	tb.Helper()
	return done(tb, h.mei.Submit(values))
}

func (h *harness) NoWindows() {
	h.server.Inject(fake.Fault{Method: "views.open", Refuse: fake.Refuse("expired_trigger_id")})
}

func (h *harness) Visit(tb testing.TB) adaptertest.Delivery {
	tb.Helper()
	return done(tb, h.mei.OpenHome("home"))
}

func (h *harness) Page(testing.TB) (string, []string) {
	v, _ := h.mei.Home()
	return v.Text, fake.Shown{Buttons: v.Buttons}.Labels()
}

func (h *harness) PressPage(tb testing.TB, choice bot.ChoiceID) adaptertest.Delivery {
	tb.Helper()
	return done(tb, h.mei.PressHome(string(choice)))
}

func done(tb testing.TB, d *fake.Deed) delivery {
	tb.Helper()
	if d.Err != nil {
		tb.Fatal(d.Err)
	}
	return delivery{d}
}

// wordless is a message of Slack's that comes closest to a sticker: a moving picture of some page.
func (h *harness) wordless() map[string]any {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.odd++
	ts := fmt.Sprintf("1700000000.%06d", h.odd)
	return map[string]any{
		"type": "message", "channel": h.mei.DM().ID(), "channel_type": "im", "user": h.mei.ID(), "team": fake.Team, "text": "", "ts": ts, "event_ts": ts,
		"attachments": []any{map[string]any{"image_url": "https://example.org/a.gif", "fallback": "a.gif"}},
	}
}

// delivery is what the bot is told of one thing that a person did.
type delivery struct{ *fake.Deed }

func (d delivery) Again(testing.TB) { d.Deed.Again() }
