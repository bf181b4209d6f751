package flows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// The fields of the forms of a report. They are answered together; what has to be asked because of the
// answers is asked in the chat.
const (
	fieldMachine  = "machine"
	fieldSerial   = "serial"
	fieldProblem  = "description"
	fieldSeverity = "severity"
	fieldFiles    = "files"
)

// reportForm asks for a whole report but for the pictures, which come in the chat; nil = it has begun there.
func reportForm(s malfunction) *bot.Form {
	if len(s.Lines)+len(s.Words)+len(s.Files)+len(s.Earlier) > 0 || s.Reading {
		return nil
	}
	serial := bot.Field{ID: fieldSerial, Label: bot.Say("form.serial"), Hint: bot.Say("form.serial_hint"), Optional: true}
	f := &bot.Form{
		Title: bot.Say("menu.report"), Submit: bot.Say("form.next"),
		Text: []bot.Text{bot.Say("form.report")},
		Fields: []bot.Field{
			serial,
			{ID: fieldProblem, Label: bot.Say("form.description"), Hint: bot.Say("form.description_hint"), Long: true},
			severityField(s),
		},
	}
	if len(s.Machines) == 0 {
		return f
	}
	f.Fields[0].Label = bot.Say("form.other_serial")
	f.Fields = slices.Insert(f.Fields, 0, bot.Field{ID: fieldMachine, Label: bot.Say("form.machine"), Options: s.offered(), Optional: true})
	return f
}

func severityField(s malfunction) bot.Field {
	return bot.Field{ID: fieldSeverity, Label: bot.Say("form.severity"), Value: string(s.Level), Options: askSeverity(s).Options}
}

// changeForm shows all answers at once, to be changed.
func changeForm(s malfunction) *bot.Form {
	f := &bot.Form{
		Title: bot.Say("form.change"), Submit: bot.Say("form.save"),
		Fields: []bot.Field{
			{ID: fieldSerial, Label: bot.Say("form.serial"), Hint: bot.Say("form.serial_hint"), Value: s.typed(), Optional: true},
			{ID: fieldProblem, Label: bot.Say("form.description"), Value: s.description(), Long: true},
			severityField(s),
		},
	}
	if len(s.Files) > 0 {
		f.Fields = append(f.Fields, bot.Field{ID: fieldFiles, Label: bot.Say("form.files"), Hint: bot.Say("media.have", "Files", countFiles(s.Files)), Value: "keep", Options: []bot.Option{
			{ID: "keep", Label: bot.Say("form.files_keep")},
			{ID: "clear", Label: bot.Say("media.clear")},
		}})
	}
	return f
}

// typed returns the serial numbers as they are typed.
func (s malfunction) typed() string {
	var list []string
	for _, l := range s.Lines {
		if l.Serial != "" {
			list = append(list, string(l.Serial))
		}
	}
	return strings.Join(list, ", ")
}

// fill takes what was filled in. Of what is wrong nothing is taken, but all the rest is.
func (s malfunction) fill(t bot.Turn) (malfunction, bot.Next) {
	var n bot.Next
	if text := t.Values[fieldProblem]; text != s.description() {
		s = s.rewrite(text, t)
	}
	s.Level = claim.Severity(t.Values[fieldSeverity])
	if t.Values[fieldFiles] == "clear" {
		s.Files, s.Album, s.Done = nil, 0, true
	}
	list, ok := s.wanted(t.Values)
	switch {
	case !ok:
		n.Errors = map[string]bot.Text{fieldSerial: bot.Say("serial.unclear", "Typed", clip(t.Values[fieldSerial], 40))}
	case len(s.Lines) > 0 && slices.Equal(list, s.numbers()):
	case len(list) == 0:
		return s.without()
	default:
		return s.look(list, t)
	}
	return s, n
}

// rewrite puts new words in the place of all earlier ones.
func (s malfunction) rewrite(text string, t bot.Turn) malfunction {
	s.setWords("", text)
	s.Enough = t.Policy.Intake.Enough(text)
	s.More = !s.Enough
	return s
}

// wanted returns the serial numbers that were typed, else that of the machine that was chosen; none when
// there is neither. ok is false when what was typed is no serial number.
func (s malfunction) wanted(values map[string]string) (list []claim.Serial, ok bool) {
	typed := values[fieldSerial]
	if i, err := strconv.Atoi(strings.TrimPrefix(values[fieldMachine], "m")); typed == "" && err == nil && i < len(s.Machines) {
		return []claim.Serial{s.Machines[i].Serial}, true
	}
	if typed == "" {
		return nil, true
	}
	list = claim.FindSerials(typed)
	if serial, ok := claim.ParseSerial(typed); ok && len(list) < 2 {
		list = []claim.Serial{serial}
	}
	return list, len(list) > 0
}

// numbers returns the serial numbers of the report.
func (s malfunction) numbers() []claim.Serial {
	var list []claim.Serial
	for _, l := range s.Lines {
		if l.Serial != "" {
			list = append(list, l.Serial)
		}
	}
	return list
}
