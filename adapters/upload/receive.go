package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

const (
	maxPiece = 8 << 20  // bytes of one piece
	minPiece = 64 << 10 // of all pieces but the last one, so that a file has not millions of them
	maxBody  = 16 << 10 // of a request that is no piece
	// pieceTime is the longest a piece may take; the page makes them smaller on a slow line.
	pieceTime = 10 * time.Minute

	pieceType = "application/offset+octet-stream"
)

// State is how far an upload is.
type State struct {
	Name   string `json:"name"`   // of the file that was begun
	Size   int64  `json:"size"`   // of the whole file in bytes; 0 = not begun
	Offset int64  `json:"offset"` // where the next piece begins
	Done   bool   `json:"done"`
	// First lets a page tell whether a file is the one that was begun: Hash is the SHA-256 of Salt and the
	// file's first Size bytes.
	First *First `json:"first,omitempty"`
}

// First is what is known of the beginning of a file.
type First struct {
	Size int64  `json:"size"`
	Salt string `json:"salt"`
	Hash string `json:"hash"`
}

func stateOf(u bot.Upload) State {
	s := State{Name: u.Name, Size: u.Size, Offset: offset(u), Done: u.Done.Hash != ""}
	if len(u.Parts) > 0 {
		s.First = &First{Size: u.Parts[0].Size, Salt: salt(u.ID, 0), Hash: u.Parts[0].Hash}
	}
	return s
}

// offset returns where the next piece begins.
func offset(u bot.Upload) (n int64) {
	for _, part := range u.Parts {
		n += part.Size
	}
	return n
}

// salt is what a stored part begins with: see [bot.Part].
func salt(id string, at int64) string { return fmt.Sprintf("upload %s %d\n", id, at) }

func (p *Page) state(w http.ResponseWriter, _ *http.Request, v visitor) {
	answer(w, http.StatusOK, stateOf(v.Upload))
}

// begin hears what will be uploaded, before any byte of it.
func (p *Page) begin(w http.ResponseWriter, r *http.Request, v visitor) {
	var ask struct {
		Name    string `json:"name"`
		Size    int64  `json:"size"`
		Instead bool   `json:"instead"`
	}
	if !decode(w, r, &ask) {
		return
	}
	u := v.Upload
	switch {
	case u.Done.Hash != "":
		answer(w, http.StatusConflict, stateOf(u))
		return
	case ask.Size <= 0:
		problem(w, http.StatusBadRequest, "empty")
		return
	case ask.Size > u.Limit:
		problem(w, http.StatusRequestEntityTooLarge, "too_big")
		return
	case len(u.Parts) > 0 && !ask.Instead:
		status := http.StatusOK
		if ask.Size != u.Size {
			status = http.StatusConflict
		}
		answer(w, status, stateOf(u))
		return
	}
	var err error
	if len(u.Parts) > 0 {
		err = p.drop(r.Context(), u)
	}
	if err == nil {
		u, err = p.cfg.Uploads.BeginUpload(r.Context(), u.ID, wording.FileName(ask.Name), ask.Size)
	}
	p.tell(w, r, u, err)
}

// tell answers with the upload's state after the store was asked to change it.
func (p *Page) tell(w http.ResponseWriter, r *http.Request, u bot.Upload, err error) {
	switch {
	case errors.Is(err, bot.ErrConflict) && u.ID != "": // without, the store could not tell
		answer(w, http.StatusConflict, stateOf(u))
	case err != nil:
		p.refuse(w, r, err)
	default:
		answer(w, http.StatusOK, stateOf(u))
	}
}

// piece takes the next part of the file.
func (p *Page) piece(w http.ResponseWriter, r *http.Request, v visitor) {
	patient(w)
	at, status, code := check(r, v.Upload)
	if status == http.StatusOK {
		if written, ok := p.gate.write(v.visit); ok {
			defer written()
			p.take(w, r, v, at)
			return
		}
		status, code = http.StatusServiceUnavailable, "later"
		w.Header().Set("Retry-After", "1")
	}
	drain(r)
	if status == http.StatusConflict {
		answer(w, status, stateOf(v.Upload))
		return
	}
	problem(w, status, code)
}

// patient gives a request the time that a piece may take.
func patient(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(pieceTime)) // no server of ours lacks it
}

// drain reads a piece that is not taken: a browser that still sends would see a broken line instead of the
// answer, and try again for ever.
func drain(r *http.Request) { _, _ = io.CopyN(io.Discard, r.Body, maxPiece) }

// check tells where a piece begins, and whether it can be taken.
func check(r *http.Request, u bot.Upload) (at int64, status int, code string) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	at, errAt := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	whole, errWhole := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	n := r.ContentLength
	switch {
	case kind != pieceType:
		return at, http.StatusUnsupportedMediaType, "type"
	case n < 0:
		return at, http.StatusLengthRequired, "length"
	case n > maxPiece:
		return at, http.StatusRequestEntityTooLarge, "piece"
	case errAt != nil || errWhole != nil || at < 0 || n == 0:
		return at, http.StatusBadRequest, "malformed"
	case u.Done.Hash != "" || whole != u.Size || at != offset(u):
		return at, http.StatusConflict, ""
	case n > whole-at || n < min(minPiece, whole-at):
		return at, http.StatusBadRequest, "malformed"
	}
	return at, http.StatusOK, ""
}

// take stores a piece and appends it. When another page was faster, what was stored is removed again.
func (p *Page) take(w http.ResponseWriter, r *http.Request, v visitor, at int64) {
	body := &counted{r: r.Body}
	head := salt(v.ID, at)
	f, err := p.cfg.Media.Put(r.Context(), io.MultiReader(strings.NewReader(head), body), "", int64(len(head))+maxPiece)
	switch {
	case body.err != nil: // the page or its line has gone away
		problem(w, http.StatusBadRequest, "cut_off")
		return
	case err == nil && (f.Hash == "" || body.n != r.ContentLength):
		err = fmt.Errorf("store part: %d of %d bytes were taken", body.n, r.ContentLength)
	}
	if err != nil {
		drain(r)
		p.refuse(w, r, err)
		return
	}
	u, err := p.cfg.Uploads.AddPart(r.Context(), v.ID, at, bot.Part{Hash: f.Hash, Size: body.n})
	if errors.Is(err, bot.ErrConflict) && u.ID != "" && !holds(u, f.Hash) {
		p.unneeded(r.Context(), f.Hash)
	}
	p.tell(w, r, u, err)
}

// holds tells whether a content is one of the upload's parts: two pages may have sent the same piece.
func holds(u bot.Upload, hash string) bool {
	for _, part := range u.Parts {
		if part.Hash == hash {
			return true
		}
	}
	return false
}

// unneeded removes a part that nobody refers to. No other upload has the same one: see [bot.Part].
func (p *Page) unneeded(ctx context.Context, hash string) {
	if err := p.cfg.Media.Remove(ctx, hash); err != nil {
		p.cfg.Log.WarnContext(ctx, "unneeded part stays", "hash", hash, "err", err)
	}
}

// counted remembers how much was read, and an error that is not the end.
type counted struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// decode reads a request's JSON. It has answered when it returns false.
func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		problem(w, http.StatusUnsupportedMediaType, "type")
		return false
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(v)
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		problem(w, http.StatusRequestEntityTooLarge, "malformed")
		return false
	}
	if err != nil {
		problem(w, http.StatusBadRequest, "malformed")
		return false
	}
	return true
}
