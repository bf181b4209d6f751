package upload_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const piece = 1 << 20

func TestUpload(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(2*piece + 12345)
	if a := s.state(); a.Size != 0 || a.Offset != 0 || a.Done || a.First != nil {
		t.Errorf("state at first: %s", a.body)
	}
	if a := s.begin(200, `C:\videos\spray
"1".mp4`, len(file)); a.Name != `spray"1".mp4` || a.Size != int64(len(file)) {
		t.Errorf("state at the beginning: %s", a.body)
	}
	for from := 0; from < len(file); from += piece {
		to := min(len(file), from+piece)
		if a := s.piece(200, file, from, to); a.Offset != int64(to) || a.Done {
			t.Errorf("state after a piece: %s", a.body)
		}
	}
	first := s.state().First
	if first == nil || first.Size != piece || first.Hash != hashOf(slices.Concat([]byte(first.Salt), file[:piece])) {
		t.Errorf("first piece: %+v", first)
	}
	if a := s.done(200, hashOf(file)); !a.Done {
		t.Errorf("state at the end: %s", a.body)
	}
	s.heard(`spray"1".mp4`, file)
}

// TestUploadRestart ends the program between the pieces.
func TestUploadRestart(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(3*piece + 1)
	s.begin(200, "a.mp4", len(file))
	s.piece(200, file, 0, piece)
	s.stop()
	s.start()
	if a := s.state(); a.Offset != piece || a.Name != "a.mp4" {
		t.Errorf("state after a restart: %s", a.body)
	}
	if a := s.begin(200, "b.mp4", len(file)); a.Offset != piece || a.Name != "a.mp4" {
		t.Errorf("state when the same file is begun again: %s", a.body)
	}
	s.piece(200, file, piece, 3*piece)
	s.stop()
	s.start()
	s.piece(200, file, 3*piece, len(file))
	s.stop()
	s.start()
	s.done(200, hashOf(file))
	s.heard("a.mp4", file)
}

// TestUploadCut breaks the line in the middle of a piece.
func TestUploadCut(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(2 * piece)
	s.begin(200, "a.mp4", len(file))
	s.piece(200, file, 0, piece)
	at, err := url.Parse(s.link)
	if err != nil {
		t.Fatal(err)
	}
	line, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(line, "PATCH %s/file HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: %d\r\nUpload-Length: %d\r\n\r\n",
		at.Path, piece, piece, len(file))
	if _, err := line.Write(file[piece : piece+piece/2]); err != nil {
		t.Fatal(err)
	}
	if err := line.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(line), nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("half a piece: %s", resp.Status)
	}
	line.Close()
	if a := s.state(); a.Offset != piece {
		t.Errorf("state after half a piece: %s", a.body)
	}
	s.stored(1)
	s.piece(200, file, piece, 2*piece)
	s.done(200, hashOf(file))
	s.heard("a.mp4", file)
}

// TestUploadWrong sends what is not the file that the page means, and then what is.
func TestUploadWrong(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file, other := video(piece+10), video(piece+11)
	s.begin(200, "a.mp4", len(file))
	s.piece(200, file, 0, piece)
	s.done(409, hashOf(file)) // a piece is missing
	s.piece(200, file, piece, len(file))
	for _, sum := range []string{"", "x", strings.ToUpper(hashOf(file)), hashOf(file)[1:] + "\n"} {
		s.done(400, sum)
	}
	if a := s.done(422, hashOf(other)); a.Offset != 0 || a.Size != int64(len(file)) || a.Done {
		t.Errorf("state of a damaged file: %s", a.body)
	}
	s.stored(0)
	if a := s.state(); a.Offset != 0 {
		t.Errorf("state of a damaged file: %s", a.body)
	}
	if err := s.send(file, piece); err != nil {
		t.Fatal(err)
	}
	s.heard("a.mp4", file)
}

// TestUploadLostPart loses a part from the media store.
func TestUploadLostPart(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(2 * piece)
	s.begin(200, "a.mp4", len(file))
	hash := s.piece(200, file, 0, piece).First.Hash
	s.piece(200, file, piece, 2*piece)
	if err := s.media.Media.Remove(t.Context(), hash); err != nil {
		t.Fatal(err)
	}
	s.done(422, hashOf(file))
	if err := s.send(file, piece); err != nil {
		t.Fatal(err)
	}
	s.heard("a.mp4", file)
}

// TestUploadFaults takes the stores away.
func TestUploadFaults(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(piece)
	s.begin(200, "a.mp4", len(file))
	full := &hook{err: errors.New("disk full")}
	s.media.put.Store(full)
	if a := s.piece(503, file, 0, piece); a.header.Get("Retry-After") == "" {
		t.Errorf("nobody says when to try again: %v", a.header)
	}
	s.media.put.Store(nil)
	s.piece(200, file, 0, piece)
	s.media.put.Store(full)
	s.done(503, hashOf(file))
	s.media.put.Store(nil)
	stuck := errors.New("read only")
	s.media.remove.Store(&stuck)
	s.done(200, hashOf(file)) // the parts stay behind, the file is there
	s.media.remove.Store(nil)
	s.stored(2)
	if err := s.page.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.heard("a.mp4", file)
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	s.want(503, http.MethodGet, "file", nil)
	if a := s.want(503, http.MethodGet, "", nil); !strings.Contains(a.body, "Please try again in a moment") {
		t.Errorf("page: %s", a.body)
	}
	if !strings.Contains(s.logs.String(), "disk full") || !strings.Contains(s.logs.String(), s.id) {
		t.Errorf("the faults were not logged: %s", s.logs.String())
	}
}
