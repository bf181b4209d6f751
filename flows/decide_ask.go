package flows

import (
	"slices"
	"strconv"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	deskwork "github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/rules"
)

// The fields of a decision as a form, beside [fieldWords].
const (
	fieldChoice = "choice"
	fieldPart   = "part"
)

// stopOption is the button that ends something without doing it.
func stopOption() bot.Option {
	return bot.Option{ID: "stop", Label: bot.Say("act.stop"), Words: "words.no"}
}

func choiceName(name string) bot.Text { return bot.Say("desk.choice." + name) }

func askLine(s decision) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("desk.decide.line", "Claim", s.Claim.ID)}}
	for i, l := range s.Claim.Lines {
		p.Options = append(p.Options, bot.Option{ID: strconv.Itoa(i), Label: serialText(l.Serial)})
	}
	p.Options = append(p.Options, stopOption())
	return p
}

// mostParts is how many serviced parts are offered by buttons.
const mostParts = 8

func askPart(s decision) bot.Prompt {
	var parts []bot.Option
	for _, p := range s.machine().Parts {
		if len(parts) < mostParts && !slices.ContainsFunc(parts, func(o bot.Option) bool { return o.ID == string(p.Serial) }) {
			parts = append(parts, bot.Option{ID: string(p.Serial), Label: bot.Say("desk.decide.serviced", "Name", clip(p.Name, 16), "Serial", p.Serial)})
		}
	}
	say := []bot.Text{bot.Say("desk.decide.part", "Serial", serialText(s.line().Serial))}
	if len(parts) > 0 {
		say = append(say, bot.Say("desk.decide.parts"))
	}
	return bot.Prompt{Text: say, Options: append(parts, bot.Option{ID: "skip", Label: bot.Say("desk.decide.skip")}, stopOption())}
}

// askChoice offers what fits, what belongs to a group behind one button.
func askChoice(s decision) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{s.now()}}
	var all []bot.Option
	for _, name := range s.Open {
		c, _ := rules.ChoiceNamed(name)
		all = append(all, bot.Option{ID: name, Label: choiceName(name)})
		switch {
		case c.Group == "":
			p.Options = append(p.Options, bot.Option{ID: name, Label: choiceName(name)})
		case !slices.ContainsFunc(p.Options, func(o bot.Option) bool { return o.ID == c.Group }):
			p.Options = append(p.Options, bot.Option{ID: c.Group, Label: choiceName(c.Group)})
		}
	}
	p.Options = append(p.Options, stopOption())
	p.Form = &bot.Form{
		Title: bot.Say("desk.decide.title", "Claim", s.Claim.ID), Submit: bot.Say("desk.decide.next"), Text: []bot.Text{s.now()},
		Fields: []bot.Field{
			{ID: fieldChoice, Label: bot.Say("desk.decide.what"), Options: all},
			{ID: fieldPart, Label: bot.Say("desk.decide.which"), Value: s.line().Findings.Suspect, Optional: true},
			{ID: fieldWords, Label: bot.Say("desk.decide.why"), Hint: bot.Say("desk.decide.inside"), Long: true, Optional: true},
		},
	}
	return p
}

// now says how the machine stands.
func (s decision) now() bot.Text {
	v := s.line().Verdict
	return bot.Say("desk.decide.ask", "Claim", s.Claim.ID, "Serial", serialText(s.line().Serial), "Cover", bot.Say(deskwork.CoverKey(v)),
		"Rule", v.Terms.Row, "Part", s.facts().Findings.Suspected())
}

func askGroup(s decision) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{s.now()}}
	for _, name := range s.Open {
		if c, _ := rules.ChoiceNamed(name); c.Group == s.Group {
			p.Options = append(p.Options, bot.Option{ID: name, Label: choiceName(name)})
		}
	}
	p.Options = append(p.Options, bot.Option{ID: "back", Label: bot.Say("desk.decide.back")}, stopOption())
	return p
}

func askReason(s decision) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("desk.decide.reason", "Choice", choiceName(s.Choice))}, Options: []bot.Option{stopOption()}}
}

// mostFiles is how many files are offered one by one.
const mostFiles = 8

func askProof(s decision) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("desk.decide.proof", "Claim", s.Claim.ID)}}
	for i, e := range s.Claim.Evidence {
		if i < mostFiles {
			p.Options = append(p.Options, bot.Option{ID: strconv.Itoa(i), Label: bot.Say("desk.decide.file", "N", i+1, "Mime", e.Mime)})
		}
	}
	if n := len(s.Claim.Evidence); n > 1 {
		p.Options = append(p.Options, bot.Option{ID: "all", Label: bot.Say("desk.decide.all", "N", n)})
	}
	p.Options = append(p.Options, stopOption())
	return p
}

