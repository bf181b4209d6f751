package claim

// CompanyID identifies a company in the registry; it is the company's key in imports and links.
type CompanyID string

// Company owns machines and has people. The zero value means "no company".
type Company struct {
	ID   CompanyID `json:"id"`
	Name string    `json:"name"`
}

// Machine is one line of the registry (domain.md 6.3).
type Machine struct {
	Serial       Serial    `json:"serial"`
	Model        string    `json:"model"`
	Delivered    Date      `json:"delivered"` // handed over for transport in Shantou; zero = not known (domain.md 5.1)
	Company      CompanyID `json:"company"`
	Country      string    `json:"country"`       // ISO 3166-1 alpha-2, upper case; empty = not known
	Zone         string    `json:"zone"`          // IANA time zone of the site; empty = Shantou's
	ContractNote string    `json:"contract_note"` // terms of a contract that differ from the policy (domain.md E37)
	Parts        []Part    `json:"parts,omitempty"`
}

// Part is one delivery of a part that Optoste repaired or exchanged (a "serviced part"), with its
// own six months. A part that was serviced twice may stand twice in [Machine.Parts]: the latest
// delivery counts (domain.md E13).
type Part struct {
	Serial    Serial `json:"serial"`
	Name      string `json:"name"`
	Machine   Serial `json:"machine"`
	Delivered Date   `json:"delivered"`        // handed over for transport in Shantou; zero = not known
	Bought    bool   `json:"bought,omitempty"` // a new spare part bought separately, not serviced (domain.md E15)
}

// PersonID identifies a person on one channel. It is opaque: only the adapter knows its form.
type PersonID string

// Person is somebody who writes to the bot, customer or engineer.
type Person struct {
	ID      PersonID  `json:"id"`
	Name    string    `json:"name"`              // as the platform shows it; untrusted text
	Lang    string    `json:"lang"`              // chosen language; empty = the platform's
	Zone    string    `json:"zone"`              // IANA time zone; empty = the machine site's, else Shantou's
	Company CompanyID `json:"company,omitempty"` // empty = a stranger (promise P7)
	Why     string    `json:"why,omitempty"`     // how the person was linked: "qr", "desk", "claim"
}

// Linked tells whether the person may see what belongs to the company (promise P7).
func (p Person) Linked(to CompanyID) bool { return to != "" && p.Company == to }
