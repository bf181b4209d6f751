package duty_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// brief says a ping in a line: "10-08 08:30 mention first_line wang", a repetition as "+2".
func brief(t *testing.T, p duty.Ping) string {
	t.Helper()
	words := []string{strings.TrimPrefix(in(t, "Asia/Shanghai").say(t, p.Due), "2026-"), string(p.Way)}
	if p.Alarm != "" {
		words = append(words, p.Alarm)
	}
	words = append(words, string(p.Whom))
	for _, one := range p.People {
		words = append(words, string(one.ID))
	}
	if p.Repetition > 0 {
		words = append(words, fmt.Sprintf("+%d", p.Repetition))
	}
	return strings.Join(words, " ")
}

// pings lists the first n pings of a watch, as they are told when each is due.
func pings(t *testing.T, d *duty.Desk, w duty.Watch, n int) (list []string) {
	t.Helper()
	for i := range n {
		p, ok := d.Next(w, i, time.Time{})
		if !ok {
			return append(list, "none")
		}
		if p.Index != i {
			t.Errorf("ping %d has the index %d", i, p.Index)
		}
		list = append(list, brief(t, p))
	}
	return list
}

// The line stands still in the night before a holiday: level after level, and then everybody.
func TestLineDown(t *testing.T) {
	t.Parallel()
	since := in(t, "Asia/Shanghai").at(t, "2026-10-01 02:00")
	got := pings(t, duty.Default(), duty.Watch{Severity: claim.LineDown, Since: since}, 14)
	if diff := cmp.Diff([]string{
		"10-01 02:00 mention first_line wang",
		"10-01 02:00 direct first_line wang",
		"10-01 02:10 direct first_line wang +1",
		"10-01 02:20 direct first_line wang +2",
		"10-01 02:30 direct second_line li",
		"10-01 02:30 alarm night_phone second_line li",
		"10-01 02:45 direct second_line li +1",
		"10-01 03:00 direct second_line li +2",
		"10-01 03:00 mention everybody wang chen li",
		"10-01 03:15 direct second_line li +3",
		"10-01 03:30 mention everybody wang chen li +1",
		"10-01 04:00 mention everybody wang chen li +2",
		"10-01 04:00 alarm service_mail room",
		"10-01 04:30 mention everybody wang chen li +3",
	}, got); diff != "" {
		t.Error(diff)
	}
}

// What comes in on the last evening before the holidays begins to count after them.
func TestDegraded(t *testing.T) {
	t.Parallel()
	since := in(t, "Asia/Shanghai").at(t, "2026-09-30 16:30")
	want := []string{
		"09-30 16:30 mention first_line wang",
		"10-08 11:30 direct first_line chen", // another week: who is on call by then
		"10-08 15:00 direct second_line li",
		"10-08 17:00 mention everybody wang chen li",
		"10-09 13:30 mention everybody wang chen li +1",
		"10-09 17:30 ", // never: work is over
	}
	w := duty.Watch{Severity: claim.Degraded, Since: since}
	if diff := cmp.Diff(want[:5], pings(t, duty.Default(), w, 5)); diff != "" {
		t.Error(diff)
	}
	w.Since = in(t, "Asia/Shanghai").at(t, "2026-09-30 21:00")
	if got := pings(t, duty.Default(), w, 1)[0]; got != "10-08 08:30 mention first_line chen" {
		t.Errorf("from the night: %s", got)
	}
	w.Severity = "" // not said yet
	if got := pings(t, duty.Default(), w, 2)[1]; got != "10-08 14:00 direct first_line chen" {
		t.Errorf("without a severity: %s", got)
	}
}

func TestTheChainEnds(t *testing.T) {
	t.Parallel()
	d, w := duty.Default(), duty.Watch{Severity: claim.Question, Since: in(t, "Asia/Shanghai").at(t, "2026-11-25 08:30")}
	list := pings(t, d, w, 100)
	if n := len(list); n != 14 || list[12] != "12-10 08:30 direct second_line li +10" || list[13] != "none" {
		t.Errorf("%d: %q", n, list)
	}
	for _, done := range []int{13, 14, 1 << 40} {
		if p, ok := d.Next(w, done, w.Since); ok || p.Way != "" {
			t.Errorf("after %d pings: %+v", done, p)
		}
	}
	if p, ok := d.Next(w, -1, w.Since); !ok || p.Index != 0 {
		t.Errorf("less than none is done: %+v", p)
	}
}

// A level may come again later in the chain, and at the same moment twice.
func TestLevelsThatComeAgain(t *testing.T) {
	t.Parallel()
	d := loaded(t, "      - {after: 4h, whom: first_line, way: mention}\n", `      - {after: 10m, whom: first_line, way: mention, repeat_every: 10m, repeat_times: 2}
      - {after: 20m, whom: second_line, way: mention}
      - {after: 20m, whom: first_line, way: direct}
      - {after: 25m, whom: first_line, way: direct, repeat_every: 5m, repeat_times: 1}
`)
	got := pings(t, d, duty.Watch{Severity: claim.Question, Since: in(t, "Asia/Shanghai").at(t, "2026-11-25 08:30")}, 8)
	if diff := cmp.Diff([]string{
		"11-25 08:30 mention room",
		"11-25 08:40 mention first_line wang",
		"11-25 08:50 mention first_line wang +1",
		"11-25 08:50 mention second_line li",
		"11-25 08:50 direct first_line wang",
		"11-25 08:55 direct first_line wang",
		"11-25 09:00 mention first_line wang +2",
		"11-25 09:00 direct first_line wang +1",
	}, got); diff != "" {
		t.Error(diff)
	}
}

