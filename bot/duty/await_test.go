package duty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/duty"
)

// Working days are added over weekends, holidays and make-up days; what is asked at night counts from the
// morning.
func TestAddDays(t *testing.T) {
	t.Parallel()
	shantou, c := in(t, "Asia/Shanghai"), duty.Default().Calendar
	for _, v := range []struct {
		from string
		days int
		want string
	}{
		{"2026-11-23 10:00", 0, "2026-11-23 10:00"},
		{"2026-11-23 10:00", 2, "2026-11-25 10:00"},
		{"2026-11-23 10:00", 5, "2026-11-30 10:00"},
		{"2026-11-27 17:29:30", 1, "2026-11-30 17:29:30"},
		{"2026-11-28 12:00", 2, "2026-12-02 08:30"}, // a Saturday
		{"2026-11-23 20:00", 1, "2026-11-25 08:30"}, // counts from Tuesday morning
		{"2026-09-30 10:00", 2, "2026-10-09 10:00"}, // National Day
		{"2026-09-30 10:00", 3, "2026-10-10 10:00"}, // a Saturday that is worked
	} {
		if got := shantou.say(t, c.AddDays(shantou.at(t, v.from), v.days)); got != v.want {
			t.Errorf("%s and %d working days is %s, want %s", v.from, v.days, got, v.want)
		}
	}
}

// The customer is reminded twice and then the desk is told, once.
func TestAwaiting(t *testing.T) {
	t.Parallel()
	shantou := in(t, "Asia/Shanghai")
	often := loaded(t, "  remind_after_days: [2, 5]\n  tell_desk_after_days: 14\n", "  remind_after_days: [1]\n  tell_desk_after_days: 20\n")
	unsaid := loaded(t, "\nawait:\n  remind_after_days: [2, 5]\n  tell_desk_after_days: 14\n", "\n")
	for name, v := range map[string]struct {
		desk *duty.Desk
		want []string
	}{
		"as it comes":           {duty.Default(), []string{"2026-11-26 10:00", "2026-12-01 10:00", "desk 2026-12-08 10:00"}},
		"where nothing is said": {unsaid, []string{"2026-11-26 10:00", "2026-12-01 10:00", "desk 2026-12-08 10:00"}},
		"as somebody wants it":  {often, []string{"2026-11-25 10:00", "desk 2026-12-14 10:00"}},
	} {
		var got []string
		for done := 0; ; done++ {
			at, desk, ok := v.desk.Awaiting(shantou.at(t, "2026-11-24 10:00"), done)
			if !ok {
				break
			}
			say := shantou.say(t, at)
			if desk {
				say = "desk " + say
			}
			got = append(got, say)
		}
		if diff := cmp.Diff(v.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}
