package upload_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestUploadLimit stops at the limit, before any byte is sent.
func TestUploadLimit(t *testing.T) {
	t.Parallel()
	u := wanted()
	u.Limit = piece
	s := open(t, u)
	file := video(piece)
	if a := s.begin(413, "a.mp4", piece+1); !strings.Contains(a.body, "too_big") {
		t.Errorf("a byte too many: %s", a.body)
	}
	s.begin(400, "a.mp4", 0)
	s.begin(400, "a.mp4", -1)
	s.begin(200, "a.mp4", piece)
	s.want(400, http.MethodPatch, "file", bytes.NewReader(make([]byte, piece+1)), pieceHeader(0, piece)...)
	s.stored(0)
	if err := s.send(file, piece); err != nil {
		t.Fatal(err)
	}
	s.heard("a.mp4", file)
}

// TestUploadRefused sends what must not be taken.
func TestUploadRefused(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	const size = 18 << 20
	s.begin(200, "a.mp4", size)
	good := pieceHeader(0, size)
	with := func(pairs ...string) []string { return slices.Concat(good, pairs) }
	for name, c := range map[string]struct {
		size   int
		header []string
		want   int
	}{
		"no type":             {piece, with("Content-Type", ""), 415},
		"form":                {piece, with("Content-Type", "multipart/form-data; boundary=x"), 415},
		"no offset":           {piece, with("Upload-Offset", ""), 400},
		"negative":            {piece, with("Upload-Offset", "-1"), 400},
		"no length":           {piece, with("Upload-Length", ""), 400},
		"hole":                {piece, with("Upload-Offset", "1"), 409},
		"another file":        {piece, with("Upload-Length", "18874369"), 409},
		"crumbs":              {64<<10 - 1, good, 400},
		"nothing":             {0, good, 400},
		"over 8 MiB":          {8<<20 + 1, good, 413},
		"another site":        {100, with("Sec-Fetch-Site", "cross-site"), 403},
		"another of our site": {100, with("Sec-Fetch-Site", "same-site"), 403},
		"an older browser's":  {100, with("Origin", "https://evil.example"), 403},
	} {
		a, err := s.ask(http.MethodPatch, "file", bytes.NewReader(make([]byte, c.size)), c.header...)
		if err != nil || a.status != c.want {
			t.Errorf("%s: %d %s, %v; want %d", name, a.status, a.body, err, c.want)
		}
	}
	s.want(411, http.MethodPatch, "file", io.MultiReader(strings.NewReader("no length")), good...)
	s.post(400, "begin", "{")
	s.post(413, "begin", `{"name":"`+strings.Repeat("x", 20<<10)+`"}`)
	s.want(415, http.MethodPost, "begin", strings.NewReader("name=a"), "Content-Type", "application/x-www-form-urlencoded")
	s.want(403, http.MethodGet, "file", nil, "Sec-Fetch-Site", "cross-site")
	s.want(404, http.MethodGet, "other", nil)
	s.want(405, http.MethodDelete, "file", nil)
	if a := s.state(); a.Offset != 0 {
		t.Errorf("state: %s", a.body)
	}
	s.stored(0)
	s.piece(200, make([]byte, size), 0, 8<<20)
	if origin := s.state().header.Get("Access-Control-Allow-Origin"); origin != "" {
		t.Errorf("%s may read", origin)
	}
}

func TestExpired(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(9 * piece)
	s.begin(200, "a.mp4", len(file))
	s.piece(200, file, 0, piece)
	s.wait(72*time.Hour - time.Second)
	if err := s.page.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.stored(1)
	s.state()
	s.wait(time.Second)
	s.want(410, http.MethodGet, "file", nil)
	s.piece(410, file, piece, 9*piece) // the answer is heard, though all of it is sent
	s.begin(410, "a.mp4", 5)
	s.done(410, hashOf(file))
	if a := s.want(410, http.MethodGet, "", nil); !strings.Contains(a.body, "This link has expired") || strings.Contains(a.body, "<input") {
		t.Errorf("page: %s", a.body)
	}
	s.wait(time.Second)
	for range 2 {
		if err := s.page.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.stored(0)
	}
	if list, err := s.db.Take(t.Context(), noon, noon.Add(time.Minute), 1); len(list) > 0 || err != nil {
		t.Errorf("inbox %+v, %v", list, err)
	}
}

// TestForged tries what is no link.
func TestForged(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	token := s.link[len(s.link)-43:]
	for _, forged := range []string{
		s.id, strings.Repeat("A", 43), token[:42], token + "A", token + "=", strings.ToLower(token), token + "%0A", "..%2f" + token, "%00",
	} {
		a := s.want(404, http.MethodGet, "/u/"+forged, nil)
		if !strings.Contains(a.body, "There is no such link") {
			t.Errorf("page: %s", a.body)
		}
		s.want(404, http.MethodGet, "/u/"+forged+"/file", nil)
		s.want(404, http.MethodPost, "/u/"+forged+"/begin", strings.NewReader(`{"name":"a","size":1}`), "Content-Type", "application/json")
	}
	s.want(404, http.MethodGet, "/u/", nil)
	s.want(404, http.MethodGet, "/static/upload/page.html", nil) // a template
	s.want(404, http.MethodGet, "/static/upload/..%2f..%2fdoc.go", nil)
}

func TestRate(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	for range 120 {
		s.state()
	}
	if a := s.want(429, http.MethodGet, "file", nil); a.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	s.want(503, http.MethodGet, "", nil) // the page itself, too
	other := wanted()
	other.Of = "telegram/8#0"
	link, err := s.page.UploadLink(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	s.want(200, http.MethodGet, strings.TrimPrefix(link, "http://"+s.addr), nil)
	s.wait(100 * time.Millisecond)
	s.state()
	s.want(429, http.MethodGet, "file", nil)
}

// TestWriting opens more lines than one page needs.
func TestWriting(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(2 * piece)
	s.begin(200, "a.mp4", len(file))
	inside, release := make(chan struct{}), make(chan struct{})
	s.media.put.Store(&hook{before: func() {
		inside <- struct{}{}
		<-release
	}})
	var lines sync.WaitGroup
	for range 4 {
		lines.Go(func() {
			_, _ = s.ask(http.MethodPatch, "file", bytes.NewReader(file[:piece]), pieceHeader(0, len(file))...)
		})
		<-inside
	}
	s.piece(503, file, 0, piece)
	close(release)
	lines.Wait()
	if a := s.state(); a.Offset != piece {
		t.Errorf("state: %s", a.body)
	}
	s.stored(1)
}
