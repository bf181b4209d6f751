package bot

import (
	"strconv"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/rules"
)

// Text is something to say: a key of the catalogue and its arguments. Flows hold keys, never
// sentences. An argument may be a string (somebody's own words: it is escaped), a number, a
// [claim.Date], a time.Time, another Text, or a []Text that is joined as a list.
type Text struct {
	Key  string         `json:"key"`
	Args map[string]any `json:"args,omitempty"`
	Lang string         `json:"lang,omitempty"` // in which it is said; empty = that of whoever reads it
}

// In returns the text as somebody reads it who is answered in that language.
func (t Text) In(lang string) Text {
	t.Lang = lang
	return t
}

// Lines is an argument: texts below each other.
type Lines []Text

// Raw is an argument that is marked up already; it is not escaped again.
type Raw string

// Say returns the text of a key with arguments in pairs: Say("asked", "Serial", s).
func Say(key string, pairs ...any) Text {
	t := Text{Key: key}
	if len(pairs) > 0 {
		t.Args = make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			t.Args[pairs[i].(string)] = pairs[i+1]
		}
	}
	return t
}

// StepID names a step. It is stored, so a renamed step keeps its earlier names in Was.
type StepID string

// Step asks one thing and understands the answer. Its functions are pure: no I/O, no clock, no
// randomness; the engine may call them again.
type Step[S any] struct {
	ID      StepID
	Was     []StepID                // earlier names, so that stored sessions find it
	Done    func(S) bool            // answered already? nil = never: it is asked when reached
	Ask     func(S) Prompt          // can be shown again after a typo, "back", a restart
	Answer  func(S, Turn) (S, Next) // understands one event
	Passing bool                    // arises from an answer and passes with it: "back" goes past it
	To      []StepID                // every step that Answer may lead to; others are refused
}

// Script is one flow: its steps in the order in which they are asked. A frame goes on at the
// first step that is not Done, so a release that adds a question asks only what is missing.
type Script[S any] struct {
	Name    string
	Begin   func(S, Turn) (S, Next) // called once when a frame starts, before anything is asked; may be nil
	Steps   []Step[S]
	Title   func(S) Text            // how a draft is named in the switcher; nil = never listed, never nudged
	InOrder bool                    // what is said to it is read by others: in the order in which it was sent, also behind a file that is slow
	Late    func(S, Turn) (S, Next) // a late addition (design.md section 3); nil = it is said that it came late
}

// Prompt is a question: what is said and which buttons stand under it.
type Prompt struct {
	Text    []Text
	Options []Option
	Form    *Form // the same question as a form, for a channel that can show one; nil = there is none
}

// Form is a question in several fields. The step is given [Filled] with [Turn].Values when each of them is right
// in itself; it answers with [Next].Errors, or as to any other event.
type Form struct {
	Title  Text // two to four words
	Text   []Text
	Submit Text
	Fields []Field
}

// Field is one line of a [Form].
type Field struct {
	ID       string // short, stable and unique within the form
	Label    Text
	Hint     Text     // without a key there is none
	Value    string   // what stands there already; of Options the chosen one's ID
	Long     bool     // several lines may be written
	Optional bool     // may be left empty
	Options  []Option // one of them is chosen; empty = it is typed
}

// Option is an answer offered as a button. ID is short, stable and unique within the prompt.
type Option struct {
	ID    string
	Label Text
	Go    string   // starts this flow instead of answering the step; empty = answers
	Words string   // key of the catalogue's other words for it: "words.done"; empty = none
	Claim claim.ID // in an Offer or on the page: a button of this claim; empty = ID is a command's name
	Rest  string   // in an Offer or on the page: what follows the command; together at most 30 bytes
	Twin  bool     // on a card: only while the claim is possibly a duplicate
}

// Turn is what a step may know when it answers.
type Turn struct {
	Event   Event
	Option  string    // the option that was pressed, typed or numbered; empty = none
	Sent    time.Time // the platform's time of the message, UTC
	Message MessageID // the message itself; empty = none
	To      Address
	Person  claim.Person
	Staff   duty.Person // who of the desk's people acts; zero = not known as one of them
	Room    bool        // it is in a room of the desk, and not in private
	Policy  *rules.Policy
	Roster  *duty.Desk        // who is on call, and when people work
	Drafts  []Draft           // the person's other open frames that have a title, newest first
	Langs   []string          // the catalogue's languages
	First   bool              // nothing was said in this conversation before
	Last    claim.ID          // the claim that the person filed last in this conversation; empty = none
	Edit    bool              // an earlier answer was edited: understand it anew, do not lead elsewhere
	MaxFile int64             // bytes of the largest file that the person's channel hands over
	Args    Args              // what the frame was started with
	Values  map[string]string // [Filled]: by [Field].ID what was typed or chosen, for every field
}

