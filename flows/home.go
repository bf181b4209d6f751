package flows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// welcome is the state of the menu.
type welcome struct {
	Drafts int          `json:"drafts,omitempty"` // open drafts when the menu was made
	Serial claim.Serial `json:"serial,omitempty"` // of the machine whose QR brought the person here
	Model  string       `json:"model,omitempty"`

	// What came out of the blue while a claim is pending: the person is asked where it belongs.
	Text  string     `json:"text,omitempty"`
	Files []bot.File `json:"files,omitempty"`
	Claim claim.ID   `json:"claim,omitempty"`
	Open  []listed   `json:"open,omitempty"` // all that it may belong to, Claim being the first
}

const (
	stepWhich bot.StepID = "which"
	stepMenu  bot.StepID = "menu"
)

// home welcomes, offers the menu, and finds out what a first message is about.
var home = bot.Script[welcome]{
	Name:  flowHome,
	Begin: beginHome,
	Steps: []bot.Step[welcome]{
		{ID: stepWhich, Passing: true, Done: func(s welcome) bool { return s.Claim == "" }, Ask: askWhich, Answer: answerWhich},
		{ID: stepMenu, Ask: askMenu, Answer: answerMenu, To: []bot.StepID{stepWhich}},
	},
}

func beginHome(s welcome, t bot.Turn) (welcome, bot.Next) {
	for _, d := range t.Drafts {
		if d.Flow == flowReport {
			s.Drafts++
		}
	}
	if found, ok := t.Event.(bot.Found); ok && t.Args.Payload != "" {
		return linkFound(s, found, t.Person)
	} else if ok {
		return s.where(found)
	}
	if t.Args.Payload != "" {
		return s, bot.Next{Look: []bot.Lookup{bot.ReadLink{Payload: t.Args.Payload}}}
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		if !strings.HasPrefix(ev.Text, "/") && tells(ev.Text) {
			return s.take(ev.Text, nil, t)
		}
	case bot.Attached:
		return s.take(ev.Caption, ev.Files, t)
	default: // a menu
	}
	return s, bot.Next{Say: []bot.Text{bot.Say("welcome.hello")}}
}

// linkFound greets somebody who scanned the QR on a machine, and links the person to the
// machine's company (promise P7).
func linkFound(s welcome, found bot.Found, p claim.Person) (welcome, bot.Next) {
	n := bot.Next{Say: []bot.Text{bot.Say("welcome.hello")}}
	switch {
	case found.Problem != "":
		n.Say = append(n.Say, bot.Say(found.Problem))
	case found.Machine != nil:
		s.Serial, s.Model = found.Machine.Serial, found.Machine.Model
		n.Say = append(n.Say, bot.Say("link.machine", "Serial", s.Serial, "Model", s.Model))
		if found.Company != nil && p.Company == "" { // whoever has a company keeps it
			n.Say = append(n.Say, bot.Say("link.company", "Company", found.Company.Name))
			n.Do = []bot.Effect{bot.LinkPerson{Company: found.Company.ID, Why: "qr"}}
		}
	}
	return s, n
}

func askMenu(s welcome) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("welcome.ask")}}
	if s.Drafts > 0 {
		p.Options = append(p.Options, bot.Option{ID: "drafts", Label: bot.Say("menu.drafts", "N", s.Drafts)})
	}
	label := bot.Say("menu.report")
	if s.Serial != "" {
		label = bot.Say("menu.report_serial", "Serial", s.Serial)
	}
	p.Options = append(p.Options,
		bot.Option{ID: "report", Label: label},
		bot.Option{ID: "claims", Label: bot.Say("menu.claims")},
		bot.Option{ID: "person", Label: bot.Say("menu.person"), Go: flowPerson},
		bot.Option{ID: "help", Label: bot.Say("menu.help"), Go: flowHelp},
		bot.Option{ID: "language", Label: bot.Say("menu.language")},
	)
	return p
}

func answerMenu(s welcome, t bot.Turn) (welcome, bot.Next) {
	switch t.Option {
	case "report":
		return s, bot.Next{End: true, Go: bot.Start{Flow: flowReport, Args: bot.Args{Payload: string(s.Serial)}}}
	case "claims":
		return s, bot.Next{End: true, Go: bot.Start{Flow: flowClaims}}
	case "drafts":
		if len(t.Drafts) == 1 {
			return s, bot.Next{End: true, Go: bot.Raise{Frame: t.Drafts[0].Frame}}
		}
		return s, bot.Next{End: true, Go: bot.Start{Flow: flowDrafts}}
	case "language":
		return s, bot.Next{Do: []bot.Effect{bot.SetLanguage{Lang: otherLang(t)}}}
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		if !tells(ev.Text) {
			return s, bot.Next{Step: stepMenu, Say: []bot.Text{bot.Say("welcome.again")}}
		}
		return s.take(ev.Text, nil, t)
	case bot.Attached:
		return s.take(ev.Caption, ev.Files, t)
	case bot.Found:
		return s.where(ev)
	default:
		return s, bot.Next{Quiet: true}
	}
}

