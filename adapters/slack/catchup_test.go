package slack_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// wordsOf returns what inbounds say, and where each was said.
func wordsOf(list []bot.Inbound) []string {
	var got []string
	for _, in := range list {
		switch e := in.Event.(type) {
		case bot.Said:
			got = append(got, e.Text)
		case bot.Attached:
			got = append(got, e.Files[0].Name)
		default:
			got = append(got, fmt.Sprintf("%T", e))
		}
	}
	return got
}

// TestGapOfTheSocket stores what was said in a private chat while Slack delivered nothing
// (platform-facts.md 68).
func TestGapOfTheSocket(t *testing.T) {
	t.Parallel()
	l := newLab(t, bySocket, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, l.mei.DM().Say(l.mei, "one"))
	first := next(t, heard)
	l.server.Lose(2)
	l.mei.DM().Say(l.mei, "two 👋🏽")
	l.mei.DM().Upload(l.mei, "", fake.Upload{Name: "three.txt", Content: []byte("x")})
	l.server.CutSockets()
	eventually(t, "all is stored", func() bool { return len(l.inbox.stored()) == 3 })
	list := l.inbox.stored()
	if diff := cmp.Diff([]string{"one", "two 👋🏽", "three.txt"}, wordsOf(list)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(first, list[0]); diff != "" {
		t.Errorf("what was heard differs (-heard +stored):\n%s", diff)
	}
}

// TestGapBeforeTheStart stores what was said since the last life of the program, when the stores answer.
func TestGapBeforeTheStart(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			tries := 0
			var last map[string]int64
			l := newLab(t, func(c *slack.Config) {
				change(c)
				c.Heard = func(context.Context) (map[string]int64, error) {
					if tries++; tries < 3 {
						return nil, errAway
					}
					return last, nil
				}
			}, fake.Config{})
			l.server.Lose(100)
			old := l.server.NewPerson(fake.Profile{Name: "old"})
			old.DM().Say(old, "long ago")
			gone := l.server.NewPerson(fake.Profile{Name: "gone"})
			one := l.mei.DM().Say(l.mei, "one")
			l.mei.DM().Say(l.mei, "two")
			order, err := strconv.ParseInt(one.TS[:len(one.TS)-7]+one.TS[len(one.TS)-6:], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			last = map[string]int64{
				l.mei.DM().ID(): order, old.DM().ID(): time.Now().Add(-25 * time.Hour).UnixMicro(), "D" + gone.ID(): order - 1,
				l.server.NewChannel("line-3", l.mei).ID(): order,
			}
			l.server.Inject(fake.Fault{Method: "conversations.history", Times: 1, Refuse: fake.Refuse("internal_error")})
			l.run(t, quiet)
			eventually(t, "all is stored", func() bool { return len(l.inbox.stored()) >= 1 })
			eventually(t, "all chats are read", func() bool { return contains(l.logs, "while nothing was heard\" chats=2") })
			if diff := cmp.Diff([]string{"two"}, wordsOf(l.inbox.stored())); diff != "" { // one was worked
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			var read []string
			for _, call := range l.server.Calls("conversations.history") {
				read = append(read, call.Chat)
			}
			if diff := cmp.Diff([]string{l.mei.DM().ID(), l.mei.DM().ID(), "D" + gone.ID()}, read); diff != "" {
				t.Errorf("private chats that were heard lately, the newest first (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGapOfTheHook stores what Slack came with in vain while the program did not run; what was worked before
// comes under the same ID.
func TestGapOfTheHook(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, l.mei.DM().Say(l.mei, "one"))
	worked := next(t, heard)
	acked(t, l.mei.DM().Say(l.mei, "one more"))
	last := next(t, heard)
	l.stop()
	missed := l.mei.DM().Say(l.mei, "two")
	missed.Wait()
	if n := len(missed.Events[0].Tries()); n != 4 {
		t.Fatalf("Slack came %d times, want 4", n)
	}
	second := slack.New(slack.Config{
		Token: token, APIURL: l.server.API(), SigningSecret: signed, PublicURL: l.hook.URL, Post: l.inbox.post,
		Heard: func(context.Context) (map[string]int64, error) {
			return map[string]int64{last.To.Chat: last.Order}, nil
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- second.Run(ctx, handle) }()
	eventually(t, "what was missed is stored", func() bool { return len(l.inbox.stored()) == 2 })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	list := l.inbox.stored()
	if diff := cmp.Diff([]string{"one", "two"}, wordsOf(list)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(worked, list[0]); diff != "" {
		t.Errorf("what was worked differs (-worked +stored):\n%s", diff)
	}
}

// TestHeardBeforeTheName asks what was heard last before anything new is heard.
func TestHeardBeforeTheName(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	l := newLab(t, func(c *slack.Config) {
		c.Heard = func(context.Context) (map[string]int64, error) {
			close(asked)
			return map[string]int64{}, nil
		}
	}, fake.Config{})
	l.server.Inject(fake.Fault{Method: "auth.test", When: func(fake.Call) bool {
		select {
		case <-asked:
			return false
		default:
			return true
		}
	}, Refuse: fake.Refuse("internal_error")})
	handle, heard := hearing()
	l.run(t, handle)
	acked(t, l.mei.DM().Say(l.mei, "one"))
	next(t, heard)
	if n := len(l.server.Calls("auth.test")); n != 1 {
		t.Errorf("asked for the name %d times, want once: after what was heard last", n)
	}
}

// TestGapWithoutInbox has the handler work what was missed.
func TestGapWithoutInbox(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *slack.Config) { bySocket(c); c.Post = nil }, fake.Config{})
	heard := make(chan string, 100)
	failed := false
	l.run(t, func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		text := in.Event.(bot.Said).Text
		if text == "two" && !failed {
			failed = true
			return bot.Ack{}, errors.New("not yet")
		}
		heard <- text
		return bot.Ack{}, nil
	})
	acked(t, l.mei.DM().Say(l.mei, "one"))
	l.server.Lose(1)
	l.mei.DM().Say(l.mei, "two")
	l.server.CutSockets()
	for text := ""; text != "two"; {
		select {
		case text = <-heard:
		case <-time.After(patience):
			t.Fatal("never heard")
		}
	}
}
