package rules_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

func days(list []claim.Date) (s []string) {
	for _, d := range list {
		s = append(s, d.String())
	}
	return s
}

// The numbers of domain.md 5.1, 5.4 and 6, typed by hand.
func TestNumbers(t *testing.T) {
	t.Parallel()
	got := edition()
	got.Rows, got.Acts = nil, rules.Acts{}
	want := rules.Edition{
		ID: "2021-08-07", From: must("2021-08-07"),
		SystemMonths: 12, PartMonths: 6, BorderlineDays: 10, DuplicateDays: 14,
		Quotation: rules.Quotation{ValidDays: 30, RemindAfter: []int{14, 28}, StorageDays: 90},
		PSS:       rules.PSS{ValidDays: 60, ExtendDays: 30, RemindBefore: []int{14, 3}, CoverageDays: 180},
		Advance:   rules.Advance{TransitDays: 10, RemindAfter: []int{14, 30, 45}, DecideAfter: 60},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	intake := rules.Intake{
		NudgeAfter: 3 * time.Hour, MinDescription: 30, MaxFiles: 30, MaxFileBytes: 50 << 20, MaxUploadBytes: 500 << 20,
		HourlyMessages: 300, HourlyLookups: 40, DailyFiles: 120,
	}
	if diff := cmp.Diff(intake, rules.Default().Intake); diff != "" {
		t.Error(diff)
	}
}

func TestQuotation(t *testing.T) {
	t.Parallel()
	q := edition().Quotation
	if got := q.LastDay(must("2026-03-02")).String(); got != "2026-04-01" {
		t.Errorf("valid until %s", got)
	}
	if diff := cmp.Diff([]string{"2026-03-16", "2026-03-30"}, days(q.Reminders(must("2026-03-02")))); diff != "" {
		t.Error(diff)
	}
}

func TestPSS(t *testing.T) {
	t.Parallel()
	p := edition().PSS
	last := p.LastDay(must("2026-03-02"), false)
	if last.String() != "2026-05-01" || p.LastDay(must("2026-03-02"), true).String() != "2026-05-31" {
		t.Errorf("valid until %s, extended %s", last, p.LastDay(must("2026-03-02"), true))
	}
	if diff := cmp.Diff([]string{"2026-04-17", "2026-04-28"}, days(p.Reminders(last))); diff != "" {
		t.Error(diff)
	}
	if !p.KeepsCoverage(must("2026-03-02"), must("2026-08-29")) || p.KeepsCoverage(must("2026-03-02"), must("2026-08-30")) {
		t.Error("coverage is kept for 180 days")
	}
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	a := edition().Advance
	start := a.Start(must("2026-03-02"), claim.Date{})
	if start.String() != "2026-03-12" || a.Start(must("2026-03-02"), must("2026-03-06")).String() != "2026-03-06" {
		t.Errorf("counted from %s", start)
	}
	if diff := cmp.Diff([]string{"2026-03-26", "2026-04-11", "2026-04-26"}, days(a.Reminders(start))); diff != "" {
		t.Error(diff)
	}
	if got := a.Decision(start).String(); got != "2026-05-11" {
		t.Errorf("decided on %s", got)
	}
}

func TestMayDuplicate(t *testing.T) {
	t.Parallel()
	c := claim.Claim{Status: claim.Open, Date: must("2026-03-02"), Lines: []claim.Line{{Serial: "OS-1"}, {Serial: "OS-2"}}}
	for _, v := range []struct {
		s      claim.Serial
		on     string
		status claim.Status
		want   bool
	}{
		{"OS-2", "2026-03-02", claim.Open, true},
		{"OS-1", "2026-03-16", claim.Taken, true},
		{"OS-1", "2026-03-17", claim.Taken, false},
		{"OS-1", "2026-03-01", claim.Taken, false},
		{"OS-3", "2026-03-02", claim.Open, false},
		{"OS-1", "2026-03-02", claim.Closed, false},
	} {
		c.Status = v.status
		if got := edition().MayDuplicate(c, v.s, must(v.on)); got != v.want {
			t.Errorf("%+v: %v", v, got)
		}
	}
}

// E33: lost on the way to us it is the customer's insurance, on the way back in warranty ours.
func TestLossOn(t *testing.T) {
	t.Parallel()
	in, out := edition().Terms("D3", claim.In, false), edition().Terms("D10", claim.Out, false)
	for _, v := range []struct {
		t         claim.Terms
		toOptoste bool
		want      claim.Party
	}{
		{in, true, claim.PaidByYou},
		{in, false, claim.PaidByUs},
		{out, false, claim.PaidByYou},
		{edition().Terms("D16", claim.In, false), true, claim.PaidByYou},
		{edition().Terms("D1", claim.In, false), true, claim.Nobody},
	} {
		if got := rules.LossOn(v.t, v.toOptoste); got != v.want {
			t.Errorf("%s to Optoste %v: %q, want %q", v.t.Row, v.toOptoste, got, v.want)
		}
	}
}

func TestEnough(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, "broken": false, "?????!!!!! ....": false, "help help!": false,
		"no ejection at all": true, "色选机不喷": true, "坏了": false, "E-07 error ": false, "alarm E-07 air": true,
	} {
		if got := (rules.Intake{MinDescription: 10}).Enough(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
