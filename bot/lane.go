package bot

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// laneRest is how long a lane rests after a failure that names no time.
const laneRest = 5 * time.Second

// roomRest is how long the lane of an engineers' room rests that the bot was removed from. What engineers have to be
// told is not lost by that.
const roomRest = time.Minute

// sendTimeout bounds one call to a platform; it is shorter than the lease.
const sendTimeout = 15 * time.Second

// sendAll sends a session's replies through their chats' lanes: directly while a lane is empty, else
// behind what waits there. It returns the message whose buttons are now those of the open question,
// and an error only when a reply is neither sent nor queued.
func (e *Engine) sendAll(ctx context.Context, s Session, queued map[Chat]bool) (board MessageID, err error) {
	board = s.Board
	for i, o := range s.Unsent {
		lane := o.To.Lane()
		if queued[lane] || e.inRoom(o) {
			return "", e.queue(ctx, s.Unsent[i:], time.Time{})
		}
		unlock, err := e.lanes.lock(ctx, lane)
		if err != nil {
			return "", err
		}
		id, err := e.follow(ctx, o)
		unlock()
		switch retry := (*RetryAfterError)(nil); {
		case err == nil, errors.Is(err, ErrGone):
		case errors.As(err, &retry):
			return "", e.queue(ctx, s.Unsent[i:], e.now().Add(retry.After))
		default:
			e.log.WarnContext(ctx, "reply not sent, it is queued", "channel", o.To.Channel, "chat", o.To.Chat, "out", o.ID, "err", err)
			return "", e.queue(ctx, s.Unsent[i:], e.now().Add(time.Second))
		}
		if o.Spent.Message == board {
			board = ""
		}
		if asks(o.Choices) {
			board = id
		}
	}
	return board, nil
}

// inRoom tells whether a message is news for the desk. Many conversations speak there, on any
// replica, so all of it goes by the room's lane: one of them sends it, in the order in which it was
// said.
func (e *Engine) inRoom(o Outgoing) bool { return o.Later && e.isDesk(o.To) }

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
	for _, o := range list {
		if o.Letter == nil || e.isDesk(o.To) {
			continue
		}
		if err := e.became(ctx, o, LetterWaits); err != nil {
			return err
		}
	}
	e.Poke()
	return nil
}

// follow delivers a message, also to where its chat goes on under another name.
func (e *Engine) follow(ctx context.Context, o Outgoing) (MessageID, error) {
	id, err := e.deliver(ctx, o)
	if moved := (*MovedError)(nil); errors.As(err, &moved) {
		o.To.Chat = moved.Chat
		return e.deliver(ctx, o)
	}
	return id, err
}

