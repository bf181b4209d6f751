package bot_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

var errAway = errors.New("store is away")

// faults makes named calls fail, or wait.
type faults struct {
	mu    sync.Mutex
	calls map[string]int
	fault func(call string) error
}

// fails makes calls of these names fail; no name = all calls. Nothing else fails any more.
func (f *faults) fails(names ...string) {
	f.on(func(call string) error {
		for _, n := range names {
			if n == call {
				return errAway
			}
		}
		if len(names) == 0 {
			return errAway
		}
		return nil
	})
}

// on has every call ask first; nil = none.
func (f *faults) on(fault func(call string) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = fault
}

// works lets all calls pass.
func (f *faults) works() { f.on(nil) }

// count returns how often a call was made.
func (f *faults) count(call string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[call]
}

func (f *faults) check(call string) error {
	f.mu.Lock()
	if f.calls == nil {
		f.calls = map[string]int{}
	}
	f.calls[call]++
	fault := f.fault
	f.mu.Unlock()
	if fault == nil {
		return nil
	}
	return fault(call)
}

func try[T any](f *faults, call string, do func() (T, error)) (T, error) {
	if err := f.check(call); err != nil {
		var none T
		return none, err
	}
	return do()
}

// shakyStore is a database that fails on demand.
type shakyStore struct {
	bot.Store
	faults
}

func (s *shakyStore) OpenClaim(ctx context.Context, k bot.EffectKey, c claim.Claim, then func(claim.Claim) []bot.Inbound) (claim.Claim, error) {
	return try(&s.faults, "OpenClaim", func() (claim.Claim, error) { return s.Store.OpenClaim(ctx, k, c, then) })
}

func (s *shakyStore) ChangeClaim(
	ctx context.Context, k bot.EffectKey, id claim.ID, f func(claim.Claim) (bot.ClaimChange, error),
) (claim.Claim, error) {
	return try(&s.faults, "ChangeClaim "+string(id), func() (claim.Claim, error) { return s.Store.ChangeClaim(ctx, k, id, f) })
}

func (s *shakyStore) PutSnapshots(ctx context.Context, list []bot.Snapshot) ([]bot.Chat, error) {
	return try(&s.faults, "PutSnapshots", func() ([]bot.Chat, error) { return s.Store.PutSnapshots(ctx, list) })
}

func (s *shakyStore) Snapshot(ctx context.Context, k bot.Key) (bot.Session, error) {
	return try(&s.faults, "Snapshot", func() (bot.Session, error) { return s.Store.Snapshot(ctx, k) })
}

func (s *shakyStore) Person(ctx context.Context, channel string, id claim.PersonID) (claim.Person, error) {
	return try(&s.faults, "Person", func() (claim.Person, error) { return s.Store.Person(ctx, channel, id) })
}

func (s *shakyStore) Account(ctx context.Context, channel string, id claim.PersonID) (bot.Account, error) {
	return try(&s.faults, "Account", func() (bot.Account, error) { return s.Store.Account(ctx, channel, id) })
}

func (s *shakyStore) Accounts(ctx context.Context) ([]bot.Account, error) {
	return try(&s.faults, "Accounts", func() ([]bot.Account, error) { return s.Store.Accounts(ctx) })
}

func (s *shakyStore) Queue(ctx context.Context, c bot.Chat, list []bot.Outgoing, notBefore time.Time) error {
	if err := s.check("Queue"); err != nil {
		return err
	}
	return s.Store.Queue(ctx, c, list, notBefore)
}

func (s *shakyStore) PutLetter(ctx context.Context, l bot.Letter) (int, error) {
	return try(&s.faults, "PutLetter", func() (int, error) { return s.Store.PutLetter(ctx, l) })
}

func (s *shakyStore) Drained(ctx context.Context, l bot.Lane, sent []string, notBefore time.Time) error {
	if err := s.check("Drained"); err != nil {
		return err
	}
	return s.Store.Drained(ctx, l, sent, notBefore)
}

func (s *shakyStore) Post(ctx context.Context, list ...bot.Inbound) error {
	if err := s.check("Post"); err != nil {
		return err
	}
	return s.Store.Post(ctx, list...)
}

func (s *shakyStore) SetAside(ctx context.Context, in bot.Inbound, why string) error {
	if err := s.check("SetAside"); err != nil {
		return err
	}
	return s.Store.SetAside(ctx, in, why)
}

func (s *shakyStore) PlaceAt(ctx context.Context, at bot.Address, m bot.MessageID) (bot.Place, error) {
	return try(&s.faults, "PlaceAt", func() (bot.Place, error) { return s.Store.PlaceAt(ctx, at, m) })
}

// shakySessions is a session store that fails on demand.
type shakySessions struct {
	bot.Sessions
	faults
}

func (s *shakySessions) Open(ctx context.Context, k bot.Key, inbound string, lease time.Duration) (bot.Session, error) {
	return try(&s.faults, "Open", func() (bot.Session, error) { return s.Sessions.Open(ctx, k, inbound, lease) })
}

func (s *shakySessions) Save(ctx context.Context, v bot.Session, wake time.Time, lease time.Duration) error {
	if err := s.check("Save"); err != nil {
		return err
	}
	return s.Sessions.Save(ctx, v, wake, lease)
}

func (s *shakySessions) Release(ctx context.Context, v bot.Session, f bot.Finish) error {
	if err := s.check("Release"); err != nil {
		return err
	}
	return s.Sessions.Release(ctx, v, f)
}
