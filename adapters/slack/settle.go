package slack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot"
)

// settled is an update that is worked, with what may be shown, or stored.
type settled struct {
	in     bot.Inbound
	ack    bot.Ack
	answer any // what stands in the acknowledgement; nil = nothing
}

// settle works an update until ctx's deadline, which is short of Slack's three seconds, or stores it to be
// worked later (promise P2). An error means that neither was possible: Slack has to come again.
func (a *Adapter) settle(ctx context.Context, env envelope, handle bot.Handler) (settled, error) {
	a.awaitName(ctx)
	h, err := a.hear(ctx, env)
	switch {
	case errors.Is(err, errLater):
		return settled{}, a.keep(ctx, env, err)
	case err != nil:
		a.cfg.Log.ErrorContext(ctx, "update from Slack cannot be read, it is passed over", "kind", env.Kind, "err", err)
		return settled{}, nil
	case h.in.Event == nil:
		a.skipped(ctx, h)
		return settled{}, nil
	}
	env.Chat = h.in.To.Chat
	if a.behind(ctx, env, h, handle) {
		return settled{}, nil
	}
	ack, err := a.show(ctx, h, handle)
	if err == nil {
		return settled{h.in, ack, h.answer(ack)}, nil
	}
	if h = h.later(); h.in.Event == nil {
		a.skipped(ctx, h)
		return settled{}, nil
	}
	// The engine has logged why; here it is one of several ways.
	a.cfg.Log.InfoContext(ctx, "slack update not worked in time, it is stored", "chat", h.in.To.Chat, "in", h.in.ID, "err", err)
	if err := a.store(ctx, h.in); err != nil {
		return settled{}, a.keep(ctx, env, err)
	}
	a.counts.late.Add(1)
	return settled{}, nil
}

// attempt calls the handler. One that does not return in time goes on alone: its turn and the stored one
// have the same ID, so what it does is done once.
func (a *Adapter) attempt(ctx context.Context, in bot.Inbound, handle bot.Handler) (_ bot.Ack, err error) {
	if err := ctx.Err(); err != nil {
		return bot.Ack{}, err
	}
	end := a.signLater(in)
	defer func() { end(err == nil) }()
	type result struct {
		ack bot.Ack
		err error
	}
	done := make(chan result, 1)
	go func() {
		ack, err := handle(ctx, in)
		done <- result{ack, err}
	}()
	select {
	case r := <-done:
		return r.ack, r.err
	case <-ctx.Done():
	}
	t := time.NewTimer(a.pace.grace)
	defer t.Stop()
	select {
	case r := <-done:
		return r.ack, r.err
	case <-t.C:
		return bot.Ack{}, ctx.Err()
	}
}

// store puts an inbound into the inbox, also when ctx has ended.
func (a *Adapter) store(ctx context.Context, in bot.Inbound) error {
	if a.cfg.Post == nil {
		return errors.New("there is no inbox")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.pace.store)
	defer cancel()
	if err := a.cfg.Post(ctx, in); err != nil {
		return fmt.Errorf("store update: %w", err)
	}
	return nil
}

// keep puts an update into the spool, for the reason given.
func (a *Adapter) keep(ctx context.Context, env envelope, why error) error {
	if err := a.spool(env); err != nil {
		a.counts.lost.Add(1)
		a.cfg.Log.WarnContext(ctx, "update from Slack neither worked nor kept, it has to come again", "kind", env.Kind, "why", why, "err", err)
		return err
	}
	a.counts.spooled.Add(1)
	a.cfg.Log.WarnContext(ctx, "update from Slack is kept in the spool", "kind", env.Kind, "why", why)
	return nil
}

// skipped says why there is nothing to work; what nobody expected is said once where it is seen.
func (a *Adapter) skipped(ctx context.Context, h heard) {
	if h.odd != "" && len(h.odd) < 100 && !a.odd.Has(h.odd) {
		a.odd.Put(h.odd, true)
		a.cfg.Log.InfoContext(ctx, "Slack sends what is not known here, it is passed over from now on", "kind", h.odd, "why", h.why)
		return
	}
	a.cfg.Log.DebugContext(ctx, "slack update passed over", "why", h.why)
}

// awaitName waits a moment for the bot to know who it is, right after the start.
func (a *Adapter) awaitName(ctx context.Context) {
	select {
	case <-a.known:
		return
	default:
	}
	t := time.NewTimer(a.pace.answer / 2)
	defer t.Stop()
	select {
	case <-a.known:
	case <-t.C:
	case <-ctx.Done():
	}
}
