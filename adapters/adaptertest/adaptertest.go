// Package adaptertest is what every chat adapter must do, as a test that each of them passes.
//
// An adapter's test gives [Run] a [Harness]: a fake platform with the adapter connected to it. The
// suite lets people do things on the platform and looks at what the bot hears, lets the bot say
// things and looks at what then stands in the chat, and lets the platform refuse.
package adaptertest

import (
	"context"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// Harness is a fake platform with one adapter connected to it, one person and one chat of that
// person with the bot. Its methods may be called concurrently.
type Harness interface {
	// Adapter returns the adapter. It is the same at every call.
	Adapter() bot.Adapter
	// Run connects the adapter as the program does - its routes mounted, its Run called - until
	// ctx ends, and returns what the adapter's Run returned, without waiting for anything else
	// of the adapter's. It is called at most once.
	Run(ctx context.Context, handle bot.Handler) error
	// Media returns the store that the adapter was given.
	Media() bot.Media
	// Person returns the person as the bot shall see it. Its name should be a nasty one: a
	// platform's display names are untrusted.
	Person() bot.Sender
	// Chat returns where the person and the bot talk.
	Chat() bot.Address
	// Deliver lets the person do something. The platform hands it over, again and again after a
	// failure as the real one does but without long pauses, until it regards it as delivered.
	// Deliver does not wait for that, but whatever is delivered later was done later.
	Deliver(t testing.TB, u Update) Delivery
	// Visible returns what stands in the chat, oldest first.
	Visible(t testing.TB) []Shown
	// Refuse lets the platform refuse the next message that the bot sends, all parts and tries
	// of it, until Refuse(Refusal{}).
	Refuse(r Refusal)
	// Refuses tells whether the platform can refuse at all.
	Refuses() bool
	// MaxFile is the size in bytes of the largest file that the adapter takes.
	MaxFile() int64
	// Token returns a secret of the adapter's that must never be shown.
	Token() string
	// Logs returns all that the adapter has logged.
	Logs() string
}

// Update is one thing that a person does. One of Text, Press, Files, Edit and Odd is set; Edit
// goes with Text.
type Update struct {
	Text  string        // typed; the caption when there are Files
	Press *Press        // a button
	Files []File        // sent together
	Edit  bot.MessageID // Text replaces the words of this message of the same person
	Odd   string        // "sticker", "location" or "contact"
}

// Press is a press of a button that stands under a message.
type Press struct {
	Message bot.MessageID
	Choice  bot.ChoiceID
}

// File is a file that a person sends.
type File struct {
	Name    string
	Content []byte
	Size    int64 // with no Content: this many bytes of any kind; the platform may merely claim so
}

// Delivery is an update on its way.
type Delivery interface {
	// Acked is closed once the platform regards the update as delivered.
	Acked() <-chan struct{}
	// Again hands the same update over once more, acknowledged or not, as platforms do now and then.
	Again(t testing.TB)
}

// Shown is a message that stands in a chat, as a person sees it.
type Shown struct {
	ID      bot.MessageID
	Bot     bool     // the bot said it
	Text    string   // as it is read: styles gone, nothing left of their marks
	Choices []string // labels of the buttons
	Files   int
}

// Refusal is how a platform refuses. The zero value is that it does not.
type Refusal struct {
	After  time.Duration // too many messages: try again after this time, whole seconds
	Gone   bool          // the person has blocked the bot, the chat is gone for good
	Broken bool          // no sensible answer: an error of the server or of the line
}

// patience is how long the suite waits for what must happen; only a failing test waits so long.
const patience = 10 * time.Second

// Run runs the suite. newHarness is called once a case; the cases run in parallel.
func Run(t *testing.T, newHarness func(t *testing.T) Harness) {
	t.Helper()
	for name, f := range map[string]func(*bench){
		"text comes in as typed":           (*bench).textIn,
		"press":                            (*bench).press,
		"edit of an earlier message":       (*bench).editIn,
		"odd things":                       (*bench).odd,
		"album":                            (*bench).album,
		"file at and over the limit":       (*bench).bigFile,
		"duplicate delivery":               (*bench).duplicate,
		"acknowledged after nil only":      (*bench).acknowledge,
		"order in":                         (*bench).orderIn,
		"own messages ignored":             (*bench).own,
		"text goes out as said":            (*bench).textOut,
		"styles":                           (*bench).styles,
		"long texts":                       (*bench).longText,
		"many buttons":                     (*bench).manyButtons,
		"long labels":                      (*bench).longLabels,
		"many files":                       (*bench).manyFiles,
		"order out":                        (*bench).orderOut,
		"replace":                          (*bench).replace,
		"too many requests":                (*bench).tooMany,
		"chat gone":                        (*bench).gone,
		"no token in errors and logs":      (*bench).noToken,
		"run ends":                         (*bench).ends,
		"run ends while a turn is working": (*bench).endsWorking,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(newBench(t, newHarness(t)))
		})
	}
}
