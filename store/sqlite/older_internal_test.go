package sqlite

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// TestOlderClaimGetsWords finds a claim that an older program has written by its numbers, and by its words from
// its next change on.
func TestOlderClaimGetsWords(t *testing.T) {
	t.Parallel()
	db, err := OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := claim.Claim{Description: "the valve leaks", Lines: []claim.Line{{Serial: "OS-1"}}, Opened: time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)}
	if c, err = db.OpenClaim(t.Context(), bot.EffectKey{Inbound: "1"}, c, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := db.pool.writer.ExecContext(t.Context(), `delete from claim_words`); err != nil {
		t.Fatal(err)
	}
	finds := func(words string, want int) {
		t.Helper()
		if _, total, err := db.SearchClaims(t.Context(), words, 10); err != nil || total != want {
			t.Errorf("%q finds %d, %v, want %d", words, total, err, want)
		}
	}
	finds("OS-1", 1)
	finds("C-2603-0001", 1)
	finds("valve", 0)
	_, err = db.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "2"}, c.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		return bot.ClaimChange{Claim: c}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	finds("valve", 1)
}
