package duty_test

import (
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot/duty"
)

// withOverrides is the default desk with these overrides in place of its own, each as
// "level person from - to".
func withOverrides(t *testing.T, list ...string) *duty.Desk {
	t.Helper()
	b := []string{"overrides:"}
	for _, s := range list {
		who, when, _ := strings.Cut(s, ": ")
		level, person, _ := strings.Cut(who, " ")
		from, to, _ := strings.Cut(when, " - ")
		b = append(b, "  - {level: "+level+", person: "+person+", from: "+from+", to: "+to+", reason: "+person+" for once}")
	}
	text := string(duty.DefaultYAML())
	i, j := strings.Index(text, "overrides:\n"), strings.Index(text, "# Once a week")
	return loaded(t, text[i:j], strings.Join(b, "\n")+"\n")
}

// onCall says who is on call and until when, by Shantou's clock: "wang until 2026-01-12 09:00".
func onCall(t *testing.T, d *duty.Desk, level duty.LevelID, at string) string {
	t.Helper()
	shantou := in(t, "Asia/Shanghai")
	shift, ok := d.OnCall(level, shantou.at(t, at))
	if !ok || shift.Override != (shift.Reason != "") {
		t.Errorf("at %s: %+v, %t", at, shift, ok)
	}
	said := string(shift.Person.ID) + " until " + shantou.say(t, shift.Until)
	if shift.Override {
		said += ": " + shift.Reason
	}
	return said
}

func TestRotation(t *testing.T) {
	t.Parallel()
	d := withOverrides(t)
	for at, want := range map[string]string{
		"2026-01-05 09:00":    "wang until 2026-01-12 09:00", // the first week
		"2026-01-12 08:59:59": "wang until 2026-01-12 09:00",
		"2026-01-12 09:00":    "chen until 2026-01-19 09:00", // the minute of the hand-over
		"2026-01-18 23:59":    "chen until 2026-01-19 09:00",
		"2026-01-19 08:59:59": "chen until 2026-01-19 09:00",
		"2026-01-19 09:00":    "wang until 2026-01-26 09:00", // the order begins again
		"2026-01-05 08:59:59": "chen until 2026-01-05 09:00", // before the first week
		"2025-12-29 08:59":    "wang until 2025-12-29 09:00",
		"2016-01-04 09:00":    "wang until 2016-01-11 09:00", // 522 weeks before, an even number
		"2026-12-28 10:00":    "chen until 2027-01-04 09:00", // over the end of a year
	} {
		if got := onCall(t, d, "first_line", at); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
	if got := onCall(t, d, "second_line", "2026-11-27 10:00"); got != "li until 2026-11-30 09:00" {
		t.Errorf("the only one of a level: %s", got)
	}
	if shift, ok := d.OnCall("third_line", in(t, "UTC").at(t, "2026-01-05 09:00")); ok || shift.Person.ID != "" {
		t.Errorf("there is no third line: %+v", shift)
	}
	uneven := loaded(t, "order: [wang, chen]", "order: [wang, chen, wang, li]")
	for at, want := range map[string]string{"2026-01-05 09:00": "wang", "2026-01-12 09:00": "chen", "2026-01-19 09:00": "wang", "2026-01-26 09:00": "li", "2026-02-02 09:00": "wang", "2025-12-29 09:00": "li"} {
		if got := onCall(t, uneven, "first_line", at); !strings.HasPrefix(got, want+" ") {
			t.Errorf("of four turns, at %s: %s, want %s", at, got, want)
		}
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		name      string
		overrides []string
		at, want  string
	}{
		{"before", []string{"first_line li: 2026-01-07 12:00 - 2026-01-08 12:00"}, "2026-01-07 11:59:59", "wang until 2026-01-07 12:00"},
		{"its first instant", []string{"first_line li: 2026-01-07 12:00 - 2026-01-08 12:00"}, "2026-01-07 12:00", "li until 2026-01-08 12:00: li for once"},
		{"its last", []string{"first_line li: 2026-01-07 12:00 - 2026-01-08 12:00"}, "2026-01-08 11:59:59", "li until 2026-01-08 12:00: li for once"},
		{"after", []string{"first_line li: 2026-01-07 12:00 - 2026-01-08 12:00"}, "2026-01-08 12:00", "wang until 2026-01-12 09:00"},
		{"another level", []string{"second_line chen: 2026-01-07 12:00 - 2026-01-08 12:00"}, "2026-01-07 13:00", "wang until 2026-01-12 09:00"},
		{"over a hand-over", []string{"first_line li: 2026-01-11 12:00 - 2026-01-13 12:00"}, "2026-01-11 13:00", "li until 2026-01-13 12:00: li for once"},
		{"out of it", []string{"first_line li: 2026-01-11 12:00 - 2026-01-13 12:00"}, "2026-01-13 12:00", "chen until 2026-01-19 09:00"},
		{"next week's is not told yet", []string{"first_line li: 2026-01-13 12:00 - 2026-01-14 12:00"}, "2026-01-06 12:00", "wang until 2026-01-12 09:00"},
		{"by an offset", []string{"first_line li: 2026-01-07T04:00:00Z - 2026-01-07T15:00:00+02:00"}, "2026-01-07 12:00", "li until 2026-01-07 21:00: li for once"},

		{"overlap, the first alone", []string{"first_line li: 2026-01-07 12:00 - 2026-01-09 12:00", "first_line chen: 2026-01-08 12:00 - 2026-01-10 12:00"}, "2026-01-07 13:00", "li until 2026-01-08 12:00: li for once"},
		{"overlap, both", []string{"first_line li: 2026-01-07 12:00 - 2026-01-09 12:00", "first_line chen: 2026-01-08 12:00 - 2026-01-10 12:00"}, "2026-01-08 13:00", "chen until 2026-01-10 12:00: chen for once"},
		{"overlap, the earlier in the file begins later", []string{"first_line chen: 2026-01-08 12:00 - 2026-01-10 12:00", "first_line li: 2026-01-07 12:00 - 2026-01-09 12:00"}, "2026-01-08 13:00", "li until 2026-01-09 12:00: li for once"},
		{"overlap, what is left of it", []string{"first_line chen: 2026-01-08 12:00 - 2026-01-10 12:00", "first_line li: 2026-01-07 12:00 - 2026-01-09 12:00"}, "2026-01-09 12:00", "chen until 2026-01-10 12:00: chen for once"},
		{"a day out of a week", []string{"first_line li: 2026-01-06 00:00 - 2026-01-11 00:00", "first_line wang: 2026-01-08 00:00 - 2026-01-09 00:00"}, "2026-01-09 00:00", "li until 2026-01-11 00:00: li for once"},
		{"two end to end", []string{"first_line li: 2026-01-06 00:00 - 2026-01-07 00:00", "first_line chen: 2026-01-07 00:00 - 2026-01-08 00:00"}, "2026-01-06 23:59", "li until 2026-01-07 00:00: li for once"},
		{"the next of several", []string{"first_line li: 2026-01-10 00:00 - 2026-01-11 00:00", "first_line chen: 2026-01-07 00:00 - 2026-01-08 00:00"}, "2026-01-06 12:00", "wang until 2026-01-07 00:00"},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if got := onCall(t, withOverrides(t, v.overrides...), "first_line", v.at); got != v.want {
				t.Errorf("%s, want %s", got, v.want)
			}
		})
	}
}

