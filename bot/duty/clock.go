package duty

import "time"

const secondsPerDay = 24 * 60 * 60

// day is a day of the calendar, in whichever zone: days since 1970-01-01.
type day int

func dayOf(t time.Time, zone *time.Location) day { return civil(t.In(zone).Date()) }

func civil(y int, m time.Month, d int) day {
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// parseDay reads the form 2026-11-23.
func parseDay(s string) (day, error) {
	t, err := time.Parse(time.DateOnly, s)
	return civil(t.Date()), err
}

func (d day) midnightUTC() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

func (d day) weekday() time.Weekday { return d.midnightUTC().Weekday() }

// at returns when the clocks of a zone show a minute of the day, from 0 to 1440. A minute that they
// show twice counts when it comes first; one that they skip, when they are put forward.
func (d day) at(minute int, zone *time.Location) time.Time {
	const far = 36 * time.Hour // more than any zone is off, so that nobody has changed the clocks by then
	shown := d.midnightUTC().Add(time.Duration(minute) * time.Minute)
	before, after := offset(shown.Add(-far), zone), offset(shown.Add(far), zone)
	first := shown.Add(-before)
	if offset(first, zone) == before {
		return first
	}
	if second := shown.Add(-after); offset(second, zone) == after {
		return second
	}
	forward, _ := first.In(zone).ZoneBounds()
	return forward.UTC()
}

// offset is how far the clocks of a zone are before UTC.
func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// minuteOf reads the form 09:30; 24:00 is the end of a day. The form was checked before.
func minuteOf(clock string) int {
	if len(clock) != len("09:30") {
		return 0 // of a wrong form
	}
	two := func(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
	return two(clock[:2])*60 + two(clock[3:])
}
