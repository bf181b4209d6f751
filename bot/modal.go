package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// Some channels can show several fields at once, in a window of their own, for a moment after a button was
// pressed. A press that leads to a question with a [Form] is answered by that window, and by nothing else:
// what the press changed is undone, and whoever closes the window has done nothing. What is filled in is
// worked as the press and the answer in one. So a window needs no memory, and where none can be shown the
// question is asked in the chat.

// Modal is a form as a channel shows it.
type Modal struct {
	ID     ChoiceID // names the form in [Filled]
	Title  string   // plain text, a few words
	Text   string   // above the fields, marked up like [Message].Text; may be empty
	Submit string   // label of the button that sends it, plain text
	Close  string   // label of the button that does not
	Inputs []Input
}

// Input is a field of a [Modal].
type Input struct {
	ID       string
	Label    string   // plain text
	Hint     string   // plain text; may be empty
	Value    string   // what stands there already, as it was typed; of Choices the chosen one's ID
	Long     bool     // of several lines
	Optional bool     // may be left empty
	Choices  []Choice // one of these is chosen; empty = it is typed
}

// opens returns what a modal is named by that answers an inbound: the button that was pressed, or that of
// the command. ok is false for what no modal answers.
func (t *turn) opens() (id ChoiceID, ok bool) {
	switch ev := t.in.Event.(type) {
	case Chose:
		return ev.Choice, true
	case Said:
		c, rest, ok := t.typed(ev.Text)
		return frameChoice(commandFrame, 0, c.Name), ok && rest == "" && c.Name != back
	default:
		return "", false
	}
}

// window answers a press by a modal, when there is one for the question that it led to and the press led to
// nothing else.
func (t *turn) window() error {
	id, ok := t.opens()
	if !ok || !t.in.Modal || len(t.did)+len(t.say) > 0 {
		return nil
	}
	form, err := t.form()
	if form == nil || err != nil {
		return err
	}
	m := t.modal(id, form)
	t.undo()
	t.answered.Modal = &m
	return nil
}

// form returns the present question as a form; nil = nothing is asked, or not by a form.
func (t *turn) form() (*Form, error) {
	f := t.s.top()
	if !t.asking || f == nil {
		return nil, nil //nolint:nilnil // no form is a valid answer
	}
	step, err := t.present(f)
	if err != nil {
		return nil, err
	}
	p, err := t.e.house.flow(f.Flow).ask(f, step)
	return p.Form, err
}

// modal renders a form.
func (t *turn) modal(id ChoiceID, form *Form) Modal {
	plain := func(s Text) string {
		if s.Key == "" {
			return ""
		}
		return Plain(t.e.texts.Render(t.lang(), s))
	}
	m := Modal{ID: id, Title: plain(form.Title), Submit: plain(form.Submit), Close: plain(Say("form.close"))}
	var parts []string
	for _, s := range form.Text {
		parts = append(parts, t.e.texts.Render(t.lang(), s))
	}
	m.Text = strings.Join(parts, "\n\n")
	for _, f := range form.Fields {
		in := Input{ID: f.ID, Label: plain(f.Label), Hint: plain(f.Hint), Value: f.Value, Long: f.Long, Optional: f.Optional}
		for _, o := range f.Options {
			in.Choices = append(in.Choices, Choice{ID: ChoiceID(o.ID), Label: plain(o.Label)})
		}
		m.Inputs = append(m.Inputs, in)
	}
	return m
}

// undo makes as if nothing had been done, but for what is counted: nobody may try numbers out by forms.
func (t *turn) undo() {
	used := t.s.Used
	t.s = t.was.clone()
	t.s.Used = used
	t.say, t.offer, t.links, t.files, t.card, t.asking = nil, nil, nil, nil, "", false
	t.note, t.pressed, t.moot = Text{}, taken{}, true
}

// filled works what was filled in: the press that had led to the form over again, and then the answer.
func (t *turn) filled(ctx context.Context, ev Filled) error {
	if err := t.chose(ctx, ev.Form); err != nil {
		return err
	}
	form, err := t.form()
	switch {
	case err != nil:
		return err
	case form == nil && t.in.Modal: // what was typed stays there, to be copied
		t.undo()
		t.answered.Errors = map[string]string{"": Plain(t.e.texts.Render(t.lang(), Say("form.old")))}
		return nil
	case form == nil:
		t.say = slices.Insert(t.say, 0, Say("form.unused", "Text", wordsOf(ev)))
		return nil
	}
	t.filling = form
	values, wrong := form.read(ev)
	if len(wrong) > 0 {
		t.mistaken(wrong)
		return nil
	}
	t.asking, t.values = false, values
	return t.answer(ctx, t.s.top().ID, ev, "")
}

// read returns the values of the form's fields, and what is wrong with those that it can judge.
func (form *Form) read(ev Filled) (values map[string]string, wrong map[string]Text) {
	values, wrong = map[string]string{}, map[string]Text{}
	for _, f := range form.Fields {
		v := strings.TrimSpace(ev.Typed[f.ID])
		if len(f.Options) > 0 {
			v = ev.Chosen[f.ID]
		}
		if len(f.Options) > 0 && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.ID == v }) {
			v = ""
		}
		if v == "" && !f.Optional {
			wrong[f.ID] = Say("form.needed")
		}
		values[f.ID] = v
	}
	return values, wrong
}

// mistaken tells what is wrong with what was filled in: at the fields while they are shown, and nothing has
// happened then (undone); else in the chat, where the question is asked.
func (t *turn) mistaken(wrong map[string]Text) (undone bool) {
	if t.in.Modal {
		t.undo()
		t.answered.Errors = map[string]string{}
		for id, why := range wrong {
			t.answered.Errors[id] = Plain(t.e.texts.Render(t.lang(), why))
		}
		return true
	}
	t.asking = true
	for _, f := range t.filling.Fields {
		if why, ok := wrong[f.ID]; ok {
			t.say = append(t.say, Say("form.wrong", "Field", f.Label, "Problem", why))
		}
	}
	return false
}

// words returns what was typed into a form, in the order of the fields' names.
func (ev Filled) words() string {
	var list []string
	for _, id := range slices.Sorted(maps.Keys(ev.Typed)) {
		if v := strings.TrimSpace(ev.Typed[id]); v != "" {
			list = append(list, v)
		}
	}
	return strings.Join(list, "\n")
}

// visited shows the page that the channel keeps for the person.
func (t *turn) visited(ctx context.Context) error {
	if t.e.house.Page == "" || t.inRoom() {
		return nil
	}
	flow := t.e.house.Page
	if t.staff.ID != "" && t.e.house.StaffPage != "" {
		flow = t.e.house.StaffPage
	}
	if err := t.start(ctx, flow, Args{}, t.in.Event); err != nil {
		return err
	}
	var page []Message
	for _, p := range t.page {
		page = append(page, t.message(p))
	}
	t.undo()
	t.answered.Page = page
	return nil
}
