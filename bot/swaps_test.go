package bot_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// newSwapLab opens a lab in which "/swap" lets Chen Yu stand in for a week, and "/swap 1" takes that back. "/who" says
// who is on call.
func newSwapLab(t *testing.T) *lab {
	t.Helper()
	l := newCallLab(t)
	l.house.News[bot.NewsSwapped] = "desk"
	l.house.Flows = append(l.house.Flows,
		bot.Script[remark]{Name: "swap", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
			if did, ok := t.Event.(bot.Did); ok {
				return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("did " + did.Refused)}}
			}
			n, err := strconv.Atoi(t.Args.Payload)
			if err == nil {
				return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.UndoSwap{Number: n}}}
			}
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.SwapTurn{
				Override: duty.Override{Level: "first_line", Person: "chen", From: t.Sent, To: t.Sent.AddDate(0, 0, 7)},
				Instead:  []duty.PersonID{"wang"},
			}}}
		}},
		bot.Script[remark]{Name: "who", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
			found, ok := t.Event.(bot.Found)
			if !ok {
				return s, bot.Next{Look: []bot.Lookup{bot.ListSwaps{}}}
			}
			shift, _ := t.Roster.OnCall("first_line", t.Sent)
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say(shift.Person.Name + " of " + strconv.Itoa(len(found.Swaps)) + shift.By)}}
		}},
	)
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "swap", Flow: "swap", Desk: "swap"}, bot.Command{Name: "who", Flow: "who", Desk: "who"})
	l.engine = l.start()
	return l
}

// TestSwapsReachEveryReplica has another replica call whoever stands in since a moment ago.
func TestSwapsReachEveryReplica(t *testing.T) {
	t.Parallel()
	l := newSwapLab(t)
	one, other := l.engine, l.start()
	l.types(deskRoom, "", "!who")
	l.hears("desk: Wang Lei of 0")
	l.engine = other
	l.types(deskRoom, "", "!who")
	l.hears("desk: Wang Lei of 0")
	l.engine = one
	l.types(deskRoom, "", "!swap")
	l.work()
	l.hears("desk: did ", "desk: news swapped ")
	l.engine = other
	l.files()
	l.calls("ping C-2603-0001 degraded 0s First line=Chen Yu")
	l.types(deskRoom, "", "!swap 1")
	l.work()
	l.hears("desk: did ", "desk: news swapped ")
	l.engine = one
	l.types(deskRoom, "", "!who")
	l.hears("desk: Wang Lei of 0")
	l.types(deskRoom, "", "!swap 1")
	l.hears("desk: did desk.swap.undone_already")
	l.types(deskRoom, "", "!swap 2")
	l.hears("desk: did desk.swap.unknown")
}

// TestSwapIsTheDesksOwn lets no customer swap anything, or learn who has, whatever a flow asks for.
func TestSwapIsTheDesksOwn(t *testing.T) {
	t.Parallel()
	l := newSwapLab(t)
	l.types(deskRoom, "", "!swap")
	l.work()
	l.chat.take()
	for typed, want := range map[string]string{"/swap": "did desk.swap.unknown", "/swap 1": "did desk.swap.unknown", "/who": "Chen Yu of 0Wang Lei"} {
		l.say("mei", typed)
		l.hears("mei: " + want)
	}
	list, err := l.store.Swaps(t.Context(), l.clock.now())
	if err != nil || len(list) != 1 || list[0].Made.By.Role != claim.Staff || !list[0].Made.At.Before(l.clock.now().Add(time.Second)) {
		t.Errorf("%+v, %v", list, err)
	}
}
