package slack_test

import (
	"errors"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func TestInRoom(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	many := make([]*fake.Person, 250) // more than a page of them
	for i := range many {
		many[i] = l.server.NewPerson(fake.Profile{})
	}
	c := l.server.NewPrivateChannel("desk", many...)
	is := func(id string) bool {
		t.Helper()
		in, err := l.InRoom(t.Context(), address(c), claim.PersonID(id))
		if err != nil {
			t.Error(err)
		}
		return in
	}
	first, last := many[0].ID(), many[249]
	if !is(first) || !is(last.ID()) || !is("T0123."+last.ID()) || is(l.mei.ID()) {
		t.Errorf("first %t, last %t, of another team %t, nobody %t", is(first), is(last.ID()), is("T0123."+last.ID()), is(l.mei.ID()))
	}
	c.Leave(last)
	if is(last.ID()) {
		t.Error("who has left is in the room")
	}
	if _, err := l.InRoom(t.Context(), bot.Address{Chat: "C0NOWHERE"}, "U1"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("of no channel: %v, want bot.ErrGone", err)
	}
	l.server.Inject(fake.Fault{Method: "conversations.members", Times: 1, Refuse: fake.TooMany(7 * time.Second)})
	var wait *bot.RetryAfterError
	if _, err := l.InRoom(t.Context(), address(c), "U1"); !errors.As(err, &wait) || wait.After != 7*time.Second {
		t.Errorf("refused for now: %v", err)
	}
}
