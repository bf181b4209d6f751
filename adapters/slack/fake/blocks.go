package fake

import (
	"fmt"
	"reflect"
	"slices"
)

// Limits of platform-facts.md 81 to 83.
const (
	maxBlocks   = 50
	maxInView   = 100
	maxMarkdown = 12000
	maxAllText  = 13200
)

// checkBlocks checks the blocks of a message.
func checkBlocks(blocks []any) error {
	k := newChecker("message")
	if len(blocks) > maxBlocks {
		k.fail("/blocks", "no more than %d items allowed", maxBlocks)
	}
	k.checkBlocks("/blocks", blocks)
	switch {
	case len(k.wrong) > 0:
		return explained("invalid_blocks", k.wrong...)
	case k.chars > maxAllText:
		return refuse("msg_blocks_too_long") // platform-facts.md 82
	}
	return nil
}

func newChecker(surface string) *checker {
	return &checker{surface: surface, blocks: map[string]bool{}, actions: map[string]bool{}}
}

func (k *checker) checkBlocks(at string, blocks []any) {
	for i, b := range blocks {
		k.actions = map[string]bool{}
		k.block(fmt.Sprintf("%s/%d", at, i), b)
	}
	if k.markdown > maxMarkdown {
		k.fail(at, "must be less than %d characters", maxMarkdown+1)
	}
}

func (k *checker) block(at string, v any) {
	o, _ := v.(map[string]any)
	switch o["type"] {
	case "section":
		if o["text"] == nil && o["fields"] == nil {
			k.fail(at, "missing required field: text")
		}
	case "input":
		k.inputs++
	case "markdown":
		s, _ := o["text"].(string)
		k.markdown += len([]rune(s))
		if k.surface != "message" {
			k.fail(at, "unsupported type: markdown")
			return
		}
	}
	typed(blockShapes)(k, at, v)
	for _, name := range []string{"accessory", "element"} {
		k.chosen(at+"/"+name, o[name])
	}
	elements, _ := o["elements"].([]any)
	for i, e := range elements {
		k.chosen(fmt.Sprintf("%s/elements/%d", at, i), e)
	}
}

// chosen checks that what is chosen in a menu is exactly one of its options (platform-facts.md 83).
func (k *checker) chosen(at string, v any) {
	e, _ := v.(map[string]any)
	options, ok := e["options"].([]any)
	if first, set := e["initial_option"]; set && ok && !slices.ContainsFunc(options, func(o any) bool { return reflect.DeepEqual(o, first) }) {
		k.fail(at+"/initial_option", "initial_option must be one of the options")
	}
}

func blockShapes() map[string]shape {
	shapes := map[string]shape{
		"section": {"text": label(3000, true), "fields": list(10, label(2000, true)), "accessory": typed(elementShapes), "expand": yesNo},
		"header":  {"text!": label(150, false)},
		"actions": {"elements!": list(25, typed(elementShapes))},
		"context": {"elements!": list(10, contextItem)},
		"divider": {},
		"image": {
			"image_url": text(1, 3000), "slack_file": anything, "alt_text!": text(1, 2000), "title": label(2000, false),
		},
		"input": {
			"label!": label(2000, false), "element!": typed(inputShapes), "hint": label(2000, false), "optional": yesNo, "dispatch_action": yesNo,
		},
		"rich_text": {"elements!": list(1000, typed(richShapes))},
		"markdown":  {"text!": text(1, maxMarkdown)},
		"file":      {"external_id!": text(1, 255), "source!": oneOf("remote")},
	}
	for _, s := range shapes {
		s["block_id"] = blockID()
	}
	return shapes
}

// contextItem is a text or a picture.
func contextItem(k *checker, at string, v any) {
	if o, _ := v.(map[string]any); o["type"] == "image" {
		k.object(at, v, shape{"image_url": text(1, 3000), "slack_file": anything, "alt_text!": text(1, 2000)})
		return
	}
	label(2000, true)(k, at, v)
}

