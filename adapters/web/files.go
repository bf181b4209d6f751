package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// drain is how much of a file that is too big is still read, so that the page hears the answer.
const drain = 32 << 20

// uploaded answers an upload: the reference to put into an album, and what to show meanwhile.
type uploaded struct {
	Ref  string    `json:"ref"`
	File shownFile `json:"file"`
}

// upload takes one file as the body of the request; its name is in the query. A file that is too
// big or empty is answered like any other: the bot says it in words (promise P5).
func (a *Adapter) upload(w http.ResponseWriter, r *http.Request) {
	_, visitor, ok := a.enter(w, r)
	if !ok {
		return
	}
	// A large file over a slow line may take longer than the server grants an ordinary request.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(time.Hour))
	body := &counted{r: r.Body}
	name := wording.FileName(r.URL.Query().Get("name"))
	f, err := a.cfg.Media.Put(r.Context(), body, name, a.cfg.MaxUpload)
	switch {
	case body.err != nil: // the page or its line has gone away
		problem(w, http.StatusBadRequest, "cut_off")
		return
	case err != nil:
		a.cfg.Log.Error("store upload", "chat", r.PathValue("chat"), "err", err)
		later(w)
		return
	}
	if f.Refused != "" {
		_, _ = io.CopyN(io.Discard, body, drain)
		f.Size = max(f.Size, body.n, r.ContentLength)
	} else if body.n == 0 {
		f = bot.File{Name: name, Refused: bot.FileEmpty}
	}
	ref, err := a.ref(f, visitor)
	if err != nil {
		a.cfg.Log.Error("sign upload", "err", err)
		later(w)
		return
	}
	answer(w, http.StatusOK, uploaded{Ref: ref, File: a.showFile(mediaPath(r.PathValue("chat")), f)})
}

// counted remembers how much was read, and an error that is not the end.
type counted struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// inline lists what a browser draws or plays without running anything in it; everything else,
// SVG too, is only offered for download.
var inline = regexp.MustCompile(`^(image/(png|jpeg|gif|webp|avif|bmp)|(video|audio)/[a-z0-9.+-]+)$`)

// showFile makes of a file what the page draws; at is where the page gets it.
func (a *Adapter) showFile(at string, f bot.File) shownFile {
	s := shownFile{Name: f.Name, Mime: f.Mime, Size: f.Size, Refused: f.Refused}
	if f.Refused != "" || f.Hash == "" {
		return s
	}
	t := baseType(f.Mime)
	s.Kind = f.Kind()
	if f.Unsafe {
		s.Unsafe = true
		return s
	}
	s.Inline = inline.MatchString(t)
	q := url.Values{"t": {t}, "n": {f.Name}, "s": {strconv.FormatInt(f.Size, 10)}}
	q.Set("sig", a.sign.mac("media", mediaBody(f.Hash, q)))
	s.URL = at + url.PathEscape(f.Hash) + "?" + q.Encode()
	if _, ok := a.cfg.Media.(bot.Thumbs); ok && s.Inline && s.Kind == bot.Picture {
		s.Thumb = s.URL + "&thumb=1"
	}
	return s
}

// mediaPath is where the page gets the files of a chat: those of the room only with the engineers' login.
func mediaPath(chat string) string {
	if chat == Desk {
		return "/desk/files/"
	}
	return "/chat/media/"
}

func mediaBody(hash string, q url.Values) string {
	return strings.Join([]string{hash, q.Get("t"), q.Get("s"), q.Get("n")}, "\x00")
}

func baseType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if err != nil {
		return "application/octet-stream"
	}
	return t
}

// media serves a file at an address that we signed: whoever has it was shown the file.
func (a *Adapter) media(w http.ResponseWriter, r *http.Request) {
	q, hash := r.URL.Query(), r.PathValue("hash")
	if !a.sign.good("media", mediaBody(hash, q), q.Get("sig")) {
		http.NotFound(w, r)
		return
	}
	if thumbs, ok := a.cfg.Media.(bot.Thumbs); ok && q.Get("thumb") != "" {
		a.thumb(w, r, thumbs)
		return
	}
	size, err := strconv.ParseInt(q.Get("s"), 10, 64)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	in := &lazy{ctx: r.Context(), open: a.cfg.Media.Get, hash: hash, size: size}
	defer in.Close() //nolint:errcheck // it was only read
	if err := in.start(); err != nil {
		if !errors.Is(err, bot.ErrNotFound) {
			a.cfg.Log.Error("read media", "hash", hash, "err", err)
		}
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", q.Get("t"))
	how := "attachment"
	if inline.MatchString(q.Get("t")) {
		how = "inline"
	}
	h.Set("Content-Disposition", disposition(how, q.Get("n")))
	h.Set("ETag", `"`+hash+`"`)
	forever(h)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Hour))
	http.ServeContent(w, r, "", time.Time{}, in)
}

// forever sets what a content carries that never changes and may do nothing.
func forever(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; media-src 'self'; sandbox")
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
}

// thumb serves a picture small, at the address of the picture itself. One that cannot be drawn is not there:
// the page then takes the whole.
func (a *Adapter) thumb(w http.ResponseWriter, r *http.Request, thumbs bot.Thumbs) {
	hash := r.PathValue("hash")
	in, err := thumbs.Thumb(r.Context(), hash)
	if err != nil {
		if !errors.Is(err, bot.ErrNotFound) && r.Context().Err() == nil {
			a.cfg.Log.Error("read small picture", "hash", hash, "err", err)
		}
		http.NotFound(w, r)
		return
	}
	defer in.Close()
	w.Header().Set("Content-Type", "image/jpeg")
	forever(w.Header())
	_, _ = io.Copy(w, in) // an error: the browser has gone away
}

// disposition writes a sender's file name so that no name breaks the header.
func disposition(how, name string) string {
	if name == "" {
		return how
	}
	return how + "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// lazy makes a stored file seekable, which videos on telephones need, by reading on from the
// start; when the store can seek itself, it does.
type lazy struct {
	ctx  context.Context //nolint:containedctx // lives as long as the request, inside its handler
	open func(context.Context, string) (io.ReadCloser, error)
	hash string
	size int64

	in       io.ReadCloser
	at, want int64
}

func (l *lazy) start() error {
	in, err := l.open(l.ctx, l.hash)
	if err != nil {
		return fmt.Errorf("open media: %w", err)
	}
	l.in, l.at = in, 0
	return nil
}

// Seek only notes where the next Read begins.
func (l *lazy) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += l.want
	case io.SeekEnd:
		offset += l.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the start")
	}
	l.want = offset
	return offset, nil
}

func (l *lazy) Read(p []byte) (int, error) {
	if l.want != l.at {
		if err := l.move(); err != nil {
			return 0, err
		}
	}
	n, err := l.in.Read(p)
	l.at += int64(n)
	l.want = l.at
	return n, err
}

func (l *lazy) move() error {
	if s, ok := l.in.(io.Seeker); ok {
		at, err := s.Seek(l.want, io.SeekStart)
		l.at = at
		return err
	}
	if l.want < l.at {
		_ = l.in.Close()
		if err := l.start(); err != nil {
			return err
		}
	}
	n, err := io.CopyN(io.Discard, l.in, l.want-l.at)
	l.at += n
	return err
}

// Close closes what was opened.
func (l *lazy) Close() error {
	if l.in == nil {
		return nil
	}
	return l.in.Close()
}
