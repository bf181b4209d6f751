package bot_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// newCallLab opens a lab whose claims call, on a Monday at 10:00 in Shantou. "!do take" takes the first claim.
func newCallLab(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	desk := staffedDesk(t)
	l.duty = func() *duty.Desk { return desk }
	l.house.Flows = append(l.house.Flows, callFlow(), doFlow())
	l.house.News[bot.NewsPing], l.house.News[bot.NewsStalled] = "call", "call"
	l.house.News[bot.NewsSilent], l.house.News[bot.NewsReminded], l.house.News[bot.NewsAsked] = "desk", "home", "home"
	l.house.News[bot.NewsActed], l.house.News[bot.NewsStatus], l.house.News[bot.NewsSurvey] = "desk", "home", "home"
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "do", Desk: "do"})
	l.engine = l.start()
	return l
}

// callFlow says who is called for what.
func callFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "call", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		told := t.Args.Told
		if told.News == bot.NewsStalled {
			words := []string{"stalled", string(told.Claim), string(told.Call.Severity), told.Call.Waits.String(), told.By.Name}
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say(strings.Join(words, " "))}}
		}
		var words []string
		for _, c := range told.Call.Claims {
			words = append(words, called(c))
		}
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say(strings.Join(words, "; "))}}
	}}
}

// called says what becomes of a claim that is called for.
func called(c bot.Caller) string {
	if c.Over != "" {
		return "over " + string(c.Claim) + " " + c.Owner
	}
	words := []string{"ping", string(c.Claim), string(c.Severity), c.Waits.String()}
	for _, w := range c.Whom {
		words = append(words, w.Level+"="+strings.Join(w.People, ","))
	}
	return strings.Join(words, " ")
}

// doFlow does with the first claim what is typed.
func doFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "do", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		if did, ok := t.Event.(bot.Did); ok {
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("did " + did.Refused)}}
		}
		kind, level, _ := strings.Cut(t.Args.Payload, " ")
		action := claim.Action{Kind: claim.ActionKind(kind), Words: "words", Level: claim.Severity(level)}
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: firstClaim, Action: action}}}
	}}
}

const firstClaim = claim.ID("C-2603-0001")

// does has Wang do something with the first claim in the desk's room.
func (l *lab) does(what string) {
	l.t.Helper()
	in := l.event("wang", bot.Said{Text: "/do " + what})
	in.To = deskRoom
	l.handle(in)
	l.work()
}

// files has Mei file a claim, and forgets what was said.
func (l *lab) files() {
	l.t.Helper()
	l.say("mei", "/order", "belt", "l", "yes")
	l.chat.take()
}

// calls wants exactly these calls since the last time.
func (l *lab) calls(want ...string) {
	l.t.Helper()
	l.work()
	var got []string
	for _, text := range l.chat.take() {
		if call, ok := strings.CutPrefix(text, "wang: zh:"); ok {
			got = append(got, "to wang: "+call)
		}
		if call, ok := strings.CutPrefix(text, "desk: "); ok && !strings.HasPrefix(call, "did") && !strings.HasPrefix(call, "news opened") {
			got = append(got, call)
		}
	}
	if diff := cmp.Diff(want, got, equateEmpty); diff != "" {
		l.t.Fatalf("calls (-want +got):\n%s", diff)
	}
}

// TestCalls calls level after level until somebody takes the claim.
func TestCalls(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.files()
	l.calls("ping C-2603-0001 degraded 0s First line=Wang Lei")
	l.clock.wait(5*time.Hour + 30*time.Minute - time.Second) // an hour and a half is lunch
	l.calls()
	l.clock.wait(time.Second)
	l.calls("to wang: ping C-2603-0001 degraded 5h30m0s")
	l.engine = l.start()
	l.calls()
	l.does("take")
	l.calls("news acted words", "to wang: over C-2603-0001 Wang Lei", "over C-2603-0001 Wang Lei")
	l.clock.wait(5 * time.Hour)
	l.calls()
}

