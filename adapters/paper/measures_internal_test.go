package paper

import (
	"bytes"
	"image/png"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

func TestWeeksOfAReport(t *testing.T) {
	t.Parallel()
	monday := claim.Date{Year: 2026, Month: time.March, Day: 2}
	c := weeksOf(measure.Report{Weeks: []measure.Week{
		{From: monday, Opened: 4, Closed: 3, Response: measure.Times{Count: 1, Median: 90 * time.Minute}},
		{From: monday.AddDays(7), Opened: 1},
	}})
	want := Chart{
		Labels: []string{"03-02", "03-09"},
		Bars:   []Series{{Name: "opened", Values: []float64{4, 1}}, {Name: "closed", Values: []float64{3, 0}}},
		Line:   Series{Name: c.Line.Name, Values: []float64{1.5, math.NaN()}},
		Title:  c.Title, Note: c.Note,
	}
	if diff := cmp.Diff(want, c, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestGroupsAsChart(t *testing.T) {
	t.Parallel()
	list := []measure.Group{
		{Name: "VS-600", Opened: 4, Overdue: measure.Share{Count: 1, Of: 4}, Response: measure.Times{Count: 1, Median: 30 * time.Minute}},
		{Name: "ejector-not-firing", Opened: 2},
		{Name: "", Opened: 1},
	}
	c := groupsOf("Claims", list)
	want := Chart{
		Title: "Claims", Note: c.Note, Labels: []string{"VS 600", "ejector not firi", "not known"},
		Bars: []Series{{Name: "opened", Values: []float64{4, 2, 1}}, {Name: "overdue", Values: []float64{1, 0, 0}}},
		Line: Series{Name: c.Line.Name, Values: []float64{0.5, math.NaN(), math.NaN()}},
	}
	if diff := cmp.Diff(want, c, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := len(groupsOf("many", make([]measure.Group, 40)).Labels); n != mostGroups {
		t.Errorf("%d groups are drawn", n)
	}
	b, err := Charts{}.Groups("Claims", list)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
}
