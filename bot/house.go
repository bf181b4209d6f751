package bot

import (
	"errors"
	"fmt"
	"strings"
)

// House is everything that is asked and said, as data: the flows and the words that lead to them.
// flows.All builds the one that is served.
type House struct {
	Flows []Flow
	Root  string // flow that meets a customer who is in no other
	Desk  string // flow that meets an engineer in the desk's room
	Nudge string // flow that reminds of a quiet draft
	// Commands lead to flows at any time: the key names both "/key" and the catalogue's words of
	// "words.key". "back" is the engine's own.
	Commands []Command
	Buttons  map[string]Button // by the option of a claim's button
	Card     []Option          // buttons under a claim's card
	News     map[News]string   // what is told from elsewhere -> flow
}

// Button is what a claim's button leads to. Desk buttons work in the desk's room only, the others
// only outside it.
type Button struct {
	Flow string
	Desk bool
}

// Command leads to a flow at any time, as "/name" or as one of the catalogue's words for it.
type Command struct {
	Name    string
	Flow    string
	Payload string // given to the flow when nothing follows the command
	Desk    bool   // understood in the desk's room too
}

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

// Check reports every name in the house that leads nowhere, and every edge to a step that does
// not exist.
func (h House) Check() error {
	var errs []error
	need := func(what, name string) {
		if h.flow(name) == nil {
			errs = append(errs, fmt.Errorf("%s leads to flow %q, which does not exist", what, name))
		}
	}
	need("root", h.Root)
	need("desk", h.Desk)
	need("nudge", h.Nudge)
	for _, c := range h.Commands {
		need("command "+c.Name, c.Flow)
	}
	for option, b := range h.Buttons {
		need("button "+option, b.Flow)
	}
	for news, f := range h.News {
		need("news "+string(news), f)
	}
	for _, f := range h.Flows {
		g := f.Graph()
		for _, e := range g.Edges {
			if _, ok := f.find(e.To); !ok {
				errs = append(errs, fmt.Errorf("flow %s: step %s leads to %s, which does not exist", g.Flow, e.From, e.To))
			}
		}
	}
	return errors.Join(errs...)
}

// command finds the command that a typed text is, with what follows a "/command".
func (h House) command(typed string, words Texts) (name, rest string, ok bool) {
	if slash, found := strings.CutPrefix(strings.TrimSpace(typed), "/"); found {
		name, rest, _ = strings.Cut(slash, " ")
		name, _, _ = strings.Cut(strings.ToLower(name), "@")
		if name == back {
			return back, "", true
		}
		for _, c := range h.Commands {
			if c.Name == name {
				return name, strings.TrimSpace(rest), true
			}
		}
		return "", "", false
	}
	folded := Fold(typed)
	if folded == "" || len(folded) > 40 {
		return "", "", false
	}
	for _, name := range append([]string{back}, h.names()...) {
		for _, w := range words.Words("words." + name) {
			if w == folded {
				return name, "", true
			}
		}
	}
	return "", "", false
}

func (h House) names() []string {
	names := make([]string, len(h.Commands))
	for i, c := range h.Commands {
		names[i] = c.Name
	}
	return names
}

func (h House) commandNamed(name string) (Command, bool) {
	for _, c := range h.Commands {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}
