package bot

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

// Event is what happened in an [Inbound]. The set is closed.
//
//sumtype:decl
type Event interface{ event() string }

// Said is a text that a person typed. Commands arrive as they were typed: "/start abc".
type Said struct {
	Text string `json:"text"`
}

// Chose is a pressed button.
type Chose struct {
	Choice ChoiceID  `json:"choice"`
	On     MessageID `json:"on,omitempty"`    // the message under which it stands, when the channel tells
	Query  string    `json:"query,omitempty"` // what the channel's [Acknowledger] acknowledges the press by
}

// Attached is one or more files. An album may arrive as one event an item: they share Album. Files that
// have only a Ref are fetched first; the conversation hears of them again, then as [Fetched].
type Attached struct {
	Files   []File `json:"files"`
	Caption string `json:"caption,omitempty"`
	Album   string `json:"album,omitempty"`
}

// Filled is a form that was filled in and sent.
type Filled struct {
	Form   ChoiceID          `json:"form"`   // [Modal].ID
	Typed  map[string]string `json:"typed"`  // by [Input].ID
	Chosen map[string]string `json:"chosen"` // of the inputs with Choices: the chosen one's ID
}

// Visited tells that a person looks at the page that the channel keeps for her.
type Visited struct{}

// Edited is a new wording of an earlier message of the same person.
type Edited struct {
	Of   MessageID `json:"of"`
	Text string    `json:"text"`
}

// Odd is something the bot has no use for: a sticker, a location, a contact, a poll.
type Odd struct {
	Kind string `json:"kind"`
}

// Fetched is a file of an earlier [Attached] that has been fetched, or could not be (File.Refused), or one
// that came by the upload page.
type Fetched struct {
	Of      string  `json:"of"` // the ID of the inbound that it came with, and its place there: "telegram/7#0"
	File    File    `json:"file"`
	Caption string  `json:"caption,omitempty"`
	Album   string  `json:"album,omitempty"`
	Frame   FrameID `json:"frame,omitempty"` // the frame that was being asked when it was sent
	Quiet   bool    `json:"quiet,omitempty"` // it came with an emergency: nothing is said about it
}

// Presence tells that a person has blocked the bot or left the room, or is back.
type Presence struct {
	Gone bool `json:"gone,omitempty"`
}

// Moved tells that a chat goes on under another name: a group became a supergroup. It is said in the chat
// of the old name.
type Moved struct {
	Chat string `json:"chat"` // the new name
}

// Waited is a timer that came due. It does nothing when its frame has moved on.
type Waited struct {
	Timer Timer `json:"timer"`
}

// Did tells a step what became of an effect it asked for. Refused is empty on success.
type Did struct {
	Effect  string      `json:"effect"` // the effect's kind
	Claim   claim.Claim `json:"claim,omitzero"`
	File    File        `json:"file,omitzero"`
	Paper   Raw         `json:"paper,omitempty"`   // MakeCopy: the same paper as text
	Link    string      `json:"link,omitempty"`    // LetIn: the address; empty = it was sent to the private chat
	Code    string      `json:"code,omitempty"`    // NewLink
	Refused string      `json:"refused,omitempty"` // key of the text that says why not
}

// Found answers the look-ups of a step, all of them at once.
type Found struct {
	Machine  *claim.Machine  // FindMachine: exact; nil = not in the registry
	Near     []claim.Machine // FindMachine: near matches by [claim.Serial.Folded]; only when Machine is nil
	Swaps    []Swap          // ListSwaps: the one arranged first first
	Machines []claim.Machine // ListMachines: those of the person's company; ShowClaim in a room of the desk: the claim's, as far as the registry has them
	Claims   []claim.Claim   // ListClaims, ListPending, SearchClaims, FindSimilar, ShowClaim: newest first
	Total    int             // SearchClaims: how many there are, with those that are not in Claims
	History  []claim.Event   // ShowClaim: oldest first
	Owners   []claim.Company // FindCompanies; ShowClaim and FindMachine in a room of the desk: who owns the machines
	Writers  []claim.Writer  // FindWriters
	Card     Raw             // ShowClaim in a room of the desk: what the claim's card says
	Company  *claim.Company  // ReadLink: owner of the machine the link was printed for
	Codes    []string        // ReadPlate: what the codes in the picture say
	Wait     time.Duration   // FindMachine: too many were looked up, none more for so long
	Problem  string          // key of the text that says what went wrong; empty = nothing
}

// PlateWanted is the house's note to itself to read a name plate from a picture, which is slow.
type PlateWanted struct {
	Frame FrameID `json:"frame"`
	File  File    `json:"file"`
}

