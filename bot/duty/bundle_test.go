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

// notice is a ping of a claim that goes out so many seconds after nine: "C-1 90 direct wang li".
func notice(t *testing.T, s string) duty.Notice {
	t.Helper()
	f := strings.Fields(s)
	var seconds int
	if _, err := fmt.Sscan(f[1], &seconds); err != nil {
		t.Fatal(err)
	}
	n := duty.Notice{Claim: claim.ID(f[0]), Ping: duty.Ping{At: nine.Add(time.Duration(seconds) * time.Second), Way: duty.Way(f[2])}}
	if n.Ping.Way == duty.Alarm {
		n.Ping.Alarm = f[3]
		f = slices.Delete(f, 3, 4)
	}
	for _, id := range f[3:] {
		n.Ping.People = append(n.Ping.People, duty.Person{ID: duty.PersonID(id)})
	}
	return n
}

var nine = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

func TestBundle(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		name string
		list []string
		want []string // seconds, way, people: claims
	}{
		{"nothing", nil, nil},
		{"one", []string{"A 0 direct wang"}, []string{"0 direct wang: A"}},
		{"one that comes", []string{"A 60 direct wang"}, []string{"60 direct wang: A"}},
		{"the same moment", []string{"A 0 direct wang", "B 0 direct wang", "C 0 direct wang"}, []string{"0 direct wang: A B C"}},
		{"within the window", []string{"A 0 direct wang", "B 119 direct wang"}, []string{"119 direct wang: A B"}},
		{"its last second", []string{"A 0 direct wang", "B 120 direct wang"}, []string{"120 direct wang: A B"}},
		{"after it", []string{"A 0 direct wang", "B 121 direct wang"}, []string{"0 direct wang: A", "121 direct wang: B"}},
		{"the window does not move", []string{"A 0 direct wang", "B 100 direct wang", "C 200 direct wang", "D 300 direct wang"}, []string{"100 direct wang: A B", "300 direct wang: C D"}},
		{"in any order", []string{"C 60 direct wang", "A 0 direct wang", "B 30 direct wang"}, []string{"60 direct wang: A B C"}},
		{"another person", []string{"A 0 direct wang", "B 0 direct li"}, []string{"0 direct wang: A", "0 direct li: B"}},
		{"another way", []string{"A 0 direct wang", "A 0 mention wang"}, []string{"0 direct wang: A", "0 mention wang: A"}},
		{"another alarm", []string{"A 0 alarm night li", "B 0 alarm night li", "C 0 alarm day li"}, []string{"0 alarm night li: A B", "0 alarm day li: C"}},
		{"each gets his own", []string{"A 0 direct wang li", "B 0 direct li"}, []string{"0 direct wang: A", "0 direct li: A B"}},
		{"mentioned together", []string{"A 0 mention wang li", "B 0 mention li", "C 0 mention wang li"}, []string{"0 mention wang li: A C", "0 mention li: B"}},
		{"the room", []string{"A 0 mention", "B 0 mention"}, []string{"0 mention: A B"}},
		{"several of one claim", []string{"A 0 direct wang", "A 60 direct wang"}, []string{"60 direct wang: A A"}},
		{"in the order in which they go out", []string{"A 0 direct wang", "B 30 direct li", "C 60 direct wang"}, []string{"30 direct li: B", "60 direct wang: A C"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			var list []duty.Notice
			for _, s := range v.list {
				list = append(list, notice(t, s))
			}
			before := slices.Clone(list)
			var got []string
			for _, b := range duty.Default().Bundle(list) {
				got = append(got, bundled(t, b))
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

func bundled(t *testing.T, b duty.Bundle) string {
	t.Helper()
	if b.At.Location() != time.UTC {
		t.Errorf("%s is not in UTC", b.At)
	}
	words := []string{fmt.Sprint(b.At.Sub(nine).Seconds()), string(b.Way)}
	if b.Alarm != "" {
		words = append(words, b.Alarm)
	}
	for _, p := range b.People {
		words = append(words, string(p.ID))
	}
	words[len(words)-1] += ":"
	for _, n := range b.Notices {
		words = append(words, string(n.Claim))
	}
	return strings.Join(words, " ")
}

// Twenty claims of the night begin to count in the same minute: two messages, not forty.
func TestAFloodInTheMorning(t *testing.T) {
	t.Parallel()
	d, shantou := duty.Default(), in(t, "Asia/Shanghai")
	var list []duty.Notice
	for i := range 20 {
		w := duty.Watch{Severity: claim.Degraded, Since: shantou.at(t, "2026-11-26 20:00").Add(time.Duration(i) * time.Minute)}
		for done := range 2 {
			p, _ := d.Next(w, done, w.Since)
			list = append(list, duty.Notice{Claim: claim.ID(fmt.Sprintf("C-2611-%04d", i)), Ping: p})
		}
	}
	bundles := d.Bundle(list)
	if len(bundles) != 2 || len(bundles[0].Notices) != 20 || len(bundles[1].Notices) != 20 || shantou.say(t, bundles[0].At) != "2026-11-27 08:30" {
		t.Errorf("%+v", bundles)
	}
}

// After an outage what is overdue goes out as one, the longest overdue first.
func TestBundleOfWhatIsOverdue(t *testing.T) {
	t.Parallel()
	d, now := duty.Default(), nine.Add(time.Hour)
	var list []duty.Notice
	for i, minutes := range []int{10, 30, 20} {
		p, _ := d.Next(duty.Watch{Severity: claim.LineDown, Since: now.Add(-time.Duration(minutes) * time.Minute)}, 1, now)
		list = append(list, duty.Notice{Claim: claim.ID(string(rune('A' + i))), Ping: p})
	}
	if bundles := d.Bundle(list); len(bundles) != 1 || bundled(t, bundles[0]) != "3600 direct wang: B C A" {
		t.Errorf("%+v", bundles)
	}
}
