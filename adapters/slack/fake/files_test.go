package fake_test

import (
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// TestDownload checks who gets a file, and that everybody else gets a page (platform-facts.md 75, 101).
func TestDownload(t *testing.T) {
	t.Parallel()
	const page = "200 text/html; charset=utf-8"
	for name, c := range map[string]struct {
		move  func(w *world, id string)
		token string
		want  string
	}{
		"with the token":    {nil, "xoxb-1000000001-fake", "200 image/png"},
		"without":           {nil, "", page},
		"with another":      {nil, "xoxb-no", page},
		"with the app's":    {nil, "xapp-1-A0SUPPORT1-fake", page},
		"locked":            {func(w *world, id string) { w.Lock(id, true) }, "xoxb-1000000001-fake", page},
		"revoked":           {func(w *world, _ string) { w.Revoke("token_revoked") }, "xoxb-1000000001-fake", page},
		"page elsewhere":    {func(w *world, _ string) { w.SignInElsewhere(true) }, "", "302 text/html; charset=utf-8/signin?redir=/files/T0OPTOSTE1-F0000000001/download/plate__3_.png"},
		"locked, then open": {func(w *world, id string) { w.Lock(id, true); w.Lock(id, false) }, "xoxb-1000000001-fake", "200 image/png"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{})
			h := newHook(t, nil)
			w.Connect(h.URL)
			content := "\x89PNG\r\n\x1a\n one"
			done(t, w.chat.Upload(w.mei, "caption", fake.Upload{Name: "plate <3>.png", Content: []byte(content)}, fake.Upload{Name: "b.bin", Size: 100_000}))
			e := h.next(t).inner(t)
			files, _ := e["files"].([]any)
			f, _ := files[0].(map[string]any)
			if e["subtype"] != "file_share" || e["text"] != "caption" || len(files) != 2 || f["name"] != "plate <3>.png" {
				t.Fatalf("71: heard %v", e)
			}
			if c.move != nil {
				c.move(w, f["id"].(string))
			}
			kind, body := w.download(f["url_private_download"].(string), c.token)
			if kind != c.want || (body == content) != (c.want == "200 image/png") {
				t.Errorf("got %s %q, want %s", kind, body, c.want)
			}
		})
	}
}

// TestExternal checks that a token which is sent elsewhere is a mistake (platform-facts.md 75).
func TestExternal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	done(t, w.chat.Upload(w.mei, "", fake.Upload{Name: "a.gdoc", Size: 1, External: true}))
	f, _ := h.next(t).inner(t)["files"].([]any)[0].(map[string]any)
	if f["mode"] != "external" || f["url_private_download"] != nil {
		t.Errorf("heard %v", f)
	}
	w.download(f["url_private"].(string), "")
	w.unmistaken()
	w.download(f["url_private"].(string), w.Token())
	if m := strings.Join(w.Mistakes(), ""); !strings.Contains(m, "the token was sent") {
		t.Errorf("mistakes %q", m)
	}
}

// TestBigFile checks a file that is only claimed to be large.
func TestBigFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	done(t, w.chat.Upload(w.mei, "", fake.Upload{Name: "a.bin", Size: 200_000}))
	f, _ := h.next(t).inner(t)["files"].([]any)[0].(map[string]any)
	if _, body := w.download(f["url_private"].(string), w.Token()); len(body) != 200_000 || f["size"] != 200_000.0 {
		t.Errorf("%d bytes, said to be %v", len(body), f["size"])
	}
}

// TestUploads checks the three steps, and that sharing is another matter (platform-facts.md 90).
func TestUploads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{ShareAfter: time.Millisecond})
	r := w.ok("files.getUploadURLExternal", args{"filename": "a.txt", "length": "3"})
	for _, wrong := range []string{"", "ab", "abcd"} {
		if got := w.post(r.str("upload_url"), "application/octet-stream", wrong); got.Status != 400 {
			t.Errorf("%q in place of 3 bytes: %d", wrong, got.Status)
		}
	}
	if got := w.post(w.URL()+"/upload/no", "application/octet-stream", "abc"); got.Status != 404 {
		t.Errorf("upload to nowhere: %d", got.Status)
	}
	if got := w.post(r.str("upload_url"), "application/octet-stream", "abc"); got.Status != 200 {
		t.Errorf("upload: %d", got.Status)
	}

	private := w.upload("private.txt", "x", args{})
	if shares := w.shares(private); shares != 0 {
		t.Errorf("without a channel there are %d shares", shares)
	}
	parent := w.chat.Say(w.mei, "hi").TS
	id := w.upload("b.txt", "hello", args{"channel_id": w.chat.ID(), "thread_ts": parent, "initial_comment": "*see*"})
	list, err := w.chat.WaitFor(t.Context(), func(list []fake.Shown) bool { return len(list) == 2 })
	if err != nil {
		t.Fatal(err)
	}
	if m := list[1]; !m.Bot || m.Thread != parent || m.Text != "see" || m.Files[0].Name != "b.txt" || m.Files[0].Size != 5 || w.shares(id) != 1 {
		t.Errorf("shared as %+v", m)
	}
	w.LoseShares(1)
	lost := w.upload("c.txt", "hello", args{"channel_id": w.chat.ID()})
	if w.shares(lost) != 0 {
		t.Error("a lost share is there")
	}
	w.unmistaken()
}

// shares returns how often a file was shared.
func (w *world) shares(id string) int {
	w.t.Helper()
	f, _ := w.ok("files.info", args{"file": id}).Fields["file"].(map[string]any)
	shares, _ := f["shares"].(map[string]any)
	n := 0
	for _, kind := range []string{"public", "private"} {
		in, _ := shares[kind].(map[string]any)
		n += len(in)
	}
	return n
}