// Told is news from another conversation.
type Told struct {
	News  News         `json:"news"`
	Claim claim.ID     `json:"claim,omitempty"`
	By    claim.Actor  `json:"by"`
	Lang  string       `json:"lang,omitempty"`
	Text  string       `json:"text,omitempty"` // somebody's own words
	Files []File       `json:"files,omitempty"`
	About string       `json:"about,omitempty"` // what the person was doing: serial number, draft, chat
	Items []claim.Item `json:"items,omitempty"` // what the customer is asked for
	Call  *Call        `json:"call,omitempty"`  // of [NewsPing], [NewsStalled] and [NewsSilent]; of a merger how bad the other claim is
	Score int          `json:"score,omitempty"` // what the service was rated
	Alert string       `json:"alert,omitempty"` // [NewsPing]: the [Alert] that it shows, as it now is
	Swap  *Swap        `json:"swap,omitempty"`  // of [NewsSwapped]

	Letter *Letter   `json:"letter,omitempty"` // that brings this to a customer
	Was    string    `json:"was,omitempty"`    // the wording that Text corrects
	Of     MessageID `json:"of,omitempty"`     // the customer's message that this repeats, revises or answers

	Other   claim.ID       `json:"other,omitempty"`   // the claim that it was merged with; or as which the customer knows it
	Change  *Change        `json:"change,omitempty"`  // of [NewsActed] and [NewsStatus]: facts that were corrected
	Caller  string         `json:"caller,omitempty"`  // the customer whom the desk has to call, with his number
	Company *claim.Company `json:"company,omitempty"` // of [NewsLinked]: without an ID, none any more

	Owner  *claim.Actor `json:"owner,omitempty"`  // of [claim.HandOver]: who has the claim now
	Ruling *Ruling      `json:"ruling,omitempty"` // of [claim.Decide]

	Digest *measure.Digest `json:"digest,omitempty"` // of [NewsWeekly]
}

// Ruling is what was decided about one machine of a claim. What goes to a customer has neither choice nor part.
type Ruling struct {
	Serial  claim.Serial    `json:"serial"`
	Company claim.CompanyID `json:"company,omitempty"` // the machine's owner by the registry
	Linked  bool            `json:"linked,omitempty"`  // the customer was linked to it when the engineer saw what is sent
	Verdict claim.Verdict   `json:"verdict"`
	Open    bool            `json:"open,omitempty"` // what is done about it is not decided yet
	Choice  string          `json:"choice,omitempty"`
	Part    string          `json:"part,omitempty"` // the suspected one
}

// Call is a call for engineers.
type Call struct {
	Severity claim.Severity `json:"severity"`
	Waits    time.Duration  `json:"waits"` // since when the claim waits for somebody, or nothing has happened with it
	Whom     []Called       `json:"whom,omitempty"`
	// Claims are all that are called for, the worst first; empty = the one that is told about.
	Claims []Caller `json:"claims,omitempty"`
	Direct bool     `json:"direct,omitempty"` // in a private message to who shall take them
}

// Caller is a claim of a [Call], as it now is.
type Caller struct {
	Claim    claim.ID       `json:"claim"`
	Severity claim.Severity `json:"severity"`
	Waits    time.Duration  `json:"waits"`
	Whom     []Called       `json:"whom,omitempty"`
	Over     claim.Status   `json:"over,omitempty"`  // it waits for nobody any more; empty = it does
	Owner    string         `json:"owner,omitempty"` // the name of who has it then
	Machine  string         `json:"machine,omitempty"`
	Words    string         `json:"words,omitempty"` // the customer's own
}

// Called is who shall hear of a claim.
type Called struct {
	Level  string   `json:"level,omitempty"`   // its name for people; empty = everybody
	People []string `json:"people,omitempty"`  // the names of who is meant
	ByName bool     `json:"by_name,omitempty"` // these people, whatever their level
}

// Change is what was corrected: what it was, and what it is now.
type Change struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	Was  string `json:"was,omitempty"` // coverage and row, for engineers alone: "IN D3"
	Now  string `json:"now,omitempty"`
}

// News says what [Told] is about.
type News string

