package bot_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// linkFlow links by the code that is typed behind the command; without one it makes one.
func linkFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "link", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		if did, ok := t.Event.(bot.Did); ok {
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say(string(t.Staff.ID) + " " + did.Refused + did.Code)}}
		}
		if t.Args.Payload == "" {
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.NewLink{}}}
		}
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.LinkAccount{Code: t.Args.Payload}}}
	}}
}

// slowFlow asks before it takes the first claim.
func slowFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "slow", Steps: []bot.Step[remark]{{
		ID:  "sure",
		Ask: func(remark) bot.Prompt { return bot.Prompt{Text: []bot.Text{bot.Say("sure?")}} },
		Answer: func(s remark, t bot.Turn) (remark, bot.Next) {
			if _, ok := t.Event.(bot.Did); ok {
				return s, bot.Next{End: true, Quiet: true}
			}
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: firstClaim, Action: claim.Action{Kind: claim.TakeUp}}}}
		},
	}}}
}

// newLinkLab opens a lab in which accounts are linked, and whose codes are 1111-2222 and on.
func newLinkLab(t *testing.T) *lab {
	t.Helper()
	l := newCallLab(t)
	l.house.Flows = append(l.house.Flows, linkFlow(), slowFlow())
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "link", Flow: "link", Desk: "link", Open: true}, bot.Command{Name: "slow", Desk: "slow"})
	l.engine = l.start()
	return l
}

// issue makes a code for one of the desk's people.
func (l *lab) issue(person duty.PersonID) string {
	l.t.Helper()
	code, err := bot.IssueCode(l.t.Context(), l.store, person, l.clock.now(), bot.NewCode)
	if err != nil {
		l.t.Fatal(err)
	}
	return code
}

func TestCodesAreEasilyTyped(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		code := bot.NewCode()
		if !regexp.MustCompile(`^\d{4}-\d{4}$`).MatchString(code) || seen[code] {
			t.Errorf("the code is %q", code)
		}
		seen[code] = true
	}
}

// TestCodeHoweverTyped takes a code with other dashes, spaces and full-width digits.
func TestCodeHoweverTyped(t *testing.T) {
	t.Parallel()
	l := newLinkLab(t)
	for _, dash := range []string{"-", "", " ", "–", " - ", "－"} {
		code := l.issue("chen")
		typed := code[:4] + dash + code[5:]
		l.say("c-7", "/link "+typed)
		if got := l.chat.take(); !slices.Equal(got, []string{"c-7: chen "}) {
			t.Errorf("%q: said %q", typed, got)
		}
		l.clock.wait(bot.CodeLife) // so few may be tried at a time
	}
}

// TestLinkOnce counts tries, and only those of this account.
func TestLinkOnce(t *testing.T) {
	t.Parallel()
	l := newLinkLab(t)
	code := l.issue("chen")
	l.say("mallory", "/link 1", "/link 2", "/link 3", "/link 4", "/link 5", "/link "+code)
	l.say("c-7", "/link "+code)
	l.say("c-8", "/link "+code)
	got := l.chat.take()
	want := []string{
		"mallory:  account.wrong", "mallory:  account.wrong", "mallory:  account.wrong", "mallory:  account.wrong", "mallory:  account.wrong",
		"mallory:  account.often", "c-7: chen ", "c-8:  account.used",
	}
	if !slices.Equal(got, want) {
		t.Errorf("said %q, want %q", got, want)
	}
}

// TestLinkedOnAnotherReplica knows who types a command of the desk though the account was linked elsewhere a moment ago,
// and then also knows him without.
func TestLinkedOnAnotherReplica(t *testing.T) {
	t.Parallel()
	l := newLinkLab(t)
	l.house.Staff = "link"
	l.engine = l.start()
	l.files()
	l.link("chen", "c-7")
	l.say("c-7", "!do take")
	if got, want := l.owner().ID, claim.PersonID("chen"); got != want {
		t.Errorf("the owner is %q, want %q", got, want)
	}
	l.chat.take()
	l.say("c-7", "hello there")
	if got := l.chat.take(); len(got) != 1 || !regexp.MustCompile(`^c-7: chen \d{4}-`).MatchString(got[0]) {
		t.Errorf("he is met with %q", got)
	}
}

// TestUnlinkedAtOnce lets nobody go on whose account is unlinked, whatever a replica remembers, and whatever question
// was open.
func TestUnlinkedAtOnce(t *testing.T) {
	t.Parallel()
	for _, at := range []bot.Address{deskRoom, {Channel: "chat", Chat: "c-7"}} {
		l := newLinkLab(t)
		l.files()
		l.work()
		l.chat.take()
		l.link("chen", "c-7")
		says := func(text string) {
			in := l.event("c-7", bot.Said{Text: text})
			in.To = at
			l.handle(in)
			l.work()
		}
		says("!slow")
		if got := l.chat.take(); !slices.Equal(got, []string{at.Chat + ": sure?"}) {
			t.Errorf("asked %q", got)
		}
		if err := l.store.DropAccount(t.Context(), "chat", "c-7"); err != nil {
			t.Fatal(err)
		}
		says("yes, please do it")
		if got := l.chat.take(); !slices.Contains(got, at.Chat+": account.needed Li Na") {
			t.Errorf("said %q", got)
		}
		if got := l.owner(); got.ID != "" {
			t.Errorf("the owner is %+v", got)
		}
	}
}

