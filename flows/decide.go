package flows

import (
	"reflect"
	"slices"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// decision is the state of an engineer's decision about one machine of a claim.
type decision struct {
	Claim    claim.Claim     `json:"claim"` // as the engineer saw it, as far as anything depends on it
	Machines []claim.Machine `json:"machines,omitempty"`
	Lang     string          `json:"lang"` // of the engineer

	Line    int          `json:"line,omitempty"`   // which machine, from 1; 0 = not chosen yet
	Doubt   bool         `json:"doubt,omitempty"`  // what the dates say depends on which part it is (domain.md E16)
	Parted  bool         `json:"parted,omitempty"` // the part was asked for
	Part    claim.Serial `json:"part,omitempty"`
	Suspect string       `json:"suspect,omitempty"`
	Cause   claim.Cause  `json:"cause,omitempty"`

	Open   []string   `json:"open,omitempty"` // what may be decided, by name
	Group  string     `json:"group,omitempty"`
	Choice string     `json:"choice,omitempty"`
	Reason string     `json:"reason,omitempty"`
	Proof  []string   `json:"proof,omitempty"` // hashes of files that show it
	Files  []bot.File `json:"files,omitempty"` // those of them that the engineer sends himself

	Ruling claim.Ruling `json:"ruling,omitzero"` // what follows, when all is known
}

// The steps of a decision.
const (
	stepLine    bot.StepID = "line"
	stepPart    bot.StepID = "part"
	stepChoice  bot.StepID = "choice"
	stepGroup   bot.StepID = "group"
	stepReason  bot.StepID = "reason"
	stepProof   bot.StepID = "proof"
	stepConfirm bot.StepID = "confirm"
)

// decide has an engineer say what a fault is and what is done about it. The rules tell what may be decided and what
// follows; before anything is sent he reads what the customer will read.
var decide = bot.Script[decision]{
	Name:  flowDecide,
	Begin: beginDecision,
	Steps: []bot.Step[decision]{
		{
			ID: stepLine, Ask: askLine, Answer: answerLine, To: []bot.StepID{stepPart, stepChoice},
			Done: func(s decision) bool { return s.Line > 0 },
		},
		{
			ID: stepPart, Ask: askPart, Answer: answerPart, To: []bot.StepID{stepChoice, stepConfirm},
			Done: func(s decision) bool { return s.Parted || !s.Doubt && !s.wantsPart() },
		},
		{
			ID: stepChoice, Ask: askChoice, Answer: answerChoice,
			To:   []bot.StepID{stepPart, stepGroup, stepReason, stepProof, stepConfirm},
			Done: func(s decision) bool { return s.Choice != "" || s.Group != "" },
		},
		{
			ID: stepGroup, Ask: askGroup, Answer: answerGroup, To: []bot.StepID{stepChoice, stepReason},
			Done: func(s decision) bool { return s.Choice != "" },
		},
		{
			ID: stepReason, Ask: askReason, Answer: answerReason, To: []bot.StepID{stepProof, stepConfirm},
			Done: func(s decision) bool { return !s.choice().Why || s.Reason != "" },
		},
		{
			ID: stepProof, Ask: askProof, Answer: answerProof, To: []bot.StepID{stepConfirm},
			Done: func(s decision) bool { return !s.choice().Proof || len(s.Proof) > 0 },
		},
		{ID: stepConfirm, Ask: askConfirm, Answer: answerConfirm, To: []bot.StepID{stepChoice}},
	},
}

func beginDecision(s decision, t bot.Turn) (decision, bot.Next) {
	id, words := meant(t.Args)
	if id == "" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
	}
	c, found, next := lookInRoom(id, t)
	if next != nil {
		return s, *next
	}
	s.Claim, s.Machines, s.Lang = outline(c), found.Machines, t.Person.Lang
	if !c.Decidable() { // nobody is asked what would be refused in the end
		return s, done(id, bot.Did{Claim: c, Refused: "act.status"})
	}
	if len(c.Lines) > 1 {
		return s, bot.Next{}
	}
	s.Line = 1
	s = s.weigh(t)
	name, why, _ := strings.Cut(words, " ")
	if name == "" {
		return s, bot.Next{}
	}
	choice, ok := rules.ChoiceNamed(strings.ToLower(name))
	if !ok {
		return s, bot.Next{Step: stepChoice, Say: []bot.Text{bot.Say("desk.decide.unknown", "Words", clip(name, 40))}}
	}
	return s.choose(choice, strings.TrimSpace(why), t)
}

// outline is what a decision needs of a claim.
func outline(c claim.Claim) claim.Claim {
	out := claim.Claim{
		ID: c.ID, Status: c.Status, Severity: c.Severity, Date: c.Date, Policy: c.Policy, Lines: c.Lines,
		Lang:     c.Lang,
		Reporter: claim.Person{Name: c.Reporter.Name, Company: c.Reporter.Company},
	}
	for _, e := range c.Evidence {
		out.Evidence = append(out.Evidence, claim.Evidence{Hash: e.Hash, Mime: e.Mime})
	}
	return out
}

