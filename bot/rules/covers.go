package rules

import (
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// cover is one period that could apply. The zero value is a cover that is not known.
type cover struct {
	rule   claim.RuleID // W1 or W2
	last   claim.Date
	known  bool
	in     bool
	stated bool // it rests on the customer's word alone (E3)
	again  bool // the part was delivered more than once (E13)
	bought bool // a spare part that was bought, not serviced (E15)
}

// newCover counts months from a delivery on or before the claim date, in one step (domain.md 5.1).
func newCover(rule claim.RuleID, from claim.Date, months int, day claim.Date) cover {
	last := from.AddMonths(months)
	return cover{rule: rule, last: last, known: true, in: !day.Before(from) && !last.Before(day)}
}

// covers works out coverage from every cover that could apply to this part: the system's, and
// six months from the latest delivery of the very part in which the fault lies. The item is IN if
// any is IN. As long as a cover only may apply and would matter, coverage is UNDETERMINED (E16).
func (j *judgement) covers() {
	if j.Findings.OtherMaker {
		j.coverage = claim.Out
		return
	}
	j.coverage = claim.Undetermined
	if j.unclear {
		return
	}
	applies, mayApply := j.applicable()
	all := slices.Concat(applies, mayApply)
	switch {
	case slices.ContainsFunc(applies, inPeriod):
		j.coverage = claim.In
		j.lastOf(applies)
	case slices.ContainsFunc(mayApply, inPeriod):
		j.doubt("E16", "D12", "D14")
		j.notePart(mayApply...)
	case slices.ContainsFunc(all, notKnown):
		j.doubt("E3")
	default:
		j.coverage = claim.Out
		j.lastOf(all)
	}
}

// applicable returns the covers that apply to the fault and those that may: a serviced part's
// cover applies when the fault lies in it, and may as long as that is not diagnosed.
func (j *judgement) applicable() (applies, mayApply []cover) {
	parts := j.partCovers()
	switch {
	case j.Findings.Cause == claim.CauseNo:
		j.elsewhere = slices.ContainsFunc(parts, inPeriod)
		return []cover{j.system}, nil
	case j.Findings.Cause == claim.CauseYes && len(parts) == 1:
		j.part = parts[0]
		j.notePart(j.part)
		return []cover{j.system, j.part}, nil
	}
	return []cover{j.system}, parts
}

// partCovers returns one cover for each serviced part that may be concerned: the one that was
// named, or as long as none is named all of the machine's.
func (j *judgement) partCovers() []cover {
	var found []cover
	var seen []claim.Serial
	for _, p := range j.Machine.Parts {
		if named := j.Findings.Part; named != "" && named != p.Serial || slices.Contains(seen, p.Serial) {
			continue
		}
		seen = append(seen, p.Serial)
		if c, ok := j.partCover(p.Serial); ok {
			found = append(found, c)
		}
	}
	return found
}

// partCover counts from the part's latest delivery (E13). Deliveries after the claim date belong
// to what followed from the claim and are left out, so that a verdict stays what it was (E10); if
// there are no others, the part was not a serviced one when it failed, and ok is false. For a
// part that was named this may be a mistake in the registry, and is flagged (E4).
func (j *judgement) partCover(s claim.Serial) (c cover, ok bool) {
	var latest claim.Part
	before, after, unknown := 0, 0, 0
	for _, p := range j.Machine.Parts {
		switch {
		case p.Serial != s:
		case p.Delivered.IsZero():
			unknown++
		case j.day.Before(p.Delivered):
			after++
		default:
			before++
			if before == 1 || !p.Delivered.Before(latest.Delivered) {
				latest = p
			}
		}
	}
	if before > 0 {
		c = newCover("W2", latest.Delivered, j.e.PartMonths, j.day)
		c.again, c.bought = before > 1, latest.Bought
		return c, true
	}
	if after > 0 && s == j.Findings.Part {
		j.flag(claim.DateConflict)
		j.because("E4")
	}
	return cover{}, unknown > 0
}

// notePart names what is particular about the serviced parts on which the verdict rests.
func (j *judgement) notePart(parts ...cover) {
	for _, c := range parts {
		if c.again {
			j.because("E13")
		}
		if c.bought {
			j.because("E15")
			j.flag(claim.PolicyGap)
		}
	}
	if !j.part.known {
		return
	}
	switch {
	case j.part.in && j.system.in:
		j.because("E14")
	case j.part.in, j.system.in:
		j.because("E12")
	}
	if j.part.in && j.Findings.Recurs {
		j.because("E9")
	}
}

// lastOf takes the latest last day of the covers, and with it the rule that gave it.
func (j *judgement) lastOf(covers []cover) {
	var latest cover
	for _, c := range covers {
		if c.known && (!latest.known || latest.last.Before(c.last)) {
			latest = c
		}
	}
	j.last, j.period = latest.last, latest.rule
	if latest.stated {
		j.because("E3")
	}
}

func inPeriod(c cover) bool { return c.in }
func notKnown(c cover) bool { return !c.known }
