package rules

import (
	"embed"
	"strconv"

	"github.com/optoste/supportbot/bot/claim"
)

// Texts holds the explanations for customers, one flat file a language: text/en.json and
// text/zh.json. Keys are those of [RuleKey], [CoverageKey], [FlagKey], [RemedyKey] and [PartyKey].
// Only W1 and W2 take an argument, LastDay. To somebody who is not linked to the machine's company
// only the coverage text of [ForStranger] may be shown: rules and flags tell of dates, contracts
// and earlier cases (promise P7).
//
//go:embed text/*.json
var Texts embed.FS

// RuleKey returns the text key that explains a rule, for example "rule.D3".
func RuleKey(id claim.RuleID) string { return "rule." + string(id) }

// CoverageKey returns the text key of a coverage, for example "coverage.IN".
func CoverageKey(c claim.Coverage) string { return "coverage." + string(c) }

// FlagKey returns the text key of a flag, for example "flag.BORDERLINE".
func FlagKey(f claim.Flag) string { return "flag." + string(f) }

// RemedyKey returns the text key of a remedy, for example "remedy.guidance".
func RemedyKey(r claim.Remedy) string { return "remedy." + string(r) }

// PartyKey returns the text key of who bears a cost, for example "party.customer", and
// "party.none" for [claim.Nobody].
func PartyKey(p claim.Party) string {
	if p == claim.Nobody {
		p = none
	}
	return "party." + string(p)
}

// PSSKey returns the text key of the need of a PSS number, for example "pss.yes".
func PSSKey(p claim.PSS) string { return "pss." + string(p) }

// ForStranger returns the coverage that somebody may learn who merely knows a serial number: in,
// out, or to be verified (promise P7). What an engineer decided about an exclusion is not among it.
func ForStranger(v claim.Verdict) claim.Coverage {
	if v.Coverage == claim.Excluded {
		return claim.Undetermined
	}
	return v.Coverage
}

// Rows returns the names of the rows of domain.md 5.3, D1 to D19.
func Rows() []claim.RuleID { return numbered("D", 19) }

// Edges returns the names of the edge cases of domain.md 5.4, E1 to E38.
func Edges() []claim.RuleID { return numbered("E", 38) }

// All returns every rule: the periods W1 and W2 (domain.md 5.1), the rows and the edge cases.
func All() []claim.RuleID {
	return append(append(numbered("W", 2), Rows()...), Edges()...)
}

func numbered(letter string, n int) []claim.RuleID {
	ids := make([]claim.RuleID, n)
	for i := range ids {
		ids[i] = claim.RuleID(letter + strconv.Itoa(i+1))
	}
	return ids
}

// Handler says where an edge case is dealt with that is no question of coverage.
type Handler string

// The handlers.
const (
	ByFlow   Handler = "flow"   // a conversation asks, shows or records it
	ByPerson Handler = "person" // a person answers; the bot only records and passes on
	ByText   Handler = "text"   // an explanation that is shown; nothing depends on it
	ByTerms  Handler = "terms"  // a function beside Judge (terms.go)
)

// Elsewhere lists the edge cases of domain.md 5.4 that [Edition.Judge] does not decide, and who
// does. Every edge case is either here or named by some verdict, never both; a test proves it.
var Elsewhere = map[claim.RuleID]struct {
	By    Handler
	Where string
}{
	"E2":  {ByFlow, "report and machine lookup: claim.ParseSerial, Serial.Folded, one near match is asked about"},
	"E7":  {ByFlow, "report: one claim.Line a serial, Judge once a line; returns: one PSS a shipment"},
	"E8":  {ByTerms, "Edition.MayDuplicate; the earlier date of a merged claim is Facts.Earlier"},
	"E17": {ByFlow, "returns: status held when a parcel differs from its PSS line"},
	"E18": {ByText, "the engineer chooses the equivalent part; row and coverage stay"},
	"E27": {ByFlow, "linking of people and companies by the desk; no owner is among the facts, so no period restarts"},
	"E28": {ByFlow, "report: pictures can always be skipped"},
	"E30": {ByTerms, "Quotation.LastDay, Quotation.Reminders; a refusal is D18"},
	"E31": {ByText, "remote fix first; charges only as 'after a quotation', no text names a price"},
	"E32": {ByFlow, "returns: status quarantine"},
	"E33": {ByTerms, "LossOn"},
	"E34": {ByPerson, "desk: recorded as a note"},
	"E35": {ByPerson, "desk: the policy is silent"},
	"E36": {ByPerson, "desk: the English page is our reference"},
	"E38": {ByPerson, "talk to a person; wishes for a verdict are only text"},
}
