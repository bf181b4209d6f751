package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/bot"
)

const png = "\x89PNG\r\n\x1a\n and the rest of a picture"

func TestFiles(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo(), MaxUpload: 1000}, echo)
	c := s.as(t, "mei")
	screen := watch(t, c, "")
	if _, err := c.Files(
		t.Context(), "look <b>here</b>",
		fake.File{Name: `C:\photos\plate "1"; <b>.png`, Body: strings.NewReader(png)},
		fake.File{Name: "page.html", Body: strings.NewReader("<html><script>alert(1)</script></html>")},
		fake.File{Name: "none.txt", Body: strings.NewReader("")},
		fake.File{Name: "big.bin", Body: bytes.NewReader(make([]byte, 1001))},
	); err != nil {
		t.Fatal(err)
	}
	list := shows(t, screen, "mei: look <b>here</b>", "bot: Files, thank you")
	files := list[0].Files
	if len(files) != 4 || files[2].Refused != "empty" || files[3].Refused != "too_big" || files[3].Size != 1001 || files[3].URL != "" {
		t.Fatalf("files = %+v", files)
	}
	for i, want := range []struct{ name, kind, how string }{
		{`plate "1"; <b>.png`, "image/png", "inline; filename*=UTF-8''plate%20%221%22%3B%20%3Cb%3E.png"},
		{"page.html", "text/html", "attachment; filename*=UTF-8''page.html"},
	} {
		f := files[i]
		resp, err := s.browser(t).Do(t.Context(), http.MethodGet, f.URL, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		h := resp.Header
		if f.Name != want.name || h.Get("Content-Type") != want.kind || h.Get("Content-Disposition") != want.how ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %s %v", f.Name, resp.Status, h)
		}
	}
	if files[1].Inline {
		t.Error("HTML is shown in the page")
	}
}

// TestTooBigUnsent checks that the page need not upload what is too big.
func TestTooBigUnsent(t *testing.T) {
	t.Parallel()
	var got bot.Event
	s := open(t, web.Config{Customer: true, Demo: demo()}, func(_ context.Context, _ *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		got = in.Event
		return bot.Ack{}, nil
	})
	c := s.as(t, "mei")
	u := c.New()
	u.Album = &fake.Album{Files: []fake.Item{{TooBig: true, Name: "/tmp/long.mp4", Size: 63 << 20}}}
	if _, err := c.Post(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	e, ok := got.(bot.Attached)
	if !ok || len(e.Files) != 1 || e.Files[0] != (bot.File{Name: "long.mp4", Size: 63 << 20, Refused: bot.FileTooBig}) {
		t.Errorf("heard %+v", got)
	}
}

// TestRanges reads parts of a file, as a telephone plays a video, from a store that cannot seek.
func TestRanges(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	c := s.as(t, "mei")
	up, err := c.Upload(t.Context(), fake.File{Name: "a.txt", Body: strings.NewReader("0123456789")})
	if err != nil {
		t.Fatal(err)
	}
	for ask, want := range map[string]string{"": "0123456789", "bytes=0-1": "01", "bytes=4-": "456789", "bytes=-3": "789", "bytes=2-2": "2"} {
		header := http.Header{}
		if ask != "" {
			header.Set("Range", ask)
		}
		resp, err := s.browser(t).Do(t.Context(), http.MethodGet, up.File.URL, nil, header)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || string(body) != want || (resp.StatusCode == http.StatusPartialContent) != (ask != "") {
			t.Errorf("%q: %s %q, %v; want %q", ask, resp.Status, body, err, want)
		}
	}
}

// TestMediaAddress checks that only addresses that we made open a file.
func TestMediaAddress(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	up, err := s.as(t, "mei").Upload(t.Context(), fake.File{Name: "a.png", Body: strings.NewReader(png)})
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{"t": "text/html", "n": "b.png", "s": "1", "sig": "x"} {
		u, err := url.Parse(up.File.URL)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set(key, value)
		u.RawQuery = q.Encode()
		if _, err := s.browser(t).Fetch(t.Context(), u.String()); err == nil {
			t.Errorf("the address opens with another %q", key)
		}
	}
	if _, err := s.browser(t).Fetch(t.Context(), strings.Replace(up.File.URL, "/chat/media/", "/chat/media/0", 1)); err == nil {
		t.Error("the signature opens another file")
	}
	resp, err := s.browser(t).Do(t.Context(), http.MethodGet, up.File.URL, nil, http.Header{"Sec-Fetch-Site": {"cross-site"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("another site embeds a picture: %s", resp.Status)
	}
}

// TestBrokenUpload checks that half a file is not taken for a whole one.
func TestBrokenUpload(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	half := io.MultiReader(io.LimitReader(zeros{}, 1<<20), brokenLine{})
	if _, err := s.as(t, "mei").Upload(t.Context(), fake.File{Name: "a.png", Body: half}); err == nil {
		t.Error("half an upload was taken")
	}
	s.close()
	if logs := s.logs.String(); strings.Contains(logs, "ERROR") {
		t.Errorf("a line that breaks is logged as if somebody had to act:\n%s", logs)
	}
}

// TestMuchTooBig uploads far more than is taken; the page must still hear the answer.
func TestMuchTooBig(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo(), MaxUpload: 1000}, echo)
	up, err := s.as(t, "mei").Upload(t.Context(), fake.File{Name: "long.mp4", Body: io.LimitReader(zeros{}, 20<<20)})
	if err != nil || up.File.Refused != "too_big" || up.File.Size != 20<<20 {
		t.Errorf("Upload = %+v, %v", up.File, err)
	}
}

type brokenLine struct{}

func (brokenLine) Read([]byte) (int, error) { return 0, errors.New("the line is gone") }
