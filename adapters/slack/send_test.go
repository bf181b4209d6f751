package slack_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

var askWhich = bot.Message{Text: "*Which* one?", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A & <b> :wrench:"}, {ID: "f1.1.b", Label: "B"}}}

// TestTextIsOnlyText says in a channel what people wrote: it pings nobody and leads nowhere else, in the
// message, its notice, its buttons, the files' names and the note on a press (promise P6,
// platform-facts.md 87).
func TestTextIsOnlyText(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, quiet)
	c := l.server.NewChannel("line-3", l.mei)
	for _, nasty := range []string{
		"<!channel> <!here> <!everyone> <!subteam^S1>", "<@" + l.mei.ID() + "> <#" + c.ID() + ">", "@here @channel @everyone @mei",
		"<https://evil.example|https://bank.example>", "[bank](https://evil.example)", "*bold* _it_ ~no~ `code` ```block``` > quote", "&lt;!channel&gt;",
	} {
		text := "*" + bot.Escape(nasty) + "* " + bot.Escape(nasty)
		id := l.say(t, bot.Outgoing{To: address(c), Message: bot.Message{Text: text, Choices: []bot.Choice{{ID: "f1.1.a", Label: nasty}}}})
		s := said(t, c)
		if s.Text != nasty+" "+nasty || s.Labels()[0] != nasty {
			t.Errorf("shown as %q with %q, want %q", s.Text, s.Labels(), nasty)
		}
		checkHarmless(t, nasty, s)
		acked(t, c.Press(l.mei, string(id), "f1.1.a"))
		l.say(t, bot.Outgoing{To: address(c), Spent: bot.Spent{Message: id, Choice: "f1.1.a", Label: nasty}, Message: bot.Message{Text: "next"}})
		spent := c.Said()[len(c.Said())-2]
		if want := nasty + " " + nasty + "\n✓ " + nasty; spent.Text != want || len(spent.Buttons) > 0 {
			t.Errorf("spent it is shown as %q with %q, want %q", spent.Text, spent.Labels(), want)
		}
		checkHarmless(t, nasty, spent)
		l.say(t, bot.Outgoing{To: address(c), Message: bot.Message{Text: bot.Escape(nasty), Files: []bot.File{l.media.file(t, nasty, "x")}}})
		checkHarmless(t, nasty, said(t, c))
	}
}

// checkHarmless fails when a message pings or leads elsewhere than it says.
func checkHarmless(t *testing.T, what string, s fake.Shown) {
	t.Helper()
	if len(s.Pinged) > 0 {
		t.Errorf("%q pings %q", what, s.Pinged)
	}
	for _, link := range s.Links {
		if link.URL != link.Label {
			t.Errorf("%q shows %q and leads to %q", what, link.Label, link.URL)
		}
	}
}

// TestHowMessagesGo looks at the arguments of the calls.
func TestHowMessagesGo(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "see https://example.org/a?b=1&c=2."}})
	args := l.server.Calls("chat.postMessage")[0].Args
	for name, want := range map[string]string{
		"text": "see https://example.org/a?b=1&amp;c=2.", "parse": "none", "unfurl_links": "false", "unfurl_media": "false", "link_names": "", "thread_ts": "",
	} {
		if args[name] != want {
			t.Errorf("%s = %q, want %q", name, args[name], want)
		}
	}
	want := []fake.Link{{URL: "https://example.org/a?b=1&c=2", Label: "https://example.org/a?b=1&c=2"}}
	if diff := cmp.Diff(want, slices.Compact(said(t, l.mei.DM()).Links)); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