// TestCallsAfterAnOutage calls once for all that was missed, names everybody who was, and goes on where it would
// have been.
func TestCallsAfterAnOutage(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.files()
	l.clock.wait(24 * time.Hour)
	l.engine = l.start()
	l.calls("to wang: ping C-2603-0001 degraded 24h0m0s", "ping C-2603-0001 degraded 24h0m0s First line=Wang Lei Second line (manager)=Li Na")
	l.clock.wait(29 * time.Minute)
	l.calls()
	l.clock.wait(time.Minute)
	l.calls("ping C-2603-0001 degraded 24h30m0s =Wang Lei,Chen Yu,Li Na")
}

// TestCallsCount repeats and skips nothing when the clock goes back.
func TestCallsCount(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.files()
	l.calls("ping C-2603-0001 degraded 0s First line=Wang Lei")
	l.clock.wait(-7 * 24 * time.Hour)
	l.calls()
	l.clock.wait(7*24*time.Hour + 5*time.Hour + 30*time.Minute)
	l.calls("to wang: ping C-2603-0001 degraded 5h30m0s")
}

// together is a store that hands claims to call for to two engines at the same time.
type together struct {
	bot.Store
	readers atomic.Int32
	both    chan struct{}
}

func (s *together) Calling(ctx context.Context, now time.Time, limit int) ([]claim.Claim, error) {
	list, err := s.Store.Calling(ctx, now, limit)
	switch n := s.readers.Add(1); {
	case n == 2:
		close(s.both)
	case n < 2:
		<-s.both
	}
	return list, err
}

// workBoth has two engines find the same claims due.
func (l *lab) workBoth() {
	l.t.Helper()
	store := l.store.Store
	l.store.Store = &together{Store: store, both: make(chan struct{})}
	var group errgroup.Group
	for _, e := range []*bot.Engine{l.start(), l.start()} {
		group.Go(func() error { return e.Work(l.t.Context()) })
	}
	if err := group.Wait(); err != nil {
		l.t.Fatal(err)
	}
	l.store.Store = store
}

// TestCallsOfTwoReplicas happen once, and a claim is released once.
func TestCallsOfTwoReplicas(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.files()
	l.workBoth()
	l.calls("ping C-2603-0001 degraded 0s First line=Wang Lei")
	l.does("take")
	l.calls("news acted words", "over C-2603-0001 Wang Lei")
	l.clock.wait(24 * time.Hour)
	l.workBoth()
	l.calls("stalled C-2603-0001 degraded 24h0m0s Wang Lei")
	l.clock.wait(24 * time.Hour)
	l.workBoth()
	l.calls("news acted ", "ping C-2603-0001 degraded 0s First line=Wang Lei")
	events, err := l.store.Events(t.Context(), firstClaim)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, string(e.By.Role)+" "+string(e.Kind)+" "+e.To)
	}
	if diff := cmp.Diff([]string{"customer opened open", "staff status taken", " status open"}, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// TestOwnerIsAskedLate leaves an owner who was asked late as much time as any other, and tells the customer at
// the end.
func TestOwnerIsAskedLate(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.files()
	l.does("take")
	l.clock.wait(14 * 24 * time.Hour)
	l.chat.take()
	l.calls("stalled C-2603-0001 degraded 336h0m0s Wang Lei")
	l.clock.wait(24*time.Hour - time.Second)
	l.calls()
	l.clock.wait(time.Second)
	l.work()
	l.hears("mei: news status ", "desk: news acted ", "desk: ping C-2603-0001 degraded 0s First line=Wang Lei")
}

// TestProgress is whatever an engineer does: the owner is not asked then.
func TestProgress(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.files()
	l.does("take")
	l.clock.wait(23 * time.Hour)
	l.does("note")
	l.chat.take()
	l.clock.wait(23 * time.Hour)
	l.calls()
	l.clock.wait(time.Hour)
	l.calls("stalled C-2603-0001 degraded 24h0m0s Wang Lei")
	l.does("resolve")
	l.chat.take()
	l.clock.wait(13 * 24 * time.Hour)
	l.calls()
}

// TestCallsOfOlderPrograms begin now when a claim says nothing of its calls.
func TestCallsOfOlderPrograms(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]claim.Status{"open": claim.Open, "taken": claim.Taken, "resolved": claim.Resolved} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newCallLab(t)
			l.files()
			l.work()
			l.chat.take()
			l.clock.wait(7 * 24 * time.Hour)
			_, err := l.store.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "older"}, firstClaim, func(c claim.Claim) (bot.ClaimChange, error) {
				c.Status, c.Calls = status, claim.Calls{Next: c.Changed}
				return bot.ClaimChange{Claim: c}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			want := map[claim.Status][]string{claim.Open: {"ping C-2603-0001 degraded 0s First line=Chen Yu"}}[status]
			l.calls(want...)
			left, err := l.store.Calling(t.Context(), l.clock.now(), 10)
			if err != nil || len(left) > 0 {
				t.Errorf("still due: %+v, %v", left, err)
			}
		})
	}
}

