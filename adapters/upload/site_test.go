package upload_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/upload"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/sqlite"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// site is the program as far as the page sees it: a database, a media store and a server.
type site struct {
	*testing.T
	db     *sqlite.DB
	media  *flaky
	dir    string // of the media
	addr   string // the same after a restart
	link   string
	id     string // of the upload behind link
	pokes  atomic.Int32
	logs   adaptertest.Log
	page   *upload.Page
	server *http.Server
	client *http.Client
	states sync.RWMutex // held, nobody is told how far the upload is

	mu  sync.Mutex
	now time.Time
}

// wanted is what the person was asked for when the file was refused.
func wanted() bot.Upload {
	return bot.Upload{
		From: bot.Sender{ID: "7", Name: "Mei", Lang: "en"}, To: bot.Address{Channel: "telegram", Chat: "42"},
		Frame: "f3", Of: "telegram/7#0", Limit: 20 << 20,
	}
}

// open serves one link until the test ends.
func open(t *testing.T, u bot.Upload) *site {
	t.Helper()
	s := &site{T: t, now: noon, dir: t.TempDir(), addr: "127.0.0.1:0", client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	var err error
	if s.db, err = sqlite.OpenMemory(t.Context()); err != nil {
		t.Fatal(err)
	}
	where, err := media.FileURL(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := media.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	s.media = &flaky{Media: bucket}
	s.start()
	t.Cleanup(func() {
		s.stop()
		if err := errors.Join(s.db.Close(), bucket.Close()); err != nil {
			t.Error(err)
		}
		if token := s.link[strings.LastIndex(s.link, "/")+1:]; strings.Contains(s.logs.String(), token) {
			t.Errorf("the token was logged: %s", s.logs.String())
		}
	})
	if s.link, err = s.page.UploadLink(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	s.id = hashOf([]byte(s.link[strings.LastIndex(s.link, "/")+1:]))
	return s
}

// start starts the program, at first or once more at the same address.
func (s *site) start() {
	s.Helper()
	l, err := new(net.ListenConfig).Listen(s.Context(), "tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.page, err = upload.New(upload.Config{
		Uploads: s.db, Media: s.media, Secret: []byte("a secret that nobody may ever see"), PublicURL: "http://" + s.addr,
		Log: slog.New(slog.NewTextHandler(&s.logs, nil)), Poke: func() { s.pokes.Add(1) }, Now: s.clock,
	})
	if err != nil {
		s.Fatal(err)
	}
	mux := http.NewServeMux()
	for pattern, h := range s.page.Routes() {
		mux.Handle(pattern, h)
	}
	held := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/file") {
			s.states.RLock()
			defer s.states.RUnlock()
		}
		mux.ServeHTTP(w, r)
	})
	s.server = &http.Server{Handler: held, ReadHeaderTimeout: patience}
	go func(server *http.Server) { _ = server.Serve(l) }(s.server)
}

// stop ends the program as a crash does.
func (s *site) stop() { _ = s.server.Close() }

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// reply is what the server answered.
type reply struct {
	status int
	header http.Header
	body   string
	upload.State
}

// ask sends a request to the link, or to another address of the site.
func (s *site) ask(method, path string, body io.Reader, header ...string) (reply, error) {
	if strings.HasPrefix(path, "/") {
		path = "http://" + s.addr + path
	} else {
		path = strings.TrimSuffix(s.link+"/"+path, "/")
	}
	r, err := http.NewRequestWithContext(s.Context(), method, path, body)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	a := reply{status: resp.StatusCode, header: resp.Header, body: string(b)}
	if resp.Header.Get("Content-Type") == "application/json" {
		err = errors.Join(err, json.Unmarshal(b, &a.State))
	}
	return a, err
}

// want asks and expects a status.
func (s *site) want(status int, method, path string, body io.Reader, header ...string) reply {
	s.Helper()
	a, err := s.ask(method, path, body, header...)
	if err != nil {
		s.Fatalf("%s %s: %v", method, path, err)
	}
	if a.status != status {
		s.Errorf("%s %s: %d %s, want %d", method, path, a.status, a.body, status)
	}
	return a
}

func (s *site) state() reply {
	s.Helper()
	return s.want(http.StatusOK, http.MethodGet, "file", nil)
}

func (s *site) post(status int, path, body string) reply {
	s.Helper()
	return s.want(status, http.MethodPost, path, strings.NewReader(body), "Content-Type", "application/json")
}