// After an outage over a hand-over every ping is told once, in order, for those who are on call now.
func TestOverdue(t *testing.T) {
	t.Parallel()
	shantou, d := in(t, "Asia/Shanghai"), duty.Default()
	w := duty.Watch{Severity: claim.LineDown, Since: shantou.at(t, "2026-11-30 08:40")} // wang's last minutes
	now := shantou.at(t, "2026-11-30 09:05")
	var got []string
	for done := 0; ; done++ {
		p, ok := d.Next(w, done, now)
		if !ok || p.Due.After(now) {
			break
		}
		got = append(got, brief(t, p))
	}
	if diff := cmp.Diff([]string{
		"11-30 08:40 mention first_line chen",
		"11-30 08:40 direct first_line chen",
		"11-30 08:50 direct first_line chen +1",
		"11-30 09:00 direct first_line chen +2",
	}, got); diff != "" {
		t.Error(diff)
	}
	if p, _ := d.Next(w, 1, w.Since); brief(t, p) != "11-30 08:40 direct first_line wang" {
		t.Errorf("in time: %s", brief(t, p))
	}
	// A clock that jumps ahead and back again does not change what comes.
	for _, at := range []time.Time{now.AddDate(1, 0, 0), w.Since.AddDate(-1, 0, 0)} {
		if p, ok := d.Next(w, 4, at); !ok || !strings.HasPrefix(brief(t, p), "11-30 09:10 direct second_line li") {
			t.Errorf("at %s: %s", at, brief(t, p))
		}
	}
}

// What should have been said in the day is not said in the night, unless any hour counts.
func TestOverdueInTheNight(t *testing.T) {
	t.Parallel()
	shantou, d := in(t, "Asia/Shanghai"), duty.Default()
	for _, v := range []struct {
		severity claim.Severity
		now      string
		want     string // when it goes out, and to whom
	}{
		{claim.Degraded, "2026-11-27 14:00", "2026-11-27 14:30 wang"},
		{claim.Degraded, "2026-11-27 16:00", "2026-11-27 16:00 wang"},
		{claim.Degraded, "2026-11-27 20:00", "2026-11-30 08:30 wang"},
		{claim.Degraded, "2026-11-30 08:59", "2026-11-30 08:59 wang"},
		{claim.Degraded, "2026-11-30 12:30", "2026-11-30 13:30 chen"},
		{claim.LineDown, "2026-11-27 20:00", "2026-11-27 20:00 wang"},
		{claim.LineDown, "2026-11-30 12:30", "2026-11-30 12:30 chen"},
	} {
		p, ok := d.Next(duty.Watch{Severity: v.severity, Since: shantou.at(t, "2026-11-27 09:00")}, 1, shantou.at(t, v.now))
		if got := shantou.say(t, p.At) + " " + string(p.People[0].ID); !ok || got != v.want {
			t.Errorf("%s at %s: %s, want %s", v.severity, v.now, got, v.want)
		}
	}
}

