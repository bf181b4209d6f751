package bot_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// newClosingLab opens a lab whose Mei has filed C-2603-0001. It has buttons with which she rates the service.
func newClosingLab(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	l.house.Flows = append(slices.Clone(l.house.Flows), rateFlow())
	l.house.News[bot.NewsActed], l.house.News[bot.NewsStatus], l.house.News[bot.NewsSurvey] = "desk", "home", "home"
	for score := 1; score <= claim.BestScore; score++ {
		l.house.Buttons["rate"+strconv.Itoa(score)] = bot.Button{Flow: "rate", Payload: strconv.Itoa(score)}
	}
	l.engine = l.start()
	toSure(l)
	l.press("send")
	l.work()
	l.chat.take()
	return l
}

// rateFlow rates the service with the score that its button brings, and says what stands.
func rateFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "rate", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		if did, ok := t.Event.(bot.Did); ok {
			say := bot.Say("rated", "Score", did.Claim.Rating.Score, "Why", did.Refused)
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{say}}
		}
		score, _ := strconv.Atoi(t.Args.Payload)
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: t.Args.Claim, Action: claim.Action{Kind: claim.Rate, Score: score}}}}
	}}
}

// resolve has the claim resolved now.
func (l *lab) resolve(severity claim.Severity) {
	l.t.Helper()
	l.become(func(c *claim.Claim) {
		c.Status, c.Severity, c.Changed, c.Reporter.Company = claim.Resolved, severity, l.clock.now(), "nuts"
		c.Lines[0].Company = "nuts"
	})
}

