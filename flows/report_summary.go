package flows

import (
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	deskwork "github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/rules"
)

func askSummary(s malfunction) bot.Prompt {
	files := bot.Say("summary.no_files")
	if items := countFiles(s.Files); len(items) > 0 {
		files = bot.Say("files.list", "Files", items)
	}
	p := bot.Prompt{Text: []bot.Text{bot.Say("summary.ask",
		"Serial", serials(s.Lines), "Severity", bot.Say("severity."+string(s.Level)),
		"Words", clip(s.description(), 600), "Files", files,
	)}}
	p.Text = append(p.Text, s.outlook()...)
	p.Options = []bot.Option{
		{ID: "send", Label: bot.Say("summary.send"), Words: "words.send"},
		{ID: "change", Label: bot.Say("summary.change"), Words: "words.change"},
		{ID: "cancel", Label: bot.Say("summary.cancel"), Go: flowCancel},
	}
	return p
}

// outlook says before confirming what the dates say and who pays what (acceptance.md 6).
func (s malfunction) outlook() []bot.Text {
	var say []bot.Text
	for _, l := range s.Lines {
		if !l.Own && l.Machine.Serial != "" {
			return []bot.Text{bot.Say("summary.stranger")} // a stranger learns it after sending (promise P7)
		}
		say = append(say, coverageLine(l.Serial, l.Verdict, len(s.Lines) > 1, true))
		if l.Verdict.Coverage == claim.Out || l.Verdict.Coverage == claim.Excluded {
			say = append(say, legs(l.Verdict)...)
		}
	}
	return say
}

func answerSummary(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	switch t.Option {
	case "send":
		s = s.judge(t)
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.OpenClaim{Claim: s.claim()}}}
	case "change":
		return s, bot.Next{Step: stepChange}
	}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, closing(ev.Claim, t.Person)
	case bot.Attached:
		s = s.takeCaption(ev.Caption, t)
		return s.attach(ev, t, stepSummary)
	case bot.Waited:
		return s.albumEnds()
	case bot.Said:
		s.Words = append(s.Words, words{t.Message, ev.Text})
		return s, bot.Next{Step: stepSummary, Say: []bot.Text{bot.Say("kept.added")}}
	default:
		return s, bot.Next{Quiet: true}
	}
}

// closing is the one message after sending: number, coverage and its rule, what happens next, who
// pays what, and that nothing travels without a PSS number.
func closing(c claim.Claim, p claim.Person) bot.Next {
	say := []bot.Text{bot.Say("closing.number", "Claim", c.ID)}
	for _, l := range c.Lines {
		say = append(say, coverageLine(l.Serial, l.Verdict, len(c.Lines) > 1, p.Linked(l.Company)))
		if c.Severity == claim.Question {
			say = append(say, bot.Say("closing.next.question"))
			continue
		}
		say = append(say, bot.Say("closing.next."+string(rules.ForStranger(l.Verdict))))
		say = append(say, legs(l.Verdict)...)
		if l.Check {
			say = append(say, bot.Say("closing.check"))
		}
	}
	if c.Severity == claim.LineDown {
		say = append(say, bot.Say("closing.line_down"))
	}
	say = append(say, bot.Say("report.noship"))
	return bot.Next{End: true, Say: say, Offer: claimOptions(c.ID)}
}

// claimOptions are the buttons of a claim; they never grow old.
func claimOptions(id claim.ID) []bot.Option {
	return []bot.Option{
		{ID: "add", Label: bot.Say("claim.add"), Claim: id},
		{ID: "why", Label: bot.Say("claim.why"), Claim: id},
		{ID: "copy", Label: bot.Say("claim.copy"), Claim: id},
		{ID: "show", Label: bot.Say("claim.show"), Claim: id},
	}
}

// coverageLine says what the dates say, with the rule it rests on. The last covered day is for
// people of the machine's company alone (promise P7).
func coverageLine(serial claim.Serial, v claim.Verdict, named, linked bool) bot.Text {
	cover := bot.Say(rules.CoverageKey(rules.ForStranger(v)))
	switch {
	case v.Terms.Remedy == claim.Advice: // no date matters
		cover = bot.Say(rules.RuleKey("D17"))
	case v.Overridden: // the dates say otherwise
		cover = bot.Say("cover.granted." + string(v.Coverage))
	case linked:
		cover = bot.Say(rules.CoverageKey(v.Coverage))
		if v.Coverage == claim.In && !v.LastDay.IsZero() {
			cover = bot.Say("cover.in_until", "Day", v.LastDay)
		} else if v.Coverage == claim.Out && !v.LastDay.IsZero() {
			cover = bot.Say("cover.out_since", "Day", v.LastDay)
		}
	}
	text := bot.Say("cover.line", "Cover", cover, "Rule", v.Terms.Row)
	if named {
		text = bot.Say("cover.named", "Serial", serial, "Cover", cover, "Rule", v.Terms.Row)
	}
	return text
}

// legs says who pays which way (domain.md 5.3); nothing when nothing travels.
func legs(v claim.Verdict) []bot.Text {
	if v.Terms.ToOptoste == claim.Nobody && v.Terms.ToCustomer == claim.Nobody {
		return nil
	}
	return []bot.Text{legList(v.Terms)}
}

func legList(t claim.Terms) bot.Text {
	list := deskwork.Legs(t)
	items := make([]bot.Text, len(list))
	for i, l := range list {
		items[i] = bot.Say("leg.item", "Leg", bot.Say(l.Leg), "Who", bot.Say(l.Who))
	}
	return bot.Say("legs.head", "Legs", bot.Lines(items))
}

func askChange(s malfunction) bot.Prompt {
	return bot.Prompt{Form: changeForm(s), Text: []bot.Text{bot.Say("change.ask")}, Options: []bot.Option{
		{ID: "serial", Label: bot.Say("change.serial")},
		{ID: "description", Label: bot.Say("change.description")},
		{ID: "severity", Label: bot.Say("change.severity")},
		{ID: "media", Label: bot.Say("change.media")},
		{ID: "back", Label: bot.Say("change.back")},
	}}
}

func answerChange(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	switch t.Option {
	case "serial", "description", "severity":
		return s, bot.Next{Step: bot.StepID(t.Option)}
	case "media":
		s.Done = false
		return s, bot.Next{Step: stepMedia}
	case "back":
		return s, bot.Next{Step: stepSummary}
	}
	switch ev := t.Event.(type) {
	case bot.Filled:
		return s.fill(t)
	case bot.Found:
		return foundMachine(s, ev, t)
	case bot.Said:
		s.Words = append(s.Words, words{t.Message, ev.Text})
		return s, bot.Next{Step: stepSummary, Say: []bot.Text{bot.Say("kept.added")}}
	case bot.Attached:
		return s.attach(ev, t, stepSummary)
	case bot.Waited:
		return s.albumEnds()
	default:
		return s, bot.Next{Quiet: true}
	}
}
