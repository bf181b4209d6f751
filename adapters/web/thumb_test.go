package web_test

import (
	"bytes"
	"image"
	"image/jpeg"
	imagepng "image/png"
	"net/http"
	"strings"
	"testing"

	_ "gocloud.dev/blob/memblob" // buckets in memory: mem://

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/store/media"
)

// bucket is a media store that shows its pictures small.
func bucket(t *testing.T) *media.Bucket {
	t.Helper()
	b, err := media.Open(t.Context(), "mem://")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// large is a picture of 800 x 400 pixels.
func large(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := imagepng.Encode(&buf, image.NewGray(image.Rect(0, 0, 800, 400))); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestThumbs looks at the small copies of pictures.
func TestThumbs(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo(), Media: bucket(t)}, echo)
	b := s.browser(t)
	get := func(url string) (status int, size image.Point, h http.Header) {
		t.Helper()
		resp, err := b.Do(t.Context(), http.MethodGet, url, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if cfg, err := jpeg.DecodeConfig(resp.Body); err == nil {
			size = image.Pt(cfg.Width, cfg.Height)
		}
		return resp.StatusCode, size, resp.Header
	}
	up := func(name, content string) fake.SeenFile {
		t.Helper()
		up, err := as(t, b, "mei").Upload(t.Context(), fake.File{Name: name, Body: strings.NewReader(content)})
		if err != nil {
			t.Fatal(err)
		}
		return up.File
	}
	f := up("plate.png", string(large(t)))
	status, size, h := get(f.Thumb)
	if status != http.StatusOK || size != image.Pt(320, 160) || h.Get("Content-Type") != "image/jpeg" ||
		!strings.Contains(h.Get("Cache-Control"), "immutable") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("thumb: %d, %v, %v", status, size, h)
	}
	if status, _, _ := get(strings.Replace(f.Thumb, "sig=", "sig=x", 1)); status != http.StatusNotFound {
		t.Errorf("thumb at a forged address: %d", status)
	}
	if f := up("broken.png", png); f.Thumb == "" {
		t.Errorf("a picture has no thumb: %+v", f)
	} else if status, _, _ := get(f.Thumb); status != http.StatusNotFound {
		t.Errorf("thumb of a broken picture: %d", status)
	}
	for name, content := range map[string]string{"a.mp4": "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "a.tiff": "II*\x00\x08\x00\x00\x00", "a.pdf": "%PDF-1.7"} {
		if f := up(name, content); f.Thumb != "" || f.URL == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	plain := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	other, err := as(t, plain.browser(t), "mei").Upload(t.Context(), fake.File{Name: "plate.png", Body: strings.NewReader(png)})
	if err != nil || other.File.Thumb != "" || !other.File.Inline {
		t.Errorf("a store without thumbs: %+v, %v", other, err)
	}
}

// TestUnsafe uploads a program: it is kept and nobody can fetch it here.
func TestUnsafe(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo(), Media: bucket(t)}, echo)
	c := s.as(t, "mei")
	screen := watch(t, c, "")
	if _, err := c.Files(t.Context(), "look", fake.File{Name: "photo.jpg", Body: strings.NewReader("MZ\x90\x00 and a program")}); err != nil {
		t.Fatal(err)
	}
	for _, m := range shows(t, screen, "mei: look", "bot: Files, thank you") {
		if len(m.Files) != 1 || !m.Files[0].Unsafe || m.Files[0].URL != "" || m.Files[0].Inline || m.Files[0].Name != "photo.jpg" {
			t.Errorf("files %+v", m.Files)
		}
	}
}
