package desk

import (
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// What the desk's pages show. All words are ready in the reader's language, and plain: renderers escape them.

// Row is a claim as a line of a list.
type Row struct {
	Claim    claim.ID       `json:"claim"`
	Severity claim.Severity `json:"severity"`
	Bad      string         `json:"bad"` // the severity in words
	Danger   bool           `json:"danger,omitempty"`
	Status   string         `json:"status"`
	Age      string         `json:"age"` // how long it has waited for whoever has the next move
	Day      claim.Date     `json:"day"` // when it was opened, in Shantou
	Machine  string         `json:"machine"`
	Name     string         `json:"name,omitempty"` // the customer's; untrusted, as the company is
	Company  string         `json:"company,omitempty"`
	Owner    string         `json:"owner,omitempty"`
}

// RowOf makes a line of a claim.
func RowOf(c claim.Claim, now time.Time, say Words) Row {
	serial := string(c.Lines[0].Serial)
	if serial == "" {
		serial = say("serial.missing")
	}
	minutes := int(max(now.Sub(WaitsSince(c)), 0).Minutes())
	return Row{
		Claim: c.ID, Severity: c.Severity, Bad: say("severity." + string(c.Severity)), Danger: Dangerous(c),
		Status:  say("status." + string(c.Status)),
		Age:     say("desk.age", "Days", minutes/(24*60), "Hours", minutes/60%24, "Minutes", minutes%60),
		Day:     claim.DateOf(c.Opened),
		Machine: say("desk.machine", "Serial", serial, "Model", c.Lines[0].Model, "More", len(c.Lines)-1),
		Name:    c.Reporter.Name, Company: c.Customer, Owner: c.Owner.Name,
	}
}

// Section is a part of the queue, ready to be shown.
type Section struct {
	Name GroupName `json:"name"`
	Rows []Row     `json:"rows"`
}

// Sheet is all about one claim.
type Sheet struct {
	Claim   claim.Claim
	Card    Document
	Actions []Action // what can be done with it now
	History []Entry  // the oldest first
	Zone    string   // IANA time zone of the customer's site; empty = Shantou's
}

// Action is a button under a claim's card: ID is what it carries.
type Action struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Entry is an event of a claim's history, and how it is told to engineers without the words that came with it,
// which are the event's note.
type Entry struct {
	Event claim.Event
	Told  string
}

// Turn is who is on call on a level.
type Turn struct {
	Level  string    `json:"level"`
	Name   string    `json:"name"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason,omitempty"` // why somebody stands in; empty = nobody does
}
