package rules

import (
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// FactsOf returns what is known about a line of a claim, for the day that was frozen when the claim was opened
// (domain.md E10, E11). m is its machine as the registry has it; the zero value is one that the registry does not have.
func FactsOf(c claim.Claim, l claim.Line, m claim.Machine) Facts {
	f := Facts{Claimed: c.Date, Machine: m, Severity: c.Severity, Findings: l.Findings}
	if c.Proof != "" {
		f.Claimed, f.Earlier, f.EarlierProven = claim.DateOf(c.Opened), c.Date, true
	}
	return f
}

// EditionOf returns the edition that judged a claim and goes on judging it, also when the policy has newer ones.
func (p *Policy) EditionOf(c claim.Claim) Edition {
	if e, ok := p.Edition(c.Policy); ok {
		return e
	}
	return p.On(c.Date)
}

// Choice is one thing that an engineer may decide about a line of a claim.
type Choice struct {
	Name  string
	Group string       // choices of a group are chosen among after it; empty = of none
	To    claim.Status // where the claim goes with it (domain.md 6.2); empty = it stays
	Part  bool         // it is about a part
	Why   bool         // it needs a reason
	Proof bool         // and a file that shows it

	apply func(*claim.Findings, Grounds)
	// fits tells whether the decision has had its effect: was is the verdict before it, without any exclusion.
	fits func(was, now claim.Verdict) bool
	when func(claim.Findings) bool // nil = always
}

// Grounds are what a decision rests on.
type Grounds struct {
	Reason   string
	Evidence []string // hashes of files
}

// The groups of choices.
const (
	AboutExclusion = "exclusion" // misuse, improper installation, alteration by others
	AboutCoverage  = "coverage"  // what the dates say is set aside
)

// Choices lists all that may be decided, in the order in which it is offered.
var Choices = []Choice{
	{Name: "remote", To: claim.RemoteFix, apply: as(claim.ClassSoftware, claim.Undecided), fits: gives(claim.FixRemotely)},
	{Name: "advance", To: claim.WaitingParts, Part: true, apply: as(claim.ClassHardware, claim.AdvanceBoard), fits: gives(claim.AdvanceReplacement)},
	{Name: "return", To: claim.WaitingParts, Part: true, apply: as(claim.ClassHardware, claim.ReturnFirst), fits: gives(claim.ReturnAndRepair, claim.ChargedRepair)},
	{Name: "waived", To: claim.WaitingParts, Part: true, apply: as(claim.ClassHardware, claim.ReturnWaived), fits: gives(claim.PartWithoutReturn)},
	{Name: "sale", Part: true, apply: as(claim.ClassHardware, claim.BuysPart), fits: gives(claim.PartSale)},
	{Name: "site", apply: as(claim.ClassSite, claim.Undecided), fits: gives(claim.Guidance)},
	{Name: "wear", Part: true, apply: as(claim.ClassWear, claim.Undecided), fits: gives(claim.PartSale)},
	{Name: "hardware", Part: true, apply: as(claim.ClassHardware, claim.Undecided), fits: always, when: isNot(claim.ClassHardware)},
	{Name: "unclear", apply: as(claim.ClassUnknown, claim.Undecided), fits: always, when: isNot(claim.ClassUnknown)},

	{
		Name: "suspect", Group: AboutExclusion, Why: true, apply: exclusion(claim.ExclusionSuspected),
		fits: func(was, now claim.Verdict) bool { return was.Coverage != claim.Out && now.Has(claim.ExclusionReview) },
		when: func(f claim.Findings) bool { return f.Exclusion.State != claim.ExclusionSuspected },
	},
	{
		Name: "exclude", Group: AboutExclusion, Why: true, Proof: true, apply: exclusion(claim.ExclusionConfirmed), fits: excludes,
		when: func(f claim.Findings) bool { return f.Exclusion.State != claim.ExclusionConfirmed },
	},
	{
		Name: "exclude_shipped", Group: AboutExclusion, Why: true, Proof: true,
		apply: func(f *claim.Findings, g Grounds) {
			exclusion(claim.ExclusionConfirmed)(f, g)
			f.Exclusion.AfterShipping = true
		},
		fits: excludes,
		when: func(f claim.Findings) bool { return f.Exclusion.State != claim.ExclusionConfirmed && shipped(f) },
	},
	{Name: "clear", Group: AboutExclusion, Why: true, apply: exclusion(claim.ExclusionCleared), fits: covers, when: accused},
	{
		Name: "ours", Group: AboutExclusion, Why: true,
		apply: func(f *claim.Findings, g Grounds) { f.Exclusion.Reason, f.Exclusion.AtOurRequest = g.Reason, true },
		fits:  covers, when: accused,
	},
	{
		Name: "unrelated", Group: AboutExclusion, Why: true,
		apply: func(f *claim.Findings, g Grounds) { f.Exclusion.Reason, f.Exclusion.Unrelated = g.Reason, true },
		fits:  covers, when: accused,
	},

	{Name: "in", Group: AboutCoverage, Why: true, apply: override(claim.In), fits: sets(claim.In)},
	{Name: "out", Group: AboutCoverage, Why: true, apply: override(claim.Out), fits: sets(claim.Out)},
	{
		Name: "dates", Group: AboutCoverage, Why: true, apply: override(""), fits: always,
		when: func(f claim.Findings) bool { return f.Override.Holds() },
	},

	{
		Name: "other_maker", To: claim.Declined, Why: true,
		apply: func(f *claim.Findings, _ Grounds) { f.OtherMaker = true },
		fits:  gives(claim.Advice),
		when:  func(f claim.Findings) bool { return !f.OtherMaker },
	},
	{
		Name: "our_maker", Why: true,
		apply: func(f *claim.Findings, _ Grounds) { f.OtherMaker = false },
		fits:  always,
		when:  func(f claim.Findings) bool { return f.OtherMaker },
	},
}

// ChoiceNamed returns the choice of that name, and whether there is one.
func ChoiceNamed(name string) (Choice, bool) {
	i := slices.IndexFunc(Choices, func(c Choice) bool { return c.Name == name })
	if i < 0 {
		return Choice{}, false
	}
	return Choices[i], true
}

// Open lists what may be decided now: what would have its effect.
func (e Edition) Open(f Facts) (list []Choice) {
	for _, c := range Choices {
		if _, _, ok := e.Consider(f, c, Grounds{"-", []string{"-"}}); ok {
			list = append(list, c)
		}
	}
	return list
}

// Consider returns what is found when something is decided on those grounds, and the verdict that follows from it.
// ok is false when the decision has no effect here; the verdict then says why not.
func (e Edition) Consider(f Facts, c Choice, g Grounds) (found claim.Findings, v claim.Verdict, ok bool) {
	before := f
	before.Findings.Exclusion = claim.Exclusion{}
	was, when := e.Judge(before), c.when == nil || c.when(f.Findings)
	c.apply(&f.Findings, g)
	v = e.Judge(f)
	return f.Findings, v, when && c.fits(was, v)
}

// Shown returns the verdict that the customer reads while an exclusion is only suspected: he is treated as if there
// were none (domain.md E20). Zero = there is no suspicion.
func (e Edition) Shown(f Facts) claim.Verdict {
	if f.Findings.Exclusion.Degree() != claim.ExclusionSuspected {
		return claim.Verdict{}
	}
	f.Findings.Exclusion = claim.Exclusion{State: claim.ExclusionCleared}
	return e.Judge(f)
}

func as(class claim.Class, d claim.Decision) func(*claim.Findings, Grounds) {
	return func(f *claim.Findings, _ Grounds) { f.Class, f.Decision = class, d }
}

func exclusion(s claim.Suspicion) func(*claim.Findings, Grounds) {
	return func(f *claim.Findings, g Grounds) {
		f.Exclusion = claim.Exclusion{State: s, Reason: g.Reason}
		if s == claim.ExclusionConfirmed {
			f.Exclusion.Evidence = g.Evidence
		}
	}
}

func override(c claim.Coverage) func(*claim.Findings, Grounds) {
	return func(f *claim.Findings, g Grounds) {
		f.Override = claim.Override{}
		if c != "" {
			f.Override = claim.Override{Coverage: c, Reason: g.Reason}
		}
	}
}

func gives(list ...claim.Remedy) func(was, now claim.Verdict) bool {
	return func(_, now claim.Verdict) bool { return slices.Contains(list, now.Terms.Remedy) }
}

func sets(c claim.Coverage) func(was, now claim.Verdict) bool {
	return func(was, now claim.Verdict) bool { return was.Coverage != c && now.Coverage == c }
}

func always(_, now claim.Verdict) bool { return now.Terms.Row != "D17" }

func excludes(was, now claim.Verdict) bool {
	return was.Coverage != claim.Out && now.Coverage == claim.Excluded
}

func covers(_, now claim.Verdict) bool {
	return now.Coverage != claim.Excluded && !now.Has(claim.ExclusionReview)
}

func isNot(c claim.Class) func(claim.Findings) bool {
	return func(f claim.Findings) bool { return f.Class != c || f.Decision != claim.Undecided }
}

func accused(f claim.Findings) bool {
	return (f.Exclusion.State == claim.ExclusionSuspected || f.Exclusion.State == claim.ExclusionConfirmed) &&
		!f.Exclusion.Unrelated && !f.Exclusion.AtOurRequest
}

// shipped tells that a replacement was to leave: whether it has left, the engineer knows, and says so by deciding.
func shipped(f claim.Findings) bool {
	return f.Decision == claim.AdvanceBoard || f.Decision == claim.ReturnWaived
}
