package paper

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/optoste/supportbot/bot/measure"
)

// Charts implements [bot.Charts]. The zero value is ready and safe for concurrent use.
type Charts struct{}

// Weeks draws what came in and was closed week by week, and how soon it was answered first.
func (Charts) Weeks(r measure.Report) ([]byte, error) { return PNG(weeksOf(r)) }

// Groups draws what came in by what it has in common, how much of it is overdue, and how soon it was answered first.
// At most twelve groups are drawn.
func (Charts) Groups(title string, list []measure.Group) ([]byte, error) {
	return PNG(groupsOf(title, list))
}

func weeksOf(r measure.Report) Chart {
	opened, closed := Series{Name: "opened"}, Series{Name: "closed"}
	c := Chart{
		Title: fmt.Sprintf("Claims opened from %s to %s", r.From, r.To),
		Note:  "weeks from Monday, days in Shantou; line down by the clock, else working time",
		Line:  Series{Name: "median of first response, hours"},
	}
	for _, w := range r.Weeks {
		c.Labels = append(c.Labels, fmt.Sprintf("%02d-%02d", w.From.Month, w.From.Day))
		opened.Values = append(opened.Values, float64(w.Opened))
		closed.Values = append(closed.Values, float64(w.Closed))
		c.Line.Values = append(c.Line.Values, median(w.Response))
	}
	c.Bars = []Series{opened, closed}
	return c
}

// mostGroups is how many have room for their names.
const mostGroups = 12

func groupsOf(title string, list []measure.Group) Chart {
	opened, overdue := Series{Name: "opened"}, Series{Name: "overdue"}
	c := Chart{Title: title, Note: "line down by the clock, else working time", Line: Series{Name: "median of first response, hours"}}
	for _, g := range list[:min(len(list), mostGroups)] {
		c.Labels = append(c.Labels, label(g.Name))
		opened.Values = append(opened.Values, float64(g.Opened))
		overdue.Values = append(overdue.Values, float64(g.Overdue.Count))
		c.Line.Values = append(c.Line.Values, median(g.Response))
	}
	c.Bars = []Series{opened, overdue}
	return c
}

// label is a name as short as there is room.
func label(name string) string {
	const most = 16
	letters := []rune(strings.ReplaceAll(cmp.Or(name, "not known"), "-", " "))
	return string(letters[:min(len(letters), most)])
}

// median is that of times in hours; NaN = there were none.
func median(t measure.Times) float64 {
	if t.Count == 0 {
		return math.NaN()
	}
	return t.Median.Hours()
}
