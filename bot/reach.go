package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// presence notes that somebody has blocked the bot or left, or is back. Of a customer the cards of all pending
// claims say so.
func (t *turn) presence(ctx context.Context, ev Presence) error {
	stale := t.in.Order == 0 && t.s.Active.After(t.in.Sent) // was found out while sending; he has written since
	if t.inRoom() || stale {
		return nil
	}
	t.s.Gone = ev.Gone
	return t.reach(ctx, ev.Gone)
}

// welcomeBack notes that somebody who could not be reached has written.
func (t *turn) welcomeBack(ctx context.Context) error {
	if _, ok := t.in.Event.(Presence); ok || !t.was.Gone || t.s.Gone || t.inRoom() {
		return nil
	}
	return t.reach(ctx, false)
}

// maxReached bounds how many claims of one person are changed at once.
const maxReached = 50

// reach notes in the person's pending claims, once in each, that she can or cannot be reached here.
func (t *turn) reach(ctx context.Context, gone bool) error {
	list, err := t.e.store.FindClaims(ctx, ClaimFilter{Channel: t.in.To.Channel, Person: t.in.From.ID, Pending: true, Limit: maxReached})
	if err != nil {
		return fmt.Errorf("find claims of who is gone or back: %w", err)
	}
	for _, c := range list {
		if c.Chat != t.in.To.Chat || c.Unreached.IsZero() != gone {
			continue
		}
		key := EffectKey{Inbound: t.in.ID, Kind: "reach", Subject: string(c.ID)}
		if _, err := t.e.store.ChangeClaim(ctx, key, c.ID, t.reached(key, gone)); err != nil {
			return fmt.Errorf("note who is gone or back: %w", err)
		}
	}
	return nil
}

func (t *turn) reached(key EffectKey, gone bool) func(claim.Claim) (ClaimChange, error) {
	return func(c claim.Claim) (ClaimChange, error) {
		if c.Unreached.IsZero() != gone {
			return ClaimChange{Claim: c}, nil
		}
		e := claim.Event{Kind: claim.EventBack, By: t.actor(), At: t.in.Sent, From: c.Channel}
		news := NewsBack
		c.Unreached = time.Time{}
		if gone {
			c.Unreached, e.Kind, news = t.in.Sent, claim.EventGone, NewsGone
		}
		told := Told{News: news, Claim: c.ID, By: t.actor(), About: c.Channel}
		return ClaimChange{c, []claim.Event{e}, t.e.forDesk(key, told, t.in)}, nil
	}
}
