// Package measure tells how good the service was: pure counts and times over claims and their
// histories (domain.md 11). It knows nothing that no event tells, and nothing in it rewards a claim
// that is closed too early: what is taken up again is open again, and its clock runs on.
package measure

import (
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Period is a span of days in Shantou, the last one included.
type Period struct {
	From claim.Date `json:"from"`
	To   claim.Date `json:"to"`
}

// Has tells whether a day is one of the period.
func (p Period) Has(d claim.Date) bool { return !d.Before(p.From) && !p.To.Before(d) }

// Before returns the equally long period that ends on the day before.
func (p Period) Before() Period {
	first := p.From.AddDays(-p.To.DaysSince(p.From) - 1)
	return Period{first, p.From.AddDays(-1)}
}

// workingDay is one day's hours in the working calendar.
const workingDay = 7*time.Hour + 30*time.Minute

// Targets is how soon a person has to answer (domain.md 11), to be measured as [Options.Elapsed] does: by the clock
// when the line is down, else in working time.
var Targets = map[claim.Severity]time.Duration{
	claim.LineDown: time.Hour,
	claim.Degraded: 8 * time.Hour,
	claim.Question: workingDay,
}

// Options says what is measured, and how.
type Options struct {
	Period Period
	Now    time.Time // the end of every wait that still goes on
	// Elapsed measures how long the house took for a claim of a severity, as its targets count: by the clock, or in
	// working time. It is asked only for moments in their order.
	Elapsed func(s claim.Severity, from, to time.Time) time.Duration
	// Targets is the time in which a claim of a severity is answered first. A severity that is not
	// there has no target.
	Targets map[claim.Severity]time.Duration
}

// Tally collects claims, one at a time, and keeps no more of them than it needs. It is not safe for
// concurrent use.
type Tally struct {
	options Options
	groups  map[groupKey]*group
	faults  *faults
	weeks   weeks
	ratings ratings
}

// New returns a tally of no claims.
func New(o Options) *Tally {
	t := &Tally{options: o, groups: map[groupKey]*group{}, faults: newFaults(o.Period), weeks: newWeeks(o.Period), ratings: ratings{}}
	t.group(groupKey{All, ""})
	return t
}

// Reads returns the days on which the claims were opened that [Tally.Add] has to be given: more than
// those of the period, because what happened before is compared.
func (t *Tally) Reads() Period {
	p := t.options.Period
	first := p.From.AddMonths(-againMonths)
	if before := p.Before().From; before.Before(first) {
		first = before
	}
	return Period{first, p.To}
}

// Add counts one claim with all its events, oldest first. Claims are added in the order of their opening.
func (t *Tally) Add(c claim.Claim, events []claim.Event) {
	if c.Status != claim.Merged && c.Status != claim.Declined && c.Severity != claim.Question {
		t.faults.add(c)
	}
	if !t.options.Period.Has(claim.DateOf(c.Opened)) {
		return
	}
	k := t.look(c, events)
	t.weeks.add(c, k)
	t.ratings.add(events)
	t.group(groupKey{All, ""}).add(k)
	t.group(groupKey{BySeverity, string(c.Severity)}).add(k)
	if k.fault {
		t.group(groupKey{ByFamily, string(FamilyOf(c))}).add(k)
	}
	var models []string
	for _, l := range c.Lines {
		if !slices.Contains(models, l.Model) {
			models = append(models, l.Model)
			t.group(groupKey{ByModel, l.Model}).add(k)
		}
	}
}

func (t *Tally) group(key groupKey) *group {
	g := t.groups[key]
	if g == nil {
		g = &group{}
		t.groups[key] = g
	}
	return g
}

// Report is what was measured.
type Report struct {
	Period
	At     time.Time `json:"at"`     // when it was made, UTC
	Groups []Group   `json:"groups"` // all claims first, then by severity, by model, and by family of the fault
	Weeks  []Week    `json:"weeks"`  // in their order, the quiet ones included
	Again  []Again   `json:"again"`  // machines that fail again, the worst first
	Rising []Rising  `json:"rising"` // models whose faults rise, the steepest first
	// RisingFamilies is the same by family of the fault.
	RisingFamilies []Rising `json:"rising_families"`
	// Ratings is what customers said: all together first, then by language.
	Ratings []Ratings `json:"ratings"`
}

// Report returns what was measured so far.
func (t *Tally) Report() Report {
	r := Report{
		Period: t.options.Period, At: t.options.Now.UTC(),
		Weeks: t.weeks.result(), Again: t.faults.again(),
		Rising: t.faults.models.rising(), RisingFamilies: t.faults.families.rising(), Ratings: t.ratings.result(),
	}
	for key, g := range t.groups {
		r.Groups = append(r.Groups, g.result(key))
	}
	slices.SortFunc(r.Groups, Group.compare)
	return r
}
