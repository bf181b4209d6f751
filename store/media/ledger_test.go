package media_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/sqlite"
)

// TestClean drops what nobody needs, and nothing else.
func TestClean(t *testing.T) {
	t.Parallel()
	db, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := open(t, "mem://")
	defer b.Close()
	counted := b.WithLedger(db)
	put := func(m *media.Bucket, content string) bot.File {
		t.Helper()
		f, err := m.Put(t.Context(), strings.NewReader(content), "a", 100)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	uncounted, unused, evidence := put(b, "uncounted"), put(counted, "unused"), put(counted, "evidence")
	c := claim.Claim{Status: claim.Open, Evidence: []claim.Evidence{{Hash: evidence.Hash}}, Opened: time.Now(), Date: claim.DateOf(time.Now())}
	_, err = db.OpenClaim(t.Context(), bot.EffectKey{Inbound: "in", Kind: "open"}, c, func(claim.Claim) []bot.Inbound { return nil })
	if err != nil {
		t.Fatal(err)
	}
	clean := func(m *media.Bucket, before time.Duration, want int, gone ...bot.File) {
		t.Helper()
		if n, err := m.Clean(t.Context(), time.Now().Add(before)); n != want || err != nil {
			t.Errorf("%d files dropped, %v; want %d", n, err, want)
		}
		for _, f := range []bot.File{uncounted, unused, evidence} {
			r, err := b.Get(t.Context(), f.Hash)
			if err == nil {
				r.Close()
			}
			missing := false
			for _, g := range gone {
				missing = missing || f == g
			}
			if errors.Is(err, bot.ErrNotFound) != missing {
				t.Errorf("%s: %v, gone should be %t", f.Hash, err, missing)
			}
		}
	}
	clean(b, time.Hour, 0) // nobody counts
	clean(counted, -time.Hour, 0)
	clean(counted, time.Hour, 1, unused)
	clean(counted, time.Hour, 0, unused)
	unused = put(counted, "unused") // it is there again, and counted again
	clean(counted, -time.Hour, 0)
	clean(counted, time.Hour, 1, unused)
}

// watchful is a ledger that looks what is stored when a file is noted.
type watchful struct {
	bot.Ledger
	note func(f bot.File) error
}

func (w watchful) NoteFile(_ context.Context, f bot.File) error { return w.note(f) }

func (w watchful) DropUnused(context.Context, time.Time, func(string) error) (int, error) {
	return 3, errAway
}

var errAway = errors.New("database is away")

// TestNotedFirst checks that a file is counted before it is stored, each time, and not stored uncounted.
func TestNotedFirst(t *testing.T) {
	t.Parallel()
	b := open(t, "mem://")
	defer b.Close()
	notes := 0
	counted := b.WithLedger(watchful{note: func(f bot.File) error {
		notes++
		r, err := b.Get(t.Context(), f.Hash)
		if err == nil {
			r.Close()
		}
		if (notes == 1) != errors.Is(err, bot.ErrNotFound) {
			t.Errorf("note %d: %v", notes, err)
		}
		return nil
	}})
	for range 2 {
		if _, err := counted.Put(t.Context(), strings.NewReader("a"), "a", 10); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := counted.Put(t.Context(), strings.NewReader(""), "a", 10); err != nil || notes != 2 {
		t.Errorf("%d notes, %v; want 2", notes, err)
	}
	away := b.WithLedger(watchful{note: func(bot.File) error { return errAway }})
	f, err := away.Put(t.Context(), strings.NewReader("b"), "b", 10)
	if !errors.Is(err, errAway) {
		t.Errorf("file %+v, %v", f, err)
	}
	if _, err := b.Get(t.Context(), "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("a file that is not counted is stored: %v", err)
	}
	if n, err := away.Clean(t.Context(), time.Now()); n != 3 || !errors.Is(err, errAway) {
		t.Errorf("%d files dropped, %v", n, err)
	}
}
