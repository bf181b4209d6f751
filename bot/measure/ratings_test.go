package measure_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

// rating is an event with which a customer rates the service; words come as a second one.
func rating(score, lang, words string) claim.Event {
	e := claim.Event{Kind: claim.EventRated, At: noon.Add(time.Hour), To: score, Lang: lang, Note: words}
	if words != "" {
		e.From = score
	}
	return e
}

func TestRatings(t *testing.T) {
	t.Parallel()
	tally := measure.New(measure.Options{Period: march, Now: noon, Elapsed: clock})
	add := func(opened time.Time, events ...claim.Event) {
		tally.Add(claim.Claim{Status: claim.Closed, Severity: claim.Degraded, Opened: opened}, events)
	}
	add(noon, rating("5", "zh", ""), rating("5", "zh", "quick")) // one rating with its words
	add(noon, rating("4", "en", ""))
	add(noon, rating("3", "en", ""))
	add(noon, rating("1", "en", ""))
	add(noon)                                                                       // has not answered
	add(noon, claim.Event{Kind: claim.EventNote, To: "5"})                          // is no rating
	add(noon.AddDate(0, -2, 0), rating("1", "zh", ""))                              // opened before the period
	add(noon, rating("2", "zh", ""), claim.Event{Kind: claim.EventStatus, To: "x"}) // reopened afterwards
	want := []measure.Ratings{
		{Count: 5, Mean: 3, Good: measure.Share{Count: 2, Of: 5}},
		{Language: "en", Count: 3, Mean: 8. / 3, Good: measure.Share{Count: 1, Of: 3}},
		{Language: "zh", Count: 2, Mean: 3.5, Good: measure.Share{Count: 1, Of: 2}},
	}
	got := tally.Report().Ratings
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	text, err := json.Marshal(got[1])
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"language":"en","count":3,"mean":2.67,"good":{"count":1,"of":3}}`; string(text) != want {
		t.Errorf("as JSON %s, want %s", text, want)
	}
}
