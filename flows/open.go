package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// The steps of opening a claim for a customer who has called, beside those of a report.
const (
	stepName    bot.StepID = "name"
	stepCompany bot.StepID = "company"
	stepContact bot.StepID = "contact"
	stepSince   bot.StepID = "since"
	stepDated   bot.StepID = "dated"
	stepLang    bot.StepID = "lang"
)

// call is the state of opening a claim for somebody who has called, or has written elsewhere.
type call struct {
	Today   claim.Date      `json:"today"`
	Langs   []string        `json:"langs,omitempty"`
	Serial  claim.Serial    `json:"serial,omitempty"`
	Known   bool            `json:"known,omitempty"` // the number is settled, or there is none
	Near    []claim.Serial  `json:"near,omitempty"`  // like the one that was typed: the engineer is asked
	Machine claim.Machine   `json:"machine,omitzero"`
	Owners  []claim.Company `json:"owners,omitempty"` // of the machine
	Double  claim.ID        `json:"double,omitempty"` // a pending claim about it

	Words   string         `json:"words,omitempty"`
	Level   claim.Severity `json:"level,omitempty"`
	Files   []bot.File     `json:"files,omitempty"`
	Name    string         `json:"name,omitempty"`
	Company claim.Company  `json:"company,omitzero"`
	Placed  bool           `json:"placed,omitempty"` // it has been asked for the company
	Contact string         `json:"contact,omitempty"`
	Since   claim.Date     `json:"since"` // the day on which he called
	Proof   string         `json:"proof,omitempty"`
	Lang    string         `json:"lang,omitempty"`
	Verdict claim.Verdict  `json:"verdict,omitzero"`
}

// open opens a claim for a customer who has called. What the rules say is worked out as in a report.
var open = bot.Script[call]{
	Name:  flowOpen,
	Begin: beginOpen,
	Steps: []bot.Step[call]{
		stoppable(bot.Step[call]{
			ID: stepSerial, Done: func(s call) bool { return s.Known || len(s.Near) > 0 }, Ask: askCallSerial, Answer: answerCallSerial,
			To: []bot.StepID{stepNear, stepProblem, stepSummary},
		}),
		stoppable(bot.Step[call]{
			ID: stepNear, Passing: true, Done: func(s call) bool { return len(s.Near) == 0 }, Ask: askCallNear, Answer: answerCallNear,
			To: []bot.StepID{stepProblem, stepSummary},
		}),
		stoppable(bot.Step[call]{
			ID: stepProblem, Done: func(s call) bool { return s.Words != "" }, Ask: ask1("open.problem"),
			Answer: typed(func(s *call, words string) { s.Words = words }), To: []bot.StepID{stepSeverity},
		}),
		stoppable(bot.Step[call]{
			ID: stepSeverity, Done: func(s call) bool { return s.Level != "" }, Ask: askCallSeverity, Answer: answerCallSeverity,
			To: []bot.StepID{stepName},
		}),
		stoppable(bot.Step[call]{
			ID: stepName, Done: func(s call) bool { return s.Name != "" }, Ask: ask1("open.name"),
			Answer: typed(func(s *call, words string) { s.Name = words }), To: []bot.StepID{stepCompany},
		}),
		stoppable(bot.Step[call]{
			ID: stepCompany, Done: func(s call) bool { return s.Placed }, Ask: askCallCompany, Answer: answerCallCompany,
			To: []bot.StepID{stepContact},
		}),
		stoppable(bot.Step[call]{
			ID: stepContact, Done: func(s call) bool { return s.Contact != "" }, Ask: ask1("open.contact"),
			Answer: typed(func(s *call, words string) { s.Contact = words }), To: []bot.StepID{stepSince},
		}),
		stoppable(bot.Step[call]{
			ID: stepSince, Done: func(s call) bool { return !s.Since.IsZero() }, Ask: askSince, Answer: answerSince,
			To: []bot.StepID{stepDated, stepLang},
		}),
		stoppable(bot.Step[call]{
			ID: stepDated, Done: func(s call) bool { return !s.earlier() || s.Proof != "" }, Ask: ask1("open.proof"),
			Answer: typed(func(s *call, words string) { s.Proof = words }), To: []bot.StepID{stepLang},
		}),
		stoppable(bot.Step[call]{
			ID: stepLang, Done: func(s call) bool { return s.Lang != "" }, Ask: askCallLang, Answer: answerCallLang,
			To: []bot.StepID{stepSummary},
		}),
		stoppable(bot.Step[call]{ID: stepSummary, Ask: askCallSummary, Answer: answerCallSummary}),
	},
}

