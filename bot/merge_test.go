package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// newMergeLab opens a lab with three claims of Mei's. "/merge C-... C-..." and "/unmerge C-..." are done in the desk's
// room, "/add C-... words" by Mei.
func newMergeLab(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	act := func(name string, action func(args []string) bot.Effect) bot.Flow {
		return bot.Script[remark]{Name: name, Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
			if did, ok := t.Event.(bot.Did); ok {
				return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("did " + did.Refused)}}
			}
			return s, bot.Next{Quiet: true, Do: []bot.Effect{action(strings.Fields(t.Args.Payload))}}
		}}
	}
	l.house.Flows = append(l.house.Flows,
		act("merge", func(args []string) bot.Effect {
			return bot.ActOnClaim{ID: claim.ID(args[0]), Action: claim.Action{Kind: claim.Merge, Into: claim.ID(args[1]), Words: "the same", Sure: true}}
		}),
		act("unmerge", func(args []string) bot.Effect {
			return bot.ActOnClaim{ID: claim.ID(args[0]), Action: claim.Action{Kind: claim.Unmerge}}
		}),
		act("add", func(args []string) bot.Effect { return bot.AddToClaim{ID: claim.ID(args[0]), Text: args[1]} }),
	)
	l.house.News[bot.NewsActed], l.house.News[bot.NewsStatus] = "desk", "home"
	l.house.Commands = append(l.house.Commands,
		bot.Command{Name: "merge", Desk: "merge"}, bot.Command{Name: "unmerge", Desk: "unmerge"}, bot.Command{Name: "add", Flow: "add"})
	l.engine = l.start()
	for range 3 {
		l.say("mei", "/order", "belt", "l", "yes")
		l.clock.wait(time.Minute)
	}
	l.work()
	l.chat.take()
	return l
}

// room is what an engineer types in the desk's room.
func (l *lab) room(who, text string) bot.Inbound {
	in := l.event(who, bot.Said{Text: text})
	in.To = deskRoom
	return in
}

// mergers says of each claim how it stands and with which others it is one.
func (l *lab) mergers() (list []string) {
	l.t.Helper()
	for i := range 3 {
		c, err := l.store.Claim(l.t.Context(), claim.ID(fmt.Sprintf("C-2603-%04d", i+1)))
		if err != nil {
			l.t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s into %q also %v", c.Status, c.Merger.Into, c.Also))
	}
	return list
}

func (l *lab) wantMergers(want ...string) {
	l.t.Helper()
	if diff := cmp.Diff(want, l.mergers()); diff != "" {
		l.t.Errorf("claims (-want +got):\n%s", diff)
	}
}

// TestMergerOfTheDead dies after either of the two claims has changed: taken again, both have, and each only once.
func TestMergerOfTheDead(t *testing.T) {
	t.Parallel()
	for _, away := range []string{"ChangeClaim C-2603-0001", "ChangeClaim C-2603-0002"} {
		t.Run(away, func(t *testing.T) {
			t.Parallel()
			l := newMergeLab(t)
			for _, step := range []struct{ says, first, second string }{
				{"/merge C-2603-0001 C-2603-0002", `open into "" also [C-2603-0002]`, `merged into "C-2603-0001" also []`},
				{"/unmerge C-2603-0002", `open into "" also []`, `open into "" also []`},
			} {
				in := l.room("wang", step.says)
				l.store.fails(away)
				l.fail(in)
				l.store.works()
				l.clock.wait(bot.LeaseTime)
				l.handle(in)
				l.handle(in)
				l.work()
				l.wantMergers(step.first, step.second, `open into "" also []`)
			}
			var kinds []string
			for _, id := range []claim.ID{"C-2603-0001", "C-2603-0002"} {
				events, err := l.store.Events(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range events[1:] {
					kinds = append(kinds, string(e.Kind)+" "+e.To)
				}
			}
			if want := []string{"joined ", "parted ", "status merged", "status open"}; !slices.Equal(kinds, want) {
				t.Errorf("events %q, want %q", kinds, want)
			}
		})
	}
}

// TestMergersEnd: however claims are merged, one of them stays, and all others lead to it.
func TestMergersEnd(t *testing.T) {
	t.Parallel()
	l := newMergeLab(t)
	var group errgroup.Group
	for i, says := range []string{"/merge C-2603-0001 C-2603-0002", "/merge C-2603-0002 C-2603-0003", "/merge C-2603-0003 C-2603-0001"} {
		in := l.room(fmt.Sprint("wang", i), says)
		group.Go(func() error { _, err := l.engine.Handle(t.Context(), in); return err })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{"/merge C-2603-0003 C-2603-0002", "/merge C-2603-0001 C-2603-0003", "/merge C-2603-0002 C-2603-0002"} {
		l.handle(l.room("wang", says))
	}
	ended := 0
	for _, c := range l.mergers() {
		if strings.HasPrefix(c, "open") {
			ended++
		}
	}
	if ended != 1 {
		t.Errorf("%d claims stay: %q", ended, l.mergers())
	}
}

// TestAddedToMerged: what is added to a claim that was merged is in the one with which it goes on, also when the merger
// comes while it is added.
func TestAddedToMerged(t *testing.T) {
	t.Parallel()
	l := newMergeLab(t)
	l.handle(l.room("wang", "/merge C-2603-0002 C-2603-0003"))
	merged := false
	l.store.on(func(call string) error {
		if call == "ChangeClaim C-2603-0002" && !merged {
			merged = true
			l.store.works()
			l.handle(l.room("li", "/merge C-2603-0001 C-2603-0002"))
		}
		return nil
	})
	l.say("mei", "/add C-2603-0003 lane7")
	if !merged {
		t.Fatal("nothing was added to the claim that is merged meanwhile")
	}
	l.wantMergers(`open into "" also [C-2603-0002]`, `merged into "C-2603-0001" also [C-2603-0003]`, `merged into "C-2603-0002" also []`)
	events, err := l.store.Events(t.Context(), firstClaim)
	if err != nil {
		t.Fatal(err)
	}
	last := events[len(events)-1]
	if last.Kind != claim.EventAdded || last.Note != "lane7" {
		t.Errorf("the last event of %s is %+v", firstClaim, last)
	}
}
