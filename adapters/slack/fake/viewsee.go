package fake

import "fmt"

// View is a modal or an App Home as a person sees it.
type View struct {
	ID       string
	Callback string // callback_id
	Metadata string // private_metadata
	Title    string
	Submit   string // label of the button; empty = there is none
	Close    string // label of the button that closes it; empty = Slack's own
	Text     string // all that stands there
	Parts    []Part // the same without the title and the fields, block by block
	Buttons  []Button
	Inputs   []Input
	Pinged   []string
	Links    []Link
}

// Part is what stands in one block.
type Part struct {
	Text    string
	Buttons []Button
}

// Input is a field of a modal.
type Input struct {
	Block    string
	Action   string
	Kind     string
	Label    string
	Hint     string
	Long     bool // of several lines
	Optional bool
	Initial  string   // what stands there, or the value of the option that is chosen
	Options  []Button // of a menu
	Error    string   // what the bot said about what was filled in
}

func (v *view) shown(s *Server) View {
	k := v.read(s)
	o := View{
		ID: v.id, Title: labelOf(v.fields["title"]), Submit: labelOf(v.fields["submit"]), Close: labelOf(v.fields["close"]), Text: k.words.text, Buttons: k.buttons,
		Pinged: k.words.pinged, Links: k.words.links,
	}
	o.Callback, _ = v.fields["callback_id"].(string)
	o.Metadata, _ = v.fields["private_metadata"].(string)
	o.Parts = v.parts(s)
	for _, b := range v.inputs() {
		e, _ := b["element"].(map[string]any)
		in := Input{Label: labelOf(b["label"]), Hint: labelOf(b["hint"]), Initial: initial(e)}
		in.Block, _ = b["block_id"].(string)
		in.Action, _ = e["action_id"].(string)
		in.Kind, _ = e["type"].(string)
		in.Long, _ = e["multiline"].(bool)
		in.Optional, _ = b["optional"].(bool)
		in.Error = v.errors[in.Block]
		options := kit{reader: k.reader}
		options.element(in.Block, e)
		in.Options = options.buttons
		o.Inputs = append(o.Inputs, in)
	}
	return o
}

// parts reads the blocks that are no fields.
func (v *view) parts(s *Server) []Part {
	var list []Part
	blocks, _ := v.fields["blocks"].([]any)
	for _, b := range blocks {
		if o, _ := b.(map[string]any); o["type"] != "input" {
			k := kit{reader: reader{s: s}}
			k.block(b)
			list = append(list, Part{k.words.text, k.buttons})
		}
	}
	return list
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