// stoppable makes a question one that ends with "never mind" and at which files are kept. The verdict is worked out anew
// after every answer.
func stoppable(step bot.Step[call]) bot.Step[call] {
	ask, answer := step.Ask, step.Answer
	step.Ask = func(s call) bot.Prompt {
		p := ask(s)
		p.Options = append(p.Options, stopOption())
		return p
	}
	step.Answer = func(s call, t bot.Turn) (call, bot.Next) {
		if t.Option == "stop" {
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("open.stopped")}}
		}
		var say []bot.Text
		if ev, ok := t.Event.(bot.Attached); ok {
			var kept []bot.File
			kept, say = acceptFiles(s.Files, ev.Files, t)
			s.Files, say = append(slices.Clone(s.Files), kept...), append(say, gotFiles("media.kept", kept)...)
			if ev.Caption == "" {
				return s, bot.Next{Step: step.ID, Say: say}
			}
			t.Event = bot.Said{Text: ev.Caption}
		}
		s, n := answer(s, t)
		n.Say = append(say, n.Say...)
		return s.judge(t), n
	}
	return step
}

func beginOpen(s call, t bot.Turn) (call, bot.Next) {
	s.Today, s.Langs = claim.DateOf(t.Sent), t.Langs
	return s, bot.Next{}
}

// earlier tells whether the customer called on an earlier day: that counts only with evidence (domain.md E11).
func (s call) earlier() bool { return !s.Since.IsZero() && s.Since.Before(s.Today) }

// day returns the claim date as far as it is known.
func (s call) day() claim.Date {
	if s.earlier() {
		return s.Since
	}
	return s.Today
}

func (s call) judge(t bot.Turn) call {
	s.Verdict = t.Policy.On(s.day()).Judge(rules.Facts{
		Claimed: s.Today, Earlier: s.Since, EarlierProven: s.earlier() && s.Proof != "", Machine: s.Machine, Severity: s.Level,
	})
	return s
}

// ask1 asks for words.
func ask1(key string) func(call) bot.Prompt {
	return func(call) bot.Prompt { return bot.Prompt{Text: []bot.Text{bot.Say(key)}} }
}

// typed takes words as the answer.
func typed(take func(s *call, words string)) func(call, bot.Turn) (call, bot.Next) {
	return func(s call, t bot.Turn) (call, bot.Next) {
		said, ok := t.Event.(bot.Said)
		if !ok || strings.TrimSpace(said.Text) == "" {
			return s, bot.Next{Quiet: true}
		}
		take(&s, strings.TrimSpace(said.Text))
		return s, bot.Next{}
	}
}

func askCallSerial(s call) bot.Prompt {
	return bot.Prompt{
		Text: []bot.Text{bot.Say("open.serial")}, Form: openForm(s),
		Options: []bot.Option{{ID: "none", Label: bot.Say("open.no_serial")}},
	}
}

func answerCallSerial(s call, t bot.Turn) (call, bot.Next) {
	if t.Option == "none" {
		s.Known = true
		return s, bot.Next{}
	}
	switch ev := t.Event.(type) {
	case bot.Found:
		return s.found(ev)
	case bot.Filled:
		return s.filled(t)
	case bot.Said:
		serial, ok := claim.ParseSerial(ev.Text)
		if !ok {
			return s, bot.Next{Step: stepSerial, Say: []bot.Text{bot.Say("fix.unclear", "Typed", clip(ev.Text, 40))}}
		}
		return s.look(serial, t)
	default:
		return s, bot.Next{Quiet: true}
	}
}

