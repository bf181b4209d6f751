package web_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/bot"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// demo is who may write in most tests.
func demo() *web.Demo {
	return &web.Demo{
		People: []web.Person{
			{ID: "mei", Name: "Mei", Company: "Nuts Ltd", About: "linked", Lang: "en"},
			{ID: "stranger", Name: "Sam", About: "nobody knows him"},
		},
		Engineers: []web.Person{{ID: "wang", Name: "Wang", Lang: "zh"}, {ID: "li", Name: "Li"}},
	}
}

// site is the program as far as a page sees it: an adapter behind a real HTTP server.
type site struct {
	*web.Adapter
	url    string
	mux    atomic.Pointer[http.ServeMux]
	client *http.Client
	logs   *adaptertest.Log
	stop   func() // ends Run and waits for it
	close  func() // waits for the requests that are being answered
}

// open serves an adapter until the test ends. Config's empty fields get what tests need.
func open(t *testing.T, cfg web.Config, handle func(context.Context, *web.Adapter, bot.Inbound) (bot.Ack, error)) *site {
	t.Helper()
	s := &site{logs: new(adaptertest.Log)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.mux.Load().ServeHTTP(w, r) }))
	s.url, s.client, s.close = server.URL, server.Client(), server.Close
	t.Cleanup(func() {
		s.stop()
		server.Close()
	})
	s.start(t, cfg, handle)
	return s
}

// start starts the adapter, at first or once more behind the same address.
func (s *site) start(t *testing.T, cfg web.Config, handle func(context.Context, *web.Adapter, bot.Inbound) (bot.Ack, error)) {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	if cfg.Media == nil {
		cfg.Media = &adaptertest.Media{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(s.logs, nil))
	}
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return noon }
	}
	if cfg.Secret == nil {
		cfg.Secret = []byte("a secret that no page may ever see")
	}
	a := web.New(cfg)
	mux := http.NewServeMux()
	for pattern, h := range a.Routes(func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		return handle(ctx, a, in)
	}) {
		mux.Handle(pattern, h)
	}
	s.Adapter = a
	s.mux.Store(mux)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, nil) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

// browser opens the customers' page.
func (s *site) browser(t *testing.T) *fake.Browser {
	t.Helper()
	b, err := fake.Open(t.Context(), s.url, s.client, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// as opens the page and writes as somebody.
func (s *site) as(t *testing.T, person string) *fake.Chat {
	t.Helper()
	return as(t, s.browser(t), person)
}

func as(t *testing.T, b *fake.Browser, person string) *fake.Chat {
	t.Helper()
	c, err := b.As(person)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// watch opens a screen that is closed with the test.
func watch(t *testing.T, c *fake.Chat, after string) *fake.Screen {
	t.Helper()
	s, err := c.Watch(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// texts is what stands on a screen: "mei: hello", "bot: hello".
func texts(list []fake.Message) string {
	var b strings.Builder
	for _, m := range list {
		who := m.By
		if who == "" {
			who = "bot"
		}
		b.WriteString(who + ": " + m.Text() + "\n")
	}
	return b.String()
}

// shows waits until a screen shows exactly these lines.
func shows(t *testing.T, s *fake.Screen, want ...string) []fake.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	lines := strings.Join(want, "\n") + "\n"
	list, err := s.Wait(ctx, func(l []fake.Message) bool { return texts(l) == lines })
	if err != nil {
		t.Fatalf("%v\nwant:\n%sgot:\n%s", err, lines, texts(list))
	}
	return list
}

// echo answers every text with itself and two buttons.
func echo(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
	o := bot.Outgoing{ID: in.ID + "/1", To: in.To}
	switch e := in.Event.(type) {
	case bot.Said:
		o.Text = "You said: " + bot.Escape(e.Text)
		o.Choices = []bot.Choice{{ID: "f1.1.yes", Label: "Yes"}, {ID: "f1.1.no", Label: "No"}}
	case bot.Chose:
		o.Text = "You pressed " + string(e.Choice)
	case bot.Edited:
		o.Text = "You changed it to: " + bot.Escape(e.Text)
	case bot.Attached:
		o.Text = "Files, thank you"
		o.Files = e.Files
	case bot.Odd:
		o.Text = "What shall I do with a " + e.Kind + "?"
	case bot.Did, bot.Fetched, bot.Filled, bot.Found, bot.Moved, bot.PlateWanted, bot.Presence, bot.Told, bot.Visited, bot.Waited:
		return bot.Ack{}, errors.New("no page sends this")
	}
	_, err := a.Send(ctx, o)
	return bot.Ack{Note: "done"}, err
}
