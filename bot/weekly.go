package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

// Once a week, at the time of the desk file, the desk's rooms are told how the service was. A mark in the database says
// until when they were told: it goes on in one commit with what is put into the rooms' inbox. So of two replicas that
// measure at the same time one tells, and what came due while none was there is told once, when one is. Whoever
// switches it on is told the first time when the next week is over.

// markWeekly is the mark's name.
const markWeekly = "weekly"

// workWeekly tells the desk how the service was, when it is time.
func (e *Engine) workWeekly(ctx context.Context) (int, error) {
	if e.duty == nil || e.charts == nil || len(e.rooms()) == 0 {
		return 0, nil
	}
	now := e.now()
	due, ok := e.duty().Weekly(now)
	if !ok || due.Unix() <= e.weekly.Load() {
		return 0, nil
	}
	mark, err := e.store.Mark(ctx, markWeekly)
	var posts []Inbound
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return 0, err
	case mark.Before(due):
		if posts, err = e.measured(ctx, due, now); err != nil {
			return 0, fmt.Errorf("measure the week: %w", err)
		}
	}
	told, err := e.store.Advance(ctx, markWeekly, due, posts...)
	if err != nil {
		return 0, err
	}
	e.weekly.Store(due.Unix())
	if !told {
		return 0, nil
	}
	e.Poke()
	return 1, nil
}

// measured returns what tells the desk's rooms of the last week before a moment.
func (e *Engine) measured(ctx context.Context, due, now time.Time) ([]Inbound, error) {
	w := measure.NewWeekly(measure.Options{Period: measure.LastWeek(due), Now: now, Elapsed: e.duty().Counted, Targets: measure.Targets})
	reads := w.Reads()
	err := e.store.Histories(ctx, reads.From, reads.To, func(c claim.Claim, events []claim.Event) error {
		w.Add(c, events)
		return nil
	})
	if err != nil {
		return nil, err
	}
	digest, quarter := w.Digest()
	files, err := e.drawn(ctx, digest, quarter)
	if err != nil {
		return nil, err
	}
	key := EffectKey{Inbound: "weekly/" + due.UTC().Format(time.RFC3339), Kind: "weekly"}
	return e.forDesk(key, Told{News: NewsWeekly, Digest: &digest, Files: files}, Inbound{Sent: now}), nil
}

// drawn stores the charts of a week: the quarter week by week, and the week's claims by model and kind of fault.
func (e *Engine) drawn(ctx context.Context, d measure.Digest, quarter measure.Report) (files []File, err error) {
	draw := func(name string, chart func() ([]byte, error)) {
		if err != nil {
			return
		}
		var png []byte
		if png, err = chart(); err != nil {
			return
		}
		var f File
		if f, err = e.media.Put(ctx, bytes.NewReader(png), name, int64(len(png))); err == nil {
			files = append(files, f)
		}
	}
	title := func(by string) string {
		return Plain(e.texts.Render(deskLang, Say("desk.weekly.chart", "By", Say("desk.weekly."+by), "From", d.Week.From, "To", d.Week.To)))
	}
	draw("weeks.png", func() ([]byte, error) { return e.charts.Weeks(quarter) })
	if len(d.Models) > 0 {
		draw("models.png", func() ([]byte, error) { return e.charts.Groups(title(measure.ByModel), d.Models) })
	}
	if len(d.Families) > 0 {
		draw("faults.png", func() ([]byte, error) { return e.charts.Groups(title(measure.ByFamily), d.Families) })
	}
	return files, err
}