// elementShapes are the elements that stand in sections and actions.
func elementShapes() map[string]shape {
	options := list(100, option)
	return map[string]shape{
		"button": {
			"text!": label(75, false), "action_id": actionID(), "value": quietly(text(0, 2000)), "url": quietly(text(1, 3000)),
			"style": oneOf("primary", "danger"), "confirm": confirm, "accessibility_label": text(1, 75),
		},
		"static_select": {
			"placeholder": label(150, false), "options": options, "option_groups": list(100, optionGroup), "initial_option": anything,
			"action_id": actionID(), "confirm": confirm, "focus_on_load": yesNo,
		},
		"overflow":      {"options!": list(5, option), "action_id": actionID(), "confirm": confirm},
		"checkboxes":    {"options!": list(10, option), "initial_options": anything, "action_id": actionID(), "confirm": confirm, "focus_on_load": yesNo},
		"radio_buttons": {"options!": list(10, option), "initial_option": anything, "action_id": actionID(), "confirm": confirm, "focus_on_load": yesNo},
		"datepicker":    {"action_id": actionID(), "initial_date": text(10, 10), "confirm": confirm, "focus_on_load": yesNo, "placeholder": label(150, false)},
		"users_select":  {"action_id": actionID(), "placeholder": label(150, false), "initial_user": text(1, 255), "confirm": confirm, "focus_on_load": yesNo},
		"image":         {"image_url": text(1, 3000), "slack_file": anything, "alt_text!": text(1, 2000)},
	}
}

// inputShapes are the elements that stand in inputs.
func inputShapes() map[string]shape {
	shapes := elementShapes()
	delete(shapes, "button")
	delete(shapes, "overflow")
	delete(shapes, "image")
	words := shape{
		"action_id": actionID(), "initial_value": text(0, 3000), "dispatch_action_config": anything, "focus_on_load": yesNo,
		"placeholder": label(150, false),
	}
	shapes["email_text_input"], shapes["url_text_input"] = words, words
	shapes["plain_text_input"] = shape{
		"action_id": actionID(), "initial_value": text(0, 3000), "dispatch_action_config": anything, "focus_on_load": yesNo,
		"placeholder": label(150, false), "multiline": yesNo, "min_length": whole, "max_length": whole,
	}
	shapes["number_input"] = shape{
		"action_id": actionID(), "is_decimal_allowed!": yesNo, "initial_value": text(0, 100), "min_value": anything, "max_value": anything,
		"dispatch_action_config": anything, "focus_on_load": yesNo, "placeholder": label(150, false),
	}
	shapes["file_input"] = shape{"action_id": actionID(), "filetypes": anything, "max_files": whole}
	return shapes
}

// quietly checks a text that nobody reads: it does not count.
func quietly(check rule) rule {
	return func(k *checker, at string, v any) {
		n := k.chars
		check(k, at, v)
		k.chars = n
	}
}

func option(k *checker, at string, v any) {
	k.object(at, v, shape{
		"text!": label(75, true), "value!": quietly(text(1, 150)), "description": label(75, true), "url": quietly(text(1, 3000)),
	})
}

func optionGroup(k *checker, at string, v any) {
	k.object(at, v, shape{"label!": label(75, false), "options!": list(100, option)})
}

func confirm(k *checker, at string, v any) {
	k.object(at, v, shape{
		"title!": label(100, false), "text!": label(300, true), "confirm!": label(30, false), "deny!": label(30, false), "style": oneOf("primary", "danger"),
	})
}

// richShapes are the elements of a rich_text block.
func richShapes() map[string]shape {
	inline := list(10000, typed(inlineShapes))
	return map[string]shape{
		"rich_text_section":      {"elements!": inline},
		"rich_text_preformatted": {"elements!": inline, "border": whole, "language": text(1, 100)},
		"rich_text_quote":        {"elements!": inline, "border": whole},
		"rich_text_list": {
			"elements!": list(1000, typed(richShapes)), "style!": oneOf("bullet", "ordered"), "indent": whole, "offset": whole, "border": whole,
		},
	}
}

func inlineShapes() map[string]shape {
	shapes := map[string]shape{
		"text":      {"text!": text(1, 100000)},
		"link":      {"url!": quietly(text(1, 3000)), "text": text(0, 100000), "unsafe": yesNo},
		"emoji":     {"name!": text(1, 100), "unicode": anything, "skin_tone": whole},
		"user":      {"user_id!": text(1, 100)},
		"usergroup": {"usergroup_id!": text(1, 100)},
		"channel":   {"channel_id!": text(1, 100)},
		"broadcast": {"range!": oneOf("here", "channel", "everyone")},
		"date":      {"timestamp!": whole, "format!": text(1, 200), "url": anything, "fallback": text(1, 200)},
		"color":     {"value!": text(1, 20)},
	}
	for _, s := range shapes {
		s["style"] = func(k *checker, at string, v any) {
			k.object(at, v, shape{"bold": yesNo, "italic": yesNo, "strike": yesNo, "code": yesNo, "underline": yesNo})
		}
	}
	return shapes
}