func (s call) look(serial claim.Serial, t bot.Turn) (call, bot.Next) {
	s.Serial, s.Near = serial, nil
	return s, bot.Next{Look: lookFor(serial, t)}
}

// found takes what the registry says about the number, or asks when there is one like it.
func (s call) found(found bot.Found) (call, bot.Next) {
	if found.Machine == nil && len(found.Near) > 0 {
		for _, m := range found.Near {
			s.Near = append(s.Near, m.Serial)
		}
		return s, bot.Next{}
	}
	s.Known = true
	if len(found.Claims) > 0 {
		s.Double = found.Claims[0].ID
	}
	if found.Machine == nil {
		return s, bot.Next{Say: []bot.Text{bot.Say("open.unknown", "Serial", s.Serial)}}
	}
	s.Machine, s.Owners = *found.Machine, found.Owners
	for _, c := range s.Owners {
		if strings.EqualFold(c.Name, s.Company.Name) { // as it was filled in
			s.Company = c
		}
	}
	return s, bot.Next{}
}

func askCallNear(s call) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("fix.near", "Typed", s.Serial)}}
	for i, serial := range s.Near {
		p.Options = append(p.Options, bot.Option{ID: "n" + strconv.Itoa(i), Label: serialText(serial)})
	}
	p.Options = append(p.Options, bot.Option{ID: "as", Label: bot.Say("near.no", "Typed", s.Serial)})
	return p
}

func answerCallNear(s call, t bot.Turn) (call, bot.Next) {
	if t.Option == "as" {
		s.Known, s.Near = true, nil
		return s, bot.Next{Say: []bot.Text{bot.Say("open.unknown", "Serial", s.Serial)}}
	}
	if i, err := strconv.Atoi(strings.TrimPrefix(t.Option, "n")); err == nil && i < len(s.Near) {
		return s.look(s.Near[i], t)
	}
	if found, ok := t.Event.(bot.Found); ok {
		return s.found(found)
	}
	return s, bot.Next{Step: stepNear, Say: []bot.Text{bot.Say("choose.one")}}
}

func askCallSeverity(call) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("open.severity")}, Options: askSeverity(malfunction{}).Options}
}

func answerCallSeverity(s call, t bot.Turn) (call, bot.Next) {
	if t.Option == "" {
		return s, bot.Next{Step: stepSeverity, Say: []bot.Text{bot.Say("choose.one")}}
	}
	s.Level = claim.Severity(t.Option)
	return s, bot.Next{}
}

func askCallCompany(s call) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("open.company", "Name", s.Name)}}
	for i, c := range s.Owners {
		p.Options = append(p.Options, bot.Option{ID: "c" + strconv.Itoa(i), Label: bot.Say("company.item", "Company", c.Name)})
	}
	p.Options = append(p.Options, bot.Option{ID: "skip", Label: bot.Say("open.skip")})
	return p
}

// answerCallCompany takes a company of the registry, or its name as it was told.
func answerCallCompany(s call, t bot.Turn) (call, bot.Next) {
	if i, err := strconv.Atoi(strings.TrimPrefix(t.Option, "c")); err == nil && i < len(s.Owners) {
		s.Company, s.Placed = s.Owners[i], true
		return s, bot.Next{}
	}
	switch ev := t.Event.(type) {
	case bot.Found:
		return s.placed(ev), bot.Next{}
	case bot.Said:
		s.Company.Name = strings.TrimSpace(ev.Text)
		return s, bot.Next{Look: []bot.Lookup{bot.FindCompanies{Words: ev.Text}}}
	default:
		s.Placed = true // skipped
		return s, bot.Next{}
	}
}

func (s call) placed(found bot.Found) call {
	s.Placed = true
	if len(found.Owners) == 1 {
		s.Company = found.Owners[0]
	}
	return s
}

