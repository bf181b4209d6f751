package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/optoste/supportbot/bot/claim"
)

// Letter is what the desk sends to a customer: it is followed until it has arrived, and the engineer who wrote it
// sees how far it has come.
type Letter struct {
	ID       string         `json:"id"` // of the inbound that brings it into the customer's conversation
	Claim    claim.ID       `json:"claim"`
	Customer claim.PersonID `json:"customer"`
	Name     string         `json:"name,omitempty"` // the customer's
	Channel  string         `json:"channel"`        // the customer's
	From     Address        `json:"from,omitzero"`  // where the engineer wrote it; zero = nobody waits to hear of it
	Source   MessageID      `json:"source,omitempty"`
	Lang     string         `json:"lang,omitempty"`   // the engineer's
	Words    string         `json:"words,omitempty"`  // which nobody has seen in the room: they were written in a window
	Quiet    bool           `json:"quiet,omitempty"`  // the room reads elsewhere what was done: only what goes wrong is said
	Amends   string         `json:"amends,omitempty"` // the letter that it corrects; empty = none
	State    LetterState    `json:"state"`
	Messages []MessageID    `json:"messages,omitempty"` // what stands in the customer's chat
}

// LetterState says how far a [Letter] has come.
type LetterState string

// The states. The zero value means that it is still on its way within the house.
const (
	LetterWaits  LetterState = "waiting" // the platform takes nothing for the moment
	LetterSent   LetterState = "sent"
	LetterGone   LetterState = "gone"   // the customer has blocked the bot, or the chat is no more
	LetterFailed LetterState = "failed" // the platform will never take it
)

// Note is the message in the desk's room that says how far a letter has come.
type Note struct {
	Message MessageID // empty = it is still to be sent
	Shown   int       // the letter's version that it says
	Version int       // the letter's version now; not stored with the note
}

// Trace says which claim a message is about, so that an answer to it finds the claim.
type Trace struct {
	At      Chat
	Message MessageID
	Claim   claim.ID
	Repeats MessageID // the customer's message that it repeats in the desk's room; empty = none
}

// letterTo makes a letter to a claim's customer from what an engineer does.
func (t *turn) letterTo(c claim.Claim, key EffectKey) *Letter {
	l := letterTo(c, key)
	l.From, l.Source, l.Lang = t.to(), t.in.Message, t.lang()
	if _, ok := t.in.Event.(Chose); ok {
		l.Source = "" // the card
	}
	return l
}

// quietLetter makes the letter of what the room reads elsewhere.
func (t *turn) quietLetter(c claim.Claim, key EffectKey) *Letter {
	l := t.letterTo(c, key)
	l.Quiet = true
	return l
}

// letterTo makes a letter that nobody waits to hear of.
func letterTo(c claim.Claim, key EffectKey) *Letter {
	return &Letter{ID: key.String() + "/customer", Claim: c.ID, Customer: c.Reporter.ID, Name: c.Reporter.Name, Channel: c.Channel}
}

// became notes how far a letter has come with one of its messages, and has the room told.
func (e *Engine) became(ctx context.Context, o Outgoing, state LetterState, ids ...MessageID) error {
	l := *o.Letter
	have, note, err := e.store.Letter(ctx, l.ID)
	switch {
	case err == nil:
		l = have
	case !errors.Is(err, ErrNotFound):
		return fmt.Errorf("load letter: %w", err)
	}
	was := l.State
	l.Messages = append(l.Messages, ids...)
	switch {
	case state == LetterSent && (o.Rest > 0 || was == LetterFailed || was == LetterGone): // not all of it
	default:
		l.State = state
	}
	if l.State == was && len(ids) == 0 {
		return nil
	}
	if note.Version, err = e.store.PutLetter(ctx, l); err != nil {
		return fmt.Errorf("store letter: %w", err)
	}
	if l.State == LetterGone && was != LetterGone {
		gone := Inbound{ID: "gone/" + l.ID, Sent: e.now(), From: Sender{ID: l.Customer}, To: o.To, Event: Presence{Gone: true}}
		if err := e.store.Post(ctx, gone); err != nil {
			return fmt.Errorf("tell that a chat is gone: %w", err)
		}
	}
	if l.State == was || l.From == (Address{}) || l.Quiet && l.State == LetterSent && note.Message == "" {
		return nil
	}
	news := Outgoing{ID: "note/" + l.ID + "/" + strconv.Itoa(note.Version), To: l.From, ReplyTo: l.Source, Note: l.ID, Later: true}
	if err := e.store.Queue(ctx, l.From.Lane(), []Outgoing{news}, e.now()); err != nil {
		return fmt.Errorf("queue note of letter: %w", err)
	}
	e.Poke()
	return nil
}

