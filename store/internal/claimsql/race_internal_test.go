package claimsql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// What follows plays the moments in which another writer is quicker. A database with one writer
// has none, so a fake plays them: it answers each statement from a script.

// script is a DB whose statements are answered by the first answer that fits.
type script struct {
	answers []answer
	ran     []string
	commits int
}

type answer struct {
	begins string // beginning of the SQL
	rows   [][]any
	keep   bool // answers again and again
}

func (s *script) Read(ctx context.Context, f func(Tx) error) error { return f(s) }

func (s *script) Write(ctx context.Context, f func(Tx) error) error {
	err := f(s)
	if err == nil {
		s.commits++
	}
	return err
}

func (s *script) Trail(ctx context.Context, f func(Tx) error) error { return s.Write(ctx, f) }

func (s *script) Run(_ context.Context, list ...Statement) error {
	for _, st := range list {
		s.ran = append(s.ran, st.SQL)
		for _, row := range s.answer(st.SQL) {
			if st.Row == nil {
				continue
			}
			if err := st.Row(func(dest ...any) error { return copyRow(dest, row) }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *script) answer(sql string) [][]any {
	for i, a := range s.answers {
		if strings.HasPrefix(sql, a.begins) {
			if !a.keep {
				s.answers = append(s.answers[:i:i], s.answers[i+1:]...)
			}
			return a.rows
		}
	}
	return nil
}

func copyRow(dest, row []any) error {
	for i, d := range dest {
		reflect.ValueOf(d).Elem().Set(reflect.ValueOf(row[i]))
	}
	return nil
}

func stored(t *testing.T, c claim.Claim) []any {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return []any{string(b)}
}

var (
	march  = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	effect = bot.EffectKey{Inbound: "in", Kind: "k", Subject: "s", Hash: "h"}
	one    = [][]any{{"x"}}
)

func version(n int) claim.Claim {
	return claim.Claim{ID: "C-2603-0001", Version: n, Status: claim.Open, Opened: march}
}

func describe(c claim.Claim) (bot.ClaimChange, error) {
	c.Description += fmt.Sprintf("after %d;", c.Version)
	return bot.ClaimChange{Claim: c}, nil
}

func TestChangeIsMadeAnewWhenTheClaimMoved(t *testing.T) {
	t.Parallel()
	db := &script{answers: []answer{
		{begins: "select data from claims", rows: [][]any{stored(t, version(1))}},
		{begins: "select data from claims", rows: [][]any{stored(t, version(2))}},
		{begins: "select data from claims", rows: [][]any{stored(t, version(7))}},
		{begins: "insert into effects", rows: one, keep: true},
		{begins: "update claims"}, // moved
		{begins: "update claims"}, // moved
		{begins: "update claims", rows: one},
	}}
	c, err := New(db).ChangeClaim(t.Context(), effect, "C-2603-0001", describe)
	if err != nil || c.Version != 8 || c.Description != "after 7;" || db.commits != 1 {
		t.Errorf("claim %+v, %v after %d commits; want version 8 in one", c, err, db.commits)
	}
}

func TestChangeThatNeverWinsIsAConflict(t *testing.T) {
	t.Parallel()
	db := &script{answers: []answer{
		{begins: "select data from claims", rows: [][]any{stored(t, version(1))}, keep: true},
		{begins: "insert into effects", rows: one, keep: true},
	}}
	_, err := New(db).ChangeClaim(t.Context(), effect, "C-2603-0001", describe)
	if !errors.Is(err, bot.ErrConflict) || db.commits != 0 {
		t.Errorf("error %v after %d commits, want %v", err, db.commits, bot.ErrConflict)
	}
}

// TestEffectOfAnotherReplica plays a key that another replica commits between our look and our
// insert.
func TestEffectOfAnotherReplica(t *testing.T) {
	t.Parallel()
	theirs := version(2)
	theirs.Description = "theirs"
	for hash, want := range map[string]error{"h": nil, "other": bot.ErrMismatch} {
		db := &script{answers: []answer{
			{begins: "insert into counters", rows: [][]any{{1}}},
			{begins: "select data from claims", rows: [][]any{stored(t, version(1))}},
			{begins: "update claims", rows: one, keep: true},
			{begins: "insert into claims", rows: one, keep: true},
			{begins: "select hash, data", rows: [][]any{{hash, stored(t, theirs)[0]}}, keep: true},
		}}
		store := New(db)
		changed, changeErr := store.ChangeClaim(t.Context(), effect, "C-2603-0001", describe)
		opened, openErr := store.OpenClaim(t.Context(), effect, claim.Claim{Opened: march}, nil)
		if db.commits != 0 {
			t.Errorf("%d commits, want none", db.commits)
		}
		if !errors.Is(changeErr, want) || !errors.Is(openErr, want) {
			t.Errorf("errors %v and %v, want %v", changeErr, openErr, want)
		}
		if want == nil && (changed.Description != "theirs" || opened.Description != "theirs") {
			t.Errorf("claims %+v and %+v, want theirs", changed, opened)
		}
	}
}

func TestDrainTakesTheNextLaneWhenOneIsHeld(t *testing.T) {
	t.Parallel()
	db := &script{answers: []answer{
		{begins: "select channel, chat from lanes", rows: [][]any{{"chat", "a"}}},
		{begins: "select channel, chat from lanes", rows: [][]any{{"chat", "b"}}},
		{begins: "update lanes"}, // held meanwhile
		{begins: "update lanes", rows: one},
		{begins: "select data from outbox", rows: [][]any{{`{"id":"1"}`}}},
	}}
	l, list, err := New(db).Drain(t.Context(), march, march, 10)
	if err != nil || l.Chat != (bot.Chat{Channel: "chat", Chat: "b"}) || len(list) != 1 || list[0].ID != "1" {
		t.Errorf("drain got %v %v %v, want message 1 of chat b", l, list, err)
	}
}

// TestLaneIsLockedFirst guards the order that keeps a lane from being removed while somebody
// queues: see outbox.go.
func TestLaneIsLockedFirst(t *testing.T) {
	t.Parallel()
	db := &script{answers: []answer{{begins: "insert into lanes", rows: [][]any{{int64(1)}}}}}
	store, chat := New(db), bot.Chat{Channel: "chat", Chat: "a"}
	if err := store.Queue(t.Context(), chat, make([]bot.Outgoing, 1), march); err != nil {
		t.Fatal(err)
	}
	if err := store.Drained(t.Context(), bot.Lane{Chat: chat}, []string{"1"}, march); err != nil {
		t.Fatal(err)
	}
	want := []string{"insert into lanes", "insert into outbox", "update lanes", "delete from outbox", "delete from lanes", "select goes_on"}
	if len(db.ran) != len(want) {
		t.Fatalf("ran %q, want %q", db.ran, want)
	}
	for i, sql := range db.ran {
		if !strings.HasPrefix(sql, want[i]) {
			t.Errorf("statement %d is %q, want %q", i, sql, want[i])
		}
	}
}

// TestClaimIsReadBeforeItsEffect guards the order in which a change looks: the other way round,
// the claim may have been changed under the same key that was not there a moment before.
func TestClaimIsReadBeforeItsEffect(t *testing.T) {
	t.Parallel()
	db := &script{answers: []answer{{begins: "select hash from effects", rows: one}, {begins: "select hash, data", rows: [][]any{{"h", "{}"}}}}}
	if _, err := New(db).ChangeClaim(t.Context(), effect, "C-2603-0001", describe); err != nil {
		t.Fatal(err)
	}
	if len(db.ran) < 2 || !strings.HasPrefix(db.ran[0], "select data from claims") || !strings.HasPrefix(db.ran[1], "select hash from effects") {
		t.Errorf("ran %q", db.ran)
	}
}

// TestFileIsLockedFirst guards the order that keeps a content from being removed while a claim that
// needs it is written: see ledger.go.
func TestFileIsLockedFirst(t *testing.T) {
	t.Parallel()
	db := &script{answers: []answer{
		{begins: "insert into counters", rows: [][]any{{1}}},
		{begins: "insert into effects", rows: one},
		{begins: "insert into claims", rows: one},
		{begins: "select hash from files", rows: [][]any{{"h"}}},
		{begins: "delete from files", rows: one},
	}}
	store := New(db)
	if _, err := store.OpenClaim(t.Context(), effect, claim.Claim{Opened: march, Evidence: []claim.Evidence{{Hash: "h"}}}, nil); err != nil {
		t.Fatal(err)
	}
	if n, err := store.DropUnused(t.Context(), march, func(string) error { return nil }); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	var ran []string
	for _, sql := range db.ran {
		if strings.Contains(sql, "files") {
			ran = append(ran, strings.Join(strings.Fields(sql)[:3], " "))
		}
	}
	want := []string{"insert into files", "insert into claim_files", "select hash from", "update files set", "delete from files", "select hash from"}
	if diff := cmp.Diff(want, ran); diff != "" {
		t.Error(diff)
	}
}
