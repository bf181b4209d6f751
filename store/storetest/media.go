package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot"
)

// Media checks a [bot.Media]. open returns an empty one; the suite closes it, if it can be closed.
func Media(t *testing.T, open func(t *testing.T) bot.Media) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(t *testing.T, m bot.Media)
	}{
		{"file not found", mediaNotFound},
		{"file round trip", mediaRoundTrip},
		{"type is sniffed, not believed", mediaTypes},
		{"file at the limit and one byte over", mediaLimit},
		{"a file over the limit is not read to its end", mediaEndless},
		{"empty file is refused", mediaEmpty},
		{"remove", mediaRemove},
		{"same content is one file", mediaSame},
		{"same content is one file among writers", mediaAtOnce},
		{"a broken line leaves nothing", mediaBroken},
		{"a cancelled context ends every call", mediaCancelled},
		{"every call after Close fails", mediaClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := open(t)
			if closer, ok := m.(io.Closer); ok {
				t.Cleanup(func() { _ = closer.Close() }) // a case may have closed it
			}
			c.run(t, m)
		})
	}
}

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func putFile(t *testing.T, m bot.Media, content string, limit int64) bot.File {
	t.Helper()
	return got(m.Put(t.Context(), strings.NewReader(content), "a.txt", limit))(t)
}

// wantFile fails unless the content comes back byte for byte.
func wantFile(t *testing.T, m bot.Media, content string) {
	t.Helper()
	r := got(m.Get(t.Context(), hashOf(content)))(t)
	defer r.Close()
	if have := got(io.ReadAll(r))(t); string(have) != content {
		t.Errorf("%d bytes came back as %d others", len(content), len(have))
	}
}

func wantNoFile(t *testing.T, m bot.Media, hash string) {
	t.Helper()
	r, err := m.Get(t.Context(), hash)
	if err == nil {
		defer r.Close()
	}
	wantErr(t, err, bot.ErrNotFound)
}

func mediaNotFound(t *testing.T, m bot.Media) {
	t.Helper()
	putFile(t, m, "content", 100)
	good := hashOf("content")
	for _, hash := range []string{
		hashOf("other"), "", good[:63], good + "0", strings.ToUpper(good), "../../" + good[6:], good[:2] + "/" + good[3:],
		strings.Repeat("g", 64), strings.Repeat("\x00", 64), "..", "/etc/passwd", strings.Repeat("../", 21) + "a",
	} {
		wantNoFile(t, m, hash)
	}
}

func mediaRemove(t *testing.T, m bot.Media) {
	t.Helper()
	f := putFile(t, m, "a picture", 100)
	for range 2 { // the second time there is nothing, which is no error
		if err := m.Remove(t.Context(), f.Hash); err != nil {
			t.Fatal(err)
		}
		wantNoFile(t, m, f.Hash)
	}
	if err := m.Remove(t.Context(), "../"+f.Hash); err != nil {
		t.Errorf("remove what cannot be there = %v, want nil", err)
	}
	putFile(t, m, "a picture", 100)
	wantFile(t, m, "a picture")
}

func mediaRoundTrip(t *testing.T, m bot.Media) {
	t.Helper()
	for _, content := range []string{"x", emoji, nul, long, strings.Repeat("\xff\x00", 1<<20)} {
		f := got(m.Put(t.Context(), strings.NewReader(content), "板子 😀/../a.jpg", 10<<20))(t)
		same(t, "file", bot.File{Hash: f.Hash, Name: f.Name, Size: f.Size},
			bot.File{Hash: hashOf(content), Name: "板子 😀/../a.jpg", Size: int64(len(content))})
		wantFile(t, m, content)
	}
}

func mediaTypes(t *testing.T, m bot.Media) {
	t.Helper()
	for want, content := range map[string]string{
		"image/png":                "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
		"image/jpeg":               "\xff\xd8\xff\xe0\x00\x10JFIF",
		"application/pdf":          "%PDF-1.7\n",
		"video/mp4":                "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
		"text/html":                "<!DOCTYPE html><script>alert(1)</script>",
		"text/plain":               "it stopped",
		"application/octet-stream": "\x01\x02\x03\x04\xfe\xdc\xba\x98\x76\x54\x32",
	} {
		same(t, "type", got(m.Put(t.Context(), strings.NewReader(content), "a.gif", 100))(t).Mime, want)
	}
}

