package stage

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// Platform is a strict fake of a chat platform, on which the persons of a transcript have accounts. It serves
// one play. A transcript of another channel is played as if it were one of the platform's.
type Platform interface {
	name() string // of its channel
	// begin makes the platform for a scene. handler is what is delivered to, as it runs now.
	begin(s script.Scene, now func() time.Time, handler func() http.Handler)
	close() error // tells what was done that the real one lets pass in silence

	id(p script.Person) claim.PersonID
	room() string // the desk's
	adapter(media bot.Media, log *slog.Logger) bot.Adapter
	settings(desk bool) []string // of a program that serves the platform; with desk, the engineers' room is here

	// say lets a person do something, and tells whether the program has taken it. What it has not taken
	// comes again before the next input of its chat, and by again. start is what a deep link says.
	say(ctx context.Context, in script.Input, start string) (taken bool, err error)
	// lose lets a person do something that the platform hands over never. Errors: [script.ErrCannot] where it
	// hands over everything.
	lose(in script.Input, start string) error
	refuse(r script.Refuse)
	// noWindows lets every window open too late: a transcript of a channel without any goes on in the chat.
	noWindows()
	noFiles() // hands no file over
	// again ends what is refused, and delivers what the program has not taken.
	again(ctx context.Context) error
	// seen returns what stands in the chats since the last call, and remarks beside presses.
	seen() []script.Heard
	threads() (within, beside int)
	// received returns all that people have received outside the desk's room.
	received() []Received
	// harm tells which of the bot's messages ping somebody, or lead elsewhere than they say.
	harm() []string
}

// Telegram is the Bot API, which delivers to a webhook.
func Telegram() Platform { return &messenger{} }

// TelegramPolled is the Bot API as it is polled: it delivers nothing twice that was stored.
func TelegramPolled() Platform { return &messenger{polling: true} }

// TelegramForum is the Bot API with a desk whose group has topics, one for each claim.
func TelegramForum() Platform { return &messenger{forum: true} }

// Slack is the Web API, which delivers by HTTP.
func Slack() Platform { return &workspace{} }

// SlackSocket is the Web API with Socket Mode: presses come once, and everything as soon as it happens.
func SlackSocket() Platform { return &workspace{socket: true} }

// host is what the platforms have in common.
type host struct {
	gate *gate
	on   string // the channel as the transcript calls it
	tick func() time.Time
	sent atomic.Int64 // when the message that is delivered was sent, microseconds since 1970; 0 = now
	lift []func()     // ends what the platform refuses
}

// now is the platform's clock: the transcript's, or that of the message on its way.
func (h *host) now() time.Time {
	if sent := h.sent.Load(); sent != 0 {
		return time.UnixMicro(sent).UTC()
	}
	return h.tick()
}

// at has something happen when an input was sent.
func (h *host) at(in script.Input, do func()) {
	h.sent.Store(in.Sent.UnixMicro())
	defer h.sent.Store(0)
	do()
}

// relent ends what the platform refuses.
func (h *host) relent() {
	for _, lift := range h.lift {
		lift()
	}
	h.lift = nil
}

const hookURL = "http://127.0.0.1:1" // never dialled: see gate

// startOf returns what the deep link of an input says; empty = it is none.
func startOf(ctx context.Context, in script.Input, payload func(context.Context, claim.Serial) (string, error)) (string, error) {
	if l, ok := in.Act.(script.Linked); ok {
		return payload(ctx, l.Serial)
	}
	return "", nil
}

// taken waits until the program has taken all of a list.
func taken[U interface{ Acked() <-chan struct{} }](ctx context.Context, list []U) (bool, error) {
	for _, u := range list {
		select {
		case <-u.Acked():
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	return true, nil
}
