package bot

import (
	"context"
	"fmt"
	"slices"
)

var errTooDeep = fmt.Errorf("%w: events without end", errBroken)

// start puts a frame of a flow on top and lets it begin. A flow that has no title keeps no
// drafts: an earlier frame of it gives way.
func (t *turn) start(ctx context.Context, name string, args Args, ev Event) error {
	flow := t.e.house.flow(name)
	if flow == nil {
		t.note = Say("button.unknown")
		return nil
	}
	if !flow.listed() {
		for _, f := range slices.Clone(t.s.Frames) {
			if f.Flow == name {
				t.s.drop(f.ID)
			}
		}
	}
	f := t.s.push(name, args)
	return t.begin(ctx, f.ID, ev)
}

// begin runs a new frame's Begin, which may look things up first.
func (t *turn) begin(ctx context.Context, id FrameID, ev Event) error {
	if t.depth++; t.depth > maxDepth {
		return errTooDeep
	}
	f := t.s.frame(id)
	if ok, err := t.admit(ctx, f); err != nil || !ok {
		return err
	}
	n, err := t.e.house.flow(f.Flow).begin(f, t.turn(f, ev, ""))
	if err != nil {
		return err
	}
	if _, ok := ev.(Said); ok && t.e.house.flow(f.Flow).listed() {
		t.remember(f, beginStep)
	}
	if len(n.Look) > 0 {
		found, err := t.e.look(ctx, t, n.Look)
		if err != nil {
			return err
		}
		return t.begin(ctx, id, found)
	}
	return t.follow(ctx, id, n)
}

// beginStep stands for an answer that was given before any question, in the message that
// started the frame.
const beginStep StepID = "begin"

// answerTop gives an event to the frame that is being asked; with no frame, to the root flow.
func (t *turn) answerTop(ctx context.Context, ev Event) error {
	if f := t.s.top(); f != nil {
		return t.answer(ctx, f.ID, ev, "")
	}
	return t.start(ctx, t.root(), Args{}, ev)
}

// event is what a frame hands on to another: a file that was fetched is one that the person has sent.
func (t *turn) event() Event {
	if t.handed != nil {
		return t.handed
	}
	return t.in.Event
}

// answer gives an event to a frame's present step.
func (t *turn) answer(ctx context.Context, id FrameID, ev Event, option string) error {
	if t.depth++; t.depth > maxDepth {
		return errTooDeep
	}
	f := t.s.frame(id)
	if ok, err := t.admit(ctx, f); err != nil || !ok {
		return err
	}
	flow := t.e.house.flow(f.Flow)
	step, err := t.present(f)
	if err != nil {
		return err
	}
	n, changed, err := flow.answer(f, step, t.turn(f, ev, option))
	if err != nil {
		return err
	}
	if changed {
		f.Version++
	}
	if _, ok := ev.(Said); ok {
		t.remember(f, step)
	}
	if len(n.Look) > 0 {
		found, err := t.e.look(ctx, t, n.Look)
		if err != nil {
			return err
		}
		return t.answer(ctx, id, found, "")
	}
	return t.follow(ctx, id, n)
}

// present returns the step that a frame is at. A step that a release has renamed is the same
// question still; one that it has removed becomes the first one that is not done, with all answers
// kept (promise P3).
func (t *turn) present(f *Frame) (StepID, error) {
	flow := t.e.house.flow(f.Flow)
	if step, ok := flow.find(f.Step); ok {
		f.Step = step
		return step, nil
	}
	step, err := flow.first(f)
	if err != nil {
		return "", err
	}
	t.stand(f, step)
	return step, nil
}

// follow carries out what follows from an answer: say, move on, do, and lead elsewhere.
func (t *turn) follow(ctx context.Context, id FrameID, n Next) error {
	if len(n.Errors) > 0 && t.mistaken(n.Errors) {
		return nil
	}
	t.say = append(t.say, n.Say...)
	t.after = append(t.after, n.After...)
	t.files = append(t.files, n.Files...)
	if n.Card != "" {
		t.card = n.Card
	}
	if len(n.Offer) > 0 {
		t.offer = n.Offer
	}
	t.page = append(t.page, n.Page...)
	f := t.s.frame(id)
	if err := t.move(f, n); err != nil {
		return err
	}
	for _, eff := range n.Do {
		if err := t.effect(ctx, eff, f); err != nil {
			return err
		}
		f = t.s.frame(id)
	}
	if n.End {
		t.s.drop(id)
	}
	return t.lead(ctx, n)
}

// move brings a frame to its next step. From a later step, "back" leads there again.
func (t *turn) move(f *Frame, n Next) error {
	if n.End || n.Quiet {
		return nil
	}
	t.asking = true
	step := n.Step
	if step == "" {
		first, err := t.e.house.flow(f.Flow).first(f)
		if err != nil {
			return err
		}
		step = first
	}
	if step == f.Step {
		return nil
	}
	if t.e.walk != nil {
		t.e.walk(f.Flow, f.Step, step)
	}
	if flow := t.e.house.flow(f.Flow); flow.order(step) < flow.order(f.Step) {
		f.From = f.Step
	} else {
		f.From = ""
	}
	t.stand(f, step)
	return nil
}

// stand puts a frame at a step: its question is a new one, so buttons of the earlier one are out
// of date.
func (t *turn) stand(f *Frame, step StepID) {
	f.Step, f.Asked = step, t.e.now()
	f.Version++
}

// lead goes on to another frame, or back to the one below when a frame ended.
func (t *turn) lead(ctx context.Context, n Next) error {
	switch m := n.Go.(type) {
	case Start:
		t.asking = false
		return t.start(ctx, m.Flow, m.Args, t.event())
	case Raise:
		t.asking = t.s.raise(m.Frame)
	case Drop:
		t.s.drop(m.Frame)
	case Resume:
		return t.resume(ctx, m.Frame)
	case Restart:
		t.asking = false
		t.s.drop(m.Frame)
		return t.start(ctx, m.Start.Flow, m.Start.Args, t.event())
	case nil:
	}
	if n.End && n.Go == nil && !n.Quiet && len(n.Offer) == 0 {
		t.asking = t.s.top() != nil
	}
	return nil
}

// resume puts a frame on top and gives it the event: a word may be one of its own options.
func (t *turn) resume(ctx context.Context, id FrameID) error {
	if !t.s.raise(id) {
		return nil
	}
	option := ""
	if said, ok := t.event().(Said); ok {
		var err error
		if option, err = t.meant(t.s.frame(id), said.Text); err != nil {
			return err
		}
	}
	return t.answer(ctx, id, t.event(), option)
}

// back returns to the question before this one; its answer stands until it is replaced.
func (t *turn) back() error {
	f := t.s.top()
	if f == nil {
		t.say = append(t.say, Say("back.nowhere"))
		return nil
	}
	t.asking = true
	flow := t.e.house.flow(f.Flow)
	if f.From != "" {
		t.stand(f, f.From)
		f.From = ""
	} else if step, ok := flow.before(f.Step); ok {
		t.stand(f, step)
	} else if !flow.listed() && len(t.s.Frames) > 1 {
		t.s.drop(f.ID)
	} else {
		t.say = append(t.say, Say("back.first"))
	}
	return nil
}
