package fake

import "fmt"

// Submit lets a person fill in the modal, by block_id or label, and submit it. A menu is filled with the
// value or label of an option. What the person's own program refuses - a required field that is empty - is
// an error of the deed.
func (p *Person) Submit(values map[string]string) *Deed {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p.modal) == 0 {
		return &Deed{Err: errNoModal(p)}
	}
	v := p.modal[len(p.modal)-1]
	state := obj{}
	for _, b := range v.inputs() {
		block, action, value, err := filled(b, values)
		if err != nil {
			return &Deed{Err: err}
		}
		state[block] = obj{action: value}
	}
	o := s.interaction("view_submission", p)
	o["view"], o["response_urls"] = v.wire(state), []any{}
	e := s.newEvent(interactive, p.id, o)
	e.after = func(body []byte) { s.answered(v, body) }
	return &Deed{Events: []*Event{s.send(e)}}
}

// filled returns the state of one input.
func filled(b map[string]any, values map[string]string) (block, action string, state obj, err error) {
	e, _ := b["element"].(map[string]any)
	block, _ = b["block_id"].(string)
	action, _ = e["action_id"].(string)
	kind, _ := e["type"].(string)
	value, ok := values[block]
	if !ok {
		value, ok = values[labelOf(b["label"])]
	}
	if !ok {
		value = initial(e)
	}
	if optional, _ := b["optional"].(bool); value == "" && !optional {
		return "", "", nil, fmt.Errorf("the field %q must be filled in", labelOf(b["label"]))
	}
	state, err = stateOf(kind, e, value)
	return block, action, state, err
}

// initial returns what stands in a field before anybody has filled it in.
func initial(e map[string]any) string {
	if o, ok := e["initial_option"].(map[string]any); ok {
		value, _ := o["value"].(string)
		return value
	}
	value, _ := e["initial_value"].(string)
	return value
}

func stateOf(kind string, e map[string]any, value string) (obj, error) {
	state := obj{"type": kind}
	switch kind {
	case "static_select", "radio_buttons", "checkboxes":
		opt := optionOf(e, value)
		if value != "" && opt == nil {
			return nil, fmt.Errorf("no option %q", value)
		}
		if kind != "checkboxes" {
			state["selected_option"] = opt
			return state, nil
		}
		state["selected_options"] = []any{}
		if opt != nil {
			state["selected_options"] = []any{opt}
		}
	case "datepicker":
		state["selected_date"] = orNil(value)
	case "users_select":
		state["selected_user"] = orNil(value)
	default:
		state["value"] = orNil(value)
	}
	return state, nil
}

// orNil is null for what is not filled in.
func orNil(value string) any {
	if value == "" {
		return nil
	}
	return value
}

func optionOf(e map[string]any, name string) any {
	options, _ := e["options"].([]any)
	for _, v := range options {
		if o, _ := v.(map[string]any); o["value"] == name || labelOf(o["text"]) == name {
			return v
		}
	}
	return nil
}

// CloseModal lets a person close the modal on top, or all of them. The bot hears of it when the view has
// notify_on_close.
func (p *Person) CloseModal(all bool) *Deed {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p.modal) == 0 {
		return &Deed{Err: errNoModal(p)}
	}
	v := p.modal[len(p.modal)-1]
	s.drop(v)
	if all {
		s.shut(p)
	}
	s.changed.tell()
	if told, _ := v.fields["notify_on_close"].(bool); !told {
		return &Deed{}
	}
	o := s.interaction("view_closed", p)
	delete(o, "trigger_id")
	o["view"], o["is_cleared"] = v.wire(nil), all
	return &Deed{Events: []*Event{s.send(s.newEvent(interactive, p.id, o))}}
}

// OpenHome lets a person open a tab of the app, "home" or "messages" (platform-facts.md 80).
func (p *Person) OpenHome(tab string) *Deed {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	chat := s.dm(p)
	event := obj{"type": "app_home_opened", "user": p.id, "channel": chat.id, "tab": tab, "event_ts": s.ts()}
	if p.home != nil && tab == "home" {
		event["view"] = p.home.wire(nil)
	}
	return &Deed{Events: s.emit(chat, event)}
}

// PressHome lets a person press a button in the App Home.
func (p *Person) PressHome(button string) *Deed {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.home == nil {
		return &Deed{Err: fmt.Errorf("%s has no App Home", p.id)}
	}
	return p.pressIn(p.home, button)
}

// PressModal lets a person press a button in the modal.
func (p *Person) PressModal(button string) *Deed {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if len(p.modal) == 0 {
		return &Deed{Err: errNoModal(p)}
	}
	return p.pressIn(p.modal[len(p.modal)-1], button)
}

func (p *Person) pressIn(v *view, button string) *Deed {
	b, ok := pick(v.buttons, button)
	if !ok {
		return &Deed{Err: fmt.Errorf("press %q: no such button in the view", button)}
	}
	s := p.s
	o := s.interaction("block_actions", p)
	o["container"], o["view"] = obj{"type": "view", "view_id": v.id}, v.wire(nil)
	o["actions"] = []any{b.wire(s.ts())}
	return &Deed{Events: []*Event{s.send(s.newEvent(interactive, p.id, o))}}
}
