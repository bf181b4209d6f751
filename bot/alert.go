package bot

import (
	"context"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// Notice is a call for people for one claim that waits to go out together with others.
type Notice struct {
	ID          string `json:"id"` // the same when what makes it is done again
	duty.Notice `json:"notice"`
}

// Alert is one message, or one alarm outside of the chat, that calls people for claims. A message says how
// its claims are when it is sent, and is edited when one of them calls no more.
type Alert struct {
	ID      string         `json:"id"`
	Notices []duty.Notice  `json:"notices"`           // at least one, all of one audience
	To      Address        `json:"to,omitzero"`       // of a message: where it goes, or where it stands
	Person  claim.PersonID `json:"person,omitempty"`  // whose private chat that is; empty = a room of the desk
	Message MessageID      `json:"message,omitempty"` // once it was sent
	Shown   string         `json:"shown,omitempty"`   // what it says then
}

// Alerts keeps what calls people: notices that wait, and the alerts that came of them.
type Alerts interface {
	// CallFor is [Claims.ChangeClaim] for a change that calls people: the notices of f are stored in its
	// commit. They count as made when the claim's Calls.Last was.
	CallFor(ctx context.Context, key EffectKey, id claim.ID, f func(claim.Claim) (ClaimChange, []Notice, error)) (claim.Claim, error)
	// Notices lists notices, oldest first.
	Notices(ctx context.Context, limit int) ([]Notice, error)
	// MakeAlerts stores alerts in place of notices, in one commit, as made at the given time; they wait to be
	// handed on. One that is there already stays as it is. Errors: [ErrConflict] when one of the notices is not
	// there any more.
	MakeAlerts(ctx context.Context, now time.Time, list []Alert, of []Notice) error
	// Alerted returns by audience when alerts were made at the given time or later, each time once.
	Alerted(ctx context.Context, since time.Time) (map[string][]time.Time, error)
	// WaitingAlerts lists alerts that were not handed on, oldest first.
	WaitingAlerts(ctx context.Context, limit int) ([]Alert, error)
	// HandOn notes that an alert was handed on.
	HandOn(ctx context.Context, id string) error
	// Alert reads one. Errors: [ErrNotFound].
	Alert(ctx context.Context, id string) (Alert, error)
	// PutAlert stores where an alert stands and what it shows.
	PutAlert(ctx context.Context, a Alert) error
	// AlertsOf lists the alerts that call for a claim, newest first.
	AlertsOf(ctx context.Context, id claim.ID, limit int) ([]Alert, error)
}