// askConfirm shows what will be noted, and to the word what the customer will read.
func askConfirm(s decision) bot.Prompt {
	v := s.Ruling.Verdict
	p := bot.Prompt{Text: []bot.Text{bot.Say("desk.decide.confirm", "Claim", s.Claim.ID, "Serial", serialText(s.line().Serial),
		"Choice", choiceName(s.Choice), "Part", s.Ruling.Findings.Suspected(), "Reason", s.Reason, "Files", len(s.Proof),
		"Cover", bot.Say(deskwork.CoverKey(v)), "Rules", ruleList(v))}}
	send := bot.Say("desk.decide.save")
	if s.Ruling.Tell {
		send = bot.Say("desk.decide.send")
		text := bot.Lines(s.letter())
		p.Text = append(p.Text, bot.Say("desk.decide.reads", "Name", s.Claim.Reporter.Name,
			"Lang", bot.Say("language."+s.Claim.Lang), "Text", bot.Say("desk.decide.letter", "Lines", text).In(s.Claim.Lang)))
		if s.Lang != s.Claim.Lang {
			p.Text = append(p.Text, bot.Say("desk.decide.means", "Text", text))
		}
	} else {
		p.Text = append(p.Text, bot.Say("desk.decide.silent"))
	}
	p.Options = []bot.Option{
		{ID: "send", Label: send, Words: "words.send"}, {ID: "back", Label: bot.Say("desk.decide.back")}, stopOption(),
	}
	return p
}

func ruleList(v claim.Verdict) (list []bot.Text) {
	for _, id := range v.Because {
		list = append(list, bot.Say("desk.decide.rule", "Rule", id))
	}
	return list
}

func (s decision) letter() []bot.Text {
	l := s.line()
	return decidedTexts(s.Claim.ID, bot.Ruling{
		Serial: l.Serial, Company: l.Company, Linked: s.Claim.Reporter.Linked(l.Company), Verdict: s.public(),
		Open: s.Ruling.Findings.Decision == claim.Undecided,
	})
}

// decided tells the customer what an engineer decided: what is done, who pays what, and that nothing travels before
// its PSS number.
var decided = bot.Script[struct{}]{
	Name: flowDecided,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		told := t.Args.Told
		r := *told.Ruling
		r.Linked = r.Linked && t.Person.Linked(r.Company) // he may have been unlinked since
		offer := []bot.Option{{ID: "add", Label: bot.Say("answer.reply"), Claim: told.Claim}}
		return s, bot.Next{End: true, Quiet: true, Say: decidedTexts(told.Claim, r), Offer: append(offer, claimOptions(told.Claim)[1:]...)}
	},
}

func decidedTexts(id claim.ID, r bot.Ruling) []bot.Text {
	v := r.Verdict
	say := []bot.Text{bot.Say("decided.head", "Claim", id, "Serial", serialText(r.Serial))}
	if v.Terms.Remedy == claim.Advice { // there is no warranty to speak of
		return append(say, bot.Say(rules.RuleKey(v.Terms.Row)))
	}
	say = append(say, nextStep(r), coverageLine(r.Serial, v, false, r.Linked))
	if len(deskwork.Legs(v.Terms)) > 0 {
		say = append(say, legList(v.Terms))
	}
	if v.Terms.PSS != claim.PSSNo {
		say = append(say, bot.Say("decided.pss", "Text", bot.Say(rules.PSSKey(v.Terms.PSS))))
	}
	if v.Terms.Remedy == claim.AdvanceReplacement || v.Terms.Remedy == claim.PartWithoutReturn {
		say = append(say, bot.Say(rules.RuleKey("E21"))) // in writing, before anything is sent
	}
	return say
}

// nextStep says what is done. A row of which the engineer has chosen nothing yet promises no way of repair.
func nextStep(r bot.Ruling) bot.Text {
	switch remedy := r.Verdict.Terms.Remedy; {
	case r.Open && remedy == claim.ReturnAndRepair:
		return bot.Say("closing.next.IN")
	case r.Open && remedy == claim.ChargedRepair:
		return bot.Say("closing.next.OUT")
	default:
		return bot.Say("decided.remedy", "Remedy", bot.Say(rules.RemedyKey(remedy)))
	}
}

// decidedIn tells the desk's room of a decision.
func decidedIn(told bot.Told) bot.Text {
	r := told.Ruling
	return bot.Say("desk.acted.decide", "Name", told.By.Name, "Claim", told.Claim, "Serial", serialText(r.Serial), "Choice", choiceName(r.Choice),
		"Part", r.Part, "Cover", bot.Say(deskwork.CoverKey(r.Verdict)), "Rule", r.Verdict.Terms.Row, "Text", told.Text)
}
