package bot

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/optoste/supportbot/bot/claim"
)

// House is everything that is asked and said, as data: the flows and the words that lead to them.
// flows.All builds the one that is served.
type House struct {
	Flows  []Flow
	Root   string // flow that meets a customer who is in no other
	Quoted string // flow that takes what answers a message about a claim; empty = nothing is taken so
	Desk   string // flow that meets an engineer in the desk's room
	Staff  string // flow that meets one of the desk's people in private; empty = he is met as a customer
	Nudge  string // flow that reminds of a quiet draft
	Page   string // flow that fills the page that some channels keep for each person; empty = nothing stands there
	// StaffPage fills it for one of the desk's people; empty = he sees what a customer does.
	StaffPage string
	// Commands lead to flows at any time: the key names both "/key" and the catalogue's words of
	// "words.key". "back" is the engine's own.
	Commands []Command
	Buttons  map[string]Button         // by the option of a claim's button
	Card     map[claim.Status][]Option // buttons under a claim's card, by its status
	News     map[News]string           // what is told from elsewhere -> flow
}

// Button is what a claim's button leads to. Desk buttons work in the desk's room only, the others
// only outside it.
type Button struct {
	Flow    string
	Desk    bool
	Payload string // given to the flow: tells buttons of one flow apart
}

// Command leads to a flow at any time, as "/name" or as one of the catalogue's words for it. In the desk's
// room the words are none: there it is "!name" or "/name".
type Command struct {
	Name    string
	Flow    string // for customers; empty = it is no command for them
	Desk    string // flow in the desk's room; empty = it is no command there
	Payload string // given to the flow when nothing follows the command
	Claim   bool   // of the desk: the flow is given the claim in whose thread it is typed, or whose card it answers
	Open    bool   // of the desk: also for those in its room who are none of its people
}

// guarded lists the flows that run only for who acts for the desk: those that nothing leads a customer to.
func (h House) guarded() map[string]bool {
	list := map[string]bool{}
	for _, c := range h.Commands {
		if c.Desk != "" && c.Desk != c.Flow && !c.Open {
			list[c.Desk] = true
		}
	}
	for _, b := range h.Buttons {
		if b.Desk {
			list[b.Flow] = true
		}
	}
	for _, flow := range h.News {
		delete(list, flow)
	}
	if h.StaffPage != "" {
		list[h.StaffPage] = true
	}
	return list
}

// begin is the command with which a channel opens a private chat; what follows is a deep link's payload.
const begin = "start"

// back is the one command that is not a flow.
const back = "back"

// flow returns the flow of this name, or nil.
func (h House) flow(name string) Flow {
	for _, f := range h.Flows {
		if f.FlowName() == name {
			return f
		}
	}
	return nil
}

// Check reports every name in the house that leads nowhere or stands twice, and every edge to a
// step that does not exist.
func (h House) Check() error {
	var errs []error
	need := func(what, name string) {
		if h.flow(name) == nil {
			errs = append(errs, fmt.Errorf("%s leads to flow %q, which does not exist", what, name))
		}
	}
	need("root", h.Root)
	need("desk", h.Desk)
	if h.Staff != "" {
		need("staff", h.Staff)
	}
	need("nudge", h.Nudge)
	if h.Quoted != "" {
		need("quoted", h.Quoted)
	}
	if h.Page != "" {
		need("page", h.Page)
	}
	if h.StaffPage != "" {
		need("page of the desk's people", h.StaffPage)
	}
	commands := []string{back}
	for _, c := range h.Commands {
		if c.Flow != "" || c.Desk == "" {
			need("command "+c.Name, c.Flow)
		}
		if c.Desk != "" {
			need("command "+c.Name+" of the desk", c.Desk)
		}
		commands = append(commands, c.Name)
	}
	for _, option := range slices.Sorted(maps.Keys(h.Buttons)) {
		need("button "+option, h.Buttons[option].Flow)
	}
	for _, status := range slices.Sorted(maps.Keys(h.Card)) {
		for _, o := range h.Card[status] {
			if !h.Buttons[o.ID].Desk {
				errs = append(errs, fmt.Errorf("button %s of the card of %s is none of the desk's", o.ID, status))
			}
		}
	}
	for _, news := range slices.Sorted(maps.Keys(h.News)) {
		need("news "+string(news), h.News[news])
	}
	errs = append(errs, twice("command", commands)...)
	var flows []string
	for _, f := range h.Flows {
		flows = append(flows, f.FlowName())
		errs = append(errs, checkFlow(f)...)
	}
	return errors.Join(append(errs, twice("flow", flows)...)...)
}

func checkFlow(f Flow) (errs []error) {
	g := f.Graph()
	for _, e := range g.Edges {
		if !slices.Contains(g.Steps, e.To) {
			errs = append(errs, fmt.Errorf("flow %s: step %s leads to %s, which does not exist", g.Flow, e.From, e.To))
		}
	}
	return append(errs, twice("flow "+g.Flow+": step", f.names())...)
}

// twice reports names that stand in a list more than once.
func twice[S ~string](what string, names []S) (errs []error) {
	for i, n := range names {
		if slices.Contains(names[:i], n) {
			errs = append(errs, fmt.Errorf("%s %q stands twice", what, n))
		}
	}
	return errs
}

// longestWord is how many bytes a word for a command or a button may have as it is typed, full-width
// letters included. What is longer is not looked up: it is an answer in words.
const longestWord = 160

// command finds the command that a typed text is, with what follows a "/command". words are those
// of [House.words].
func (h House) command(typed string, words map[string]string) (name, rest string, ok bool) {
	if slash, found := strings.CutPrefix(strings.TrimSpace(typed), "/"); found {
		if end := strings.IndexFunc(slash, unicode.IsSpace); end >= 0 {
			slash, rest = slash[:end], slash[end:]
		}
		name, _, _ = strings.Cut(strings.ToLower(slash), "@")
		if name == back {
			return back, "", true
		}
		if _, ok := h.commandNamed(name); ok {
			return name, strings.TrimSpace(rest), true
		}
		return "", "", false
	}
	if len(typed) > longestWord {
		return "", "", false
	}
	name, ok = words[Fold(typed)]
	return name, "", ok
}

// words maps the catalogue's words for the commands, of all languages, to their names. A word of two
// commands means the first.
func (h House) words(texts Texts) map[string]string {
	names := []string{back}
	for _, c := range h.Commands {
		names = append(names, c.Name)
	}
	words := map[string]string{}
	for _, name := range slices.Backward(names) {
		for _, w := range texts.Words("words." + name) {
			words[w] = name
		}
	}
	delete(words, "")
	return words
}

func (h House) commandNamed(name string) (Command, bool) {
	for _, c := range h.Commands {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}
