package slack

import (
	"context"
	"errors"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

// A bot cannot show that it is typing. A message that takes longer to be worked has a reaction meanwhile.

const (
	signEmoji = "hourglass_flowing_sand"
	signTime  = time.Second      // showing it, or taking it away, may take
	signWait  = 30 * time.Second // Slack may ask to wait before it is taken away
	maxSigns  = 128              // what waits to be shown or taken away; of more nothing is shown
)

// sign is a reaction to be shown, or to be taken away.
type sign struct {
	item slackgo.ItemRef
	show bool
	till time.Time // it is not shown later, because somebody may have taken it away
}

// signLater shows that a message is being worked, when that takes its time. The function it returns ends
// that: worked means that it is done; else somebody goes on with it, who takes the sign away.
func (a *Adapter) signLater(in bot.Inbound) (end func(worked bool)) {
	begun := make(chan struct{})
	t := time.AfterFunc(a.pace.sign, func() {
		defer close(begun)
		if len(a.signs) < maxSigns/2 { // the rest is for taking away
			a.sign(in, true)
		}
	})
	return func(worked bool) {
		if t.Stop() {
			return
		}
		<-begun
		if worked {
			a.sign(in, false)
		}
	}
}

func (a *Adapter) sign(in bot.Inbound, show bool) {
	if in.Message == "" { // a press shows by itself that it is being worked
		return
	}
	s := sign{item: slackgo.NewRefToMessage(in.To.Chat, string(in.Message)), show: show, till: time.Now().Add(signTime)}
	select {
	case a.signs <- s:
	default: // there is much to do, and everybody sees that
	}
}

// showSigns shows signs and takes them away until ctx ends, in their order. It is an ornament: it fails
// without a word.
func (a *Adapter) showSigns(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-a.signs:
			if err := a.showSign(ctx, s); err != nil {
				a.cfg.Log.DebugContext(ctx, "sign of work not changed", "chat", s.item.Channel, "show", s.show, "err", err)
			}
		}
	}
}

func (a *Adapter) showSign(ctx context.Context, s sign) error {
	if s.show {
		ctx, cancel := context.WithDeadline(ctx, s.till)
		defer cancel()
		return a.api.mind("reactions.add", a.api.slack.AddReactionContext(ctx, signEmoji, s.item))
	}
	err := a.hideSign(ctx, s.item)
	if limited := (*slackgo.RateLimitedError)(nil); errors.As(err, &limited) && limited.RetryAfter <= signWait && wait(ctx, limited.RetryAfter) {
		err = a.hideSign(ctx, s.item)
	}
	return err
}

func (a *Adapter) hideSign(ctx context.Context, item slackgo.ItemRef) error {
	ctx, cancel := context.WithTimeout(ctx, signTime)
	defer cancel()
	return a.api.mind("reactions.remove", a.api.slack.RemoveReactionContext(ctx, signEmoji, item))
}