func TestPauses(t *testing.T) {
	t.Parallel()
	shantou, d := in(t, "Asia/Shanghai"), duty.Default()
	span := func(from, to string) duty.Span {
		s := duty.Span{From: shantou.at(t, "2026-11-"+from)}
		if to != "" {
			s.To = shantou.at(t, "2026-11-"+to)
		}
		return s
	}
	for _, v := range []struct {
		name     string
		severity claim.Severity
		pauses   []duty.Span
		done     int
		want     string // without who it is; "" = none
	}{
		// The clock starts on Wednesday at 9:00; done pings are those of the start.
		{"none", claim.Degraded, nil, 1, "11-25 14:30"},
		{"an hour", claim.Degraded, []duty.Span{span("25 10:00", "25 11:00")}, 1, "11-25 15:30"},
		{"an hour of lunch", claim.Degraded, []duty.Span{span("25 12:15", "25 13:15")}, 1, "11-25 14:30"},
		{"into lunch", claim.Degraded, []duty.Span{span("25 11:30", "25 13:00")}, 1, "11-25 15:00"},
		{"before it began", claim.Degraded, []duty.Span{span("25 08:30", "25 09:30")}, 1, "11-25 15:00"},
		{"from the beginning", claim.Degraded, []duty.Span{span("25 09:00", "25 09:30")}, 0, "11-25 09:30"},
		{"after it is due", claim.Degraded, []duty.Span{span("25 15:00", "25 16:00")}, 1, "11-25 14:30"},
		{"when it is due", claim.Degraded, []duty.Span{span("25 14:30", "25 15:00")}, 1, "11-25 15:00"},
		{"two that overlap", claim.Degraded, []duty.Span{span("25 10:00", "25 11:00"), span("25 10:30", "25 11:30")}, 1, "11-25 16:00"},
		{"one in the other", claim.Degraded, []duty.Span{span("25 10:00", "25 11:30"), span("25 10:30", "25 11:00")}, 1, "11-25 16:00"},
		{"out of order", claim.Degraded, []duty.Span{span("25 11:00", "25 11:30"), span("25 09:30", "25 10:00")}, 1, "11-25 15:30"},
		{"over night", claim.Degraded, []duty.Span{span("25 13:30", "26 13:30")}, 1, "11-26 14:30"},
		{"that ends before it begins", claim.Degraded, []duty.Span{span("25 11:00", "25 10:00")}, 1, "11-25 14:30"},
		{"of no length", claim.Degraded, []duty.Span{span("25 11:00", "25 11:00")}, 1, "11-25 14:30"},
		{"that goes on", claim.Degraded, []duty.Span{span("25 11:00", "")}, 1, ""},
		{"that goes on, after it is due", claim.Degraded, []duty.Span{span("25 15:00", "")}, 1, "11-25 14:30"},
		{"that goes on from the moment it is due", claim.Degraded, []duty.Span{span("25 14:30", "")}, 1, ""},
		{"that goes on from the beginning", claim.Degraded, []duty.Span{span("25 09:00", "")}, 0, ""},
		{"that goes on, within another", claim.Degraded, []duty.Span{span("25 09:00", "27 09:00"), span("25 09:30", "")}, 0, ""},
		{"any hour", claim.LineDown, []duty.Span{span("25 09:05", "25 12:05")}, 2, "11-25 12:10"},
		{"any hour, that goes on", claim.LineDown, []duty.Span{span("25 09:05", "")}, 2, ""},
		{"any hour, of a century", claim.LineDown, []duty.Span{{To: shantou.at(t, "2026-11-25 09:03")}}, 2, "11-25 09:13"},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			before := fmt.Sprint(v.pauses)
			p, ok := d.Next(duty.Watch{Severity: v.severity, Since: shantou.at(t, "2026-11-25 09:00"), Pauses: v.pauses}, v.done, time.Time{})
			got := ""
			if ok {
				got, _, _ = strings.Cut(brief(t, p), " "+string(p.Way))
			}
			if got != v.want {
				t.Errorf("%q, want %q", got, v.want)
			}
			if fmt.Sprint(v.pauses) != before {
				t.Error("the caller's pauses were changed")
			}
		})
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	shantou, d := in(t, "Asia/Shanghai"), duty.Default()
	from := func(s string) time.Time { return shantou.at(t, "2026-11-"+s) }
	for _, v := range []struct {
		severity      claim.Severity
		since         string
		pauses        []duty.Span
		ping, release string
	}{
		{claim.LineDown, "27 22:00", nil, "2026-11-28 00:00", "2026-11-28 02:00"},
		{claim.Degraded, "27 10:00", nil, "2026-11-30 10:00", "2026-12-01 10:00"},
		{claim.Degraded, "27 10:00", []duty.Span{{From: from("27 10:00"), To: from("30 10:00")}}, "2026-12-01 10:00", "2026-12-02 10:00"},
		{claim.Degraded, "27 10:00", []duty.Span{{From: from("27 11:00")}}, "", ""},
		{claim.Degraded, "27 10:00", []duty.Span{{From: from("30 11:00")}}, "2026-11-30 10:00", ""},
		{claim.Question, "27 17:30", nil, "2026-12-02 08:30", "2026-12-04 08:30"},
	} {
		e := d.Expiry(duty.Watch{Severity: v.severity, Since: from(v.since), Pauses: v.pauses})
		for _, c := range []struct {
			name, want string
			got        time.Time
		}{{"ping", v.ping, e.Ping}, {"release", v.release, e.Release}} {
			if c.got.IsZero() != (c.want == "") || c.want != "" && shantou.say(t, c.got) != c.want {
				t.Errorf("%s, progress at %s: %s at %s, want %q", v.severity, v.since, c.name, c.got, c.want)
			}
		}
	}
}

func TestWhom(t *testing.T) {
	t.Parallel()
	for w, want := range map[duty.Whom]bool{"first_line": true, duty.Everybody: false, duty.Room: false} {
		if level, ok := w.Level(); ok != want || level != duty.LevelID(w) {
			t.Errorf("%s: %s, %t", w, level, ok)
		}
	}
}

// What Next returns is the caller's.
func TestPeopleAreCopied(t *testing.T) {
	t.Parallel()
	d := loaded(t)
	w := duty.Watch{Severity: claim.LineDown, Since: in(t, "UTC").at(t, "2026-11-25 08:30")}
	p, _ := d.Next(w, 8, w.Since)
	p.People[0] = duty.Person{}
	if again, _ := d.Next(w, 8, w.Since); len(again.People) != 3 || again.People[0].ID != "wang" || d.People[0].ID != "wang" {
		t.Errorf("%+v", again)
	}
}