// TestCallsGoOn holds what a change does to the calls for a claim.
func TestCallsGoOn(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	now := l.clock.now() // Monday, 10:00 in Shantou
	then := now.Add(-90 * time.Minute)
	some := claim.Calls{Since: then, Done: 4, Last: then, Next: now.Add(time.Hour)}
	by := func(role claim.Role) []claim.Event {
		return []claim.Event{{Kind: claim.EventNote, By: claim.Actor{Role: role}, At: now}}
	}
	anew := claim.Calls{Since: now, Next: now}
	asked := claim.Calls{Since: now, Next: now.Add(24 * time.Hour)}
	reminded := claim.Calls{Since: now, Next: now.Add(48 * time.Hour)}
	for name, c := range map[string]struct {
		from, to claim.Status
		was, is  claim.Severity
		events   []claim.Event
		want     claim.Calls
	}{
		"opened":                        {"", claim.Open, "", claim.Degraded, nil, anew},
		"reopened":                      {claim.Closed, claim.Reopened, claim.Degraded, claim.Degraded, by(claim.Staff), anew},
		"taken":                         {claim.Open, claim.Taken, claim.Degraded, claim.Degraded, by(claim.Staff), asked},
		"the customer adds words":       {claim.Open, claim.Open, claim.Degraded, claim.Degraded, by(claim.Customer), some},
		"noted while nobody has it":     {claim.Open, claim.Open, claim.Degraded, claim.Degraded, by(claim.Staff), some},
		"noted by its owner":            {claim.Taken, claim.Taken, claim.Degraded, claim.Degraded, by(claim.Staff), asked},
		"the customer writes its owner": {claim.Taken, claim.Taken, claim.Degraded, claim.Degraded, by(claim.Customer), some},
		"the customer is asked":         {claim.Taken, claim.WaitingCustomer, claim.Degraded, claim.Degraded, by(claim.Staff), reminded},
		"written to while he was asked": {claim.WaitingCustomer, claim.WaitingCustomer, claim.Degraded, claim.Degraded, by(claim.Staff), some},
		"the customer has answered":     {claim.WaitingCustomer, claim.Taken, claim.Degraded, claim.Degraded, by(claim.Customer), asked},
		"resolved":                      {claim.Taken, claim.Resolved, claim.Degraded, claim.Degraded, by(claim.Staff), claim.Calls{}},
		"worse":                         {claim.Open, claim.Open, claim.Degraded, claim.LineDown, by(claim.Staff), anew},
		"worse than nothing said":       {claim.Open, claim.Open, "", claim.LineDown, by(claim.Staff), anew},
		"milder": {
			claim.Open, claim.Open, claim.LineDown, claim.Degraded, by(claim.Staff),
			claim.Calls{Since: then, Done: 1, Last: then, Next: now.Add(4 * time.Hour)},
		},
	} {
		was := claim.Claim{Status: c.from, Severity: c.was, Calls: some}
		is := was
		is.Status, is.Severity, is.Changed = c.to, c.is, now
		if diff := cmp.Diff(c.want, l.engine.Calls(was, bot.ClaimChange{Claim: is, Events: c.events}, now)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	ahead := claim.Claim{Status: claim.Open, Changed: now.Add(time.Hour)} // as a platform's clock may be
	if diff := cmp.Diff(anew, l.engine.Calls(claim.Claim{}, bot.ClaimChange{Claim: ahead}, now)); diff != "" {
		t.Errorf("sent by a clock that is ahead (-want +got):\n%s", diff)
	}
}
