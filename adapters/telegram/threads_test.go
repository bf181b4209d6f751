package telegram_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

func TestOpenThread(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	forum := l.server.NewForum("Desk", wang)
	if _, err := l.OpenThread(t.Context(), address(forum), "C-2603-0001"); !errors.Is(err, bot.ErrRefused) {
		t.Errorf("without the right: %v, want bot.ErrRefused", err)
	}
	forum.PromoteBot(wang, fake.Rights{ManageTopics: true})
	to, err := l.OpenThread(t.Context(), address(forum), "*C-2603-0001* "+strings.Repeat("喷", 200))
	if err != nil {
		t.Fatal(err)
	}
	topics := forum.Topics()
	if len(topics) != 1 || to.Thread != itoa(topics[0].ID) || topics[0].Name != "C-2603-0001 "+strings.Repeat("喷", 116) {
		t.Fatalf("opened %+v, topics %+v", to, topics)
	}
	l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "card"}})
	if got := said(t, forum); got.Thread != topics[0].ID {
		t.Errorf("the card stands in topic %d", got.Thread)
	}
	if _, err := l.OpenThread(t.Context(), address(forum), ""); err != nil {
		t.Errorf("without a title: %v", err)
	}
	if n := len(l.server.Calls("getChat")); n != 1 {
		t.Errorf("asked %d times whether it is a forum", n)
	}

	group := l.server.NewGroup("Desk", wang)
	if _, err := l.OpenThread(t.Context(), address(group), "x"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("in a group without topics: %v, want bot.ErrNotFound", err)
	}
	for _, chat := range []string{"-1009999999999", "nonsense"} {
		if _, err := l.OpenThread(t.Context(), bot.Address{Chat: chat}, "x"); !errors.Is(err, bot.ErrGone) {
			t.Errorf("in no chat: %v, want bot.ErrGone", err)
		}
	}
	l.server.Inject(fake.Fault{Method: "createForumTopic", Times: 1, Refuse: fake.TooMany(7 * time.Second)})
	_, err = l.OpenThread(t.Context(), address(forum), "x")
	if wait := wantError[*bot.RetryAfterError](t, err); wait.After != 7*time.Second {
		t.Errorf("after %v", wait.After)
	}
	l.server.Inject(fake.Fault{Method: "createForumTopic", Times: 1, Refuse: &fake.Refusal{Code: 400, Text: "Bad Request: the chat is not a forum"}})
	if _, err := l.OpenThread(t.Context(), address(forum), "x"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("topics were switched off: %v, want bot.ErrNotFound", err)
	}
}

// TestDeskFound hears engineers in a group that has become another one while nobody ran.
func TestDeskFound(t *testing.T) {
	t.Parallel()
	var group *fake.Chat
	l := newLab(t, nil, fake.Config{SeeAll: true})
	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	group = l.server.NewGroup("Desk", wang)
	next, updates := group.Upgrade(wang)
	l.forget(t, updates[len(updates)-1])
	moved := another(l, func(c *telegram.Config) { c.Desk = address(group).Chat })
	moved.run(t, nil)
	eventually(t, "the move is logged", func() bool { return strings.Contains(l.logs.String(), "set TELEGRAM_DESK_CHAT to its new id") })
	acked(t, next.Say(wang, "I take it"))
	if got := texts(l.inbox.wait(t, 1)); got[0] != "I take it" {
		t.Errorf("heard %q", got)
	}
}

func TestDeskMissing(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *telegram.Config) { c.Desk = "-1009999999999" }, fake.Config{})
	l.run(t, nil)
	eventually(t, "an error in the log", func() bool { return strings.Contains(l.logs.String(), "the engineers' group is not reachable") })
	acked(t, l.mei.Chat().Say(l.mei, "hello"))
}

// TestTopicClosed wants another place for what belongs to a claim whose topic the bot may not write in any more;
// everything else goes to the room.
func TestTopicClosed(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	wang := l.server.NewPerson(fake.Profile{First: "Wang"})
	forum := l.server.NewForum("Desk", wang)
	topic, _ := forum.OpenTopic(wang, "C-2603-0001")
	forum.CloseTopic(wang, topic)
	to := address(forum)
	to.Thread = itoa(topic)
	for _, o := range []bot.Outgoing{{About: "C-2603-0001"}, {Card: "C-2603-0001"}} {
		o.To, o.Text = to, "news"
		if _, err := l.Send(t.Context(), o); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%+v: %v, want bot.ErrNotFound", o, err)
		}
	}
	l.say(t, bot.Outgoing{To: to, Message: bot.Message{Text: "answer"}})
	if got := said(t, forum); got.Text != "answer" || got.Thread != 0 {
		t.Errorf("said %+v, want it in the room", got)
	}
}
