package media_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "gocloud.dev/blob/memblob" // buckets in memory: mem://

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/storetest"
)

func TestMediaInMemory(t *testing.T) {
	t.Parallel()
	storetest.Media(t, func(t *testing.T) bot.Media {
		t.Helper()
		return open(t, "mem://")
	})
}

func TestMediaInDirectory(t *testing.T) {
	t.Parallel()
	storetest.Media(t, func(t *testing.T) bot.Media {
		t.Helper()
		return openDir(t, filepath.Join(t.TempDir(), "made new?", "50%"))
	})
}

func open(t *testing.T, url string) *media.Bucket {
	t.Helper()
	b, err := media.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openDir(t *testing.T, dir string) *media.Bucket {
	t.Helper()
	url, err := media.FileURL(dir)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, url)
}

// TestDirectoryHoldsEachContentOnce looks at the files themselves.
func TestDirectoryHoldsEachContentOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openDir(t, dir)
	defer b.Close()
	for _, content := range []string{"one", "two", "one", "far too long", ""} {
		if _, err := b.Put(t.Context(), strings.NewReader(content), "x", 5); err != nil {
			t.Fatal(err)
		}
	}
	broken := io.MultiReader(strings.NewReader("abc"), failing{})
	if _, err := b.Put(t.Context(), broken, "x", 5); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want %v", err, errBroken)
	}
	var files int
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
			if ok, _ := filepath.Match(filepath.Join(dir, "sha256", "??", strings.Repeat("?", 62)), path); !ok {
				t.Errorf("file %s", path)
			}
		}
		return err
	})
	if err != nil || files != 2 {
		t.Errorf("%d files, %v; want 2", files, err)
	}
}

var errBroken = errors.New("line is broken")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

func TestReopen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openDir(t, dir)
	f, err := b.Put(t.Context(), strings.NewReader("one"), "x", 5)
	if err := errors.Join(err, b.Close()); err != nil {
		t.Fatal(err)
	}
	b = openDir(t, dir)
	defer b.Close()
	r, err := b.Get(t.Context(), f.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if content, err := io.ReadAll(r); string(content) != "one" || err != nil {
		t.Errorf("content %q, %v", content, err)
	}
}

func TestEach(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openDir(t, dir)
	defer b.Close()
	want := map[string]string{}
	for _, content := range []string{"one", "two", "three"} {
		f, err := b.Put(t.Context(), strings.NewReader(content), "x", 5)
		if err != nil {
			t.Fatal(err)
		}
		want[f.Hash] = content
	}
	if err := os.WriteFile(filepath.Join(dir, "sha256", "x"), nil, 0o600); err != nil { // not ours
		t.Fatal(err)
	}
	got, last := map[string]string{}, ""
	err := b.Each(t.Context(), func(hash string, size int64, r io.Reader) error {
		content, err := io.ReadAll(r)
		if hash <= last || size != int64(len(content)) {
			t.Errorf("%s after %s, %d bytes of %d", hash, last, size, len(content))
		}
		got[hash], last = string(content), hash
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, %s", err, diff)
	}
	if err := b.Each(t.Context(), func(string, int64, io.Reader) error { return errBroken }); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want %v", err, errBroken)
	}
}

func TestOpenOfBadURL(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"", "x", "floppy://a", "file://" + file, "file:///tmp?what=this", ":"} {
		if b, err := media.Open(t.Context(), url); err == nil {
			b.Close()
			t.Errorf("%q was opened", url)
		}
	}
}

// TestLargeFile passes on more than it may hold in memory.
func TestLargeFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	b := openDir(t, filepath.Join(dir, "media"))
	defer b.Close()
	const size = 50 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := b.Put(t.Context(), io.LimitReader(zeros{}, size), "x.bin", size)
	runtime.ReadMemStats(&after)
	if err != nil || f.Size != size || f.Refused != "" {
		t.Errorf("file %+v, %v", f, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > size/10 {
		t.Errorf("%d bytes were allocated for %d", used, size)
	}
	left, err := filepath.Glob(filepath.Join(dir, "supportbot-media-*"))
	if len(left) > 0 || err != nil {
		t.Errorf("temporary files %q, %v", left, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
