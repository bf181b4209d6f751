package slack_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// texts collects what n inbounds say, by ID.
func texts(t *testing.T, heard <-chan bot.Inbound, n int) map[string]string {
	t.Helper()
	got := map[string]string{}
	for range n {
		in := next(t, heard)
		got[in.ID] = in.Event.(bot.Said).Text
	}
	if len(heard) > 0 {
		t.Errorf("heard more: %+v", <-heard)
	}
	return got
}

// TestMentionIsOne hears the two events of a mention under one ID, and retries under a new event id
// (platform-facts.md 65, 66).
func TestMentionIsOne(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	c := l.server.NewChannel("line-3", l.mei)
	d := c.Mention(l.mei, "the belt stops")
	acked(t, d)
	double := d.Events[0].Double()
	<-double.Acked()
	want := map[string]string{"slack/" + c.ID() + "/" + d.TS: "the belt stops"}
	if diff := cmp.Diff(want, texts(t, heard, 3)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestChannelHearsItsThreads hears in a channel what mentions the bot and, from then on, the thread; after
// a restart, too. The answer stands in the thread.
func TestChannelHearsItsThreads(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	li := l.server.NewStranger(fake.Profile{Name: "li", Display: "Li"})
	c := l.server.NewSharedChannel("nuts", l.mei, li)
	acked(t, c.Say(l.mei, "lunch?"))
	d := c.Mention(li, "the belt stops")
	acked(t, d)
	in := next(t, heard)
	next(t, heard)
	if want := (bot.Address{Channel: "slack", Chat: c.ID(), Thread: d.TS}); in.To != want || !in.Public || in.From.ID != "T0NUTSLTD1."+personID(li) {
		t.Errorf("heard %+v, want it in %+v, of a person of another team", in, want)
	}
	l.say(t, bot.Outgoing{To: in.To, Message: bot.Message{Text: "Which serial number?"}})
	if s := said(t, c); s.Thread != d.TS {
		t.Errorf("the answer stands in thread %q", s.Thread)
	}
	acked(t, c.Reply(li, d.TS, "OS-2025-0417"))
	if got := next(t, heard); got.To != in.To || got.Event != (bot.Said{Text: "OS-2025-0417"}) {
		t.Errorf("heard %+v", got)
	}

	other := c.Say(l.mei, "coffee?")
	acked(t, other)
	acked(t, c.Reply(l.mei, other.TS, "yes"))
	if len(heard) > 0 {
		t.Errorf("heard what is not for the bot: %+v", <-heard)
	}

	url, again := l.replica(t, "2")
	l.server.Connect(url)
	acked(t, c.Reply(l.mei, other.TS, "two sugars"))
	acked(t, c.Reply(li, d.TS, "hello?"))
	if got := next(t, again); got.Event != (bot.Said{Text: "hello?"}) || len(again) > 0 {
		t.Errorf("after a restart heard %+v", got)
	}
}

// replica connects another adapter beside the lab's and returns where Slack reaches it, and what it hears.
func (l *lab) replica(t *testing.T, path string) (url string, heard <-chan bot.Inbound) {
	t.Helper()
	a := slack.New(slack.Config{Token: token, APIURL: l.server.API(), SigningSecret: signed})
	a.Meet(l.server.BotUser(), l.server.BotID(), fake.Team)
	handle, heard := hearing()
	for pattern, h := range a.Routes(handle) {
		l.mux.Handle(pattern+path, h)
	}
	return l.hook.URL + "/hook/slack" + path, heard
}

// TestReplicasShareThreads hears a thread from its mention on, though another replica heard the mention and
// this one had just learned that the bot is not there.
func TestReplicasShareThreads(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, first := hearing()
	l.run(t, handle)
	url, second := l.replica(t, "2")
	c := l.server.NewChannel("line-3", l.mei)
	parent := c.Say(l.mei, "the belt stops")
	acked(t, parent)
	l.server.Connect(url)
	acked(t, c.Reply(l.mei, parent.TS, "again?"))
	l.server.Connect(l.hook.URL + "/hook/slack")
	acked(t, c.Post(l.mei, fake.Post{Text: "can you help?", Thread: parent.TS, Mention: true}))
	if got := next(t, first); got.To.Thread != parent.TS {
		t.Fatalf("heard %+v", got)
	}
	l.server.Connect(url)
	acked(t, c.Reply(l.mei, parent.TS, "OS-2025-0417"))
	if got := next(t, second); got.Event != (bot.Said{Text: "OS-2025-0417"}) || len(second) > 0 {
		t.Errorf("heard %+v and %d more", got, len(second))
	}
}

// TestLongThread finds a mention however far down it stands, reads no more than some pages before Slack is
// asked to come again, and nothing twice.
func TestLongThread(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, tries, pages int }{
		"second page":  {before: 230, after: 100, tries: 1, pages: 2},
		"seventh page": {before: 1300, after: 10, tries: 2, pages: 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{})
			handle, heard := hearing()
			l.run(t, handle)
			room := l.server.NewChannel("line-3", l.mei)
			l.server.Lose(c.before + c.after + 3)
			parent := room.Say(l.mei, "the belt stops").TS
			for range c.before {
				room.Reply(l.mei, parent, "is it so?")
			}
			room.Post(l.mei, fake.Post{Text: "can you help?", Thread: parent, Mention: true})
			for range c.after {
				room.Reply(l.mei, parent, "yes")
			}
			d := room.Reply(l.mei, parent, "OS-2025-0417")
			acked(t, d)
			if got := next(t, heard); got.Event != (bot.Said{Text: "OS-2025-0417"}) || len(d.Events[0].Tries()) != c.tries {
				t.Errorf("heard %+v after %d tries, want %d", got, len(d.Events[0].Tries()), c.tries)
			}
			acked(t, room.Reply(l.mei, parent, "thanks"))
			if n := len(l.server.Calls("conversations.replies")); n != c.pages {
				t.Errorf("read %d pages, want %d", n, c.pages)
			}
		})
	}
}

