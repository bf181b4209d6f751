package measure_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

var (
	march = measure.Period{From: day(2026, 3, 1), To: day(2026, 3, 31)}
	noon  = time.Date(2026, 3, 10, 12, 0, 0, 0, claim.Shantou)
)

func day(y int, m time.Month, d int) claim.Date { return claim.Date{Year: y, Month: m, Day: d} }

func clock(_ claim.Severity, from, to time.Time) time.Duration { return to.Sub(from) }

// aCase is a claim with a history in words: "20m answered, 1h taken, 5h resolved, 6h closed". A status
// is moved to by whoever may; "told" is an answer of the program.
type aCase struct {
	claim   claim.Claim
	history string
}

func (c aCase) tell(t rapid.TB) (claim.Claim, []claim.Event) {
	t.Helper()
	had := c.claim
	had.Status = claim.Open
	if had.Opened.IsZero() {
		had.Opened = noon
	}
	staff := claim.Actor{Role: claim.Staff, Name: "Wang"}
	events := []claim.Event{{Kind: claim.EventOpened, At: had.Opened, To: "open"}}
	for _, word := range strings.Split(c.history, ", ") {
		var after, what string
		if n, _ := fmt.Sscan(word, &after, &what); n < 2 {
			continue
		}
		d, err := time.ParseDuration(after)
		if err != nil {
			t.Fatal(err)
		}
		e := claim.Event{Kind: claim.EventAnswered, At: had.Opened.Add(d)}
		switch what {
		case "answered":
			e.By = staff
		case "told":
		default:
			by := staff
			if what == "closed" {
				by = claim.Actor{Role: claim.Customer}
			}
			had, e, err = had.Move(claim.Change{To: claim.Status(what), By: by, At: e.At, Why: "so"})
			if err != nil {
				t.Fatal(err)
			}
		}
		events = append(events, e)
	}
	return had, events
}

// tally reports on cases in the order of their opening.
func tally(t rapid.TB, o measure.Options, cases ...aCase) measure.Report {
	t.Helper()
	if o.Elapsed == nil {
		o.Elapsed = clock
	}
	if o.Now.IsZero() {
		o.Now = noon.Add(100 * time.Hour)
	}
	if o.Period == (measure.Period{}) {
		o.Period = march
	}
	tally := measure.New(o)
	for _, c := range cases {
		tally.Add(c.tell(t))
	}
	return tally.Report()
}

// everything is the group of all claims.
func everything(t rapid.TB, o measure.Options, cases ...aCase) measure.Group {
	t.Helper()
	return tally(t, o, cases...).Groups[0]
}

