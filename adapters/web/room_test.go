package web_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/adaptertest"
	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/bot"
)

func TestRestart(t *testing.T) {
	t.Parallel()
	cfg := web.Config{Customer: true, Demo: demo(), Dir: filepath.Join(t.TempDir(), "web"), Media: &adaptertest.Media{}}
	s := open(t, cfg, echo)
	c := s.as(t, "mei")
	u := c.New()
	text := "before"
	u.Text = &text
	if _, err := c.Post(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Files(t.Context(), "look", fake.File{Name: "plate.png", Body: strings.NewReader(png)}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Edit(t.Context(), "1", "edited"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(t.Context(), bot.Outgoing{To: bot.Address{Channel: "web", Chat: "mei"}, Replace: "2", Message: bot.Message{Text: "replaced"}}); err != nil {
		t.Fatal(err)
	}
	before := watch(t, c, "")
	s.stop()
	select {
	case <-before.Done():
	case <-time.After(patience):
		t.Fatal("the stream does not end with Run")
	}
	if _, err := c.Text(t.Context(), "closed"); err == nil {
		t.Error("an update was accepted after Run has ended")
	}

	s = open(t, cfg, echo)
	c = s.as(t, "mei")
	after := watch(t, c, "")
	if diff := cmp.Diff(before.Messages(), after.Messages()); diff != "" {
		t.Errorf("after a restart (-before +after):\n%s", diff)
	}
	// Ids and keys go on: the same update is known, a new message has a new id.
	if r, err := c.Post(t.Context(), u); err != nil || r.Message != "1" {
		t.Errorf("the same update after a restart = %+v, %v", r, err)
	}
	if diff := cmp.Diff(texts(before.Messages()), texts(watch(t, c, "").Messages())); diff != "" {
		t.Errorf("the same update and answer again (-want +got):\n%s", diff)
	}
	if after.Order == 0 {
		t.Error("the page does not learn the highest count")
	}
}

// TestTornFile checks a file whose last line a crash cut short, and one that somebody damaged.
func TestTornFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg := web.Config{Customer: true, Demo: demo(), Dir: dir}
	s := open(t, cfg, echo)
	if _, err := s.as(t, "mei").Text(t.Context(), "whole"); err != nil {
		t.Fatal(err)
	}
	s.stop()
	file := filepath.Join(dir, "mei.jsonl")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(whole, `{"kind":"hear","n":9,"te`...), 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg, echo)
	c := s.as(t, "mei")
	if _, err := c.Text(t.Context(), "more"); err != nil {
		t.Fatal(err)
	}
	want := []string{"mei: whole", "bot: You said: whole", "mei: more", "bot: You said: more"}
	shows(t, watch(t, c, ""), want...)
	s.stop()
	s = open(t, cfg, echo)
	shows(t, watch(t, s.as(t, "mei"), ""), want...)
	s.stop()

	if err := os.WriteFile(file, []byte("{\"kind\":\n"+string(whole)), 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg, echo)
	if _, err := s.as(t, "mei").Text(t.Context(), "damaged"); err == nil {
		t.Error("a damaged file was taken")
	}
	if !strings.Contains(s.logs.String(), "mei.jsonl, line 1") {
		t.Errorf("the log does not name file and line:\n%s", s.logs)
	}
}

func TestResume(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	c := s.as(t, "mei")
	first := watch(t, c, "")
	if !first.Reset || first.Last() == "" {
		t.Errorf("a new page: reset %v, last event %q", first.Reset, first.Last())
	}
	if _, err := c.Text(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	// The end of the batch has the id, so wait for the state that it ends with.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := first.Wait(ctx, func(l []fake.Message) bool { return len(l) == 2 && !l[0].Waiting }); err != nil {
		t.Fatal(err)
	}
	at := watch(t, c, "").Last()
	first.Close()
	if _, err := c.Text(t.Context(), "two"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Edit(t.Context(), "1", "uno"); err != nil {
		t.Fatal(err)
	}
	again := watch(t, c, at)
	if again.Reset {
		t.Error("a page that comes back is sent everything")
	}
	shows(t, again, "mei: uno", "mei: two", "bot: You said: two", "bot: You changed it to: uno")
	for _, other := range []string{"nonsense", "other-1", at + "999999"} {
		if w := watch(t, c, other); !w.Reset || len(w.Messages()) != 5 {
			t.Errorf("after %q: reset %v with %d messages, want everything", other, w.Reset, len(w.Messages()))
		}
	}
}

// TestManyChats opens more chats than stay in memory.
func TestManyChats(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true}, echo)
	first := s.as(t, "")
	if _, err := first.Text(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	screen := watch(t, s.as(t, ""), "")
	for range web.KeepRooms + 1 {
		if _, err := s.as(t, "").Text(t.Context(), "another"); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := first.Text(t.Context(), "second"); err != nil || r.Message != "4" {
		t.Errorf("in a chat that had left memory: %+v, %v; want message 4", r, err)
	}
	if list := screen.Messages(); len(list) > 0 {
		t.Errorf("an open page without a chat shows %s", texts(list))
	}
}
