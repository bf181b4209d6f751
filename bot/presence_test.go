package bot_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// TestPresence reminds nobody who has blocked the bot, and goes on with the draft of whoever is back.
func TestPresence(t *testing.T) {
	t.Parallel()
	for name, back := range map[string]bot.Event{"unblocked": bot.Presence{}, "writes": bot.Said{Text: "large"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order", "belt")
			l.handle(l.event("mei", bot.Presence{Gone: true}))
			l.chat.take()
			l.clock.wait(24 * time.Hour)
			l.work()
			l.hears()
			l.handle(l.event("mei", back))
			l.chat.take()
			l.clock.wait(24 * time.Hour)
			l.work()
			l.hears("mei: still there? [on] [over] [drop]")
		})
	}
}
