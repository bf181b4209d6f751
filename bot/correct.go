package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// What an engineer has sent by a command is corrected when he edits the command: that is as explicit as sending it
// was (promise P7). The customer's message is edited, and a line below it says so, for nobody looks again at what
// he has read. Any other edit stays among engineers.

// corrected works an engineer's edit of a message that was sent to a customer. ok is false when it was none.
func (t *turn) corrected(ctx context.Context, ev Edited) (ok bool, err error) {
	i := slices.IndexFunc(t.s.Letters, func(p Posted) bool { return p.Message == ev.Of })
	if i < 0 {
		return false, nil
	}
	p := t.s.Letters[i]
	c, rest, typed := t.typed(ev.Text)
	if !typed || !c.Claim || t.flow(c) != p.Flow {
		return false, nil
	}
	return true, t.start(ctx, p.Flow, Args{Claim: p.Claim, Payload: rest, Corrects: &p}, ev)
}

// hasPosted tells whether a message was sent to a customer by an engineer.
func (t *turn) hasPosted(m MessageID) bool {
	return slices.ContainsFunc(t.s.Letters, func(p Posted) bool { return p.Message == m })
}

// editedInDesk says that a customer still reads what was sent. What engineers said among themselves is theirs.
func (t *turn) editedInDesk(ev Edited) {
	if _, _, command := t.typed(ev.Text); command || t.hasPosted(ev.Of) {
		t.say = append(t.say, Say("edit.desk"))
	}
}

// correctAnswer puts a correction of an engineer's words into the customer's conversation.
func (t *turn) correctAnswer(ctx context.Context, key EffectKey, eff CorrectAnswer) (claim.Claim, string, error) {
	i := slices.IndexFunc(t.s.Letters, func(p Posted) bool { return p.Letter == eff.Letter && p.Claim == eff.ID })
	if !t.inDesk() || i < 0 {
		return claim.Claim{}, "claim.unknown", nil
	}
	was := t.s.Letters[i].Text
	c, err := t.e.store.ChangeClaim(ctx, key, eff.ID, func(c claim.Claim) (ClaimChange, error) {
		e := claim.Event{Kind: claim.EventCorrected, By: t.actor(), At: t.in.Sent, From: was, To: eff.Text}
		letter := t.letterTo(c, key)
		letter.Amends = eff.Letter
		c.Changed = t.in.Sent
		told := Told{News: NewsCorrected, Claim: c.ID, By: t.actor(), Text: eff.Text, Was: was, Letter: letter}
		return ClaimChange{c, []claim.Event{e}, append([]Inbound{forCustomer(key, c, told, t.in)}, t.toOthers(key, c, told, t.otherRooms())...)}, nil
	})
	if errors.Is(err, ErrNotFound) {
		return claim.Claim{}, "claim.unknown", nil
	}
	if err == nil {
		t.s.Letters[i].Text, t.s.Letters[i].Letter = eff.Text, key.String()+"/customer"
	}
	return c, "", err
}

// toOthers tells the rooms in which nobody sees what is sent to a customer.
func (t *turn) toOthers(key EffectKey, c claim.Claim, told Told, rooms map[Chat]bool) (list []Inbound) {
	told.News, told.About, told.Letter, told.Of = NewsAnswered, c.Reporter.Name, nil, ""
	for _, in := range t.e.forDesk(key, told, t.in) {
		if rooms[in.To.Lane()] {
			list = append(list, in)
		}
	}
	return list
}

// deliverAmended edits what a letter has brought to a customer. What cannot be edited is said once more.
func (e *Engine) deliverAmended(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	old, _, err := e.store.Letter(ctx, o.Amends)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("load letter to correct: %w", err)
	}
	if a.Capabilities().Edit && old.State == LetterSent && len(old.Messages) == 1 {
		o.Replace = old.Messages[0]
	}
	ids, err := e.sendParts(ctx, a, o)
	if o.Replace != "" && (errors.Is(err, ErrNotFound) || errors.Is(err, ErrRefused)) {
		o.Replace = ""
		return e.sendParts(ctx, a, o)
	}
	return ids, err
}

// deliverNotice says below a message that it was corrected; nothing when it was said once more instead.
func (e *Engine) deliverNotice(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	l, _, err := e.store.Letter(ctx, o.Notice)
	if err != nil {
		return nil, unlessNotFound(err)
	}
	old, _, err := e.store.Letter(ctx, l.Amends)
	if err != nil {
		return nil, unlessNotFound(err)
	}
	if len(l.Messages) == 0 || !slices.Contains(old.Messages, l.Messages[0]) {
		return nil, nil
	}
	o.ReplyTo = l.Messages[0]
	return e.sendParts(ctx, a, o)
}

func unlessNotFound(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return fmt.Errorf("load corrected letter: %w", err)
}
