package duty

import (
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

type weeklyText struct {
	Weekday string `yaml:"weekday"`
	At      string `yaml:"at"`
}

// hourOfWeek is a time of each week, by the calendar's clock.
type hourOfWeek struct {
	weekday time.Weekday
	clock   int // in minutes from midnight
}

// hour reads it. Its form was checked before.
func (t weeklyText) hour() *hourOfWeek {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if d.String()[:3] == t.Weekday {
			return &hourOfWeek{d, minuteOf(t.At)}
		}
	}
	return nil // of a wrong form
}

// Weekly returns when the desk was last to be told how the service was, at or before a time; false when it never is.
func (d *Desk) Weekly(at time.Time) (time.Time, bool) {
	if d.weekly == nil {
		return time.Time{}, false
	}
	zone := d.Calendar.zone
	today := dayOf(at, zone)
	last := today - day((int(today.weekday())-int(d.weekly.weekday)+7)%7)
	if at.Before(last.at(d.weekly.clock, zone)) {
		last -= 7
	}
	return last.at(d.weekly.clock, zone), true
}

// Counted returns how much of the time between two moments counts for claims of a severity, by the hours of its
// chain: all of it, or working time. It is never below 0.
func (d *Desk) Counted(s claim.Severity, from, to time.Time) time.Duration {
	if d.chain(s).Hours == anyHour {
		return max(to.Sub(from), 0)
	}
	return d.Calendar.Between(from, to)
}

// Between returns how much working time there is from one moment to another; never below 0.
func (c *Calendar) Between(from, to time.Time) (sum time.Duration) {
	if !from.Before(to) {
		return 0
	}
	for s := range c.spans(from) {
		if !s.From.Before(to) {
			break
		}
		if to.Before(s.To) {
			s.To = to
		}
		sum += s.To.Sub(s.From)
	}
	return sum
}
