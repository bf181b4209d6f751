package rules_test

import (
	"testing"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// cover judges a claim on a system, or on a serviced part of a system long out of warranty.
func cover(kind, delivered, claimed string) claim.Verdict {
	if kind == "system" {
		return judge(rules.Facts{Claimed: must(claimed), Machine: claim.Machine{Serial: serial, Delivered: must(delivered)}})
	}
	return judge(rules.Facts{
		Claimed:  must(claimed),
		Machine:  claim.Machine{Serial: serial, Delivered: must("2010-01-01"), Parts: []claim.Part{part(delivered)}},
		Findings: claim.Findings{Part: board, Cause: claim.CauseYes},
	})
}

// The table of domain.md 5.1: the last day is IN, the next one OUT+BORDERLINE, as are the ten
// days after the last; the eleventh is OUT without the flag.
func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ kind, delivered, last string }{
		{"system", "2025-01-15", "2026-01-15"},
		{"system", "2024-02-29", "2025-02-28"},
		{"system", "2023-02-28", "2024-02-28"},
		{"system", "2024-08-31", "2025-08-31"},
		{"part", "2025-08-31", "2026-02-28"},
		{"part", "2023-08-31", "2024-02-29"},
		{"part", "2023-08-29", "2024-02-29"},
		{"part", "2022-08-29", "2023-02-28"},
		{"part", "2025-03-31", "2025-09-30"},
		{"part", "2025-02-28", "2025-08-28"},
		{"part", "2025-12-31", "2026-06-30"},
	} {
		for days, want := range map[int]string{0: "IN", 1: "OUT+", 10: "OUT+", 11: "OUT", -1: "IN"} {
			got := cover(v.kind, v.delivered, must(v.last).AddDays(days).String())
			if s := short(got); s != want || got.LastDay != must(v.last) {
				t.Errorf("%s of %s, %d days after %s: %s until %s, want %s", v.kind, v.delivered, days, v.last, s, got.LastDay, want)
			}
		}
		if got := short(cover(v.kind, v.delivered, v.delivered)); got != "IN" {
			t.Errorf("%s of %s on its first day: %s", v.kind, v.delivered, got)
		}
	}
}

func short(v claim.Verdict) string {
	if v.Has(claim.Borderline) {
		return string(v.Coverage) + "+"
	}
	return string(v.Coverage)
}

// The time-zone vectors of domain.md 5.1 for the last day 2026-01-15.
func TestTimeZones(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-01-15T15:59:59Z":      "IN",
		"2026-01-15T16:00:00Z":      "OUT+",
		"2026-01-15T23:30:00-08:00": "OUT+", // Los Angeles, 07:30Z on the 16th
		"2026-01-25":                "OUT+",
		"2026-01-26":                "OUT",
		"2026-01-25T15:59:59Z":      "OUT+",
		"2026-01-25T16:00:00Z":      "OUT",
		"2025-01-14T15:59:59Z":      "UNDETERMINED", // the day before delivery (E4)
		"2025-01-14T16:00:00Z":      "IN",           // the day of delivery
	} {
		if got := short(cover("system", "2025-01-15", at)); got != want {
			t.Errorf("a message of %s: %s, want %s", at, got, want)
		}
	}
}
