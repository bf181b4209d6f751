package fake_test

import (
	"strings"
	"testing"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// limit is a shape of Block Kit: what is just right passes, one more is refused. The name begins with the
// fact of platform-facts.md.
type limit struct {
	name  string
	right any    // blocks; nil = there is no right one
	wrong any    // blocks
	says  string // what messages say
	err   string // empty = invalid_blocks
}

func long(n int) string { return strings.Repeat("喷", n) } // characters, not bytes

func one(block args) []args { return []args{block} }

func header(n int) []args { return one(args{"type": "header", "text": plain(long(n))}) }

func button(a args) []args { return buttons(a) }

func buttonsOf(n int) []args {
	list := make([]args, n)
	for i := range list {
		list[i] = args{"action_id": long(i + 1)}
	}
	return buttons(list...)
}

func options(n, label, value int) []args {
	list := make([]args, n)
	for i := range list {
		list[i] = args{"text": plain(long(label)), "value": long(value)}
	}
	return list
}

func menu(kind string, opts []args) []args {
	return buttons(args{"type": kind, "action_id": "m", "options": opts, "text": nil})
}

func sectionOf(n int) []args { return section(long(n)) }

func fields(n, size int) []args {
	return one(args{"type": "section", "fields": many(n, plain(long(size)))})
}

func repeat(n int, blocks []args) []args {
	var all []args
	for range n {
		for _, b := range blocks {
			all = append(all, args{"type": b["type"], "text": b["text"]})
		}
	}
	return all
}

func limits() []limit {
	return []limit{
		{name: "81: blocks", right: repeat(50, section("a")), wrong: repeat(51, section("a")), says: "no more than 50 items allowed [json-pointer:/blocks]"},
		{name: "82: 13,200 characters in all", right: repeat(5, sectionOf(2640)), wrong: append(repeat(5, sectionOf(2640)), section("a")...), err: "msg_blocks_too_long"},
		{name: "83: section text", right: sectionOf(3000), wrong: sectionOf(3001), says: "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		{name: "83: empty text", right: sectionOf(1), wrong: sectionOf(0), says: "must be more than 0 characters"},
		{name: "83: fields", right: fields(10, 5), wrong: fields(11, 5), says: "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
		{name: "83: field", right: fields(1, 2000), wrong: fields(1, 2001), says: "must be less than 2001 characters"},
		{name: "83: header", right: header(150), wrong: header(151), says: "must be less than 151 characters"},
		{name: "83: header with marks", wrong: one(args{"type": "header", "text": args{"type": "mrkdwn", "text": "a"}}), says: "failed to match all allowed schemas"},
		{name: "83: button", right: button(args{"text": plain(long(75))}), wrong: button(args{"text": plain(long(76))}), says: "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		{name: "83: button with marks", wrong: button(args{"text": args{"type": "mrkdwn", "text": "a"}}), says: "failed to match all allowed schemas"},
		{name: "83: value", right: button(args{"value": long(2000)}), wrong: button(args{"value": long(2001)}), says: "must be less than 2001 characters"},
		{name: "83: url", right: button(args{"url": long(3000)}), wrong: button(args{"url": long(3001)}), says: "must be less than 3001 characters"},
		{name: "83: style", right: button(args{"style": "danger"}), wrong: button(args{"style": "warning"}), says: "must be a valid enum value"},
		{name: "83: action_id", right: button(args{"action_id": long(255)}), wrong: button(args{"action_id": long(256)}), says: "must be less than 256 characters"},
		{name: "83: action_id twice in a block", wrong: buttons(args{"action_id": "a"}, args{"action_id": "a"}), says: "already exists"},
		{name: "83: block_id", right: one(args{"type": "divider", "block_id": long(255)}), wrong: one(args{"type": "divider", "block_id": long(256)}), says: "must be less than 256"},
		{name: "83: block_id twice", wrong: many(2, args{"type": "divider", "block_id": "a"}), says: "already exists"},
		{name: "83: buttons", right: buttonsOf(25), wrong: buttonsOf(26), says: "no more than 25 items allowed"},
		{name: "83: no buttons", wrong: one(args{"type": "actions", "elements": []args{}}), says: "no less than 1 items required"},
		{name: "83: context", right: one(args{"type": "context", "elements": many(10, plain("a"))}), wrong: one(args{"type": "context", "elements": many(11, plain("a"))}), says: "no more than 10 items"},
		{name: "83: options", right: menu("static_select", options(100, 75, 150)), wrong: menu("static_select", options(101, 1, 1)), says: "no more than 100 items"},
		{name: "83: option", wrong: menu("static_select", options(1, 76, 1)), says: "must be less than 76 characters"},
		{name: "83: value of an option", wrong: menu("static_select", options(1, 1, 151)), says: "must be less than 151 characters"},
		{name: "83: overflow", right: menu("overflow", options(5, 1, 1)), wrong: menu("overflow", options(6, 1, 1)), says: "no more than 5 items"},
		{name: "83: checkboxes", right: menu("checkboxes", options(10, 1, 1)), wrong: menu("checkboxes", options(11, 1, 1)), says: "no more than 10 items"},
		{name: "83: radio buttons", right: menu("radio_buttons", options(10, 1, 1)), wrong: menu("radio_buttons", options(11, 1, 1)), says: "no more than 10 items"},
		{name: "83: markdown", right: one(args{"type": "markdown", "text": long(12000)}), wrong: many(2, args{"type": "markdown", "text": long(6001)}), says: "must be less than 12001 characters"},
		{
			name: "83: alt_text", right: one(args{"type": "image", "image_url": "https://a.example/b.png", "alt_text": long(2000)}),
			wrong: one(args{"type": "image", "image_url": "https://a.example/b.png", "alt_text": long(2001)}), says: "must be less than 2001 characters",
		},
		{name: "83: image without alt_text", wrong: one(args{"type": "image", "image_url": "https://a.example/b.png"}), says: "missing required field: alt_text"},
		{name: "83: unknown block", wrong: one(args{"type": "sectoin"}), says: "unsupported type: sectoin [json-pointer:/blocks/0]"},
		{name: "83: unknown field", wrong: one(args{"type": "divider", "text": plain("a")}), says: "invalid additional property: text"},
		{name: "83: section without a text", wrong: one(args{"type": "section"}), says: "missing required field: text"},
		{name: "83: no object", wrong: []string{"a"}, says: "unsupported type"},
		{name: "83: input element among the buttons", wrong: menu("plain_text_input", nil), says: "unsupported type: plain_text_input"},
		{
			name: "87: broadcast of an unknown kind", wrong: one(args{"type": "rich_text", "elements": []args{
				{"type": "rich_text_section", "elements": []args{{"type": "broadcast", "range": "all"}}},
			}}), says: "must be a valid enum value",
		},
	}
}

func TestBlockLimits(t *testing.T) {
	t.Parallel()
	for _, l := range limits() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{})
			send := func(blocks any) reply {
				return w.call("chat.postMessage", args{"channel": w.chat.ID(), "text": "a", "blocks": clean(blocks)})
			}
			if l.right != nil {
				if r := send(l.right); r.err() != "" {
					t.Errorf("what is just right: %v", r.Fields)
				}
			}
			want := l.err
			if want == "" {
				want = "invalid_blocks"
			}
			if r := send(l.wrong); r.err() != want || !strings.Contains(r.messages(), l.says) {
				t.Errorf("what is wrong: %v, want %s and %q", r.Fields, want, l.says)
			}
			w.unmistaken()
		})
	}
}

