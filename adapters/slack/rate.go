package slack

import (
	"context"
	"time"

	"github.com/optoste/supportbot/bot"
)

// patience is how long a message waits in its place for its turn; a longer wait is the lane's.
const patience = 2 * time.Second

// chatRate is what one channel takes: about one message a second with short bursts (platform-facts.md 86).
var chatRate = bot.Rate{Burst: 3, Every: time.Second}

// take waits for the limit of a chat, which all replicas share. Errors: [bot.RetryAfterError] when it
// would take long. Limits that do not answer hold nothing up.
func (a *Adapter) take(ctx context.Context, chat string) error {
	if a.cfg.Limits == nil {
		return nil
	}
	for left := patience; ; {
		d, err := a.cfg.Limits.Take(ctx, a.bucket(chat), chatRate)
		if err != nil {
			a.cfg.Log.WarnContext(ctx, "limits do not answer, sending goes on without", "err", err)
			return nil
		}
		if d <= 0 {
			return nil
		}
		if d > left {
			return &bot.RetryAfterError{After: d}
		}
		if left -= d; !wait(ctx, d) {
			return ctx.Err()
		}
	}
}

// idle tells whether there is room for something that may as well not be sent.
func (a *Adapter) idle(ctx context.Context, chat string) bool {
	if a.cfg.Limits == nil {
		return true
	}
	rate := chatRate
	rate.Leave = 1
	d, err := a.cfg.Limits.Take(ctx, a.bucket(chat), rate)
	return err != nil || d <= 0
}

func (a *Adapter) bucket(chat string) string { return Name + "/" + a.self().team + "/" + chat }
