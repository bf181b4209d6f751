package fake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// checker compares blocks with what Block Kit takes, and notes what is wrong as Slack words it.
type checker struct {
	wrong    []string
	blocks   map[string]bool // the block_ids so far
	actions  map[string]bool // the action_ids of this block so far
	chars    int             // of all texts
	markdown int             // of all markdown blocks
	inputs   int
	surface  string // "message", "modal" or "home"
}

// rule checks a value that stands at a place, a JSON pointer.
type rule func(k *checker, at string, v any)

// shape is an object's fields; a name with ! at its end is required.
type shape map[string]rule

func (k *checker) fail(at, format string, args ...any) {
	k.wrong = append(k.wrong, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

// object checks a value against a shape; every object has a type beside.
func (k *checker) object(at string, v any, fields shape) {
	o, ok := v.(map[string]any)
	if !ok {
		k.fail(at, "must provide an object")
		return
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		check := fields[name]
		if check == nil {
			check = fields[name+"!"]
		}
		switch {
		case check != nil:
			check(k, at+"/"+name, o[name])
		case name != "type":
			k.fail(at, "invalid additional property: %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if need, required := strings.CutSuffix(name, "!"); required && o[need] == nil {
			k.fail(at, "missing required field: %s", need)
		}
	}
}

// text is a string of at least least and at most most characters (platform-facts.md 83: characters, not bytes).
func text(least, most int) rule {
	return func(k *checker, at string, v any) {
		s, ok := v.(string)
		n := utf8.RuneCountInString(s)
		switch {
		case !ok:
			k.fail(at, "must provide a string")
		case n < least:
			k.fail(at, "must be more than %d characters", least-1)
		case n > most:
			k.fail(at, "must be less than %d characters", most+1)
		}
		k.chars += n
	}
}

// name is an id that must be unique among seen.
func name(seen func(*checker) map[string]bool, what string) rule {
	return func(k *checker, at string, v any) {
		n := k.chars
		text(1, 255)(k, at, v)
		k.chars = n
		id, _ := v.(string)
		if id != "" && seen(k)[id] {
			k.fail(at, "`%s` %q already exists", what, id)
		}
		seen(k)[id] = true
	}
}

func blockID() rule { return name(func(k *checker) map[string]bool { return k.blocks }, "block_id") }

func actionID() rule {
	return name(func(k *checker) map[string]bool { return k.actions }, "action_id")
}

// label is a text object, of plain_text only unless marks are allowed.
func label(most int, marks bool) rule {
	return func(k *checker, at string, v any) {
		o, _ := v.(map[string]any)
		switch {
		case o["type"] == "plain_text":
			k.object(at, v, shape{"text!": text(1, most), "emoji": yesNo})
		case o["type"] == "mrkdwn" && marks:
			k.object(at, v, shape{"text!": text(1, most), "verbatim": yesNo})
		default:
			k.fail(at, "failed to match all allowed schemas: %v", o["type"])
		}
	}
}

func yesNo(k *checker, at string, v any) {
	if _, ok := v.(bool); !ok {
		k.fail(at, "must provide a boolean")
	}
}

func whole(k *checker, at string, v any) {
	if _, ok := v.(float64); !ok {
		k.fail(at, "must provide a number")
	}
}

func anything(*checker, string, any) {}

// oneOf is a string from a list.
func oneOf(list ...string) rule {
	return func(k *checker, at string, v any) {
		s, _ := v.(string)
		if !slices.Contains(list, s) {
			k.fail(at, "must be a valid enum value")
		}
	}
}

// list is an array of at least one and at most most items.
func list(most int, item rule) rule {
	return func(k *checker, at string, v any) {
		l, ok := v.([]any)
		switch {
		case !ok:
			k.fail(at, "must provide an array")
		case len(l) == 0:
			k.fail(at, "no less than 1 items required")
		case len(l) > most:
			k.fail(at, "no more than %d items allowed", most)
		}
		for i, e := range l {
			item(k, fmt.Sprintf("%s/%d", at, i), e)
		}
	}
}

// typed picks the shape by an object's type.
func typed(shapes func() map[string]shape) rule {
	return func(k *checker, at string, v any) {
		o, _ := v.(map[string]any)
		kind, _ := o["type"].(string)
		fields, ok := shapes()[kind]
		if !ok {
			k.fail(at, "unsupported type: %s", kind)
			return
		}
		k.object(at, v, fields)
	}
}
