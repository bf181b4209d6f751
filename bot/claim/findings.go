package claim

// Class is the nature of a fault (domain.md 8 and 5.3). The zero value means "not known yet" and
// is an honest answer: nothing is decided on it.
type Class string

// The classes.
const (
	ClassUnknown  Class = ""
	ClassSoftware Class = "software" // settings, files, licence, calibration, network, outside cleaning (D1)
	ClassHardware Class = "hardware" // a part, board or cable (D2, D3, D10)
	ClassSite     Class = "site"     // air, mains, network, dirt or product at the customer's (D5)
	ClassWear     Class = "wear"     // normal wear or a consumable; only an engineer says so (D6)
	ClassQuestion Class = "question" // no fault: policy, training, documents (D19)
)

// Cause says whether the fault lies in the serviced part concerned (domain.md E12, E14, E16).
type Cause string

// The answers. The zero value means "not diagnosed".
const (
	CauseUnknown Cause = ""
	CauseYes     Cause = "yes"
	CauseNo      Cause = "no"
)

// Decision is what an engineer, or the customer through an engineer, chose to do (domain.md 5.3).
// A decision that does not fit the coverage changes nothing.
type Decision string

// The decisions. The zero value means "nothing decided".
const (
	Undecided         Decision = ""
	AdvanceBoard      Decision = "advance"        // the engineer offers a board before the defective one is back (D2)
	ReturnFirst       Decision = "return"         // the engineer does not offer it (D3)
	ReturnWaived      Decision = "waived"         // a cheap part is sent and the old one is not wanted (D4)
	NoFaultFound      Decision = "no_fault_found" // returned and tested without a finding (D16)
	QuotationDeclined Decision = "declined"       // the customer does not accept the quotation (D18)
	BuysPart          Decision = "buys_part"      // the customer prefers a new or exchange part (D11)
)

// Damage is damage in transport (domain.md E19). The zero value means "none".
type Damage string

// The kinds of damage.
const (
	NoDamage       Damage = ""
	DamageOnArrive Damage = "on_delivery" // on the first delivery: a matter of carrier and insurance
	DamageOnReturn Damage = "on_return"   // on the way to Optoste, in poor packing
)

// Act is something that was done to a machine, by a word that the policy file lists as normal
// use, as reason for a suspicion, or as reason for a question (domain.md E23, E26).
type Act string

// Suspicion is how far an exclusion is established (domain.md 5.2, step 6).
type Suspicion string

// The degrees. The zero value means that there is nothing to exclude.
const (
	NoExclusion        Suspicion = ""
	ExclusionSuspected Suspicion = "suspected"
	ExclusionConfirmed Suspicion = "confirmed"
	ExclusionCleared   Suspicion = "cleared" // an engineer looked and found none; nothing told raises it again
)

// Exclusion is what is known about misuse, improper installation or alteration by others
// (domain.md D7-D9, E20-E25).
type Exclusion struct {
	State    Suspicion `json:"state,omitempty"`
	Reason   string    `json:"reason,omitempty"`   // the engineer's words; without them nothing is confirmed
	Evidence []string  `json:"evidence,omitempty"` // hashes of [Evidence]; without any nothing is confirmed
	// AfterShipping tells that a replacement had left before it was confirmed (D9).
	AfterShipping bool `json:"after_shipping,omitempty"`
	// Unrelated tells that the fault is not what the misuse or alteration caused (E24).
	Unrelated bool `json:"unrelated,omitempty"`
	// AtOurRequest tells that our bot or engineer had asked for the steps, which the log proves (E22).
	AtOurRequest bool `json:"at_our_request,omitempty"`
}

// Degree returns how far the exclusion counts: a confirmation without a written reason and
// evidence is only a suspicion (domain.md 5.2 step 6, E20).
func (x Exclusion) Degree() Suspicion {
	if x.State == ExclusionConfirmed && (x.Reason == "" || len(x.Evidence) == 0) {
		return ExclusionSuspected
	}
	return x.State
}

// Override is coverage that staff set against what the dates say, with a reason: goodwill
// (domain.md E6, "borderline"), a contract (E37), or a resolved doubt (D15). Without a reason it
// does not count. Who and when is in the claim's events.
type Override struct {
	Coverage Coverage `json:"coverage,omitempty"` // In or Out; anything else does not count
	Reason   string   `json:"reason,omitempty"`
}

// Holds tells whether the override counts.
func (o Override) Holds() bool {
	return o.Reason != "" && (o.Coverage == In || o.Coverage == Out)
}

// Findings is what people have found out and decided about one line. The zero value is the state
// at intake: nothing known, nothing decided.
type Findings struct {
	Class      Class     `json:"class,omitempty"`
	Cause      Cause     `json:"cause,omitempty"`
	Part       Serial    `json:"part,omitempty"`    // the serviced part concerned; empty = none named
	Suspect    string    `json:"suspect,omitempty"` // the part that an engineer suspects, in his words; nothing follows from it
	Acts       []Act     `json:"acts,omitempty"`    // what was done to the machine, as far as told
	Exclusion  Exclusion `json:"exclusion,omitzero"`
	Decision   Decision  `json:"decision,omitempty"`
	Damage     Damage    `json:"damage,omitempty"`
	OtherMaker bool      `json:"other_maker,omitempty"` // serial or part is not Optoste's (D17)
	Dealer     bool      `json:"dealer,omitempty"`      // the goods waited at a dealer (E6)
	Recurs     bool      `json:"recurs,omitempty"`      // the same fault as before the repair (E9)
	Override   Override  `json:"override,omitzero"`
}

// Suspected names the part that is suspected: the serviced part by its serial number, and the engineer's words.
func (f Findings) Suspected() string {
	switch {
	case f.Part == "":
		return f.Suspect
	case f.Suspect == "":
		return string(f.Part)
	}
	return f.Suspect + ", " + string(f.Part)
}
