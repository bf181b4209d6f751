package bot

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// RetryAfterError is a platform's refusal for now.
type RetryAfterError struct{ After time.Duration }

func (e *RetryAfterError) Error() string { return fmt.Sprintf("platform asks to wait %s", e.After) }

// MovedError is a platform's word that a chat goes on under another name.
type MovedError struct{ Chat string }

func (e *MovedError) Error() string { return "chat goes on as " + e.Chat }

// Ack is what a channel may show at once beside its acknowledgement.
type Ack struct {
	Note string // a short remark on a button press, or what is said in place of a form; empty = none
	// Modal is to be shown, and nothing else was done. A channel that finds that it cannot hands the same inbound
	// over once more with [Inbound].Modal false: then the question is asked in the chat.
	Modal *Modal
	// Errors says, by [Input].ID, what is wrong with what was filled in, and nothing else was done; that of ""
	// is about all of it.
	Errors map[string]string
	Page   []Message // what stands on the person's page now; nil = as before
}

// Handler works one inbound. The update may be acknowledged when it returns no error; after an
// error it must be delivered again. It may be called concurrently. With a ctx that was cancelled before nothing is
// worked, and only emergency words are answered.
type Handler func(ctx context.Context, in Inbound) (Ack, error)

// Adapter carries messages between one channel and the engine.
type Adapter interface {
	Name() string
	Capabilities() Capabilities
	// Run receives until ctx ends and calls handle for each inbound.
	Run(ctx context.Context, handle Handler) error
	// Send delivers one message that [Fit] has made small enough and returns the ids of what now
	// stands in the chat. Errors: [*RetryAfterError], [*MovedError], [ErrGone], [ErrNotFound] when the
	// message to be replaced, or the thread, is not there any more, [ErrRefused]; else it is tried again.
	Send(ctx context.Context, o Outgoing) ([]MessageID, error)
}

// Mounted is an [Adapter] that serves HTTP paths of its own; they are mounted on the program's
// server as they are.
type Mounted interface {
	Routes(handle Handler) map[string]http.Handler
}

// Fetcher is an [Adapter] whose files come as references ([File].Ref).
type Fetcher interface {
	// Fetch opens the content that a reference stands for. Errors: [*RetryAfterError], [ErrTooBig],
	// [ErrGone] when the platform will never hand it over, else try again.
	Fetch(ctx context.Context, ref string) (io.ReadCloser, error)
}

// Threader is an [Adapter] whose rooms may have threads of their own, one for each claim.
type Threader interface {
	// OpenThread makes a thread in a room and returns its address. Errors: those of Send, and
	// [ErrNotFound] when this room has no threads: what belongs together then stands as replies.
	OpenThread(ctx context.Context, room Address, title string) (Address, error)
}

// Roomer is an [Adapter] that can tell who is in a room.
type Roomer interface {
	// InRoom tells whether a person of the channel is in a room of it. Errors: those of Send.
	InRoom(ctx context.Context, room Address, id claim.PersonID) (bool, error)
}

// Acknowledger is an [Adapter] whose updates may come through the inbox, so that nobody waits for the
// [Handler] to return: what it returned is shown by this.
type Acknowledger interface {
	Acknowledge(ctx context.Context, in Inbound, ack Ack)
}

// Examiner is a part of the program that can be looked at by "supportbot doctor".
type Examiner interface {
	// Examine looks at what the part depends on, and changes nothing.
	Examine(ctx context.Context) []Finding
}

// Finding is one thing that was looked at.
type Finding struct {
	What    string // "Telegram token", "webhook"
	Detail  string // what was seen; a problem says more
	Problem string // what is wrong, without any secret; empty = nothing
	Do      string // what to do about it
	Minor   bool   // it works in spite of the problem
}
