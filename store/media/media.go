// Package media keeps files in a bucket, each once, under the SHA-256 of its content.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"github.com/optoste/supportbot/bot"
)

// Bucket implements [bot.Media] and [bot.Thumbs]. It is safe for concurrent use.
type Bucket struct {
	bucket *blob.Bucket
	ledger bot.Ledger    // nil = nobody counts
	easel  chan struct{} // held while a picture is drawn, which takes much memory
}

var (
	_ bot.Media  = (*Bucket)(nil)
	_ bot.Thumbs = (*Bucket)(nil)
)

// Open opens the bucket of a URL that [CheckURL] is content with. A directory, "file:///path", is made when
// it is not there, and gets no files beside those that are put; [FileURL] makes such a URL.
func Open(ctx context.Context, bucketURL string) (*Bucket, error) {
	if err := CheckURL(bucketURL); err != nil {
		return nil, fmt.Errorf("open media bucket: its URL %w", err)
	}
	u, err := url.Parse(bucketURL)
	if err != nil {
		return nil, errors.New("open media bucket: its URL is none") // the error would show it
	}
	whole := complete(*u)
	b, err := blob.OpenBucket(ctx, whole)
	if err != nil {
		u.RawQuery = ""
		return nil, fmt.Errorf("open media bucket: %s", strings.ReplaceAll(err.Error(), whole, u.String()))
	}
	return &Bucket{bucket: b, easel: make(chan struct{}, 1)}, nil
}

// WithLedger returns the same bucket, whose files are counted: what is put is noted before it is stored, and
// Clean drops what nobody needs.
func (b *Bucket) WithLedger(l bot.Ledger) *Bucket {
	counted := *b
	counted.ledger = l
	return &counted
}

// Clean removes what no claim has as evidence and what nobody has put since the given time, and returns how
// many contents that were. Without a ledger that is nothing.
func (b *Bucket) Clean(ctx context.Context, before time.Time) (int, error) {
	if b.ledger == nil {
		return 0, nil
	}
	n, err := b.ledger.DropUnused(ctx, before, func(hash string) error { return b.Remove(ctx, hash) })
	if err != nil {
		return n, fmt.Errorf("clean media bucket: %w", err)
	}
	return n, nil
}

// Close closes the bucket.
func (b *Bucket) Close() error {
	if err := b.bucket.Close(); err != nil {
		return fmt.Errorf("close media bucket: %w", err)
	}
	return nil
}

// Put implements [bot.Media]. The content goes through a temporary file, not through memory.
func (b *Bucket) Put(ctx context.Context, r io.Reader, name string, limit int64) (bot.File, error) {
	f, err := b.put(ctx, r, name, limit)
	if err != nil {
		return bot.File{}, fmt.Errorf("store file: %w", err)
	}
	return f, nil
}

func (b *Bucket) put(ctx context.Context, r io.Reader, name string, limit int64) (f bot.File, err error) {
	spool, err := os.CreateTemp("", "supportbot-media-*")
	if err != nil {
		return f, fmt.Errorf("make temporary file: %w", err)
	}
	defer func() { err = errors.Join(err, spool.Close(), os.Remove(spool.Name())) }()

	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(spool, hash), io.LimitReader(reader{ctx, r}, limit+1))
	f = bot.File{Name: name, Size: size}
	switch {
	case err != nil:
		return f, fmt.Errorf("receive: %w", err)
	case size > limit:
		f.Refused = bot.FileTooBig
		return f, nil
	case size == 0:
		f.Refused = bot.FileEmpty
		return f, nil
	}
	f.Hash = hex.EncodeToString(hash.Sum(nil))
	if f.Mime, f.Unsafe, err = sniff(spool, name, size); err != nil {
		return f, err
	}
	if b.ledger != nil { // before anybody looks whether it is there: from now on it is not dropped
		if err := b.ledger.NoteFile(ctx, f); err != nil {
			return f, fmt.Errorf("note file: %w", err)
		}
	}
	return f, b.keep(ctx, spool, f)
}

// keep copies the spooled content into the bucket, unless it is there.
func (b *Bucket) keep(ctx context.Context, spool io.ReadSeeker, f bot.File) error {
	there, err := b.bucket.Exists(ctx, key(f.Hash))
	if err != nil {
		return fmt.Errorf("look for content: %w", err)
	}
	if there {
		return nil
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind temporary file: %w", err)
	}
	if err := b.bucket.Upload(ctx, key(f.Hash), spool, &blob.WriterOptions{ContentType: f.Mime}); err != nil {
		return fmt.Errorf("write content: %w", err)
	}
	return nil
}

// Get implements [bot.Media].
func (b *Bucket) Get(ctx context.Context, hash string) (io.ReadCloser, error) {
	if !valid(hash) {
		return nil, fmt.Errorf("read file: %w", bot.ErrNotFound)
	}
	if err := ctx.Err(); err != nil { // not every bucket looks
		return nil, fmt.Errorf("read file: %w", err)
	}
	r, err := b.bucket.NewReader(ctx, key(hash), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		err = bot.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", hash, err)
	}
	return r, nil
}

// Remove implements [bot.Media].
func (b *Bucket) Remove(ctx context.Context, hash string) error {
	if !valid(hash) {
		return nil
	}
	if err := ctx.Err(); err != nil { // not every bucket looks
		return fmt.Errorf("remove file: %w", err)
	}
	for _, name := range []string{key(hash), thumbKey(hash)} {
		if err := b.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("remove file %s: %w", hash, err)
		}
	}
	return nil
}

// Each calls f for every stored content, in the order of the hashes; what f does not read is left out.
func (b *Bucket) Each(ctx context.Context, f func(hash string, size int64, r io.Reader) error) error {
	list := b.bucket.List(&blob.ListOptions{Prefix: keyPrefix})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list media: %w", err)
		}
		hash := strings.ReplaceAll(strings.TrimPrefix(o.Key, keyPrefix), "/", "")
		if !valid(hash) {
			continue
		}
		if err := b.one(ctx, hash, f); err != nil {
			return err
		}
	}
}

func (b *Bucket) one(ctx context.Context, hash string, f func(hash string, size int64, r io.Reader) error) (err error) {
	r, err := b.bucket.NewReader(ctx, key(hash), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil // nobody needed it any more
	}
	if err != nil {
		return fmt.Errorf("read file %s: %w", hash, err)
	}
	defer r.Close() //nolint:errcheck // what f read is complete
	return f(hash, r.Size(), r)
}

// key spreads the files over directories.
func key(hash string) string { return keyPrefix + hash[:2] + "/" + hash[2:] }

const keyPrefix = "sha256/"

// thumbKey is where a picture's small copy is.
func thumbKey(hash string) string { return "thumb/" + hash[:2] + "/" + hash[2:] }

// valid tells whether a text is a SHA-256 in lower-case hex, so that no other leads anywhere.
func valid(hash string) bool {
	return len(hash) == 2*sha256.Size && strings.Trim(hash, "0123456789abcdef") == ""
}

// reader stops when its context ends. It lives no longer than the call it was made for.
type reader struct {
	ctx  context.Context //nolint:containedctx // io.Copy has no other way to be stopped
	from io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
