package duty_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

var nine = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

// ping is a due ping: "first_line direct wang", "everybody direct wang chen li", "room mention", "li alarm
// night_phone". One with a "+" in front repeats an earlier one.
func ping(s string) duty.Ping {
	p := duty.Ping{}
	if again, ok := strings.CutPrefix(s, "+"); ok {
		s, p.Repetition = again, 1
	}
	f := strings.Fields(s)
	p.Whom, p.Way = duty.Whom(f[0]), duty.Way(f[1])
	if p.Way == duty.Alarm {
		p.Alarm = f[2]
		return p
	}
	for _, id := range f[2:] {
		p.People = append(p.People, duty.Person{ID: duty.PersonID(id)})
	}
	return p
}

// told writes a notice as "room first_line(wang)", "direct/wang" or "alarm/night_phone"; "+" = again.
func told(n duty.Notice) string {
	words := []string{n.Audience()}
	if n.Again {
		words[0] = "+" + words[0]
	}
	for _, c := range n.Called {
		var names []string
		for _, id := range c.People {
			names = append(names, string(id))
		}
		words = append(words, string(c.Level)+"("+strings.Join(names, ",")+")")
	}
	return strings.Join(words, " ")
}

func TestNotices(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		name string
		due  []string
		want []string // nobody but Wang is reached by direct messages
	}{
		{"nothing", nil, nil},
		{"in the room", []string{"first_line mention chen"}, []string{"room first_line(chen)"}},
		{"a message", []string{"first_line direct wang"}, []string{"direct/wang"}},
		{"to one whom none reaches", []string{"first_line direct chen"}, []string{"room first_line(chen)"}},
		{"to two", []string{"everybody direct wang chen"}, []string{"room (chen)", "direct/wang"}},
		{"the room alone", []string{"room mention"}, []string{"room"}},
		{"the room and a level", []string{"room mention", "second_line mention li"}, []string{"room second_line(li)"}},
		{"two levels", []string{"first_line mention chen", "second_line direct li"}, []string{"room first_line(chen) second_line(li)"}},
		{"a level twice", []string{"first_line mention chen", "+first_line direct chen"}, []string{"room first_line(chen)"}},
		{"everybody", []string{"first_line mention chen", "everybody mention wang chen li", "second_line mention li"}, []string{"room ()"}},
		{"an alarm", []string{"room alarm night", "room alarm night", "room alarm day"}, []string{"alarm/night", "alarm/day"}},
		{"all ways", []string{"first_line alarm night", "first_line direct wang", "first_line mention wang"}, []string{"room first_line(wang)", "alarm/night", "direct/wang"}},
		{"again", []string{"+first_line direct wang", "+first_line mention wang"}, []string{"+room first_line(wang)", "+direct/wang"}},
		{"again and new", []string{"+first_line direct wang", "second_line direct wang"}, []string{"direct/wang"}},
	} {
		var due []duty.Ping
		for _, s := range v.due {
			due = append(due, ping(s))
		}
		c := duty.Notice{Claim: "C-1", Severity: claim.Degraded, Since: nine}
		var got []string
		for _, n := range duty.Default().Notices(c, due, func(p duty.PersonID) bool { return p == "wang" }) {
			if n.Claim != c.Claim || n.Severity != c.Severity || !n.Since.Equal(nine) {
				t.Errorf("%s: %+v is of another claim", v.name, n)
			}
			got = append(got, told(n))
		}
		if diff := cmp.Diff(v.want, got); diff != "" {
			t.Errorf("%s:\n%s", v.name, diff)
		}
	}
}

// notice is a notice of a claim: "A degraded 60 direct/wang", which waits for so many seconds at nine.
func notice(t *testing.T, s string) duty.Notice {
	t.Helper()
	f := strings.Fields(s)
	var seconds int
	if _, err := fmt.Sscan(f[2], &seconds); err != nil {
		t.Fatal(err)
	}
	n := duty.Notice{Claim: claim.ID(f[0]), Severity: claim.Severity(f[1]), Since: nine.Add(-time.Duration(seconds) * time.Second), Way: duty.Mention}
	name, again := strings.CutPrefix(f[3], "+")
	n.Again = again
	if who, ok := strings.CutPrefix(name, "direct/"); ok {
		n.Way, n.Person = duty.Direct, duty.PersonID(who)
	}
	if which, ok := strings.CutPrefix(name, "alarm/"); ok {
		n.Way, n.Alarm = duty.Alarm, which
	}
	return n
}

