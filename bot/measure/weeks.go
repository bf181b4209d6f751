package measure

import (
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Week is what came in and what was done from a Monday to a Sunday in Shantou, as far as these days
// belong to the period.
type Week struct {
	From     claim.Date `json:"from"`           // its first day in the period
	Opened   int        `json:"opened"`         // all claims, as in [Group]
	Closed   int        `json:"closed"`         // claims of the period that were closed in this week, and not reopened since
	Response Times      `json:"first_response"` // of the claims that were opened in this week
}

// weeks are those of a period, the first one beginning on or before the period's first day.
type weeks struct {
	period Period
	monday claim.Date
	list   []week
}

type week struct {
	opened, closed int
	response       []length
}

func newWeeks(p Period) weeks {
	sinceMonday := (int(p.From.Begins().Weekday()) + 6) % 7
	w := weeks{period: p, monday: p.From.AddDays(-sinceMonday)}
	w.list = make([]week, max(0, p.To.DaysSince(w.monday)/7+1))
	return w
}

// of returns the week of a moment; nil when it is not in the period.
func (w weeks) of(t time.Time) *week {
	day := claim.DateOf(t)
	if !w.period.Has(day) {
		return nil
	}
	return &w.list[day.DaysSince(w.monday)/7]
}

// add counts a claim of the period.
func (w weeks) add(c claim.Claim, k known) {
	opened := w.of(c.Opened)
	opened.opened++
	if c.Status == claim.Merged || c.Status == claim.Declined {
		return
	}
	opened.response = append(opened.response, k.response)
	if closed := w.of(k.closed); closed != nil {
		closed.closed++
	}
}

func (w weeks) result() []Week {
	list := make([]Week, len(w.list))
	for i, one := range w.list {
		from := w.monday.AddDays(7 * i)
		if from.Before(w.period.From) {
			from = w.period.From
		}
		list[i] = Week{from, one.opened, one.closed, summary(one.response)}
	}
	return list
}
