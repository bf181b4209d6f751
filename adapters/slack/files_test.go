package slack_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// attached lets a person send one file and returns how it is heard.
func attached(t *testing.T, l *lab, c *fake.Chat, by *fake.Person, u fake.Upload) bot.File {
	t.Helper()
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, c.Post(by, fake.Post{Mention: c != l.mei.DM(), Files: []fake.Upload{u}}))
	return next(t, heard).Event.(bot.Attached).Files[0]
}

func fetched(t *testing.T, l *lab, f bot.File) string {
	t.Helper()
	r, err := l.Fetch(t.Context(), f.Ref)
	if err != nil {
		t.Fatalf("Fetch(%q) = %v", f.Ref, err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFetchStub asks what a stub stands for: in a shared channel no more comes (platform-facts.md 76).
func TestFetchStub(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	li := l.server.NewStranger(fake.Profile{Name: "li"})
	c := l.server.NewSharedChannel("nuts", li)
	f := attached(t, l, c, li, fake.Upload{Name: "plate.png", Content: []byte("\x89PNG\r\n\x1a\n one")})
	if f.Name != "" || f.Size != 0 || strings.Contains(f.Ref, "http") {
		t.Errorf("heard as %+v, want a stub", f)
	}
	if got := fetched(t, l, f); got != "\x89PNG\r\n\x1a\n one" {
		t.Errorf("fetched %q", got)
	}
}

// TestFetchStubTooBig does not fetch what is too large, which a stub does not tell.
func TestFetchStubTooBig(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	li := l.server.NewStranger(fake.Profile{Name: "li"})
	f := attached(t, l, l.server.NewSharedChannel("nuts", li), li, fake.Upload{Name: "long.bin", Size: 50<<20 + 1})
	if _, err := l.Fetch(t.Context(), f.Ref); !errors.Is(err, bot.ErrTooBig) {
		t.Errorf("Fetch = %v", err)
	}
}

// TestFetchSignIn does not take the sign-in page for the file, whether it comes in place or as a redirect
// (platform-facts.md 75, 101). It may be a file tomorrow.
func TestFetchSignIn(t *testing.T) {
	t.Parallel()
	for _, redirect := range []bool{false, true} {
		for _, name := range []string{"plate.png", "page.txt"} {
			t.Run(fmt.Sprint(name, " ", redirect), func(t *testing.T) {
				t.Parallel()
				l := newLab(t, nil, fake.Config{})
				f := attached(t, l, l.mei.DM(), l.mei, fake.Upload{Name: name, Content: []byte("three words here")})
				id, _, _ := strings.Cut(f.Ref, " ")
				l.server.SignInElsewhere(redirect)
				l.server.Lock(id, true)
				_, err := l.Fetch(t.Context(), f.Ref)
				if err == nil || errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), "files:read") {
					t.Errorf("Fetch = %v", err)
				}
				l.server.Lock(id, false)
				if got := fetched(t, l, f); got != "three words here" {
					t.Errorf("fetched %q", got)
				}
			})
		}
	}
}

// TestFetchPage takes a page that somebody sent.
func TestFetchPage(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	const page = "<!DOCTYPE html><title>Log</title>"
	f := attached(t, l, l.mei.DM(), l.mei, fake.Upload{Name: "log.html", Content: []byte(page)})
	if got := fetched(t, l, f); got != page {
		t.Errorf("fetched %q", got)
	}
}

// TestFetchElsewhere brings the token nowhere but to Slack (platform-facts.md 75).
func TestFetchElsewhere(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 10)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.Header.Get("Authorization") }))
	t.Cleanup(elsewhere.Close)
	l := newLab(t, nil, fake.Config{})
	f := attached(t, l, l.mei.DM(), l.mei, fake.Upload{Name: "a.txt", Content: []byte("x"), External: true})
	if f.Refused != bot.FileLost || f.Ref != "" {
		t.Errorf("heard as %+v", f)
	}
	for _, address := range []string{
		elsewhere.URL + "/x", "https://evilslack.com/x", "http://files.slack.com/x", "https://files.slack.com@" + strings.TrimPrefix(elsewhere.URL, "http://"), "://",
	} {
		if _, err := l.Fetch(t.Context(), "F1 image/png "+address); !errors.Is(err, bot.ErrGone) {
			t.Errorf("Fetch(%s) = %v", address, err)
		}
	}
	if len(asked) > 0 {
		t.Errorf("asked there with %q", <-asked)
	}
}

