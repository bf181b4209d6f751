package claim

import (
	"slices"
	"strings"
	"time"
)

// Item is one thing that an engineer needs to know first (domain.md 12). Its words are "item.<item>" in the
// catalogue.
type Item string

// The items: what is seen, and what is told.
const (
	AlarmScreen Item = "alarm"    // a picture of the whole screen with the alarm's text
	NamePlate   Item = "plate"    // a picture of the name plate
	Video       Item = "video"    // 10 to 30 seconds with sound
	SinceWhen   Item = "since"    // and after what change
	HowOften    Item = "often"    // always, sometimes, when warm
	Whereabouts Item = "channel"  // which channel, camera or side
	Product     Item = "product"  // and throughput
	Air         Item = "air"      // its pressure while the machine runs
	Mains       Item = "mains"    // and the room's temperature
	Software    Item = "software" // its version
	Tried       Item = "tried"    // what was tried already
)

// Checklist holds all items in the order in which they are offered.
var Checklist = []Item{
	AlarmScreen, NamePlate, Video, SinceWhen, HowOften, Whereabouts, Product, Air, Mains, Software, Tried,
}

// MostAsked is how many items may be asked for at once (domain.md 12).
const MostAsked = 2

// Inquiry is what a claim's customer is asked for. The zero value asks for nothing.
type Inquiry struct {
	Items []Item    `json:"items,omitempty"` // at most [MostAsked], each once
	Words string    `json:"words,omitempty"` // the engineer's own
	At    time.Time `json:"at,omitzero"`     // UTC
}

// valid tells whether something is asked for that may be asked for.
func (q Inquiry) valid() bool {
	for i, item := range q.Items {
		if !slices.Contains(Checklist, item) || slices.Contains(q.Items[:i], item) {
			return false
		}
	}
	return len(q.Items) <= MostAsked && (len(q.Items) > 0 || q.Words != "")
}

// ask asks the customer for something.
func (c Claim) ask(q Inquiry, by Actor) (Claim, Event, error) {
	c, e, err := c.Move(Change{To: WaitingCustomer, By: by, At: q.At, Why: q.Words})
	if err == nil {
		c.Asked, e.Items = q, q.Items
	}
	return c, e, err
}

// Answered returns the claim, of which its engineer has the next move again, after its customer has sent something,
// together with the event that records it. ok is false when nothing was waited for, or when it was sent before it
// was asked for; platforms tell times by the second.
func (c Claim) Answered(by Actor, sent time.Time) (now Claim, e Event, ok bool) {
	if c.Status != WaitingCustomer || sent.Before(c.Asked.At.Truncate(time.Second)) {
		return c, Event{}, false
	}
	now, e, err := c.Move(Change{To: Taken, By: by, At: sent})
	return now, e, err == nil
}

// Gap is something that an engineer needs and a claim has not. Its words are "card.missing.<gap>" in the catalogue.
type Gap string

// The gaps.
const (
	NoSerial  Gap = "serial"  // no serial number that the registry knows
	FewWords  Gap = "words"   // the description says too little
	NoPicture Gap = "picture" // of anything
	NoVideo   Gap = "video"   // of anything
)

// Missing lists what the claim lacks, as far as that can be told from what it holds. enough judges a description.
// Of a question nothing is shown, and what is solved or over needs nothing.
func (c Claim) Missing(enough func(description string) bool) (list []Gap) {
	if !c.Pending() || c.Status == Resolved {
		return nil
	}
	if slices.ContainsFunc(c.Lines, func(l Line) bool { return l.Check || l.Serial == "" }) {
		list = append(list, NoSerial)
	}
	if !enough(c.Description) {
		list = append(list, FewWords)
	}
	if c.Severity == Question {
		return list
	}
	if !c.shows("image/") {
		list = append(list, NoPicture)
	}
	if !c.shows("video/") {
		list = append(list, NoVideo)
	}
	return list
}

// shows tells whether the claim has evidence of a kind.
func (c Claim) shows(kind string) bool {
	return slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return strings.HasPrefix(e.Mime, kind) })
}