// A level may hand over by a clock that is changed, and at a time that the clocks skip or show twice.
func TestRotationInAnotherZone(t *testing.T) {
	t.Parallel()
	utc := in(t, "UTC")
	for _, v := range []struct{ zone, weekday, clock, first, at, until string }{
		{"Europe/Berlin", "Mon", "09:00", "2026-03-23", "2026-03-29 12:00", "2026-03-30 07:00"}, // summer time
		{"Europe/Berlin", "Mon", "09:00", "2026-03-23", "2026-03-30 06:59", "2026-03-30 07:00"},
		{"Europe/Berlin", "Mon", "09:00", "2026-03-23", "2026-03-30 07:00", "2026-04-06 07:00"},
		{"Europe/Berlin", "Sun", "02:30", "2026-03-22", "2026-03-28 12:00", "2026-03-29 01:00"}, // skipped: 3:00
		{"Europe/Berlin", "Sun", "02:30", "2026-10-18", "2026-10-24 12:00", "2026-10-25 00:30"}, // the first 2:30 of two
		{"Europe/Berlin", "Sun", "02:30", "2026-10-18", "2026-10-25 01:00", "2026-11-01 01:30"}, // not at the second
		{"America/Lima", "Fri", "00:00", "2026-01-02", "2026-11-27 04:59", "2026-11-27 05:00"},
		{"Pacific/Kiritimati", "Mon", "09:00", "2026-01-05", "2026-01-04 19:00", "2026-01-11 19:00"},
		{"Pacific/Apia", "Fri", "09:00", "2011-12-23", "2011-12-28 12:00", "2011-12-30 10:00"}, // Samoa had no 30 December 2011
	} {
		d := loaded(t, "zone: Asia/Shanghai\n    weekday: Mon\n    at: \"09:00\"\n    first: 2026-01-05",
			"zone: "+v.zone+"\n    weekday: "+v.weekday+"\n    at: \""+v.clock+"\"\n    first: "+v.first)
		shift, ok := d.OnCall("first_line", utc.at(t, v.at))
		if got := utc.say(t, shift.Until); !ok || got != v.until {
			t.Errorf("%s, %s %s: at %s %s until %s, want %s", v.zone, v.weekday, v.clock, v.at, shift.Person.ID, got, v.until)
		}
	}
	// The times of an override are by the level's clock.
	d := loaded(t, "zone: Asia/Shanghai\n    weekday", "zone: America/Lima\n    weekday", "from: 2026-10-01 09:00", "from: 2026-10-06 21:00", "to: 2026-10-05 09:00", "to: 2026-10-07 09:00")
	shift, _ := d.OnCall("first_line", utc.at(t, "2026-10-07 02:00"))
	if got := utc.say(t, shift.Until); !shift.Override || got != "2026-10-07 14:00" {
		t.Errorf("in Lima %+v", shift)
	}
}