// The news.
const (
	NewsOpened    News = "opened"    // desk: a claim was opened
	NewsAdded     News = "added"     // desk: the customer added words or files
	NewsSupplied  News = "supplied"  // desk: the customer sent what was asked for: the claim is the engineer's again
	NewsRevised   News = "revised"   // desk: the customer edited a message
	NewsTalk      News = "talk"      // desk: somebody asks for a person
	NewsEmergency News = "emergency" // desk: emergency words
	NewsSetAside  News = "set_aside" // desk: an update could not be worked
	NewsFileLost  News = "file_lost" // desk: a customer's file could not be fetched
	NewsGivenUp   News = "given_up"  // desk: a message that the platform will never take
	NewsDoor      News = "door"      // one of the desk's people: asked for the pages in a room
	NewsActed     News = "acted"     // desk: an engineer did something with a claim, or its time ran out; About is the action
	NewsPing      News = "ping"      // desk, or one of its people: claims wait for somebody who takes them
	NewsCallOver  News = "call_over" // the house itself: a claim waits for nobody any more; what called for it shows that
	NewsStalled   News = "stalled"   // desk: nothing has happened with a claim that By has
	NewsGone      News = "gone"      // desk: a customer cannot be reached any more; About is the channel
	NewsBack      News = "back"      // desk: a customer can be reached again; About is the channel
	NewsAnswered  News = "answered"  // desk: what an engineer sent to a customer from elsewhere
	NewsSwapped   News = "swapped"   // desk: somebody stands in for another, or does so no more
	NewsSilent    News = "silent"    // desk: the customer has not answered for so long that the claim may be resolved
	NewsUnrung    News = "unrung"    // desk: an alarm outside of the chat did not ring; About is which
	NewsReminded  News = "reminded"  // customer: staff still needs what it has asked for
	NewsWeekly    News = "weekly"    // desk: how the service was last week, with charts
	NewsAnswer    News = "answer"    // customer: staff answers
	NewsCorrected News = "corrected" // customer: staff corrects an answer
	NewsAsked     News = "asked"     // customer: staff asks for something
	NewsStatus    News = "status"    // customer: the claim's status changed; About is the action
	NewsSurvey    News = "survey"    // customer: the claim was closed for the first time
	NewsLinked    News = "linked"    // customer: the desk has linked the person to a company; About is how
	NewsDecided   News = "decided"   // customer: an engineer decided on what follows from the warranty
)

// What [NewsStatus] is about besides actions: the end of a claim that went on in one that its customer may not see.
const (
	AboutSettled = "settled"
	AboutRefused = "refused"
)

func (Said) event() string        { return "said" }
func (Chose) event() string       { return "chose" }
func (Attached) event() string    { return "attached" }
func (Filled) event() string      { return "filled" }
func (Visited) event() string     { return "visited" }
func (Edited) event() string      { return "edited" }
func (Odd) event() string         { return "odd" }
func (Fetched) event() string     { return "fetched" }
func (Presence) event() string    { return "presence" }
func (Moved) event() string       { return "moved" }
func (Waited) event() string      { return "waited" }
func (Did) event() string         { return "did" }
func (Found) event() string       { return "found" }
func (PlateWanted) event() string { return "plate_wanted" }
func (Told) event() string        { return "told" }

// inboundJSON is the stored form of an [Inbound]: the event with its name beside it.
type inboundJSON struct {
	ID      string          `json:"id"`
	Order   int64           `json:"order,omitempty"`
	Sent    jsonTime        `json:"sent"`
	From    Sender          `json:"from"`
	To      Address         `json:"to"`
	Message MessageID       `json:"message,omitempty"`
	ReplyTo MessageID       `json:"reply_to,omitempty"`
	Public  bool            `json:"public,omitempty"`
	Kind    string          `json:"kind"`
	Event   json.RawMessage `json:"event"`
}

// MarshalJSON writes the form in which internal inbounds wait in the store.
func (in Inbound) MarshalJSON() ([]byte, error) {
	event, err := json.Marshal(in.Event)
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return json.Marshal(inboundJSON{in.ID, in.Order, jsonTime(in.Sent), in.From, in.To, in.Message, in.ReplyTo, in.Public, in.Event.event(), event})
}

// UnmarshalJSON reads what [Inbound.MarshalJSON] writes and refuses unknown events.
func (in *Inbound) UnmarshalJSON(b []byte) error {
	var w inboundJSON
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("decode inbound: %w", err)
	}
	event, err := decodeEvent(w.Kind, w.Event)
	if err != nil {
		return err
	}
	*in = Inbound{
		ID: w.ID, Order: w.Order, Sent: w.Sent.time(), From: w.From, To: w.To, Message: w.Message, ReplyTo: w.ReplyTo, Public: w.Public, Event: event,
	}
	return nil
}

func decodeEvent(kind string, b []byte) (Event, error) {
	switch kind {
	case Said{}.event():
		return decodeAs[Said](b)
	case Chose{}.event():
		return decodeAs[Chose](b)
	case Attached{}.event():
		return decodeAs[Attached](b)
	case Filled{}.event():
		return decodeAs[Filled](b)
	case Visited{}.event():
		return decodeAs[Visited](b)
	case Edited{}.event():
		return decodeAs[Edited](b)
	case Odd{}.event():
		return decodeAs[Odd](b)
	case Fetched{}.event():
		return decodeAs[Fetched](b)
	case Presence{}.event():
		return decodeAs[Presence](b)
	case Moved{}.event():
		return decodeAs[Moved](b)
	case Waited{}.event():
		return decodeAs[Waited](b)
	case PlateWanted{}.event():
		return decodeAs[PlateWanted](b)
	case Told{}.event():
		return decodeAs[Told](b)
	}
	return nil, fmt.Errorf("decode event: unknown kind %q", kind)
}

func decodeAs[E Event](b []byte) (Event, error) {
	var e E
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("decode event: %w", err)
	}
	return e, nil
}