func mediaLimit(t *testing.T, m bot.Media) {
	t.Helper()
	content := strings.Repeat("x", 1000)
	same(t, "refused", putFile(t, m, content, 1000).Refused, bot.FileProblem(""))
	wantFile(t, m, content)

	over := content + "y"
	f := putFile(t, m, over, 1000)
	same(t, "file", f, bot.File{Name: "a.txt", Size: 1001, Refused: bot.FileTooBig})
	wantNoFile(t, m, hashOf(over))
	wantNoFile(t, m, hashOf(over[:1000]+"z"))
}

// endless counts what is read from it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func mediaEndless(t *testing.T, m bot.Media) {
	t.Helper()
	var r endless
	same(t, "refused", got(m.Put(t.Context(), &r, "x", 1000))(t).Refused, bot.FileTooBig)
	if r.read > 1<<20 {
		t.Errorf("%d bytes were read of a file that may have 1000", r.read)
	}
}

func mediaEmpty(t *testing.T, m bot.Media) {
	t.Helper()
	same(t, "file", putFile(t, m, "", 1000), bot.File{Name: "a.txt", Refused: bot.FileEmpty})
	wantNoFile(t, m, hashOf(""))
}

func mediaSame(t *testing.T, m bot.Media) {
	t.Helper()
	first := got(m.Put(t.Context(), strings.NewReader(long), "a", 1<<20))(t)
	again := got(m.Put(t.Context(), strings.NewReader(long), "b", 1<<20))(t)
	same(t, "name", again.Name, "b")
	again.Name = first.Name
	same(t, "file", again, first)
	wantFile(t, m, long)
}

func mediaAtOnce(t *testing.T, m bot.Media) {
	t.Helper()
	for _, err := range atOnce(func(int) error {
		f, err := m.Put(t.Context(), strings.NewReader(long), "a", 1<<20)
		if err == nil && f.Hash != hashOf(long) {
			err = errors.New("another hash")
		}
		return err
	}) {
		must(t, err)
	}
	wantFile(t, m, long)
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func mediaBroken(t *testing.T, m bot.Media) {
	t.Helper()
	cut := errors.New("line is broken")
	_, err := m.Put(t.Context(), io.MultiReader(strings.NewReader("abc"), broken{cut}), "a", 100)
	wantErr(t, err, cut)
	wantNoFile(t, m, hashOf("abc"))
}

func mediaCalls(m bot.Media, stored string) []call {
	return []call{
		{"Put", func(ctx context.Context) error {
			_, err := m.Put(ctx, bytes.NewReader([]byte("new")), "a", 100)
			return err
		}},
		{"Get", func(ctx context.Context) error {
			r, err := m.Get(ctx, hashOf(stored))
			if err == nil {
				err = r.Close()
			}
			return err
		}},
		{"Remove", func(ctx context.Context) error { return m.Remove(ctx, hashOf(stored)) }},
	}
}

func mediaCancelled(t *testing.T, m bot.Media) {
	t.Helper()
	putFile(t, m, "stored", 100)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := mediaCalls(m, "stored")
	allMethods(t, reflect.TypeFor[bot.Media](), calls)
	for _, c := range calls {
		if err := quickly(t, func() error { return c.do(ctx) }); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", c.name, err)
		}
	}
	wantNoFile(t, m, hashOf("new"))
}

func mediaClosed(t *testing.T, m bot.Media) {
	t.Helper()
	closer, ok := m.(io.Closer)
	if !ok {
		t.Skip("this media store cannot be closed")
	}
	putFile(t, m, "stored", 100)
	must(t, closer.Close())
	for _, c := range mediaCalls(m, "stored") {
		if quickly(t, func() error { return c.do(t.Context()) }) == nil {
			t.Errorf("%s did something after Close", c.name)
		}
	}
}
