package claim

import "time"

// ID is a claim's number as people say it: C-2603-0001, year and month of its opening in
// Shantou and a sequence within the month. It is issued by the store.
type ID string

// Severity says how badly production suffers (domain.md 11).
type Severity string

// The severities. The zero value means "not said yet".
const (
	LineDown Severity = "line_down" // production stopped, unsafe, or product cannot be released
	Degraded Severity = "degraded"  // runs with loss, alarm, reduced speed or quality
	Question Severity = "question"  // no fault: warranty, freight, training, how-to, status
)

// Claim is one case that a customer reported. Version grows by one with every change.
type Claim struct {
	ID          ID         `json:"id"`
	Version     int        `json:"version"`
	Status      Status     `json:"status"`
	Severity    Severity   `json:"severity"`
	Lines       []Line     `json:"lines"` // one a serial number (domain.md E7)
	Description string     `json:"description"`
	Evidence    []Evidence `json:"evidence,omitempty"`
	Earlier     []string   `json:"earlier,omitempty"` // answers that were replaced before it was sent (promise P10)
	Reporter    Person     `json:"reporter"`
	Customer    string     `json:"customer,omitempty"` // the reporter's company by its name; empty = a stranger
	Channel     string     `json:"channel"`            // where the customer is answered: channel, chat, thread
	Chat        string     `json:"chat"`
	Thread      string     `json:"thread,omitempty"`
	Lang        string     `json:"lang"`                // language in which it was reported
	Owner       Actor      `json:"owner,omitzero"`      // the engineer who has taken it; zero = nobody
	Asked       Inquiry    `json:"asked,omitzero"`      // what is waited for; zero unless WaitingCustomer
	Date        Date       `json:"date"`                // claim date in Shantou: day of the first message (domain.md 5.1)
	Opened      time.Time  `json:"opened"`              // when it was sent, UTC
	Changed     time.Time  `json:"changed"`             // when its version last moved, UTC
	Policy      string     `json:"policy"`              // version of the policy it was judged by
	Duplicate   ID         `json:"duplicate,omitempty"` // an earlier open claim on the same serial (domain.md E8)
	Merger      Merger     `json:"merger,omitzero"`     // where it has gone; zero unless Merged
	Also        []ID       `json:"also,omitempty"`      // the claims that were merged into this one
	By          Actor      `json:"by,omitzero"`         // the engineer who opened it for a customer who called; zero = the customer did
	Contact     string     `json:"contact,omitempty"`   // how a customer is reached who called: telephone or e-mail, as an engineer wrote it
	Proof       string     `json:"proof,omitempty"`     // why Date is earlier than the day of opening (domain.md E11), as an engineer wrote it
	Held        bool       `json:"held,omitempty"`      // not closed by the program though nobody has confirmed: the desk was told
	Surveyed    bool       `json:"surveyed,omitempty"`  // was closed once: the customer was asked to rate the service
	Rating      Rating     `json:"rating,omitzero"`     // what the customer has answered
	Unreached   time.Time  `json:"unreached,omitzero"`  // since when the customer cannot be reached where the claim is answered, UTC; zero = he can
	// Open obligations that keep a claim from being closed (domain.md 6.2). Counted, never negative.
	OpenReturns    int `json:"open_returns,omitempty"`
	BoardsOut      int `json:"boards_out,omitempty"`
	OpenQuotations int `json:"open_quotations,omitempty"`

	Calls Calls `json:"calls,omitzero"` // for an engineer
}

// Line is one machine or part within a claim, with its own verdict.
type Line struct {
	Serial  Serial    `json:"serial"`
	Model   string    `json:"model,omitempty"`   // from the registry; empty when unknown
	Company CompanyID `json:"company,omitempty"` // the machine's owner by the registry
	Check   bool      `json:"check,omitempty"`   // not in the registry: a person must check it (domain.md E1)
	Verdict Verdict   `json:"verdict"`
	// What people found out and decided; the verdict follows from it (bot/rules).
	Findings Findings `json:"findings,omitzero"`
	Ruled    Ruled    `json:"ruled,omitzero"` // who decided last, and how often
	// Shown is what the verdict is without a suspicion, as long as there is one: what the customer reads. Zero = Verdict.
	Shown Verdict `json:"shown,omitzero"`
}

// Public returns the verdict that the customer may read: without what an engineer only suspects (domain.md E20).
func (l Line) Public() Verdict {
	if l.Shown.Coverage != "" {
		return l.Shown
	}
	return l.Verdict
}

// Evidence is one stored file that belongs to a claim.
type Evidence struct {
	Hash    string    `json:"hash"`             // SHA-256 of the content, lower-case hex; its key in the media store
	Name    string    `json:"name"`             // as the sender named it; untrusted text, may be empty
	Mime    string    `json:"mime"`             // sniffed from the content, never the sender's word
	Size    int64     `json:"size"`             // bytes
	Unsafe  bool      `json:"unsafe,omitempty"` // a program, or a document with macros: never passed on
	Caption string    `json:"caption,omitempty"`
	At      time.Time `json:"at"` // when it was sent, UTC
	// Internal tells that an engineer added it for his colleagues: no customer sees it, nor its name.
	Internal bool `json:"internal,omitempty"`
}