// TestWhereMessagesStand sends into threads and, as replies, under messages; in a private chat nothing
// stands under anything.
func TestWhereMessagesStand(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	c := l.server.NewChannel("desk", l.mei)
	card := l.say(t, bot.Outgoing{To: address(c), Message: bot.Message{Text: "A card"}})
	in := address(c)
	in.Thread = string(card)
	for name, x := range map[string]struct {
		o    bot.Outgoing
		want string
	}{
		"reply":                 {bot.Outgoing{To: address(c), ReplyTo: card}, string(card)},
		"thread":                {bot.Outgoing{To: in}, string(card)},
		"reply within a thread": {bot.Outgoing{To: in, ReplyTo: "1.000001"}, string(card)},
		"neither":               {bot.Outgoing{To: address(c)}, ""},
	} {
		x.o.Text = name
		l.say(t, x.o)
		if s := said(t, c); s.Thread != x.want || s.Text != name {
			t.Errorf("%s: %q stands in %q", name, s.Text, s.Thread)
		}
		x.o.Files = []bot.File{l.media.file(t, "a.txt", "x")}
		l.say(t, x.o)
		if s := said(t, c); s.Thread != x.want || len(s.Files) != 1 {
			t.Errorf("%s with a file: %+v stands in %q", name, s.Files, s.Thread)
		}
	}
	d := l.mei.DM().Say(l.mei, "hello")
	l.say(t, bot.Outgoing{ReplyTo: bot.MessageID(d.TS), Message: bot.Message{Text: "hi"}})
	if s := said(t, l.mei.DM()); s.Thread != "" {
		t.Errorf("in a private chat it stands in %q", s.Thread)
	}
	if _, err := l.OpenThread(t.Context(), address(c), "RMA-1"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("OpenThread = %v", err)
	}
}

// TestThreadIsGone says in the channel what should have stood under a deleted message, unless the claim
// gets another place.
func TestThreadIsGone(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	c := l.server.NewChannel("desk", l.mei)
	to := address(c)
	to.Thread = "1700000000.000001"
	l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "hello"}})
	if s := said(t, c); s.Text != "hello" || s.Thread != "" {
		t.Errorf("said %+v", s)
	}
	for _, o := range []bot.Outgoing{{To: to, About: "RMA-1"}, {To: to, Card: "RMA-1"}} {
		o.Text = "about it"
		if _, err := l.Send(t.Context(), o); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Send = %v", err)
		}
	}
}

// TestSpent takes buttons away: what the message said is remembered, or read from the chat.
func TestSpent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		forgets, thread bool
		itself          bool // the answer begins the message's own thread
		spent           bot.Spent
		want            string
	}{
		"its own thread, after a restart": {true, false, true, bot.Spent{Choice: "f1.1.a", Label: "A"}, "Which one?\n✓ A"},
		"chosen":                          {false, false, false, bot.Spent{Choice: "f1.1.a", Label: "A & *b*"}, "Which one?\n✓ A & *b*"},
		"answered in words":               {false, false, false, bot.Spent{}, "Which one?"},
		"after a restart":                 {true, false, false, bot.Spent{Choice: "f1.1.a", Label: "A"}, "Which one?\n✓ A"},
		"in a thread, after a restart":    {true, true, false, bot.Spent{Choice: "f1.1.a", Label: "A"}, "Which one?\n✓ A"},
		"in a thread, before a restart":   {false, true, false, bot.Spent{}, "Which one?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, fake.Config{})
			l.Meet(l.server.BotUser(), l.server.BotID(), fake.Team)
			chat := l.server.NewChannel("line-3", l.mei)
			to := address(chat)
			if c.thread {
				to.Thread = chat.Say(l.mei, "hello").TS
			}
			id := l.say(t, bot.Outgoing{To: to, Message: askWhich})
			a := l.Adapter
			if c.forgets {
				a = slack.New(slack.Config{Token: token, APIURL: l.server.API()})
				a.Meet(l.server.BotUser(), l.server.BotID(), fake.Team)
			}
			if c.itself {
				to.Thread = string(id)
			}
			c.spent.Message = id
			if _, err := a.Send(t.Context(), bot.Outgoing{To: to, Spent: c.spent, Message: bot.Message{Text: "Next?"}}); err != nil {
				t.Fatal(err)
			}
			list := chat.Said()
			if s := list[0]; s.Text != c.want || len(s.Buttons) > 0 || len(list) != 2 {
				t.Errorf("stands there as %q with %q among %d, want %q", s.Text, s.Labels(), len(list), c.want)
			}
		})
	}
}

