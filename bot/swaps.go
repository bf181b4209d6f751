package bot

import (
	"context"
	"errors"
	"fmt"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// Engineers swap turns in the chat: the overrides are rows, and count before those of the desk file. Whoever is
// pinged, or asks who is on call, is told by rows that were read for it. What else knows the roster ([Turn].Roster)
// sees a swap at once on the replica on which it was made, and within [roomsEvery] on the others: no customer's
// message waits for a look at them.

// rota is a desk file with the swaps that were read last.
type rota struct {
	file  *duty.Desk
	swaps []duty.Override
	desk  *duty.Desk
}

// swapped returns what answers for a desk file with the swaps that are known.
func (e *Engine) swapped(file func() *duty.Desk) func() *duty.Desk {
	return func() *duty.Desk {
		f, r := file(), e.rota.Load()
		switch {
		case r == nil:
			return f
		case r.file == f:
			return r.desk
		}
		next := &rota{f, r.swaps, f.With(r.swaps)}
		e.rota.CompareAndSwap(r, next)
		return next.desk
	}
}

// findSwaps reads the swaps that have not ended, and returns them, the one arranged first first.
func (e *Engine) findSwaps(ctx context.Context) ([]Swap, error) {
	list, err := e.store.Swaps(ctx, e.now())
	if err != nil {
		return nil, fmt.Errorf("look for swaps: %w", err)
	}
	r := &rota{file: e.file()}
	for _, s := range list {
		r.swaps = append(r.swaps, s.Override)
	}
	r.desk = r.file.With(r.swaps)
	e.rota.Store(r)
	return list, nil
}

// swapTurn arranges that somebody stands in, and tells the desk.
func (t *turn) swapTurn(ctx context.Context, key EffectKey, eff SwapTurn) (refused string, err error) {
	by := t.actor()
	if by.Role != claim.Staff {
		return "desk.swap.unknown", nil
	}
	eff.Override.By = by.Name
	swap := Swap{Override: eff.Override, Instead: eff.Instead, Made: Stamp{by, t.in.Sent}}
	_, err = t.e.store.AddSwap(ctx, key, swap, func(s Swap) []Inbound {
		return t.e.forDesk(key, Told{News: NewsSwapped, By: by, Swap: &s}, t.in)
	})
	t.e.followSwaps(ctx, err)
	return "", err
}

// undoSwap takes a swap back, and tells the desk. Everybody at the desk may.
func (t *turn) undoSwap(ctx context.Context, key EffectKey, eff UndoSwap) (refused string, err error) {
	by := t.actor()
	if by.Role != claim.Staff {
		return "desk.swap.unknown", nil
	}
	_, err = t.e.store.UndoSwap(ctx, key, eff.Number, func(s Swap) (Swap, []Inbound) {
		s.Undone = Stamp{by, t.in.Sent}
		return s, t.e.forDesk(key, Told{News: NewsSwapped, By: by, Swap: &s}, t.in)
	})
	switch {
	case errors.Is(err, ErrNotFound):
		return "desk.swap.unknown", nil
	case errors.Is(err, ErrConflict):
		return "desk.swap.undone_already", nil
	}
	t.e.followSwaps(ctx, err)
	return "", err
}

// followSwaps reads the swaps after one was stored. What cannot be read now is read soon.
func (e *Engine) followSwaps(ctx context.Context, stored error) {
	if stored != nil {
		return
	}
	if _, err := e.findSwaps(ctx); err != nil {
		e.log.WarnContext(ctx, "swap is stored, but was not read; it is read again soon", "err", err)
	}
}
