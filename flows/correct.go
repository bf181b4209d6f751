package flows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// correction is the state of correcting a serial number.
type correction struct {
	Claim  claim.ID       `json:"claim"`
	Lines  []claim.Serial `json:"lines,omitempty"` // of the claim
	Index  int            `json:"index,omitempty"`
	Chosen bool           `json:"chosen,omitempty"` // it is known which of them is wrong
	Serial claim.Serial   `json:"serial,omitempty"` // the right one
	Near   []claim.Serial `json:"near,omitempty"`   // like that one: the engineer is asked
}

// fixSerial puts the right serial number into a claim; what the rules say of it is worked out anew.
var fixSerial = bot.Script[correction]{
	Name:  flowSerial,
	Begin: beginFix,
	Steps: []bot.Step[correction]{
		{ID: stepWrong, Done: func(s correction) bool { return s.Chosen }, Ask: askWrong, Answer: answerFix, To: []bot.StepID{stepTyped, stepNear}},
		{ID: stepTyped, Done: func(s correction) bool { return s.Serial != "" }, Ask: askTyped, Answer: answerFix, To: []bot.StepID{stepNear}},
		{ID: stepNear, Passing: true, Ask: askFixNear, Answer: answerFix},
	},
}

func beginFix(s correction, t bot.Turn) (correction, bot.Next) {
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, done(s.Claim, ev)
	case bot.Found:
		if len(s.Lines) > 0 {
			return s.found(ev)
		}
	default:
	}
	id, words := meant(t.Args)
	if id == "" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
	}
	c, _, next := lookInRoom(id, t)
	if next != nil {
		return s, *next
	}
	s.Claim = c.ID
	for _, l := range c.Lines {
		s.Lines = append(s.Lines, l.Serial)
	}
	s.Chosen = len(s.Lines) == 1
	if serial, ok := claim.ParseSerial(words); ok && words != "" {
		s.Serial = serial
	}
	return s.goOn()
}

// goOn asks what is still missing, or looks the number up.
func (s correction) goOn() (correction, bot.Next) {
	if !s.Chosen || s.Serial == "" {
		return s, bot.Next{}
	}
	return s, bot.Next{Look: []bot.Lookup{bot.FindMachine{Serial: s.Serial}}}
}

func (s correction) found(found bot.Found) (correction, bot.Next) {
	if found.Machine != nil || len(found.Near) == 0 {
		return s, s.act()
	}
	s.Near = nil
	for _, m := range found.Near {
		s.Near = append(s.Near, m.Serial)
	}
	return s, bot.Next{Step: stepNear}
}

func (s correction) act() bot.Next {
	return bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{
		ID: s.Claim, Action: claim.Action{Kind: claim.Correct, Index: s.Index, Line: claim.Line{Serial: s.Serial}},
	}}}
}

func askWrong(s correction) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("fix.line", "Claim", s.Claim)}}
	for i, serial := range s.Lines {
		p.Options = append(p.Options, bot.Option{ID: "l" + strconv.Itoa(i), Label: serialText(serial)})
	}
	p.Options = append(p.Options, stopOption())
	return p
}

func askTyped(s correction) bot.Prompt {
	return bot.Prompt{
		Text: []bot.Text{bot.Say("fix.ask", "Claim", s.Claim, "Now", serialText(s.Lines[s.Index]))}, Options: []bot.Option{stopOption()},
	}
}

func askFixNear(s correction) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("fix.near", "Typed", s.Serial)}}
	for i, serial := range s.Near {
		p.Options = append(p.Options, bot.Option{ID: "n" + strconv.Itoa(i), Label: serialText(serial)})
	}
	p.Options = append(p.Options, bot.Option{ID: "as", Label: bot.Say("near.no", "Typed", s.Serial)})
	p.Options = append(p.Options, stopOption())
	return p
}

// answerFix answers each of the questions.
func answerFix(s correction, t bot.Turn) (correction, bot.Next) {
	i, err := strconv.Atoi(strings.TrimLeft(t.Option, "ln"))
	switch {
	case t.Option == "stop":
		return s, stopped(s.Claim)
	case t.Option == "as":
		return s, s.act()
	case err == nil && t.Option[0] == 'l' && i < len(s.Lines):
		s.Index, s.Chosen = i, true
		return s.goOn()
	case err == nil && t.Option[0] == 'n' && i < len(s.Near):
		s.Serial = s.Near[i]
		return s, s.act()
	}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, done(s.Claim, ev)
	case bot.Found:
		return s.found(ev)
	case bot.Said:
		return s.said(ev.Text)
	default:
		return s, bot.Next{Quiet: true}
	}
}

// said understands a typed number; where one of several lines is asked for, it may be that line's.
func (s correction) said(text string) (correction, bot.Next) {
	serial, ok := claim.ParseSerial(text)
	if !s.Chosen {
		if s.Index = slices.Index(s.Lines, serial); s.Index < 0 || !ok {
			s.Index = 0
			return s, bot.Next{Step: stepWrong, Say: []bot.Text{bot.Say("choose.one")}}
		}
		s.Chosen = true
		return s.goOn()
	}
	switch {
	case !ok && len(s.Near) > 0:
		return s, bot.Next{Step: stepNear, Say: []bot.Text{bot.Say("choose.one")}}
	case !ok:
		return s, bot.Next{Step: stepTyped, Say: []bot.Text{bot.Say("fix.unclear", "Typed", clip(text, 40))}}
	}
	s.Serial, s.Near = serial, nil
	return s.goOn()
}

// corrected tells the customer which machine the claim is about now, and what the dates of that one say as far as he
// may know it (promise P7).
func corrected(n bot.Next, t bot.Turn) bot.Next {
	told := t.Args.Told
	t.Args.Claim = told.Claim
	c, _, next := lookClaim(t)
	if next != nil {
		next.Quiet = next.End
		return *next
	}
	change := bot.Change{}
	if told.Change != nil {
		change = *told.Change
	}
	n.Say = []bot.Text{bot.Say("told.serial", "Name", told.By.Name, "Claim", c.ID, "From", change.From, "To", change.To)}
	for _, l := range c.Lines {
		if string(l.Serial) == change.To {
			n.Say = append(n.Say, coverageLine(l.Serial, l.Public(), false, t.Person.Linked(l.Company)))
			break
		}
	}
	n.Offer = slices.Delete(claimOptions(c.ID)[1:], 1, 2) // why, and how it stands
	return n
}
