package claim_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
)

func day(t interface{ Fatalf(string, ...any) }, s string) claim.Date {
	if s == "" {
		return claim.Date{}
	}
	d, err := claim.ParseDate(s)
	if err != nil {
		t.Fatalf("parse date: %v", err)
	}
	return d
}

// The vectors of domain.md 5.1: from, months, last day.
func TestAddMonths(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		from   string
		months int
		last   string
	}{
		{"2025-01-15", 12, "2026-01-15"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2023-02-28", 12, "2024-02-28"},
		{"2024-08-31", 12, "2025-08-31"},
		{"2025-08-31", 6, "2026-02-28"},
		{"2023-08-31", 6, "2024-02-29"},
		{"2023-08-29", 6, "2024-02-29"},
		{"2022-08-29", 6, "2023-02-28"},
		{"2025-03-31", 6, "2025-09-30"},
		{"2025-02-28", 6, "2025-08-28"},
		{"2025-12-31", 6, "2026-06-30"},
		{"2025-12-31", 0, "2025-12-31"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2024-01-31", 13, "2025-02-28"},
		{"", 12, ""},
	} {
		if got := day(t, v.from).AddMonths(v.months).String(); got != v.last {
			t.Errorf("%s + %d months = %s, want %s", v.from, v.months, got, v.last)
		}
	}
}

// Months are added in one step: month by month would lose the 31st (domain.md 5.1).
func TestAddMonthsInOneStep(t *testing.T) {
	t.Parallel()
	d := day(t, "2025-08-31")
	for range 12 {
		d = d.AddMonths(1)
	}
	if one := day(t, "2025-08-31").AddMonths(12); d == one || one.String() != "2026-08-31" {
		t.Errorf("one step = %s, twelve steps = %s", one, d)
	}
}

// The time-zone vectors of domain.md 5.1 and the edges of a day in Shantou.
func TestDateOf(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-01-15T15:59:59Z":      "2026-01-15",
		"2026-01-15T16:00:00Z":      "2026-01-16",
		"2026-01-15T23:30:00-08:00": "2026-01-16",
		"2026-01-16T07:30:00Z":      "2026-01-16",
		"2026-01-14T16:00:00Z":      "2026-01-15",
		"2025-12-31T16:00:00Z":      "2026-01-01",
		"1988-07-01T15:30:00Z":      "1988-07-01", // China kept summer time then; the policy's clock does not
	} {
		at, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := claim.DateOf(at).String(); got != want {
			t.Errorf("DateOf(%s) = %s, want %s", at, got, want)
		}
	}
}

func TestBegins(t *testing.T) {
	t.Parallel()
	d := claim.Date{Year: 2026, Month: time.March, Day: 1}
	if got, want := d.Begins(), time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC); !got.Equal(want) || claim.DateOf(got) != d || claim.DateOf(got.Add(-1)) == d {
		t.Errorf("%v begins at %v, want %v", d, got, want)
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "2025-02-29", "2025-13-01", "2025-1-5", "15.01.2025", "2025-01-15 ", "2025-01-15T00:00:00Z", "二〇二五"} {
		if d, err := claim.ParseDate(bad); err == nil {
			t.Errorf("ParseDate(%q) = %s, want an error", bad, d)
		}
	}
}

func TestDateText(t *testing.T) {
	t.Parallel()
	type holder struct {
		D claim.Date `json:"d"`
	}
	for _, s := range []string{"", "2024-02-29"} {
		b, err := json.Marshal(holder{day(t, s)})
		if err != nil {
			t.Fatal(err)
		}
		if want := `{"d":"` + s + `"}`; string(b) != want {
			t.Errorf("json = %s, want %s", b, want)
		}
		back := holder{day(t, "2000-01-01")}
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(holder{day(t, s)}, back); diff != "" {
			t.Error(diff)
		}
	}
	var d claim.Date
	if err := d.UnmarshalText([]byte("2025-02-30")); err == nil || !d.IsZero() {
		t.Errorf("UnmarshalText of no day = %v, %s", err, d)
	}
}

func TestDaysSince(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		a, b string
		days int
	}{
		{"2026-01-16", "2026-01-15", 1},
		{"2026-01-15", "2026-01-15", 0},
		{"2026-01-14", "2026-01-15", -1},
		{"2024-03-01", "2024-02-28", 2},
		{"2026-01-01", "0026-01-01", 730485}, // more than a time.Duration holds
	} {
		if got := day(t, v.a).DaysSince(day(t, v.b)); got != v.days {
			t.Errorf("%s since %s = %d, want %d", v.a, v.b, got, v.days)
		}
	}
}

func someDay() *rapid.Generator[claim.Date] {
	return rapid.Custom(func(t *rapid.T) claim.Date {
		return claim.Date{Year: 1995, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, 40000).Draw(t, "days"))
	})
}

func TestDateProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := someDay().Draw(t, "a"), someDay().Draw(t, "b")
		months := rapid.IntRange(0, 120).Draw(t, "months")
		if a.Before(b) && b.AddMonths(months).Before(a.AddMonths(months)) {
			t.Fatalf("%s + %d ends after %s + %d", a, months, b, months)
		}
		if a.AddMonths(months).Before(a) {
			t.Fatalf("%s + %d lies before it", a, months)
		}
		if back := b.AddDays(a.DaysSince(b)); back != a {
			t.Fatalf("%s plus the days to %s is %s", b, a, back)
		}
		if sign(a.DaysSince(b)) != a.Compare(b) || a.Before(b) != (a.Compare(b) < 0) {
			t.Fatalf("%s and %s compare as %d", a, b, a.Compare(b))
		}
		if back := day(t, a.String()); back != a {
			t.Fatalf("%s reads as %s", a, back)
		}
	})
}

func sign(n int) int {
	return min(1, max(-1, n))
}

// FuzzParseDate checks that what is accepted is a day of the calendar in its only form.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "2025-02-29", "0000-01-01", "", "2026-1-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := claim.ParseDate(s)
		if err != nil {
			if !d.IsZero() {
				t.Errorf("ParseDate(%q) = %v with %v", s, d, err)
			}
			return
		}
		if d.String() != s {
			t.Errorf("ParseDate(%q) writes %q", s, d)
		}
		if d.AddDays(0) != d {
			t.Errorf("%q is no day of the calendar", s)
		}
	})
}