// Args is what a frame is started with.
type Args struct {
	Claim   claim.ID `json:"claim,omitempty"`
	Frame   FrameID  `json:"frame,omitempty"`   // the frame it is about
	Payload string   `json:"payload,omitempty"` // of a deep link, or free words
	Files   []File   `json:"files,omitempty"`   // that came with the words
	Quoted  bool     `json:"quoted,omitempty"`  // begins without a word: it is given at once what answers a message about Claim
	Told    *Told    `json:"told,omitempty"`
	// Corrects is what was sent to a customer and is now worded otherwise: Payload is the new wording.
	Corrects *Posted `json:"corrects,omitempty"`
}

// Draft is an open frame as the switcher shows it.
type Draft struct {
	Frame FrameID
	Flow  string
	Title Text
}

// Next is what follows from an answer. The zero value goes on to the first step that is not
// Done.
type Next struct {
	Step  StepID // go to this step; the step's own ID asks it again
	End   bool   // the frame is finished
	Quiet bool   // say only what Say holds; do not ask again
	Say   []Text
	After []Text   // said of a correction, below what it has corrected
	Offer []Option // buttons under Say when the frame ends: commands, or a claim's
	// Errors says, by [Field].ID, what is wrong with what was filled in. While the form is shown nothing
	// else follows then.
	Errors map[string]Text
	Page   []Prompt // what stands on the person's page, in answer to [Visited]
	Files  []File
	Card   claim.ID // shows this claim's card in front
	Do     []Effect
	Look   []Lookup
	Go     Move // afterwards: another frame
}

// Move leads to another frame.
//
//sumtype:decl
type Move interface{ move() }

// Start puts a new frame of a flow on top.
type Start struct {
	Flow string
	Args Args
}

// Raise puts an open frame on top, so that it is asked again.
type Raise struct{ Frame FrameID }

// Resume puts an open frame on top and gives it the event, as the answer to its own question.
type Resume struct{ Frame FrameID }

// Restart throws an open frame away and starts a new one.
type Restart struct {
	Frame FrameID
	Start Start
}

// Drop throws an open frame away.
type Drop struct{ Frame FrameID }

func (Start) move()   {}
func (Raise) move()   {}
func (Resume) move()  {}
func (Restart) move() {}
func (Drop) move()    {}

// Effect is something to be done outside the conversation, as data. One switch in the engine
// does them all, each under the key inbound + kind + subject, and the result comes back as
// [Did]. The set is closed.
//
//sumtype:decl
type Effect interface {
	kind() string
	subject() string // tells two effects of one kind in one turn apart
}

// OpenClaim files a claim and tells the desk.
type OpenClaim struct{ Claim claim.Claim }

// AddToClaim adds the customer's words or files to a claim and tells the desk.
type AddToClaim struct {
	ID    claim.ID
	Text  string
	Files []File
	Was   string // an earlier wording that Text replaces; empty = an addition
}

// AnswerCustomer sends an engineer's words or files to the customer of a claim (promise P7:
// nothing else does).
type AnswerCustomer struct {
	ID    claim.ID
	Text  string
	Files []File
}

// CorrectAnswer gives an engineer's words that were sent to a customer another wording.
type CorrectAnswer struct {
	ID     claim.ID
	Letter string // [Posted].Letter
	Text   string
}

// ActOnClaim does with a claim what an engineer wants, or its customer, who has fewer wishes. The customer is told when its status changes, with the
// action's words: the flow has said so.
type ActOnClaim struct {
	ID     claim.ID
	Action claim.Action
	Files  []File `json:",omitempty"` // an engineer's own, for his colleagues
}

// TellDesk puts news into every room of the desk.
type TellDesk struct{ Told Told }

// LinkPerson links the person to a company; Why is "qr", "desk" or "claim".
type LinkPerson struct {
	Company claim.CompanyID
	Why     string
}

// SetLanguage changes the language in which the person is answered.
type SetLanguage struct{ Lang string }

// Remind sets a timer that comes back as [Waited] to the frame as it then stands. A timer of the
// same name replaces the earlier one.
type Remind struct {
	Name  string
	After time.Duration
}

// WantPlate has a name plate read from a picture; the answer comes later as [Found].
type WantPlate struct{ File File }

// LetIn makes who asks a link to the desk's pages, if he is one of its people.
type LetIn struct{}

// MakeCopy prints a claim as PDF for the customer's own records.
type MakeCopy struct{ ID claim.ID }

// SwapTurn arranges that somebody stands in, and tells the desk. By is filled in.
type SwapTurn struct {
	Override duty.Override
	Instead  []duty.PersonID // who has the turn until now
}

// UndoSwap takes a swap back, and tells the desk.
type UndoSwap struct{ Number int }

