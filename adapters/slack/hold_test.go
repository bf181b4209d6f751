package slack_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// called returns how often methods were called.
func called(l *lab, methods ...string) map[string]int {
	n := map[string]int{}
	for _, m := range methods {
		n[m] = len(l.server.Calls(m))
	}
	return n
}

// TestHeldBack calls a method for a chat no more before the time is up for which Slack has asked to wait; other
// chats and other methods go on (platform-facts.md 86, 97).
func TestHeldBack(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "one"}})
	other := l.server.NewChannel("line-3", l.mei)
	l.server.Inject(fake.Fault{Method: "chat.postMessage", Chat: l.mei.DM().ID(), Times: 1, Refuse: fake.TooMany(5 * time.Second)})
	send := func() error {
		_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "two"}})
		return err
	}
	_ = wantError[*bot.RetryAfterError](t, send())
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if e := wantError[*bot.RetryAfterError](t, send()); e.After <= 4*time.Second || e.After > 5*time.Second {
				t.Errorf("asked to wait %s, want 5s", e.After)
			}
		})
	}
	all.Wait()
	if n := called(l, "chat.postMessage"); n["chat.postMessage"] != 2 || l.Counts().Limited != 1 {
		t.Errorf("called %v times, %d of them limited; want one that went, and one", n, l.Counts().Limited)
	}
	l.say(t, bot.Outgoing{To: address(other), Message: bot.Message{Text: "elsewhere"}})
	l.say(t, bot.Outgoing{Replace: id, Message: bot.Message{Text: "uno"}})
	l.skip(5 * time.Second)
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "two"}})
}

// TestEditHeldBack holds back edits in one chat, and messages not.
func TestEditHeldBack(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "one"}})
	l.server.Inject(fake.Fault{Method: "chat.update", Times: 1, Refuse: fake.TooMany(5 * time.Second)})
	edit := bot.Outgoing{To: l.to(), Replace: id, Message: bot.Message{Text: "uno"}}
	for range 2 {
		_, err := l.Send(t.Context(), edit)
		_ = wantError[*bot.RetryAfterError](t, err)
	}
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "two"}})
	l.skip(5 * time.Second)
	l.say(t, edit)
	if diff := cmp.Diff(map[string]int{"chat.update": 2}, called(l, "chat.update")); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestFilesHeldBack uploads nothing that could not be shared.
func TestFilesHeldBack(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]map[string]int{
		"files.getUploadURLExternal":   {"files.getUploadURLExternal": 2, "upload": 1, "files.completeUploadExternal": 1},
		"files.completeUploadExternal": {"files.getUploadURLExternal": 2, "upload": 2, "files.completeUploadExternal": 2},
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{})
			l.server.Inject(fake.Fault{Method: method, Times: 1, Refuse: fake.TooMany(5 * time.Second)})
			o := bot.Outgoing{To: l.to(), Message: bot.Message{Files: []bot.File{l.media.file(t, "a.txt", "a")}}}
			for range 3 {
				_, err := l.Send(t.Context(), o)
				_ = wantError[*bot.RetryAfterError](t, err)
			}
			l.say(t, bot.Outgoing{Message: bot.Message{Text: "no file"}})
			l.skip(5 * time.Second)
			l.say(t, o)
			if diff := cmp.Diff(want, called(l, "files.getUploadURLExternal", "upload", "files.completeUploadExternal")); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNamesHeldBack does without names while Slack tells none, of nobody.
func TestNamesHeldBack(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	li := l.server.NewPerson(fake.Profile{Display: "Li"})
	l.server.Inject(fake.Fault{Method: "users.info", Times: 1, Refuse: fake.TooMany(30 * time.Second)})
	for _, p := range []*fake.Person{l.mei, li} {
		acked(t, p.DM().Say(p, "hello"))
		if got := next(t, heard); got.From != (bot.Sender{ID: personID(p)}) {
			t.Errorf("heard of %+v, want no name", got.From)
		}
	}
	l.skip(30 * time.Second)
	acked(t, li.DM().Say(li, "hello"))
	if got := next(t, heard); got.From.Name != "Li" {
		t.Errorf("heard of %+v", got.From)
	}
	if n := called(l, "users.info")["users.info"]; n != 2 {
		t.Errorf("asked %d times, want twice", n)
	}
}
