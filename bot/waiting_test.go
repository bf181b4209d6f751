package bot_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// asks has Wang take the first claim and ask its customer, on Monday at 10:00 in Shantou.
func (l *lab) asks() {
	l.t.Helper()
	l.files()
	l.does("take")
	l.does("ask")
	l.chat.take()
}

// TestRemindersOfTwoReplicas go out once each, after two and five working days, and then the desk is told once.
func TestRemindersOfTwoReplicas(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.asks()
	for _, s := range []struct {
		wait time.Duration
		want []string
	}{
		{48*time.Hour - time.Second, nil},
		{time.Second, []string{"mei: news reminded words"}},
		{5*24*time.Hour - time.Second, nil}, // over a weekend
		{time.Second, []string{"mei: news reminded words"}},
		{7*24*time.Hour - time.Second, nil},
		{time.Second, []string{"desk: news silent "}},
	} {
		l.clock.wait(s.wait)
		l.workBoth()
		l.work()
		l.hears(s.want...)
	}
	l.clock.wait(100 * 24 * time.Hour)
	l.work()
	l.hears()
}

// TestRemindersAfterAnOutage are one, whatever was missed.
func TestRemindersAfterAnOutage(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.asks()
	l.clock.wait(10 * 24 * time.Hour)
	l.engine = l.start()
	l.work()
	l.hears("mei: news reminded words")
	l.clock.wait(10 * 24 * time.Hour)
	l.work()
	l.hears("desk: news silent ")
}

// TestRemindersEnd when the customer has answered.
func TestRemindersEnd(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.asks()
	l.clock.wait(24 * time.Hour)
	l.does("take")
	l.chat.take()
	l.clock.wait(24 * time.Hour)
	l.calls("stalled C-2603-0001 degraded 24h0m0s Wang Lei")
}

// TestTheDeskIsToldWhenItMayResolve and not before: whatever is done with the claim puts that off.
func TestTheDeskIsToldWhenItMayResolve(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.asks()
	l.clock.wait(10 * 24 * time.Hour)
	_, err := l.store.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "written to"}, firstClaim, func(c claim.Claim) (bot.ClaimChange, error) {
		c.Changed = l.clock.now()
		return bot.ClaimChange{Claim: c}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l.work()
	l.chat.take()
	l.clock.wait(14*24*time.Hour - time.Second)
	l.work()
	l.hears()
	l.clock.wait(time.Second)
	l.work()
	l.hears("desk: news silent ")
	c, err := l.store.Claim(t.Context(), firstClaim)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Do(claim.Action{Kind: claim.Solve, Words: "over"}, claim.Actor{Role: claim.Staff, ID: "wang"}, l.clock.now()); err != nil {
		t.Errorf("it may not be resolved: %v", err)
	}
}

// TestRemindersOfOlderPrograms begin when the customer was asked, though the claim says nothing of them.
func TestRemindersOfOlderPrograms(t *testing.T) {
	t.Parallel()
	l := newCallLab(t)
	l.asks()
	_, err := l.store.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "older"}, firstClaim, func(c claim.Claim) (bot.ClaimChange, error) {
		c.Calls = claim.Calls{Next: c.Changed} // as the migration leaves it
		return bot.ClaimChange{Claim: c}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l.work()
	l.hears()
	l.clock.wait(48 * time.Hour)
	l.work()
	l.hears("mei: news reminded words")
}