// TestForeignThreadIsReadOn asks of a thread in which the bot is not only for what is new there. A bot that
// mentions ours brings it nowhere.
func TestForeignThreadIsReadOn(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	c := l.server.NewChannel("line-3", l.mei)
	parent := c.Say(l.mei, "lunch?")
	acked(t, parent)
	first := c.Reply(l.mei, parent.TS, "yes")
	acked(t, first)
	acked(t, c.Post(l.server.Bot("ci"), fake.Post{Text: "deployed", Thread: parent.TS, Mention: true}))
	acked(t, c.Reply(l.mei, parent.TS, "where?"))
	if len(heard) > 0 {
		t.Errorf("heard %+v", <-heard)
	}
	var from []string
	for _, call := range l.server.Calls("conversations.replies") {
		from = append(from, call.Args["oldest"])
	}
	if diff := cmp.Diff([]string{"", first.TS}, from); diff != "" {
		t.Errorf("read from (-want +got):\n%s", diff)
	}
}

// TestThreadNotKnown asks Slack to come again when it does not tell who is in a thread, and asks it nothing
// before the time is up for which it wants to be left alone.
func TestThreadNotKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refusal *fake.Refusal
		asked   int
	}{"fault": {fake.Refuse("internal_error"), 3}, "too many": {fake.TooMany(time.Minute), 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{})
			room := l.server.NewChannel("line-3", l.mei)
			l.server.Lose(3)
			parent := room.Say(l.mei, "lunch?").TS
			room.Post(l.mei, fake.Post{Text: "help", Thread: parent, Mention: true})
			handle, heard := hearing()
			l.run(t, handle)
			l.server.Inject(fake.Fault{Method: "conversations.replies", Times: c.asked - 1, Refuse: c.refusal})
			d := room.Reply(l.mei, parent, "OS-2025-0417")
			eventually(t, "it has come twice", func() bool { return len(d.Events[0].Tries()) >= 2 })
			l.skip(time.Minute)
			acked(t, d)
			if got := next(t, heard); got.Event != (bot.Said{Text: "OS-2025-0417"}) {
				t.Errorf("heard %+v", got)
			}
			if n := len(l.server.Calls("conversations.replies")); n != c.asked {
				t.Errorf("asked %d times, want %d", n, c.asked)
			}
		})
	}
}

