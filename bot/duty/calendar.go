package duty

import (
	"iter"
	"time"
)

// Calendar says when people work: hours of the week, public holidays, and the weekend days that are
// worked in exchange, as they are published for each year in China (domain.md 11). It is read only
// and safe for concurrent use. The zero value is of no use; [Load] makes one.
type Calendar struct {
	zone    *time.Location
	week    [7][]hours // by time.Weekday
	makeUp  []hours
	holiday map[day]bool
	working map[day]bool // weekend days that are worked
	years   map[int]bool // whose holidays are known
}

// hours is a piece of a working day, in minutes from midnight.
type hours struct{ from, to int }

// Zone returns the zone by whose clocks the hours count.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Working tells whether t is working time. The minute in which work ends is none.
func (c *Calendar) Working(t time.Time) bool { return c.Next(t).Equal(t) }

// Next returns t itself when it is working time, else when work begins next. A year whose holidays
// the file does not know counts as plain weeks; see [Calendar.Unknown].
func (c *Calendar) Next(t time.Time) time.Time { return c.Add(t, 0) }

// Add returns the first instant of working time before which d of working time has passed since
// from; d below 0 counts as 0. An hour of work that is over when work ends is over, for whoever
// waits for it, when work begins again: the result is always working time.
func (c *Calendar) Add(from time.Time, d time.Duration) time.Time {
	t, _ := advance(c.spans(from), d) // they have no end
	return t
}

// AddDays returns the same time of day so many working days later, or when work goes on after it. What
// is not in working time counts from when work begins.
func (c *Calendar) AddDays(from time.Time, days int) time.Time {
	from = c.Next(from)
	d := dayOf(from, c.zone)
	into := from.Sub(d.at(0, c.zone))
	for days > 0 {
		if d++; len(c.hours(d)) > 0 {
			days--
		}
	}
	return c.Next(d.at(0, c.zone).Add(into))
}

// Unknown lists the years between two times, both included, whose holidays the file does not know,
// ascending. They count as plain weeks.
func (c *Calendar) Unknown(from, to time.Time) (years []int) {
	for y := from.In(c.zone).Year(); y <= to.In(c.zone).Year(); y++ {
		if !c.years[y] {
			years = append(years, y)
		}
	}
	return years
}

// spans yields the working time from an instant on, without end.
func (c *Calendar) spans(from time.Time) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for d := dayOf(from, c.zone); ; d++ {
			for _, h := range c.hours(d) {
				s := Span{later(from, d.at(h.from, c.zone)), d.at(h.to, c.zone)}
				if s.From.Before(s.To) && !yield(s) {
					return
				}
			}
		}
	}
}

func (c *Calendar) hours(d day) []hours {
	switch {
	case c.working[d]:
		return c.makeUp
	case c.holiday[d]:
		return nil
	}
	return c.week[d.weekday()]
}
