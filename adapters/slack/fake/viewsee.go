package fake

import "fmt"

// View is a modal or an App Home as a person sees it.
type View struct {
	ID       string
	Callback string // callback_id
	Metadata string // private_metadata
	Title    string
	Submit   string // label of the button
	Text     string // all that stands there
	Buttons  []Button
	Inputs   []Input
	Pinged   []string
	Links    []Link
}

// Input is a field of a modal.
type Input struct {
	Block    string
	Action   string
	Kind     string
	Label    string
	Optional bool
	Initial  string
	Error    string // what the bot said about what was filled in
}

func (v *view) shown(s *Server) View {
	k := v.read(s)
	o := View{
		ID: v.id, Title: labelOf(v.fields["title"]), Submit: labelOf(v.fields["submit"]), Text: k.words.text, Buttons: k.buttons,
		Pinged: k.words.pinged, Links: k.words.links,
	}
	o.Callback, _ = v.fields["callback_id"].(string)
	o.Metadata, _ = v.fields["private_metadata"].(string)
	for _, b := range v.inputs() {
		e, _ := b["element"].(map[string]any)
		in := Input{Label: labelOf(b["label"])}
		in.Block, _ = b["block_id"].(string)
		in.Action, _ = e["action_id"].(string)
		in.Kind, _ = e["type"].(string)
		in.Initial, _ = e["initial_value"].(string)
		in.Optional, _ = b["optional"].(bool)
		in.Error = v.errors[in.Block]
		o.Inputs = append(o.Inputs, in)
	}
	return o
}

// Modal returns the modal that the person sees; false when there is none.
func (p *Person) Modal() (View, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if len(p.modal) == 0 {
		return View{}, false
	}
	return p.modal[len(p.modal)-1].shown(p.s), true
}

// Home returns the person's App Home; false when nothing was published.
func (p *Person) Home() (View, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.home == nil {
		return View{}, false
	}
	return p.home.shown(p.s), true
}

// errNoModal is that a person wants to use a modal that is not there.
func errNoModal(p *Person) error { return fmt.Errorf("%s has no modal open", p.id) }
