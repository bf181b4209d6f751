package telegram_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

// TestFiles sends every kind of file, as Fit cuts them.
func TestFiles(t *testing.T) {
	t.Parallel()
	media := &memory{}
	file := func(name, mime string) bot.File { return media.file(t, name, mime, []byte(name)) }
	jpg, mp4 := file("plate.jpg", "image/jpeg"), file("spray.mp4", "video/mp4")
	pdf, txt := file("报告 <1> & \"2\".pdf", "application/pdf"), file("notes.txt", "text/plain")
	song, voice := file("noise.mp3", "audio/mpeg"), file("voice.ogg", "audio/ogg")
	big := bot.File{Hash: "00", Name: "long *1*.mp4", Mime: "video/mp4", Size: 63 << 20}
	refused := bot.File{Name: "huge.mov", Size: 900 << 20, Refused: bot.FileTooBig, Link: "https://optoste.example/u/1_2"}
	lost := bot.File{Hash: "11", Name: "lost.jpg", Mime: "image/jpeg", Size: 2048}
	for name, c := range map[string]struct {
		m     bot.Message
		calls []string
		want  []string // text and files of each message
	}{
		"a photo":             {bot.Message{Text: "*see*", Files: []bot.File{jpg}}, []string{"sendPhoto"}, []string{"see photo"}},
		"a paper":             {bot.Message{Files: []bot.File{pdf}}, []string{"sendDocument"}, []string{` document 报告 <1> & "2".pdf`}},
		"pictures and videos": {bot.Message{Text: "see", Files: []bot.File{jpg, mp4, jpg}}, []string{"sendMediaGroup"}, []string{"see photo", " video", " photo"}},
		"papers":              {bot.Message{Text: "see", Files: []bot.File{pdf, txt}}, []string{"sendMediaGroup"}, []string{`see document 报告 <1> & "2".pdf`, " document notes.txt"}},
		"of many kinds": {
			bot.Message{Text: "see", Files: []bot.File{jpg, pdf, song, song, voice, voice}},
			[]string{"sendPhoto", "sendDocument", "sendMediaGroup", "sendMediaGroup"},
			[]string{"see photo", ` document 报告 <1> & "2".pdf`, " audio", " audio", " document voice.ogg", " document voice.ogg"},
		},
		"a voice message": {bot.Message{Files: []bot.File{voice}}, []string{"sendVoice"}, []string{" voice"}},
		"with buttons": {
			bot.Message{Text: "Right?", Files: []bot.File{jpg}, Choices: []bot.Choice{{ID: "f1.1.a", Label: "Yes"}}},
			[]string{"sendMessage", "sendPhoto"},
			[]string{"Right? Yes", " photo"},
		},
		"too large":       {bot.Message{Text: "see", Files: []bot.File{big}}, []string{"sendMessage"}, []string{"see\n📎 long *1*.mp4 (63 MB)"}},
		"refused":         {bot.Message{Files: []bot.File{refused}}, []string{"sendMessage"}, []string{"📎 huge.mov (900 MB) https://optoste.example/u/1_2"}},
		"lost":            {bot.Message{Text: "see", Files: []bot.File{lost}}, []string{"sendMessage"}, []string{"see\n📎 lost.jpg (2 KB)"}},
		"lost among some": {bot.Message{Text: "see", Files: []bot.File{lost, jpg}}, []string{"sendPhoto"}, []string{"see\n📎 lost.jpg (2 KB) photo"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, func(cfg *telegram.Config) { cfg.Media = media }, fake.Config{AnyPhoto: true})
			calls := len(l.server.Calls())
			for _, part := range bot.Fit(c.m, l.Capabilities()) {
				l.say(t, bot.Outgoing{Message: part})
			}
			var methods, got []string
			for _, call := range l.server.Calls()[calls:] {
				methods = append(methods, call.Method)
			}
			for _, m := range l.mei.Chat().Said() {
				words := []string{m.Text}
				for _, f := range m.Files {
					words = append(words, string(f.Kind))
					if f.Kind == fake.Document {
						words = append(words, f.Name)
					}
				}
				got = append(got, strings.Join(append(words, m.Labels()...), " "))
			}
			if diff := cmp.Diff(c.calls, methods); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("shown (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFilesInTopic keeps topic and reply with files too.
func TestFilesInTopic(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{AnyPhoto: true})
	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	forum := l.server.NewForum("Desk", wang)
	topic, _ := forum.OpenTopic(wang, "C-2603-0001")
	to := address(forum)
	to.Thread = itoa(topic)
	card := l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "card"}})
	jpg := l.media.file(t, "p.jpg", "image/jpeg", []byte("jpeg"))
	for _, files := range [][]bot.File{{jpg}, {jpg, jpg}} {
		l.say(t, bot.Outgoing{To: to, ReplyTo: card, Message: bot.Message{Text: "by @wang_li", Files: files}})
		if got := forum.Said(); got[len(got)-1].Thread != topic || got[len(got)-len(files)].ReplyTo != messageNumber(card) {
			t.Errorf("%d files: %+v, want them in topic %d as an answer to %s", len(files), got[len(got)-1], topic, card)
		}
		for _, e := range forum.Said()[len(forum.Said())-len(files)].Entities {
			if e.Type == "mention" {
				t.Error("a name in a caption is pinged")
			}
		}
	}
}

