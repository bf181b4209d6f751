package bot_test

import (
	"context"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/safety"
	"github.com/optoste/supportbot/store/sqlite"
)

// hanging is a session store that neither answers nor fails.
type hanging struct{ bot.Sessions }

func (hanging) Open(ctx context.Context, _ bot.Key, _ string, _ time.Duration) (bot.Session, error) {
	<-ctx.Done()
	return bot.Session{}, ctx.Err()
}

// TestP9EmergencyWhileTheSessionsHang does not wait for a store that never answers: S-STOP goes
// without it, though the channel sets no deadline.
func TestP9EmergencyWhileTheSessionsHang(t *testing.T) {
	t.Parallel()
	c := newClock()
	store, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	l := labOn(t, c, store, hanging{})
	l.fail(l.event("mei", bot.Said{Text: "There is smoke and fire!"}))
	l.hears("mei: "+safety.Sentence(safety.Stop, "en"), "desk: alarm.standin chat mei There is smoke and fire!")
}
