package slack

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/bot"
)

const (
	ackTime    = time.Second // handing an acknowledgement to the connection may take
	mostAtOnce = 512         // updates that are held here; the next ones wait at Slack
)

// listener is one run of Socket Mode.
type listener struct {
	*Adapter
	handle bot.Handler
	client *socketmode.Client
	group  *errgroup.Group
	held   chan struct{} // one for each update that is held

	catching sync.Mutex // somebody reads what was said in a gap

	mu    sync.Mutex
	lanes map[string][]request // what waits for its turn, by chat; a chat is there while it is worked
}

// request is an update that came through the socket.
type request struct {
	env envelope
	id  string    // by which it is acknowledged
	due time.Time // when it must be settled
}

// listen receives by Socket Mode until ctx ends. The library connects again by itself, except when Slack
// does not know the token.
func (a *Adapter) listen(ctx context.Context, handle bot.Handler) {
	l := &listener{
		Adapter: a, handle: handle, lanes: map[string][]request{}, held: make(chan struct{}, mostAtOnce),
		client: socketmode.New(a.api.slack, socketmode.OptionReadLimit(maxBody), socketmode.OptionLog(silent{})),
	}
	l.group, ctx = errgroup.WithContext(ctx)
	l.group.Go(func() error {
		a.insist(ctx, "open Socket Mode", func(ctx context.Context) error {
			return a.api.mind("apps.connections.open", l.client.RunContext(ctx))
		})
		return nil
	})
	l.group.Go(func() error {
		l.read(ctx)
		return nil
	})
	_ = l.group.Wait() // none of them fails
}

func (l *listener) read(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-l.client.Events:
			switch e.Type {
			case socketmode.EventTypeConnected:
				l.connected(ctx)
			case socketmode.EventTypeConnectionError:
				l.notConnected(ctx, e)
			case socketmode.EventTypeErrorBadMessage: // to the library, not to us (platform-facts.md 94)
				if bad, ok := e.Data.(*socketmode.ErrorBadMessage); ok {
					l.take(ctx, bad.Message)
				}
			default:
				if e.Request != nil && e.Request.EnvelopeID != "" {
					l.put(ctx, request{id: e.Request.EnvelopeID, env: envelope{Kind: e.Request.Type, Body: e.Request.Payload}})
				}
			}
		}
	}
}

// connected looks, from the second time on, for what was said in the gap.
func (l *listener) connected(ctx context.Context) {
	again := l.counts.connects.Add(1) > 1
	l.cfg.Log.InfoContext(ctx, "connected to Slack by Socket Mode", "again", again)
	if !again || !l.catching.TryLock() {
		return
	}
	l.group.Go(func() error {
		defer l.catching.Unlock()
		l.catchUp(ctx, l.last.All(), false, l.handle)
		return nil
	})
}

func (l *listener) notConnected(ctx context.Context, e socketmode.Event) {
	if failed, ok := e.Data.(*slackgo.ConnectionErrorEvent); ok && ctx.Err() == nil {
		l.complain(ctx, "open Socket Mode", l.api.mind("apps.connections.open", failed.ErrorObj), max(failed.Attempt-1, 0))
	}
}

// take takes an update that the library could not read.
func (l *listener) take(ctx context.Context, raw []byte) {
	var e struct {
		ID      string          `json:"envelope_id"`
		Type    string          `json:"type"`
		Payload json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(raw, &e); err == nil && e.ID != "" {
		l.put(ctx, request{id: e.ID, env: envelope{Kind: e.Type, Body: e.Payload}})
	}
}

// put puts an update into its lane: one chat's updates are worked one at a time, in the order in which
// they came.
func (l *listener) put(ctx context.Context, r request) {
	r.env.At, r.due = l.cfg.Now(), time.Now().Add(l.pace.answer)
	select {
	case l.held <- struct{}{}:
	case <-ctx.Done():
		return
	}
	chat := chatOf(r.env)
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting, worked := l.lanes[chat]
	l.lanes[chat] = append(waiting, r)
	if !worked {
		l.group.Go(func() error {
			l.work(ctx, chat)
			return nil
		})
	}
}

// work works a lane until it is empty.
func (l *listener) work(ctx context.Context, chat string) {
	for {
		l.mu.Lock()
		waiting := l.lanes[chat]
		if len(waiting) == 0 || ctx.Err() != nil { // what is not acknowledged comes again
			delete(l.lanes, chat)
			l.mu.Unlock()
			return
		}
		r := waiting[0]
		l.lanes[chat] = waiting[1:]
		l.mu.Unlock()
		l.one(ctx, r)
		<-l.held
	}
}

func (l *listener) one(ctx context.Context, r request) {
	inTime, cancel := context.WithDeadline(ctx, r.due)
	defer cancel()
	done, err := l.settle(inTime, r.env, l.handle)
	if err != nil {
		return
	}
	out, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	if err := l.client.AckCtx(out, r.id, done.answer); err != nil && !errors.Is(err, context.Canceled) {
		l.cfg.Log.WarnContext(ctx, "update from Slack not acknowledged, it comes again", "err", err)
	}
	if done.ack.Note != "" {
		l.Acknowledge(ctx, done.in, done.ack)
	}
}

// chatOf returns where an update was said, as far as that can be told without asking.
func chatOf(env envelope) string {
	switch env.Kind {
	case kindEvent:
		var d delivered
		_ = decode(env.Body, &d) // whoever works it says what is wrong
		return d.Event.Channel
	case kindPress:
		var i interaction
		_ = decode(env.Body, &i)
		return first(i.Channel.ID, i.Container.Channel, i.User.ID)
	}
	var c command
	_ = decode(env.Body, &c)
	return c.User
}
