package measure_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

func TestFamilyOf(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]measure.Family{
		"The valves of lane 7 DO NOT OPEN, it ejects nothing":           "ejector-not-firing",
		"not shooting any more, valves not firing, the pressure is low": "ejector-not-firing",
		"色选机不打料":                        "ejector-not-firing",
		"第三通道常吹，漏气很响":                   "ejector-leaking",
		"Screen is frozen":              "hmi-frozen",
		"触摸屏死机":                         "hmi-frozen",
		"It rejects too much good rice": "over-rejection",
		"净度不够，漏选":                       "low-accuracy",
		"One lamp flickers":             "lamp-failure",
		"the air pressure drops":        "air-pressure-low",
		"it makes a strange noise":      "",
		"":                              "",
	} {
		if got := measure.FamilyOf(claim.Claim{Severity: claim.Degraded, Description: words}); got != want {
			t.Errorf("%q tells of %q, want %q", words, got, want)
		}
	}
	if got := measure.FamilyOf(claim.Claim{Severity: claim.Question, Description: "Which lamp do I need?"}); got != "" {
		t.Errorf("a question is of %q", got)
	}
}

func TestLastWeek(t *testing.T) {
	t.Parallel()
	for at, want := range map[time.Time]measure.Period{
		time.Date(2026, 3, 9, 0, 0, 0, 0, claim.Shantou):    {From: day(2026, 3, 2), To: day(2026, 3, 8)},
		time.Date(2026, 3, 15, 23, 59, 0, 0, claim.Shantou): {From: day(2026, 3, 2), To: day(2026, 3, 8)},
		time.Date(2026, 3, 8, 15, 59, 0, 0, time.UTC):       {From: day(2026, 2, 23), To: day(2026, 3, 1)},
		time.Date(2026, 3, 8, 16, 0, 0, 0, time.UTC):        {From: day(2026, 3, 2), To: day(2026, 3, 8)},
	} {
		if got := measure.LastWeek(at); got != want {
			t.Errorf("at %s: %v, want %v", at, got, want)
		}
	}
}

// TestDigest has one week with two models and two kinds of faults; the weeks before show what rises and what fails again.
func TestDigest(t *testing.T) {
	t.Parallel()
	w := measure.NewWeekly(measure.Options{Period: measure.Period{From: day(2026, 3, 2), To: day(2026, 3, 8)}, Now: noon, Elapsed: clock, Targets: measure.Targets})
	if want := (measure.Period{From: day(2025, 6, 8), To: day(2026, 3, 8)}); w.Reads() != want {
		t.Errorf("it reads %v, want %v", w.Reads(), want)
	}
	add := func(d claim.Date, serial claim.Serial, model, words, history string) {
		w.Add(aCase{claim.Claim{
			ID: claim.ID("C-" + d.String()), Severity: claim.LineDown, Opened: d.Begins(), Description: words, Lines: []claim.Line{{Serial: serial, Model: model}},
		}, history}.tell(t))
	}
	add(day(2026, 1, 26), "A", "VS", "lamp", "1h taken, 2h resolved, 870h closed") // closed in the week
	add(day(2026, 2, 10), "B", "VS", "the air pressure is low", "")
	add(day(2026, 3, 2), "A", "VS", "lamp", "20m answered, 1h taken, 2h resolved, 3h closed")
	add(day(2026, 3, 3), "C", "VS", "a lamp flickers", "2h answered")
	add(day(2026, 3, 8), "D", "XS", "lamp", "")
	d, quarter := w.Digest()
	if d.All.Opened != 3 || d.Closed != 2 || d.All.Overdue != (measure.Share{Count: 2, Of: 3}) {
		t.Errorf("%+v, %d closed", d.All, d.Closed)
	}
	names := func(list []measure.Group) (names []string) {
		for _, g := range list {
			names = append(names, g.Name)
		}
		return names
	}
	if diff := cmp.Diff([]string{"VS", "XS"}, names(d.Models)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"lamp-failure"}, names(d.Families)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]measure.Again{{Serial: "A", Model: "VS", Claims: []claim.ID{"C-2026-01-26", "C-2026-03-02"}, Earlier: 1}}, d.Again); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]measure.Rising{{Model: "VS", Claims: 3, Before: 1, Ratio: 3}}, d.Rising); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]measure.Rising{{Model: "lamp-failure", Claims: 3, Before: 1, Ratio: 3}}, d.Kinds); diff != "" {
		t.Error(diff)
	}
	if n := len(quarter.Weeks); n != 13 || quarter.Weeks[0].From != day(2025, 12, 8) {
		t.Errorf("%d weeks from %v", n, quarter.Weeks[0].From)
	}
	b, err := json.Marshal(d)
	var back measure.Digest
	if err != nil || json.Unmarshal(b, &back) != nil {
		t.Fatalf("%s, %v", b, err)
	}
	if diff := cmp.Diff(d, back); diff != "" || !strings.Contains(string(b), `"median_s"`) {
		t.Errorf("it comes back otherwise:\n%s", diff)
	}
}