// deliver sends one message and returns its id. A card is rendered now, so that the newest state
// wins. When the chat goes on under another name, what waits in its lane is there when the
// [*MovedError] is returned.
func (e *Engine) deliver(ctx context.Context, o Outgoing) (MessageID, error) {
	a, ok := e.adapters[o.To.Channel]
	if !ok {
		e.log.ErrorContext(ctx, "message for a channel that is not configured", "channel", o.To.Channel, "out", o.ID)
		return "", e.missed(ctx, o, ErrGone)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	ids, err := e.deliverTo(ctx, a, o)
	if moved := (*MovedError)(nil); errors.As(err, &moved) {
		if err := e.moved(ctx, o.To, moved.Chat); err != nil {
			return "", err
		}
	}
	switch {
	case err == nil:
		err = e.stands(ctx, o, ids)
	case errors.Is(err, ErrGone):
		err = e.shut(ctx, o, err)
	case errors.Is(err, ErrRefused), errors.Is(err, ErrNotFound):
		return "", e.giveUp(ctx, o, err)
	}
	return last(ids), err
}

// shut notes that a chat takes nothing more. What was for it is dropped, and the desk is told of what was sent by it,
// or was to call one of its people.
func (e *Engine) shut(ctx context.Context, o Outgoing, why error) error {
	e.log.WarnContext(ctx, "chat is gone, message not delivered", "channel", o.To.Channel, "chat", o.To.Chat, "out", o.ID)
	if o.Letter == nil {
		return e.missed(ctx, o, why)
	}
	if err := e.became(ctx, o, LetterGone); err != nil {
		return err
	}
	return why
}

// missed has somebody called in the room whom an alert did not reach. It returns why it did not, or why that could
// not be done either.
func (e *Engine) missed(ctx context.Context, o Outgoing, why error) error {
	if o.Alert != "" {
		if err := e.unreached(ctx, o.Alert); err != nil {
			return err
		}
	}
	return why
}

// giveUp lets a lane go on without a message that its platform will never take; a person is told.
func (e *Engine) giveUp(ctx context.Context, o Outgoing, why error) error {
	e.log.ErrorContext(ctx, "message given up: the platform will never take it", "channel", o.To.Channel, "chat", o.To.Chat, "out", o.ID, "err", why)
	switch {
	case e.isDesk(o.To), o.Note != "":
		return nil
	case o.Alert != "":
		return e.missed(ctx, o, nil)
	}
	if o.Letter != nil {
		if err := e.became(ctx, o, LetterFailed); err != nil || o.Letter.From != (Address{}) {
			return err
		}
	}
	told := Told{News: NewsGivenUp, Claim: o.About, Text: o.Text, About: o.To.Channel}
	key := EffectKey{Inbound: o.ID, Kind: "give_up"}
	if err := e.store.Post(ctx, e.forDesk(key, told, Inbound{Sent: e.now()})...); err != nil {
		return fmt.Errorf("tell of a message given up: %w", err)
	}
	return nil
}

func (e *Engine) deliverTo(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	switch {
	case o.Card != "":
		return nil, e.deliverCard(ctx, a, o)
	case o.Note != "":
		return nil, e.deliverNote(ctx, a, o)
	case o.Alert != "":
		return e.deliverAlert(ctx, a, o)
	}
	return e.deliverNews(ctx, a, o)
}

// deliverNews sends a message that is what it is.
func (e *Engine) deliverNews(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	switch {
	case o.About != "":
		return e.deliverAbout(ctx, a, o)
	case o.Amends != "":
		return e.deliverAmended(ctx, a, o)
	case o.Notice != "":
		return e.deliverNotice(ctx, a, o)
	}
	return e.sendParts(ctx, a, o)
}

// deliverAbout sends news of a claim to where its card stands. When that has been deleted, the card is
// shown again first.
func (e *Engine) deliverAbout(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	for again := false; ; again = true {
		there, err := e.atClaim(ctx, o)
		if err != nil {
			return nil, err
		}
		ids, err := e.sendParts(ctx, a, there)
		if !errors.Is(err, ErrNotFound) || again {
			return ids, err
		}
		if err := e.store.PutPlace(ctx, Place{Claim: o.About, To: o.To}); err != nil {
			return nil, fmt.Errorf("forget place of card: %w", err)
		}
		if err := e.deliverCard(ctx, a, Outgoing{ID: o.ID + "/card", To: o.To, Card: o.About}); err != nil {
			return nil, err
		}
	}
}

// last returns the id of the last part, under which the buttons stand.
func last(ids []MessageID) MessageID {
	if len(ids) == 0 {
		return ""
	}
	return ids[len(ids)-1]
}

func (e *Engine) sendParts(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	var ids []MessageID
	for _, m := range Fit(o.Message, a.Capabilities()) {
		part := o
		part.Message = m
		got, err := a.Send(ctx, part)
		if err != nil {
			return ids, err
		}
		ids = append(ids, got...)
		o.Replace = "" // only the first part replaces
	}
	e.metrics.sent()
	return ids, nil
}

// drain sends the first message of one lane that may go on now, and tells whether there was one. It is one
// message at a time: a process that dies repeats that one, and not others behind later ones.
func (e *Engine) drain(ctx context.Context) (bool, error) {
	now := e.now()
	lane, list, err := e.store.Drain(ctx, now, now.Add(leaseTime), 1)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("drain outbox: %w", err)
	}
	unlock, err := e.lanes.lock(ctx, lane.Chat)
	if err != nil {
		return false, err
	}
	defer unlock()
	var sent []string
	var notBefore time.Time
	for _, o := range list {
		_, err := e.deliver(ctx, o)
		if moved := (*MovedError)(nil); errors.As(err, &moved) {
			break // it waits in the new lane
		}
		if errors.Is(err, ErrGone) && e.isDesk(o.To) && o.Later {
			e.log.ErrorContext(ctx, "the engineers' room takes nothing, what it has to be told waits: add the bot to it again", "channel", o.To.Channel, "chat", o.To.Chat)
			notBefore = e.now().Add(roomRest)
			break
		}
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
	return laneRest
}
