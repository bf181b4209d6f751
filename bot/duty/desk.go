package duty

import (
	_ "embed"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Desk is the whole desk file: the people who answer, when they work, and whom a claim reaches. It
// is read only and safe for concurrent use. The zero value is of no use; [Load] makes one.
type Desk struct {
	Version      string // name of the file's content, for people
	People       []Person
	Levels       []Level // the first is asked first
	Calendar     *Calendar
	Alarms       []Outside
	BundleWithin time.Duration // see [Desk.Bundle]
	Await        Await         // for customers who were asked
	Sample       bool          // the people are samples: nobody is called by name, and nobody has to be one of them

	byID      map[PersonID]Person
	overrides []override // in the order of the file
	chains    map[claim.Severity]chain
	weekly    *hourOfWeek // nil = never
}

//go:embed desk.yaml
var defaultYAML []byte

var defaultDesk = sync.OnceValue(func() *Desk {
	d, _, err := Load("desk.yaml", defaultYAML)
	if err != nil {
		panic(err) // the embedded file is part of the program; a test loads it
	}
	d.Sample = true
	return d
})

// Default returns the embedded desk, which is a [Desk.Sample]: its people reach nobody.
func Default() *Desk { return defaultDesk() }

// DefaultYAML returns a copy of the embedded desk file, to start one's own from.
func DefaultYAML() []byte { return slices.Clone(defaultYAML) }

// Unlinked lists the people of whom the file names no account on any channel, in its order.
func (d *Desk) Unlinked() []Person {
	return slices.DeleteFunc(slices.Clone(d.People), func(p Person) bool {
		_, _, ok := p.Reach()
		return ok
	})
}

// Person returns one of the desk's people; false when there is none of this id.
func (d *Desk) Person(id PersonID) (Person, bool) {
	p, ok := d.byID[id]
	return p, ok
}

// Holder returns whose account the file says this is; false when it does not say.
func (d *Desk) Holder(channel string, account claim.PersonID) (Person, bool) {
	for _, p := range d.People {
		if account != "" && p.Accounts[channel] == account {
			return d.byID[p.ID], true
		}
	}
	return Person{}, false
}

// PersonID names one of the desk's people. It stands in the desk file and in what is stored.
type PersonID string

// Person is somebody who answers claims.
type Person struct {
	ID        PersonID `yaml:"id"`
	Name      string   `yaml:"name"`
	Languages []string `yaml:"languages"` // BCP 47 tags, the best first
	Zone      string   `yaml:"zone"`      // IANA time zone; where the file says none, the calendar's
	Direct    string   `yaml:"direct"`    // the channel on which direct messages are wanted; empty = any
	// Accounts are the person's ids by channel; empty = none is linked yet.
	Accounts map[string]claim.PersonID `yaml:"accounts"`
}

// Reach returns where a direct message reaches the person: on the channel that is wanted, else on
// the first by name; false when no account is known.
func (p Person) Reach() (channel string, account claim.PersonID, ok bool) {
	if id := p.Accounts[p.Direct]; id != "" {
		return p.Direct, id, true
	}
	for _, channel := range slices.Sorted(maps.Keys(p.Accounts)) {
		if id := p.Accounts[channel]; id != "" {
			return channel, id, true
		}
	}
	return "", "", false
}

// Outside is an alarm outside of the chat, for the night. It has a Webhook or an Email.
type Outside struct {
	ID      string `yaml:"id"`
	Webhook string `yaml:"webhook"` // an https address, which may hold a key: never to be shown
	Email   string `yaml:"email"`
}
