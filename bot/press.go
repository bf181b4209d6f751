package bot

import (
	"context"
	"slices"
	"strings"
)

// chose works a pressed button: the present question's, a claim's, or one that is out of date.
func (t *turn) chose(ctx context.Context, id ChoiceID) error {
	c, ok := id.parse()
	if !ok {
		t.note = Say("button.unknown")
		t.asking = t.s.top() != nil
		return nil
	}
	if c.claim != "" {
		b, ok := t.e.house.Buttons[c.option]
		if !ok || b.Desk != t.inRoom() && !(b.Desk && t.staff.ID != "") {
			t.note = Say("button.unknown")
			return nil
		}
		return t.start(ctx, b.Flow, Args{Claim: c.claim, Payload: b.Payload}, t.in.Event)
	}
	if c.frame == commandFrame {
		name, rest, _ := strings.Cut(c.option, " ")
		command, ok := t.understands(name)
		if !ok {
			t.note = Say("button.unknown")
			return nil
		}
		return t.command(ctx, command, rest, nil)
	}
	f := t.s.frame(c.frame)
	if f != nil {
		if _, err := t.present(f); err != nil { // so that a button of a removed question is an old one
			return err
		}
		if f.Version == c.version {
			return t.press(ctx, f, id, c.option)
		}
	}
	if slices.Contains(t.s.Pressed, id) {
		t.note, t.moot = Say("button.again"), true
		t.s.repeatLast() // whoever presses again may not have seen the answer
		return nil
	}
	t.say = append(t.say, Say("button.old"))
	if f != nil {
		t.s.raise(f.ID)
	}
	if t.s.top() == nil {
		return t.start(ctx, t.root(), Args{}, t.in.Event)
	}
	t.asking = true
	return nil
}

// press answers a frame's present question with one of its options.
func (t *turn) press(ctx context.Context, f *Frame, id ChoiceID, option string) error {
	p, err := t.e.house.flow(f.Flow).ask(f, f.Step)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Options, func(o Option) bool { return o.ID == option })
	if i < 0 {
		t.note = Say("button.unknown")
		t.asking = true
		return nil
	}
	t.s.Pressed = lastN(append(t.s.Pressed, id), maxPressed)
	t.pressed = taken{t.board, Choice{ID: id, Label: Plain(t.e.texts.Render(t.lang(), p.Options[i].Label))}}
	if ev, ok := t.in.Event.(Chose); ok && ev.On != "" {
		t.pressed.on = ev.On
	}
	t.s.raise(f.ID)
	if flow := p.Options[i].Go; flow != "" {
		return t.start(ctx, flow, Args{Frame: f.ID}, t.in.Event)
	}
	return t.answer(ctx, f.ID, t.in.Event, option)
}
