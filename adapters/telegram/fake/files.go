package fake

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/gif"  // pictures are looked at
	_ "image/jpeg" // pictures are looked at
	_ "image/png"  // pictures are looked at
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Limits on files (platform-facts.md 41, 42).
const (
	maxDownload = 20 << 20
	maxUpload   = 50 << 20
	maxPhoto    = 10 << 20
	maxThumb    = 200 << 10
	pathLife    = time.Hour
)

// file is a file that Telegram keeps.
type file struct {
	id, unique string
	kind       Kind
	name, mime string
	size       int64
	bytes      []byte // nil = size bytes of any kind
	width      int
	height     int
	duration   int
	smaller    []*file // of a photo, ascending
	sum        string  // SHA-256 of the content, once somebody has asked for it

	failGet   int // how often getFile still fails; negative = for ever
	failFetch int // how often a download still fails
}

// place is where a file can be fetched for a while.
type place struct {
	file *file
	made time.Time
}

// keep gives a file its ids.
func (s *Server) keep(f *file) *file {
	s.nextID.file++
	sum := sha256.Sum256([]byte(strconv.FormatInt(s.nextID.file, 10) + s.cfg.Token))
	f.id = "AgACAgIAAxkB" + base64.RawURLEncoding.EncodeToString(sum[:])
	f.unique = "AQAD" + base64.RawURLEncoding.EncodeToString(sum[20:29])
	if f.size == 0 {
		f.size = int64(len(f.bytes))
	}
	s.files[f.id] = f
	return f
}

// content returns the fields of a message that hold the file.
func (f *file) content() obj {
	o := obj{"file_id": f.id, "file_unique_id": f.unique, "file_size": f.size}
	switch f.kind { //nolint:exhaustive // a document has nothing of its own
	case Photo:
		return obj{"photo": f.sizes()}
	case VideoNote:
		o["length"], o["duration"] = f.width, f.duration
		return obj{"video_note": o}
	case Sticker:
		o["type"], o["width"], o["height"] = "regular", f.width, f.height
		o["is_animated"], o["is_video"], o["emoji"] = false, false, "👍"
		return obj{"sticker": o}
	case Video, Animation:
		o["width"], o["height"], o["duration"] = f.width, f.height, f.duration
	case Audio, Voice:
		o["duration"] = f.duration
	}
	put(o, "mime_type", f.mime)
	if f.kind != Voice {
		put(o, "file_name", f.name)
	}
	if f.kind == Animation {
		document := obj{"file_id": f.id, "file_unique_id": f.unique, "file_size": f.size}
		put(document, "mime_type", f.mime)
		put(document, "file_name", f.name)
		return obj{"animation": o, "document": document}
	}
	return obj{string(f.kind): o}
}

// sizes returns a photo's sizes, the largest last (platform-facts.md 22).
func (f *file) sizes() []any {
	var list []any
	for _, p := range append(append([]*file(nil), f.smaller...), f) {
		list = append(list, obj{
			"file_id": p.id, "file_unique_id": p.unique, "file_size": p.size, "width": p.width, "height": p.height,
		})
	}
	return list
}

// addSizes makes the smaller sizes of a photo.
func (s *Server) addSizes(f *file) {
	for _, side := range []int{90, 320} {
		small := &file{kind: Photo, width: side, height: max(side*f.height/max(f.width, 1), 1), bytes: fmt.Appendf(nil, "%s at %d", f.id, side)}
		f.smaller = append(f.smaller, s.keep(small))
	}
}

// hash returns the SHA-256 of what the file holds.
func (f *file) hash() string {
	if f.sum == "" {
		sum := sha256.New()
		_, _ = io.Copy(sum, f.reader())
		f.sum = hex.EncodeToString(sum.Sum(nil))
	}
	return f.sum
}

func (f *file) reader() io.Reader {
	if f.bytes != nil {
		return bytes.NewReader(f.bytes)
	}
	return io.LimitReader(zeros{}, f.size)
}

// zeros is a file without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// outgoing finds the file that a call sends: uploaded, attached, known already, or a URL. field is
// the parameter of an upload; empty for an item of an album.
func (s *Server) outgoing(c *call, kind Kind, field, value string) (*file, error) {
	up := c.files[field]
	if name, ok := strings.CutPrefix(value, "attach://"); ok {
		up = c.files[name]
	}
	if t := c.files["thumbnail"]; t != nil && len(t.content) > maxThumb {
		return nil, bad("file is too big")
	}
	switch {
	case up != nil:
		return s.uploaded(kind, up)
	case value == "":
		return nil, bad("there is no %s in the request", kind)
	case strings.HasPrefix(value, "http://"), strings.HasPrefix(value, "https://"):
		return nil, bad("failed to get HTTP URL content")
	}
	f := s.files[value]
	if f == nil {
		return nil, bad("wrong file identifier/HTTP URL specified")
	}
	if f.kind != kind {
		return nil, bad("can't use file of type %s as %s", title(f.kind), title(kind))
	}
	return f, nil
}

