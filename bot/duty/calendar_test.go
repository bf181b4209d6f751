package duty_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/duty"
)

// clock reads times by the clocks of a zone, as "2026-10-01 09:00" or "2026-10-01 09:00:30".
type clock struct{ zone *time.Location }

func in(t *testing.T, zone string) clock {
	t.Helper()
	l, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return clock{l}
}

func (c clock) at(t *testing.T, s string) time.Time {
	t.Helper()
	for _, form := range []string{"2006-01-02 15:04", time.DateTime} {
		if at, err := time.ParseInLocation(form, s, c.zone); err == nil {
			return at
		}
	}
	t.Fatalf("%q is no time", s)
	return time.Time{}
}

// say is the opposite of at, after a check that the time is in UTC.
func (c clock) say(t *testing.T, at time.Time) string {
	t.Helper()
	if at.Location() != time.UTC {
		t.Errorf("%s is not in UTC", at)
	}
	if s := at.In(c.zone); s.Second() != 0 {
		return s.Format(time.DateTime)
	}
	return at.In(c.zone).Format("2006-01-02 15:04")
}

// The hours of the week, the holidays and the make-up days of 2026 as they were published.
func TestWorkingDaysOf2026(t *testing.T) {
	t.Parallel()
	shantou, c := in(t, "Asia/Shanghai"), duty.Default().Calendar
	var off, worked []string // weekdays that are not worked, weekend days that are
	days := 0
	for at := shantou.at(t, "2026-01-01 10:00"); at.Year() == 2026; at = at.AddDate(0, 0, 1) {
		weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
		working := c.Working(at)
		if working {
			days++
		}
		switch {
		case working && weekend:
			worked = append(worked, at.Format("01-02"))
		case !working && !weekend:
			off = append(off, at.Format("01-02"))
		}
	}
	if diff := cmp.Diff([]string{
		"01-01", "01-02",
		"02-16", "02-17", "02-18", "02-19", "02-20", "02-23",
		"04-06",
		"05-01", "05-04", "05-05",
		"06-19",
		"09-25",
		"10-01", "10-02", "10-05", "10-06", "10-07",
	}, off); diff != "" {
		t.Errorf("weekdays that are not worked:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"}, worked); diff != "" {
		t.Errorf("weekend days that are worked:\n%s", diff)
	}
	if days != 248 { // as the State Council counts them: 365 days without 104 of weekends and 13 of holidays
		t.Errorf("%d days are worked", days)
	}
}

func TestWorking(t *testing.T) {
	t.Parallel()
	shantou, c := in(t, "Asia/Shanghai"), duty.Default().Calendar
	for at, next := range map[string]string{
		"2026-11-27 08:29:59": "2026-11-27 08:30",
		"2026-11-27 08:30":    "", // working time
		"2026-11-27 11:59:59": "",
		"2026-11-27 12:00":    "2026-11-27 13:30", // lunch
		"2026-11-27 13:29:59": "2026-11-27 13:30",
		"2026-11-27 17:29:59": "",
		"2026-11-27 17:30":    "2026-11-30 08:30", // the weekend
		"2026-11-28 10:00":    "2026-11-30 08:30",
		"2026-09-30 17:29:59": "",
		"2026-09-30 17:30":    "2026-10-08 08:30", // National Day
		"2026-10-09 18:00":    "2026-10-10 08:30", // a Saturday in exchange
		"2026-10-10 17:30":    "2026-10-12 08:30",
		"2026-02-13 17:30":    "2026-02-14 08:30",
		"2026-02-14 17:30":    "2026-02-24 08:30", // Spring Festival
		"2026-12-31 17:30":    "2027-01-01 08:30", // nothing is known of 2027
		"2027-02-16 10:00":    "",
		"2025-12-31 17:30":    "2026-01-04 08:30", // New Year, and a Sunday in exchange
	} {
		now := shantou.at(t, at)
		if got := c.Working(now); got != (next == "") {
			t.Errorf("%s is working time: %t", at, got)
		}
		if next == "" {
			next = at
		}
		if got := shantou.say(t, c.Next(now.UTC())); got != next {
			t.Errorf("after %s work goes on at %s, want %s", at, got, next)
		}
	}
	if c.Zone().String() != "Asia/Shanghai" {
		t.Errorf("zone %s", c.Zone())
	}
}

func TestAddWorkingTime(t *testing.T) {
	t.Parallel()
	shantou, c := in(t, "Asia/Shanghai"), duty.Default().Calendar
	for _, v := range []struct {
		from string
		d    time.Duration
		want string
	}{
		{"2026-11-25 09:00", 0, "2026-11-25 09:00"},
		{"2026-11-25 09:00", -time.Hour, "2026-11-25 09:00"},
		{"2026-11-25 09:00", time.Hour, "2026-11-25 10:00"},
		{"2026-11-25 09:00", 3 * time.Hour, "2026-11-25 13:30"}, // noon is no working time
		{"2026-11-25 09:00", 4 * time.Hour, "2026-11-25 14:30"}, // over lunch
		{"2026-11-25 08:30", 7*time.Hour + 30*time.Minute, "2026-11-26 08:30"},
		{"2026-11-25 08:30", 7*time.Hour + 30*time.Minute - time.Second, "2026-11-25 17:29:59"},
		{"2026-11-25 03:00", 30 * time.Second, "2026-11-25 08:30:30"}, // from the night
		{"2026-11-25 09:00", 8 * time.Hour, "2026-11-26 09:30"},
		{"2026-11-27 16:30", 2 * time.Hour, "2026-11-30 09:30"},             // over a weekend
		{"2026-09-30 16:30", 2 * time.Hour, "2026-10-08 09:30"},             // over holidays
		{"2026-10-09 16:30", 9 * time.Hour, "2026-10-12 09:00"},             // through a make-up day
		{"2026-12-31 16:30", 2 * time.Hour, "2027-01-01 09:30"},             // into a year that is not known
		{"2025-12-31 16:30", 2 * time.Hour, "2026-01-04 09:30"},             // out of one
		{"2026-01-01 00:00", 248 * 7 * time.Hour, "2026-12-09 13:30"},       // the whole year, at 7.5 hours a day
		{"2026-01-01 00:00", 248 * 15 * time.Hour / 2, "2027-01-01 08:30"},  // the last minute is over when the next begins
		{"2026-01-01 00:00", 248*15*time.Hour/2 - 1, "2026-12-31 17:29:59"}, // one nanosecond less
		{"1986-06-02 00:00", time.Hour, "1986-06-02 09:30"},                 // China had summer time
		{"2026-11-25 08:30", 1000000 * time.Hour, "2537-12-23 11:00"},       // it ends
	} {
		got := shantou.say(t, c.Add(shantou.at(t, v.from), v.d))
		if got != v.want {
			t.Errorf("%s and %s: %s, want %s", v.from, v.d, got, v.want)
		}
	}
}

