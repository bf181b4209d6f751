package claimsql

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// maxTries bounds how often a change is made anew because another one came first. Each time
// somebody else got on, so only a fault reaches it.
const maxTries = 1000

var (
	errRepeated = errors.New("effect was done before") // rolls back; the caller reads what was done
	errMoved    = errors.New("claim has moved")        // rolls back; the caller tries again
	errUndated  = errors.New("claim has no time of opening")
)

// OpenClaim implements [bot.Claims].
func (s *Store) OpenClaim(ctx context.Context, key bot.EffectKey, c claim.Claim, then func(claim.Claim) []bot.Inbound) (claim.Claim, error) {
	if c.Opened.IsZero() {
		return claim.Claim{}, fmt.Errorf("open claim: %w", errUndated)
	}
	var stored claim.Claim
	err := s.db.Write(ctx, func(tx Tx) error {
		id, err := nextID(ctx, tx, claim.DateOf(c.Opened))
		if err != nil {
			return err
		}
		opened := c
		opened.ID, opened.Version = id, 1
		w := written{key: key, claim: opened, events: opened.Begin()}
		if then != nil {
			w.then = then(opened)
		}
		stored, err = w.store(ctx, tx, nil)
		return err
	})
	if errors.Is(err, errRepeated) {
		stored, err = s.done(ctx, key)
	}
	if err != nil {
		return claim.Claim{}, fmt.Errorf("open claim: %w", err)
	}
	return stored, nil
}

// ChangeClaim implements [bot.Claims].
func (s *Store) ChangeClaim(ctx context.Context, key bot.EffectKey, id claim.ID, f func(claim.Claim) (bot.ClaimChange, error)) (claim.Claim, error) {
	return s.CallFor(ctx, key, id, func(c claim.Claim) (bot.ClaimChange, []bot.Notice, error) {
		change, err := f(c)
		return change, nil, err
	})
}

// CallFor implements [bot.Alerts].
func (s *Store) CallFor(ctx context.Context, key bot.EffectKey, id claim.ID, f func(claim.Claim) (bot.ClaimChange, []bot.Notice, error)) (claim.Claim, error) {
	var c claim.Claim
	err := errMoved
	for try := 0; errors.Is(err, errMoved) && try < maxTries; try++ {
		c, err = s.tryChange(ctx, key, id, f)
	}
	switch {
	case errors.Is(err, errRepeated):
		c, err = s.done(ctx, key)
	case errors.Is(err, errMoved):
		err = bot.ErrConflict
	}
	if err != nil {
		return claim.Claim{}, fmt.Errorf("change claim %s: %w", id, err)
	}
	return c, nil
}

func (s *Store) tryChange(ctx context.Context, key bot.EffectKey, id claim.ID, f func(claim.Claim) (bot.ClaimChange, []bot.Notice, error)) (c claim.Claim, err error) {
	err = s.db.Write(ctx, func(tx Tx) error {
		var was claim.Claim
		var found bool
		repeated := 0
		// The claim first: while no effect is seen after it, the claim is from before the effect.
		err := run(ctx, tx,
			selectClaim(id, &was, &found),
			Statement{`select hash from effects where key = $1`, []any{key.String()}, count(&repeated)})
		switch {
		case err != nil:
			return err
		case repeated > 0:
			return errRepeated
		case !found:
			return bot.ErrNotFound
		}
		change, called, err := f(was)
		if err != nil {
			return err
		}
		change.Claim.ID, change.Claim.Version = id, was.Version+1
		c, err = written{key, change.Claim, change.Events, change.Then, called}.store(ctx, tx, &was)
		return err
	})
	return c, err
}

// done returns the claim as the first call under the key left it.
func (s *Store) done(ctx context.Context, key bot.EffectKey) (claim.Claim, error) {
	return doneAs[claim.Claim](ctx, s, key)
}

// doneAs returns what the first call under the key left.
func doneAs[T any](ctx context.Context, s *Store, key bot.EffectKey) (v T, err error) {
	var hash, text string
	err = s.read(ctx, Statement{
		`select hash, data from effects where key = $1`,
		[]any{key.String()},
		func(scan func(dest ...any) error) error { return scan(&hash, &text) },
	})
	switch {
	case err != nil:
		return v, err
	case hash != key.Hash:
		return v, fmt.Errorf("effect %s: %w", key, bot.ErrMismatch)
	}
	return decode[T](text)
}

// Claim implements [bot.Claims].
func (s *Store) Claim(ctx context.Context, id claim.ID) (claim.Claim, error) {
	var c claim.Claim
	var found bool
	err := s.read(ctx, selectClaim(id, &c, &found))
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return claim.Claim{}, fmt.Errorf("read claim %s: %w", id, err)
	}
	return c, nil
}

func selectClaim(id claim.ID, c *claim.Claim, found *bool) Statement {
	return Statement{`select data from claims where id = $1`, []any{string(id)}, into(c, found)}
}

