package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot/desk"
)

// rooms returns the engineers' rooms as they are called now.
func (e *Engine) rooms() []Address { return *e.desk.Load() }

// isDesk tells whether an address is in a room of the desk.
func (e *Engine) isDesk(a Address) bool {
	for _, room := range e.rooms() {
		if room.Lane() == a.Lane() {
			return true
		}
	}
	return false
}

// moved notes that a chat goes on under another name.
func (e *Engine) moved(ctx context.Context, from Address, to string) error {
	if err := e.store.MoveChat(ctx, from.Channel, from.Chat, to); err != nil {
		return fmt.Errorf("move chat: %w", err)
	}
	e.log.WarnContext(ctx, "chat goes on under another name; when it is the desk's, correct the setting", "channel", from.Channel, "from", from.Chat, "to", to)
	return e.findRooms(ctx)
}

// findRooms looks up what the engineers' rooms are called now: another replica may have been told
// that one has moved.
func (e *Engine) findRooms(ctx context.Context) error {
	list := make([]Address, 0, len(e.rooms()))
	for _, room := range e.rooms() {
		chat, err := e.store.Moved(ctx, room.Channel, room.Chat)
		if err != nil {
			return fmt.Errorf("look for room: %w", err)
		}
		room.Chat = chat
		list = append(list, room)
	}
	e.desk.Store(&list)
	return nil
}

// roomsEvery is how often a replica looks whether a room of the desk has moved, and who has swapped turns.
const roomsEvery = 30 * time.Second

// workRooms looks now and then whether a room of the desk has moved, and who has swapped turns.
func (e *Engine) workRooms(ctx context.Context) (int, error) {
	if now := e.now(); now.Sub(e.looked) >= roomsEvery {
		if err := errors.Join(e.findRooms(ctx), e.findCrew(ctx)); err != nil {
			return 0, err
		}
		if _, err := e.findSwaps(ctx); err != nil {
			return 0, err
		}
		e.looked = now
	}
	return 0, nil
}

// atClaim sends a message where the claim's card stands: into its thread, or as a reply to it.
func (e *Engine) atClaim(ctx context.Context, o Outgoing) (Outgoing, error) {
	if a := e.adapters[o.To.Channel]; o.Revises != "" && a.Capabilities().Quotes {
		repeat, err := e.store.Repeat(ctx, o.To.Lane(), o.About, o.Revises)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return o, fmt.Errorf("look for what was revised: %w", err)
		}
		o.ReplyTo = repeat
	}
	place, err := e.store.Place(ctx, o.About, o.To.Lane())
	switch {
	case errors.Is(err, ErrNotFound):
		return o, nil
	case err != nil:
		return o, fmt.Errorf("load place of card: %w", err)
	case place.To.Thread != o.To.Thread:
		o.To = place.To
	case o.ReplyTo == "" && e.threaded(o.To):
		o.ReplyTo = place.Message
	}
	return o, nil
}

// threaded tells whether a channel's rooms hold what belongs together by threads, or else by replies.
func (e *Engine) threaded(a Address) bool {
	_, ok := e.adapters[a.Channel].(Threader)
	return ok
}

// deliverCard shows a claim's card as the claim now is, in place of the card that stands in the
// chat, and again until the claim no longer moves.
func (e *Engine) deliverCard(ctx context.Context, a Adapter, o Outgoing) error {
	for {
		c, err := e.store.Claim(ctx, o.Card)
		if err != nil {
			return fmt.Errorf("load claim for card: %w", err)
		}
		place, err := e.store.Place(ctx, c.ID, o.To.Lane())
		switch {
		case errors.Is(err, ErrNotFound), err == nil && place.Message == "" && place.To.Thread == "":
			if place, err = e.openThread(ctx, a, Place{Claim: c.ID, To: o.To}); err != nil {
				return err
			}
		case err != nil:
			return fmt.Errorf("load place of card: %w", err)
		case place.Message != "" && place.Version == c.Version:
			return nil
		}
		if o.Message, err = e.card(ctx, c); err != nil {
			return err
		}
		if place, err = e.sendCard(ctx, a, o, place); err != nil {
			return err
		}
		place.Version = c.Version
		if err := e.store.PutPlace(ctx, place); err != nil {
			return fmt.Errorf("store place of card: %w", err)
		}
	}
}

// sendCard puts the card where the place says. When the message or the thread there has been
// deleted, both are made again.
func (e *Engine) sendCard(ctx context.Context, a Adapter, o Outgoing, place Place) (Place, error) {
	o.To = place.To
	if a.Capabilities().Edit {
		o.Replace = place.Message
	}
	ids, err := e.sendParts(ctx, a, o)
	if errors.Is(err, ErrNotFound) {
		place.To.Thread, place.Message = "", ""
		if place, err = e.openThread(ctx, a, place); err != nil {
			return place, err
		}
		o.To, o.Replace = place.To, ""
		ids, err = e.sendParts(ctx, a, o)
	}
	if err != nil {
		return place, err
	}
	if len(ids) > 0 {
		place.Message = ids[0]
	}
	return place, nil
}

// openThread makes a thread for a claim where the channel has them, and notes it at once: a crash
// makes no second one. A thread that will never be
// made is no reason to withhold the card.
func (e *Engine) openThread(ctx context.Context, a Adapter, place Place) (Place, error) {
	threader, ok := a.(Threader)
	if !ok {
		return place, nil
	}
	c, err := e.store.Claim(ctx, place.Claim)
	if err != nil {
		return place, fmt.Errorf("load claim for thread: %w", err)
	}
	title := desk.Title(c, e.words(deskLang)) + " · " + string(c.Lines[0].Serial)
	to, err := threader.OpenThread(ctx, place.To, title)
	switch {
	case errors.Is(err, ErrNotFound):
		return place, nil
	case errors.Is(err, ErrRefused):
		e.log.ErrorContext(ctx, "no thread for the claim, its card stands in the room: run 'supportbot doctor'", "channel", place.To.Channel, "claim", string(c.ID), "err", err)
		return place, nil
	case err != nil:
		return place, err
	}
	place.To = to
	if err := e.store.PutPlace(ctx, place); err != nil {
		return place, fmt.Errorf("store place of card: %w", err)
	}
	return place, nil
}
