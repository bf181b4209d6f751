package adaptertest

import (
	"context"
	"time"

	"github.com/optoste/supportbot/bot"
)

// second is how long Run may take to end.
const second = time.Second

func (b *bench) ends() {
	b.deliver(Update{Text: "hello"})
	b.send(bot.Message{Text: "hello"})
	b.end()
}

// endsWorking ends Run while the handler works; a turn's handler stops when it is told to.
func (b *bench) endsWorking() {
	released := make(chan struct{})
	b.does(func(ctx context.Context, _ bot.Inbound) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-released:
			return nil
		}
	})
	b.h.Deliver(b.T, Update{Text: "hello"})
	b.next()
	defer close(released)
	b.end()
}

// end ends Run and checks that it ends in time, without an error and without leaving anything.
func (b *bench) end() {
	b.Helper()
	b.cancel()
	late := time.NewTimer(second)
	defer late.Stop()
	select {
	case err := <-b.ended:
		b.ended <- err // for the cleanup, which judges it
	case <-late.C:
		b.Fatalf("Run has not ended %s after its context", second)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for left := b.running(); left != ""; left = b.running() {
		select {
		case <-tick.C:
		case <-late.C:
			b.Fatalf("Run has left goroutines behind:\n%s", left)
		}
	}
}
