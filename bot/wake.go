package bot

import (
	"context"
	"fmt"
)

// waited works a timer, unless its frame has moved on since it was set.
func (t *turn) waited(ctx context.Context, ev Waited) error {
	if ev.Timer.Name == "" {
		return t.ring(ctx)
	}
	if ev.Timer.Name == orderTimer {
		return t.catchUp(ctx)
	}
	f := t.s.frame(ev.Timer.Frame)
	if f == nil || f.Version != ev.Timer.Version {
		return nil
	}
	if ev.Timer.Name != nudge {
		return t.answer(ctx, f.ID, ev, "")
	}
	if t.s.Nudged.Equal(t.s.Active) {
		return nil
	}
	t.s.Nudged = t.s.Active
	return t.start(ctx, t.e.house.Nudge, Args{Frame: f.ID}, ev)
}

// nudge is the name of the timer that reminds of a quiet draft; it is made by a query, not set.
const nudge = "nudge"

// ring works the session's own timers that are due.
func (t *turn) ring(ctx context.Context) error {
	if t.s.To.Lane() == t.in.To.Lane() { // a timer knows the chat, not the thread
		t.in.To = t.s.To
	}
	now := t.e.now()
	var due, later []Timer
	for _, timer := range t.s.Timers {
		if t.waitsForAlbum(timer.Frame) {
			timer.At = now.Add(albumPause)
		}
		if timer.At.After(now) {
			later = append(later, timer)
		} else {
			due = append(due, timer)
		}
	}
	t.s.Timers = later
	for _, timer := range due {
		if err := t.waited(ctx, Waited{timer}); err != nil {
			return err
		}
	}
	return nil
}

// plate reads a name plate and tells the step that waits for it, if it still waits.
func (t *turn) plate(ctx context.Context, ev PlateWanted) error {
	f := t.s.frame(ev.Frame)
	if f == nil {
		return nil
	}
	found, err := t.e.look(ctx, t, []Lookup{ReadPlate{ev.File}})
	if err != nil {
		return err
	}
	return t.answer(ctx, f.ID, found, "")
}

// told starts the flow that passes news on.
func (t *turn) told(ctx context.Context, ev Told) error {
	if ev.News == NewsCallOver {
		return t.e.callOver(ctx, t.in, ev.Claim)
	}
	if ev.Alert != "" {
		var err error
		if ev, err = t.alerted(ctx, ev); err != nil || ev.Call == nil {
			return err
		}
	}
	flow, ok := t.e.house.News[ev.News]
	if !ok {
		return fmt.Errorf("route news: no flow for %q", ev.News)
	}
	t.news = ev.Claim
	if err := t.start(ctx, flow, Args{Claim: ev.Claim, Told: &ev}, ev); err != nil {
		return err
	}
	return t.addTranslation(ctx, ev)
}