// Pending tells whether the claim still waits for somebody: not closed, merged or declined.
func (c Claim) Pending() bool {
	return c.Status != Closed && c.Status != Merged && c.Status != Declined
}

// Reachable tells whether the bot can write to the customer. What an engineer has opened for somebody who called has no
// chat, until it is handed to a person who writes.
func (c Claim) Reachable() bool { return c.Channel != "" || c.By.ID == "" }

// Begin returns the events with which a new claim's history begins.
func (c Claim) Begin() []Event {
	by := c.By
	if by.ID == "" {
		by = Actor{Role: Customer, ID: c.Reporter.ID, Name: c.Reporter.Name}
	}
	list := []Event{{Kind: EventOpened, By: by, At: c.Opened, To: string(c.Status)}}
	if c.Proof != "" {
		list = append(list, Event{Kind: EventDated, By: by, At: c.Opened, From: DateOf(c.Opened).String(), To: c.Date.String(), Note: c.Proof})
	}
	return list
}

// Event is one change of a claim: who, when, what, why (promise P10). Events are never changed.
type Event struct {
	Claim ID        `json:"claim"`
	Seq   int       `json:"seq"` // the claim's version after the change
	Kind  EventKind `json:"kind"`
	By    Actor     `json:"by"`
	At    time.Time `json:"at"`              // UTC
	From  string    `json:"from,omitempty"`  // what it was before: a status, an earlier wording
	To    string    `json:"to,omitempty"`    // what it is now
	Note  string    `json:"note,omitempty"`  // the reason, or the words themselves
	Files []string  `json:"files,omitempty"` // hashes of the evidence that came with it
	Items []Item    `json:"items,omitempty"` // what the customer was asked for
	Lang  string    `json:"lang,omitempty"`  // [EventRated]: the language in which the customer was asked
	Other ID        `json:"other,omitempty"` // the claim that it was merged with, or no longer is
	Was   Verdict   `json:"was,omitzero"`    // what the rules said before the facts were corrected
	Now   Verdict   `json:"now,omitzero"`    // and what they say since then

	Serial Serial `json:"serial,omitempty"` // [EventDecided] and [EventFound]: the machine
	Choice string `json:"choice,omitempty"` // [EventDecided] and [EventFound]: what was chosen, as in [Ruling]
}

// EventKind says what an [Event] changed.
type EventKind string

// The kinds of events.
const (
	EventOpened   EventKind = "opened"
	EventStatus   EventKind = "status"   // From and To are statuses
	EventAdded    EventKind = "added"    // the customer added words or files
	EventRevised  EventKind = "revised"  // an edited message: From and To are the wordings
	EventAnswered EventKind = "answered" // staff sent words or files to the customer
	EventNote     EventKind = "note"     // staff noted something for themselves: no customer sees it
	EventSeverity EventKind = "severity" // From and To are severities
	EventGone     EventKind = "gone"     // the customer has blocked the bot, or the chat is no more: no customer sees it
	EventBack     EventKind = "back"     // the customer can be reached again: no customer sees it
	// Staff corrected words that they had sent to the customer: From and To are the wordings.
	EventCorrected EventKind = "corrected"
	EventReminded  EventKind = "reminded" // the program reminded the customer of what was asked for; in the desk's history alone
	EventHeld      EventKind = "held"     // the program left an unconfirmed claim to the desk: no customer sees it
	EventRefused   EventKind = "refused"  // somebody wanted to do To and may not, or it cannot be done: no customer sees it
	// The customer rated the service: To is the score, 1 to [BestScore]. A second one brings the words; From and
	// To are then the score that stands.
	EventRated EventKind = "rated"

	EventDated   EventKind = "dated"   // an earlier claim day counts: From and To are days, Note is why. No customer sees it
	EventJoined  EventKind = "joined"  // Other was merged into this claim: no customer sees it
	EventParted  EventKind = "parted"  // Other is a claim of its own again: no customer sees it
	EventSerial  EventKind = "serial"  // a wrong serial number was corrected: From and To are the numbers
	EventCompany EventKind = "company" // for which company the customer writes: From and To are names. No customer sees it
	EventHanded  EventKind = "handed"  // a claim of somebody who called goes on with a person who writes: No customer sees it

	EventOwner EventKind = "owner" // an engineer handed it over: From and To are the names
	// An engineer decided on a machine: From and To are the rules of the verdicts, Note is why. What the customer was
	// told of is decided, what is for the engineers alone was found.
	EventDecided EventKind = "decided"
	EventFound   EventKind = "found"
)

// Internal tells whether an event is the engineers' own affair: no customer sees it.
func (k EventKind) Internal() bool {
	switch k {
	case EventNote, EventHeld, EventReminded, EventRefused, EventFound, EventDated, EventJoined, EventParted, EventCompany, EventHanded,
		EventGone, EventBack:
		return true
	default:
		return false
	}
}

// Actor is who did something. The zero value is the program itself.
type Actor struct {
	Role Role     `json:"role"`
	ID   PersonID `json:"id,omitempty"`
	Name string   `json:"name,omitempty"`
}

// Role says in which capacity somebody acts. The zero value is the program itself.
type Role string

// The roles.
const (
	System   Role = ""
	Customer Role = "customer"
	Staff    Role = "staff"
	Outsider Role = "outsider" // somebody in a room of the desk who is none of its people: nothing is his to do
)
