package duty

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/optoste/supportbot/bot/datafile"
)

type calendarText struct {
	Zone   string              `yaml:"zone"`
	Week   map[string][]string `yaml:"week"`
	MakeUp []string            `yaml:"make_up"`
	Years  []yearText          `yaml:"years"`
}

type yearText struct {
	Year     int           `yaml:"year"`
	Holidays []holidayText `yaml:"holidays"`
	Working  []string      `yaml:"working"`
}

type holidayText struct {
	Name string `yaml:"name"`
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

func (f file) calendar(t calendarText) *Calendar {
	path := datafile.Path{"calendar"}
	c := &Calendar{
		zone: f.zone(path.Sub("zone"), t.Zone), makeUp: f.hours(path.Sub("make_up"), t.MakeUp),
		holiday: map[day]bool{}, working: map[day]bool{}, years: map[int]bool{},
	}
	works := false
	for d := range c.week {
		name := time.Weekday(d).String()[:3]
		c.week[d] = f.hours(path.Sub("week", name), t.Week[name])
		works = works || len(c.week[d]) > 0
	}
	if t.Week != nil && !works {
		f.At(path.Sub("week"), "has no working hour, so nobody would ever answer; fill it in")
	}
	for i, y := range t.Years {
		f.year(path.Sub("years", strconv.Itoa(i)), y, c)
	}
	f.gaps(path.Sub("years"), c)
	return c
}

// hours reads the pieces of a day, as 08:30-12:00.
func (f file) hours(path datafile.Path, list []string) (day []hours) {
	for i, s := range list {
		if len(s) != len("08:30-12:00") {
			continue // of a wrong form
		}
		h := hours{minuteOf(s[:5]), minuteOf(s[6:])}
		here := path.Sub(strconv.Itoa(i))
		if h.to <= h.from {
			f.At(here, "must end later than it begins; work that goes on past midnight is two pieces, on two days")
		}
		if n := len(day); n > 0 && h.from < day[n-1].to {
			f.At(here, "begins before the piece in front of it ends; write them in order, none in another")
		}
		day = append(day, h)
	}
	return day
}

// year adds a year's holidays and make-up days to the calendar.
func (f file) year(path datafile.Path, t yearText, c *Calendar) {
	if c.years[t.Year] && t.Year != 0 {
		f.At(path.Sub("year"), fmt.Sprintf("%d stands twice; keep one", t.Year))
	}
	c.years[t.Year] = t.Year != 0
	in := func(path datafile.Path, s string) (day, bool) {
		if s == "" {
			return 0, false
		}
		d, _ := parseDay(s) // the schema has checked it
		first, last := civil(t.Year-1, time.December, 1), civil(t.Year, time.December, 31)
		if t.Year != 0 && (d < first || d > last) { // New Year may begin in December
			f.At(path, fmt.Sprintf("%s is not in %d, nor in the December before; correct it", s, t.Year))
			return d, false
		}
		return d, true
	}
	for i, h := range t.Holidays {
		here := path.Sub("holidays", strconv.Itoa(i))
		from, ok := in(here.Sub("from"), h.From)
		to, last := from, true
		if h.To != "" {
			to, last = in(here.Sub("to"), h.To)
		}
		if !ok || !last {
			continue
		}
		if to < from {
			f.At(here.Sub("to"), "must not be before from")
		}
		for d := from; d <= to; d++ {
			c.holiday[d] = true
		}
	}
	for i, s := range t.Working {
		here := path.Sub("working", strconv.Itoa(i))
		d, ok := in(here, s)
		switch {
		case !ok:
		case c.holiday[d]:
			f.At(here, s+" is a holiday, too; keep one")
		case len(c.week[d.weekday()]) > 0:
			f.Warn(here, fmt.Sprintf("%s is a %s, a working day anyway; see whether the day is right", s, d.weekday()))
		}
		c.working[d] = ok
		if len(c.makeUp) == 0 {
			f.At(datafile.Path{"calendar", "make_up"}, "is empty, but there are make-up working days; say their hours")
		}
	}
}

// gaps warns of years between others of which nothing is known.
func (f file) gaps(path datafile.Path, c *Calendar) {
	first, last := 0, 0
	for y, known := range c.years {
		if known {
			last = max(last, y)
			if first == 0 || y < first {
				first = y
			}
		}
	}
	for y := first; y < last; y++ {
		if !c.years[y] {
			f.Warn(path, fmt.Sprintf("has no %d, which counts as plain weeks; add it", y))
		}
	}
}

func (f file) alarms(list []Outside) {
	ids := map[string]bool{}
	for i, a := range list {
		path := at("alarms", i)
		if ids[a.ID] && a.ID != "" {
			f.At(path.Sub("id"), fmt.Sprintf("%q names two alarms; give each its own", a.ID))
		}
		ids[a.ID] = true
		if (a.Webhook == "") == (a.Email == "") && !f.Wrong(path.Sub("webhook")) && !f.Wrong(path.Sub("email")) {
			f.At(path, "must have a webhook or an email, and not both; make two alarms of them")
		}
		if _, err := mail.ParseAddress(a.Email); a.Email != "" && err != nil {
			f.At(path.Sub("email"), fmt.Sprintf("%q is no e-mail address; write it like service@optoste.example", a.Email))
		}
		if a.Webhook != "" && !safe(a.Webhook) {
			f.At(path.Sub("webhook"), "must be an address that begins with https://") // it may hold a key: not shown
		}
	}
}

// safe tells whether nobody on the way reads what an address holds.
func safe(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && ip != nil && ip.IsLoopback()
}

func (f file) await(a *Await) Await {
	if a == nil {
		return await
	}
	path := datafile.Path{"await", "remind_after_days"}
	for i, days := range a.RemindAfterDays {
		if i > 0 && days <= a.RemindAfterDays[i-1] && !f.Wrong(path.Sub(strconv.Itoa(i))) {
			f.At(path.Sub(strconv.Itoa(i)), "is not later than the one before it; write them in order")
		}
	}
	return *a
}

func (f file) chain(path datafile.Path, c *chain, d *Desk) {
	for i, s := range c.Steps {
		here := path.Sub("steps", strconv.Itoa(i))
		if i > 0 && s.After < c.Steps[i-1].After && !f.Wrong(here.Sub("after")) {
			f.At(here.Sub("after"), "is earlier than the step before it; write them in order")
		}
		f.whom(here, s, d)
		f.way(here, s, d)
	}
	if p := c.Progress; p.PingAfter > 0 && p.ReleaseAfter > 0 && p.ReleaseAfter <= p.PingAfter {
		f.At(path.Sub("progress", "release_after"), "must be more than ping_after, so that the owner can answer")
	}
	c.lay()
}

func (f file) whom(path datafile.Path, s step, d *Desk) {
	level, ok := s.Whom.Level()
	if ok && level != "" && !slices.ContainsFunc(d.Levels, func(l Level) bool { return l.ID == level }) {
		f.At(path.Sub("whom"), fmt.Sprintf("%q is no level; write the id of one, everybody or room", level))
	}
	if s.Whom == Room && s.Way == Direct {
		f.At(path.Sub("way"), "is direct, but a room has no direct messages; write mention")
	}
}

func (f file) way(path datafile.Path, s step, d *Desk) {
	known := slices.ContainsFunc(d.Alarms, func(a Outside) bool { return a.ID == s.Alarm })
	switch {
	case f.Wrong(path.Sub("alarm")):
	case s.Way == Alarm && s.Alarm == "":
		f.At(path.Sub("alarm"), "is missing; say which of the alarms rings")
	case s.Way == Alarm && !known:
		f.At(path.Sub("alarm"), fmt.Sprintf("%q is none of the alarms; correct it", s.Alarm))
	case s.Way != Alarm && s.Way != "" && s.Alarm != "":
		f.At(path.Sub("alarm"), fmt.Sprintf("does not go with the way %s; remove it, or write way: alarm", s.Way))
	}
}

// idle warns of people and alarms that nothing names.
func (f file) idle(t text, d *Desk) {
	used, rings := map[PersonID]bool{}, map[string]bool{}
	for _, l := range d.Levels {
		for _, id := range l.order {
			used[id] = true
		}
	}
	for _, o := range d.overrides {
		used[o.person] = true
	}
	for _, c := range d.chains {
		for _, s := range c.Steps {
			rings[s.Alarm] = true
		}
	}
	for i, p := range t.People {
		if !used[p.ID] {
			f.Warn(at("people", i), p.Name+" is never on call: no level has this id in its order")
		}
	}
	for i, a := range t.Alarms {
		if !rings[a.ID] {
			f.Warn(at("alarms", i), a.ID+" never rings: no chain names it")
		}
	}
}
