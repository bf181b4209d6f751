package upload_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestUploadInstead chooses another file than the one that was begun.
func TestUploadInstead(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	first, file := video(2*piece), video(piece+5)
	s.begin(200, "none.mp4", 17)
	s.begin(200, "first.mp4", len(first)) // nothing is lost yet
	s.piece(409, file, 0, piece)          // of another file
	s.piece(200, first, 0, piece)
	if a := s.begin(409, "a.mp4", len(file)); a.Name != "first.mp4" || a.Offset != piece {
		t.Errorf("state: %s", a.body)
	}
	if a := s.begin(200, "a.mp4", len(file), `,"instead":true`); a.Name != "a.mp4" || a.Offset != 0 {
		t.Errorf("state: %s", a.body)
	}
	s.stored(0)
	if a := s.piece(409, first, piece, 2*piece); a.Name != "a.mp4" {
		t.Errorf("state: %s", a.body)
	}
	if err := s.send(file, piece); err != nil {
		t.Fatal(err)
	}
	s.heard("a.mp4", file)
}

// TestUploadTwoPages has several pages send the same file at once.
func TestUploadTwoPages(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(3*piece + 17)
	s.begin(200, "a.mp4", len(file))
	var pages sync.WaitGroup
	for _, size := range []int{piece, piece, 700_000, 300_000} {
		pages.Go(func() {
			if err := s.send(file, size); err != nil {
				t.Error(err)
			}
		})
	}
	pages.Wait()
	s.heard("a.mp4", file)
}

// TestUploadTwoFiles has two pages send files that differ in their content only: no mixture comes out.
func TestUploadTwoFiles(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	one, two := video(2*piece), video(2*piece)
	two[0x1000]++
	two[piece+0x1000]++
	s.begin(200, "a.mp4", len(one))
	s.piece(200, one, 0, piece)
	s.piece(200, two, piece, 2*piece)
	s.done(422, hashOf(one))
	s.piece(200, two, 0, piece)
	s.piece(409, one, 0, piece)
	s.piece(200, two, piece, 2*piece)
	s.done(200, hashOf(two))
	s.heard("a.mp4", two)
}

// TestUploadDone uses a link that has been used.
func TestUploadDone(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(piece)
	s.begin(200, "a.mp4", len(file))
	s.piece(200, file, 0, piece)
	var pages sync.WaitGroup
	for range 4 {
		pages.Go(func() { s.done(200, hashOf(file)) })
	}
	pages.Wait()
	s.wait(73 * time.Hour) // what is done does not expire
	for _, a := range []reply{
		s.done(200, hashOf(file)), s.done(200, hashOf(nil)), s.state(),
		s.begin(409, "b.mp4", 5), s.begin(409, "b.mp4", 5, `,"instead":true`), s.piece(409, file, 0, piece),
	} {
		if !a.Done {
			t.Errorf("state: %s", a.body)
		}
	}
	if a := s.want(200, http.MethodGet, "", nil); !strings.Contains(a.body, "Received, thank you") || strings.Contains(a.body, "<input") {
		t.Errorf("page: %s", a.body)
	}
	s.heard("a.mp4", file)
}

// TestUploadAlone closes the page while its file is put together.
func TestUploadAlone(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(piece)
	s.begin(200, "a.mp4", len(file))
	s.piece(200, file, 0, piece)
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	whole := &hook{before: func() {
		cancel()
		<-release
	}}
	s.media.put.Store(whole)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.link+"/done", strings.NewReader(`{"sha256":"`+hashOf(file)+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if resp, err := s.client.Do(r); !errors.Is(err, context.Canceled) {
		resp.Body.Close()
		t.Fatalf("the page heard %s", resp.Status)
	}
	close(release)
	s.done(200, hashOf(file)) // waits for the first one
	if n := whole.seen.Load(); n != 1 {
		t.Errorf("the file was put together %d times", n)
	}
	s.heard("a.mp4", file)
}
