package stage

import (
	"context"
	"strings"
	"sync"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// bell is what rings outside of the chat on stage 1: it only notes that it did, as "alarm night_phone: C-2603-0001
// line_down".
type bell struct {
	mu   sync.Mutex
	rung []script.Heard
}

// Ring implements [bot.Alarms].
func (b *bell) Ring(_ context.Context, r bot.Ring) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var claims []string
	for _, c := range r.Claims {
		claims = append(claims, string(c.Claim)+" "+string(c.Severity))
	}
	b.rung = append(b.rung, script.Done{What: "alarm " + r.Alarm.ID + ": " + strings.Join(claims, ", ") + "\n" + r.Title + ". " + r.Text})
	return nil
}

// take returns what has rung since the last call.
func (b *bell) take() []script.Heard {
	b.mu.Lock()
	defer b.mu.Unlock()
	rung := b.rung
	b.rung = nil
	return rung
}
