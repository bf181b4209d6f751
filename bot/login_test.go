package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// doors make links that say for whom they are; the same of is the same link.
type doors struct{ made map[string]bot.Login }

func (d doors) DeskLink(_ context.Context, of string, l bot.Login) (string, error) {
	d.made[of] = l
	return "link of " + string(l.Person) + " by " + string(l.Account), nil
}

// webFlow asks for a link and says what came of it.
func webFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "web", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		did, ok := t.Event.(bot.Did)
		if !ok {
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.LetIn{}}}
		}
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("let in", "Link", did.Link, "Refused", did.Refused)}}
	}}
}

// TestLetIn gives a link to the desk's people only, and to nobody else's eyes.
func TestLetIn(t *testing.T) {
	t.Parallel()
	private := bot.Address{Channel: "chat", Chat: "c-7"}
	for name, c := range map[string]struct {
		from  bot.Sender
		to    bot.Address
		off   bool
		want  []string
		links int
	}{
		"in private":                 {bot.Sender{ID: "c-7"}, private, false, []string{"c-7: let in link of chen by c-7 "}, 1},
		"by the file":                {bot.Sender{ID: "wang"}, bot.Address{Channel: "chat", Chat: "wang"}, false, []string{"wang: let in link of wang by wang "}, 1},
		"in the room":                {bot.Sender{ID: "c-7"}, deskRoom, false, []string{"desk: let in  ", "c-7: let in link of chen by c-7 "}, 1},
		"whose private chat is dark": {bot.Sender{ID: "wang"}, deskRoom, false, []string{"desk: let in  web.private"}, 0},
		"a stranger":                 {bot.Sender{ID: "mei"}, bot.Address{Channel: "chat", Chat: "mei"}, false, []string{"mei: let in  account.stranger"}, 0},
		"somebody who has left":      {bot.Sender{ID: "gone"}, deskRoom, false, []string{"desk: let in  account.stranger"}, 0},
		"who is on the page":         {bot.Sender{ID: "wang", Staff: "wang"}, deskRoom, false, []string{"desk: let in  web.here"}, 0},
		"where there is no page":     {bot.Sender{ID: "c-7"}, private, true, []string{"c-7: let in  web.off"}, 0},
	} {
		l, d := newCallLab(t), doors{map[string]bot.Login{}}
		l.house.Flows = append(l.house.Flows, webFlow())
		l.house.Commands = append(l.house.Commands, bot.Command{Name: "web", Flow: "web", Desk: "web"})
		l.house.News[bot.NewsDoor] = "web"
		if l.doors = d; c.off {
			l.doors = nil
		}
		l.engine = l.start()
		for _, a := range []bot.Account{{Person: "chen", Channel: "chat", ID: "c-7", Chat: "c-7"}, {Person: "zhao", Channel: "chat", ID: "gone", Chat: "gone"}} {
			if err := l.store.PutAccount(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		in := l.event(string(c.from.ID), bot.Said{Text: "/web"})
		in.From, in.To = c.from, c.to
		for range 2 { // it comes once more
			l.handle(in)
			l.work()
		}
		got := l.chat.take()
		if diff := cmp.Diff(c.want, got); diff != "" || len(d.made) != c.links {
			t.Errorf("%s: %d links, want %d\n%s", name, len(d.made), c.links, diff)
		}
		if strings.Contains(strings.Join(got, "\n"), "desk: let in link") {
			t.Errorf("%s: the link stands in the room: %q", name, got)
		}
	}
}

// TestStaffByTheirLogin has a channel say who has logged in there.
func TestStaffByTheirLogin(t *testing.T) {
	t.Parallel()
	for staff, want := range map[string]string{"chen": "Chen Yu", "zhao": ""} {
		l := newCallLab(t)
		l.files()
		in := l.event(staff, bot.Said{Text: "/do take"})
		in.From.Staff, in.To = in.From.ID, deskRoom
		l.handle(in)
		l.work()
		if got := l.owner().Name; got != want {
			t.Errorf("%s: the owner is %q, want %q", staff, got, want)
		}
	}
}

// TestStaffOfTheRoom lets nobody in who has left the desk's room; a platform that does not answer shuts nobody out.
func TestStaffOfTheRoom(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	r := &roomer{recorder: l.chat, in: map[claim.PersonID]bool{"c-7": true}}
	l.over = r
	l.engine = l.start()
	l.link("chen", "c-7")
	l.link("zhao", "gone")
	asks := func(account claim.PersonID, want string) {
		t.Helper()
		p, err := l.engine.StaffOf(t.Context(), "chat", account)
		if string(p.ID) != want || (err != nil) != (want == "") || err != nil && !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s is %q, %v, want %q", account, p.ID, err, want)
		}
	}
	asks("c-7", "chen")
	asks("wang", "")
	asks("gone", "")
	asks("mei", "")
	r.in["c-7"] = false
	l.clock.wait(time.Minute)
	asks("c-7", "")
	r.err = errors.New("the platform is away")
	asks("c-7", "chen")
}