func askSince(call) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("open.since")}, Options: []bot.Option{{ID: "today", Label: bot.Say("open.today")}}}
}

func answerSince(s call, t bot.Turn) (call, bot.Next) {
	if t.Option == "today" {
		s.Since = s.Today
		return s, bot.Next{}
	}
	said, ok := t.Event.(bot.Said)
	if !ok {
		return s, bot.Next{Quiet: true}
	}
	day, problem := s.parse(said.Text)
	if problem != "" {
		return s, bot.Next{Step: stepSince, Say: []bot.Text{bot.Say(problem)}}
	}
	s.Since = day
	return s, bot.Next{}
}

// parse reads the day on which the customer called; problem is the key of what is wrong with it.
func (s call) parse(text string) (day claim.Date, problem string) {
	day, err := claim.ParseDate(strings.TrimSpace(text))
	switch {
	case err != nil:
		return day, "open.no_day"
	case s.Today.Before(day):
		return day, "open.future"
	}
	return day, ""
}

func askCallLang(s call) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("open.lang", "Name", s.Name)}, Options: langOptions(s.Langs)}
}

func langOptions(langs []string) (list []bot.Option) {
	for _, l := range langs {
		list = append(list, bot.Option{ID: l, Label: bot.Say("language." + l)})
	}
	return list
}

func answerCallLang(s call, t bot.Turn) (call, bot.Next) {
	if t.Option == "" {
		return s, bot.Next{Step: stepLang, Say: []bot.Text{bot.Say("choose.one")}}
	}
	s.Lang = t.Option
	return s, bot.Next{}
}

func askCallSummary(s call) bot.Prompt {
	text := []bot.Text{bot.Say("open.summary",
		"Serial", serialText(s.Serial), "Model", s.Machine.Model, "Severity", bot.Say("severity."+string(s.Level)), "Words", clip(s.Words, 600),
		"Name", s.Name, "Company", s.Company.Name, "Contact", s.Contact, "Lang", bot.Say("language."+s.Lang), "Day", s.day(), "Proof", clip(s.Proof, 300),
		"Files", countFiles(s.Files))}
	text = append(text, coverageLine(s.Serial, s.Verdict, false, true))
	if s.Double != "" {
		text = append(text, bot.Say("open.double", "Claim", s.Double))
	}
	return bot.Prompt{Text: text, Options: []bot.Option{{ID: "open", Label: bot.Say("open.do"), Words: "words.send"}}}
}

func answerCallSummary(s call, t bot.Turn) (call, bot.Next) {
	if t.Option == "open" {
		s = s.judge(t)
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.OpenClaim{Claim: s.claim(t.Sent)}}}
	}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("open.done", "Claim", ev.Claim.ID, "Name", s.Name)}}
	case bot.Said:
		s.Words += "\n" + ev.Text
		return s, bot.Next{Step: stepSummary, Say: []bot.Text{bot.Say("kept.added")}}
	default:
		return s, bot.Next{Quiet: true}
	}
}

// claim makes the claim; who has opened it, and when, is the engine's to say.
func (s call) claim(at time.Time) claim.Claim {
	c := claim.Claim{
		Status: claim.Open, Severity: s.Level, Description: s.Words, Date: s.day(), Duplicate: s.Double, Proof: s.Proof,
		Reporter: claim.Person{Name: s.Name, Lang: s.Lang, Company: s.Company.ID}, Customer: s.Company.Name, Lang: s.Lang, Contact: s.Contact,
		Policy: s.Verdict.Policy,
		Lines: []claim.Line{{
			Serial: s.Serial, Model: s.Machine.Model, Company: s.Machine.Company, Check: s.Machine.Serial == "", Verdict: s.Verdict,
		}},
	}
	for _, f := range s.Files {
		c.Evidence = append(c.Evidence, claim.Evidence{Hash: f.Hash, Name: f.Name, Mime: f.Mime, Size: f.Size, Unsafe: f.Unsafe, At: at})
	}
	return c
}
