package sqlite

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/internal/claimsql"
)

// TestVersionIsSwapped lets somebody else's change come between our look and our update, which
// one writing connection never does by itself: ours misses and is made anew.
func TestVersionIsSwapped(t *testing.T) {
	t.Parallel()
	db, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	opened, err := db.OpenClaim(t.Context(), bot.EffectKey{Inbound: "1"}, claim.Claim{Opened: time.Unix(0, 0)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	tries := 0
	s := claimsql.New(meddler{DB: db.pool, left: new(3)})
	changed, err := s.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "2"}, opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		tries++
		return bot.ClaimChange{Claim: c, Events: make([]claim.Event, 1), Then: []bot.Inbound{{ID: "in", Event: bot.Said{}}}}, nil
	})
	if err != nil || tries != 4 || changed.Version != 2 {
		t.Errorf("version %d after %d tries, %v; want version 2 after 4", changed.Version, tries, err)
	}
	events, err := db.Events(t.Context(), opened.ID)
	if err != nil || len(events) != 2 {
		t.Errorf("%d events, %v; want 2", len(events), err)
	}
}

// meddler moves a claim just before it is updated, as often as there are left.
type meddler struct {
	claimsql.DB
	left *int
}

func (m meddler) Write(ctx context.Context, f func(claimsql.Tx) error) error {
	return m.DB.Write(ctx, func(tx claimsql.Tx) error { return f(meddlerTx{tx, m.left}) })
}

type meddlerTx struct {
	claimsql.Tx
	left *int
}

func (m meddlerTx) Run(ctx context.Context, list ...claimsql.Statement) error {
	for _, s := range list {
		if strings.HasPrefix(s.SQL, "update claims") && *m.left > 0 {
			*m.left--
			if err := m.Tx.Run(ctx, claimsql.Statement{SQL: `update claims set version = version + 1`}); err != nil {
				return err
			}
		}
		if err := m.Tx.Run(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// TestLaneFillsWhileItIsTaken lets an inbound come between our look at an empty conversation and our hold on it:
// nobody may hold it in vain.
func TestLaneFillsWhileItIsTaken(t *testing.T) {
	t.Parallel()
	db, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Unix(1000, 0)
	hold := now.Add(20 * time.Second)
	in := func(id string) bot.Inbound { return bot.Inbound{ID: id, Event: bot.Said{Text: id}} }
	take := func(s *claimsql.Store) []bot.Inbound {
		t.Helper()
		list, err := s.Take(t.Context(), now, hold, 10)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if err := db.Post(t.Context(), in("one")); err != nil {
		t.Fatal(err)
	}
	for _, one := range take(db.Store) {
		if err := db.Finish(t.Context(), one.Key(), hold, one.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Post(t.Context(), in("one")); err != nil { // known: there is a conversation in which nothing waits
		t.Fatal(err)
	}
	post := func() {
		if err := db.Post(t.Context(), in("two")); err != nil {
			t.Error(err)
		}
	}
	if list := take(claimsql.New(&between{DB: db.pool, do: post})); len(list) != 1 || list[0].ID != "two" {
		t.Errorf("took %v, want what came in between", list)
	}
}

// between does something once, after the first look and before the first change.
type between struct {
	claimsql.DB
	do func()
}

func (b *between) Write(ctx context.Context, f func(claimsql.Tx) error) error {
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return b.DB.Write(ctx, f)
}
