package telegram_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

func TestAdapterPolls(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, polling)
}

func TestAdapterWebhook(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, byHook)
}

func polling(t *testing.T) adaptertest.Harness {
	t.Helper()
	return newHarness(t, "")
}

func byHook(t *testing.T) adaptertest.Harness {
	t.Helper()
	return newHarness(t, secret)
}

// harness is a lab as the suite sees it. While polling, storing an inbound is working it.
type harness struct {
	*lab

	running chan struct{} // closed when handle is set
	handle  bot.Handler

	mu   sync.Mutex
	lift func()
}

func newHarness(t *testing.T, hook string) adaptertest.Harness {
	t.Helper()
	h := &harness{running: make(chan struct{}), lift: func() {}}
	h.lab = newLab(t, func(c *telegram.Config) {
		c.Secret = hook
		c.Post = func(ctx context.Context, list ...bot.Inbound) error {
			for _, in := range list {
				if _, err := h.handle(ctx, in); err != nil {
					return err
				}
			}
			return nil
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
func (h *harness) MaxFile() int64       { return 20 << 20 }
func (h *harness) Token() string        { return "AAsecret-of-the-bot" }
func (h *harness) Logs() string         { return h.logs.String() }

func (h *harness) Person() bot.Sender {
	return bot.Sender{ID: personID(h.mei), Name: `*Mei* <@U1> & "[x](y)" <b>`, Lang: "en"}
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
	f := fake.Fault{When: sends}
	switch {
	case r.After > 0:
		f.Refuse = fake.TooMany(r.After)
	case r.Gone:
		f.Refuse = fake.Blocked()
	case r.Broken:
		f = fake.BadGateway()
		f.When = sends
	default:
		h.lift = func() {}
		return
	}
	h.lift = h.server.Inject(f)
}

func (h *harness) Visible(testing.TB) []adaptertest.Shown {
	var list []adaptertest.Shown
	for _, m := range h.mei.Chat().Visible() {
		list = append(list, adaptertest.Shown{
			ID: bot.MessageID(strconv.FormatInt(m.ID, 10)), Bot: m.Bot, Text: m.Text, Choices: m.Labels(), Files: len(m.Files),
		})
	}
	return list
}

func (h *harness) Deliver(_ testing.TB, u adaptertest.Update) adaptertest.Delivery {
	chat := h.mei.Chat()
	switch {
	case u.Edit != "":
		return delivery{chat.Edit(messageNumber(u.Edit), u.Text)}
	case u.Press != nil:
		return delivery{chat.Press(h.mei, messageNumber(u.Press.Message), string(u.Press.Choice)).Update}
	case u.Odd == "sticker":
		return delivery{chat.Send(h.mei, fake.Post{Media: &fake.Media{Kind: fake.Sticker, Content: []byte("sticker")}})}
	case u.Odd == "location":
		return delivery{chat.Send(h.mei, fake.Location(-12.05, -77.04))}
	case u.Odd == "contact":
		return delivery{chat.Send(h.mei, fake.Contact("+51 1 555", "Li", 0))}
	case len(u.Files) > 0:
		posts := make([]fake.Post, len(u.Files))
		for i, f := range u.Files {
			posts[i].Media = &fake.Media{Kind: fake.Document, Name: f.Name, Content: f.Content, Size: f.Size}
		}
		posts[0].Text = u.Text
		if len(posts) == 1 {
			return delivery{chat.Send(h.mei, posts[0])}
		}
		return delivery(chat.Album(h.mei, nil, posts...))
	default:
		return delivery{chat.Say(h.mei, u.Text)}
	}
}

// delivery is the updates of one thing that a person did.
type delivery []*fake.Update

func (d delivery) Acked() <-chan struct{} {
	if len(d) == 1 {
		return d[0].Acked()
	}
	all := make(chan struct{})
	go func() {
		for _, u := range d {
			<-u.Acked()
		}
		close(all)
	}()
	return all
}

func (d delivery) Again(testing.TB) {
	for _, u := range slices.Clone(d) {
		u.Again()
	}
}
