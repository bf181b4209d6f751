package claim

import (
	"errors"
	"fmt"
	"time"
)

// Shantou is the zone in which every day of the policy is counted: UTC+8, no daylight saving
// (domain.md 5.1, "Clock").
var Shantou = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date is a calendar day in Shantou, the only unit in which the policy counts. The zero value
// means "not known". Dates compare with ==, [Date.Compare] and [Date.Before].
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the calendar day that a clock in Shantou shows at t.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Shantou).Date()
	return Date{y, m, d}
}

var errDate = errors.New("not a date of the form 2026-11-23")

// ParseDate reads the form 2026-11-23 and refuses days that no calendar has.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q: %w", s, errDate)
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// IsZero tells whether the day is not known.
func (d Date) IsZero() bool { return d == Date{} }

// String returns the form 2026-11-23, or "" when the day is not known.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Compare returns -1, 0 or 1 as d is before, on or after o.
func (d Date) Compare(o Date) int { return d.utc().Compare(o.utc()) }

// Before tells whether d is an earlier day than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// AddMonths returns the last day of a period of n months that begins on d: the day with the
// same number in the last month, or that month's last day when the number does not exist there
// (domain.md 5.1, after PRC Civil Code art. 201-202). Always add all months in one step.
// The day that is not known stays so.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	year, month, day := d.utc().Date() // a day that no calendar has is first made one
	first := time.Date(year, month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(day, last)}
}

// AddDays returns the day n days later; n may be negative. The day that is not known stays so.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	t := d.utc().AddDate(0, 0, n)
	return Date{t.Year(), t.Month(), t.Day()}
}

// DaysSince returns how many days d lies after o; negative when it lies before.
func (d Date) DaysSince(o Date) int {
	const day = 24 * 60 * 60 // seconds; a time.Duration would end after 292 years
	return int((d.utc().Unix() - o.utc().Unix()) / day)
}

// Begins returns the moment at which the day begins in Shantou. It means nothing for the day that is not
// known.
func (d Date) Begins() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Shantou) }

// MarshalText writes the form 2026-11-23; a day that is not known is the empty text.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [Date.MarshalText] writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	p, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = p
	return nil
}

func (d Date) utc() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}