func TestLifeOfAClaim(t *testing.T) {
	t.Parallel()
	times := func(d time.Duration) measure.Times { return measure.Times{Count: 1, Median: d, P90: d} }
	none := measure.Times{Without: 1}
	for name, c := range map[string]struct {
		history string
		claim   claim.Claim
		want    measure.Group // Opened, By and Complete are the same for all
	}{
		"nothing yet": {want: measure.Group{Response: none, Accepted: none, Working: none, Remote: measure.Share{Of: 1}}},
		"answered twice, told before": {
			history: "1m told, 80m answered, 2h answered",
			want:    measure.Group{Response: times(80 * time.Minute), Accepted: none, Working: none, Remote: measure.Share{Of: 1}},
		},
		"taken, released, taken again": {
			history: "1h taken, 2h open, 3h taken",
			want:    measure.Group{Response: none, Accepted: times(time.Hour), Working: none, Remote: measure.Share{Of: 1}},
		},
		"asked, then answered": {
			history: "1h taken, 90m waiting_customer, 2h answered",
			want:    measure.Group{Response: times(90 * time.Minute), Accepted: times(time.Hour), Working: none, Remote: measure.Share{Of: 1}},
		},
		"answered before it came, by another clock": {
			history: "-2s answered",
			want:    measure.Group{Response: times(0), Accepted: none, Working: none, Remote: measure.Share{Of: 1}},
		},
		"solved from afar, confirmed later": {
			history: "1h taken, 2h remote_fix, 5h resolved, 30h closed",
			want:    measure.Group{Closed: 1, Response: none, Accepted: times(time.Hour), Working: times(5 * time.Hour), Remote: measure.Share{Count: 1, Of: 1}},
		},
		"solved, not confirmed yet": {
			history: "1h taken, 5h resolved",
			want:    measure.Group{Response: none, Accepted: times(time.Hour), Working: times(5 * time.Hour), Remote: measure.Share{Count: 1, Of: 1}},
		},
		"a board was sent": {
			history: "1h taken, 2h waiting_parts, 5h resolved, 6h closed",
			want:    measure.Group{Closed: 1, Response: none, Accepted: times(time.Hour), Working: times(5 * time.Hour), Remote: measure.Share{Of: 1}},
		},
		"a board is out": {
			history: "1h taken, 5h resolved", claim: claim.Claim{BoardsOut: 1},
			want: measure.Group{Response: none, Accepted: times(time.Hour), Working: times(5 * time.Hour), Remote: measure.Share{Of: 1}},
		},
		"a return is open": {
			history: "1h taken, 5h resolved", claim: claim.Claim{OpenReturns: 1},
			want: measure.Group{Response: none, Accepted: times(time.Hour), Working: times(5 * time.Hour), Remote: measure.Share{Of: 1}},
		},
		"a question is no malfunction": {
			history: "1h taken, 5h resolved", claim: claim.Claim{Severity: claim.Question},
			want: measure.Group{Response: none, Accepted: times(time.Hour), Working: times(5 * time.Hour)},
		},
		"not solved after all": {
			history: "1h taken, 5h resolved, 6h taken",
			want:    measure.Group{Reopened: 1, Response: none, Accepted: times(time.Hour), Working: none, Remote: measure.Share{Of: 1}},
		},
		"closed too early": {
			history: "1h taken, 5h resolved, 6h closed, 7h reopened",
			want:    measure.Group{Reopened: 1, Response: none, Accepted: times(time.Hour), Working: none, Remote: measure.Share{Of: 1}},
		},
		"closed too early, then well": {
			history: "1h taken, 5h resolved, 6h closed, 7h reopened, 8h taken, 40h resolved, 41h closed",
			want:    measure.Group{Closed: 1, Reopened: 1, Response: none, Accepted: times(time.Hour), Working: times(40 * time.Hour), Remote: measure.Share{Count: 1, Of: 1}},
		},
		"merged":              {history: "1h answered, 2h merged", want: measure.Group{Merged: 1}},
		"declined":            {history: "1h answered, 2h declined", want: measure.Group{Declined: 1}},
		"declined by mistake": {history: "2h declined, 3h open", want: measure.Group{Response: none, Accepted: none, Working: none, Remote: measure.Share{Of: 1}}},
		"opened in April":     {claim: claim.Claim{Opened: noon.AddDate(0, 1, 0)}, want: measure.Group{Opened: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := c.want
			want.By, want.Opened = "all", want.Opened+1
			want.Complete.Of = want.Opened - want.Merged - want.Declined
			if diff := cmp.Diff(want, everything(t, measure.Options{}, aCase{c.claim, c.history})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPeriodEndsWithItsLastDayInShantou(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC)
	last := time.Date(2026, 3, 31, 15, 59, 59, 0, time.UTC)
	for _, at := range []time.Time{first.Add(-time.Second), first, last, last.Add(time.Second)} {
		want := 1
		if at.Before(first) || at.After(last) {
			want = 0
		}
		if n := everything(t, measure.Options{}, aCase{claim: claim.Claim{Opened: at}}).Opened; n != want {
			t.Errorf("opened at %s: counted %d times, want %d", at, n, want)
		}
	}
	if got, want := march.Before(), (measure.Period{From: day(2026, 1, 29), To: day(2026, 2, 28)}); got != want {
		t.Errorf("before is %v, want %v", got, want)
	}
	year := measure.Period{From: day(2025, 1, 1), To: day(2025, 12, 31)}
	for p, want := range map[measure.Period]claim.Date{march: day(2025, 9, 1), year: day(2024, 1, 2)} {
		if got := measure.New(measure.Options{Period: p}).Reads(); got != (measure.Period{From: want, To: p.To}) {
			t.Errorf("%v reads %v, want it from %v on", p, got, want)
		}
	}
}

func TestOverdue(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		severity claim.Severity
		history  string
		waited   time.Duration // until now
		want     measure.Share
	}{
		"line down, in time":    {claim.LineDown, "1h answered", 3 * time.Hour, measure.Share{Of: 1}},
		"line down, too late":   {claim.LineDown, "61m answered", 3 * time.Hour, measure.Share{Count: 1, Of: 1}},
		"line down, still time": {claim.LineDown, "", time.Hour, measure.Share{Of: 1}},
		"line down, no answer":  {claim.LineDown, "", time.Hour + 1, measure.Share{Count: 1, Of: 1}},
		"degraded, in time":     {claim.Degraded, "8h answered", 9 * time.Hour, measure.Share{Of: 1}},
		"degraded, too late":    {claim.Degraded, "481m answered", 9 * time.Hour, measure.Share{Count: 1, Of: 1}},
		"question, no answer":   {claim.Question, "", 25 * time.Hour, measure.Share{Count: 1, Of: 1}},
		"question, in time":     {claim.Question, "450m answered", 25 * time.Hour, measure.Share{Of: 1}},
		"taking is no answer":   {claim.LineDown, "1m taken", 3 * time.Hour, measure.Share{Count: 1, Of: 1}},
		"merged":                {claim.LineDown, "2h merged", 3 * time.Hour, measure.Share{}},
		"not said how bad":      {"", "", 300 * time.Hour, measure.Share{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := measure.Options{Now: noon.Add(c.waited), Targets: measure.Targets}
			if got := everything(t, o, aCase{claim.Claim{Severity: c.severity}, c.history}).Overdue; got != c.want {
				t.Errorf("overdue %v, want %v", got, c.want)
			}
		})
	}
}

func TestElapsedIsTheCallersTime(t *testing.T) {
	t.Parallel()
	o := measure.Options{Targets: measure.Targets, Elapsed: func(s claim.Severity, from, to time.Time) time.Duration {
		if s != claim.LineDown {
			t.Errorf("measured for %s", s)
		}
		return to.Sub(from) / 10
	}}
	c := aCase{claim.Claim{Severity: claim.LineDown}, "10h answered, 20h taken, 30h resolved"}
	g := everything(t, o, c)
	got := []time.Duration{g.Response.Median, g.Accepted.Median, g.Working.Median}
	if want := []time.Duration{time.Hour, 2 * time.Hour, 30 * time.Hour}; !slices.Equal(got, want) || g.Overdue.Count != 0 {
		t.Errorf("times %v, want %v; %d overdue", got, want, g.Overdue.Count)
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	full := func() claim.Claim {
		return claim.Claim{
			Opened: noon, Lines: []claim.Line{{Serial: "OS-1"}, {Serial: "OS-2"}}, Description: "stopped",
			Evidence: []claim.Evidence{{Hash: "a", At: noon}},
		}
	}
	for name, spoil := range map[string]func(*claim.Claim){
		"":                         func(*claim.Claim) {},
		"no machine":               func(c *claim.Claim) { c.Lines = nil },
		"one number missing":       func(c *claim.Claim) { c.Lines[1].Serial = "" },
		"no description":           func(c *claim.Claim) { c.Description = " \n" },
		"no media":                 func(c *claim.Claim) { c.Evidence = nil },
		"media came later":         func(c *claim.Claim) { c.Evidence[0].At = noon.Add(time.Second) },
		"a program is no evidence": func(c *claim.Claim) { c.Evidence[0].Unsafe = true },
	} {
		c := full()
		spoil(&c)
		want := measure.Share{Of: 1}
		if name == "" {
			want.Count = 1
		}
		if got := everything(t, measure.Options{}, aCase{claim: c}).Complete; got != want {
			t.Errorf("%s: complete %v, want %v", name, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	machines := func(models ...string) (c claim.Claim) {
		for i, m := range models {
			c.Lines = append(c.Lines, claim.Line{Serial: claim.Serial(fmt.Sprintf("OS-%d", i)), Model: m})
		}
		return c
	}
	with := func(s claim.Severity, c claim.Claim) aCase {
		c.Severity = s
		return aCase{claim: c}
	}
	r := tally(t, measure.Options{},
		with(claim.Question, machines("VS-600")),
		with(claim.LineDown, machines("VS-600", "VS-600", "AS-200")),
		with(claim.Degraded, machines("")),
		with("", machines("VS-600")))
	var got []string
	for _, g := range r.Groups {
		got = append(got, fmt.Sprintf("%s %s %d", g.By, g.Name, g.Opened))
	}
	want := []string{
		"all  4", "severity line_down 1", "severity degraded 1", "severity question 1", "severity  1",
		"model  1", "model AS-200 1", "model VS-600 3", "family  3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if r := tally(t, measure.Options{}); len(r.Groups) != 1 || r.Groups[0] != (measure.Group{By: "all"}) {
		t.Errorf("groups of nothing: %v", r.Groups)
	}
}

func TestMedianAndNinetiethPercentile(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]int{1: {1, 1}, 2: {1, 2}, 3: {2, 3}, 9: {5, 9}, 10: {5, 9}, 11: {6, 10}, 100: {50, 90}} {
		var cases []aCase
		for i := range n {
			cases = append(cases, aCase{history: fmt.Sprintf("%dm answered", 1+i*7%n)}) // not in order; 7 divides no n
		}
		r := everything(t, measure.Options{}, append(cases, aCase{})...).Response
		if got := [2]int{int(r.Median.Minutes()), int(r.P90.Minutes())}; got != want || r.Count != n || r.Without != 1 {
			t.Errorf("of %d: %v, want %v; %d and %d without", n, got, want, r.Count, r.Without)
		}
	}
}

// TestNothingRewardsClosingEarly takes a claim up again after it was resolved or closed: no number
// looks better for that than for the same claim that went on without.
func TestNothingRewardsClosingEarly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hours := rapid.SliceOfNDistinct(rapid.IntRange(1, 300), 6, 6, rapid.ID[int]).Draw(t, "hours")
		slices.Sort(hours)
		story := func(words ...string) aCase {
			var parts []string
			for i, w := range words {
				if w != "" {
					parts = append(parts, fmt.Sprintf("%dh %s", hours[i], w))
				}
			}
			return aCase{claim.Claim{Severity: claim.Degraded}, strings.Join(parts, ", ")}
		}
		patient := story("taken", "", "", "", "resolved", "closed")
		hasty := story("taken", "resolved", "closed", "reopened", "", "")
		hasty.history += fmt.Sprintf(", %dh taken, %dh resolved, %dh closed", hours[3], hours[4], hours[5])
		if rapid.Bool().Draw(t, "only resolved") {
			hasty = story("taken", "resolved", "taken", "", "resolved", "closed")
		}
		a, b := everything(t, measure.Options{}, patient), everything(t, measure.Options{}, hasty)
		if b.Reopened != 1 {
			t.Fatalf("reopened %d", b.Reopened)
		}
		if a.Reopened = 1; a != b {
			t.Fatalf("-patient +hasty:\n%s", cmp.Diff(a, b))
		}
	})
}

func TestMachinesThatFailAgain(t *testing.T) {
	t.Parallel()
	at := func(id, model string, opened claim.Date, serials ...claim.Serial) aCase {
		c := claim.Claim{ID: claim.ID(id), Severity: claim.LineDown, Opened: time.Date(opened.Year, opened.Month, opened.Day, 9, 0, 0, 0, claim.Shantou)}
		for _, s := range serials {
			c.Lines = append(c.Lines, claim.Line{Serial: s, Model: model})
		}
		return aCase{claim: c}
	}
	question := at("Q", "VS-600", day(2026, 3, 21), "ASKED")
	question.claim.Severity = claim.Question
	merged := at("M", "VS-600", day(2026, 3, 22), "ASKED")
	merged.history = "1h merged"
	declined := at("N", "VS-600", day(2026, 3, 23), "ASKED")
	declined.history = "1h declined"
	r := tally(t, measure.Options{},
		at("A", "VS-600", day(2025, 9, 9), "WORST", "LATE"),
		at("B", "VS-600", day(2025, 12, 1), "BEFORE"),
		at("C", "VS-600", day(2026, 1, 1), "BEFORE"),
		at("D", "VS-600", day(2026, 3, 9), "WORST"),
		at("E", "VS-600", day(2026, 3, 10), "LATE", "", "TWICE", "TWICE"),
		at("F", "", day(2026, 3, 20), "TWICE", "", "ASKED"),
		question, merged, declined,
		at("G", "VS-600", day(2026, 3, 31), "WORST"))
	want := []measure.Again{
		{Serial: "WORST", Model: "VS-600", Claims: []claim.ID{"A", "D", "G"}, Earlier: 1},
		{Serial: "TWICE", Model: "VS-600", Claims: []claim.ID{"E", "F"}},
	}
	if diff := cmp.Diff(want, r.Again); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
}

func TestModelsWhoseFaultsRise(t *testing.T) {
	t.Parallel()
	var before, now []aCase
	for model, counts := range map[string][2]int{
		"few": {0, 2}, "new": {0, 3}, "same": {4, 4}, "falls": {5, 4}, "rises": {4, 6}, "steep": {2, 8}, "": {0, 9},
	} {
		add := func(list *[]aCase, n int, opened time.Time) {
			for range n {
				*list = append(*list, aCase{claim: claim.Claim{Opened: opened, Lines: []claim.Line{{Model: model}, {Model: model}}}})
			}
		}
		add(&before, counts[0], time.Date(2026, 1, 29, 9, 0, 0, 0, claim.Shantou))
		add(&now, counts[1], noon)
	}
	earlier := aCase{claim: claim.Claim{Opened: time.Date(2026, 1, 28, 9, 0, 0, 0, claim.Shantou), Lines: []claim.Line{{Model: "new"}}}}
	r := tally(t, measure.Options{}, slices.Concat([]aCase{earlier}, before, now)...)
	want := []measure.Rising{
		{Model: "steep", Claims: 8, Before: 2, Ratio: 4},
		{Model: "new", Claims: 3},
		{Model: "rises", Claims: 6, Before: 4, Ratio: 1.5},
	}
	if diff := cmp.Diff(want, r.Rising); diff != "" {
		t.Errorf("rising (-want +got):\n%s", diff)
	}
}

func TestWeeks(t *testing.T) {
	t.Parallel()
	at := func(month time.Month, day int, history string) aCase {
		return aCase{claim.Claim{Opened: time.Date(2026, month, day, 12, 0, 0, 0, claim.Shantou)}, history}
	}
	r := tally(t, measure.Options{Period: measure.Period{From: day(2026, 3, 4), To: day(2026, 3, 24)}},
		at(3, 3, "1h answered"),
		at(3, 4, "1h answered, 1h taken, 2h resolved, 3h closed"),
		at(3, 8, "3h answered, 3h taken, 4h resolved, 13h closed"),                                    // on Monday
		at(3, 9, "1h taken, 2h resolved, 3h closed, 4h reopened"),                                     // is not closed
		at(3, 9, "1h taken, 2h resolved, 3h closed, 4h reopened, 5h taken, 6h resolved, 340h closed"), // on the 23rd
		at(3, 23, "2h answered, 2h merged"),
		at(3, 24, "1h taken, 2h resolved, 20h closed"), // on the day after
		at(3, 25, ""))
	two := measure.Times{Count: 2, Median: time.Hour, P90: 3 * time.Hour}
	want := []measure.Week{
		{From: day(2026, 3, 4), Opened: 2, Closed: 1, Response: two},
		{From: day(2026, 3, 9), Opened: 2, Closed: 1, Response: measure.Times{Without: 2}},
		{From: day(2026, 3, 16)},
		{From: day(2026, 3, 23), Opened: 2, Closed: 1, Response: measure.Times{Without: 1}},
	}
	if diff := cmp.Diff(want, r.Weeks); diff != "" {
		t.Errorf("weeks (-want +got):\n%s", diff)
	}
	for last, n := range map[int]int{1: 1, 2: 1, 8: 1, 9: 2} { // the 2nd is a Monday
		r := tally(t, measure.Options{Period: measure.Period{From: day(2026, 3, min(last, 2)), To: day(2026, 3, last)}})
		if len(r.Weeks) != n {
			t.Errorf("to the %d: %d weeks, want %d", last, len(r.Weeks), n)
		}
	}
}

func TestReportAsJSON(t *testing.T) {
	t.Parallel()
	r := tally(t, measure.Options{}, aCase{claim.Claim{Severity: claim.Question}, "90m answered"})
	r.Groups, r.Weeks = r.Groups[:1], r.Weeks[1:2]
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"from":"2026-03-01","to":"2026-03-31","at":"2026-03-14T08:00:00Z","groups":[{"by":"all","name":"",` +
		`"opened":1,"merged":0,"declined":0,"closed":0,"reopened":0,` +
		`"first_response":{"count":1,"without":0,"median_s":5400,"p90_s":5400},` +
		`"acceptance":{"count":0,"without":1,"median_s":null,"p90_s":null},"working_again":{"count":0,"without":1,"median_s":null,"p90_s":null},` +
		`"overdue":{"count":0,"of":0},"remote_fix":{"count":0,"of":0},"complete":{"count":0,"of":1}}],` +
		`"weeks":[{"from":"2026-03-02","opened":0,"closed":0,"first_response":{"count":0,"without":0,"median_s":null,"p90_s":null}}],"again":[],"rising":[],"rising_families":[],"ratings":[{"language":"","count":0,"mean":null,"good":{"count":0,"of":0}}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func ExampleTally() {
	tally := measure.New(measure.Options{
		Period:  measure.Period{From: claim.Date{Year: 2026, Month: 3, Day: 1}, To: claim.Date{Year: 2026, Month: 3, Day: 31}},
		Now:     noon.Add(5 * time.Hour),
		Elapsed: func(_ claim.Severity, from, to time.Time) time.Duration { return to.Sub(from) },
		Targets: measure.Targets,
	})
	c := claim.Claim{Status: claim.Open, Severity: claim.LineDown, Opened: noon}
	tally.Add(c, []claim.Event{{Kind: claim.EventAnswered, By: claim.Actor{Role: claim.Staff}, At: noon.Add(80 * time.Minute)}})
	g := tally.Report().Groups[0]
	fmt.Println(g.Opened, g.Response.Median, g.Overdue)
	// Output: 1 1h20m0s {1 1}
}
