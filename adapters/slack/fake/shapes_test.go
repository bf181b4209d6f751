package fake_test

import (
	"maps"
)

// many is a list of the same.
func many(n int, a args) []args {
	list := make([]args, n)
	for i := range list {
		list[i] = maps.Clone(a)
	}
	return list
}

// section is blocks of one text.
func section(text string) []args {
	return []args{{"type": "section", "text": args{"type": "mrkdwn", "text": text}}}
}

// input is an input block of one line.
func input(block string, optional bool) args {
	return args{
		"type": "input", "block_id": block, "label": plain("Label of " + block), "optional": optional,
		"element": args{"type": "plain_text_input", "action_id": "a"},
	}
}

// modal is a modal of one input, with some fields changed, or taken away by nil.
func modal(change args) args {
	v := args{
		"type": "modal", "callback_id": "cb", "private_metadata": "meta", "title": plain("Title"), "submit": plain("Send"), "blocks": []args{input("serial", false)},
	}
	maps.Copy(v, change)
	maps.DeleteFunc(v, func(_ string, field any) bool { return field == nil })
	return v
}

// plain is a plain_text object.
func plain(text string) args { return args{"type": "plain_text", "text": text} }

// buttons is an actions block.
func buttons(list ...args) []args {
	var elements []args
	for _, b := range list {
		all := args{"type": "button", "text": plain("Yes")}
		for k, v := range b {
			all[k] = v
		}
		elements = append(elements, all)
	}
	return []args{{"type": "actions", "block_id": "acts", "elements": elements}}
}