// TestDeskHearsAll hears everything that people say in the engineers' channel, and no bots.
func TestDeskHearsAll(t *testing.T) {
	t.Parallel()
	var id string
	l := newLab(t, nil, fake.Config{})
	room := l.server.NewPrivateChannel("desk", l.mei)
	id = room.ID()
	d := slack.New(slack.Config{Token: token, APIURL: l.server.API(), SigningSecret: signed, Desk: id})
	d.Meet(l.server.BotUser(), l.server.BotID(), fake.Team)
	handle, heard := hearing()
	for pattern, h := range d.Routes(handle) {
		l.mux.Handle(pattern, h)
	}
	room.Join(l.mei)
	acked(t, room.Say(l.server.Bot("ci"), "deployed"))
	card, err := d.Send(t.Context(), bot.Outgoing{To: address(room), Message: bot.Message{Text: "A card"}})
	if err != nil {
		t.Fatal(err)
	}
	queue := room.Say(l.mei, "/queue")
	acked(t, queue)
	acked(t, room.Reply(l.mei, string(card[0]), "!reply soon"))
	first, second := next(t, heard), next(t, heard)
	if first.Event != (bot.Said{Text: "/queue"}) || first.To.Thread != queue.TS {
		t.Errorf("heard %+v", first)
	}
	if second.Event != (bot.Said{Text: "!reply soon"}) || second.To.Thread != string(card[0]) || len(heard) > 0 {
		t.Errorf("heard %+v", second)
	}
}

// TestReportFromElsewhere takes the shortcut and the command as "/report" in the person's private chat.
func TestReportFromElsewhere(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, change, fake.Config{})
			handle, heard := hearing()
			l.run(t, handle)
			c := l.server.NewChannel("line-3", l.mei)
			for name, d := range map[string]*fake.Deed{"shortcut": l.mei.Shortcut("report"), "command": c.Slash(l.mei, "/report", "now")} {
				acked(t, d)
				in := next(t, heard)
				if in.Event != (bot.Said{Text: "/report"}) || in.To != l.to() || in.Public || in.From.ID != personID(l.mei) || in.From.Name == "" || in.Order <= 0 {
					t.Errorf("%s: heard %+v", name, in)
				}
			}
			if s := c.Ephemeral(l.mei); len(s) > 0 || len(c.Said()) > 0 {
				t.Errorf("the channel shows %+v", s)
			}
			acked(t, c.Slash(l.mei, "/weather", ""))
			acked(t, l.mei.Shortcut("other"))
			li := l.server.NewStranger(fake.Profile{Name: "li"})
			acked(t, c.Slash(li, "/report", "")) // Slack makes no private chat with strangers
			if len(heard) > 0 {
				t.Errorf("heard %+v", <-heard)
			}
		})
	}
}

// TestUnfurlIsNoEdit hears no edit when Slack shows what a link leads to (platform-facts.md 72).
func TestUnfurlIsNoEdit(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	d := l.mei.DM().Say(l.mei, "see https://example.org/")
	acked(t, d)
	acked(t, l.mei.DM().Unfurl(d.TS))
	acked(t, l.mei.DM().Edit(l.mei, d.TS, "see nothing"))
	next(t, heard)
	if got := next(t, heard); got.Event != (bot.Edited{Of: bot.MessageID(d.TS), Text: "see nothing"}) {
		t.Errorf("heard %+v", got)
	}
}
