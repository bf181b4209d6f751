package stage

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

var errAway = errors.New("store is away")

// database is a [bot.Store] that can be taken away: every call then fails.
type database struct {
	bot.Store
	away atomic.Bool
}

func (d *database) check() error {
	if d.away.Load() {
		return errAway
	}
	return nil
}

func ask[T any](d *database, call func() (T, error)) (T, error) {
	if err := d.check(); err != nil {
		var none T
		return none, err
	}
	return call()
}

func (d *database) OpenClaim(ctx context.Context, k bot.EffectKey, c claim.Claim, then func(claim.Claim) []bot.Inbound) (claim.Claim, error) {
	return ask(d, func() (claim.Claim, error) { return d.Store.OpenClaim(ctx, k, c, then) })
}

func (d *database) ChangeClaim(ctx context.Context, k bot.EffectKey, id claim.ID, f func(claim.Claim) (bot.ClaimChange, error)) (claim.Claim, error) {
	return ask(d, func() (claim.Claim, error) { return d.Store.ChangeClaim(ctx, k, id, f) })
}

func (d *database) Claim(ctx context.Context, id claim.ID) (claim.Claim, error) {
	return ask(d, func() (claim.Claim, error) { return d.Store.Claim(ctx, id) })
}

func (d *database) Events(ctx context.Context, id claim.ID) ([]claim.Event, error) {
	return ask(d, func() ([]claim.Event, error) { return d.Store.Events(ctx, id) })
}

func (d *database) FindClaims(ctx context.Context, f bot.ClaimFilter) ([]claim.Claim, error) {
	return ask(d, func() ([]claim.Claim, error) { return d.Store.FindClaims(ctx, f) })
}

func (d *database) Calling(ctx context.Context, now time.Time, limit int) ([]claim.Claim, error) {
	return ask(d, func() ([]claim.Claim, error) { return d.Store.Calling(ctx, now, limit) })
}

func (d *database) SearchClaims(ctx context.Context, words string, limit int) (list []claim.Claim, total int, err error) {
	list, err = ask(d, func() (list []claim.Claim, err error) {
		list, total, err = d.Store.SearchClaims(ctx, words, limit)
		return list, err
	})
	return list, total, err
}

func (d *database) Unconfirmed(ctx context.Context, before time.Time, limit int) ([]claim.Claim, error) {
	return ask(d, func() ([]claim.Claim, error) { return d.Store.Unconfirmed(ctx, before, limit) })
}

func (d *database) Histories(ctx context.Context, from, to claim.Date, f func(claim.Claim, []claim.Event) error) error {
	return errors.Join(d.check(), d.unlessAway(func() error { return d.Store.Histories(ctx, from, to, f) }))
}

func (d *database) AddSwap(ctx context.Context, k bot.EffectKey, s bot.Swap, then func(bot.Swap) []bot.Inbound) (bot.Swap, error) {
	return ask(d, func() (bot.Swap, error) { return d.Store.AddSwap(ctx, k, s, then) })
}

func (d *database) UndoSwap(ctx context.Context, k bot.EffectKey, number int, undo func(bot.Swap) (bot.Swap, []bot.Inbound)) (bot.Swap, error) {
	return ask(d, func() (bot.Swap, error) { return d.Store.UndoSwap(ctx, k, number, undo) })
}

func (d *database) Swaps(ctx context.Context, after time.Time) ([]bot.Swap, error) {
	return ask(d, func() ([]bot.Swap, error) { return d.Store.Swaps(ctx, after) })
}

func (d *database) Mark(ctx context.Context, name string) (time.Time, error) {
	return ask(d, func() (time.Time, error) { return d.Store.Mark(ctx, name) })
}

func (d *database) Advance(ctx context.Context, name string, at time.Time, then ...bot.Inbound) (bool, error) {
	return ask(d, func() (bool, error) { return d.Store.Advance(ctx, name, at, then...) })
}

func (d *database) Machine(ctx context.Context, s claim.Serial) (claim.Machine, error) {
	return ask(d, func() (claim.Machine, error) { return d.Store.Machine(ctx, s) })
}

func (d *database) NearMachines(ctx context.Context, folded string) ([]claim.Machine, error) {
	return ask(d, func() ([]claim.Machine, error) { return d.Store.NearMachines(ctx, folded) })
}

func (d *database) MachinesOf(ctx context.Context, c claim.CompanyID) ([]claim.Machine, error) {
	return ask(d, func() ([]claim.Machine, error) { return d.Store.MachinesOf(ctx, c) })
}

