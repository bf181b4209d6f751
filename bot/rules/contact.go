package rules

import (
	"slices"
	"time"
)

// Region is where a customer is, as far as the service's telephone numbers go.
type Region string

// The regions.
const (
	Asia     Region = "asia" // with Oceania; also everywhere that no list names
	China    Region = "china"
	EMEA     Region = "emea" // Europe, Middle East, Africa
	Americas Region = "americas"
)

// Contact is how a region's customers reach a person.
type Contact struct {
	Region    Region   `yaml:"region"`
	Telephone string   `yaml:"telephone"`
	Email     string   `yaml:"email"`
	Zone      string   `yaml:"zone"`  // IANA time zone of the office
	Days      []string `yaml:"days"`  // "Mon" ... "Sun"; holidays are not listed here
	Opens     string   `yaml:"opens"` // "08:30" by the office's clock
	Closes    string   `yaml:"closes"`
	Countries []string `yaml:"countries"` // ISO 3166-1 alpha-2; empty for the region that takes the rest

	office *time.Location // Zone, found by Load
}

// ContactFor returns the contact for a country (ISO 3166-1 alpha-2, upper case): that of the
// region which lists it, else of the one that takes the rest.
func (p *Policy) ContactFor(country string) Contact {
	rest := p.Contacts[0]
	for _, c := range p.Contacts {
		if slices.Contains(c.Countries, country) {
			return c
		}
		if len(c.Countries) == 0 {
			rest = c
		}
	}
	return rest
}

// Open tells whether the office is staffed at t, holidays aside.
func (c Contact) Open(t time.Time) bool {
	if c.office == nil {
		return false // not from a policy file
	}
	t = t.In(c.office)
	clock := t.Format("15:04")
	return slices.Contains(c.Days, t.Format("Mon")) && c.Opens <= clock && clock < c.Closes
}
