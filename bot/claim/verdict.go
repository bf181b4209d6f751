package claim

import "strings"

// Coverage is what the policy says about one line (domain.md 5.2). The zero value means "not
// judged yet".
type Coverage string

// The values of coverage.
const (
	In           Coverage = "IN"
	Out          Coverage = "OUT"
	Excluded     Coverage = "EXCLUDED"
	Undetermined Coverage = "UNDETERMINED"
)

// Flag marks a verdict that a person should look at (domain.md 5.2).
type Flag string

// The flags.
const (
	Borderline      Flag = "BORDERLINE"
	ExclusionReview Flag = "EXCLUSION_REVIEW"
	DateConflict    Flag = "DATE_CONFLICT"
	PolicyGap       Flag = "POLICY_GAP"
)

// RuleID names a rule: a row D1-D19 or an edge case E1-E38 of domain.md, or W1 for the period of
// a system and W2 for that of a serviced part (domain.md 5.1).
type RuleID string

// Party says who bears a cost or acts first (the letters of domain.md 5.3).
type Party string

// The parties. The zero value means "does not arise".
const (
	Nobody     Party = ""
	PaidByYou  Party = "customer"
	PaidByUs   Party = "optoste"
	ByQuote    Party = "quotation" // only after a quotation accepted in writing
	AlreadyYou Party = "already"   // the customer has already paid it
	ByFinalRow Party = "final"     // depends on the row that a person will choose (D7)
	AsQuoted   Party = "as_quoted" // what the quotation says (D11)

	NotYet       Party = "not_yet"        // nothing is charged or shipped for now (D7, D15)
	HoursByQuote Party = "hours_by_quote" // chat and procedures cost nothing, an engineer's remote hours need a quotation (D1)
	QuotedBefore Party = "quoted_before"  // only what was quoted and accepted before the part travelled (D16)
	AskPerson    Party = "person"         // the policy states none, a person answers (D19)
)

// Remedy is what is done about a situation, as a word that texts are keyed by ("remedy.guidance").
type Remedy string

// The remedies of domain.md 5.3.
const (
	FixRemotely        Remedy = "remote_fix"          // D1
	AdvanceReplacement Remedy = "advance_replacement" // D2: a board is sent, the defective part comes back after
	ReturnAndRepair    Remedy = "return_and_repair"   // D3, D12, D13
	PartWithoutReturn  Remedy = "part_without_return" // D4
	Guidance           Remedy = "guidance"            // D5
	PartSale           Remedy = "part_sale"           // D6, D11
	RemoteHelp         Remedy = "remote_help"         // D7, D15: help goes on, nothing is promised
	ChargedRepair      Remedy = "charged_repair"      // D8, D10, D14
	KeepOrSendBack     Remedy = "keep_or_send_back"   // D9
	ReturnUnchanged    Remedy = "return_unchanged"    // D16: back as it is, with a test report
	ReturnUnrepaired   Remedy = "return_unrepaired"   // D18: back unrepaired, or scrapped with written consent
	Advice             Remedy = "advice"              // D17
	Answer             Remedy = "answer"              // D19
)

// Terms are one row of domain.md 5.3: what follows from a situation.
type Terms struct {
	Row          RuleID `json:"row"`
	Remedy       Remedy `json:"remedy,omitempty"`
	ShipsFirst   Party  `json:"ships_first,omitempty"`
	ToOptoste    Party  `json:"to_optoste,omitempty"`    // freight and insurance to Shantou
	ChinaCustoms Party  `json:"china_customs,omitempty"` // charges on entering China
	ToCustomer   Party  `json:"to_customer,omitempty"`   // freight and insurance to the customer
	FirstLeg     Party  `json:"first_leg,omitempty"`     // the replacement's first way to the customer, where it differs (D9)
	Duties       Party  `json:"duties,omitempty"`        // duties and taxes in the customer's country
	Service      Party  `json:"service,omitempty"`       // charge for the service itself; Nobody = none
	PSS          PSS    `json:"pss"`
}

// PSS says whether the row needs a PSS number before anything travels to Optoste.
type PSS string

// The needs.
const (
	PSSNo       PSS = "no"
	PSSYes      PSS = "yes"
	PSSLater    PSS = "later"     // only after a review, or once the line is resolved (D7, D15)
	PSSExisting PSS = "existing"  // one was issued already
	PSSIfReturn PSS = "if_return" // only if the old part comes back (D11)
)

// Verdict is what the rules say about one line. It is provisional until a person confirms it
// (promise P9).
type Verdict struct {
	Coverage Coverage `json:"coverage"`
	Flags    []Flag   `json:"flags,omitempty"`
	LastDay  Date     `json:"last_day"` // last covered day; zero when no period applies
	Terms    Terms    `json:"terms"`
	Because  []RuleID `json:"because"` // every rule it rests on, the deciding one first
	Policy   string   `json:"policy"`  // edition of the policy that judged
	// Overridden tells that staff set the coverage against what the dates say (see [Override]).
	Overridden bool `json:"overridden,omitempty"`
}

// Has tells whether the verdict carries the flag.
func (v Verdict) Has(f Flag) bool {
	for _, have := range v.Flags {
		if have == f {
			return true
		}
	}
	return false
}

// Short writes coverage and row as engineers do: "IN D3". Of what was not judged it is empty.
func (v Verdict) Short() string {
	return strings.TrimSpace(string(v.Coverage) + " " + string(v.Terms.Row))
}
