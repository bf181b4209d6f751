package rules

import "github.com/optoste/supportbot/bot/claim"

// rows is the first column of domain.md 5.3 as a decision list: the first situation that is at
// hand is the row. Together they leave no gap: what no earlier row takes is IN without an
// exclusion, and that is D3.
var rows = []struct {
	id   claim.RuleID
	when func(*judgement) bool
}{
	// Not ours to judge, or nothing to judge.
	{"D17", func(j *judgement) bool { return j.Findings.OtherMaker }},
	{"D19", func(j *judgement) bool { return j.question }},

	// A part lies at the wrong end: this comes before whatever the cause turns out to be.
	{"D9", func(j *judgement) bool { return j.excluded() && j.Findings.Exclusion.AfterShipping }},
	{"D16", func(j *judgement) bool { return j.clear() && j.Findings.Decision == claim.NoFaultFound }},
	{"D18", func(j *judgement) bool { return j.out() && j.Findings.Decision == claim.QuotationDeclined }},

	// What needs no coverage.
	{"D1", func(j *judgement) bool { return j.Findings.Class == claim.ClassSoftware }},
	{"D5", func(j *judgement) bool { return j.Findings.Class == claim.ClassSite }},

	{"D15", func(j *judgement) bool { return !j.clear() }},

	// OUT, or treated as OUT.
	{"D11", func(j *judgement) bool { return j.out() && j.buys() }},
	{"D8", func(j *judgement) bool { return j.excluded() }},
	{"D14", func(j *judgement) bool { return j.out() && j.elsewhere }},
	{"D10", func(j *judgement) bool { return j.out() }},

	// IN.
	{"D6", func(j *judgement) bool { return j.Findings.Class == claim.ClassWear }},
	{"D7", func(j *judgement) bool { return j.degree == claim.ExclusionSuspected }},
	{"D4", func(j *judgement) bool { return j.Findings.Decision == claim.ReturnWaived }},
	{"D12", func(j *judgement) bool { return j.part.in }},
	{"D13", func(j *judgement) bool { return j.part.known && j.system.in }},
	{"D2", func(j *judgement) bool { return j.advance }},
	{"D3", func(*judgement) bool { return true }},
}

func (j *judgement) clear() bool    { return j.coverage != claim.Undetermined }
func (j *judgement) excluded() bool { return j.coverage == claim.Excluded }

// out tells that the customer's side is that of OUT, by the dates or by an exclusion (D8).
func (j *judgement) out() bool { return j.coverage == claim.Out || j.excluded() }

// buys tells that a part is sold rather than repaired: the customer prefers it, or it is a part
// that wears and nobody repairs.
func (j *judgement) buys() bool {
	return j.Findings.Decision == claim.BuysPart || j.Findings.Class == claim.ClassWear
}

// options names the rows a row refers to: what an engineer may still choose, or whose terms hold.
func (j *judgement) options() []claim.RuleID {
	switch j.row {
	case "D3":
		return j.open()
	case "D12", "D13":
		if j.advance {
			return []claim.RuleID{"D2"}
		}
		return append([]claim.RuleID{"D3"}, j.open()...)
	case "D8", "D14":
		return []claim.RuleID{"D10"}
	}
	return nil
}

// open names what an engineer may still choose: a board in advance (D2) until he has decided,
// and the remote fix (D1) until the class of the fault is known.
func (j *judgement) open() []claim.RuleID {
	if j.Findings.Decision != claim.Undecided {
		return nil
	}
	var ids []claim.RuleID
	if !j.Overdue {
		ids = append(ids, "D2")
	}
	if j.Findings.Class == claim.ClassUnknown {
		ids = append(ids, "D1")
	}
	return ids
}
