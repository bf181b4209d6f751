package measure

import (
	"cmp"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Digest is what the desk is told once a week.
type Digest struct {
	Week     Period   `json:"week"`   // Monday to Sunday, in Shantou
	Trend    Period   `json:"trend"`  // the four weeks that end with it
	Closed   int      `json:"closed"` // claims that were closed in the week, whenever they were opened within a quarter
	All      Group    `json:"all"`    // of the claims opened in the week
	Models   []Group  `json:"models"` // the same by model, those with most claims first
	Families []Group  `json:"families"`
	Again    []Again  `json:"again"`  // machines that failed in the week, and not for the first time within six months
	Rising   []Rising `json:"rising"` // models whose faults rise, four weeks against the four before
	Kinds    []Rising `json:"kinds"`  // kinds of faults that rise; Model is the family
}

// weeksOfTrend and weeksOfQuarter are how many weeks are compared, and drawn.
const (
	weeksOfTrend   = 4
	weeksOfQuarter = 13
)

// Weekly collects what a [Digest] is made of, and the quarter that is drawn with it. It is not safe for concurrent use.
type Weekly struct {
	week, trend, quarter *Tally
	reads                Period
}

// LastWeek returns the last whole week, Monday to Sunday in Shantou, that is over at a moment.
func LastWeek(at time.Time) Period {
	today := claim.DateOf(at)
	sinceMonday := (int(today.Begins().Weekday()) + 6) % 7
	return Period{today.AddDays(-sinceMonday - 7), today.AddDays(-sinceMonday - 1)}
}

// NewWeekly returns one of no claims, on the week that o.Period is.
func NewWeekly(o Options) *Weekly {
	back := func(weeks int) *Tally {
		long := o
		long.Period.From = o.Period.To.AddDays(1 - 7*weeks)
		return New(long)
	}
	w := &Weekly{week: New(o), trend: back(weeksOfTrend), quarter: back(weeksOfQuarter)}
	w.reads = w.week.Reads()
	for _, t := range []*Tally{w.trend, w.quarter} {
		if r := t.Reads(); r.From.Before(w.reads.From) {
			w.reads.From = r.From
		}
	}
	return w
}

// Reads returns the days on which the claims were opened that [Weekly.Add] has to be given.
func (w *Weekly) Reads() Period { return w.reads }

// Add counts one claim, as [Tally.Add] does.
func (w *Weekly) Add(c claim.Claim, events []claim.Event) {
	for _, t := range []*Tally{w.week, w.trend, w.quarter} {
		t.Add(c, events)
	}
}

// Digest returns what was measured, and the quarter week by week.
func (w *Weekly) Digest() (Digest, Report) {
	week, trend, quarter := w.week.Report(), w.trend.Report(), w.quarter.Report()
	d := Digest{
		Week: week.Period, Trend: trend.Period, Closed: quarter.Weeks[len(quarter.Weeks)-1].Closed, All: week.Groups[0],
		Again: week.Again, Rising: trend.Rising, Kinds: trend.RisingFamilies,
	}
	for _, g := range week.Groups {
		switch g.By {
		case ByModel:
			d.Models = append(d.Models, g)
		case ByFamily:
			d.Families = append(d.Families, g)
		}
	}
	for _, list := range [][]Group{d.Models, d.Families} {
		slices.SortStableFunc(list, func(a, b Group) int { return cmp.Compare(b.Opened, a.Opened) })
	}
	return d, quarter
}