// LinkAccount links the account that acts to the one of the desk's people whom the code is for.
type LinkAccount struct{ Code string }

// NewLink makes a code by which the one who acts links another account of his; it comes back as [Did].Code.
type NewLink struct{}

// FetchFile has a file fetched from its channel; the conversation hears of it as [Fetched].
type FetchFile struct{ Fetched Fetched }

func (OpenClaim) kind() string      { return "open_claim" }
func (AddToClaim) kind() string     { return "add_to_claim" }
func (AnswerCustomer) kind() string { return "answer_customer" }
func (CorrectAnswer) kind() string  { return "correct_answer" }
func (ActOnClaim) kind() string     { return "act_on_claim" }
func (TellDesk) kind() string       { return "tell_desk" }
func (LinkPerson) kind() string     { return "link_person" }
func (SetLanguage) kind() string    { return "set_language" }
func (Remind) kind() string         { return "remind" }
func (WantPlate) kind() string      { return "want_plate" }
func (LetIn) kind() string          { return "let_in" }
func (MakeCopy) kind() string       { return "make_copy" }
func (LinkAccount) kind() string    { return "link_account" }
func (NewLink) kind() string        { return "new_link" }
func (FetchFile) kind() string      { return "fetch_file" }
func (SwapTurn) kind() string       { return "swap_turn" }
func (UndoSwap) kind() string       { return "undo_swap" }

func (e OpenClaim) subject() string      { return string(e.Claim.Lines[0].Serial) }
func (e AddToClaim) subject() string     { return string(e.ID) }
func (e AnswerCustomer) subject() string { return string(e.ID) }
func (e CorrectAnswer) subject() string  { return e.Letter }
func (e ActOnClaim) subject() string     { return string(e.ID) }
func (e TellDesk) subject() string       { return string(e.Told.News) }
func (e LinkPerson) subject() string     { return string(e.Company) }
func (e SetLanguage) subject() string    { return e.Lang }
func (e Remind) subject() string         { return e.Name }
func (e WantPlate) subject() string      { return e.File.Hash }
func (LetIn) subject() string            { return "" }
func (e MakeCopy) subject() string       { return string(e.ID) }
func (e LinkAccount) subject() string    { return "" } // the code is nobody's to read
func (e NewLink) subject() string        { return "" }
func (e FetchFile) subject() string      { return e.Fetched.Of }
func (e SwapTurn) subject() string       { return string(e.Override.Level) }
func (e UndoSwap) subject() string       { return strconv.Itoa(e.Number) }

// Lookup is a question to the store. All look-ups of a step are answered as one [Found] to the
// same step, once a turn. The set is closed.
//
//sumtype:decl
type Lookup interface{ lookup() }

// FindMachine looks a serial number up in the registry.
type FindMachine struct{ Serial claim.Serial }

// ListMachines lists the machines of the person's company.
type ListMachines struct{}

// ListClaims lists the person's claims and those of the person's company.
type ListClaims struct{}

// ShowClaim reads one claim with its history, when the person may see it.
type ShowClaim struct{ ID claim.ID }

// ListOngoing lists what the person may go on with: the claims that she reported and that wait for somebody. For one that was merged it is
// the other, when she may see that.
type ListOngoing struct{}

// FindCompanies lists the companies that are meant by a number or the beginning of a name. Only in a room of the desk there are any.
type FindCompanies struct{ Words string }

// FindWriters lists the people of a claim's company who write to the bot, who wrote last first. Only in a room of the desk there are any.
type FindWriters struct{ ID claim.ID }

// ListPending lists the claims that wait for somebody. Only in a room of the desk there are any.
type ListPending struct{}

// SearchClaims lists the claims that are meant by words, as [Claims] says. Only in a room of the desk there
// are any.
type SearchClaims struct{ Words string }

// ListSwaps lists the swaps that have not ended; [Turn].Roster then has those of this moment. Only in a room of the
// desk there are any.
type ListSwaps struct{}

// FindSimilar lists the pending claims on a serial number since a day (domain.md E8).
type FindSimilar struct {
	Serial claim.Serial
	Since  claim.Date
}

// ReadLink checks the signature of a deep link and looks its machine up.
type ReadLink struct{ Payload string }

// ReadPlate reads the codes in a picture.
type ReadPlate struct{ File File }

func (FindMachine) lookup()  {}
func (ListMachines) lookup() {}
func (ListClaims) lookup()   {}
func (ListOngoing) lookup()  {}

func (FindCompanies) lookup() {}
func (FindWriters) lookup()   {}

func (ShowClaim) lookup()    {}
func (ListPending) lookup()  {}
func (SearchClaims) lookup() {}
func (ListSwaps) lookup()    {}
func (FindSimilar) lookup()  {}
func (ReadLink) lookup()     {}
func (ReadPlate) lookup()    {}
