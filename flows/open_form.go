package flows

import (
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// The fields of the form for a customer who has called, beside those of a report.
const (
	fieldName    = "name"
	fieldCompany = "company"
	fieldContact = "contact"
	fieldSince   = "since"
	fieldProof   = "proof"
	fieldLang    = "lang"
)

// openForm asks for everything at once; what has to be asked because of the answers is asked in the chat.
func openForm(s call) *bot.Form {
	return &bot.Form{
		Title: bot.Say("open.title"), Submit: bot.Say("form.next"), Text: []bot.Text{bot.Say("open.form")},
		Fields: []bot.Field{
			{ID: fieldSerial, Label: bot.Say("form.serial"), Hint: bot.Say("form.serial_hint"), Optional: true},
			{ID: fieldProblem, Label: bot.Say("form.description"), Long: true},
			{ID: fieldSeverity, Label: bot.Say("form.severity"), Options: askSeverity(malfunction{}).Options},
			{ID: fieldName, Label: bot.Say("open.field_name")},
			{ID: fieldCompany, Label: bot.Say("open.field_company"), Optional: true},
			{ID: fieldContact, Label: bot.Say("open.field_contact")},
			{ID: fieldLang, Label: bot.Say("open.field_lang"), Options: langOptions(s.Langs)},
			{ID: fieldSince, Label: bot.Say("open.field_since"), Value: s.Today.String()},
			{ID: fieldProof, Label: bot.Say("open.field_proof"), Long: true, Optional: true},
		},
	}
}

// filled takes what was filled in; what is wrong is said at its field.
func (s call) filled(t bot.Turn) (call, bot.Next) {
	v := t.Values
	errs := map[string]bot.Text{}
	serial, ok := claim.ParseSerial(v[fieldSerial])
	if !ok && v[fieldSerial] != "" {
		errs[fieldSerial] = bot.Say("fix.unclear", "Typed", clip(v[fieldSerial], 40))
	}
	day, problem := s.parse(v[fieldSince])
	if problem != "" {
		errs[fieldSince] = bot.Say(problem)
	}
	s.Since, s.Proof = day, strings.TrimSpace(v[fieldProof])
	if problem == "" && s.earlier() && s.Proof == "" {
		errs[fieldProof] = bot.Say("open.proof")
	}
	if len(errs) > 0 {
		s.Since = claim.Date{}
		return s, bot.Next{Errors: errs}
	}
	s.Words, s.Level, s.Name = v[fieldProblem], claim.Severity(v[fieldSeverity]), v[fieldName]
	s.Contact, s.Lang = v[fieldContact], v[fieldLang]
	s.Company, s.Placed = claim.Company{Name: strings.TrimSpace(v[fieldCompany])}, true
	if v[fieldSerial] == "" {
		s.Known = true
		return s, bot.Next{}
	}
	return s.look(serial, t)
}