// deliverNote says how far a letter has come, in the message that has said so before, and again until that no
// longer changes.
func (e *Engine) deliverNote(ctx context.Context, a Adapter, o Outgoing) error {
	for {
		l, note, err := e.store.Letter(ctx, o.Note)
		switch {
		case errors.Is(err, ErrNotFound):
			return nil
		case err != nil:
			return fmt.Errorf("load letter for its note: %w", err)
		case note.Shown == note.Version:
			return nil
		}
		part := o
		part.Text = e.texts.Render(e.language(l.Lang), l.note())
		if a.Capabilities().Edit {
			part.Replace = note.Message
		}
		ids, err := e.sendParts(ctx, a, part)
		if errors.Is(err, ErrNotFound) && part.Replace != "" { // somebody has deleted it
			part.Replace = ""
			ids, err = e.sendParts(ctx, a, part)
		}
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			note.Message = ids[0]
		}
		note.Shown = note.Version
		if err := e.store.PutNote(ctx, l.ID, note); err != nil {
			return fmt.Errorf("store note of letter: %w", err)
		}
		if err := e.trace(ctx, o.To.Lane(), Trace{Claim: l.Claim}, ids); err != nil {
			return err
		}
	}
}

// note says how far a letter has come.
func (l Letter) note() Text {
	key := string(l.State)
	if l.Amends != "" && l.State == LetterSent {
		key = "corrected"
	}
	return Say("letter."+key, "Name", l.Name, "Claim", string(l.Claim), "Channel", Say("channel."+l.Channel), "Text", l.Words)
}

// trace notes which claim messages are about.
func (e *Engine) trace(ctx context.Context, at Chat, m Trace, ids []MessageID) error {
	if len(ids) == 0 || m.Claim == "" {
		return nil
	}
	list := make([]Trace, len(ids))
	for i, id := range ids {
		list[i] = Trace{at, id, m.Claim, m.Repeats}
	}
	if err := e.store.PutTraces(ctx, list...); err != nil {
		return fmt.Errorf("trace messages: %w", err)
	}
	return nil
}

// stands notes what is known of a message that stands in its chat now. Only messages about a claim are noted:
// an answer to somebody in the middle of a report costs nothing.
func (e *Engine) stands(ctx context.Context, o Outgoing, ids []MessageID) error {
	about := Trace{Claim: o.About, Repeats: o.Repeats}
	if o.Concerns != "" {
		about = Trace{Claim: o.Concerns}
	}
	if err := e.trace(ctx, o.To.Lane(), about, ids); err != nil { // what stands there must not be said twice for that
		e.log.WarnContext(ctx, "message not traced, an answer to it will not find its claim", "channel", o.To.Channel, "out", o.ID, "err", err)
	}
	if o.Letter == nil {
		return nil
	}
	return e.became(ctx, o, LetterSent, ids...)
}

// traced returns what the message is about that an inbound answers; the zero value when it answers none that is
// known. What stands in a thread answers nothing by that.
func (e *Engine) traced(ctx context.Context, in Inbound) (Trace, error) {
	if in.ReplyTo == "" || string(in.ReplyTo) == in.To.Thread {
		return Trace{}, nil
	}
	m, err := e.store.Trace(ctx, in.To.Lane(), in.ReplyTo)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Trace{}, fmt.Errorf("look for what is answered: %w", err)
	}
	return m, nil
}

// otherRooms names the other rooms: nobody there sees what an engineer sends just now.
func (t *turn) otherRooms() map[Chat]bool {
	rooms := map[Chat]bool{}
	for _, room := range t.e.rooms() {
		rooms[room.Lane()] = room.Lane() != t.in.To.Lane()
	}
	return rooms
}
