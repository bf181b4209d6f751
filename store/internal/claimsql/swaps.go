package claimsql

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
)

// AddSwap implements [bot.Swaps].
func (s *Store) AddSwap(ctx context.Context, key bot.EffectKey, swap bot.Swap, then func(bot.Swap) []bot.Inbound) (bot.Swap, error) {
	stored, err := s.changeSwap(ctx, key, func(tx Tx) (bot.Swap, []bot.Inbound, error) {
		err := run(ctx, tx, Statement{
			`insert into counters (name, n) values ($1, 1)
			on conflict (name) do update set n = counters.n + 1
			returning n`,
			[]any{"swaps"},
			func(scan func(dest ...any) error) error { return scan(&swap.Number) },
		})
		return swap, then(swap), err
	})
	if err != nil {
		return bot.Swap{}, fmt.Errorf("add swap: %w", err)
	}
	return stored, nil
}

// UndoSwap implements [bot.Swaps].
func (s *Store) UndoSwap(ctx context.Context, key bot.EffectKey, number int, undo func(bot.Swap) (bot.Swap, []bot.Inbound)) (bot.Swap, error) {
	stored, err := s.changeSwap(ctx, key, func(tx Tx) (bot.Swap, []bot.Inbound, error) {
		var was bot.Swap
		var found bool
		err := run(ctx, tx,
			Statement{SQL: `update swaps set undone = undone where number = $1`, Args: []any{int64(number)}}, // locks it
			Statement{`select data from swaps where number = $1`, []any{int64(number)}, into(&was, &found)})
		switch {
		case err != nil:
			return was, nil, err
		case !found:
			return was, nil, bot.ErrNotFound
		case !was.Undone.At.IsZero():
			return was, nil, bot.ErrConflict
		}
		now, posts := undo(was)
		now.Number = number
		return now, posts, nil
	})
	if err != nil {
		return bot.Swap{}, fmt.Errorf("undo swap %d: %w", number, err)
	}
	return stored, nil
}

// changeSwap stores the swap that f makes and what it posts, once under the key.
func (s *Store) changeSwap(ctx context.Context, key bot.EffectKey, f func(Tx) (bot.Swap, []bot.Inbound, error)) (stored bot.Swap, err error) {
	err = s.db.Write(ctx, func(tx Tx) error {
		repeated := 0
		err := run(ctx, tx, Statement{`select hash from effects where key = $1`, []any{key.String()}, count(&repeated)})
		switch {
		case err != nil:
			return err
		case repeated > 0:
			return errRepeated
		}
		swap, posts, err := f(tx)
		if err != nil {
			return err
		}
		stored, err = writeSwap(ctx, tx, key, swap, posts)
		return err
	})
	if errors.Is(err, errRepeated) {
		return doneAs[bot.Swap](ctx, s, key)
	}
	return stored, err
}

func writeSwap(ctx context.Context, tx Tx, key bot.EffectKey, swap bot.Swap, posts []bot.Inbound) (bot.Swap, error) {
	for _, at := range []*time.Time{&swap.Override.From, &swap.Override.To, &swap.Made.At, &swap.Undone.At} {
		*at = micro(*at)
	}
	text, err := encode(swap)
	if err != nil {
		return swap, err
	}
	post, err := postAll(posts)
	if err != nil {
		return swap, err
	}
	fresh := 0
	err = run(ctx, tx, append([]Statement{{
		`insert into effects (key, hash, data) values ($1, $2, $3) on conflict (key) do nothing returning key`,
		[]any{key.String(), key.Hash, text},
		count(&fresh),
	}, {
		SQL: `insert into swaps (number, ends, undone, data) values ($1, $2, $3, $4)
		on conflict (number) do update set undone = excluded.undone, data = excluded.data`,
		Args: []any{int64(swap.Number), swap.Override.To, !swap.Undone.At.IsZero(), text},
	}}, post...)...)
	if err == nil && fresh == 0 {
		err = errRepeated
	}
	return swap, err
}

// Swaps implements [bot.Swaps].
func (s *Store) Swaps(ctx context.Context, after time.Time) ([]bot.Swap, error) {
	var list []bot.Swap
	err := s.read(ctx, Statement{
		`select data from swaps where ends > $1 and not undone order by ends`, []any{micro(after)}, each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("read swaps: %w", err)
	}
	slices.SortFunc(list, func(a, b bot.Swap) int { return cmp.Compare(a.Number, b.Number) }) // by SQL it would look at all
	return list, nil
}

// Advance implements [bot.Marks].
func (s *Store) Advance(ctx context.Context, name string, at time.Time, then ...bot.Inbound) (bool, error) {
	var advanced bool
	post, err := postAll(then)
	if err == nil {
		err = s.db.Write(ctx, func(tx Tx) error {
			made, moved := 0, 0
			err := run(ctx, tx,
				Statement{
					`insert into marks (name, at) values ($1, $2) on conflict (name) do nothing returning name`,
					[]any{name, micro(at)},
					count(&made),
				},
				Statement{
					`update marks set at = $2 where name = $1 and at < $2 returning name`,
					[]any{name, micro(at)},
					count(&moved),
				})
			advanced = moved > 0
			if err != nil || made > 0 || !advanced {
				return err
			}
			return run(ctx, tx, post...)
		})
	}
	if err != nil {
		return false, fmt.Errorf("advance %q: %w", name, err)
	}
	return advanced, nil
}

// Mark implements [bot.Marks].
func (s *Store) Mark(ctx context.Context, name string) (time.Time, error) {
	var at time.Time
	err := s.read(ctx, Statement{
		`select at from marks where name = $1`,
		[]any{name},
		func(scan func(dest ...any) error) error { return scan(&at) },
	})
	if err == nil && at.IsZero() {
		err = bot.ErrNotFound
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read mark %q: %w", name, err)
	}
	return at.UTC(), nil
}
