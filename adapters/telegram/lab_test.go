package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

const secret = "hook-secret_0123456789"

// lab is a fake Telegram with one adapter connected to it, and a person who has said hello.
type lab struct {
	*telegram.Adapter
	server *fake.Server
	mei    *fake.Person
	media  *memory
	logs   *adaptertest.Log
	inbox  *inbox
	hook   *httptest.Server // where Telegram posts, with a webhook
	mux    *http.ServeMux
	stop   func() // ends Run and waits for it
}

// newLab returns a lab that polls, unless change makes it a webhook. It does not run yet.
func newLab(t *testing.T, change func(*telegram.Config), server fake.Config) *lab {
	t.Helper()
	server.Token, server.Username = token, botName
	if server.Pace == 0 {
		server.Pace = 0.01
	}
	l := &lab{server: fake.New(server), media: &memory{}, logs: &adaptertest.Log{}, inbox: &inbox{}, mux: http.NewServeMux()}
	l.server.Start()
	t.Cleanup(l.server.Close)
	l.hook = httptest.NewServer(l.mux)
	t.Cleanup(l.hook.Close)
	cfg := telegram.Config{
		Token: token, APIURL: l.server.URL(), Media: l.media, Post: l.inbox.post, Owner: "one", PublicURL: l.hook.URL,
		Log: logTo(l.logs),
	}
	if change != nil {
		change(&cfg)
	}
	l.Adapter = telegram.New(cfg)
	l.Hurry()
	l.mei = l.server.NewPerson(fake.Profile{First: "*Mei*", Last: `<@U1> & "[x](y)" <b>`, Lang: "en"})
	l.forget(t, l.mei.Start(""))
	t.Cleanup(func() {
		for _, m := range l.server.Mistakes() {
			t.Errorf("the real Telegram would have ignored it in silence: %s", m)
		}
		if strings.Contains(l.logs.String(), "AAsecret-of-the-bot") {
			t.Errorf("the log shows the token:\n%s", l.logs)
		}
	})
	return l
}

func logTo(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// forget confirms an update, so that the adapter does not hear of it.
func (l *lab) forget(t *testing.T, u *fake.Update) {
	t.Helper()
	ask(t, l, "getUpdates", url.Values{"offset": {itoa(u.ID() + 1)}})
}

// run connects the adapter until the test ends or stop is called.
func (l *lab) run(t *testing.T, handle bot.Handler) {
	t.Helper()
	for pattern, h := range l.Routes(handle) {
		l.mux.Handle(pattern, h)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx, handle) }()
	l.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	t.Cleanup(l.stop)
}

func (l *lab) to() bot.Address {
	return bot.Address{Channel: "telegram", Chat: strconv.FormatInt(l.mei.ID(), 10)}
}

func address(c *fake.Chat) bot.Address {
	return bot.Address{Channel: "telegram", Chat: strconv.FormatInt(c.ID(), 10)}
}

// say sends a message that must arrive.
func (l *lab) say(t *testing.T, o bot.Outgoing) bot.MessageID {
	t.Helper()
	if o.To.Chat == "" {
		o.To = l.to()
	}
	ids, err := l.Send(t.Context(), o)
	if err != nil || len(ids) == 0 {
		t.Fatalf("Send(%+v) = %q, %v", o, ids, err)
	}
	return ids[0]
}

// said returns what the bot has said last in a chat.
func said(t *testing.T, c *fake.Chat) fake.Shown {
	t.Helper()
	list := c.Said()
	if len(list) == 0 {
		t.Fatal("the bot has said nothing")
	}
	return list[len(list)-1]
}

// sends are the methods that put something into a chat.
func sends(c fake.Call) bool {
	return strings.HasPrefix(c.Method, "send") && c.Method != "sendChatAction" || strings.HasPrefix(c.Method, "edit")
}

// inbox stores inbounds like the database, unless it is away.
type inbox struct {
	mu   sync.Mutex
	list []bot.Inbound
	away error
	news chan struct{} // closed when something was stored
}

func (i *inbox) post(_ context.Context, list ...bot.Inbound) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.away != nil {
		return i.away
	}
	for _, in := range list {
		if !slices.ContainsFunc(i.list, func(have bot.Inbound) bool { return have.ID == in.ID }) {
			i.list = append(i.list, in)
		}
	}
	if i.news != nil {
		close(i.news)
		i.news = nil
	}
	return nil
}

func (i *inbox) setAway(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.away = err
}

// wait waits until there are n inbounds and returns them.
func (i *inbox) wait(t *testing.T, n int) []bot.Inbound {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		i.mu.Lock()
		if len(i.list) >= n {
			defer i.mu.Unlock()
			return slices.Clone(i.list)
		}
		if i.news == nil {
			i.news = make(chan struct{})
		}
		news := i.news
		i.mu.Unlock()
		select {
		case <-news:
		case <-late.C:
			t.Fatalf("%d inbounds were stored, want %d", len(i.list), n)
		}
	}
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatalf("never: %s", what)
		}
	}
}

func acked(t *testing.T, u interface{ Acked() <-chan struct{} }) {
	t.Helper()
	select {
	case <-u.Acked():
	case <-time.After(patience):
		t.Fatal("the update is never acknowledged")
	}
}

// fault refuses with an error of the port; err's chain is checked by want.
func wantError[E error](t *testing.T, err error) E {
	t.Helper()
	var e E
	if !errors.As(err, &e) {
		t.Fatalf("error = %v, want a %T", err, e)
	}
	return e
}

// memory is a media store with files of any type.
type memory struct{ adaptertest.Media }

// file puts a file of a type into the store.
func (m *memory) file(t *testing.T, name, mime string, content []byte) bot.File {
	t.Helper()
	f, err := m.Put(t.Context(), bytes.NewReader(content), name, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	f.Mime = mime
	return f
}

func personID(p *fake.Person) claim.PersonID { return claim.PersonID(strconv.FormatInt(p.ID(), 10)) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func messageNumber(id bot.MessageID) int64 {
	n, _ := strconv.ParseInt(string(id), 10, 64)
	return n
}
