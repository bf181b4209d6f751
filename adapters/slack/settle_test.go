package slack_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

var errAway = errors.New("database is away")

// ways are how updates come.
func ways() map[string]func(*slack.Config) {
	return map[string]func(*slack.Config){"hook": func(*slack.Config) {}, "socket": bySocket}
}

// TestSlowTurnIsStored acknowledges in time what is not worked in time, because it is stored; whoever
// works it gets the same inbound (platform-facts.md 63, 106).
func TestSlowTurnIsStored(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, obeys := range map[string]bool{"stops when told": true, "does not": false} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, change, fake.Config{Patience: 2 * time.Second})
				l.Answer(100 * time.Millisecond)
				released := make(chan struct{})
				t.Cleanup(func() { close(released) })
				tried := make(chan bot.Inbound, 1)
				l.run(t, func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
					tried <- in
					if obeys {
						<-ctx.Done()
						return bot.Ack{}, ctx.Err()
					}
					<-released
					return bot.Ack{}, nil
				})
				d := l.mei.DM().Say(l.mei, "hello")
				acked(t, d)
				if n := len(d.Events[0].Tries()); n != 1 {
					t.Errorf("delivered %d times, want once", n)
				}
				if diff := cmp.Diff([]bot.Inbound{<-tried}, l.inbox.stored()); diff != "" {
					t.Errorf("stored (-worked +stored):\n%s", diff)
				}
				if c := l.Counts(); c.Late != 1 || c.Spooled != 0 || c.Lost != 0 {
					t.Errorf("counted %+v", c)
				}
			})
		}
	}
}

// TestPressIsStored keeps a press that could not be worked: it never comes again (platform-facts.md 79).
func TestPressIsStored(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A"}}}})
	l.run(t, func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		if _, ok := in.Event.(bot.Chose); ok {
			return bot.Ack{}, errAway
		}
		return bot.Ack{}, nil
	})
	acked(t, l.mei.DM().Press(l.mei, string(id), "f1.1.a"))
	list := l.inbox.stored()
	if len(list) != 1 || list[0].Event.(bot.Chose).Choice != "f1.1.a" {
		t.Errorf("stored %+v", list)
	}
}

// TestSpool keeps what no store takes on the disk, acknowledges it, and stores it once when the stores are
// back, also in another life of the program (platform-facts.md 106).
func TestSpool(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, dies := range map[string]bool{"lives": false, "dies": true} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				folder := filepath.Join(t.TempDir(), "spool")
				away := func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, errAway }
				l := newLab(t, func(c *slack.Config) { c.Spool = folder; change(c) }, fake.Config{})
				l.inbox.setAway(errAway)
				l.run(t, away)
				acked(t, l.mei.DM().Say(l.mei, "one"))
				acked(t, l.mei.DM().Say(l.mei, "two"))
				if n := files(t, folder); n != 2 || l.Counts().Spooled != 2 {
					t.Fatalf("%d files in the spool, counted %+v", n, l.Counts())
				}
				if dies {
					l.stop()
					second := slack.New(slack.Config{Token: token, APIURL: l.server.API(), Post: l.inbox.post, Spool: folder})
					second.Hurry()
					ctx, cancel := context.WithCancel(t.Context())
					ended := make(chan error, 1)
					go func() { ended <- second.Run(ctx, away) }()
					t.Cleanup(func() {
						cancel()
						if err := <-ended; err != nil {
							t.Error(err)
						}
					})
				}
				l.inbox.setAway(nil)
				eventually(t, "the spool is empty", func() bool { return files(t, folder) == 0 })
				var got []string
				for _, in := range l.inbox.stored() {
					got = append(got, in.Event.(bot.Said).Text)
				}
				if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" {
					t.Errorf("stored (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestSpoolWithoutInbox has the handler work what waits.
func TestSpoolWithoutInbox(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	l := newLab(t, func(c *slack.Config) { c.Spool, c.Post = folder, nil }, fake.Config{})
	var tries atomic.Int32
	l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) {
		if tries.Add(1) < 3 {
			return bot.Ack{}, errAway
		}
		return bot.Ack{}, nil
	})
	acked(t, l.mei.DM().Say(l.mei, "one"))
	eventually(t, "the spool is empty", func() bool { return files(t, folder) == 0 })
	if n := tries.Load(); n != 3 {
		t.Errorf("tried %d times, want 3", n)
	}
}

// TestSpoolHoldsRubbish puts aside what it cannot read, and works the rest.
func TestSpoolHoldsRubbish(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{"0.json": "{", "1.json": string(updateFile(t, "text")), "2.json.1": "half"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := newLab(t, func(c *slack.Config) { c.Spool = folder }, fake.Config{})
	l.run(t, quiet)
	eventually(t, "the update is stored", func() bool { return len(l.inbox.stored()) == 1 })
	eventually(t, "the rubbish is put aside", func() bool {
		_, err := os.Stat(filepath.Join(folder, "0.json.bad"))
		return err == nil && files(t, folder) == 0
	})
}

// TestSpoolHalfWritten removes what a process has left half written when it died, and nothing that is just being
// written.
func TestSpoolHalfWritten(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	old, fresh := filepath.Join(folder, "1.json.1"), filepath.Join(folder, "2.json.1")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	l := newLab(t, func(c *slack.Config) { c.Spool = folder }, fake.Config{})
	l.run(t, quiet)
	eventually(t, "the old one is removed", func() bool {
		_, err := os.Stat(old)
		return os.IsNotExist(err)
	})
	if _, err := os.Stat(fresh); err != nil {
		t.Error(err)
	}
}

// TestNothingKeeps asks Slack to come again when nothing takes an update.
func TestNothingKeeps(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, spool := range map[string]string{"no spool": "", "spool is no folder": filepath.Join(file, "spool")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, func(c *slack.Config) { c.Spool = spool }, fake.Config{})
			l.inbox.setAway(errAway)
			var tries atomic.Int32
			l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) {
				if tries.Add(1) < 3 {
					return bot.Ack{}, errAway
				}
				return bot.Ack{}, nil
			})
			acked(t, l.mei.DM().Say(l.mei, "hello"))
			if n, lost := tries.Load(), l.Counts().Lost; n != 3 || lost != 2 {
				t.Errorf("tried %d times, %d not kept; want 3, 2", n, lost)
			}
		})
	}
}

// TestBeforeName keeps what comes while Slack does not tell the bot's name.
func TestBeforeName(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *slack.Config) { c.Spool = t.TempDir() }, fake.Config{})
	l.Answer(50 * time.Millisecond)
	lift := l.server.Inject(fake.Fault{Method: "auth.test", Refuse: fake.Refuse("internal_error")})
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, l.mei.DM().Say(l.mei, "hello"))
	if len(heard) > 0 || l.Counts().Spooled != 1 {
		t.Errorf("heard before the name is known; counted %+v", l.Counts())
	}
	lift()
	eventually(t, "it is stored", func() bool { return len(l.inbox.stored()) == 1 })
}

// files counts the updates in a spool.
func files(t *testing.T, folder string) int {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
