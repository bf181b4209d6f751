package adaptertest

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// bench is one case's view of a harness: it runs the adapter and records what the handler gets.
type bench struct {
	*testing.T
	h Harness

	heard chan bot.Inbound // every call of the handler
	mu    sync.Mutex
	work  bot.Handler // what the handler does; nil = nothing

	cancel context.CancelFunc
	ended  chan error // Run's result
}

// label marks the goroutines of one case, which runs beside others.
const label = "adaptertest"

func newBench(t *testing.T, h Harness) *bench {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	b := &bench{T: t, h: h, heard: make(chan bot.Inbound, 1000), cancel: cancel, ended: make(chan error, 1)}
	go pprof.Do(ctx, pprof.Labels(label, t.Name()), func(ctx context.Context) { b.ended <- h.Run(ctx, b.handle) })
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-b.ended:
			if err != nil {
				t.Errorf("Run = %v after its context ended, want nil", err)
			}
		case <-time.After(patience):
			t.Error("Run does not end")
		}
		b.checkSecret("a log", h.Logs())
	})
	return b
}

func (b *bench) handle(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
	b.mu.Lock()
	work := b.work
	b.mu.Unlock()
	b.heard <- in
	if work == nil {
		return bot.Ack{}, nil
	}
	return work(ctx, in)
}

// does sets what the handler does from now on.
func (b *bench) does(work func(context.Context, bot.Inbound) error) {
	b.answers(func(ctx context.Context, in bot.Inbound) (bot.Ack, error) { return bot.Ack{}, work(ctx, in) })
}

// answers sets what the handler does and returns from now on.
func (b *bench) answers(work bot.Handler) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.work = work
}

// deliver lets the person do something and waits until it is delivered.
func (b *bench) deliver(u Update) (Delivery, bot.Inbound) {
	b.Helper()
	d := b.h.Deliver(b.T, u)
	in := b.next()
	b.acked(d)
	return d, in
}

// next returns the next inbound that the handler got, checked for what every inbound has.
func (b *bench) next() bot.Inbound {
	b.Helper()
	select {
	case in := <-b.heard:
		b.checkInbound(in)
		return in
	case <-time.After(patience):
		b.Fatal("nothing was delivered")
		return bot.Inbound{}
	}
}

func (b *bench) checkInbound(in bot.Inbound) {
	b.Helper()
	want := b.h.Person()
	switch {
	case in.ID == "":
		b.Error("an inbound has no ID")
	case in.Order <= 0:
		b.Errorf("inbound %s: Order = %d, want a positive number", in.ID, in.Order)
	case in.Sent.IsZero() || in.Sent.Location() != time.UTC:
		b.Errorf("inbound %s: Sent = %v, want the platform's time in UTC", in.ID, in.Sent)
	case in.From != want:
		b.Errorf("inbound %s: From = %+v, want %+v", in.ID, in.From, want)
	case in.To.Lane() != b.h.Chat().Lane() || in.To.Channel != b.h.Adapter().Name():
		b.Errorf("inbound %s: To = %+v, want %+v", in.ID, in.To, b.h.Chat())
	}
}

// silent fails when the handler has got something that was not looked at.
func (b *bench) silent() {
	b.Helper()
	select {
	case in := <-b.heard:
		b.Errorf("heard %T %+v, want nothing more", in.Event, in.Event)
	default:
	}
}

func (b *bench) acked(d Delivery) {
	b.Helper()
	select {
	case <-d.Acked():
	case <-time.After(patience):
		b.Fatal("the update is never acknowledged")
	}
}

// send says one message that is small enough, and expects to be told where it stands.
func (b *bench) send(m bot.Message) bot.MessageID {
	b.Helper()
	ids, err := b.h.Adapter().Send(b.Context(), bot.Outgoing{ID: newID(), To: b.h.Chat(), Message: m})
	if err != nil {
		b.Fatalf("Send(%.60q) = %v", m.Text, err)
	}
	if len(ids) == 0 || ids[0] == "" {
		b.Fatalf("Send(%.60q) = %q, want the ids of what stands in the chat", m.Text, ids)
	}
	return ids[0]
}

// sendFit says a message of any size in as many parts as Fit makes of it.
func (b *bench) sendFit(m bot.Message) {
	b.Helper()
	for _, part := range bot.Fit(m, b.h.Adapter().Capabilities()) {
		b.send(part)
	}
}

// said returns what the bot has said.
func (b *bench) said() []Shown {
	b.Helper()
	var said []Shown
	for _, s := range b.h.Visible(b.T) {
		if s.Bot {
			said = append(said, s)
		}
	}
	return said
}

func (b *bench) checkSecret(where, text string) {
	b.Helper()
	if b.h.Token() == "" {
		b.Error("the harness names no token")
	} else if strings.Contains(text, b.h.Token()) {
		b.Errorf("%s shows the token", where)
	}
}

// running lists the goroutines that Run has started and that are still there.
func (b *bench) running() string {
	var all bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		b.Fatal(err)
	}
	var mine []string
	for stack := range strings.SplitSeq(all.String(), "\n\n") {
		if strings.Contains(stack, fmt.Sprintf("%q:%q", label, b.Name())) {
			mine = append(mine, stack)
		}
	}
	return strings.Join(mine, "\n\n")
}

var (
	idMu  sync.Mutex
	idSeq int
)

// newID returns an id that no other message of the process has.
func newID() string {
	idMu.Lock()
	defer idMu.Unlock()
	idSeq++
	return fmt.Sprintf("test/%d", idSeq)
}