// New Year may begin in December, as in the notice for 2023.
func TestHolidayFromTheYearBefore(t *testing.T) {
	t.Parallel()
	d := loaded(t, "  years:\n", "  years:\n    - year: 2025\n      holidays: [{name: New Year, from: 2024-12-30}, {name: New Year, from: 2024-12-31, to: 2025-01-02}]\n")
	shantou := in(t, "Asia/Shanghai")
	if got := shantou.say(t, d.Calendar.Next(shantou.at(t, "2024-12-28 09:00"))); got != "2025-01-03 08:30" {
		t.Error(got)
	}
}

func TestUnknownYears(t *testing.T) {
	t.Parallel()
	shantou, c := in(t, "Asia/Shanghai"), duty.Default().Calendar
	for _, v := range []struct {
		from, to string
		want     []int
	}{
		{"2026-01-01 00:00", "2026-12-31 23:59", nil},
		{"2025-12-31 23:59", "2026-01-01 00:00", []int{2025}},
		{"2026-06-01 00:00", "2027-01-01 00:00", []int{2027}},
		{"2024-06-01 00:00", "2028-01-01 00:00", []int{2024, 2025, 2027, 2028}},
		{"2028-01-01 00:00", "2027-01-01 00:00", nil},
	} {
		if diff := cmp.Diff(v.want, c.Unknown(shantou.at(t, v.from).UTC(), shantou.at(t, v.to).UTC())); diff != "" {
			t.Errorf("from %s to %s:\n%s", v.from, v.to, diff)
		}
	}
}

// night is a calendar in a zone where somebody works on the night in which the clocks are changed.
func night(t *testing.T, zone, hours string) *duty.Calendar {
	t.Helper()
	return loaded(t, "zone: Asia/Shanghai ", "zone: "+zone+" ", "Sun: []", "Sun: ["+hours+"]").Calendar
}

// In Germany the clocks go from 2:00 to 3:00 on 2026-03-29, and from 3:00 back to 2:00 on 2026-10-25.
func TestWorkingTimeWhenTheClocksChange(t *testing.T) {
	t.Parallel()
	utc := in(t, "UTC")
	for _, v := range []struct {
		hours, from string
		d           time.Duration
		want        string // in UTC
	}{
		{`"01:00-04:00"`, "2026-03-28 22:00", time.Hour, "2026-03-29 01:00"},                     // 3:00, after 1:59
		{`"01:00-04:00"`, "2026-03-28 22:00", 119 * time.Minute, "2026-03-29 01:59"},             // the night has two hours
		{`"01:00-04:00"`, "2026-03-28 22:00", 2 * time.Hour, "2026-03-30 06:30"},                 // Monday, 8:30 summer time
		{`"02:15-02:45"`, "2026-03-28 22:00", 0, "2026-03-30 06:30"},                             // the whole piece is skipped
		{`"02:15-03:30"`, "2026-03-28 22:00", 0, "2026-03-29 01:00"},                             // the half that is there
		{`"01:00-04:00"`, "2026-10-24 22:00", 3 * time.Hour, "2026-10-25 02:00"},                 // the night has four
		{`"02:15-02:45"`, "2026-10-24 22:00", 0, "2026-10-25 00:15"},                             // the first of two
		{`"02:15-02:45"`, "2026-10-24 22:00", 30 * time.Minute, "2026-10-26 07:30"},              // once, not twice
		{`"00:00-24:00"`, "2026-10-24 22:00", 25*time.Hour - time.Second, "2026-10-25 22:59:59"}, // a day of 25 hours
	} {
		got := utc.say(t, night(t, "Europe/Berlin", v.hours).Add(utc.at(t, v.from), v.d))
		if got != v.want {
			t.Errorf("%s on Sunday, %s after %s: %s, want %s", v.hours, v.d, v.from, got, v.want)
		}
	}
	// In Beirut midnight is skipped: that Sunday begins at 1:00, which is 22:00 in UTC.
	if got := utc.say(t, night(t, "Asia/Beirut", `"00:00-06:00"`).Next(utc.at(t, "2026-03-28 20:00"))); got != "2026-03-28 22:00" {
		t.Errorf("Beirut: %s", got)
	}
	// On Lord Howe Island the clocks are changed by half an hour: 2:00 is 2:30 on 2027-10-03.
	if got := utc.say(t, night(t, "Australia/Lord_Howe", `"02:10-06:00"`).Next(utc.at(t, "2027-10-02 15:00"))); got != "2027-10-02 15:30" {
		t.Errorf("Lord Howe: %s", got)
	}
}
