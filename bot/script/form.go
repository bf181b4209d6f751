package script

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/optoste/supportbot/bot"
)

// fillIn writes lines, each of a field's label and its new value, into a form that was shown. The error
// continues the sentence "mei ...".
func fillIn(m bot.Modal, lines []string) (Filled, error) {
	if len(m.Inputs) == 0 {
		return Filled{}, errors.New("is shown no form to fill in")
	}
	f := Filled{m, map[string]string{}}
	for _, in := range m.Inputs {
		f.Values[in.ID] = in.Value
	}
	last := "" // the field that lines without a label go on with
	for _, l := range lines {
		l = strings.TrimSpace(l)
		in, value, ok := fieldOf(m, l)
		switch {
		case ok:
			last = in.ID
		case l == "":
			continue
		case last == "":
			return Filled{}, fmt.Errorf("sees no field that %q begins with", l)
		default:
			f.Values[last] += "\n" + l
			continue
		}
		if len(in.Choices) > 0 {
			if value, ok = choiceOf(in, value); !ok {
				return Filled{}, fmt.Errorf("cannot choose this: %q", l)
			}
		}
		f.Values[in.ID] = value
	}
	return f, nil
}

// fieldOf finds the field whose label a line begins with, the longest one, and returns the rest.
func fieldOf(m bot.Modal, l string) (field bot.Input, value string, ok bool) {
	for _, in := range m.Inputs {
		label := oneLine(in.Label)
		rest, found := strings.CutPrefix(l, label)
		if found && len(label) > len(field.Label) {
			field, value, ok = in, strings.TrimSpace(strings.TrimPrefix(rest, ":")), true
		}
	}
	return field, value, ok
}

func choiceOf(in bot.Input, label string) (id string, ok bool) {
	for _, c := range in.Choices {
		if oneLine(c.Label) == label {
			return string(c.ID), true
		}
	}
	return "", label == ""
}

// pressOn finds a button of a page. The error continues the sentence "mei ...".
func pressOn(page []bot.Message, label string) (Pressed, error) {
	var have []string
	for _, m := range page {
		for _, c := range m.Choices {
			if oneLine(c.Label) == label {
				return Pressed{Label: c.Label, Choice: c.ID, Page: true}, nil
			}
		}
		have = append(have, labels(m.Choices)...)
	}
	return Pressed{}, fmt.Errorf("sees no button [%s] on the page; there are %s", label, cmp.Or(strings.Join(have, " "), "none"))
}