// TestSpentIsAnOrnament sends all the same when the buttons cannot be taken away.
func TestSpentIsAnOrnament(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.Meet(l.server.BotUser(), l.server.BotID(), fake.Team)
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: "1700000000.000001"}, Message: bot.Message{Text: "Next?"}})
	theirs := l.mei.DM().Say(l.mei, "mine")
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: bot.MessageID(theirs.TS)}, Message: bot.Message{Text: "Next?"}})
	if n := len(l.server.Calls("chat.update")); n != 0 {
		t.Errorf("%d messages changed", n)
	}
}

// TestReplaceWhatIsGone tells that a message is not there any more.
func TestReplaceWhatIsGone(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	theirs := l.mei.DM().Say(l.mei, "mine")
	for _, id := range []string{"1700000000.000001", theirs.TS} {
		_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Replace: bot.MessageID(id), Message: bot.Message{Text: "other"}})
		if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("Send(Replace %s) = %v", id, err)
		}
	}
}

// TestReplaceLongText edits a message whose text is long in bytes: an update takes 4,000 (platform-facts.md 81).
func TestReplaceLongText(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	text := strings.Repeat("喷&", 500)
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "short"}})
	l.say(t, bot.Outgoing{Replace: id, Message: bot.Message{Text: text}})
	if s := said(t, l.mei.DM()); s.Text != text || !strings.HasPrefix(text, strings.TrimSuffix(s.Notice, "…")) || len(s.Raw) > 4000 {
		t.Errorf("shown as %d bytes, its notice as %q", len(s.Text), s.Notice)
	}
}

// TestRefusals gives the platform's refusals as errors of the port (platform-facts.md 85).
func TestRefusals(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	for code, want := range map[string]error{
		"channel_not_found": bot.ErrGone, "not_in_channel": bot.ErrGone, "is_archived": bot.ErrGone, "restricted_action": bot.ErrGone,
		"account_inactive": bot.ErrGone, "cannot_dm_bot": bot.ErrGone,
		"msg_too_long": bot.ErrRefused, "invalid_blocks": bot.ErrRefused, "msg_blocks_too_long": bot.ErrRefused, "no_text": bot.ErrRefused,
		"token_revoked": nil, "invalid_auth": nil, "internal_error": nil, "fatal_error": nil, "something_new": nil, // tried again
	} {
		lift := l.server.Inject(fake.Fault{Method: "chat.postMessage", Refuse: fake.Refuse(code)})
		_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x"}})
		lift()
		for _, is := range []error{bot.ErrGone, bot.ErrRefused, bot.ErrNotFound} {
			if errors.Is(err, is) != errors.Is(want, is) || err == nil {
				t.Errorf("%s: Send = %v, want %v", code, err, want)
			}
		}
	}
	for name, f := range map[string]fake.Fault{
		"without a time": {Status: 429, Body: "slow down"}, "in words": {Refuse: fake.Refuse("rate_limited")}, "with a time": {Refuse: fake.TooMany(3 * time.Second)},
	} {
		f.Method = "chat.postMessage"
		before := l.Counts().Limited
		lift := l.server.Inject(f)
		_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x"}})
		lift()
		l.skip(3 * time.Second)
		if e := wantError[*bot.RetryAfterError](t, err); e.After != 3*time.Second || l.Counts().Limited != before+1 {
			t.Errorf("%s: Send = %v; counted %+v", name, err, l.Counts())
		}
	}
	lift := l.server.Inject(fake.Fault{Method: "chat.postMessage", Cut: fake.Before})
	defer lift()
	if _, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x"}}); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("Send = %v", err)
	}
}

// TestRefusedButton says a button's address in words when Slack does not take it.
func TestRefusedButton(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.server.Inject(fake.Fault{Method: "chat.postMessage", Times: 1, Refuse: fake.Refuse("invalid_blocks")})
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "Upload:", Choices: []bot.Choice{{Label: "Open *it*", URL: "https://up.example/x"}, {ID: "f1.1.a", Label: "Skip"}}}})
	if s := said(t, l.mei.DM()); s.Text != "Upload:\nOpen *it*: https://up.example/x" || !slices.Equal(s.Labels(), []string{"Skip"}) {
		t.Errorf("said %q with %q", s.Text, s.Labels())
	}
}