func TestBundle(t *testing.T) {
	t.Parallel()
	const flood = "1 2 3" // seconds before nine at which the room was told something
	for _, v := range []struct {
		name string
		sent string
		list []string
		want []string // after so many seconds: audience: claims
	}{
		{"nothing", "", nil, nil},
		{"one", "", []string{"A degraded 0 room"}, []string{"0 room: A"}},
		{"several", "", []string{"A degraded 0 room", "B degraded 0 room"}, []string{"0 room: A B"}},
		{"the longest first", "", []string{"A degraded 0 room", "B degraded 9 room"}, []string{"0 room: B A"}},
		{"the worst first", "", []string{"Q question 9 room", "A degraded 0 room", "L line_down 0 room", "N  5 room"}, []string{"0 room: L N A Q"}},
		{"other people", "", []string{"A degraded 0 direct/wang", "B degraded 0 direct/li"}, []string{"0 direct/wang: A", "0 direct/li: B"}},
		{"another way", "", []string{"A degraded 0 direct/wang", "A degraded 0 room"}, []string{"0 direct/wang: A", "0 room: A"}},
		{"another alarm", "", []string{"A degraded 0 alarm/x", "B degraded 0 alarm/y", "C degraded 0 alarm/x"}, []string{"0 alarm/x: A C", "0 alarm/y: B"}},
		{"a claim twice", "", []string{"A degraded 0 room", "A degraded 0 +room"}, []string{"0 room: A"}},
		{"after some", "1 2", []string{"A degraded 0 room"}, []string{"0 room: A"}},
		{"in a flood", flood, []string{"A degraded 0 room", "B degraded 0 room"}, []string{"117 room: A B"}},
		{"in a flood elsewhere", flood, []string{"A degraded 0 direct/wang"}, []string{"0 direct/wang: A"}},
		{"in a long flood", "1 2 3 60 90", []string{"A degraded 0 room"}, []string{"117 room: A"}},
		{"at its end", "1 2 120", []string{"A degraded 0 room"}, []string{"0 room: A"}},
		{"by a clock that was ahead", "-5 -6 -7", []string{"A degraded 0 room"}, []string{"0 room: A"}},
		{"a line stops in a flood", flood, []string{"A degraded 0 room", "L line_down 0 room"}, []string{"0 room: L A"}},
		{"a line stands still in a flood", flood, []string{"L line_down 600 +room"}, []string{"117 room: L"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			var list []duty.Notice
			for _, s := range v.list {
				list = append(list, notice(t, strings.Replace(s, "  ", " degraded ", 1)))
			}
			before := slices.Clone(list)
			sent := map[string][]time.Time{}
			for _, s := range strings.Fields(v.sent) {
				d, err := time.ParseDuration(s + "s")
				if err != nil {
					t.Fatal(err)
				}
				sent["room"] = append(sent["room"], nine.Add(-d))
			}
			var got []string
			for _, b := range duty.Default().Bundle(list, nine, sent) {
				words := []string{fmt.Sprint(b.At.Sub(nine).Seconds()), b.Notices[0].Audience() + ":"}
				for _, n := range b.Notices {
					words = append(words, string(n.Claim))
				}
				got = append(got, strings.Join(words, " "))
			}
			if diff := cmp.Diff(v.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(before, list); diff != "" {
				t.Errorf("the caller's list was changed:\n%s", diff)
			}
		})
	}
}

// Twenty claims of the night begin to count in the same minute: two messages, not forty.
func TestAFloodInTheMorning(t *testing.T) {
	t.Parallel()
	d, shantou := duty.Default(), in(t, "Asia/Shanghai")
	var list []duty.Notice
	for i := range 20 {
		w := duty.Watch{Severity: claim.Degraded, Since: shantou.at(t, "2026-11-26 20:00").Add(time.Duration(i) * time.Minute)}
		var due []duty.Ping
		for done := range 2 {
			p, _ := d.Next(w, done, w.Since)
			due = append(due, p)
		}
		if say := shantou.say(t, due[0].At); say != "2026-11-27 08:30" {
			t.Errorf("goes out at %s", say)
		}
		c := duty.Notice{Claim: claim.ID(fmt.Sprintf("C-2611-%04d", i)), Severity: w.Severity, Since: w.Since}
		list = append(list, d.Notices(c, due, func(duty.PersonID) bool { return true })...)
	}
	bundles := d.Bundle(list, shantou.at(t, "2026-11-27 08:30"), nil)
	if len(bundles) != 2 || len(bundles[0].Notices) != 20 || len(bundles[1].Notices) != 20 {
		t.Errorf("%+v", bundles)
	}
}