func (s decision) line() claim.Line { return s.Claim.Lines[s.Line-1] }

func (s decision) machine() claim.Machine {
	for _, m := range s.Machines {
		if m.Serial == s.line().Serial {
			return m
		}
	}
	return claim.Machine{}
}

func (s decision) choice() rules.Choice {
	c, _ := rules.ChoiceNamed(s.Choice)
	return c
}

// wantsPart tells whether it matters which part is meant, and nobody has said so.
func (s decision) wantsPart() bool {
	return s.Line > 0 && s.choice().Part && s.line().Findings.Suspected() == ""
}

// facts are what is known about the machine, with the part that was named just now.
func (s decision) facts() rules.Facts {
	f := rules.FactsOf(s.Claim, s.line(), s.machine())
	if s.Part != "" || s.Suspect != "" {
		f.Findings.Part, f.Findings.Suspect, f.Findings.Cause = s.Part, s.Suspect, s.Cause
	}
	return f
}

// weigh asks the rules anew what may be decided.
func (s decision) weigh(t bot.Turn) decision {
	edition := t.Policy.EditionOf(s.Claim)
	s.Doubt = slices.Contains(edition.Judge(s.facts()).Because, "E16")
	s.Open = nil
	for _, c := range edition.Open(s.facts()) {
		s.Open = append(s.Open, c.Name)
	}
	return s
}

// choose takes a decision, or says by which rule it does not fit.
func (s decision) choose(c rules.Choice, why string, t bot.Turn) (decision, bot.Next) {
	if unfit, ok := s.unfit(c, t); ok {
		s.Group, s.Choice = "", ""
		return s, bot.Next{Step: stepChoice, Say: []bot.Text{unfit}}
	}
	s.Choice, s.Reason = c.Name, why
	return s.settle(t)
}

// unfit says why a decision has no effect here; false = it has.
func (s decision) unfit(c rules.Choice, t bot.Turn) (bot.Text, bool) {
	_, v, ok := t.Policy.EditionOf(s.Claim).Consider(s.facts(), c, rules.Grounds{Reason: "-", Evidence: []string{"-"}})
	if ok {
		return bot.Text{}, false
	}
	row := v.Terms.Row
	return bot.Say("desk.decide.unfit", "Choice", choiceName(c.Name), "Rule", row, "Text", bot.Say(rules.RuleKey(row))), true
}

// settle works out what follows when all is known, and goes on to what is not. The part may have changed what fits.
func (s decision) settle(t bot.Turn) (decision, bot.Next) {
	c := s.choice()
	if c.Name == "" || s.wantsPart() && !s.Parted || c.Why && s.Reason == "" || c.Proof && len(s.Proof) == 0 {
		return s, bot.Next{}
	}
	if _, unfit := s.unfit(c, t); unfit {
		return s.choose(c, s.Reason, t)
	}
	edition := t.Policy.EditionOf(s.Claim)
	facts := s.facts()
	found, v, _ := edition.Consider(facts, c, rules.Grounds{Reason: s.Reason, Evidence: s.Proof})
	facts.Findings = found
	s.Ruling = claim.Ruling{
		Line: s.Line - 1, Seen: s.line().Ruled.Times, Choice: c.Name, Findings: found, Verdict: v, Shown: edition.Shown(facts), To: s.goes(c),
	}
	s.Ruling.Tell = s.Ruling.To != "" || !sameTerms(s.line().Public(), s.public())
	return s, bot.Next{}
}

// goes says where the claim goes with a decision. As long as another machine of it is ours, it is not declined.
func (s decision) goes(c rules.Choice) claim.Status {
	for i, l := range s.Claim.Lines {
		if c.To == claim.Declined && i != s.Line-1 && !l.Findings.OtherMaker {
			return ""
		}
	}
	return c.To
}

// public is the verdict that the customer will read.
func (s decision) public() claim.Verdict {
	return claim.Line{Verdict: s.Ruling.Verdict, Shown: s.Ruling.Shown}.Public()
}

// sameTerms tells whether nothing has changed for the customer.
func sameTerms(a, b claim.Verdict) bool {
	return a.Coverage == b.Coverage && a.Overridden == b.Overridden && a.LastDay == b.LastDay && reflect.DeepEqual(a.Terms, b.Terms)
}

// name takes the part that somebody has written: one that Optoste has serviced by its serial number, or any other.
// Then none of those is the cause.
func (s decision) name(words string) decision {
	s.Parted, s.Part, s.Suspect, s.Cause = true, "", strings.TrimSpace(words), claim.CauseUnknown
	parts := s.machine().Parts
	if len(parts) > 0 {
		s.Cause = claim.CauseNo
	}
	serial, ok := claim.ParseSerial(words)
	for _, p := range parts {
		if ok && p.Serial == serial {
			s.Part, s.Suspect, s.Cause = p.Serial, p.Name, claim.CauseYes
		}
	}
	return s
}

// anew forgets what was decided, but for the part.
func (s decision) anew() decision {
	s.Group, s.Choice, s.Reason, s.Proof, s.Files, s.Ruling = "", "", "", nil, nil, claim.Ruling{}
	return s
}
