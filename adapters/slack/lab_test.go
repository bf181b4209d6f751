package slack_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

const (
	token  = "xoxb-1000000001-secret-of-the-bot"
	app    = "xapp-1-A0SUPPORT1-secret-of-the-app"
	signed = "8f742231b10e8888abcd99secretsign"
)

// lab is a fake Slack with one adapter connected to it, and a person.
type lab struct {
	*slack.Adapter
	server *fake.Server
	mei    *fake.Person
	media  *memory
	logs   *locked
	inbox  *inbox
	hook   *httptest.Server // where Slack posts
	mux    *http.ServeMux
	stop   func()       // ends Run and waits for it
	ahead  atomic.Int64 // how far the adapter's clock is, in nanoseconds
}

func (l *lab) now() time.Time { return time.Now().Add(time.Duration(l.ahead.Load())) }

// skip lets time pass for the adapter.
func (l *lab) skip(d time.Duration) { l.ahead.Add(int64(d)) }

// newLab returns a lab that is posted to, unless change gives it an app token. It does not run yet.
func newLab(t *testing.T, change func(*slack.Config), server fake.Config) *lab {
	t.Helper()
	server.Token, server.AppToken, server.SigningSecret = token, app, signed
	if server.Pace == 0 {
		server.Pace = 0.001
	}
	l := &lab{server: fake.New(server), media: &memory{}, logs: &locked{}, inbox: &inbox{}, mux: http.NewServeMux()}
	l.server.Start()
	t.Cleanup(l.server.Close)
	l.hook = httptest.NewServer(l.mux)
	t.Cleanup(l.hook.Close)
	cfg := slack.Config{
		Token: token, SigningSecret: signed, APIURL: l.server.API(), Media: l.media, Post: l.inbox.post, PublicURL: l.hook.URL, Log: logTo(l.logs), Now: l.now,
	}
	if change != nil {
		change(&cfg)
	}
	l.Adapter = slack.New(cfg)
	l.Hurry()
	l.mei = l.server.NewPerson(fake.Profile{Name: "mei", Display: `*Mei* <@U1> & "[x](y)" <b>`})
	if cfg.AppToken == "" {
		l.server.Connect(l.hook.URL + "/hook/slack")
	}
	t.Cleanup(func() {
		for _, m := range l.server.Mistakes() {
			t.Errorf("the real Slack would have gone wrong in silence: %s", m)
		}
		for _, secret := range []string{"secret", l.server.URL() + "/respond", l.server.URL() + "/upload", "ticket="} {
			if strings.Contains(l.logs.String(), secret) {
				t.Errorf("the log shows %q:\n%s", secret, l.logs)
			}
		}
	})
	return l
}

func bySocket(c *slack.Config) { c.AppToken, c.SigningSecret = app, "" }

func logTo(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
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

// hearing is a handler that takes everything, and what it has taken.
func hearing() (bot.Handler, <-chan bot.Inbound) {
	heard := make(chan bot.Inbound, 1000)
	return func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		heard <- in
		return bot.Ack{}, nil
	}, heard
}

// quiet is a handler that takes everything.
func quiet(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, nil }

func (l *lab) to() bot.Address { return address(l.mei.DM()) }

func address(c *fake.Chat) bot.Address { return bot.Address{Channel: "slack", Chat: c.ID()} }

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

// next returns the next inbound.
func next(t *testing.T, heard <-chan bot.Inbound) bot.Inbound {
	t.Helper()
	select {
	case in := <-heard:
		return in
	case <-time.After(patience):
		t.Fatal("nothing is heard")
		return bot.Inbound{}
	}
}

func acked(t *testing.T, d *fake.Deed) {
	t.Helper()
	if d.Err != nil {
		t.Fatal(d.Err)
	}
	select {
	case <-d.Acked():
	case <-time.After(patience):
		t.Fatal("never acknowledged")
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

// wantError returns the error of a type in err's chain.
func wantError[E error](t *testing.T, err error) E {
	t.Helper()
	var e E
	if !errors.As(err, &e) {
		t.Fatalf("error = %v, want a %T", err, e)
	}
	return e
}

// inbox stores inbounds like the database, unless it is away.
type inbox struct {
	mu   sync.Mutex
	list []bot.Inbound
	away error
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
	return nil
}

func (i *inbox) setAway(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.away = err
}

func (i *inbox) stored() []bot.Inbound {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.list)
}

// memory is a media store that forgets.
type memory struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (m *memory) Put(_ context.Context, r io.Reader, name string, limit int64) (bot.File, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return bot.File{}, err
	}
	if int64(len(b)) > limit {
		return bot.File{Name: name, Size: int64(len(b)), Refused: bot.FileTooBig}, nil
	}
	sum := sha256.Sum256(b)
	f := bot.File{Hash: hex.EncodeToString(sum[:]), Name: name, Mime: http.DetectContentType(b), Size: int64(len(b))}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[string][]byte{}
	}
	m.files[f.Hash] = b
	return f, nil
}

func (m *memory) Remove(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, hash)
	return nil
}

func (m *memory) Get(_ context.Context, hash string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.files[hash]
	if !ok {
		return nil, bot.ErrNotFound
	}
	return io.NopCloser(io.LimitReader(bytes.NewReader(b), int64(len(b)))), nil // no Seek, like a bucket
}

// file puts a file into the store.
func (m *memory) file(t *testing.T, name, content string) bot.File {
	t.Helper()
	f, err := m.Put(t.Context(), strings.NewReader(content), name, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// locked is a buffer that several goroutines write to.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func personID(p *fake.Person) claim.PersonID { return claim.PersonID(p.ID()) }

func contains(l *locked, text string) bool { return strings.Contains(l.String(), text) }

// serve serves an adapter's routes and returns their root.
func serve(tb testing.TB, a *slack.Adapter, handle bot.Handler) string {
	tb.Helper()
	mux := http.NewServeMux()
	for pattern, h := range a.Routes(handle) {
		mux.Handle(pattern, h)
	}
	s := httptest.NewServer(mux)
	tb.Cleanup(s.Close)
	return s.URL
}
