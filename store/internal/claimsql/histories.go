package claimsql

import (
	"context"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// batch is the next hundred claims of a span of time, behind the one that was last seen.
const batch = ` from claims where (opened, id) > ($1, $2) and opened < $3 order by opened, id limit 100`

// Histories implements [bot.Claims].
func (s *Store) Histories(ctx context.Context, from, to claim.Date, f func(claim.Claim, []claim.Event) error) error {
	r := reader{opened: from.Begins(), end: to.AddDays(1).Begins()}
	for {
		if err := s.read(ctx, r.next()...); err != nil {
			return fmt.Errorf("read histories: %w", err)
		}
		if len(r.claims) == 0 {
			return nil
		}
		for _, c := range r.claims {
			if err := f(c, r.events[c.ID]); err != nil {
				return err
			}
		}
	}
}

// reader goes along the claims in the order of their opening.
type reader struct {
	opened, end time.Time
	id          string // of the last claim that was opened then; every id comes behind the empty one
	claims      []claim.Claim
	events      map[claim.ID][]claim.Event
}

// next forgets what was read and returns what reads on.
func (r *reader) next() []Statement {
	r.claims, r.events = nil, make(map[claim.ID][]claim.Event)
	args := []any{micro(r.opened), r.id, micro(r.end)}
	return []Statement{
		{`select opened, id, data` + batch, args, r.claim},
		{`select data from events where claim in (select id` + batch + `) order by claim, seq, n`, args, r.event},
	}
}

func (r *reader) claim(scan func(dest ...any) error) error {
	var text string
	if err := scan(&r.opened, &r.id, &text); err != nil {
		return err
	}
	c, err := decode[claim.Claim](text)
	r.claims = append(r.claims, c)
	return err
}

func (r *reader) event(scan func(dest ...any) error) error {
	var e claim.Event
	var found bool
	if err := into(&e, &found)(scan); err != nil {
		return err
	}
	r.events[e.Claim] = append(r.events[e.Claim], e)
	return nil
}
