package telegram_test

import (
	"errors"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func TestInRoom(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	boss, wang, li, mei := l.server.NewPerson(fake.Profile{}), l.server.NewPerson(fake.Profile{}), l.server.NewPerson(fake.Profile{}), l.server.NewPerson(fake.Profile{})
	group := l.server.NewSupergroup("Desk", boss, wang, li)
	group.Promote(li)
	for want, list := range map[bool][]*fake.Person{true: {boss, wang, li}, false: {mei}} {
		for _, p := range list {
			if is, err := l.InRoom(t.Context(), address(group), claim.PersonID(itoa(p.ID()))); err != nil || is != want {
				t.Errorf("%d is in the room: %t, %v; want %t", p.ID(), is, err, want)
			}
		}
	}
	group.Leave(wang)
	id := claim.PersonID(itoa(wang.ID()))
	if is, err := l.InRoom(t.Context(), address(group), id); err != nil || is {
		t.Errorf("who has left is in the room: %t, %v", is, err)
	}
	group.RemoveBot(boss)
	if _, err := l.InRoom(t.Context(), address(group), id); !errors.Is(err, bot.ErrGone) {
		t.Errorf("of a group that the bot is not in: %v, want bot.ErrGone", err)
	}
	l.server.Inject(fake.Fault{Method: "getChatMember", Times: 1, Refuse: fake.TooMany(7 * time.Second)})
	_, err := l.InRoom(t.Context(), address(group), id)
	if wait := wantError[*bot.RetryAfterError](t, err); wait.After != 7*time.Second {
		t.Errorf("after %v", wait.After)
	}
}
