package telegram

import (
	"context"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
)

// patience is how long a message waits in its place for its turn; a longer wait is the lane's.
const patience = 2 * time.Second

// What one chat takes (platform-facts.md 33): a person about one message a second with short bursts, a
// group twenty a minute.
var (
	personRate = bot.Rate{Burst: 3, Every: time.Second}
	groupRate  = bot.Rate{Burst: 5, Every: 4 * time.Second}
)

// bucket is one of the limits that a message passes.
type bucket struct {
	name string
	rate bot.Rate
}

// buckets returns the limits of a message, the narrower one first. What nobody waits for leaves a third
// of the whole bot's to answers.
func (a *Adapter) buckets(chat string, later bool) []bucket {
	if a.cfg.Limits == nil || a.cfg.Rate <= 0 {
		return nil
	}
	one, all := personRate, bot.Rate{Burst: a.cfg.Rate, Every: time.Second / time.Duration(a.cfg.Rate)}
	if strings.HasPrefix(chat, "-") {
		one = groupRate
	}
	if later {
		all.Leave = a.cfg.Rate / 3
	}
	name := Name + "/" + a.id
	return []bucket{{name + "/" + chat, one}, {name, all}}
}

// take waits for the limits that all replicas share. Errors: [bot.RetryAfterError] when it would take
// long. Limits that do not answer hold nothing up.
func (a *Adapter) take(ctx context.Context, chat string, later bool) error {
	left := patience
	for _, b := range a.buckets(chat, later) {
		for {
			d, err := a.cfg.Limits.Take(ctx, b.name, b.rate)
			if err != nil {
				a.cfg.Log.WarnContext(ctx, "limits do not answer, sending goes on without", "err", err)
				return nil
			}
			if d <= 0 {
				break
			}
			if d > left {
				return &bot.RetryAfterError{After: d}
			}
			if left -= d; !wait(ctx, d) {
				return ctx.Err()
			}
		}
	}
	return nil
}

// idle tells whether there is room for something that may as well not be sent.
func (a *Adapter) idle(ctx context.Context, chat string) bool {
	for _, b := range a.buckets(chat, true) {
		if d, err := a.cfg.Limits.Take(ctx, b.name, b.rate); err == nil && d > 0 {
			return false
		}
	}
	return true
}
