package claimsql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// notices writes what a change calls people for.
func notices(list []bot.Notice, made time.Time) ([]Statement, error) {
	rows := make([]Statement, len(list))
	for i, n := range list {
		text, err := encode(n)
		if err != nil {
			return nil, fmt.Errorf("notice %q: %w", n.ID, err)
		}
		rows[i] = Statement{
			SQL:  `insert into notices (id, made, data) values ($1, $2, $3) on conflict (id) do nothing`,
			Args: []any{n.ID, micro(made), text},
		}
	}
	return rows, nil
}

// Notices implements [bot.Alerts].
func (s *Store) Notices(ctx context.Context, limit int) ([]bot.Notice, error) {
	var list []bot.Notice
	err := s.read(ctx, Statement{
		`select data from notices order by made, id limit $1`, []any{int64(limit)}, each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	return list, nil
}

// MakeAlerts implements [bot.Alerts].
func (s *Store) MakeAlerts(ctx context.Context, now time.Time, alerts []bot.Alert, of []bot.Notice) error {
	err := s.db.Write(ctx, func(tx Tx) error {
		gone := 0
		var list []Statement
		for _, n := range of {
			list = append(list, Statement{`delete from notices where id = $1 returning id`, []any{n.ID}, count(&gone)})
		}
		for _, a := range alerts {
			more, err := makeAlert(a, now)
			if err != nil {
				return err
			}
			list = append(list, more...)
		}
		if err := run(ctx, tx, list...); err != nil {
			return err
		}
		if gone < len(of) {
			return errMoved
		}
		return nil
	})
	if errors.Is(err, errMoved) {
		err = bot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("make alerts: %w", err)
	}
	return nil
}

func makeAlert(a bot.Alert, now time.Time) ([]Statement, error) {
	text, err := encode(a)
	if err != nil {
		return nil, fmt.Errorf("alert %q: %w", a.ID, err)
	}
	var audience string
	list := make([]Statement, 1, 1+len(a.Notices))
	for _, n := range a.Notices {
		audience = n.Audience()
		list = append(list, Statement{
			SQL:  `insert into alert_claims (claim, alert) values ($1, $2) on conflict do nothing`,
			Args: []any{string(n.Claim), a.ID},
		})
	}
	list[0] = Statement{
		SQL:  `insert into alerts (id, audience, made, waits, data) values ($1, $2, $3, $3, $4) on conflict (id) do nothing`,
		Args: []any{a.ID, audience, micro(now), text},
	}
	return list, nil
}

// Alerted implements [bot.Alerts].
func (s *Store) Alerted(ctx context.Context, since time.Time) (map[string][]time.Time, error) {
	list := map[string][]time.Time{}
	err := s.read(ctx, Statement{
		`select distinct audience, made from alerts where made >= $1`,
		[]any{micro(since)},
		func(scan func(dest ...any) error) error {
			var audience string
			var made time.Time
			err := scan(&audience, &made)
			list[audience] = append(list[audience], made.UTC())
			return err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("list times of alerts: %w", err)
	}
	return list, nil
}

// WaitingAlerts implements [bot.Alerts].
func (s *Store) WaitingAlerts(ctx context.Context, limit int) ([]bot.Alert, error) {
	var list []bot.Alert
	err := s.read(ctx, Statement{
		`select data from alerts where waits is not null order by waits, id limit $1`, []any{int64(limit)}, each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list waiting alerts: %w", err)
	}
	return list, nil
}

// HandOn implements [bot.Alerts].
func (s *Store) HandOn(ctx context.Context, id string) error {
	if err := s.write(ctx, Statement{SQL: `update alerts set waits = null where id = $1`, Args: []any{id}}); err != nil {
		return fmt.Errorf("hand alert %s on: %w", id, err)
	}
	return nil
}

// Alert implements [bot.Alerts].
func (s *Store) Alert(ctx context.Context, id string) (bot.Alert, error) {
	var a bot.Alert
	var found bool
	err := s.read(ctx, Statement{`select data from alerts where id = $1`, []any{id}, into(&a, &found)})
	if err == nil && !found {
		err = bot.ErrNotFound
	}
	if err != nil {
		return bot.Alert{}, fmt.Errorf("read alert %s: %w", id, err)
	}
	return a, nil
}

// PutAlert implements [bot.Alerts].
func (s *Store) PutAlert(ctx context.Context, a bot.Alert) error {
	text, err := encode(a)
	if err == nil {
		err = s.write(ctx, Statement{SQL: `update alerts set data = $2 where id = $1`, Args: []any{a.ID, text}})
	}
	if err != nil {
		return fmt.Errorf("put alert %s: %w", a.ID, err)
	}
	return nil
}

// AlertsOf implements [bot.Alerts].
func (s *Store) AlertsOf(ctx context.Context, id claim.ID, limit int) ([]bot.Alert, error) {
	var list []bot.Alert
	err := s.read(ctx, Statement{
		`select data from alerts where id in (select alert from alert_claims where claim = $1) order by made desc, id limit $2`,
		[]any{string(id), int64(limit)},
		each(&list),
	})
	if err != nil {
		return nil, fmt.Errorf("list alerts of %s: %w", id, err)
	}
	return list, nil
}
