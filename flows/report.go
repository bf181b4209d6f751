package flows

import (
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// The steps of a report.
const (
	stepSerial   bot.StepID = "serial"
	stepNear     bot.StepID = "near"
	stepSimilar  bot.StepID = "similar"
	stepProblem  bot.StepID = "description"
	stepSeverity bot.StepID = "severity"
	stepMedia    bot.StepID = "media"
	stepSummary  bot.StepID = "summary"
	stepChange   bot.StepID = "change"
)

// malfunction is the state of a report: the draft of a claim.
type malfunction struct {
	First    time.Time       `json:"first"`              // when the first message about it was sent: the claim date
	Machines []claim.Machine `json:"machines,omitempty"` // of the person's company, offered as buttons
	Lines    []machineLine   `json:"lines,omitempty"`
	Queue    []claim.Serial  `json:"queue,omitempty"` // typed with others, still to be looked up
	Looking  claim.Serial    `json:"looking,omitempty"`
	Near     []claim.Serial  `json:"near,omitempty"`    // like the typed one: the person is asked
	Reading  bool            `json:"reading,omitempty"` // a picture of the plate is being read

	Similar claim.ID `json:"similar,omitempty"` // a pending claim of the same company on the same serial
	Apart   bool     `json:"apart,omitempty"`   // the person wants a claim of its own all the same
	Double  claim.ID `json:"double,omitempty"`  // the pending claim that the desk is shown

	Words   []words        `json:"words,omitempty"`
	Earlier []string       `json:"earlier,omitempty"` // wordings and serial numbers that were replaced (promise P10)
	More    bool           `json:"more,omitempty"`    // details have been asked for, once
	Enough  bool           `json:"enough,omitempty"`  // the description is taken as it is
	Level   claim.Severity `json:"level,omitempty"`
	Files   []bot.File     `json:"files,omitempty"`
	Done    bool           `json:"done,omitempty"`  // pictures: nothing more to send for now
	Album   int            `json:"album,omitempty"` // files of an album that is still arriving
}

// machineLine is one machine of the report.
type machineLine struct {
	Serial  claim.Serial  `json:"serial"`           // empty: the person cannot find it
	Machine claim.Machine `json:"machine,omitzero"` // as the registry has it; no serial = unknown there
	Own     bool          `json:"own,omitempty"`    // of the person's company: model and dates may be shown
	Verdict claim.Verdict `json:"verdict,omitzero"`
}

// words is a piece of the description, and the message that it came with.
type words struct {
	Message bot.MessageID `json:"message,omitempty"`
	Text    string        `json:"text"`
}

// report takes a malfunction in: the bot's main job.
var report = bot.Script[malfunction]{
	Name:  flowReport,
	Begin: beginReport,
	Title: titleReport,
	Late:  lateReport,
	Steps: []bot.Step[malfunction]{
		{
			ID: stepSerial, Done: hasSerial, Ask: askSerial, Answer: judged(answerSerial),
			To: []bot.StepID{stepNear, stepSimilar, stepProblem, stepSeverity, stepMedia, stepSummary},
		},
		{
			ID: stepNear, Passing: true, Done: nearDone, Ask: askNear, Answer: judged(answerNear),
			To: []bot.StepID{stepSimilar, stepProblem, stepSeverity, stepMedia, stepSummary},
		},
		{
			ID: stepSimilar, Passing: true, Done: similarDone, Ask: askSimilar, Answer: judged(answerSimilar),
			To: []bot.StepID{stepProblem, stepSeverity, stepMedia, stepSummary},
		},
		{
			ID: stepProblem, Done: hasProblem, Ask: askProblem, Answer: judged(answerProblem),
			To: []bot.StepID{stepSeverity, stepMedia, stepSummary},
		},
		{
			ID: stepSeverity, Done: hasSeverity, Ask: askSeverity, Answer: judged(answerSeverity),
			To: []bot.StepID{stepMedia, stepSummary},
		},
		{
			ID: stepMedia, Done: hasMedia, Ask: askMedia, Answer: judged(answerMedia),
			To: []bot.StepID{stepSummary},
		},
		{
			ID: stepSummary, Ask: askSummary, Answer: judged(answerSummary),
			To: []bot.StepID{stepChange},
		},
		{
			ID: stepChange, Passing: true, Ask: askChange, Answer: judged(answerChange),
			To: []bot.StepID{stepSerial, stepNear, stepSimilar, stepProblem, stepSeverity, stepMedia, stepSummary},
		},
	},
}

// fresh as a payload starts a report although there are drafts.
const fresh = "new"

// beginReport takes what the first message already says, and knows the company's machines.
func beginReport(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	if found, ok := t.Event.(bot.Found); ok {
		s.Machines = found.Machines
		if s.Looking != "" {
			return foundMachine(s, found, t)
		}
		return s, bot.Next{}
	}
	typed := t.Args.Payload
	if typed == "" && len(t.Args.Files) == 0 && hasDraft(t) {
		return s, bot.Next{End: true, Go: bot.Start{Flow: flowDrafts, Args: bot.Args{Payload: fresh}}}
	}
	s.First = t.Sent
	n := bot.Next{Look: []bot.Lookup{bot.ListMachines{}}}
	if typed != "" && typed != fresh {
		n.Look = append(n.Look, s.takeWords(typed, t)...)
	}
	s, refused := takeFiles(s, t.Args.Files, t)
	n.Say = refused
	return s, n
}

// takeWords reads a first message: a serial number, or words that may have one in them.
func (s *malfunction) takeWords(typed string, t bot.Turn) []bot.Lookup {
	found := claim.FindSerials(typed)
	serial, whole := claim.ParseSerial(typed)
	if !whole || len(found) > 1 {
		s.Words = append(s.Words, words{t.Message, typed})
		s.Enough = t.Policy.Intake.Enough(typed)
		s.More = !s.Enough
		if len(found) == 0 {
			return nil
		}
		serial, s.Queue = found[0], found[1:]
	}
	s.Looking = serial
	return lookFor(serial, t)
}

func lookFor(serial claim.Serial, t bot.Turn) []bot.Lookup {
	since := claim.DateOf(t.Sent).AddDays(-t.Policy.On(claim.DateOf(t.Sent)).DuplicateDays)
	return []bot.Lookup{bot.FindMachine{Serial: serial}, bot.FindSimilar{Serial: serial, Since: since}}
}

// lateReport adds words that were overtaken to the description, and puts an edited wording in the
// place of the earlier one.
func lateReport(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	said, ok := t.Event.(bot.Said)
	if !ok {
		return s, bot.Next{Quiet: true}
	}
	if t.Edit {
		s.setWords(t.Message, said.Text)
		return s, bot.Next{Quiet: true}
	}
	s.Words = append(s.Words, words{t.Message, said.Text})
	return s, bot.Next{Quiet: true, Say: []bot.Text{bot.Say("late.added")}}
}

// setWords replaces the piece that came with a message; without one it replaces all.
func (s *malfunction) setWords(of bot.MessageID, text string) {
	for i := range s.Words {
		if of != "" && s.Words[i].Message == of {
			s.Earlier = append(s.Earlier, s.Words[i].Text)
			s.Words[i].Text = text
			return
		}
	}
	if was := s.description(); was != "" {
		s.Earlier = append(s.Earlier, was)
	}
	s.Words = []words{{of, text}}
}

func titleReport(s malfunction) bot.Text {
	if len(s.Lines) == 0 || s.Lines[0].Serial == "" {
		if len(s.Words) > 0 {
			return bot.Say("draft.words", "Words", clip(s.Words[0].Text, 24))
		}
		return bot.Say("draft.empty")
	}
	return bot.Say("draft.serial", "Serial", s.Lines[0].Serial)
}

func hasDraft(t bot.Turn) bool {
	for _, d := range t.Drafts {
		if d.Flow == flowReport {
			return true
		}
	}
	return false
}

func hasSerial(s malfunction) bool   { return len(s.Lines) > 0 || len(s.Near) > 0 }
func nearDone(s malfunction) bool    { return len(s.Near) == 0 }
func similarDone(s malfunction) bool { return s.Similar == "" || s.Apart }
func hasProblem(s malfunction) bool  { return len(s.Words) > 0 && s.Enough }
func hasSeverity(s malfunction) bool { return s.Level != "" }
func hasMedia(s malfunction) bool    { return s.Done }

// description returns all the words, a line for each message.
func (s malfunction) description() string {
	parts := make([]string, len(s.Words))
	for i, w := range s.Words {
		parts[i] = w.Text
	}
	return strings.Join(parts, "\n")
}

// judged judges anew after every answer, since any of them may change the verdict.
func judged(f func(malfunction, bot.Turn) (malfunction, bot.Next)) func(malfunction, bot.Turn) (malfunction, bot.Next) {
	return func(s malfunction, t bot.Turn) (malfunction, bot.Next) {
		s, n := f(s, t)
		return s.judge(t), n
	}
}

// judge works the verdict of each line out anew; the rules are pure, so it costs nothing to ask
// them again after every change.
func (s malfunction) judge(t bot.Turn) malfunction {
	day := claim.DateOf(s.First)
	edition := t.Policy.On(day)
	lines := make([]machineLine, len(s.Lines))
	for i, l := range s.Lines {
		l.Verdict = edition.Judge(rules.Facts{Claimed: day, Machine: l.Machine, Severity: s.Level})
		lines[i] = l
	}
	s.Lines = lines
	return s
}

// claim makes the claim of the draft.
func (s malfunction) claim() claim.Claim {
	c := claim.Claim{
		Status: claim.Open, Severity: s.Level, Description: s.description(),
		Date: claim.DateOf(s.First), Duplicate: s.Double, Earlier: s.Earlier,
	}
	if s.Apart {
		c.Duplicate = s.Similar
	}
	for _, l := range s.Lines {
		c.Lines = append(c.Lines, claim.Line{
			Serial: l.Serial, Model: l.Machine.Model, Company: l.Machine.Company,
			Check: l.Machine.Serial == "", Verdict: l.Verdict,
		})
		c.Policy = l.Verdict.Policy
	}
	for _, f := range s.Files {
		c.Evidence = append(c.Evidence, claim.Evidence{Hash: f.Hash, Name: f.Name, Mime: f.Mime, Size: f.Size, Unsafe: f.Unsafe, At: s.First})
	}
	return c
}

func clip(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}
