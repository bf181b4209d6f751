package duty_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

func TestWeekly(t *testing.T) {
	t.Parallel()
	shantou := in(t, "Asia/Shanghai")
	d := loaded(t, "# weekly: {weekday: Mon", "weekly: {weekday: Mon")
	for at, want := range map[string]string{
		"2026-03-02 08:59:59": "2026-02-23 09:00",
		"2026-03-02 09:00":    "2026-03-02 09:00",
		"2026-03-04 00:00":    "2026-03-02 09:00",
		"2026-03-08 23:59":    "2026-03-02 09:00",
		"2026-03-09 09:00":    "2026-03-09 09:00",
	} {
		last, ok := d.Weekly(shantou.at(t, at))
		if !ok || shantou.say(t, last) != want {
			t.Errorf("at %s it was %s, want %s", at, shantou.say(t, last), want)
		}
	}
	sunday := loaded(t, `# weekly: {weekday: Mon, at: "09:00"}`, `weekly: {weekday: Sun, at: "00:00"}`)
	if last, _ := sunday.Weekly(shantou.at(t, "2026-03-07 23:59")); shantou.say(t, last) != "2026-03-01 00:00" {
		t.Errorf("%s", last)
	}
	if _, ok := duty.Default().Weekly(shantou.at(t, "2026-03-02 09:00")); ok {
		t.Error("the built-in desk is told every week")
	}
	for _, wrong := range []string{`weekly: {weekday: Monday, at: "09:00"}`, `weekly: {weekday: Mon}`, `weekly: {weekday: Mon, at: "9"}`} {
		list := mistakes(t, changed(t, `# weekly: {weekday: Mon, at: "09:00"}`, wrong))
		if len(list) != 1 || !strings.HasPrefix(list[0].Field, "weekly") {
			t.Errorf("%s: %v", wrong, list)
		}
	}
}

func TestCounted(t *testing.T) {
	t.Parallel()
	shantou, d := in(t, "Asia/Shanghai"), duty.Default()
	for _, v := range []struct {
		severity claim.Severity
		from, to string
		want     time.Duration
	}{
		{claim.LineDown, "2026-11-27 17:00", "2026-11-30 09:00", 64 * time.Hour},
		{claim.Degraded, "2026-11-27 17:00", "2026-11-30 09:00", time.Hour},
		{claim.Question, "2026-11-27 17:00", "2026-11-30 09:00", time.Hour},
		{"", "2026-11-27 11:30", "2026-11-27 14:00", time.Hour}, // lunch
		{claim.Degraded, "2026-11-28 10:00", "2026-11-29 10:00", 0},
		{claim.Degraded, "2026-11-27 09:00", "2026-11-27 09:00", 0},
		{claim.Degraded, "2026-11-27 10:00", "2026-11-27 09:00", 0},
		{claim.LineDown, "2026-11-27 10:00", "2026-11-27 09:00", 0},
		{claim.Degraded, "2026-09-30 17:00", "2026-10-08 09:00", time.Hour}, // National Day
	} {
		if got := d.Counted(v.severity, shantou.at(t, v.from), shantou.at(t, v.to)); got != v.want {
			t.Errorf("%s from %s to %s: %s, want %s", v.severity, v.from, v.to, got, v.want)
		}
	}
}

// TestBetweenAndAdd are opposites: what is added is what lies between.
func TestBetweenAndAdd(t *testing.T) {
	t.Parallel()
	c := duty.Default().Calendar
	rapid.Check(t, func(t *rapid.T) {
		from := time.Unix(rapid.Int64Range(1767225600, 1798761600).Draw(t, "from"), 0).UTC()
		d := time.Duration(rapid.Int64Range(0, 400*3600).Draw(t, "seconds")) * time.Second
		if got := c.Between(from, c.Add(from, d)); got != d {
			t.Errorf("between %s and %s lie %s, want %s", from, c.Add(from, d), got, d)
		}
	})
}
