package bot

import "strings"

// The buttons of a question stand under the message that asked it. When they are done with, the next
// message of the turn says so ([Outgoing].Spent), and the channel takes them away. The session store
// remembers that message beside the memory ([Session].Board); when it is forgotten, the buttons merely
// stay, and a press of one is told that it is old.

// taken is a button of a question that was pressed in this turn.
type taken struct {
	on     MessageID
	choice Choice
}

// spend tells which buttons a reply makes obsolete: those that were pressed, else those of the last
// question when another one follows or it is not open any more.
func (t *turn) spend(next []Choice) Spent {
	switch {
	case t.pressed.on != "":
		return Spent{Message: t.pressed.on, Choice: t.pressed.choice.ID, Label: t.pressed.choice.Label}
	case t.board == "" || (len(next) == 0 || t.isNews()) && t.stillOpen(t.shown):
		return Spent{}
	}
	return Spent{Message: t.board}
}

// isNews tells whether the turn brings news, which stands beside the question that is open.
func (t *turn) isNews() bool {
	_, ok := t.in.Event.(Told)
	return ok
}

// stillOpen tells whether the buttons of a question can still be pressed.
func (t *turn) stillOpen(choices []Choice) bool {
	for _, ch := range choices {
		c, ok := ch.ID.parse()
		if f := t.s.frame(c.frame); ok && f != nil && f.Version == c.version {
			return true
		}
	}
	return false
}

// asks tells whether the buttons are those of a question: others never grow old.
func asks(choices []Choice) bool {
	return len(choices) > 0 && strings.HasPrefix(string(choices[0].ID), "f") &&
		!strings.HasPrefix(string(choices[0].ID), "f"+string(commandFrame)+".")
}
