//go:build !embedded && unix

package drill_test

import (
	"context"
	"time"
)

// platform is a fake messenger with its people. What differs between Telegram and Slack stands behind it,
// and nowhere else.
type platform interface {
	name() string
	ordered() bool // what is said in a chat is delivered in its order
	// person returns the private chat of a new person, whose language is "en" or "zh", as that person has it.
	person(name, lang string) phone
	// inject lets something go wrong with the calls for which when holds, until lift is called.
	inject(f fault, wait time.Duration, when func(call) bool) (lift func())
	// hold keeps back what people write until release is called.
	hold() (release func())
	// loseAck loses the next acknowledgement.
	loseAck()
	pending() int // of what people did the bot is still to be told so much
	refused() int // calls answered with 429
	mistakes() []string
	secrets() []string // that nothing may show
}

// phone is somebody's private chat with the bot.
type phone interface {
	person() string // as claims name the person
	chat() string   // as logs name the chat
	// shows returns what stands in the chat, oldest first.
	shows() []shown
	// wait waits until what stands there is as it should be. The error is that ctx has ended first.
	wait(ctx context.Context, ok func([]shown) bool) error
	// greet begins a conversation, command gives the bot a command of that name, say says anything.
	greet() delivery
	command(name string) delivery
	say(text string) delivery
	// slowly says what is so long on its way that a press comes before it.
	slowly(ctx context.Context, text string, long time.Duration, press func()) delivery
	// press presses a button.
	press(on shown, button string) delivery
	// window returns what has opened in front of the chat, fill fills it in, unless it has just gone, shut closes it.
	window() (window, bool)
	fill(values map[string]string) (delivery, bool)
	shut()
	// send sends pictures together: as many deliveries as the platform makes of them.
	send(pictures []picture) []delivery
}

// delivery is something that a person did and that the bot is told of.
type delivery interface {
	// again tells the bot once more; false = this is not told twice.
	again() bool
	acked() bool
	lost() bool // the platform has given up
	once() bool // it is a press that comes once: the person sees an error when it is lost
	tries() int
	String() string
}

// picture is a file that a person sends.
type picture struct {
	content   []byte
	fails     [2]int // so often it is not found, or not handed over
	side      int
	placement int // where its delivery comes among those of the pictures sent with it
}

// shown is a message as a person sees it.
type shown struct {
	id      string
	order   int64 // a later message has a higher one
	at      time.Time
	bot     bool
	text    string
	buttons []button
	files   int
}

type button struct{ data, label string }

// window is a form.
type window struct {
	id    string
	wrong bool // an error stands at one of its fields
}

// call is a call of the bot's.
type call struct {
	chat  string // empty = about none
	says  bool   // it says something in a private chat
	looks bool   // it looks for updates
}

// fault is what can go wrong with a call.
type fault int

const (
	tooMany fault = iota // 429
	broken               // 500
	garbled              // 502, no JSON
	cutBefore
	cutAfter
	slow
)

// said returns what the bot has said, of what stands in a chat.
func said(list []shown) []shown {
	var out []shown
	for _, m := range list {
		if m.bot {
			out = append(out, m)
		}
	}
	return out
}
