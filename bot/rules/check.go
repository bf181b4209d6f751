package rules

import (
	"fmt"
	"strconv"
	"time"
	_ "time/tzdata" // offices are in zones; a bare container has no zone files

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/datafile"
)

// check notes what the schema cannot say: rows that are missing or stand twice, editions that
// collide, reminders out of order, zones that do not exist.
func (f file) check(p *Policy) {
	f.checkContacts(p.Contacts)
	ids, days := map[string]bool{}, map[claim.Date]bool{}
	for i, e := range p.Editions {
		path := datafile.Path{"editions", strconv.Itoa(i)}
		if e.ID != "" && ids[e.ID] {
			f.At(path.Sub("id"), fmt.Sprintf("%q names two editions; give each its own", e.ID))
		}
		if !e.From.IsZero() && days[e.From] {
			f.At(path.Sub("effective_from"), fmt.Sprintf("two editions begin on %s; a day has one", e.From))
		}
		ids[e.ID], days[e.From] = true, true
		f.checkRows(path.Sub("rows"), e.Rows)
		f.checkActs(path.Sub("acts"), e.Acts)
		f.checkDays(path, e)
	}
}

func (f file) checkContacts(contacts []Contact) {
	owner, rest, regions := map[string]Region{}, 0, map[Region]bool{}
	for i := range contacts {
		c, path := &contacts[i], datafile.Path{"contacts", strconv.Itoa(i)}
		office, err := time.LoadLocation(c.Zone)
		if err != nil || c.Zone == "Local" {
			f.At(path.Sub("zone"), fmt.Sprintf("%q is no IANA time zone; write it like Asia/Shanghai", c.Zone))
		}
		c.office = office
		if c.Opens != "" && c.Closes != "" && c.Closes <= c.Opens {
			f.At(path.Sub("closes"), "must be later than opens")
		}
		if c.Region != "" && regions[c.Region] {
			f.At(path.Sub("region"), fmt.Sprintf("%s has two contacts; keep one", c.Region))
		}
		regions[c.Region] = true
		if len(c.Countries) == 0 {
			rest++
		}
		for n, country := range c.Countries {
			if other, ok := owner[country]; ok && country != "" && other != c.Region {
				f.At(path.Sub("countries", strconv.Itoa(n)), fmt.Sprintf("%s is already in region %s; keep one", country, other))
			}
			owner[country] = c.Region
		}
	}
	if len(contacts) > 0 && rest != 1 {
		f.At(datafile.Path{"contacts"}, fmt.Sprintf("%d regions have no countries; exactly one takes the rest", rest))
	}
}

func (f file) checkRows(path datafile.Path, list []Row) {
	have := map[claim.RuleID]bool{}
	for i, r := range list {
		if r.ID != "" && have[r.ID] {
			f.At(path.Sub(strconv.Itoa(i), "id"), fmt.Sprintf("row %s stands twice; a situation has one row", r.ID))
		}
		have[r.ID] = true
	}
	for _, id := range Rows() {
		if !have[id] {
			f.At(path, fmt.Sprintf("row %s is missing; copy it from the default policy", id))
		}
	}
}

func (f file) checkActs(path datafile.Path, a Acts) {
	seen := map[claim.Act]string{}
	for _, l := range []struct {
		name string
		acts []claim.Act
	}{{"normal", a.Normal}, {"suspect", a.Suspect}, {"review", a.Review}} {
		for i, act := range l.acts {
			if other, ok := seen[act]; ok && act != "" && other != l.name {
				f.At(path.Sub(l.name, strconv.Itoa(i)), fmt.Sprintf("%s is also in %s; keep one", act, other))
			}
			seen[act] = l.name
		}
	}
}

// checkDays notes reminders that would come after what they remind of.
func (f file) checkDays(path datafile.Path, e Edition) {
	for _, l := range []struct {
		days   []int
		before int
		where  datafile.Path
	}{
		{e.Quotation.RemindAfter, e.Quotation.ValidDays, path.Sub("quotation", "remind_after_days")},
		{e.PSS.RemindBefore, e.PSS.ValidDays, path.Sub("pss", "remind_before_days")},
		{e.Advance.RemindAfter, e.Advance.DecideAfter, path.Sub("advance", "remind_after_days")},
	} {
		for i, d := range l.days {
			if l.before > 0 && d >= l.before {
				f.At(l.where.Sub(strconv.Itoa(i)), fmt.Sprintf("is %d, but must be less than the %d days of the whole period", d, l.before))
			}
		}
	}
}