// TestCustomersCostNoLookUp looks for accounts in the desk's room and in engineers' chats, not in customers'.
func TestCustomersCostNoLookUp(t *testing.T) {
	t.Parallel()
	l := newLinkLab(t)
	l.link("chen", "c-7")
	l.say("mei", "/order", "belt", "l", "yes")
	l.say("bob", "/order", "drum")
	if looked, read := l.store.count("Account"), l.store.count("Accounts"); looked != 0 || read != 1 {
		t.Errorf("customers' turns looked %d times for an account, and read the list %d times", looked, read)
	}
	l.say("c-7", "hello there")
	a, err := l.store.Store.Account(t.Context(), "chat", "c-7")
	if err != nil || a.Chat != "c-7" {
		t.Errorf("the account is %+v, %v", a, err)
	}
	l.say("wang", "hello there") // the file knows him
	if looked := l.store.count("Account"); looked != 1 {
		t.Errorf("engineers' turns looked %d times for an account", looked)
	}
}

// TestNothingToLink says so where no desk file is set.
func TestNothingToLink(t *testing.T) {
	t.Parallel()
	l := newLinkLab(t)
	code := l.issue("chen")
	l.duty = duty.Default
	l.engine = l.start()
	l.say("c-7", "/link "+code)
	if got := l.chat.take(); !slices.Equal(got, []string{"c-7:  account.off"}) {
		t.Errorf("said %q", got)
	}
}

// TestRefusalsAreEvents keeps who tried what, and where a claim is none, nothing.
func TestRefusalsAreEvents(t *testing.T) {
	t.Parallel()
	l := newLinkLab(t)
	l.files()
	before := l.first()
	in := l.event("who", bot.Said{Text: "!do C-2603-0001"})
	in.To = deskRoom
	l.handle(in)
	l.handle(in) // once more
	in = l.event("who", bot.Said{Text: "!do C-2603-0077"})
	in.To = deskRoom
	l.handle(in)
	l.say("who", "!do C-2603-0001") // in private nothing is known of him, and nothing kept
	events, err := l.store.Events(t.Context(), firstClaim)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	by := claim.Actor{Role: claim.Outsider, ID: "who", Name: "who"}
	if len(events) != 2 || last.Kind != claim.EventRefused || last.By != by || last.To != "do" {
		t.Errorf("the history is %+v", events)
	}
	if after := l.first(); after.Status != before.Status || after.Changed != before.Changed || after.Calls != before.Calls {
		t.Errorf("the claim has changed from %+v to %+v", before, after)
	}
}

// first returns the first claim.
func (l *lab) first() claim.Claim {
	l.t.Helper()
	c, err := l.store.Claim(l.t.Context(), firstClaim)
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

// roomer is a channel that tells who is in the desk's room.
type roomer struct {
	*recorder
	in    map[claim.PersonID]bool
	err   error
	asked int
}

func (r *roomer) InRoom(_ context.Context, room bot.Address, id claim.PersonID) (bool, error) {
	r.asked++
	if room.Lane() != deskRoom.Lane() {
		return false, errors.New("not of this room")
	}
	return r.in[id], r.err
}

// TestPrivateCommandsNeedTheRoom asks the channel once in a while whether one of the desk's people is in its room still.
func TestPrivateCommandsNeedTheRoom(t *testing.T) {
	t.Parallel()
	l := newLinkLab(t)
	room := &roomer{recorder: l.chat, in: map[claim.PersonID]bool{"c-8": true}}
	l.over = room
	l.engine = l.start()
	l.files()
	l.work()
	l.link("chen", "c-7")
	l.link("chen", "c-8")
	says := func(text string) []string {
		l.chat.take()
		l.say("c-7", text)
		return l.chat.take()
	}
	does := func(want string) {
		t.Helper()
		if got := says("!slow"); !slices.Equal(got, []string{"c-7: " + want}) {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	does("sure?") // his other account is there
	does("sure?")
	if room.asked > 2 {
		t.Errorf("asked %d times in a minute", room.asked)
	}
	room.in = nil
	l.clock.wait(time.Minute)
	does("account.left Chen Yu")
	if got := says("/do take C-2603-0001"); len(got) != 1 || l.owner().ID != "" {
		t.Errorf("said %q, and the owner is %+v", got, l.owner())
	}
	room.err = bot.ErrGone // the bot itself is not there: it cannot tell
	does("sure?")
	room.err = &bot.RetryAfterError{After: time.Second}
	l.fail(l.event("c-7", bot.Said{Text: "!slow"}))
	l.handle(l.event("c-7", bot.Said{Text: "there is smoke"})) // which nothing keeps from being answered
}