// TestPhotoThatIsNone goes as a document: Telegram makes nothing of it.
func TestPhotoThatIsNone(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	broken := l.media.file(t, "broken.jpg", "image/jpeg", []byte("no jpeg"))
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "one", Files: []bot.File{broken}}})
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "two", Files: []bot.File{broken, broken}}})
	got := l.mei.Chat().Said()
	if len(got) != 3 {
		t.Fatalf("%d messages stand there, want 3", len(got))
	}
	for _, m := range got {
		if len(m.Files) != 1 || m.Files[0].Kind != fake.Document || m.Files[0].Name != "broken.jpg" {
			t.Errorf("shown as %+v", m.Files)
		}
	}
}

// TestFilesNotWanted sends what a chat takes instead.
func TestFilesNotWanted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Bad Request: not enough rights to send voice messages to the chat": "listen\n📎 v.ogg (1 KB)",
		"Bad Request: file must be non-empty":                               "listen\n📎 v.ogg (1 KB)",
		"Bad Request: VOICE_MESSAGES_FORBIDDEN":                             "listen document",
	} {
		l := newLab(t, nil, fake.Config{})
		l.server.Inject(fake.Fault{Method: "sendVoice", Refuse: &fake.Refusal{Code: http.StatusBadRequest, Text: text}})
		voice := l.media.file(t, "v.ogg", "audio/ogg", []byte("ogg"))
		l.say(t, bot.Outgoing{Message: bot.Message{Text: "listen", Files: []bot.File{voice}}})
		got := said(t, l.mei.Chat())
		line := got.Text
		if len(got.Files) == 1 {
			line += " " + string(got.Files[0].Kind)
		}
		if line != want {
			t.Errorf("%s: said %q, want %q", text, line, want)
		}
	}
}

// TestUploadStreams sends a file that no memory holds, and closes it.
func TestUploadStreams(t *testing.T) {
	t.Parallel()
	big := &endless{}
	l := newLab(t, func(c *telegram.Config) { c.Media = big }, fake.Config{})
	l.say(t, bot.Outgoing{Message: bot.Message{Files: []bot.File{{Hash: "x", Name: "log.bin", Size: 40 << 20}}}})
	if big.read < 40<<20 || big.most > 1<<20 || big.open != 0 {
		t.Errorf("read %d bytes, at most %d at once; %d files are still open", big.read, big.most, big.open)
	}
}

// endless is a store of one file of 40 MB.
type endless struct {
	memory
	read, most, open int
}

func (e *endless) Get(context.Context, string) (io.ReadCloser, error) {
	e.open++
	e.read = 0
	return e, nil
}

func (e *endless) Read(p []byte) (int, error) {
	if e.read >= 40<<20 {
		return 0, io.EOF
	}
	e.most = max(e.most, len(p))
	e.read += len(p)
	return len(p), nil
}

