package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

func TestReopen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made 100% new?", "#1")
	db := open(t, dir)
	want, err := db.OpenClaim(t.Context(), bot.EffectKey{Inbound: "1"}, claim.Claim{Opened: noon}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, dir)
	defer db.Close()
	have, err := db.Claim(t.Context(), want.ID)
	if diff := cmp.Diff(want, have); diff != "" || err != nil {
		t.Errorf("claim after reopening: %v\n%s", err, diff)
	}
	if files, err := filepath.Glob(filepath.Join(dir, sqlite.File)); len(files) != 1 || err != nil {
		t.Errorf("database files %v, %v", files, err)
	}
}

func TestMemoryIsPrivate(t *testing.T) {
	t.Parallel()
	a, b := openMemory(t), openMemory(t)
	defer a.Close()
	defer b.Close()
	if err := a.PutPerson(t.Context(), "chat", claim.Person{ID: "mei"}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Person(t.Context(), "chat", "mei"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("error %v, want %v", err, bot.ErrNotFound)
	}
}

// TestMemoryOutlivesCancel cancels calls at every moment: a connection that is thrown away for it
// would take the database along.
func TestMemoryOutlivesCancel(t *testing.T) {
	t.Parallel()
	db := openMemory(t)
	defer db.Close()
	if err := db.PutPerson(t.Context(), "chat", claim.Person{ID: "mei"}); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*5*time.Microsecond)
		_, _ = db.PutSnapshots(ctx, make([]bot.Snapshot, 20))
		cancel()
	}
	if _, err := db.Person(t.Context(), "chat", "mei"); err != nil {
		t.Error(err)
	}
}

// TestWriterWaits holds the writing connection: a reader goes on, a writer waits until its context
// ends.
func TestWriterWaits(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir())
	defer db.Close()
	opened, err := db.OpenClaim(t.Context(), bot.EffectKey{Inbound: "1"}, claim.Claim{Opened: noon, Status: claim.Open}, nil)
	if err != nil {
		t.Fatal(err)
	}
	change, err := db.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "2"}, opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := db.PutPerson(ctx, "chat", claim.Person{ID: "mei"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("second writer: %v, want %v", err, context.DeadlineExceeded)
		}
		if have, err := db.Claim(t.Context(), opened.ID); err != nil || have.Version != 1 {
			t.Errorf("reader: %+v, %v; want version 1", have, err)
		}
		return bot.ClaimChange{Claim: c}, nil
	})
	if err != nil || change.Version != 2 {
		t.Errorf("change: %+v, %v; want version 2", change, err)
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	db := openMemory(t)
	defer db.Close()
	ctx := t.Context()
	key := bot.EffectKey{Inbound: "1"}
	opened, err := db.OpenClaim(ctx, key, claim.Claim{Opened: noon}, nil)
	if err != nil {
		t.Fatal(err)
	}
	note := func(id string) bot.Inbound { return bot.Inbound{ID: id, Event: bot.Said{}} }
	check := func(step string, claims int, want ...string) {
		t.Helper()
		if err := db.Post(ctx, note("waiting"), note("done"), note("aside")); err != nil {
			t.Fatal(err)
		}
		if _, err := db.OpenClaim(ctx, key, claim.Claim{Opened: noon}, nil); err != nil {
			t.Fatal(err)
		}
		list, err := db.Take(ctx, noon, noon, 10)
		if err != nil {
			t.Fatal(err)
		}
		var have []string
		for _, in := range list {
			have = append(have, in.ID)
		}
		found, err := db.FindClaims(ctx, bot.ClaimFilter{})
		if diff := cmp.Diff(want, have); diff != "" || len(found) != claims || err != nil {
			t.Errorf("%s: %d claims, want %d; %v; inbox:\n%s", step, len(found), claims, err, diff)
		}
	}
	check("at first", 1, "waiting", "done", "aside")
	if err := errors.Join(db.Finish(ctx, bot.Key{}, noon, "done"), db.SetAside(ctx, note("aside"), "why")); err != nil {
		t.Fatal(err)
	}
	if err := db.Purge(ctx, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	check("after purging what is older than an hour", 1, "waiting")
	if err := db.Purge(ctx, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	check("after purging everything", 2, "waiting", "done")
	if c, err := db.Claim(ctx, opened.ID); err != nil {
		t.Errorf("claim %v, %v", c, err)
	}
}

func TestSessionsOfAnotherLayout(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", sqlite.SessionsFile)
	clock := func() time.Time { return noon }
	save := func() string {
		s := openSessions(t, path, clock)
		defer s.Close()
		session, err := s.Open(t.Context(), mei, "in-1", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		session.Version++
		if err := errors.Join(s.Save(t.Context(), session, time.Time{}, time.Minute), s.Release(t.Context(), session, bot.Finish{})); err != nil {
			t.Fatal(err)
		}
		return session.Current
	}
	first := save()
	if second := save(); second != first {
		t.Errorf("epoch %s became %s by reopening", first, second)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.ExecContext(t.Context(), `pragma user_version = 4711`); err != nil {
		t.Fatal(err)
	}
	if third := save(); third == first {
		t.Errorf("epoch %s outlived the tables", first)
	}
}
