package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// sendTimeout bounds one call to a platform; it is shorter than the lease.
const sendTimeout = 15 * time.Second

// sendAll sends replies through their chats' lanes: directly while a lane is empty, else behind
// what waits there. It returns an error only when a reply is neither sent nor queued.
func (e *Engine) sendAll(ctx context.Context, list []Outgoing, queued map[Chat]bool) error {
	for i, o := range list {
		lane := o.To.Lane()
		if queued[lane] {
			return e.queue(ctx, list[i:], time.Time{})
		}
		unlock := e.lanes.lock(lane)
		err := e.deliver(ctx, o)
		unlock()
		switch retry := (*RetryAfterError)(nil); {
		case err == nil, errors.Is(err, ErrGone):
		case errors.As(err, &retry):
			return e.queue(ctx, list[i:], e.now().Add(retry.After))
		default:
			e.log.WarnContext(ctx, "reply not sent, it is queued", "channel", o.To.Channel, "chat", o.To.Chat, "out", o.ID, "err", err)
			return e.queue(ctx, list[i:], e.now().Add(time.Second))
		}
	}
	return nil
}

// queue puts what is left of a turn's replies behind what waits in their lanes.
func (e *Engine) queue(ctx context.Context, list []Outgoing, notBefore time.Time) error {
	byLane := map[Chat][]Outgoing{}
	for _, o := range list {
		byLane[o.To.Lane()] = append(byLane[o.To.Lane()], o)
	}
	for lane, list := range byLane {
		if err := e.store.Queue(ctx, lane, list, notBefore); err != nil {
			return fmt.Errorf("queue replies: %w", err)
		}
	}
	e.Poke()
	return nil
}

// deliver sends one message, in as many parts as its channel needs. A card is rendered now, so
// that the newest state wins.
func (e *Engine) deliver(ctx context.Context, o Outgoing) error {
	a, ok := e.adapters[o.To.Channel]
	if !ok {
		e.log.ErrorContext(ctx, "message for a channel that is not configured", "channel", o.To.Channel, "out", o.ID)
		return ErrGone
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if o.Card != "" {
		return e.deliverCard(ctx, a, o)
	}
	_, err := e.sendParts(ctx, a, o)
	return err
}

func (e *Engine) sendParts(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	var ids []MessageID
	for _, m := range Fit(o.Message, a.Capabilities()) {
		part := o
		part.Message = m
		got, err := a.Send(ctx, part)
		if errors.Is(err, ErrGone) {
			e.log.WarnContext(ctx, "chat is gone, message not delivered", "channel", o.To.Channel, "chat", o.To.Chat, "out", o.ID)
		}
		if err != nil {
			return ids, err
		}
		ids = append(ids, got...)
		o.Replace = "" // only the first part replaces
	}
	e.metrics.sent()
	return ids, nil
}

// deliverCard shows a claim's card as the claim now is, in place of the card that stands in the
// chat, and again until the claim no longer moves.
func (e *Engine) deliverCard(ctx context.Context, a Adapter, o Outgoing) error {
	for {
		c, err := e.store.Claim(ctx, o.Card)
		if err != nil {
			return fmt.Errorf("load claim for card: %w", err)
		}
		o.Message = e.card(c)
		place, err := e.store.Place(ctx, c.ID, o.To.Lane())
		switch {
		case err == nil && place.Version == c.Version:
			return nil
		case err == nil && a.Capabilities().Edit:
			o.Replace, o.To = place.Message, place.To
		case err != nil && !errors.Is(err, ErrNotFound):
			return fmt.Errorf("load place of card: %w", err)
		}
		ids, err := e.sendParts(ctx, a, o)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			if err := e.store.PutPlace(ctx, Place{c.ID, o.To, ids[0], c.Version}); err != nil {
				return fmt.Errorf("store place of card: %w", err)
			}
		}
	}
}

// drain sends what waits in one lane that may go on now, in order, and tells whether there was
// one.
func (e *Engine) drain(ctx context.Context) (bool, error) {
	now := e.now()
	lane, list, err := e.store.Drain(ctx, now, now.Add(leaseTime), 20)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("drain outbox: %w", err)
	}
	unlock := e.lanes.lock(lane.Chat)
	defer unlock()
	var sent []string
	var notBefore time.Time
	for _, o := range list {
		err := e.deliver(ctx, o)
		if err != nil && !errors.Is(err, ErrGone) {
			notBefore = e.now().Add(pauseOf(err))
			break
		}
		sent = append(sent, o.ID)
	}
	if err := e.store.Drained(ctx, lane, sent, notBefore); err != nil {
		return false, fmt.Errorf("drain outbox: %w", err)
	}
	return true, nil
}

// pauseOf returns how long a lane rests after a message was not sent.
func pauseOf(err error) time.Duration {
	if retry := (*RetryAfterError)(nil); errors.As(err, &retry) {
		return retry.After
	}
	return 5 * time.Second
}
