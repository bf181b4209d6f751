package bot_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// staffedDesk is the sample desk as somebody's own file; Wang's account of the channel stands in it.
func staffedDesk(tb testing.TB) *duty.Desk {
	tb.Helper()
	d, _, err := duty.Load("desk.yaml", duty.DefaultYAML())
	if err != nil {
		tb.Fatal(err)
	}
	d.People[0].Accounts = map[string]claim.PersonID{"chat": "wang"}
	return d
}

// doesAs has an account do something with the first claim in the desk's room.
func (l *lab) doesAs(account, what string) {
	l.t.Helper()
	in := l.event(account, bot.Said{Text: "/do " + what})
	in.To = deskRoom
	l.handle(in)
	l.work()
}

func (l *lab) link(person duty.PersonID, account claim.PersonID) {
	l.t.Helper()
	if err := l.store.PutAccount(l.t.Context(), bot.Account{Person: person, Channel: "chat", ID: account}); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) owner() claim.Actor {
	l.t.Helper()
	return l.first().Owner
}

func TestStaffByTheirNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		account string
		want    claim.Actor
	}{
		{"wang", claim.Actor{Role: claim.Staff, ID: "wang", Name: "Wang Lei"}}, // by the file
		{"c-7", claim.Actor{Role: claim.Staff, ID: "chen", Name: "Chen Yu"}},   // by a code
		{"gone", claim.Actor{}}, // linked to somebody who does not stand in the file any more
		{"who", claim.Actor{}},
	} {
		l := newCallLab(t)
		l.link("chen", "c-7")
		l.link("zhao", "gone")
		l.files()
		l.doesAs(c.account, "take")
		if got := l.owner(); got != c.want {
			t.Errorf("%s: the owner is %+v, want %+v", c.account, got, c.want)
		}
	}
}

// newSampleLab opens a lab without a desk file.
func newSampleLab(t *testing.T) *lab {
	t.Helper()
	l := newCallLab(t)
	l.duty = duty.Default
	l.engine = l.start()
	return l
}

func TestRoomWithoutADeskFile(t *testing.T) {
	t.Parallel()
	l := newSampleLab(t)
	l.files()
	l.does("take")
	if got, want := l.owner(), (claim.Actor{Role: claim.Staff, ID: "wang", Name: "wang"}); got != want {
		t.Errorf("the owner is %+v, want %+v", got, want)
	}
}

// TestOwnerBeforeThereWereNames has a claim that was taken by an account: it is that person's, on every channel.
func TestOwnerBeforeThereWereNames(t *testing.T) {
	t.Parallel()
	l := newSampleLab(t)
	l.files()
	l.doesAs("c-7", "take")
	desk := staffedDesk(t)
	l.duty = func() *duty.Desk { return desk }
	l.link("chen", "c-7")
	l.link("chen", "c-8")
	l.engine = l.start()
	l.doesAs("wang", "take")
	l.chat.take()
	l.doesAs("c-8", "take")
	if got, want := l.chat.take(), []string{"desk: did act.same"}; len(got) != 1 || got[0] != want[0] {
		t.Errorf("said %q, want %q", got, want)
	}
	l.doesAs("c-8", "note")
	if got, want := l.owner(), (claim.Actor{Role: claim.Staff, ID: "chen", Name: "Chen Yu"}); got != want {
		t.Errorf("the owner is %+v, want %+v", got, want)
	}
}

// TestRefusedActions keeps who came second, which is no progress; the same once more is nothing.
func TestRefusedActions(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.link("chen", "c-7")
	l.files()
	l.doesAs("wang", "take")
	before := l.first()
	l.clock.wait(time.Hour)
	l.doesAs("c-7", "take")
	l.doesAs("wang", "take")
	events, err := l.store.Events(t.Context(), firstClaim)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	if len(events) != 3 || last.Kind != claim.EventRefused || last.By.ID != "chen" || last.To != "take" {
		t.Errorf("the history is %+v", events)
	}
	if after := l.first(); after.Calls != before.Calls || after.Owner != before.Owner {
		t.Errorf("the claim has changed from %+v to %+v", before, after)
	}
}
