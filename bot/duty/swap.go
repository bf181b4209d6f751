package duty

import (
	"fmt"
	"slices"
	"time"
)

// Override puts somebody in the place of whoever has the turn on a level. It has its first instant
// and not its last.
type Override struct {
	Level  LevelID   `json:"level"`
	Person PersonID  `json:"person"`
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Reason string    `json:"reason,omitempty"` // for people; may be empty
	By     string    `json:"by,omitempty"`     // the name of who has arranged it; empty = it stands in the file
}

// With returns a desk in which these overrides count, too: before those of the file, and the later in
// the list before the earlier. What names a level or a person that the file does not have, or does not
// have any more, counts for nothing.
func (d *Desk) With(list []Override) *Desk {
	with := *d
	with.overrides = slices.Clone(d.overrides)
	for _, o := range list {
		_, known := d.byID[o.Person]
		if _, ok := d.Level(o.Level); ok && known && o.From.Before(o.To) {
			with.overrides = append(with.overrides, override{o.Level, o.Person, o.From.UTC(), o.To.UTC(), o.Reason, o.By})
		}
	}
	return &with
}

// Level returns the level of this id; false when there is none.
func (d *Desk) Level(id LevelID) (Level, bool) {
	i := slices.IndexFunc(d.Levels, func(l Level) bool { return l.ID == id })
	if i < 0 {
		return Level{}, false
	}
	return d.Levels[i], true
}

// LevelsOf lists the levels in whose order a person stands, in their order.
func (d *Desk) LevelsOf(id PersonID) (list []Level) {
	for _, l := range d.Levels {
		if l.Has(id) {
			list = append(list, l)
		}
	}
	return list
}

// Turn is a shift with its beginning.
type Turn struct {
	From time.Time
	Shift
}

// TurnAt returns the turn on a level that a time is in; false when the desk has no such level.
func (d *Desk) TurnAt(id LevelID, at time.Time) (Turn, bool) {
	list := d.Turns(id, at, at.Add(1))
	if len(list) == 0 {
		return Turn{}, false
	}
	return list[0], true
}

// Turns lists who is on call on a level from one time until another, in order: a week each by the order, or
// as long as somebody stands in. The first has begun by from, the last may end later than to.
func (d *Desk) Turns(id LevelID, from, to time.Time) (list []Turn) {
	l, ok := d.Level(id)
	if !ok {
		return nil
	}
	week := l.week(from)
	for at := l.handOver(week); at.Before(to); {
		shift, _ := d.OnCall(id, at)
		if shift.Until.After(from) {
			list = append(list, Turn{at, shift})
		}
		at = shift.Until
	}
	return list
}

// Has tells whether a person takes turns on the level.
func (l Level) Has(id PersonID) bool { return slices.Contains(l.order, id) }

// Members lists who takes turns on the level, each once, in their order.
func (l Level) Members() []PersonID {
	seen := map[PersonID]bool{}
	return slices.DeleteFunc(slices.Clone(l.order), func(id PersonID) bool {
		twice := seen[id]
		seen[id] = true
		return twice
	})
}

// Days returns the span from the hand-over of one day to that of the day after another, by the level's
// clock; to is not before from. Days are written 2026-12-07.
func (l Level) Days(from, to string) (Span, error) {
	first, err := parseDay(from)
	if err != nil {
		return Span{}, fmt.Errorf("read day: %w", err)
	}
	last, err := parseDay(to)
	if err != nil {
		return Span{}, fmt.Errorf("read day: %w", err)
	}
	return Span{first.at(l.clock, l.zone), (last + 1).at(l.clock, l.zone)}, nil
}

// DaysIn lists the days that a span touches, from hand-over to hand-over, as [Level.Days] reads them.
func (l Level) DaysIn(s Span) (list []string) {
	d := dayOf(s.From, l.zone)
	if s.From.Before(d.at(l.clock, l.zone)) {
		d--
	}
	for ; d.at(l.clock, l.zone).Before(s.To); d++ {
		list = append(list, d.midnightUTC().Format(time.DateOnly))
	}
	return list
}

// Covered tells whether a person is on call on the level for the whole of a span already.
func (d *Desk) Covered(id LevelID, s Span, by PersonID) bool {
	for _, t := range d.Turns(id, s.From, s.To) {
		if t.Person.ID != by {
			return false
		}
	}
	return true
}
