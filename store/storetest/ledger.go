package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func ledgerCases() []storeCase {
	return []storeCase{
		{"what nobody needs is dropped", ledgerDrop},
		{"evidence is not dropped", ledgerEvidence},
		{"evidence that a change brings is not dropped", ledgerChange},
		{"what could not be removed is tried again", ledgerFails},
		{"who notes a file waits until it is removed", ledgerWaits},
		{"files that many note and drop stay known", ledgerAtOnce},
	}
}

// The stores' clocks are real ones: everything was noted before soon, and nothing before lately.
func soon() time.Time   { return time.Now().Add(time.Hour) }
func lately() time.Time { return time.Now().Add(-time.Hour) }

func note(t *testing.T, s bot.Store, list ...string) {
	t.Helper()
	for _, hash := range list {
		must(t, s.NoteFile(t.Context(), bot.File{Hash: hash, Name: emoji}))
	}
}

// wantDropped fails unless these contents are dropped, in any order.
func wantDropped(t *testing.T, s bot.Store, before time.Time, want ...string) {
	t.Helper()
	var have []string
	n := got(s.DropUnused(t.Context(), before, func(hash string) error {
		have = append(have, hash)
		return nil
	}))(t)
	slices.Sort(have)
	same(t, "dropped", have, want)
	same(t, "number of dropped", n, len(want))
}

func ledgerDrop(t *testing.T, s bot.Store) {
	t.Helper()
	wantDropped(t, s, soon())
	note(t, s, "b", "a", "b", "")
	wantDropped(t, s, lately())
	wantDropped(t, s, soon(), "a", "b")
	wantDropped(t, s, soon())
	note(t, s, "a")
	wantDropped(t, s, soon(), "a")
	if s.NoteFile(t.Context(), bot.File{Hash: nul}) == nil {
		t.Error("a NUL in a hash was taken")
	}
	var many []string
	for i := range 600 { // more than a page of them
		many = append(many, name("many", 1000+i))
	}
	note(t, s, many...)
	wantDropped(t, s, soon(), many...)
}

func ledgerEvidence(t *testing.T, s bot.Store) {
	t.Helper()
	note(t, s, name("hash", 1), name("hash", 3))
	c := aClaim() // of hashes 1 and 2
	c.Evidence = append(c.Evidence, c.Evidence[0])
	got(s.OpenClaim(t.Context(), key("in-1", "a"), c, nil))(t)
	got(s.OpenClaim(t.Context(), key("in-1", "a"), c, nil))(t)
	note(t, s, name("hash", 2))
	wantDropped(t, s, soon(), name("hash", 3))
}

func ledgerChange(t *testing.T, s bot.Store) {
	t.Helper()
	note(t, s, "added", "unused")
	first := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	got(s.OpenClaim(t.Context(), key("in-2", "a"), aClaim(), nil))(t) // the same evidence
	got(s.ChangeClaim(t.Context(), key("in-3", "a"), first.ID, add("added")))(t)
	wantDropped(t, s, soon(), "unused")
	got(s.ChangeClaim(t.Context(), key("in-4", "a"), first.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		c.Evidence = c.Evidence[1:2]
		return bot.ClaimChange{Claim: c}, nil
	}))(t)
	wantDropped(t, s, soon(), "added")
}

func ledgerFails(t *testing.T, s bot.Store) {
	t.Helper()
	note(t, s, "a")
	no := errors.New("the bucket is away")
	n, err := s.DropUnused(t.Context(), soon(), func(string) error { return no })
	wantErr(t, err, no)
	same(t, "number of dropped", n, 0)
	wantDropped(t, s, soon(), "a")
}

func ledgerWaits(t *testing.T, s bot.Store) {
	t.Helper()
	note(t, s, "a")
	noted := make(chan error, 1)
	got(s.DropUnused(t.Context(), soon(), func(string) error {
		go func() { noted <- s.NoteFile(t.Context(), bot.File{Hash: "a"}) }()
		select {
		case err := <-noted:
			t.Error("a file could be noted while it was removed")
			noted <- err
		case <-time.After(50 * time.Millisecond):
		}
		return nil
	}))(t)
	must(t, <-noted)
	wantDropped(t, s, soon(), "a")
}

func ledgerAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	for _, err := range atOnce(func(i int) error {
		for range 10 {
			if err := s.NoteFile(t.Context(), bot.File{Hash: name("h", i%4)}); err != nil {
				return err
			}
			if _, err := s.DropUnused(t.Context(), soon(), func(string) error { return nil }); err != nil {
				return err
			}
		}
		c := aClaim()
		c.Evidence[0].Hash, c.Evidence[1].Hash = name("h", i%4), name("h", (i+1)%4)
		_, err := s.OpenClaim(t.Context(), key(name("in", i), "a"), c, nil)
		return err
	}) {
		must(t, err)
	}
	note(t, s, name("h", 0), name("h", 1), name("h", 2), name("h", 3))
	wantDropped(t, s, soon())
}