func (e *endless) Close() error {
	e.open--
	return nil
}

// TestStoreAway fails without a word to the person when the files cannot be read: it is tried again.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	away := errors.New("bucket is away")
	l := newLab(t, func(c *telegram.Config) { c.Media = &awayStore{err: away} }, fake.Config{})
	_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x", Files: []bot.File{{Hash: "x", Mime: "image/jpeg"}}}})
	if !errors.Is(err, away) || len(l.mei.Chat().Said()) > 0 {
		t.Errorf("Send = %v, and %d messages stand there", err, len(l.mei.Chat().Said()))
	}
}

type awayStore struct {
	memory
	err error
}

func (s *awayStore) Get(context.Context, string) (io.ReadCloser, error) { return nil, s.err }

func TestFetch(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, nil)
	send := func(m fake.Media) string {
		before := len(l.inbox.wait(t, 0))
		l.mei.Chat().Send(l.mei, fake.Post{Media: &m})
		list := l.inbox.wait(t, before+1)
		return list[len(list)-1].Event.(bot.Attached).Files[0].Ref
	}
	content := bytes.Repeat([]byte("spray"), 100_000)
	fetch := func(ref string) ([]byte, error) {
		r, err := l.Fetch(t.Context(), ref)
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return io.ReadAll(r)
	}
	if got, err := fetch(send(fake.Media{Name: "a b&c.bin", Content: content})); err != nil || !bytes.Equal(got, content) {
		t.Errorf("fetched %d bytes, %v", len(got), err)
	}
	_, err := fetch(send(fake.Media{Name: "later.bin", Content: content, FailGet: 1}))
	if err == nil || errors.Is(err, bot.ErrGone) {
		t.Errorf("a file that is away for a while: %v, want an error that means: try again", err)
	}
	if _, err = fetch(send(fake.Media{Name: "later.bin", Content: content, FailFetch: 1})); err == nil || errors.Is(err, bot.ErrGone) {
		t.Errorf("a download that fails: %v, want an error that means: try again", err)
	}
	if _, err = fetch("no-such-file"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("a file of nobody: %v, want bot.ErrGone", err)
	}
	ref := send(fake.Media{Name: "x.bin", Content: content})
	lift := l.server.Inject(fake.Fault{Method: "getFile", Refuse: &fake.Refusal{Code: 400, Text: "Bad Request: file is too big"}})
	if _, err = fetch(ref); !errors.Is(err, bot.ErrTooBig) {
		t.Errorf("a file that is too big: %v, want bot.ErrTooBig", err)
	}
	lift()
	l.server.Inject(fake.Fault{Method: "getFile", Refuse: fake.TooMany(7 * time.Second)})
	_, err = fetch(ref)
	if wait := wantError[*bot.RetryAfterError](t, err); wait.After != 7*time.Second {
		t.Errorf("after %v", wait.After)
	}
}

// TestFetchFromOwnServer reads what a server of one's own names by its place on the disk.
func TestFetchFromOwnServer(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"documents/a b.bin":                             "/documents/a b.bin",
		"/var/lib/bots/" + token + "/documents/a b.bin": "/documents/a b.bin",
		"/srv/a#b?.bin":                                 "/srv/a#b?.bin",
		"busy":                                          "",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/bot" + token + "/getFile":
				_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": map[string]string{"file_path": path}})
			case "/file/bot" + token + "/busy":
				w.Header().Set("Retry-After", "5")
				w.WriteHeader(http.StatusTooManyRequests)
			case "/file/bot" + token + want:
				_, _ = io.WriteString(w, "content")
			default:
				http.NotFound(w, r)
			}
		}))
		t.Cleanup(server.Close)
		r, err := telegram.New(telegram.Config{Token: token, APIURL: server.URL + "/"}).Fetch(t.Context(), "ref")
		if want == "" {
			if wait := wantError[*bot.RetryAfterError](t, err); wait.After != 5*time.Second {
				t.Errorf("after %v", wait.After)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if b, err := io.ReadAll(r); string(b) != "content" || err != nil {
			t.Errorf("%s: read %q, %v", path, b, err)
		}
		r.Close()
	}
}
