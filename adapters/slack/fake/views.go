package fake

import (
	"encoding/json"
	"maps"
	"slices"
)

// view is a modal, or an App Home.
type view struct {
	id       string
	root     string
	previous string
	hash     string
	external string
	fields   map[string]any // as the app sent it
	person   *Person
	errors   map[string]string // by block_id, after a submission
	buttons  map[string]Button
}

// parseView checks what an app sends as a view (platform-facts.md 83).
func (s *Server) parseView(text, kind string) (*view, error) {
	if len(text) > 250_000 {
		return nil, refuse("view_too_large")
	}
	var fields map[string]any
	if json.Unmarshal([]byte(text), &fields) != nil {
		return nil, refuse("invalid_arguments")
	}
	k := newChecker(kind)
	if fields["type"] != kind {
		k.fail("/view/type", "must be %s", kind)
	}
	k.object("/view", fields, viewShape(kind))
	blocks, _ := fields["blocks"].([]any)
	k.checkBlocks("/view/blocks", blocks)
	if k.inputs > 0 && kind == "modal" && fields["submit"] == nil {
		k.fail("/view/submit", "missing required field: submit")
	}
	if len(k.wrong) > 0 {
		return nil, explained("invalid_arguments", k.wrong...)
	}
	s.nameBlocks(blocks)
	external, _ := fields["external_id"].(string)
	v := &view{fields: fields, external: external}
	for _, o := range s.views {
		if external != "" && o.external == external {
			return nil, refuse("duplicate_external_id")
		}
	}
	v.hash = s.id("1700000000.")
	v.buttons = map[string]Button{}
	for _, b := range v.read(s).buttons {
		v.buttons[b.Block+"\x00"+b.Action+"\x00"+b.Value] = b
	}
	return v, nil
}

func viewShape(kind string) shape {
	fields := shape{
		"blocks!": list(maxInView, anything), "private_metadata": quietly(text(0, 3000)), "callback_id": quietly(text(0, 255)),
		"external_id": quietly(text(0, 255)),
	}
	if kind == "modal" {
		for _, name := range []string{"title!", "submit", "close"} {
			fields[name] = label(24, false)
		}
		fields["clear_on_close"], fields["notify_on_close"], fields["submit_disabled"] = yesNo, yesNo, yesNo
	}
	return fields
}

// read reads what stands in the view.
func (v *view) read(s *Server) kit {
	k := kit{reader: reader{s: s}}
	if title, ok := v.fields["title"].(map[string]any); ok {
		k.value(title)
	}
	blocks, _ := v.fields["blocks"].([]any)
	for _, b := range blocks {
		k.block(b)
	}
	return k
}

// wire returns the view as Slack hands it over, with what was filled in.
func (v *view) wire(values obj) obj {
	o := obj{
		"private_metadata": "", "callback_id": "", "external_id": "", "close": nil, "submit": nil, "clear_on_close": false, "notify_on_close": false,
	}
	maps.Copy(o, v.fields)
	o["id"], o["team_id"], o["app_id"], o["bot_id"], o["app_installed_team_id"] = v.id, Team, App, botID, Team
	o["hash"], o["root_view_id"], o["previous_view_id"] = v.hash, v.root, nil
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	if values == nil {
		values = obj{}
	}
	o["state"] = obj{"values": values}
	return o
}

// show puts a view on top of a person's stack, which holds three (platform-facts.md 83).
func (s *Server) show(p *Person, v *view) error {
	if len(p.modal) >= 3 {
		return refuse("push_limit_reached")
	}
	v.id, v.person = s.id("V0"), p
	v.root = v.id
	if n := len(p.modal); n > 0 {
		v.root, v.previous = p.modal[0].id, p.modal[n-1].id
	}
	p.modal = append(p.modal, v)
	s.views[v.id] = v
	s.changed.tell()
	return nil
}

func (s *Server) viewsOpen(c *call) (obj, error) { return s.openView(c, false) }
func (s *Server) viewsPush(c *call) (obj, error) { return s.openView(c, true) }

