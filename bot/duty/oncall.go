package duty

import (
	"time"
)

// LevelID names a level, as first_line. It stands in the desk file and in what is stored.
type LevelID string

// Level is a line of people who take turns, each a week.
type Level struct {
	ID   LevelID
	Name string // for people

	zone  *time.Location
	first day // the first hand-over; the same weekday every week
	clock int // when they hand over, in minutes from midnight
	order []PersonID
}

// Shift is who is on call on a level, and for how long.
type Shift struct {
	Person   Person
	Until    time.Time // the next shift begins, which may be the same person's
	Override bool      // the person stands in for whoever had the turn
	Reason   string    // why, with Override
	By       string    // the name of who has arranged the override; empty = the file has it
}

// OnCall returns who is on call on a level at a time; false when the desk has no such level. Of
// overrides that overlap the later in the file counts, and before all of them those of [Desk.With]. A shift has its first instant and not its
// last: at the minute of the hand-over the next person is on call.
func (d *Desk) OnCall(id LevelID, at time.Time) (Shift, bool) {
	l, ok := d.Level(id)
	if !ok {
		return Shift{}, false
	}
	person, until := l.turn(at)
	shift := Shift{Person: d.byID[person], Until: until}
	for _, o := range d.overrides {
		switch {
		case o.level != id || !at.Before(o.to):
		case !at.Before(o.from):
			shift = Shift{Person: d.byID[o.person], Until: o.to, Override: true, Reason: o.reason, By: o.by}
		case o.from.Before(shift.Until):
			shift.Until = o.from
		}
	}
	return shift, true
}

// turn returns whose week it is by the order alone, and when the next one's begins. The weeks go
// on for ever in both directions.
func (l Level) turn(at time.Time) (PersonID, time.Time) {
	week, n := l.week(at), len(l.order)
	return l.order[week-floorDiv(week, n)*n], l.handOver(week + 1)
}

// week numbers the week that a time is in; 0 is the first.
func (l Level) week(at time.Time) int {
	week := floorDiv(int(dayOf(at, l.zone)-l.first), 7)
	if at.Before(l.handOver(week)) {
		week--
	}
	return week
}

// handOver is when a week begins; week 0 is the first.
func (l Level) handOver(week int) time.Time { return (l.first + day(7*week)).at(l.clock, l.zone) }

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// override puts somebody in another's place.
type override struct {
	level    LevelID
	person   PersonID
	from, to time.Time
	reason   string
	by       string
}

func (o override) covers(other override) bool {
	return o.level == other.level && !other.from.Before(o.from) && !o.to.Before(other.to)
}