func (s *site) begin(status int, name string, size int, more ...string) reply {
	s.Helper()
	return s.post(status, "begin", `{"name":`+strconv.Quote(name)+`,"size":`+strconv.Itoa(size)+strings.Join(more, "")+`}`)
}

// piece sends the bytes from an offset on.
func (s *site) piece(status int, file []byte, from, to int) reply {
	s.Helper()
	return s.want(status, http.MethodPatch, "file", bytes.NewReader(file[from:to]), pieceHeader(from, len(file))...)
}

func pieceHeader(from, whole int) []string {
	return []string{"Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.Itoa(from), "Upload-Length", strconv.Itoa(whole)}
}

func (s *site) done(status int, sum string) reply {
	s.Helper()
	return s.post(status, "done", `{"sha256":"`+sum+`"}`)
}

// send is a page that sends a file in pieces, wherever the server is.
func (s *site) send(file []byte, size int) error {
	for {
		a, err := s.ask(http.MethodGet, "file", nil)
		for err == nil && !a.Done && a.Offset < int64(len(file)) {
			from := int(a.Offset)
			a, err = s.ask(http.MethodPatch, "file", bytes.NewReader(file[from:min(len(file), from+size)]), pieceHeader(from, len(file))...)
			if err == nil && a.status != http.StatusOK && a.status != http.StatusConflict {
				err = errors.New(a.body)
			}
		}
		if err == nil && !a.Done {
			a, err = s.ask(http.MethodPost, "done", strings.NewReader(`{"sha256":"`+hashOf(file)+`"}`), "Content-Type", "application/json")
		}
		if err != nil || a.Done {
			return err
		}
	}
}

// video makes a file that nobody has.
func video(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size), byte(size >> 8), byte(size >> 16)}).Read(b) // never fails
	copy(b, "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00")
	return b
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// heard checks that the conversation hears of the file once, and that nothing else is left behind.
func (s *site) heard(name string, file []byte) {
	s.Helper()
	whole := bot.File{Hash: hashOf(file), Name: name, Mime: "video/mp4", Size: int64(len(file))}
	want := []bot.Inbound{{
		ID: "upload/" + s.id, Sent: noon, From: bot.Sender{ID: "7", Name: "Mei", Lang: "en"},
		To:    bot.Address{Channel: "telegram", Chat: "42"},
		Event: bot.Fetched{Of: "telegram/7#0", File: whole, Frame: "f3"},
	}}
	got, err := s.db.Take(s.Context(), s.clock(), s.clock().Add(time.Minute), 10)
	if err != nil {
		s.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("inbox (-want +got):\n%s", diff)
	}
	if n := s.pokes.Load(); n != 1 {
		s.Errorf("the engine was poked %d times", n)
	}
	r, err := s.media.Get(s.Context(), whole.Hash)
	if err != nil {
		s.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, file) {
		s.Errorf("%d bytes are stored, %v", len(b), err)
	}
	s.stored(1)
	u, err := s.db.Upload(s.Context(), s.id)
	if err != nil || len(u.Parts) > 0 {
		s.Errorf("upload %+v, %v", u, err)
	}
}

// stored checks how many contents the media store holds.
func (s *site) stored(want int) {
	s.Helper()
	n := 0
	err := filepath.WalkDir(s.dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil || n != want {
		s.Errorf("%d contents are stored, %v; want %d", n, err, want)
	}
}

// flaky is a media store that fails when it is told to.
type flaky struct {
	bot.Media
	put    atomic.Pointer[hook]
	remove atomic.Pointer[error]
}

// hook is what comes before the from-th Put, counted from 1, and those that follow.
type hook struct {
	from   int32
	before func() // may be nil
	err    error  // what the Put returns, unless it is nil
	seen   atomic.Int32
}

func (f *flaky) Put(ctx context.Context, r io.Reader, name string, limit int64) (bot.File, error) {
	if h := f.put.Load(); h != nil && h.seen.Add(1) >= h.from {
		if h.before != nil {
			h.before()
		}
		if h.err != nil {
			return bot.File{}, h.err
		}
	}
	return f.Media.Put(ctx, r, name, limit)
}

func (f *flaky) Remove(ctx context.Context, hash string) error {
	if err := f.remove.Load(); err != nil {
		return *err
	}
	return f.Media.Remove(ctx, hash)
}