// clean takes the fields away that are nil.
func clean(v any) any {
	if list, ok := v.([]args); ok {
		for _, b := range list {
			elements, _ := b["elements"].([]args)
			for _, e := range elements {
				if text, there := e["text"]; there && text == nil {
					delete(e, "text")
				}
				if opts, _ := e["options"].([]args); e["options"] != nil && opts == nil {
					delete(e, "options")
				}
			}
		}
	}
	return v
}

// viewLimits are those of modals and the App Home (platform-facts.md 80, 83).
func viewLimits() map[string]struct {
	right, wrong args
	says         string
} {
	type c = struct {
		right, wrong args
		says         string
	}
	return map[string]c{
		"83: title":            {args{"title": plain(long(24))}, args{"title": plain(long(25))}, "/view/title/text"},
		"83: submit":           {args{"submit": plain(long(24))}, args{"submit": plain(long(25))}, "/view/submit/text"},
		"83: close":            {args{"close": plain(long(24))}, args{"close": plain(long(25))}, "/view/close/text"},
		"83: private_metadata": {args{"private_metadata": long(3000)}, args{"private_metadata": long(3001)}, "/view/private_metadata"},
		"83: callback_id":      {args{"callback_id": long(255)}, args{"callback_id": long(256)}, "/view/callback_id"},
		"80: blocks":           {args{"blocks": repeat(100, section("a"))}, args{"blocks": repeat(101, section("a"))}, "no more than 100 items"},
		"83: no title":         {nil, args{"title": nil}, "missing required field: title"},
		"83: inputs, no submit": {
			nil, args{"submit": nil}, "missing required field: submit",
		},
		"83: label of an input": {nil, args{"blocks": []args{{"type": "input", "label": plain(long(2001)), "element": args{"type": "plain_text_input"}}}}, "less than 2001"},
		"83: button as input":   {nil, args{"blocks": []args{{"type": "input", "label": plain("a"), "element": args{"type": "button", "text": plain("a")}}}}, "unsupported type: button"},
		"83: what is chosen": {
			args{"blocks": []args{chosen(args{"text": plain("First"), "value": "1"})}},
			args{"blocks": []args{chosen(args{"text": plain("first"), "value": "1"})}},
			"must be one of the options [json-pointer:/view/blocks/0/element/initial_option]",
		},
		"83: home as modal": {nil, args{"type": "home"}, "must be modal"},
		"83: unknown field": {nil, args{"subtitle": plain("a")}, "invalid additional property: subtitle"},
	}
}

// chosen is a menu in which an option is chosen from the start.
func chosen(option args) args {
	options := []args{{"text": plain("First"), "value": "1"}, {"text": plain("Second"), "value": "2"}}
	return args{
		"type": "input", "block_id": "which", "label": plain("Which"), "hint": plain("Either"),
		"element": args{"type": "radio_buttons", "action_id": "a", "options": options, "initial_option": option},
	}
}

func TestViewLimits(t *testing.T) {
	t.Parallel()
	for name, c := range viewLimits() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{})
			h := newHook(t, nil)
			w.Connect(h.URL)
			open := func(change args) reply {
				done(t, w.mei.Shortcut("report"))
				trigger, _ := h.next(t).inner(t)["trigger_id"].(string)
				return w.call("views.open", args{"trigger_id": trigger, "view": modal(change)})
			}
			if c.right != nil {
				if r := open(c.right); r.err() != "" {
					t.Errorf("what is just right: %v", r.Fields)
				}
			}
			if r := open(c.wrong); r.err() != "invalid_arguments" || !strings.Contains(r.messages(), c.says) {
				t.Errorf("what is wrong: %v, want %q", r.Fields, c.says)
			}
		})
	}
}
