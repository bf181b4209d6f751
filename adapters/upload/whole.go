package upload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/optoste/supportbot/bot"
)

// wholeTime is the longest that putting a file together may take.
const wholeTime = 15 * time.Minute

var (
	// errOther says that the parts are not the file that the page has.
	errOther = errors.New("the parts are not that file")

	sha = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// done puts the parts together when they are the file that the page means.
func (p *Page) done(w http.ResponseWriter, r *http.Request, v visitor) {
	var ask struct {
		SHA256 string `json:"sha256"`
	}
	if !decode(w, r, &ask) {
		return
	}
	if !sha.MatchString(ask.SHA256) {
		problem(w, http.StatusBadRequest, "malformed")
		return
	}
	v.visit.whole.Lock() // a page that asks again, or a second one, waits for the first
	defer v.visit.whole.Unlock()
	// It goes on when the line breaks meanwhile: the page asks again, and it is done.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), wholeTime)
	defer cancel()
	u, err := p.finish(ctx, v.ID, ask.SHA256)
	if errors.Is(err, errOther) {
		answer(w, http.StatusUnprocessableEntity, stateOf(u))
		return
	}
	p.tell(w, r, u, err)
}

// finish makes one file of the parts, has the conversation hear of it, and drops them. Errors:
// [bot.ErrConflict] when parts are missing, errOther when it is another file; then all parts are dropped.
func (p *Page) finish(ctx context.Context, id, sum string) (bot.Upload, error) {
	u, err := p.cfg.Uploads.Upload(ctx, id)
	switch {
	case err != nil:
		return u, err
	case u.Done.Hash != "":
		return u, nil
	case u.Size == 0 || offset(u) != u.Size:
		return u, bot.ErrConflict
	}
	whole, err := p.join(ctx, u, sum)
	if errors.Is(err, errOther) || errors.Is(err, bot.ErrNotFound) {
		return p.again(ctx, id)
	}
	if err != nil {
		return u, err
	}
	heard := bot.Inbound{
		ID: "upload/" + u.ID, Sent: p.cfg.Now().UTC(), From: u.From, To: u.To,
		Event: bot.Fetched{Of: u.Of, File: whole, Frame: u.Frame},
	}
	if err := p.cfg.Uploads.EndUpload(ctx, u.ID, whole, heard); err != nil {
		return u, fmt.Errorf("end upload: %w", err)
	}
	p.cfg.Poke()
	if err := p.drop(ctx, u); err != nil { // Sweep does it later
		p.cfg.Log.WarnContext(ctx, "parts of a done upload stay", "upload", u.ID, "err", err)
	}
	u.Done = whole
	return u, nil
}

// again lets an upload begin anew, unless another replica has just ended it and dropped its parts.
func (p *Page) again(ctx context.Context, id string) (bot.Upload, error) {
	u, err := p.cfg.Uploads.Upload(ctx, id)
	if err != nil || u.Done.Hash != "" {
		return u, err
	}
	p.cfg.Log.WarnContext(ctx, "upload was damaged, it begins anew", "upload", id)
	if err := p.drop(ctx, u); err != nil {
		return u, err
	}
	u.Parts = nil
	return u, errOther
}

// join stores the whole file. Nothing is stored when it has another hash.
func (p *Page) join(ctx context.Context, u bot.Upload, sum string) (bot.File, error) {
	r := &joined{ctx: ctx, media: p.cfg.Media, id: u.ID, parts: u.Parts, hash: sha256.New(), want: sum}
	defer r.close()
	f, err := p.cfg.Media.Put(ctx, r, u.Name, u.Limit)
	if r.err != nil {
		err = r.err
	}
	if err == nil && f.Hash != sum {
		err = fmt.Errorf("stored as %s: %q", f.Hash, f.Refused)
	}
	if err != nil {
		return f, fmt.Errorf("put upload together: %w", err)
	}
	return f, nil
}

// joined reads the parts one behind the other. It ends with errOther instead of io.EOF when it was another
// file, so that whoever reads does not keep it.
type joined struct {
	ctx   context.Context //nolint:containedctx // lives no longer than the call it was made for
	media bot.Media
	id    string
	parts []bot.Part // those that are still to be opened
	at    int64      // where the next of them begins
	part  io.ReadCloser
	hash  hash.Hash
	want  string
	err   error // what ended it, unless that is io.EOF
}

func (j *joined) Read(b []byte) (int, error) {
	for {
		if j.part == nil {
			if len(j.parts) == 0 {
				return 0, j.end()
			}
			if j.err = j.next(); j.err != nil {
				return 0, j.err
			}
		}
		n, err := j.part.Read(b)
		j.hash.Write(b[:n])
		if errors.Is(err, io.EOF) {
			j.close()
			err = nil
		}
		if err != nil {
			j.err = fmt.Errorf("read part: %w", err)
			return n, j.err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// next opens a part behind its salt.
func (j *joined) next() error {
	r, err := j.media.Get(j.ctx, j.parts[0].Hash)
	if err != nil {
		return fmt.Errorf("open part: %w", err)
	}
	j.part = r
	if _, err := io.CopyN(io.Discard, r, int64(len(salt(j.id, j.at)))); err != nil {
		return fmt.Errorf("read part: %w", err)
	}
	j.at += j.parts[0].Size
	j.parts = j.parts[1:]
	return nil
}

func (j *joined) end() error {
	if j.err == nil && hex.EncodeToString(j.hash.Sum(nil)) != j.want {
		j.err = errOther
	}
	if j.err != nil {
		return j.err
	}
	return io.EOF
}

func (j *joined) close() {
	if j.part != nil {
		_ = j.part.Close() // it was only read
		j.part = nil
	}
}
