package script

import (
	"context"
	"errors"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// ErrCannot is what [Stage.Apply] answers, wrapped or not, to a control that the stage lacks. The
// transcript then fails on this stage unless its header leaves the stage out.
var ErrCannot = errors.New("this stage cannot do that")

// Stage is what a transcript plays against. It is used by one transcript, from one goroutine. It
// keeps the clock: time stands still but for [Wait].
type Stage interface {
	// Setup sets the scene. It is called once, before everything else.
	Setup(ctx context.Context, s Scene) error
	// Say delivers one input as its channel would and returns when the turn is over and what
	// follows from it at once has been done. It may be called again with the same input: that is
	// a redelivery. A turn that died of a [Crash] is no error.
	Say(ctx context.Context, in Input) error
	// Apply does what a control cue asks for. Errors: [ErrCannot].
	Apply(ctx context.Context, c Control) error
	// Heard returns what has come out since the last call. Messages of one chat are in the order
	// in which they stand there; chats may be mixed in any way, the player sorts them.
	Heard(ctx context.Context) ([]Heard, error)
}

// EffectBlind is a [Stage] that sees what is shown, but not which effects were done. The `do:`
// lines of a transcript stay there as they are written.
type EffectBlind interface {
	Stage
	EffectBlind()
}

// Walker is a [Stage] that can tell which parts of the product were used.
type Walker interface {
	Walked() Coverage
}

// Scene is the header of a transcript.
type Scene struct {
	On       string           // channel on which the persons write unless they say otherwise
	At       time.Time        // when the play begins, UTC; the first input is sent at this moment
	Lang     string           // IETF tag of the platform's language; empty = the platform tells none
	Registry bot.Registration // companies, machines and parts; a company's ID is made of its name
	Persons  []Person         // in the order of the file
	Policy   []string         // the lines of `policy:`; what they mean is the stage's matter
	Roster   []string         // those of `roster:`, which stand behind the desk file
	Stages   []int            // the stages on which the transcript plays; empty = all
}

// OnStage tells whether the transcript is meant for the stage of this number.
func (s Scene) OnStage(n int) bool {
	if len(s.Stages) == 0 {
		return true
	}
	for _, have := range s.Stages {
		if have == n {
			return true
		}
	}
	return false
}

// Person is somebody in the play.
type Person struct {
	Name     string          // as the transcript calls the person
	Shown    string          // the display name on the platform; Name unless `named` says otherwise
	Company  claim.CompanyID // empty = a stranger
	Zone     string          // IANA time zone; empty = not known
	Lang     string          // the platform's language; that of the scene unless given
	Engineer bool            // belongs to the desk and may write in its room
}

// Room says what kind of chat a [Place] is.
type Room string

// The rooms.
const (
	Private Room = "private" // one person with the bot
	Group   Room = "group"   // the one group of a channel in which the bot is a member
	Thread  Room = "thread"  // in that group, a thread that one person has begun
	Desk    Room = "desk"    // the engineers' room
)

// Place is one chat. Places compare with ==.
type Place struct {
	Room    Room
	Channel string // where a private chat, a group or a thread is; empty for the desk
	Person  string // whose private chat or thread it is; empty for groups and the desk
}

// Input is one thing that a person does.
type Input struct {
	Number  int           // counts the inputs from 1: the same number is the same message, delivered again
	Order   int64         // sorts the inputs as they were sent; never the same for two numbers
	Sent    time.Time     // when the person sent it, UTC; the stage's clock may show a later time
	From    Person        // who did it
	Place   Place         // in which chat
	ReplyTo bot.MessageID // the bot's message that is answered; empty = none
	Act     Act           // what was done
}

// Act is what a person does in an [Input]. The set is closed.
//
//sumtype:decl
type Act interface{ act() }

// Typed is a text as the person typed it, commands included. In a group or thread "@bot" addresses the bot:
// the stage writes it as the channel's mention.
type Typed struct{ Text string }

// Linked is the deep link that was printed for a machine, opened: the stage makes the payload.
type Linked struct{ Serial claim.Serial }

// Pressed is a pressed button.
type Pressed struct {
	Label   string
	Choice  bot.ChoiceID  // as it was shown
	Message bot.MessageID // under which it was shown
	Page    bool          // it stands on the person's page, and not under a message
}

// Attached is one file, or an album.
type Attached struct {
	Files   []Attachment
	Caption string
}

// Filled is a form that was filled in and sent.
type Filled struct {
	Form   bot.Modal         // as it was shown
	Values map[string]string // by [bot.Input].ID, also of those that were left as they were
}

// Event returns what its channel makes of it.
func (f Filled) Event() bot.Filled {
	ev := bot.Filled{Form: f.Form.ID, Typed: map[string]string{}, Chosen: map[string]string{}}
	for _, in := range f.Form.Inputs {
		if len(in.Choices) > 0 {
			ev.Chosen[in.ID] = f.Values[in.ID]
		} else {
			ev.Typed[in.ID] = f.Values[in.ID]
		}
	}
	return ev
}

// Shortcut is the platform's own button for a report.
type Shortcut struct{}

// Visited is a look at the page that the platform keeps for the person.
type Visited struct{}

// Edited is a new wording of an earlier text.
type Edited struct {
	Of   int // the number of the [Input] that is edited
	Text string
}

// Odd is a message the bot has no use for: "sticker", "location", "contact", "poll".
type Odd struct{ Kind string }

func (Typed) act()    {}
func (Linked) act()   {}
func (Pressed) act()  {}
func (Attached) act() {}
func (Filled) act()   {}
func (Shortcut) act() {}
func (Visited) act()  {}
func (Edited) act()   {}
func (Odd) act()      {}

// Attachment is a file that a person sends. The same name is the same content, in every
// transcript; a stage has real files for some names and makes up the others.
type Attachment struct {
	Kind  string // photo, video, voice, audio or document, as the platform sorts it
	Name  string // may be empty
	Size  int64  // bytes, when Sized
	Sized bool   // the transcript names the size; otherwise the stage chooses
}

// Control is what a control cue asks of the stage. The set is closed.
//
//sumtype:decl
type Control interface{ control() }

// Wait moves the clock and does what comes due on the way, each thing at its own time.
type Wait struct{ For time.Duration }

// Restart drops all that the program has only in memory.
type Restart struct{}

// Flush wipes the session store.
type Flush struct{}

// Away takes a store, or the platform's files, away: every call to it fails until [Back].
type Away struct{ What Part }

// Back ends [Away] and [Refuse].
type Back struct{}

// Refuse lets the platform refuse what the bot sends: for a while with a time ("429 5s"), until
// [Back] without ("403").
type Refuse struct {
	Status int           // an HTTP status
	For    time.Duration // 0 = until Back; otherwise also what the platform asks to wait
	Person string        // only in this person's private chats; empty = everywhere
}

// Crash lets the program die at a point of the next input's turn and start again.
type Crash struct{ At Point }

// Part is what [Away] takes away.
type Part string

// The parts.
const (
	Database Part = "database"
	Sessions Part = "sessions"
	Files    Part = "files" // the platform hands no file over
)

// Point is a moment of a turn (design.md section 3).
type Point string

// The points.
const (
	AfterEffect Point = "after-effect" // effects are done, nothing is saved
	AfterSave   Point = "after-save"   // saved, nothing is sent
	AfterSend   Point = "after-send"   // sent, not acknowledged
)

func (Wait) control()    {}
func (Restart) control() {}
func (Flush) control()   {}
func (Away) control()    {}
func (Back) control()    {}
func (Refuse) control()  {}
func (Crash) control()   {}

// Heard is something that came out of the program. The set is closed.
//
//sumtype:decl
type Heard interface{ heard() }

// Shown is a message in a chat.
type Shown struct {
	Place   Place
	ID      bot.MessageID // unique in its chat; that of the old message when it is replaced
	Replace bool          // the message of this ID has a new content
	ReplyTo bot.MessageID // the message that it answers or under which it hangs; only shown when it is the bot's
	Message bot.Message
}

// Noted is a short remark on a button press that does not stay in the chat.
type Noted struct {
	Place Place
	Text  string
}

// Done is an effect that was done, in one line: "opened C-2603-0001".
type Done struct{ What string }

// Opened is a form that is shown to the person of the last input.
type Opened struct {
	Place Place // where the person pressed for it
	Form  bot.Modal
}

// Mistaken is what a form says about what was filled in; it stays open.
type Mistaken struct {
	Place  Place
	Form   bot.Modal
	Errors map[string]string // by [bot.Input].ID
}

// Paged is what stands on a person's page now.
type Paged struct {
	Place Place // the person's private chat
	Parts []bot.Message
}

func (Opened) heard()   {}
func (Mistaken) heard() {}
func (Paged) heard()    {}
func (Shown) heard()    {}
func (Noted) heard()    {}
func (Done) heard()     {}
