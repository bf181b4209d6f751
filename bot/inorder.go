package bot

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// A file may take a while to be fetched. What the person writes or sends after it to somebody else waits for it, so
// that it is read in the order in which it was sent: for a while, for words may be urgent. It waits in the session,
// in the list of the files that are coming.

// orderPatience is how long words wait for a file that was sent before them.
const orderPatience = time.Minute

// orderTimer is the session's timer that ends the waiting; it belongs to no frame.
const orderTimer = "order"

// ordered tells whether what is said to a frame is read in order.
func (t *turn) ordered(id FrameID) bool {
	f := t.s.frame(id)
	return f != nil && t.e.house.flow(f.Flow).inOrder()
}

// first returns the first of what is coming to a frame; -1 = nothing is. Files that are late hold up nobody.
func (t *turn) first(id FrameID) int {
	return slices.IndexFunc(t.s.Coming, func(c Coming) bool {
		return c.Frame == id && (c.In != nil || t.e.now().Sub(c.Since) < orderPatience)
	})
}

// behind has what was just sent wait for the files that were sent before it, and tells whether it does.
func (t *turn) behind() bool {
	f := t.s.top()
	if f == nil || !t.ordered(f.ID) || t.first(f.ID) < 0 || len(t.s.Coming) >= maxComing {
		return false
	}
	in := t.in
	t.comes(Coming{Of: in.ID, Frame: f.ID, Since: t.e.now(), Claim: f.Args.Claim, In: &in})
	t.wakeInOrder()
	return true
}

// comes notes what is on its way. Too much of it is only less well ordered: what waits already is kept.
func (t *turn) comes(c Coming) {
	t.s.Coming = append(t.s.Coming, c)
	if i := slices.IndexFunc(t.s.Coming, func(c Coming) bool { return c.In == nil }); len(t.s.Coming) > maxComing && i >= 0 {
		t.s.Coming = slices.Delete(t.s.Coming, i, i+1)
	}
}

// wakeInOrder sets the timer that ends the waiting, while something waits.
func (t *turn) wakeInOrder() {
	t.s.Timers = slices.DeleteFunc(t.s.Timers, func(timer Timer) bool { return timer.Name == orderTimer })
	for _, c := range t.s.Coming {
		if c.In == nil {
			continue
		}
		at := c.Since.Add(orderPatience)
		for _, before := range t.s.Coming {
			if before.Frame == c.Frame && before.In == nil && before.Since.Before(c.Since) {
				at = before.Since.Add(orderPatience)
			}
		}
		t.s.Timers = append(t.s.Timers, Timer{Name: orderTimer, At: at})
		return
	}
}

// inTurn works a file that is here, unless it has to wait for one that was sent before it, and what waits for it.
func (t *turn) inTurn(ctx context.Context, ev Fetched) error {
	i := slices.IndexFunc(t.s.Coming, func(c Coming) bool { return c.Of == ev.Of })
	if i < 0 {
		return t.arrived(ctx, ev, "")
	}
	c := t.s.Coming[i]
	if t.ordered(c.Frame) && t.first(c.Frame) >= 0 && t.first(c.Frame) < i {
		in := t.in
		t.s.Coming[i].In = &in
		t.wakeInOrder()
		return nil
	}
	t.s.Coming = slices.Delete(t.s.Coming, i, i+1)
	if err := t.arrived(ctx, ev, c.Claim); err != nil {
		return err
	}
	return t.catchUp(ctx)
}

// catchUp works what no longer has to wait.
func (t *turn) catchUp(ctx context.Context) error {
	defer t.wakeInOrder()
	for {
		i := slices.IndexFunc(t.s.Coming, func(c Coming) bool { return c.In != nil })
		for i >= 0 && t.first(t.s.Coming[i].Frame) != i {
			next := slices.IndexFunc(t.s.Coming[i+1:], func(c Coming) bool { return c.In != nil })
			if next < 0 {
				return nil
			}
			i += 1 + next
		}
		if i < 0 {
			return nil
		}
		c := t.s.Coming[i]
		t.s.Coming = slices.Delete(t.s.Coming, i, i+1)
		if err := t.workWaiting(ctx, c); err != nil {
			return err
		}
	}
}

// workWaiting works what has waited, as the inbound that it came with. What it answers is said once for all of it.
func (t *turn) workWaiting(ctx context.Context, c Coming) error {
	in, handed, said := t.in, t.handed, len(t.say)
	defer func() { t.in, t.handed = in, handed }()
	t.in, t.handed, t.depth = *c.In, nil, 0
	if err := t.workIn(ctx, c); err != nil {
		return fmt.Errorf("work what has waited for a file: %w", err)
	}
	if fresh := t.say[said:]; len(fresh) > 0 && said >= len(fresh) && reflect.DeepEqual(t.say[said-len(fresh):said], fresh) {
		t.say = t.say[:said]
	}
	return nil
}

func (t *turn) workIn(ctx context.Context, c Coming) error {
	there := t.s.frame(c.Frame) != nil
	switch ev := t.in.Event.(type) {
	case Fetched:
		return t.arrived(ctx, ev, c.Claim)
	case Said:
		if !there {
			return t.addLate(ctx, c.Claim, ev.Text, nil)
		}
		return t.answer(ctx, c.Frame, ev, "")
	case Attached:
		t.handed = ev
		if !there {
			return t.addLate(ctx, c.Claim, ev.Caption, ev.Files)
		}
		return t.answer(ctx, c.Frame, ev, "")
	default:
		return fmt.Errorf("%w: %s waits for a file", errBroken, ev.event())
	}
}

// addLate adds to a claim what its frame is not there for any more.
func (t *turn) addLate(ctx context.Context, id claim.ID, text string, files []File) error {
	t.say = append(t.say, Say("late.claim", "Claim", string(id)))
	return t.effect(ctx, AddToClaim{ID: id, Text: text, Files: files}, nil)
}