// Events implements [bot.Claims].
func (s *Store) Events(ctx context.Context, id claim.ID) ([]claim.Event, error) {
	var list []claim.Event
	err := s.read(ctx, Statement{
		`select data from events where claim = $1 order by seq, n`, []any{string(id)}, each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("read events of %s: %w", id, err)
	}
	return list, nil
}

// nextID numbers a claim within its month in Shantou.
func nextID(ctx context.Context, tx Tx, day claim.Date) (claim.ID, error) {
	month := fmt.Sprintf("%02d%02d", day.Year%100, day.Month)
	var n int
	err := run(ctx, tx, Statement{
		`insert into counters (name, n) values ($1, 1)
		on conflict (name) do update set n = counters.n + 1
		returning n`,
		[]any{"claims " + month},
		func(scan func(dest ...any) error) error { return scan(&n) },
	})
	return claim.ID(fmt.Sprintf("C-%s-%04d", month, n)), err
}

// written is a claim that is being stored with what goes with it.
type written struct {
	key    bot.EffectKey
	claim  claim.Claim
	events []claim.Event
	then   []bot.Inbound
	called []bot.Notice
}

// store does the writing in one go, was being the claim before (nil = a new one), and returns the
// claim as it will be read. Errors: errRepeated, errMoved. They show only when all of it has run, so
// rows that the quicker writer has put in our place must not be an error before.
func (w written) store(ctx context.Context, tx Tx, was *claim.Claim) (stored claim.Claim, err error) {
	w.claim.Opened, w.claim.Changed, w.claim.Unreached = micro(w.claim.Opened), micro(w.claim.Changed), micro(w.claim.Unreached)
	calls := &w.claim.Calls
	calls.Since, calls.Last, calls.Next = micro(calls.Since), micro(calls.Last), micro(calls.Next)
	w.claim.Evidence = slices.Clone(w.claim.Evidence)
	for i, e := range w.claim.Evidence {
		w.claim.Evidence[i].At = micro(e.At)
	}
	text, err := encode(w.claim)
	if err != nil {
		return stored, err
	}
	fresh, swapped := 0, 0
	list := []Statement{{
		`insert into effects (key, hash, data) values ($1, $2, $3) on conflict (key) do nothing returning key`,
		[]any{w.key.String(), w.key.Hash, text},
		count(&fresh),
	}, w.row(text, was, &swapped)}
	list = append(list, w.lines(was)...)
	list = append(list, w.files(was)...)
	list = append(list, w.words(was)...)
	history, err := w.history()
	if err != nil {
		return stored, err
	}
	post, err := postAll(w.then)
	if err != nil {
		return stored, err
	}
	called, err := notices(w.called, w.claim.Calls.Last)
	if err != nil {
		return stored, err
	}
	err = run(ctx, tx, slices.Concat(list, history, post, called)...)
	switch {
	case err != nil:
		return stored, err
	case fresh == 0:
		return stored, errRepeated
	case swapped == 0:
		return stored, errMoved
	}
	return decode[claim.Claim](text)
}

func (w written) row(text string, was *claim.Claim, swapped *int) Statement {
	c := w.claim
	args := []any{
		string(c.ID), int64(c.Version), string(c.Status), c.Pending(), string(c.Severity), c.Channel, string(c.Reporter.ID),
		string(c.Reporter.Company), c.Date.String(), c.Opened, c.Changed, text, orNull(c.Calls.Next),
		c.Status == claim.Resolved && !c.Unconfirmed(),
	}
	if was == nil {
		return Statement{
			`insert into claims (id, version, status, pending, severity, channel, reporter, company, date, opened, changed, data, call_at, held)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
			returning id`,
			args, count(swapped),
		}
	}
	return Statement{
		`update claims set version = $2, status = $3, pending = $4, severity = $5, channel = $6, reporter = $7,
			company = $8, date = $9, opened = $10, changed = $11, data = $12, call_at = $13, held = $14
		where id = $1 and version = $15
		returning id`,
		append(args, int64(was.Version)), count(swapped),
	}
}

// lines writes which serial numbers and owners the claim is found by, unless they are there.
func (w written) lines(was *claim.Claim) (list []Statement) {
	id := string(w.claim.ID)
	if was != nil {
		same := func(a, b claim.Line) bool { return a.Serial == b.Serial && a.Company == b.Company }
		if slices.EqualFunc(w.claim.Lines, was.Lines, same) {
			return nil
		}
		list = append(list, Statement{SQL: `delete from claim_lines where claim = $1`, Args: []any{id}})
	}
	for n, l := range w.claim.Lines {
		list = append(list, Statement{
			SQL:  `insert into claim_lines (claim, n, serial, company) values ($1, $2, $3, $4) on conflict do nothing`,
			Args: []any{id, int64(n), string(l.Serial), string(l.Company)},
		})
	}
	return list
}

func (w written) history() (list []Statement, err error) {
	for n, e := range w.events {
		e.Claim, e.Seq, e.At = w.claim.ID, w.claim.Version, micro(e.At)
		text, err := encode(e)
		if err != nil {
			return nil, err
		}
		list = append(list, Statement{
			SQL:  `insert into events (claim, seq, n, data) values ($1, $2, $3, $4) on conflict do nothing`,
			Args: []any{string(e.Claim), int64(e.Seq), int64(n), text},
		})
	}
	return list, nil
}