func (d *database) Person(ctx context.Context, channel string, id claim.PersonID) (claim.Person, error) {
	return ask(d, func() (claim.Person, error) { return d.Store.Person(ctx, channel, id) })
}

func (d *database) PutPerson(ctx context.Context, channel string, p claim.Person) error {
	return errors.Join(d.check(), d.unlessAway(func() error { return d.Store.PutPerson(ctx, channel, p) }))
}

func (d *database) Account(ctx context.Context, channel string, id claim.PersonID) (bot.Account, error) {
	return ask(d, func() (bot.Account, error) { return d.Store.Account(ctx, channel, id) })
}

func (d *database) Accounts(ctx context.Context) ([]bot.Account, error) {
	return ask(d, func() ([]bot.Account, error) { return d.Store.Accounts(ctx) })
}

func (d *database) UseCode(ctx context.Context, hash string, a bot.Account) (bot.Account, error) {
	return ask(d, func() (bot.Account, error) { return d.Store.UseCode(ctx, hash, a) })
}

func (d *database) PutSnapshots(ctx context.Context, list []bot.Snapshot) ([]bot.Chat, error) {
	return ask(d, func() ([]bot.Chat, error) { return d.Store.PutSnapshots(ctx, list) })
}

func (d *database) Snapshot(ctx context.Context, k bot.Key) (bot.Session, error) {
	return ask(d, func() (bot.Session, error) { return d.Store.Snapshot(ctx, k) })
}

func (d *database) Quiet(ctx context.Context, before time.Time, limit int) ([]bot.Session, error) {
	return ask(d, func() ([]bot.Session, error) { return d.Store.Quiet(ctx, before, limit) })
}

func (d *database) Overdue(ctx context.Context, before time.Time, limit int) ([]bot.Key, error) {
	return ask(d, func() ([]bot.Key, error) { return d.Store.Overdue(ctx, before, limit) })
}

func (d *database) Post(ctx context.Context, list ...bot.Inbound) error {
	return errors.Join(d.check(), d.unlessAway(func() error { return d.Store.Post(ctx, list...) }))
}

func (d *database) Take(ctx context.Context, now, hold time.Time, limit int) ([]bot.Inbound, error) {
	return ask(d, func() ([]bot.Inbound, error) { return d.Store.Take(ctx, now, hold, limit) })
}

func (d *database) Queue(ctx context.Context, c bot.Chat, list []bot.Outgoing, notBefore time.Time) error {
	return errors.Join(d.check(), d.unlessAway(func() error { return d.Store.Queue(ctx, c, list, notBefore) }))
}

func (d *database) CallFor(ctx context.Context, k bot.EffectKey, id claim.ID, f func(claim.Claim) (bot.ClaimChange, []bot.Notice, error)) (claim.Claim, error) {
	return ask(d, func() (claim.Claim, error) { return d.Store.CallFor(ctx, k, id, f) })
}

func (d *database) Notices(ctx context.Context, limit int) ([]bot.Notice, error) {
	return ask(d, func() ([]bot.Notice, error) { return d.Store.Notices(ctx, limit) })
}

func (d *database) WaitingAlerts(ctx context.Context, limit int) ([]bot.Alert, error) {
	return ask(d, func() ([]bot.Alert, error) { return d.Store.WaitingAlerts(ctx, limit) })
}

func (d *database) Alert(ctx context.Context, id string) (bot.Alert, error) {
	return ask(d, func() (bot.Alert, error) { return d.Store.Alert(ctx, id) })
}

func (d *database) AlertsOf(ctx context.Context, id claim.ID, limit int) ([]bot.Alert, error) {
	return ask(d, func() ([]bot.Alert, error) { return d.Store.AlertsOf(ctx, id, limit) })
}

func (d *database) unlessAway(call func() error) error {
	if d.away.Load() {
		return nil
	}
	return call()
}

// sessions is a [bot.Sessions] that can be taken away.
type sessions struct {
	bot.Sessions
	away atomic.Bool
}

func (s *sessions) Open(ctx context.Context, k bot.Key, inbound string, lease time.Duration) (bot.Session, error) {
	if s.away.Load() {
		return bot.Session{}, errAway
	}
	return s.Sessions.Open(ctx, k, inbound, lease)
}

func (s *sessions) Save(ctx context.Context, v bot.Session, wake time.Time, lease time.Duration) error {
	if s.away.Load() {
		return errAway
	}
	return s.Sessions.Save(ctx, v, wake, lease)
}

func (s *sessions) Due(ctx context.Context, now time.Time, limit int) ([]bot.Key, error) {
	if s.away.Load() {
		return nil, errAway
	}
	return s.Sessions.Due(ctx, now, limit)
}
