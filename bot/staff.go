package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// Who acts for the desk is one of the people of its file, whichever channel he writes on. The file may name his
// accounts; else he links them by a code ([Codes]). Without a file of one's own the people are samples: then
// whoever is in the engineers' room is an engineer, by his account.

// Account is an account of one of the desk's people on a channel.
type Account struct {
	Person  duty.PersonID  `json:"person"`
	Channel string         `json:"channel"`
	ID      claim.PersonID `json:"id"`
	Chat    string         `json:"chat,omitempty"` // the private chat with the bot; empty = he has not written there yet
	At      time.Time      `json:"at"`             // when it was linked
}

// staffed tells whether the desk has people of its own, so that only they may act for it.
func (e *Engine) staffed() bool { return e.duty != nil && !e.duty().Sample }

// findCrew reads which accounts are linked. The list tells in whose private chats it is worth to look whose account
// it is, so that a customer's turn costs no round trip; it may be as old as [roomsEvery], and a new account is
// taken for a customer's until then, unless he types a command of the desk. A list that is too old lets nobody in:
// whoever is on it is looked up in each turn.
func (e *Engine) findCrew(ctx context.Context) error {
	if !e.staffed() {
		return nil
	}
	list, err := e.store.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("read accounts of the desk: %w", err)
	}
	e.crew.Store(&list)
	return nil
}

// linkedAccounts lists the accounts that are known to be linked, reading them at the first time.
func (e *Engine) linkedAccounts(ctx context.Context) ([]Account, error) {
	if e.crew.Load() == nil {
		if err := e.findCrew(ctx); err != nil {
			return nil, err
		}
	}
	if list := e.crew.Load(); list != nil {
		return *list, nil
	}
	return nil, nil
}

// acts tells whether somebody has done something, and it is not the house that tells him.
func acts(ev Event) bool {
	switch ev.(type) {
	case Told, Waited, PlateWanted, Presence, Moved:
		return false
	default:
		return true
	}
}

// identify finds out which of the desk's people acts: in the desk's room, and in a private chat. There he must be in a
// room of the desk, too.
func (t *turn) identify(ctx context.Context) error {
	if !t.e.staffed() || t.in.From.ID == "" || !acts(t.in.Event) || t.in.Public && !t.inRoom() {
		return nil
	}
	person, err := t.holder(ctx)
	if err != nil || person.ID == "" || t.inRoom() {
		t.staff = person
		return err
	}
	in, err := t.e.inRooms(ctx, person, t.in)
	switch {
	case err != nil && t.e.emergency(t.in):
		return nil
	case err != nil:
		return fmt.Errorf("look for the desk's person in its rooms: %w", err)
	case in:
		t.staff = person
	default:
		t.left = person
	}
	return nil
}

// holder returns whose account it is that acts; nobody when it is not linked.
func (t *turn) holder(ctx context.Context) (duty.Person, error) {
	if p, ok := t.e.duty().Person(duty.PersonID(t.in.From.Staff)); ok {
		return p, nil
	}
	list, err := t.e.linkedAccounts(ctx)
	if err != nil {
		if t.e.emergency(t.in) { // S-STOP waits for no store (promise P9)
			return duty.Person{}, nil
		}
		return duty.Person{}, err
	}
	if p, ok := t.e.duty().Holder(t.in.To.Channel, t.in.From.ID); ok {
		return p, nil
	}
	mine := func(a Account) bool { return a.Channel == t.in.To.Channel && a.ID == t.in.From.ID }
	known := slices.ContainsFunc(list, mine)
	if !known && !t.inRoom() && !t.meantForDesk() {
		return duty.Person{}, nil
	}
	a, err := t.e.store.Account(ctx, t.in.To.Channel, t.in.From.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		return duty.Person{}, nil
	case err != nil:
		return duty.Person{}, fmt.Errorf("look for the desk's person: %w", err)
	}
	if !t.inRoom() && a.Chat != t.in.To.Chat { // from now on he is reached there
		a.Chat = t.in.To.Chat
		if err := t.e.store.PutAccount(ctx, a); err != nil {
			return duty.Person{}, fmt.Errorf("note private chat: %w", err)
		}
	}
	p, _ := t.e.duty().Person(a.Person)
	if a.Chat != t.in.To.Chat && !t.inRoom() { // it was linked in the room
		a.Chat = t.in.To.Chat
		if err := t.e.store.NoteChat(ctx, a); err != nil {
			return duty.Person{}, fmt.Errorf("note chat of the desk's person: %w", err)
		}
	}
	if !known {
		return p, t.e.findCrew(ctx)
	}
	return p, nil
}

// meantForDesk tells whether something is meant for the desk, by its form: a typed command, or a claim's button.
func (t *turn) meantForDesk() bool {
	switch ev := t.in.Event.(type) {
	case Said:
		_, ok := unmark(ev.Text)
		return ok
	case Attached:
		_, ok := unmark(ev.Caption)
		return ok
	case Chose:
		c, ok := ev.Choice.parse()
		return ok && c.claim != "" && t.e.house.Buttons[c.option].Desk
	default:
		return false
	}
}