func title(k Kind) string { return strings.ToUpper(string(k[:1])) + string(k[1:]) }

// uploaded keeps a file that came with a call.
func (s *Server) uploaded(kind Kind, up *upload) (*file, error) {
	size := len(up.content)
	switch {
	case size == 0:
		return nil, bad("file must be non-empty")
	case size > maxUpload:
		return nil, &apiError{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
	case kind == Photo && size > maxPhoto:
		return nil, bad("file of size %d bytes is too big for a photo; the maximum size is %d bytes", size, maxPhoto)
	}
	f := &file{kind: kind, name: up.name, mime: typeOf(up.content), bytes: up.content, width: 320, height: 240, duration: 1}
	if kind == Photo {
		f.name, f.mime = "", ""
		if err := s.lookAt(f); err != nil {
			return nil, err
		}
	}
	s.keep(f)
	if kind == Photo {
		s.addSizes(f)
	}
	return f, nil
}

// typeOf tells a file's type by what is in it, without its parameters.
func typeOf(content []byte) string {
	kind, _, _ := strings.Cut(http.DetectContentType(content), ";")
	return kind
}

// lookAt checks that a photo is a picture of a possible shape.
func (s *Server) lookAt(f *file) error {
	shape, _, err := image.DecodeConfig(bytes.NewReader(f.bytes))
	switch {
	case err != nil && s.cfg.AnyPhoto:
		return nil
	case err != nil:
		return bad("IMAGE_PROCESS_FAILED")
	case shape.Width+shape.Height > 10000 || shape.Width > 20*shape.Height || shape.Height > 20*shape.Width:
		return bad("PHOTO_INVALID_DIMENSIONS")
	}
	f.width, f.height = shape.Width, shape.Height
	return nil
}

func (s *Server) getFile(c *call) (any, error) {
	if c.params["file_id"] == "" {
		return nil, bad("file_id not specified")
	}
	f := s.files[c.params["file_id"]]
	if f == nil {
		return nil, bad("invalid file_id")
	}
	if f.size > maxDownload {
		return nil, bad("file is too big")
	}
	if count(&f.failGet) {
		return nil, bad("wrong file_id or the file is temporarily unavailable")
	}
	s.nextID.file++
	name := fmt.Sprintf("%ss/file_%d", f.kind, s.nextID.file)
	name += f.extension()
	s.paths[name] = &place{file: f, made: s.now()}
	return obj{"file_id": f.id, "file_unique_id": f.unique, "file_size": f.size, "file_path": name}, nil
}

// extension is how the server's own name of a file ends.
func (f *file) extension() string {
	if own := map[Kind]string{Photo: ".jpg", Video: ".mp4", VideoNote: ".mp4", Voice: ".oga", Sticker: ".webp"}[f.kind]; own != "" {
		return own
	}
	return path.Ext(f.name)
}

// count takes one from a number of failures and tells whether there was one.
func count(left *int) bool {
	if *left > 0 {
		*left--
		return true
	}
	return *left < 0
}

// download serves a file: as an octet stream without its name (platform-facts.md 41). where is the
// token and the file's path.
func (s *Server) download(w http.ResponseWriter, r *http.Request, where string) {
	token, name, _ := strings.Cut(where, "/")
	if token != s.cfg.Token {
		answer(w, nil, &apiError{code: http.StatusUnauthorized, text: "Unauthorized"})
		return
	}
	c := &call{method: "download", log: &Call{Method: "download", Params: map[string]string{"file_path": name}}}
	fault := s.begin(c)
	if fault.instead(w, r) {
		return
	}
	f, err := s.fetched(name)
	if err != nil {
		s.done(c, err.code, err.text)
		answer(w, nil, err)
		return
	}
	s.done(c, http.StatusOK, "")
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(f.size, 10))
	if fault != nil && fault.Cut == After {
		_, _ = io.CopyN(w, f.reader(), f.size/2)
		_ = http.NewResponseController(w).Flush()
		cutLine()
	}
	_, _ = io.Copy(w, f.reader())
}

// fetched finds the file of a path.
func (s *Server) fetched(name string) (*file, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.paths[name]
	switch {
	case p == nil || s.now().Sub(p.made) > pathLife:
		return nil, &apiError{code: http.StatusNotFound, text: "Not Found"}
	case count(&p.file.failFetch):
		return nil, &apiError{code: http.StatusInternalServerError, text: "Internal Server Error"}
	}
	return p.file, nil
}
