package rules

import (
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// Quotation is how long an offer stands and when it is brought back to mind (domain.md E30).
type Quotation struct {
	ValidDays   int   `yaml:"valid_days"`
	RemindAfter []int `yaml:"remind_after_days"` // days after it was sent
	StorageDays int   `yaml:"storage_days"`      // free storage of the part; after it somebody asks
}

// LastDay returns the last day on which a quotation sent on that day can be accepted.
func (q Quotation) LastDay(sent claim.Date) claim.Date { return sent.AddDays(q.ValidDays) }

// Reminders returns the days on which a quotation sent on that day is brought back to mind.
func (q Quotation) Reminders(sent claim.Date) []claim.Date { return after(sent, q.RemindAfter) }

// PSS is how long a PSS number is good for (domain.md 6).
type PSS struct {
	ValidDays    int   `yaml:"valid_days"`         // from authorisation to hand-over to the carrier
	ExtendDays   int   `yaml:"extend_days"`        // one extension
	RemindBefore []int `yaml:"remind_before_days"` // days before the last day
	CoverageDays int   `yaml:"coverage_days"`      // an expired one, asked for again so soon after the claim, keeps the coverage
}

// LastDay returns the last day on which a part may be handed to the carrier under a number
// authorised on that day, with or without the one extension.
func (p PSS) LastDay(authorised claim.Date, extended bool) claim.Date {
	last := authorised.AddDays(p.ValidDays)
	if extended {
		last = last.AddDays(p.ExtendDays)
	}
	return last
}

// Reminders returns the days on which the customer is reminded of a number's last day, in order.
func (p PSS) Reminders(last claim.Date) []claim.Date {
	var days []claim.Date
	for _, n := range p.RemindBefore {
		days = append(days, last.AddDays(-n))
	}
	slices.SortFunc(days, claim.Date.Compare)
	return days
}

// KeepsCoverage tells whether a number that is asked for again on that day, for the same fault,
// keeps the coverage frozen at the claim date; later a person decides (domain.md 6, E10).
func (p PSS) KeepsCoverage(claimed, again claim.Date) bool {
	return again.DaysSince(claimed) <= p.CoverageDays
}

// Advance is how long a defective part may stay out after a replacement was sent in advance
// (domain.md E29).
type Advance struct {
	TransitDays int   `yaml:"transit_days"` // counted from shipping when the delivery is not known
	RemindAfter []int `yaml:"remind_after_days"`
	DecideAfter int   `yaml:"decide_after_days"` // then a person decides on a quotation; no invoice by itself
}

// Start returns the day from which the return is counted: the delivery of the replacement, or its
// shipping day and the usual transit as long as the delivery is not known (zero).
func (a Advance) Start(shipped, delivered claim.Date) claim.Date {
	if delivered.IsZero() {
		return shipped.AddDays(a.TransitDays)
	}
	return delivered
}

// Reminders returns the days on which the defective part is asked for.
func (a Advance) Reminders(start claim.Date) []claim.Date { return after(start, a.RemindAfter) }

// Decision returns the day on which a person decides what happens.
func (a Advance) Decision(start claim.Date) claim.Date { return start.AddDays(a.DecideAfter) }

// MayDuplicate tells whether a claim on that serial and day may be the same case as an earlier
// one: still pending, same serial, within the window (domain.md E8). Whether the symptom is
// similar, people say.
func (e Edition) MayDuplicate(earlier claim.Claim, s claim.Serial, on claim.Date) bool {
	if !earlier.Pending() || !slices.ContainsFunc(earlier.Lines, func(l claim.Line) bool { return l.Serial == s }) {
		return false
	}
	days := on.DaysSince(earlier.Date)
	return days >= 0 && days <= e.DuplicateDays
}

// LossOn says whose loss it is when a parcel is lost on the way to Optoste, or else on the way
// to the customer: who pays the leg bears its risk (domain.md E33). Nobody means that the leg
// does not arise, any other word that a person settles it.
func LossOn(t claim.Terms, toOptoste bool) claim.Party {
	leg := t.ToCustomer
	if toOptoste {
		leg = t.ToOptoste
	}
	if leg == claim.AlreadyYou {
		return claim.PaidByYou
	}
	return leg
}

func after(d claim.Date, days []int) []claim.Date {
	var list []claim.Date
	for _, n := range days {
		list = append(list, d.AddDays(n))
	}
	return list
}