// Claims are the store's, as the desk knows them: owned by its people. It is safe for concurrent use.
func (e *Engine) Claims() Claims { return e.store }

// owned returns a claim with its owner as the desk knows him. What was taken before he was one of its people is
// owned by an account.
func (e *Engine) owned(c claim.Claim) claim.Claim {
	if c.Owner.ID == "" || !e.staffed() {
		return c
	}
	desk := e.duty()
	if _, ok := desk.Person(duty.PersonID(c.Owner.ID)); ok {
		return c
	}
	var holders []duty.PersonID
	for _, p := range desk.People {
		for _, id := range p.Accounts {
			if id == c.Owner.ID {
				holders = append(holders, p.ID)
			}
		}
	}
	if list := e.crew.Load(); list != nil {
		for _, a := range *list {
			if a.ID == c.Owner.ID {
				holders = append(holders, a.Person)
			}
		}
	}
	slices.Sort(holders)
	if holders = slices.Compact(holders); len(holders) != 1 { // on another channel the same id may be somebody else
		return c
	}
	if p, ok := desk.Person(holders[0]); ok {
		c.Owner.ID, c.Owner.Name = claim.PersonID(p.ID), p.Name
	}
	return c
}

// emergency tells whether a customer's words are an emergency. What one of the desk's people writes to it in private is none.
func (t *turn) emergency() bool {
	if t.staff.ID != "" && t.talksToDesk() {
		return false
	}
	return t.e.emergency(t.in)
}

// talksToDesk tells whether one of the desk's people types a command of it in private, or answers a question of it.
func (t *turn) talksToDesk() bool {
	if c, _, ok := t.typed(wordsOf(t.in.Event)); ok && t.e.guarded[t.flow(c)] {
		return true
	}
	f := t.s.top()
	return f != nil && t.e.guarded[f.Flow]
}

// filesForDesk tells whether files that one of the desk's people sends in private are for the desk.
func (t *turn) filesForDesk(ev Attached) bool {
	return t.staff.ID != "" && (t.talksToDesk() || ev.Album != "" && ev.Album == t.s.Passed.Album)
}

// admit tells whether a frame may go on. The flows of the desk run for its people alone: in its room, and in private.
// For others they end here, whichever way led to them - a button, a command, a form, a question that was open
// before an account was unlinked.
func (t *turn) admit(ctx context.Context, f *Frame) (bool, error) {
	if !t.e.guarded[f.Flow] {
		t.serving = false
		return true, nil
	}
	t.serving = !t.inRoom() && t.staff.ID != ""
	if t.inDesk() {
		return true, nil
	}
	id, _ := claim.Numbered(f.Args.Payload)
	if id == "" {
		id = f.Args.Claim
	}
	flow := f.Flow
	t.s.drop(f.ID)
	return false, t.refuse(ctx, flow, id)
}

// refuse says that somebody is none of the desk's people, or not in its rooms, and how that changes. What he tried in
// the room, or as one of them, is an event of the claim that it was about.
func (t *turn) refuse(ctx context.Context, what string, id claim.ID) error {
	log := t.e.log.With("channel", t.in.To.Channel, "chat", t.in.To.Chat, "account", string(t.in.From.ID), "in", t.in.ID, "what", what)
	_, chose := t.in.Event.(Chose)
	_, filled := t.in.Event.(Filled)
	switch {
	case t.left.ID != "":
		log.WarnContext(ctx, "refused: the account is in no room of the desk; invite it, or run 'supportbot desk unlink'")
		t.say = append(t.say, Say("account.left", "Name", t.left.Name))
	default:
		log.WarnContext(ctx, "refused: the account is linked to none of the desk's people; 'supportbot desk link' makes a code")
		if chose || filled {
			t.note = Say("account.stranger")
		} else {
			t.say = append(t.say, Say("account.needed", "Ask", t.e.inCharge(t.in.Sent)))
		}
	}
	t.asking = t.s.top() != nil && !t.inRoom() && t.note.Key == ""
	if id == "" || !t.inRoom() && t.left.ID == "" {
		return nil
	}
	by := claim.Actor{Role: claim.Outsider, ID: t.in.From.ID, Name: t.s.Person.Name}
	return t.noteRefusal(ctx, id, claim.Event{By: by, To: what})
}

// noteRefusal keeps in a claim's history who tried what. A number that is no claim's is no matter.
func (t *turn) noteRefusal(ctx context.Context, id claim.ID, e claim.Event) error {
	e.Kind, e.At = claim.EventRefused, t.in.Sent
	key := EffectKey{Inbound: t.in.ID, Kind: "refuse", Subject: string(id)}
	_, err := t.e.store.ChangeClaim(ctx, key, id, func(c claim.Claim) (ClaimChange, error) {
		return ClaimChange{Claim: c, Events: []claim.Event{e}}, nil
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("note refusal: %w", err)
	}
	return nil
}

// inCharge names who can help: whoever is on call on the last level.
func (e *Engine) inCharge(at time.Time) string {
	desk := e.roster()
	if n := len(desk.Levels); n > 0 {
		shift, _ := desk.OnCall(desk.Levels[n-1].ID, at)
		return shift.Person.Name
	}
	return ""
}
