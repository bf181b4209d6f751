package bot_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// theClaim is the one that a lab's order becomes.
const theClaim claim.ID = "C-2603-0001"

// deskDoes is a desk whose engineers type what they do: "take", "ask".
func deskDoes() bot.Script[remark] {
	return bot.Script[remark]{Name: "desk", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		n := bot.Next{End: true, Quiet: true}
		switch ev := t.Event.(type) {
		case bot.Said:
			act := claim.Action{Kind: claim.ActionKind(ev.Text)}
			if act.Kind == claim.Ask {
				act.Items, act.Words = []claim.Item{claim.Air}, "Which lane?"
			}
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: theClaim, Action: act}}}
		case bot.Did:
			if ev.Refused != "" {
				n.Say = []bot.Text{bot.Say(ev.Refused)}
			}
		default:
			if told := t.Args.Told; told != nil {
				n.Say = []bot.Text{bot.Say("news", "About", string(told.News), "Text", told.Text)}
			}
		}
		return s, n
	}}
}

// moreFlow adds to the claim what stands behind "/more".
func moreFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "more", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		if _, ok := t.Event.(bot.Did); ok {
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say("added")}}
		}
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.AddToClaim{ID: theClaim, Text: t.Args.Payload}}}
	}}
}

// newAsking is a lab with a claim that Wang has taken.
func newAsking(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	for i, flow := range l.house.Flows {
		if flow.FlowName() == "desk" {
			l.house.Flows[i] = deskDoes()
		}
	}
	l.house.Flows = append(l.house.Flows, moreFlow())
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "more", Flow: "more"})
	for news, flow := range map[bot.News]string{bot.NewsActed: "desk", bot.NewsSupplied: "desk", bot.NewsAsked: "home", bot.NewsStatus: "home"} {
		l.house.News[news] = flow
	}
	l.engine = l.start()
	l.file()
	l.handle(l.atDesk("take"))
	l.work()
	l.chat.take()
	return l
}

// atDesk makes an inbound of Wang's in the desk's room.
func (l *lab) atDesk(text string) bot.Inbound {
	in := l.event("wang", bot.Said{Text: text})
	in.To = deskRoom
	return in
}

// atOnce works one inbound many times at once, on two replicas.
func (l *lab) atOnce(in bot.Inbound) {
	l.t.Helper()
	engines := []*bot.Engine{l.engine, l.start()}
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			if _, err := engines[i%2].Handle(l.t.Context(), in); err != nil {
				l.t.Error(err)
			}
		})
	}
	group.Wait()
}

// happened wants exactly these events of the claim, as "kind from to by".
func (l *lab) happened(want ...string) {
	l.t.Helper()
	events, err := l.store.Events(l.t.Context(), theClaim)
	if err != nil {
		l.t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, strings.Join([]string{string(e.Kind), e.From, e.To, string(e.By.ID)}, " "))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.t.Fatalf("events (-want +got):\n%s", diff)
	}
}

var takenUp = []string{"opened  open mei", "status open taken wang"}

// TestP1AskedOnce asks a customer and has it answered; whatever comes twice happens once.
func TestP1AskedOnce(t *testing.T) {
	t.Parallel()
	for name, comes := range map[string]func(*lab, bot.Inbound){
		"at once": (*lab).atOnce,
		"again": func(l *lab, in bot.Inbound) {
			l.handle(in)
			l.work()
			l.engine = l.start()
			l.handle(in)
		},
		"after a death": func(l *lab, in bot.Inbound) {
			l.crash("after-effect", in)
			l.clock.wait(bot.LeaseTime)
			l.handle(in)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newAsking(t)
			comes(l, l.atDesk("ask"))
			l.work()
			got := l.chat.take()
			slices.Sort(got)
			if diff := cmp.Diff([]string{"desk: news acted Which lane?", "mei: news asked Which lane?"}, got); diff != "" {
				t.Fatalf("of the question (-want +got):\n%s", diff)
			}
			asked := slices.Concat(takenUp, []string{"status taken waiting_customer wang"})
			l.happened(asked...)

			l.handle(l.atDesk("ask"))
			l.hears("desk: act.status")

			l.clock.wait(time.Minute)
			comes(l, l.event("mei", bot.Said{Text: "/more lane 7"}))
			l.work()
			got = l.chat.take()
			slices.Sort(got)
			if diff := cmp.Diff([]string{"desk: news supplied lane 7", "mei: added"}, got); diff != "" {
				t.Fatalf("of the answer (-want +got):\n%s", diff)
			}
			answered := slices.Concat(asked, []string{"refused  ask wang", "added   mei", "status waiting_customer taken mei"})
			l.happened(answered...)

			l.say("mei", "/more or 8")
			l.work()
			l.hears("mei: added", "desk: news added or 8")
			l.happened(append(answered, "added   mei")...)
		})
	}
}

// TestSentBeforeItWasAsked: what was on its way when something was asked for does not answer it.
func TestSentBeforeItWasAsked(t *testing.T) {
	t.Parallel()
	l := newAsking(t)
	late := l.event("mei", bot.Said{Text: "/more it hums"})
	l.clock.wait(time.Minute)
	l.handle(l.atDesk("ask"))
	l.work()
	l.chat.take()
	l.handle(late)
	l.work()
	l.hears("mei: added", "desk: news added it hums")
	l.happened(append(slices.Clone(takenUp), "status taken waiting_customer wang", "added   mei")...)
}

// TestEditIsNoAnswer: a new wording of what the claim was made of does not answer what was asked for.
func TestEditIsNoAnswer(t *testing.T) {
	t.Parallel()
	l := newAsking(t)
	l.handle(l.atDesk("ask"))
	l.work()
	l.chat.take()
	l.handle(l.event("mei", bot.Edited{Of: "2", Text: "leather"}))
	l.work()
	l.hears("mei: edit.filed C-2603-0001", "desk: news revised leather")
	l.happened(append(slices.Clone(takenUp), "status taken waiting_customer wang", "revised belt leather mei")...)
}