// TestFetchErrors tells what will never come from what may.
func TestFetchErrors(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	f := attached(t, l, l.mei.DM(), l.mei, fake.Upload{Name: "a.txt", Content: []byte("some words")})
	for name, c := range map[string]struct {
		f    fake.Fault
		gone bool
	}{
		"not there":    {fake.Fault{Status: http.StatusNotFound}, true},
		"forbidden":    {fake.Fault{Status: http.StatusForbidden}, false},
		"out of order": {fake.Fault{Status: http.StatusBadGateway, Body: "<html>"}, false},
		"cut":          {fake.Fault{Cut: fake.Before}, false},
	} {
		c.f.Method = "download"
		lift := l.server.Inject(c.f)
		_, err := l.Fetch(t.Context(), f.Ref)
		lift()
		if err == nil || errors.Is(err, bot.ErrGone) != c.gone || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: Fetch = %v", name, err)
		}
	}
	lift := l.server.Inject(fake.Fault{Method: "download", Status: http.StatusTooManyRequests})
	_, err := l.Fetch(t.Context(), f.Ref)
	lift()
	if e := wantError[*bot.RetryAfterError](t, err); e.After <= 0 {
		t.Errorf("Fetch = %v", err)
	}
	if _, err := l.Fetch(t.Context(), "F0NONE"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("Fetch of no file = %v", err)
	}
}

// TestSendFiles shares files in one message with their words, and names those that cannot go.
func TestSendFiles(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	lost := l.media.file(t, "lost.txt", "lost")
	if err := l.media.Remove(t.Context(), lost.Hash); err != nil {
		t.Fatal(err)
	}
	unsafe := l.media.file(t, "tool *1*.exe", "MZ")
	unsafe.Unsafe = true
	ids, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "*The* files", Files: []bot.File{
		l.media.file(t, "../a <b>.txt", "one"), unsafe,
		{Hash: "e3b0", Name: "empty.txt"},
		{Hash: "e3b1", Name: "huge.mp4", Size: 101 << 20},
		lost, l.media.file(t, "", "%PDF-1.7 two"), l.media.file(t, "", "three"),
		{Name: "big.mp4", Size: 60 << 20, Refused: bot.FileTooBig, Link: "https://up.example/t"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	list := l.mei.DM().Said()
	if len(list) != 1 || !slices.Equal(ids, []bot.MessageID{bot.MessageID(list[0].ID)}) {
		t.Fatalf("%d messages, ids %q", len(list), ids)
	}
	var names []string
	for _, f := range list[0].Files {
		names = append(names, f.Name)
	}
	if diff := cmp.Diff([]string{"a <b>.txt", "document.pdf", "document"}, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	want := "The files\n📎 tool *1*.exe (1 KB)\n📎 empty.txt\n📎 huge.mp4 (101 MB)\n📎 big.mp4 (60 MB) https://up.example/t\n📎 lost.txt (1 KB)"
	if list[0].Text != want {
		t.Errorf("said %q, want %q", list[0].Text, want)
	}
}

// TestSendLostFiles says the names when none of the files is left.
func TestSendLostFiles(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.say(t, bot.Outgoing{Message: bot.Message{Files: []bot.File{{Hash: "ab", Name: "lost.txt", Size: 3}}}})
	if s := said(t, l.mei.DM()); s.Text != "📎 lost.txt (1 KB)" || len(s.Files) > 0 {
		t.Errorf("said %+v", s)
	}
}

// TestSendFilesRefused leaves nothing behind, and shows no address that is a secret (platform-facts.md 110).
func TestSendFilesRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	o := bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x", Files: []bot.File{l.media.file(t, "a.txt", "one")}}}
	for _, f := range []fake.Fault{
		{Method: "files.getUploadURLExternal", Refuse: fake.Refuse("internal_error")},
		{Method: "upload", Cut: fake.Before},
		{Method: "upload", Status: 500},
		{Method: "files.completeUploadExternal", Refuse: fake.Refuse("internal_error")},
	} {
		lift := l.server.Inject(f)
		_, err := l.Send(t.Context(), o)
		lift()
		if err == nil || strings.Contains(err.Error(), "/upload/") || strings.Contains(err.Error(), "secret") || errors.Is(err, bot.ErrGone) || errors.Is(err, bot.ErrRefused) {
			t.Errorf("%s: Send = %v", f.Method, err)
		}
	}
	if list := l.mei.DM().Said(); len(list) > 0 {
		t.Errorf("said %+v", list)
	}
	l.mei.Refuse(true)
	if _, err := l.Send(t.Context(), o); !errors.Is(err, bot.ErrGone) {
		t.Errorf("Send = %v", err)
	}
}

// TestSharedLater returns some id when sharing takes its time (platform-facts.md 90).
func TestSharedLater(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.server.LoseShares(1)
	ids, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Files: []bot.File{l.media.file(t, "a.txt", "one")}}})
	if err != nil || len(ids) != 1 || ids[0] == "" {
		t.Errorf("Send = %q, %v", ids, err)
	}
}
