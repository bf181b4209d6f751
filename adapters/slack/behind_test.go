package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// behindLab is a lab with a spool in which something of Mei's waits, and a handler that works again already while the
// inbox does not take anything yet. worked is what it has worked, warned what it was given to be warned of.
type behindLab struct {
	*lab
	folder         string
	worked, warned chan string
}

func newBehindLab(t *testing.T, change func(*slack.Config)) behindLab {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "spool")
	b := behindLab{folder: folder, worked: make(chan string, 100), warned: make(chan string, 100)}
	b.lab = newLab(t, func(c *slack.Config) { c.Spool = folder; change(c) }, fake.Config{})
	b.inbox.setAway(errAway)
	return b
}

func (b behindLab) handle(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
	said, ok := in.Event.(bot.Said)
	if !ok || said.Text == "one" {
		return bot.Ack{}, errAway
	}
	if err := ctx.Err(); err != nil {
		b.warned <- said.Text
		return bot.Ack{}, err
	}
	b.worked <- said.Text
	return bot.Ack{}, nil
}

// begin has the first message wait.
func (b behindLab) begin(t *testing.T) {
	t.Helper()
	b.run(t, b.handle)
	acked(t, b.mei.DM().Say(b.mei, "one"))
	if n := files(t, b.folder); n != 1 {
		t.Fatalf("%d files in the spool, want one", n)
	}
}

// taken returns what is in a channel.
func taken(c <-chan string) (list []string) {
	for len(c) > 0 {
		list = append(list, <-c)
	}
	return list
}

// TestBehindTheSpool works nothing of a chat while an earlier update of it waits: it is kept behind that one, in
// order, and only warned of what cannot wait. Other chats go on, and so does this one when the spool is empty.
func TestBehindTheSpool(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			b := newBehindLab(t, change)
			li := b.server.NewPerson(fake.Profile{Display: "Li"})
			b.begin(t)
			acked(t, b.mei.DM().Say(b.mei, "two"))
			acked(t, li.DM().Say(li, "from Li"))
			acked(t, b.mei.DM().Say(b.mei, "three"))
			if diff := cmp.Diff([]string{"from Li"}, taken(b.worked)); diff != "" {
				t.Errorf("worked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"two", "three"}, taken(b.warned)); diff != "" {
				t.Errorf("warned of (-want +got):\n%s", diff)
			}
			b.inbox.setAway(nil)
			eventually(t, "the spool is empty", func() bool { return files(t, b.folder) == 0 })
			var got []string
			for _, in := range b.inbox.stored() {
				got = append(got, in.Event.(bot.Said).Text)
			}
			if diff := cmp.Diff([]string{"one", "two", "three"}, got); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			for try := 0; len(b.worked) == 0; try++ { // the chat goes on a moment after the file is gone
				if try == 100 {
					t.Fatal("the chat does not go on")
				}
				acked(t, b.mei.DM().Say(b.mei, "four"))
			}
		})
	}
}

// TestBehindAnEarlierLife knows at the start whose updates wait, also by what says no chat of itself.
func TestBehindAnEarlierLife(t *testing.T) {
	t.Parallel()
	b := newBehindLab(t, func(*slack.Config) {})
	text := updateFile(t, "text")
	raw, err := json.Marshal(map[string]any{"kind": "events_api", "body": eventIn(t, text), "at": b.now(), "chat": b.mei.DM().ID()})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(b.folder, 0o700), os.WriteFile(filepath.Join(b.folder, "1.json"), raw, 0o600)); err != nil {
		t.Fatal(err)
	}
	b.run(t, b.handle)
	eventually(t, "the chat is read", func() bool { return len(b.server.Calls("auth.test")) > 0 })
	acked(t, b.mei.DM().Say(b.mei, "two"))
	if diff := cmp.Diff([]string{"two"}, taken(b.warned)); diff != "" || len(b.worked) > 0 {
		t.Errorf("worked %q, warned of (-want +got):\n%s", taken(b.worked), diff)
	}
}

// eventIn returns the body of an update that the spool keeps.
func eventIn(t *testing.T, spooled []byte) json.RawMessage {
	t.Helper()
	var env struct{ Body json.RawMessage }
	if err := json.Unmarshal(spooled, &env); err != nil {
		t.Fatal(err)
	}
	return env.Body
}

// TestNotBehindForEver works what comes when an update has waited for too long, or when the spool takes no more: late
// is better than never.
func TestNotBehindForEver(t *testing.T) {
	t.Parallel()
	for name, bound := range map[string]func(*testing.T, behindLab){
		"time": func(_ *testing.T, b behindLab) { b.skip(10 * time.Minute) },
		"room": func(t *testing.T, b behindLab) {
			t.Helper()
			if err := os.RemoveAll(b.folder); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(b.folder, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBehindLab(t, func(*slack.Config) {})
			b.begin(t)
			bound(t, b)
			acked(t, b.mei.DM().Say(b.mei, "two"))
			if diff := cmp.Diff([]string{"two"}, taken(b.worked)); diff != "" {
				t.Errorf("worked (-want +got):\n%s", diff)
			}
		})
	}
}
