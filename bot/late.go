package bot

import (
	"context"
	"slices"
	"time"
)

// isLate tells whether a message was overtaken: by a later message of the same person that was
// worked already, or by the question that is open now (design.md section 3).
func (t *turn) isLate() bool {
	if t.in.Order == 0 {
		return false
	}
	if t.in.Order < t.s.Order && !t.in.Sent.After(t.s.Sent) { // after a quiet week a platform may count anew
		return true
	}
	top := t.s.top()
	if top == nil || top.Asked.IsZero() || t.s.Skew == nil {
		return false
	}
	return t.in.Sent.Add(*t.s.Skew).Before(top.Asked.Truncate(time.Second))
}

// cameLate gives a late text to the newest draft that takes additions, and says so.
func (t *turn) cameLate(ctx context.Context, ev Said) error {
	taken, err := t.late(ctx, ev)
	if err != nil || taken {
		return err
	}
	if filed := len(t.s.Filed); filed > 0 {
		last := &t.s.Filed[filed-1]
		t.say = append(t.say, Say("late.claim", "Claim", string(last.Claim)))
		return t.effect(ctx, AddToClaim{ID: last.Claim, Text: ev.Text}, nil)
	}
	t.say = append(t.say, Say("late.unused", "Text", short(ev.Text)))
	return nil
}

func (t *turn) late(ctx context.Context, ev Said) (bool, error) {
	for i := len(t.s.Frames) - 1; i >= 0; i-- {
		f := &t.s.Frames[i]
		n, ok, err := t.e.house.flow(f.Flow).late(f, t.turn(f, ev, ""))
		if err != nil || !ok {
			if err != nil {
				return false, err
			}
			continue
		}
		t.remember(f, beginStep)
		return true, t.follow(ctx, f.ID, n)
	}
	return false, nil
}

// edited finds what the edited message had become and puts the new wording in its place.
func (t *turn) edited(ctx context.Context, ev Edited) error {
	if ok, err := t.corrected(ctx, ev); ok || err != nil {
		return err
	}
	for i, f := range t.s.Filed {
		if f.Message == ev.Of {
			if f.Text == ev.Text {
				return nil
			}
			t.s.Filed[i].Text = ev.Text
			t.say = append(t.say, Say("edit.filed", "Claim", string(f.Claim)))
			return t.effect(ctx, AddToClaim{ID: f.Claim, Text: ev.Text, Was: f.Text}, nil)
		}
	}
	for i := len(t.s.Frames) - 1; i >= 0; i-- {
		f := t.s.Frames[i]
		for j, a := range f.Answers {
			if a.Message == ev.Of {
				if a.Text == ev.Text {
					return nil // platforms report edits that nobody made (platform-facts.md 16, 72)
				}
				t.s.Frames[i].Answers = slices.Delete(slices.Clone(f.Answers), j, j+1)
				return t.reanswer(ctx, f.ID, a.Step, ev)
			}
		}
	}
	if t.inRoom() || t.hasPosted(ev.Of) {
		t.editedInDesk(ev)
		return nil
	}
	t.say = append(t.say, Say("edit.unknown"))
	t.asking = t.s.top() != nil
	return nil
}

// reanswer has a step understand an edited answer anew; dependent answers are checked again by
// going on at the first step that is not done.
func (t *turn) reanswer(ctx context.Context, id FrameID, step StepID, ev Edited) error {
	t.edit = ev.Of
	t.s.raise(id)
	t.say = append(t.say, Say("edit.taken"))
	f := t.s.top()
	step, ok := t.e.house.flow(f.Flow).find(step)
	if !ok { // it was said before anything was asked
		_, err := t.late(ctx, Said{Text: ev.Text})
		t.asking = true
		return err
	}
	if step != f.Step {
		t.stand(f, step)
	}
	return t.answer(ctx, id, Said{Text: ev.Text}, "")
}