// take takes what was written or sent out of the blue: it belongs to the open draft if there is
// one, and may belong to the claim that was filed last.
func (s welcome) take(text string, files []bot.File, t bot.Turn) (welcome, bot.Next) {
	if len(t.Drafts) > 0 {
		return s, bot.Next{End: true, Go: bot.Resume{Frame: t.Drafts[0].Frame}}
	}
	s.Text, s.Files = text, files
	if t.First {
		return s, s.toReport()
	}
	return s, bot.Next{Look: []bot.Lookup{bot.ListOngoing{}}}
}

// where asks to which of the claims that were found it belongs, or whether it is something new.
func (s welcome) where(found bot.Found) (welcome, bot.Next) {
	if len(found.Claims) == 0 {
		return s, s.toReport()
	}
	s.Open = nil
	for _, c := range found.Claims[:min(len(found.Claims), maxOffered)] {
		s.Open = append(s.Open, listed{c.ID, c.Lines[0].Serial, c.Status, c.Date})
	}
	s.Claim = s.Open[0].ID
	return s, bot.Next{Step: stepWhich}
}

func askWhich(s welcome) bot.Prompt {
	if len(s.Open) < 2 {
		return bot.Prompt{Text: []bot.Text{bot.Say("claim.which", "Claim", s.Claim)}, Options: []bot.Option{
			{ID: "add", Label: bot.Say("claim.which_add", "Claim", s.Claim), Words: "words.yes"},
			{ID: "new", Label: bot.Say("claim.which_new"), Words: "words.no"},
		}}
	}
	var p bot.Prompt
	var lines bot.Lines
	for i, c := range s.Open {
		lines = append(lines, c.line())
		p.Options = append(p.Options, bot.Option{ID: "to" + strconv.Itoa(i), Label: bot.Say("claim.which_to", "Claim", c.ID)})
	}
	p.Text = []bot.Text{bot.Say("claim.which_of", "List", lines)}
	p.Options = append(p.Options, bot.Option{ID: "new", Label: bot.Say("claim.which_new"), Words: "words.no"})
	return p
}

func answerWhich(s welcome, t bot.Turn) (welcome, bot.Next) {
	option := t.Option
	if i, err := strconv.Atoi(strings.TrimPrefix(option, "to")); option != "" && err == nil && i < len(s.Open) {
		s.Claim, option = s.Open[i].ID, "add"
	}
	if said, ok := t.Event.(bot.Said); ok {
		if i := slices.IndexFunc(s.Open, func(c listed) bool { return strings.EqualFold(string(c.ID), strings.TrimSpace(said.Text)) }); i >= 0 {
			s.Claim, option = s.Open[i].ID, "add"
		}
	}
	switch option {
	case "add":
		return s, bot.Next{End: true, Go: bot.Start{Flow: flowAdd, Args: bot.Args{Claim: s.Claim, Payload: s.Text, Files: s.Files}}}
	case "new":
		return s, s.toReport()
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		s.Text = strings.TrimPrefix(s.Text+"\n"+ev.Text, "\n")
	case bot.Attached:
		s.Files = append(s.Files, ev.Files...)
	default:
	}
	return s, bot.Next{Step: stepWhich, Say: []bot.Text{bot.Say("claim.kept")}}
}

// toReport starts a report with what a person wrote or sent.
func (s welcome) toReport() bot.Next {
	return bot.Next{End: true, Go: bot.Start{Flow: flowReport, Args: bot.Args{Payload: s.Text, Files: s.Files}}}
}

// tells tells whether a first message says what it is about: a serial number, or some words.
func tells(text string) bool {
	_, serial := claim.ParseSerial(text)
	return serial || len(claim.FindSerials(text)) > 0 || len(strings.Fields(text)) >= 3 || strings.Count(text, "") > 4 && hasHan(text)
}

// otherLang returns the language after the present one.
func otherLang(t bot.Turn) string {
	for i, l := range t.Langs {
		if l == t.Person.Lang {
			return t.Langs[(i+1)%len(t.Langs)]
		}
	}
	return t.Langs[0]
}