// become changes the claim behind everybody's back.
func (l *lab) become(f func(*claim.Claim)) {
	l.t.Helper()
	key := bot.EffectKey{Inbound: "become " + strconv.FormatInt(l.number.Add(1), 10)}
	_, err := l.store.ChangeClaim(l.t.Context(), key, "C-2603-0001", func(c claim.Claim) (bot.ClaimChange, error) {
		f(&c)
		return bot.ClaimChange{Claim: c}, nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

// times counts the claim's events of a kind.
func (l *lab) times(kind claim.EventKind) (n int) {
	l.t.Helper()
	events, err := l.store.Events(l.t.Context(), "C-2603-0001")
	if err != nil {
		l.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// workAtOnce has two replicas do what is due, several times at once.
func (l *lab) workAtOnce() {
	l.t.Helper()
	engines := []*bot.Engine{l.engine, l.start()}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if err := engines[i%2].Work(l.t.Context()); err != nil {
				l.t.Error(err)
			}
		})
	}
	group.Wait()
	l.work()
}

// TestUnconfirmedIsClosedOnce closes a claim that nobody has confirmed, with two replicas, and asks for a rating;
// the second time it does not ask.
func TestUnconfirmedIsClosedOnce(t *testing.T) {
	t.Parallel()
	l := newClosingLab(t)
	l.resolve(claim.Degraded)
	l.clock.wait(claim.Fortnight - time.Microsecond)
	l.work()
	l.hears()
	l.clock.wait(time.Microsecond)
	l.workAtOnce()
	heard := l.chat.take()
	slices.Sort(heard)
	want := []string{"desk: news acted ", "mei: news status ", "mei: news survey "}
	if !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
	if n := l.times(claim.EventStatus); n != 1 {
		t.Errorf("closed %d times", n)
	}
	l.resolve(claim.Degraded)
	l.clock.wait(claim.Fortnight)
	l.work()
	heard = l.chat.take()
	slices.Sort(heard)
	if want := want[:2]; !slices.Equal(heard, want) {
		t.Errorf("the second time heard %q, want %q", heard, want)
	}
}

// TestUnconfirmedWhileNothingRan was due for months when the program starts.
func TestUnconfirmedWhileNothingRan(t *testing.T) {
	t.Parallel()
	l := newClosingLab(t)
	l.resolve(claim.Degraded)
	l.clock.wait(10 * claim.Fortnight)
	l.engine = l.start()
	l.workAtOnce()
	if n := len(l.chat.take()); n != 3 {
		t.Errorf("%d messages, want one for the desk and two for the customer", n)
	}
	l.clock.wait(10 * claim.Fortnight)
	l.work()
	l.hears()
}

// TestLineDownIsNeverClosedAlone tells the desk once that nobody has confirmed.
func TestLineDownIsNeverClosedAlone(t *testing.T) {
	t.Parallel()
	l := newClosingLab(t)
	l.resolve(claim.LineDown)
	l.clock.wait(claim.Fortnight)
	l.workAtOnce()
	l.hears("desk: news acted ")
	l.clock.wait(10 * claim.Fortnight)
	l.workAtOnce()
	l.hears()
	if c, err := l.store.Claim(t.Context(), "C-2603-0001"); err != nil || c.Status != claim.Resolved || l.times(claim.EventHeld) != 1 {
		t.Errorf("the claim is %s, held %d times, %v", c.Status, l.times(claim.EventHeld), err)
	}
}

// lateStore lists claims as they were: somebody was quicker.
type lateStore struct {
	bot.Store
	list []claim.Claim
}

func (s lateStore) Unconfirmed(context.Context, time.Time, int) ([]claim.Claim, error) {
	return s.list, nil
}

// TestUnconfirmedButTakenUp lets the customer write in the moment in which the program wants to close.
func TestUnconfirmedButTakenUp(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(*claim.Claim, time.Time){
		"not solved":     func(c *claim.Claim, _ time.Time) { c.Status = claim.Taken },
		"she wrote":      func(c *claim.Claim, now time.Time) { c.Changed = now },
		"a board is out": func(c *claim.Claim, _ time.Time) { c.BoardsOut = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newClosingLab(t)
			l.resolve(claim.Degraded)
			l.clock.wait(claim.Fortnight)
			list, err := l.store.Unconfirmed(t.Context(), l.clock.now().Add(-claim.Fortnight), 1)
			if err != nil || len(list) != 1 {
				t.Fatalf("unconfirmed: %v, %v", list, err)
			}
			l.become(func(c *claim.Claim) { f(c, l.clock.now()) })
			l.store.Store = lateStore{l.store.Store, list}
			l.work()
			l.hears()
			if n := l.times(claim.EventStatus); n != 0 {
				t.Errorf("moved %d times", n)
			}
		})
	}
}

// TestRatedOnce delivers one press many times to two replicas, then presses again, and has a colleague press.
func TestRatedOnce(t *testing.T) {
	t.Parallel()
	l := newClosingLab(t)
	l.resolve(claim.Degraded)
	l.clock.wait(claim.Fortnight)
	l.work()
	l.chat.take()
	press := func(who string, score int) bot.Inbound {
		return l.event(who, bot.Chose{Choice: bot.ClaimChoice("C-2603-0001", "rate"+strconv.Itoa(score))})
	}
	engines := []*bot.Engine{l.engine, l.start()}
	in := press("mei", 4)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if _, err := engines[i%2].Handle(t.Context(), in); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	l.hears("mei: rated 4 ")
	l.handle(press("mei", 5))
	l.hears("mei: rated 4 act.same")
	if err := l.store.PutPerson(t.Context(), "chat", claim.Person{ID: "ana", Name: "Ana", Company: "nuts"}); err != nil {
		t.Fatal(err)
	}
	l.handle(press("ana", 1))
	l.hears("ana: rated 4 act.same")
	l.handle(press("bob", 1))
	l.hears("bob: rated 0 claim.unknown")
	l.work()
	l.hears("desk: news acted ")
	if n := l.times(claim.EventRated); n != 1 {
		t.Errorf("rated %d times", n)
	}
}

// TestNumberBelowNews types a number when news stands below a question: it answers the question.
func TestNumberBelowNews(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.house.Flows = append(slices.Clone(l.house.Flows), bot.Script[remark]{
		Name: "offer", Begin: func(s remark, _ bot.Turn) (remark, bot.Next) {
			show := bot.Option{ID: "show", Label: bot.Say("show"), Claim: "C-2603-0001"}
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("news")}, Offer: []bot.Option{show}}
		},
	})
	l.house.News[bot.NewsSurvey] = "offer"
	l.engine = l.start()
	survey := func() bot.Inbound {
		in := l.event("mei", bot.Told{News: bot.NewsSurvey})
		in.Order = 0
		return in
	}
	l.say("mei", "/order", "belt")
	l.handle(survey())
	l.chat.take()
	l.say("mei", "2")
	l.hears("mei: sure? belt l [send] [rename]")
	l.say("mei", "1")
	l.handle(survey())
	l.chat.take()
	l.say("mei", "1")
	l.hears("mei: hello")
}
