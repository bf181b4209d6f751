package rules

import (
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// order is the order of evaluation of domain.md 5.2. Its first step, "is this an emergency?", is
// taken before there are facts at all: emergency words are checked by a function of their own
// before anything else, and stop everything (domain.md 9, promise P9).
var order = []struct {
	name string
	step func(*judgement)
}{
	{"2 a malfunction, or a question?", (*judgement).kind},
	{"3 is the serial in the registry?", (*judgement).serial},
	{"4 the delivery date, from the registry", (*judgement).delivery},
	{"5 every cover that could apply to this part", (*judgement).covers},
	{"6 exclusion: none, suspected, confirmed", (*judgement).exclusion},
	{"7 what the engineer found and staff decided", (*judgement).decision},
	{"8 look up the row", (*judgement).lookUp},
}

// Judge says what the edition makes of the facts: one coverage, one row with its terms, the
// flags, and every rule the verdict rests on, the row first. It is a pure function, defined for
// all facts, and provisional until a person confirms it (domain.md 5.2 step 9, promises P8, P9).
func (e Edition) Judge(f Facts) claim.Verdict {
	j := &judgement{Facts: f, e: &e}
	for _, o := range order {
		o.step(j)
	}
	return j.verdict()
}

// judgement is the paper on which [Edition.Judge] works: the facts, and what the steps found.
type judgement struct {
	Facts
	e *Edition

	day       claim.Date // the claim date that counts
	system    cover      // the system's own cover
	part      cover      // the cover of the serviced part in which the fault lies
	elsewhere bool       // a serviced part is covered, but the fault lies elsewhere (D14)
	unclear   bool       // coverage cannot be determined; why names the rules

	question bool
	degree   claim.Suspicion
	advance  bool // a board is offered in advance, and may be

	coverage   claim.Coverage
	last       claim.Date
	period     claim.RuleID // W1 or W2, whichever gave last
	overridden bool
	row        claim.RuleID

	flags []claim.Flag
	why   []claim.RuleID
}

func (j *judgement) flag(f claim.Flag) {
	if !slices.Contains(j.flags, f) {
		j.flags = append(j.flags, f)
	}
}

func (j *judgement) because(ids ...claim.RuleID) {
	for _, id := range ids {
		if !slices.Contains(j.why, id) {
			j.why = append(j.why, id)
		}
	}
}

// doubt notes that coverage cannot be determined, and the rules that say so.
func (j *judgement) doubt(ids ...claim.RuleID) {
	j.unclear = true
	j.because(ids...)
}

// kind tells a question from a malfunction, and settles which day is the claim date: an earlier
// report counts with evidence (E11, E8).
func (j *judgement) kind() {
	if j.Findings.OtherMaker { // not ours: nothing else matters (D17)
		j.Facts = Facts{Claimed: j.Claimed, Findings: claim.Findings{OtherMaker: true}}
	}
	j.question = j.Findings.Class == claim.ClassQuestion ||
		j.Severity == claim.Question && j.Findings.Class == claim.ClassUnknown
	j.day = j.Claimed
	if j.EarlierProven && !j.Earlier.IsZero() && (j.day.IsZero() || j.Earlier.Before(j.day)) {
		j.day = j.Earlier
		j.because("E11")
	}
	if j.day.IsZero() {
		j.doubt()
	}
}

// serial doubts what the registry does not know (E1), what a contract rules otherwise (E37),
// what a carrier must answer for (E19), and a PSS number that was asked for again too late (E10).
func (j *judgement) serial() {
	if j.Findings.OtherMaker {
		return
	}
	if j.Machine.Serial == "" {
		j.doubt("E1")
	}
	if j.Machine.ContractNote != "" {
		j.doubt("E37")
		j.flag(claim.PolicyGap)
	}
	if j.Findings.Damage == claim.DamageOnArrive {
		j.doubt("E19")
	}
	if !j.Again.IsZero() {
		j.because("E10")
		if !j.day.IsZero() && !j.e.PSS.KeepsCoverage(j.day, j.Again) {
			j.doubt("E10")
		}
	}
	if j.Findings.Dealer {
		j.because("E6")
		j.flag(claim.PolicyGap)
	}
}

// delivery settles the day on which the system's cover began. The registry beats what the
// customer says, and a difference is noted (E5); without the registry his word gives at most a
// provisional cover (E3); a delivery after the claim is a conflict (E4).
func (j *judgement) delivery() {
	from, known := j.Machine.Delivered, !j.Machine.Delivered.IsZero()
	if known && !j.Stated.IsZero() && j.Stated != from {
		j.because("E5")
		j.flag(claim.DateConflict)
	}
	if !known {
		from = j.Stated
	}
	if from.IsZero() || j.day.IsZero() {
		return
	}
	if j.day.Before(from) {
		j.flag(claim.DateConflict)
		j.doubt("E4")
		return
	}
	j.system = newCover("W1", from, j.e.SystemMonths, j.day)
	if !known && !j.system.in {
		j.system = cover{} // his word alone never puts a machine out of warranty
	}
	j.system.stated = !known && j.system.known
}

// decision applies what staff set against the dates, and withholds the advance replacement from
// those who still owe a defective part (E29).
func (j *judgement) decision() {
	if o := j.Findings.Override; o.Holds() && j.coverage != claim.Excluded && j.coverage != o.Coverage {
		j.coverage, j.overridden = o.Coverage, true
		j.last, j.period = claim.Date{}, ""
	}
	if j.coverage == claim.Out && !j.last.IsZero() {
		if late := j.day.DaysSince(j.last); late >= 1 && late <= j.e.BorderlineDays {
			j.flag(claim.Borderline)
		}
	}
	j.advance = j.Findings.Decision == claim.AdvanceBoard
	if j.advance && j.Overdue {
		j.advance = false
		j.because("E29")
	}
}

// lookUp takes the first row whose situation is at hand; the last row has no condition but IN.
func (j *judgement) lookUp() {
	for _, r := range rows {
		if r.when(j) {
			j.row = r.id
			return
		}
	}
}

// verdict puts the finding into words that others read: the row first, then the period, then
// what may still be chosen, then the edge cases.
func (j *judgement) verdict() claim.Verdict {
	edge := j.why
	j.why = []claim.RuleID{j.row}
	if j.period != "" {
		j.because(j.period)
	}
	j.because(j.options()...)
	j.because(edge...)
	if r, ok := j.e.Row(j.row); ok && r.Gap {
		j.flag(claim.PolicyGap)
	}
	return claim.Verdict{
		Coverage:   j.coverage,
		Flags:      j.flags,
		LastDay:    j.last,
		Terms:      j.e.Terms(j.row, j.coverage, j.advance),
		Because:    j.why,
		Policy:     j.e.ID,
		Overridden: j.overridden,
	}
}