// TestLinkButtonSaysNothing hears no press of a button that leads elsewhere.
func TestLinkButtonSaysNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "Upload:", Choices: []bot.Choice{{Label: "Open", URL: "https://up.example/x"}}}})
	acked(t, l.mei.DM().Press(l.mei, string(id), "Open"))
	if len(heard) > 0 {
		t.Errorf("heard %+v", <-heard)
	}
}

// TestNote shows the note on a press to the person alone, where the button stands.
func TestNote(t *testing.T) {
	t.Parallel()
	for way, change := range ways() {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, change, fake.Config{Patience: 500 * time.Millisecond})
			l.server.Inject(fake.Fault{Method: "response_url", Wait: time.Second}) // longer than Slack waits
			l.run(t, func(context.Context, bot.Inbound) (bot.Ack, error) {
				return bot.Ack{Note: "<!channel> already recorded *&*"}, nil
			})
			c := l.server.NewChannel("line-3", l.mei)
			to := address(c)
			to.Thread = c.Say(l.mei, "hello").TS
			id := l.say(t, bot.Outgoing{To: to, Message: askWhich})
			acked(t, c.Press(l.mei, string(id), "f1.1.b"))
			eventually(t, "the note is shown", func() bool { return len(c.Ephemeral(l.mei)) == 1 })
			s := c.Ephemeral(l.mei)[0]
			if s.Text != "<!channel> already recorded *&*" || len(s.Pinged) > 0 || s.Thread != to.Thread {
				t.Errorf("shown as %q in thread %q, pings %q", s.Text, s.Thread, s.Pinged)
			}
			if list := c.Said(); len(list) != 1 || len(list[0].Buttons) != 2 {
				t.Errorf("everybody sees %+v", list)
			}
			if n := len(l.server.Calls("views.open")); n > 0 {
				t.Errorf("%d windows besides", n)
			}
		})
	}
}

// TestNoteGoesNowhereElse takes no other address than Slack's for the answer to a press.
func TestNoteGoesNowhereElse(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	other := newLab(t, nil, fake.Config{})
	l.Acknowledge(t.Context(), bot.Inbound{Event: bot.Chose{Query: other.server.URL() + "/respond/x"}}, bot.Ack{Note: "x"})
	if n := len(other.server.Calls()); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// buckets is a store of limits.
type buckets struct {
	mu   sync.Mutex
	wait time.Duration
	more time.Duration // for who must leave some
	err  error
	took map[string]bot.Rate
}

func (b *buckets) Take(_ context.Context, bucket string, r bot.Rate) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.took[bucket] = r
	if r.Leave > 0 {
		return b.more, b.err
	}
	return b.wait, b.err
}

// TestRates takes one message a second and chat of what all replicas share (platform-facts.md 86).
func TestRates(t *testing.T) {
	t.Parallel()
	shared := &buckets{took: map[string]bot.Rate{}}
	l := newLab(t, func(c *slack.Config) { c.Limits = shared }, fake.Config{})
	l.Meet(l.server.BotUser(), l.server.BotID(), fake.Team)
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "x"}})
	if r := shared.took["slack/"+fake.Team+"/"+l.mei.DM().ID()]; r.Every != time.Second || r.Burst < 1 || len(shared.took) != 1 {
		t.Errorf("took of %+v", shared.took)
	}
	shared.more = time.Second // an ornament makes way
	id := l.say(t, bot.Outgoing{Message: askWhich})
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: id}, Message: bot.Message{Text: "x"}})
	if n := len(l.server.Calls("chat.update")); n != 0 {
		t.Errorf("%d messages changed when there was no room", n)
	}
	shared.wait = time.Minute
	_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x"}})
	if e := wantError[*bot.RetryAfterError](t, err); e.After != time.Minute {
		t.Errorf("Send = %v", err)
	}
	shared.err = errAway
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "x"}})
}
