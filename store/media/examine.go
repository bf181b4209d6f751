package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"github.com/optoste/supportbot/bot"
)

// Examiner looks at the bucket of a URL. It implements [bot.Examiner].
type Examiner struct{ URL string }

var _ bot.Examiner = Examiner{}

var errOther = errors.New("the content that was read is not the one that was written")

// Examine implements [bot.Examiner]. It writes a small object, reads it, and removes it. A bucket
// that is a folder which is not there yet is left so.
func (e Examiner) Examine(ctx context.Context) []bot.Finding {
	f := bot.Finding{What: "Media"}
	u, err := url.Parse(e.URL)
	if err != nil {
		f.Problem, f.Do = "MEDIA_URL is no URL", "correct it, for example file:///var/lib/supportbot/media"
		return []bot.Finding{f}
	}
	name := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String() // without what may be secret
	if u.Scheme == "file" {
		if _, err := os.Stat(u.Path); errors.Is(err, fs.ErrNotExist) {
			f.Detail = name + ", made at the first start"
			return []bot.Finding{f}
		}
	}
	f.Detail = name + ", written and read"
	if err := e.try(ctx); err != nil {
		f.Problem = err.Error()
		if u.RawQuery != "" { // the library quotes the URL as it is
			f.Problem = strings.ReplaceAll(f.Problem, "?"+u.RawQuery, "")
		}
		f.Do = "let the user that supportbot runs as write there, and see that there is room; a bucket in the cloud needs credentials with the rights to put, get, list and delete"
	}
	return []bot.Finding{f}
}

func (e Examiner) try(ctx context.Context) (err error) {
	b, err := Open(ctx, e.URL)
	if err != nil {
		return err
	}
	defer b.Close() //nolint:errcheck // everything was answered
	key, content := "examined-"+rand.Text(), []byte(rand.Text())
	if err := b.bucket.WriteAll(ctx, key, content, nil); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	defer func() {
		if rerr := b.bucket.Delete(context.WithoutCancel(ctx), key); rerr != nil && err == nil {
			err = fmt.Errorf("remove: %w", rerr)
		}
	}()
	got, err := b.bucket.ReadAll(ctx, key)
	if err == nil && !bytes.Equal(got, content) {
		err = errOther
	}
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}
