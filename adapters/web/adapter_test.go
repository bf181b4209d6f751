package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/bot"
)

func TestAdapter(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, newHarness)
}

// harness is the web page as a platform: a browser without a browser, and our own HTTP.
type harness struct {
	adapter *web.Adapter
	media   *adaptertest.Media
	page    *fake.Chat
	logs    adaptertest.Log
	running chan struct{} // closed when handle is set
	handle  bot.Handler

	mu      sync.Mutex
	refusal adaptertest.Refusal
}

const (
	secret  = "0123456789abcdef-never-shown"
	maxFile = 100_000
)

func newHarness(t *testing.T) adaptertest.Harness {
	t.Helper()
	h := &harness{media: &adaptertest.Media{}, running: make(chan struct{})}
	h.adapter = web.New(web.Config{
		Log: slog.New(slog.NewTextHandler(&h.logs, nil)), Media: h.media, Dir: t.TempDir(), Secret: []byte(secret),
		Customer: true, MaxUpload: maxFile,
		Demo: &web.Demo{People: []web.Person{{ID: "mei", Name: h.Person().Name, Lang: "en"}}},
	})
	h.adapter.Refuse(h.refuse)
	mux := http.NewServeMux()
	for pattern, route := range h.adapter.Routes(func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		<-h.running
		return h.handle(ctx, in)
	}) {
		mux.Handle(pattern, route)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b, err := fake.Open(t.Context(), server.URL, server.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	h.page = as(t, b, "mei")
	return h
}

func (h *harness) Adapter() bot.Adapter { return h.adapter }
func (h *harness) Media() bot.Media     { return h.media }
func (h *harness) Chat() bot.Address    { return bot.Address{Channel: "web", Chat: "mei"} }
func (h *harness) Refuses() bool        { return true }
func (h *harness) MaxFile() int64       { return maxFile }
func (h *harness) Token() string        { return secret }
func (h *harness) Logs() string         { return h.logs.String() }

func (h *harness) Person() bot.Sender {
	return bot.Sender{ID: "mei", Name: `*Mei* <@U1> & "[x](y)" <b>`, Lang: "en"}
}

func (h *harness) Run(ctx context.Context, handle bot.Handler) error {
	h.handle = handle
	close(h.running)
	return h.adapter.Run(ctx, handle)
}

func (h *harness) Refuse(r adaptertest.Refusal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refusal = r
}

// refuse is what a platform of its own would answer; our page's server has no such moods.
func (h *harness) refuse(bot.Outgoing) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.refusal.After > 0:
		return &bot.RetryAfterError{After: h.refusal.After}
	case h.refusal.Gone:
		return bot.ErrGone
	case h.refusal.Broken:
		return errors.New("disk full")
	}
	return nil
}

func (h *harness) Visible(tb testing.TB) []adaptertest.Shown {
	tb.Helper()
	screen, err := h.page.Watch(tb.Context(), "")
	if err != nil {
		tb.Fatal(err)
	}
	defer screen.Close()
	var shown []adaptertest.Shown
	for _, m := range screen.Messages() {
		s := adaptertest.Shown{ID: bot.MessageID(m.ID), Bot: m.By == "", Text: m.Text(), Files: len(m.Files)}
		for _, c := range m.Choices {
			s.Choices = append(s.Choices, c.Label)
		}
		shown = append(shown, s)
	}
	return shown
}

func (h *harness) Deliver(tb testing.TB, u adaptertest.Update) adaptertest.Delivery {
	tb.Helper()
	d := &delivery{h: h, u: h.page.New(), acked: make(chan struct{}), ready: make(chan struct{})}
	go func() {
		if err := d.fill(tb.Context(), u); err != nil {
			tb.Errorf("upload: %v", err)
			return
		}
		close(d.ready)
		if _, err := h.page.Deliver(tb.Context(), d.u); err == nil {
			close(d.acked)
		}
	}()
	return d
}

// delivery is an update that a page sends until it is accepted.
type delivery struct {
	h     *harness
	u     fake.Update
	ready chan struct{} // closed when u is complete
	acked chan struct{}
}

func (d *delivery) Acked() <-chan struct{} { return d.acked }

func (d *delivery) Again(tb testing.TB) {
	tb.Helper()
	<-d.ready
	if _, err := d.h.page.Deliver(tb.Context(), d.u); err != nil {
		tb.Errorf("deliver again: %v", err)
	}
}

// fill translates what a person does into what the page posts.
func (d *delivery) fill(ctx context.Context, u adaptertest.Update) error {
	switch {
	case u.Edit != "":
		d.u.Edit = &fake.Edit{Of: string(u.Edit), Text: u.Text}
	case u.Press != nil:
		d.u.Press = &fake.Press{Message: string(u.Press.Message), Choice: string(u.Press.Choice)}
	case u.Odd != "":
		d.u.Odd = u.Odd
	case len(u.Files) > 0:
		d.u.Album = &fake.Album{Caption: u.Text}
		for _, f := range u.Files {
			var body io.Reader = bytes.NewReader(f.Content)
			if f.Content == nil {
				body = io.LimitReader(zeros{}, f.Size)
			}
			up, err := d.h.page.Upload(ctx, fake.File{Name: f.Name, Body: body})
			if err != nil {
				return err
			}
			d.u.Album.Files = append(d.u.Album.Files, fake.Item{Ref: up.Ref})
		}
	default:
		d.u.Text = &u.Text
	}
	return nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second
