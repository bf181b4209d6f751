package rules

import (
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// Edition is the policy as it stood from one day on. The edition valid on the claim date judges,
// and the claim keeps it ([claim.Verdict.Policy]). Editions are read only.
type Edition struct {
	ID   string     `yaml:"id"`
	From claim.Date `yaml:"effective_from"`
	// Periods in months and days (domain.md 5.1).
	SystemMonths   int `yaml:"system_months"`
	PartMonths     int `yaml:"part_months"`
	BorderlineDays int `yaml:"borderline_days"`
	// DuplicateDays is the window in which a claim on the same serial may be the same case (E8).
	DuplicateDays int       `yaml:"duplicate_days"`
	Quotation     Quotation `yaml:"quotation"`
	PSS           PSS       `yaml:"pss"`
	Advance       Advance   `yaml:"advance"`
	Acts          Acts      `yaml:"acts"`
	Rows          []Row     `yaml:"rows"`
}

// Row is one row of domain.md 5.3 as data.
type Row struct {
	ID        claim.RuleID    `yaml:"id"`
	Situation string          `yaml:"situation"` // for people who read the file; never shown to customers
	Remedy    claim.Remedy    `yaml:"remedy"`
	Tags      map[string]Tag  `yaml:"tags"` // which part of the row rests on what: "all", "freight", "order" ...
	Gap       bool            `yaml:"gap"`  // the policy is silent: the verdict is flagged POLICY_GAP
	Terms     Terms           `yaml:"terms"`
	When      map[Case]*Terms `yaml:"when"` // what differs for a coverage or after a decision
}

// Tag says what a rule rests on (domain.md, first lines).
type Tag string

// The tags.
const (
	Published  Tag = "policy"      // the published policy says it
	OurReading Tag = "our_reading" // we decided it; the maker must confirm
)

// Case names an exception within a [Row]: a coverage, or "advance" when the engineer offers the
// board in advance (D12, D13).
type Case string

// The cases.
const (
	WhenIn           Case = Case(claim.In)
	WhenOut          Case = Case(claim.Out)
	WhenExcluded     Case = Case(claim.Excluded)
	WhenUndetermined Case = Case(claim.Undetermined)
	WhenAdvance      Case = "advance"
)

// Terms are the columns of domain.md 5.3 as the file has them: words of [claim.Party], with
// "none" for what does not arise. In an exception an empty column means "as the row says".
type Terms struct {
	Remedy       claim.Remedy `yaml:"remedy"` // only in an exception
	ShipsFirst   claim.Party  `yaml:"ships_first"`
	ToOptoste    claim.Party  `yaml:"to_optoste"`
	ChinaCustoms claim.Party  `yaml:"china_customs"`
	ToCustomer   claim.Party  `yaml:"to_customer"`
	FirstLeg     claim.Party  `yaml:"first_leg"`
	Duties       claim.Party  `yaml:"duties"`
	Service      claim.Party  `yaml:"service"`
	PSS          claim.PSS    `yaml:"pss"`
}

// none is how the file writes [claim.Nobody].
const none claim.Party = "none"

// Terms returns the row's terms for a coverage; advance tells that the engineer offers the board
// in advance. A row that the edition does not have gives terms with the row's name alone.
func (e Edition) Terms(id claim.RuleID, c claim.Coverage, advance bool) claim.Terms {
	r, ok := e.Row(id)
	if !ok {
		return claim.Terms{Row: id, PSS: claim.PSSNo}
	}
	t := r.Terms
	t.Remedy = r.Remedy
	t = t.with(r.When[Case(c)])
	if advance {
		t = t.with(r.When[WhenAdvance])
	}
	return claim.Terms{
		Row:          id,
		Remedy:       t.Remedy,
		ShipsFirst:   party(t.ShipsFirst),
		ToOptoste:    party(t.ToOptoste),
		ChinaCustoms: party(t.ChinaCustoms),
		ToCustomer:   party(t.ToCustomer),
		FirstLeg:     party(t.FirstLeg),
		Duties:       party(t.Duties),
		Service:      party(t.Service),
		PSS:          t.PSS,
	}
}

// Row returns the row of that name and whether the edition has it.
func (e Edition) Row(id claim.RuleID) (Row, bool) {
	i := slices.IndexFunc(e.Rows, func(r Row) bool { return r.ID == id })
	if i < 0 {
		return Row{}, false
	}
	return e.Rows[i], true
}

func party(p claim.Party) claim.Party {
	if p == none {
		return claim.Nobody
	}
	return p
}

// with returns the terms in which the columns that o fills are replaced.
func (t Terms) with(o *Terms) Terms {
	if o == nil {
		return t
	}
	set(&t.Remedy, o.Remedy)
	set(&t.ShipsFirst, o.ShipsFirst)
	set(&t.ToOptoste, o.ToOptoste)
	set(&t.ChinaCustoms, o.ChinaCustoms)
	set(&t.ToCustomer, o.ToCustomer)
	set(&t.FirstLeg, o.FirstLeg)
	set(&t.Duties, o.Duties)
	set(&t.Service, o.Service)
	set(&t.PSS, o.PSS)
	return t
}

func set[T ~string](to *T, v T) {
	if v != "" {
		*to = v
	}
}
