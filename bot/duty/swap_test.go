package duty_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/duty"
)

// swaps reads lines as "level person: from - to".
func swaps(t *testing.T, list ...string) (all []duty.Override) {
	t.Helper()
	shantou := in(t, "Asia/Shanghai")
	for _, s := range list {
		who, when, _ := strings.Cut(s, ": ")
		level, person, _ := strings.Cut(who, " ")
		from, to, _ := strings.Cut(when, " - ")
		all = append(all, duty.Override{
			Level: duty.LevelID(level), Person: duty.PersonID(person), From: shantou.at(t, from), To: shantou.at(t, to),
			Reason: person + " swaps", By: "Li Na",
		})
	}
	return all
}

func TestDeskWithSwaps(t *testing.T) {
	t.Parallel()
	file := withOverrides(t, "first_line chen: 2026-01-06 09:00 - 2026-01-08 09:00")
	for _, v := range []struct {
		name     string
		swaps    []string
		at, want string
	}{
		{"none", nil, "2026-01-07 10:00", "chen until 2026-01-08 09:00: chen for once"},
		{"before the file's", []string{"first_line li: 2026-01-07 09:00 - 2026-01-09 09:00"}, "2026-01-07 10:00", "li until 2026-01-09 09:00: li swaps"},
		{"the file's until then", []string{"first_line li: 2026-01-07 09:00 - 2026-01-09 09:00"}, "2026-01-06 10:00", "chen until 2026-01-07 09:00: chen for once"},
		{"the newest first", []string{
			"first_line li: 2026-01-06 09:00 - 2026-01-09 09:00", "first_line wang: 2026-01-06 09:00 - 2026-01-07 09:00",
		}, "2026-01-06 10:00", "wang until 2026-01-07 09:00: wang swaps"},
		{"its last instant is the next one's", []string{"first_line li: 2026-01-08 09:00 - 2026-01-09 09:00"}, "2026-01-09 09:00", "wang until 2026-01-12 09:00"},
		{"another level's", []string{"second_line chen: 2026-01-05 09:00 - 2026-01-12 09:00"}, "2026-01-09 09:00", "wang until 2026-01-12 09:00"},
		{"a level that is no more", []string{"third_line chen: 2026-01-05 09:00 - 2026-01-12 09:00"}, "2026-01-09 09:00", "wang until 2026-01-12 09:00"},
		{"a person who is no more", []string{"first_line zhao: 2026-01-05 09:00 - 2026-01-12 09:00"}, "2026-01-09 09:00", "wang until 2026-01-12 09:00"},
		{"one that ends before it begins", []string{"first_line li: 2026-01-12 09:00 - 2026-01-05 09:00"}, "2026-01-09 09:00", "wang until 2026-01-12 09:00"},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			if got := onCall(t, file.With(swaps(t, v.swaps...)), "first_line", v.at); got != v.want {
				t.Errorf("%s, want %s", got, v.want)
			}
		})
	}
	if got := onCall(t, file, "first_line", "2026-01-07 10:00"); !strings.HasPrefix(got, "chen ") {
		t.Errorf("the desk itself was changed: %s", got)
	}
	shift, _ := file.With(swaps(t, "first_line li: 2026-01-07 09:00 - 2026-01-09 09:00")).OnCall("first_line", in(t, "Asia/Shanghai").at(t, "2026-01-07 10:00"))
	if shift.By != "Li Na" {
		t.Errorf("arranged by %q", shift.By)
	}
}

func TestTurns(t *testing.T) {
	t.Parallel()
	shantou, d := in(t, "Asia/Shanghai"), withOverrides(t).With(swaps(t, "first_line chen: 2026-01-08 09:00 - 2026-01-09 09:00"))
	say := func(list []duty.Turn) (said []string) {
		for _, turn := range list {
			said = append(said, shantou.say(t, turn.From)+" "+string(turn.Person.ID))
		}
		return said
	}
	want := []string{"2026-01-05 09:00 wang", "2026-01-08 09:00 chen", "2026-01-09 09:00 wang", "2026-01-12 09:00 chen"}
	if diff := cmp.Diff(want, say(d.Turns("first_line", shantou.at(t, "2026-01-07 10:00"), shantou.at(t, "2026-01-19 09:00")))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[2:3], say(d.Turns("first_line", shantou.at(t, "2026-01-09 09:00"), shantou.at(t, "2026-01-12 09:00")))); diff != "" {
		t.Errorf("what ends when it begins, or begins when it ends, is not in it:\n%s", diff)
	}
	if list := d.Turns("third_line", shantou.at(t, "2026-01-07 10:00"), shantou.at(t, "2026-01-19 09:00")); list != nil {
		t.Errorf("%+v", list)
	}
	turn, ok := d.TurnAt("first_line", shantou.at(t, "2026-01-08 10:00"))
	if !ok || shantou.say(t, turn.From) != "2026-01-08 09:00" || shantou.say(t, turn.Until) != "2026-01-09 09:00" {
		t.Errorf("%+v", turn)
	}
	if _, ok := d.TurnAt("third_line", turn.From); ok {
		t.Error("there is no third line")
	}
	for span, want := range map[string]bool{"2026-01-05 09:00 - 2026-01-08 09:00": true, "2026-01-05 09:00 - 2026-01-08 09:01": false, "2026-01-09 09:00 - 2026-01-12 09:00": true} {
		from, to, _ := strings.Cut(span, " - ")
		if got := d.Covered("first_line", duty.Span{From: shantou.at(t, from), To: shantou.at(t, to)}, "wang"); got != want {
			t.Errorf("%s is wang's: %t", span, got)
		}
	}
}

func TestDaysOfALevel(t *testing.T) {
	t.Parallel()
	l, _ := duty.Default().Level("first_line")
	span, err := l.Days("2026-12-07", "2026-12-08")
	shantou := in(t, "Asia/Shanghai")
	if err != nil || shantou.say(t, span.From) != "2026-12-07 09:00" || shantou.say(t, span.To) != "2026-12-09 09:00" {
		t.Errorf("%+v, %v", span, err)
	}
	if diff := cmp.Diff([]string{"2026-12-07", "2026-12-08"}, l.DaysIn(span)); diff != "" {
		t.Error(diff)
	}
	span.From, span.To = shantou.at(t, "2026-12-07 08:59"), shantou.at(t, "2026-12-08 09:01")
	if diff := cmp.Diff([]string{"2026-12-06", "2026-12-07", "2026-12-08"}, l.DaysIn(span)); diff != "" {
		t.Error(diff)
	}
	for _, wrong := range [][2]string{{"2026-02-30", "2026-03-01"}, {"2026-03-01", "7 March"}} {
		if _, err := l.Days(wrong[0], wrong[1]); err == nil {
			t.Errorf("%q are days", wrong)
		}
	}
	if diff := cmp.Diff([]duty.PersonID{"wang", "chen"}, l.Members()); diff != "" || !l.Has("wang") || l.Has("li") {
		t.Errorf("members of %s: %s", l.ID, diff)
	}
	twice := loaded(t, "order: [wang, chen]", "order: [wang, chen, wang, li]")
	if l, _ := twice.Level("first_line"); len(l.Members()) != 3 {
		t.Errorf("%v", l.Members())
	}
	if list := twice.LevelsOf("li"); len(list) != 2 || len(twice.LevelsOf("zhao")) != 0 {
		t.Errorf("%+v", list)
	}
}