func (s *Server) openView(c *call, push bool) (obj, error) {
	v, err := s.parseView(c.args["view"], "modal")
	if err != nil {
		return nil, err
	}
	p, err := s.pull(c.args["trigger_id"])
	if err != nil {
		return nil, err
	}
	c.log.Person = p.id
	if push && len(p.modal) == 0 {
		return nil, refuse("not_found")
	}
	if !push {
		s.shut(p)
	}
	if err := s.show(p, v); err != nil {
		return nil, err
	}
	return obj{"view": v.wire(nil)}, nil
}

// shut closes all modals of a person.
func (s *Server) shut(p *Person) {
	for _, v := range p.modal {
		delete(s.views, v.id)
	}
	p.modal = nil
	s.changed.tell()
}

func (s *Server) viewsUpdate(c *call) (obj, error) {
	old := s.views[c.args["view_id"]]
	if id := c.args["external_id"]; old == nil && id != "" {
		for _, v := range s.views {
			if v.external == id {
				old = v
			}
		}
	}
	switch {
	case old == nil:
		return nil, refuse("not_found")
	case c.args["hash"] != "" && c.args["hash"] != old.hash:
		return nil, refuse("hash_conflict")
	}
	c.log.Person = old.person.id
	if err := s.replaceView(old, c.args["view"]); err != nil {
		return nil, err
	}
	return obj{"view": old.wire(nil)}, nil
}

// replaceView shows something else in the same modal.
func (s *Server) replaceView(old *view, text string) error {
	external := old.external
	old.external = ""
	v, err := s.parseView(text, "modal")
	if err != nil {
		old.external = external
		return err
	}
	old.fields, old.hash, old.external, old.buttons, old.errors = v.fields, v.hash, v.external, v.buttons, nil
	s.changed.tell()
	return nil
}

// viewsPublish shows a person's App Home (platform-facts.md 80).
func (s *Server) viewsPublish(c *call) (obj, error) {
	p := s.people[c.args["user_id"]]
	if p == nil || p.deleted || p.team != Team {
		return nil, refuse("user_not_found")
	}
	v, err := s.parseView(c.args["view"], "home")
	if err != nil {
		return nil, err
	}
	if h := c.args["hash"]; h != "" && (p.home == nil || p.home.hash != h) {
		return nil, refuse("hash_conflict")
	}
	v.person, v.id, c.log.Person = p, s.id("V0"), p.id
	if p.home != nil {
		v.id = p.home.id
	}
	v.root = v.id
	p.home = v
	s.changed.tell()
	return obj{"view": v.wire(nil)}, nil
}

// answered does what the answer to a submission says: errors, update, push, clear, or nothing, which closes
// the modal (platform-facts.md 79).
func (s *Server) answered(v *view, body []byte) {
	var in struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if len(body) > 0 && json.Unmarshal(body, &in) != nil {
		s.mistaken("answer to view_submission is no JSON: %.60q", body)
		return
	}
	defer s.changed.tell()
	switch in.Action {
	case "":
		s.drop(v)
	case "clear":
		s.shut(v.person)
	case "errors":
		for _, block := range slices.Sorted(maps.Keys(in.Errors)) {
			if !v.hasInput(block) {
				s.mistaken("error for %q, which is no block_id of an input in the view (platform-facts.md 79)", block)
			}
		}
		v.errors = in.Errors
	case "update":
		s.wellAnswered(s.replaceView(v, string(in.View)))
	case "push":
		next, err := s.parseView(string(in.View), "modal")
		if err == nil {
			err = s.show(v.person, next)
		}
		s.wellAnswered(err)
	default:
		s.mistaken("unknown response_action %q", in.Action)
	}
}

func (s *Server) wellAnswered(err error) {
	if err != nil {
		s.mistaken("answer to view_submission: %v %v", err, err.(*apiError).more) //nolint:errorlint,forcetypeassert // just made
	}
}

// drop closes the top modal.
func (s *Server) drop(v *view) {
	v.person.modal = slices.DeleteFunc(v.person.modal, func(o *view) bool { return o == v })
	delete(s.views, v.id)
}

func (v *view) hasInput(block string) bool {
	return slices.ContainsFunc(v.inputs(), func(o map[string]any) bool { return o["block_id"] == block })
}

// inputs returns the input blocks.
func (v *view) inputs() []map[string]any {
	var list []map[string]any
	blocks, _ := v.fields["blocks"].([]any)
	for _, b := range blocks {
		if o, _ := b.(map[string]any); o["type"] == "input" {
			list = append(list, o)
		}
	}
	return list
}
