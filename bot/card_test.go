package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// TestCardShowsOtherClaims has on a card the newest three other claims of its machine, and no more.
func TestCardShowsOtherClaims(t *testing.T) {
	t.Parallel()
	l, _ := newForum(t)
	for range 5 {
		l.file()
		l.clock.wait(time.Hour)
	}
	_, err := l.store.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "in-x"}, "C-2603-0001", func(c claim.Claim) (bot.ClaimChange, error) {
		told := bot.Told{News: bot.NewsRevised, Claim: c.ID}
		return bot.ClaimChange{Claim: c, Then: []bot.Inbound{{ID: "in-x/desk", Sent: l.clock.now(), To: deskRoom, Event: told}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l.work()
	var got []string
	for _, o := range l.chat.all() {
		if o.Card != "" {
			_, line, _ := strings.Cut(o.Text, "card.others: ")
			line, _, _ = strings.Cut(line, "\n")
			got = append(got, strings.NewReplacer("card.other C-2603-", "", "  status.open belt l", "").Replace(line))
		}
	}
	want := []string{
		"", "0001", "0002, 0001", "0003, 0002, 0001", "0004, 0003, 0002",
		"0005, 0004, 0003", // the first one's, as it is now
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("other claims on the cards (-want +got):\n%s", diff)
	}
}
