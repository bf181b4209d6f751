package bot

import (
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Inbound is one thing that a person, or the house itself, did, freed of its channel's form.
type Inbound struct {
	ID      string    // the same at every redelivery: the idempotency key
	Order   int64     // sorts one conversation's messages as they were sent; 0 for internal ones
	Sent    time.Time // the platform's time, UTC: the policy counts from it
	From    Sender
	To      Address   // where it was said, and where the answer goes
	Message MessageID // the message itself, for later edits; empty when there is none
	ReplyTo MessageID // the message that it quotes, or under which its thread hangs; empty = none
	Public  bool      // others read along: it was said in a group, not in a private chat
	// Modal tells that the channel can show a [Modal] at this moment, or, for [Filled], still shows it. It is
	// not stored: by then it is too late.
	Modal bool
	Event Event
}

// Sender is who wrote, as the platform tells it.
type Sender struct {
	ID   claim.PersonID `json:"id"`             // empty in an internal Inbound to a room
	Name string         `json:"name,omitempty"` // untrusted text
	Lang string         `json:"lang,omitempty"` // IETF tag of the platform's language; may be empty
	// Staff is which of the desk's people this is, where the channel has a login of its own; empty = the account tells.
	Staff claim.PersonID `json:"staff,omitempty"`
}

// Address is where a message goes. All but Channel is opaque to everybody but the adapter.
type Address struct {
	Channel string `json:"channel"`
	Chat    string `json:"chat"`
	Thread  string `json:"thread,omitempty"`
}

// Chat is one lane: what the bot says there leaves in the order in which it was said.
type Chat struct{ Channel, Chat string }

// Lane returns the chat whose lane a message to this address takes.
func (a Address) Lane() Chat { return Chat{a.Channel, a.Chat} }

// Key names a conversation: one person in one chat. The thread is a return address, not an
// identity, so two colleagues in one group never share a draft.
type Key struct {
	Channel string         `json:"channel"`
	Chat    string         `json:"chat"`
	Person  claim.PersonID `json:"person"`
}

// Key returns the conversation that the inbound belongs to.
func (in Inbound) Key() Key { return Key{in.To.Channel, in.To.Chat, in.From.ID} }

// String returns a form for logs and for keys of stores.
func (k Key) String() string { return k.Channel + "/" + k.Chat + "/" + string(k.Person) }

// MessageID identifies one message within its chat. Only the adapter knows its form.
type MessageID string

// Message is one thing the bot says.
type Message struct {
	Text    string   `json:"text"` // *bold* and `code` only; what people typed is escaped by [Escape]
	Choices []Choice `json:"choices,omitempty"`
	Files   []File   `json:"files,omitempty"`
	Prompt  bool     `json:"prompt,omitempty"` // a typed answer is expected: in a group the answer should quote this
	// Mentions are people whom the message calls: where their names stand in bold, the channel calls these
	// accounts. Only the engine sets it; what people write never mentions anybody (promise P6).
	Mentions []Mention `json:"mentions,omitempty"`
}

// Mention is a person by the name that stands in the text, and by the account on the message's channel.
type Mention struct {
	Name    string         `json:"name"`
	Account claim.PersonID `json:"account"`
}

// Choice is a button, or a line of a numbered list where a channel has no buttons.
type Choice struct {
	ID    ChoiceID `json:"id"`
	Label string   `json:"label"`         // plain text
	URL   string   `json:"url,omitempty"` // leads there instead of coming back as [Chose]
}

// Outgoing is a message on its way.
type Outgoing struct {
	ID      string    `json:"id"` // the same when it is tried again; unique in its chat
	To      Address   `json:"to"`
	ReplyTo MessageID `json:"reply_to,omitempty"` // answers this message, where the channel can show it
	Replace MessageID `json:"replace,omitempty"`  // edits this message instead of sending a new one
	Message `json:"message"`
	// Card asks for the claim's card instead of Message: it is rendered at the moment of sending,
	// and edits the card that already stands in the chat.
	Card claim.ID `json:"card,omitempty"`
	// About says which claim a message in the desk's room belongs to: it goes where the claim's card
	// stands, into its thread or as a reply to it.
	About claim.ID `json:"about,omitempty"`
	// Repeats is the customer's message that a message in the desk's room repeats, and Revises the one whose new
	// wording it tells: it answers what repeated that.
	Repeats MessageID `json:"repeats,omitempty"`
	Revises MessageID `json:"revises,omitempty"`
	// Concerns says which claim a message to a customer is about: who answers it means that claim.
	Concerns claim.ID `json:"concerns,omitempty"`
	// Letter is what this message brings to a customer, or a part of it; Rest is how many parts come after it.
	Letter *Letter `json:"letter,omitempty"`
	Rest   int     `json:"rest,omitempty"`
	// Amends names the letter that this message corrects, in its place. Notice names the letter below whose message
	// this one says that it was corrected.
	Amends string `json:"amends,omitempty"`
	Notice string `json:"notice,omitempty"`
	// Note asks for what is to be said of a letter's way instead of Message: it is rendered at the moment of
	// sending, and edits what was said of it before.
	Note string `json:"note,omitempty"`
	// Alert says that the message is how the alert of this ID now is: the second time it edits the first.
	Alert string `json:"alert,omitempty"`
	// Spent names the buttons that this message makes obsolete.
	Spent Spent `json:"spent,omitzero"`
	// Later marks what nobody waits for: news, cards, reminders. Answers to people go first.
	Later bool `json:"later,omitempty"`
}

// Spent is a message whose buttons are done with. A channel takes them away, or leaves the one that was
// chosen as a sign. The zero value is none.
type Spent struct {
	Message MessageID `json:"message,omitempty"`
	Choice  ChoiceID  `json:"choice,omitempty"` // the one that was chosen; empty = answered in words
	Label   string    `json:"label,omitempty"`  // of the chosen one
}

// File is a stored file, one that still has to be fetched from its channel, or one that could not be
// had. It is exactly one of these: Hash, Ref or Refused is set.
type File struct {
	Hash    string      `json:"hash,omitempty"`   // SHA-256, lower-case hex: the key in the media store
	Ref     string      `json:"ref,omitempty"`    // what its channel's [Fetcher] fetches it by
	Name    string      `json:"name,omitempty"`   // as the sender named it; untrusted, may be empty
	Mime    string      `json:"mime,omitempty"`   // sniffed from the content; the platform's word while Ref is set
	Size    int64       `json:"size,omitempty"`   // bytes; what the platform said while Ref is set or when the file was refused
	Unsafe  bool        `json:"unsafe,omitempty"` // a program, or a document with macros: kept, never passed on
	Refused FileProblem `json:"refused,omitempty"`
	Link    string      `json:"link,omitempty"` // with FileTooBig: a page where it can be uploaded
}

// FileProblem says why a file was not taken. The zero value means that it was.
type FileProblem string

// The problems.
const (
	FileTooBig FileProblem = "too_big" // larger than the channel hands over, or than the policy allows
	FileEmpty  FileProblem = "empty"
	FileQuota  FileProblem = "quota" // one more than one person may send
	FileLost   FileProblem = "lost"  // the platform did not hand it over
)

// FileKind sorts files as people speak of them.
type FileKind string

// The kinds.
const (
	Picture  FileKind = "picture"
	Video    FileKind = "video"
	Audio    FileKind = "audio"
	Document FileKind = "document"
)

// Kind returns what a person would call the file.
func (f File) Kind() FileKind { return KindOf(f.Mime) }

// KindOf returns what a person would call a file of this media type.
func KindOf(mime string) FileKind {
	if mime == "application/ogg" { // a voice message whose codec could not be told
		return Audio
	}
	for prefix, kind := range map[string]FileKind{"image/": Picture, "video/": Video, "audio/": Audio} {
		if len(mime) > len(prefix) && mime[:len(prefix)] == prefix {
			return kind
		}
	}
	return Document
}

// Capabilities says what a channel can do, as data. Flows never see it; [Fit] does.
type Capabilities struct {
	MaxText    int              // longest text, as Measure counts
	MaxCaption int              // longest text of a message with files, as Measure counts; 0 = MaxText
	MaxChoices int              // buttons under one message; 0 = none, a numbered list is sent
	MaxLabel   int              // characters of a button's label
	MaxFiles   int              // files in one message; 0 = none
	MaxFile    int64            // bytes of the largest file that a person can send here; 0 = as many as the policy allows
	Measure    func(string) int // how this channel counts a text after escaping it; nil = runes
	Edit       bool             // a sent message can be replaced
	FilesBare  bool             // a message with files has no buttons
	Quotes     bool             // any message can be answered; else only what begins a thread
	// Album names the kind of message that a file goes in: only files of one kind share a message. nil = all do.
	Album func(File) string
	// Private makes a link that opens the person's private chat with the bot and says "/start payload"
	// there. A channel that has it is answered in private when somebody writes in a group; nil = in the
	// group, in a thread.
	Private func(payload string) string
}
