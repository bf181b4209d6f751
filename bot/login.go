package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// Login is how one of the desk's people gets in to its pages: a link that works once, and the session that it opens.
type Login struct {
	Link    string         `json:"link"`   // SHA-256 of the link's token, lower-case hex: the link itself is kept nowhere
	Person  claim.PersonID `json:"person"` // one of the desk's people
	Channel string         `json:"channel"`
	Account claim.PersonID `json:"account"` // on Channel: by which he asked for the link
	Expires time.Time      `json:"expires"` // of the link until it is used, then of the session
}

// Logins keeps who may enter the desk's pages. Of links and sessions there are only hashes.
type Logins interface {
	// PutLogin stores a link; the same Link again changes nothing.
	PutLogin(ctx context.Context, l Login) error
	// UseLogin opens a session, which lasts until the given time, by a link: of several at once one succeeds. now is the
	// time by which the link may have expired. Errors: [ErrNotFound], [ErrUsed], [ErrExpired].
	UseLogin(ctx context.Context, link, session string, now, until time.Time) (Login, error)
	// Login reads the login of a session. Errors: [ErrNotFound], also when it has ended or expired.
	Login(ctx context.Context, session string, now time.Time) (Login, error)
	// EndLogin ends a session; one that is not there is no error.
	EndLogin(ctx context.Context, session string) error
}

// Doors makes the links to the desk's pages.
type Doors interface {
	// DeskLink opens a link for l and returns its address; Link and Expires are filled in. The same of is always the
	// same link: the second time changes nothing.
	DeskLink(ctx context.Context, of string, l Login) (string, error)
}

// StaffOf returns which of the desk's people has an account now, and is in a room of the desk. A platform that does not
// answer shuts nobody out. Errors: [ErrNotFound].
func (e *Engine) StaffOf(ctx context.Context, channel string, account claim.PersonID) (duty.Person, error) {
	if !e.staffed() {
		return duty.Person{}, fmt.Errorf("look for the desk's person: %w", ErrNotFound)
	}
	p, ok := e.duty().Holder(channel, account)
	if !ok {
		a, err := e.store.Account(ctx, channel, account)
		if err != nil {
			return duty.Person{}, fmt.Errorf("look for the desk's person: %w", err)
		}
		p, ok = e.duty().Person(a.Person)
	}
	if ok {
		var err error
		ok, err = e.inRooms(ctx, p, Inbound{From: Sender{ID: account}, To: Address{Channel: channel}})
		ok = ok || err != nil
	}
	if !ok {
		return duty.Person{}, fmt.Errorf("look for the desk's person: %w", ErrNotFound)
	}
	return p, nil
}

// letIn makes a link to the desk's pages for one of its people, and gives it in private only. In a room it is left to
// the private chat, if that is known.
func (t *turn) letIn(ctx context.Context, key EffectKey) (did Did, err error) {
	did.Effect = key.Kind
	switch {
	case t.e.doors == nil:
		did.Refused = "web.off"
		return did, nil
	case t.in.From.Staff != "":
		did.Refused = "web.here"
		return did, nil
	}
	who, err := t.e.StaffOf(ctx, t.in.To.Channel, t.in.From.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		did.Refused = "account.stranger"
		return did, nil
	case err != nil:
		return did, err
	case t.inRoom():
		return t.letInPrivately(ctx, key)
	}
	did.Link, err = t.e.doors.DeskLink(ctx, key.String(), Login{
		Person: claim.PersonID(who.ID), Channel: t.in.To.Channel, Account: t.in.From.ID,
	})
	return did, err
}

// letInPrivately has the private chat do it.
func (t *turn) letInPrivately(ctx context.Context, key EffectKey) (did Did, err error) {
	did.Effect = key.Kind
	a, err := t.e.store.Account(ctx, t.in.To.Channel, t.in.From.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return did, fmt.Errorf("look for private chat: %w", err)
	}
	if a.Chat == "" {
		did.Refused = "web.private"
		return did, nil
	}
	return did, t.e.store.Post(ctx, Inbound{
		ID: key.String() + "/private", Sent: t.in.Sent, From: Sender{ID: t.in.From.ID},
		To: Address{Channel: t.in.To.Channel, Chat: a.Chat}, Event: Told{News: NewsDoor},
	})
}
