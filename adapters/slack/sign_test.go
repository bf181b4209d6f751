package slack_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

const hourglass = "hourglass_flowing_sand"

// signs returns the reactions to the newest message that a chat shows.
func signs(c *fake.Chat) string {
	list := c.Visible()
	if len(list) == 0 || len(list[len(list)-1].Reacted) == 0 {
		return ""
	}
	return list[len(list)-1].Reacted[0]
}

// TestSign shows that a message is being worked for as long as it is.
func TestSign(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, change, fake.Config{})
			l.Sign(5 * time.Millisecond)
			done := make(chan struct{})
			l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) {
				<-done
				return bot.Ack{}, nil
			})
			d := l.mei.DM().Say(l.mei, "hello")
			eventually(t, "the sign is shown", func() bool { return signs(l.mei.DM()) == hourglass })
			close(done)
			acked(t, d)
			eventually(t, "the sign is taken away", func() bool { return signs(l.mei.DM()) == "" })
			l.stop()
			if diff := cmp.Diff(map[string]int{"reactions.add": 1, "reactions.remove": 1}, called(l, "reactions.add", "reactions.remove")); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoSign shows none for what is worked at once, and for presses.
func TestNoSign(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		for name, after := range map[string]time.Duration{"message": time.Minute, "press": time.Nanosecond} {
			t.Run(way+", "+name, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, change, fake.Config{})
				id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A"}}}})
				l.Sign(after)
				l.run(t, quiet)
				if name == "press" {
					acked(t, l.mei.DM().Press(l.mei, string(id), "f1.1.a"))
				} else {
					acked(t, l.mei.DM().Say(l.mei, "hello"))
				}
				l.stop()
				if n := called(l, "reactions.add", "reactions.remove"); n["reactions.add"]+n["reactions.remove"] != 0 {
					t.Errorf("called %v, want no sign", n)
				}
			})
		}
	}
}

// TestSignOfTheInbox leaves the sign until the message has been worked from the inbox, by whichever replica.
func TestSignOfTheInbox(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.Answer(200 * time.Millisecond)
	l.Sign(5 * time.Millisecond)
	l.run(t, func(ctx context.Context, _ bot.Inbound) (bot.Ack, error) {
		<-ctx.Done()
		return bot.Ack{}, ctx.Err()
	})
	acked(t, l.mei.DM().Say(l.mei, "hello"))
	l.stop()
	if got := signs(l.mei.DM()); got != hourglass {
		t.Fatalf("what waits in the inbox has the sign %q", got)
	}
	other := slack.New(slack.Config{Token: token, APIURL: l.server.API()})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- other.Run(ctx, quiet) }()
	other.Acknowledge(t.Context(), l.inbox.stored()[0], bot.Ack{})
	eventually(t, "the sign is taken away", func() bool { return signs(l.mei.DM()) == "" })
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestSignOfTheSpool leaves the sign until the message has been worked from the spool.
func TestSignOfTheSpool(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *slack.Config) { c.Spool, c.Post = t.TempDir(), nil }, fake.Config{})
	l.Sign(time.Millisecond)
	away, back := make(chan struct{}), make(chan struct{})
	l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) {
		<-away
		select {
		case <-back:
			return bot.Ack{}, nil
		default:
			return bot.Ack{}, errAway
		}
	})
	d := l.mei.DM().Say(l.mei, "hello")
	eventually(t, "the sign is shown", func() bool { return signs(l.mei.DM()) == hourglass })
	close(away)
	acked(t, d)
	if got := signs(l.mei.DM()); got != hourglass {
		t.Errorf("what waits in the spool has the sign %q", got)
	}
	close(back)
	eventually(t, "the sign is taken away", func() bool { return signs(l.mei.DM()) == "" })
}

// TestSignIsAnOrnament answers as well when Slack takes no signs; one that stands is taken away when the time
// is up for which Slack has asked to wait.
func TestSignIsAnOrnament(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fake.Fault{
		"no such scope": {Method: "reactions.add", Refuse: fake.Refuse("missing_scope")},
		"hangs":         {Method: "reactions.add", Wait: time.Minute, Cut: fake.Before},
		"too many":      {Method: "reactions.remove", Times: 1, Refuse: fake.TooMany(time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{})
			l.Sign(time.Millisecond)
			l.server.Inject(f)
			shown := make(chan struct{})
			l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) {
				<-shown
				return bot.Ack{}, nil
			})
			d := l.mei.DM().Say(l.mei, "hello")
			eventually(t, "the sign is asked for", func() bool { return called(l, "reactions.add")["reactions.add"] == 1 })
			close(shown)
			acked(t, d)
			eventually(t, "it is to be taken away", func() bool { return called(l, "reactions.remove")["reactions.remove"] > 0 })
			eventually(t, "it is not there", func() bool { return signs(l.mei.DM()) == "" })
			l.stop()
			if contains(l.logs, "level=WARN") || contains(l.logs, "level=ERROR") {
				t.Errorf("the log complains:\n%s", l.logs)
			}
		})
	}
}
