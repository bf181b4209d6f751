package fake

import "strings"

// Button is a button as a person sees it.
type Button struct {
	Label  string
	Action string // action_id
	Block  string // block_id
	Value  string
	URL    string
	Style  string

	kind string // of a menu that it is an option of; empty = a button
}

// kit reads blocks: what stands there, and the buttons in it.
type kit struct {
	reader

	words   words
	buttons []Button
}

// read reads what a person sees of a message. With blocks, the text is for notifications only
// (platform-facts.md 84), but what it pings is pinged.
func (m *message) read() { m.readAs(content{}) }

func (m *message) readAs(c content) {
	r := reader{s: m.chat.s, linkNames: c.linkNames, bare: c.bare}
	plain := r.mrkdwn(m.text)
	r.bare = false
	m.notice = plain.text
	k := kit{reader: r}
	for _, b := range m.blocks {
		k.block(b)
	}
	m.shownButtons = k.buttons
	if len(m.blocks) == 0 {
		m.said = plain
	} else {
		m.said = k.words
		m.said.pinged = append(m.said.pinged, plain.pinged...)
		m.said.links = append(m.said.links, plain.links...)
	}
	if m.buttons == nil {
		m.buttons = map[string]Button{}
	}
	for _, b := range k.buttons {
		m.buttons[b.Block+"\x00"+b.Action+"\x00"+b.Value] = b
	}
}

func (k *kit) block(v any) {
	o, _ := v.(map[string]any)
	block, _ := o["block_id"].(string)
	switch o["type"] {
	case "rich_text":
		k.words.add(k.rich(o["elements"]), "\n")
		return
	case "markdown":
		s, _ := o["text"].(string)
		k.words.add(k.markdown(s), "\n")
		return
	}
	for _, name := range []string{"title", "label", "text", "fields", "hint"} {
		k.value(o[name])
	}
	for _, name := range []string{"accessory", "element"} {
		k.element(block, o[name])
	}
	items, _ := o["elements"].([]any)
	for _, e := range items {
		k.value(e)
		k.element(block, e)
	}
}

// value reads a text object, or a list of them.
func (k *kit) value(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			k.value(e)
		}
	case map[string]any:
		k.words.add(k.object(v), "\n")
	}
}

// object reads a text object. plain_text does not ping and has no marks (platform-facts.md 87).
func (k *kit) object(o map[string]any) words {
	s, _ := o["text"].(string)
	switch o["type"] {
	case "plain_text":
		return words{text: s}
	case "mrkdwn":
		r := k.reader
		r.verbatim, _ = o["verbatim"].(bool)
		return r.mrkdwn(s)
	}
	return words{}
}

func (k *kit) element(block string, v any) {
	o, _ := v.(map[string]any)
	action, _ := o["action_id"].(string)
	switch o["type"] {
	case "button":
		b := Button{Block: block, Action: action, Label: labelOf(o["text"])}
		b.Value, _ = o["value"].(string)
		b.URL, _ = o["url"].(string)
		b.Style, _ = o["style"].(string)
		k.buttons = append(k.buttons, b)
	case "static_select", "overflow", "radio_buttons", "checkboxes":
		kind, _ := o["type"].(string)
		options, _ := o["options"].([]any)
		for _, e := range options {
			opt, _ := e.(map[string]any)
			b := Button{Block: block, Action: action, Label: labelOf(opt["text"]), kind: kind}
			b.Value, _ = opt["value"].(string)
			k.buttons = append(k.buttons, b)
		}
	}
}

func labelOf(v any) string {
	o, _ := v.(map[string]any)
	s, _ := o["text"].(string)
	return s
}

// rich reads the elements of a rich_text block; they ping when their type says so.
func (k *kit) rich(v any) words {
	var all words
	items, _ := v.([]any)
	for _, e := range items {
		o, _ := e.(map[string]any)
		between := ""
		var w words
		switch o["type"] {
		case "rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list":
			between = "\n"
			w = k.rich(o["elements"])
			if strings.HasSuffix(all.text, "\n") {
				between = ""
			}
		default:
			w = k.inline(o)
		}
		all.add(w, between)
	}
	return all
}

func (k *kit) inline(o map[string]any) words {
	str := func(name string) string { s, _ := o[name].(string); return s }
	switch o["type"] {
	case "link":
		label := str("text")
		if label == "" {
			label = str("url")
		}
		return words{text: label, links: []Link{{str("url"), label}}}
	case "user":
		w := words{}
		w.text = k.angle("@"+str("user_id"), &w)
		return w
	case "usergroup":
		return words{text: "@group", pinged: []string{str("usergroup_id")}}
	case "broadcast":
		return words{text: "@" + str("range"), pinged: []string{"@" + str("range")}}
	case "channel":
		w := words{}
		w.text = k.angle("#"+str("channel_id"), &w)
		return w
	case "emoji":
		return words{text: ":" + str("name") + ":"}
	}
	return words{text: str("text")}
}

// markdown reads a markdown block, as far as links and pings go (platform-facts.md 87).
func (k *kit) markdown(s string) words {
	w := k.mrkdwn(s)
	for _, m := range markdownLink.FindAllStringSubmatch(w.text, -1) {
		w.links = append(w.links, Link{m[2], m[1]})
	}
	w.text = markdownLink.ReplaceAllString(w.text, "$1")
	return w
}
