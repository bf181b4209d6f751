package measure

import (
	"cmp"
	"maps"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

const (
	againMonths = 6 // a fault within this time of an earlier one is one more of the same machine
	risingFrom  = 3 // claims; fewer say nothing about a model
)

// Again is a machine that fails again: two or more malfunctions in the period, or one within six months
// of an earlier one.
type Again struct {
	Serial  claim.Serial `json:"serial"`
	Model   string       `json:"model,omitempty"` // empty = not known
	Claims  []claim.ID   `json:"claims"`          // oldest first
	Earlier int          `json:"earlier"`         // how many of Claims were opened before the period
}

// Rising is a model, or a family of faults, with more malfunctions than in the equally long period before, and at least
// three.
type Rising struct {
	Model  string  `json:"model"` // or the family
	Claims int     `json:"claims"`
	Before int     `json:"before"`
	Ratio  float64 `json:"ratio,omitempty"` // Claims to Before; 0 when there were none before
}

// faults are the malfunctions of the period and of the time before it.
type faults struct {
	period   Period
	machines map[claim.Serial][]fault
	models   counts
	families counts
}

// counts are malfunctions by what they have in common.
type counts struct {
	now    map[string]int // in the period
	before map[string]int // in the equally long one before
}

func newCounts() counts { return counts{map[string]int{}, map[string]int{}} }

func (c counts) add(name string, day claim.Date, p Period) {
	switch {
	case p.Has(day):
		c.now[name]++
	case p.Before().Has(day):
		c.before[name]++
	}
}

type fault struct {
	claim claim.ID
	day   claim.Date
	model string
}

func newFaults(p Period) *faults {
	return &faults{p, map[claim.Serial][]fault{}, newCounts(), newCounts()}
}

func (f *faults) add(c claim.Claim) {
	day := claim.DateOf(c.Opened)
	serials, models := map[claim.Serial]string{}, map[string]bool{}
	for _, l := range c.Lines {
		serials[l.Serial], models[l.Model] = l.Model, true
	}
	delete(serials, "")
	delete(models, "")
	for serial, model := range serials {
		f.machines[serial] = append(f.machines[serial], fault{c.ID, day, model})
	}
	for model := range models {
		f.models.add(model, day, f.period)
	}
	if family := FamilyOf(c); family != "" {
		f.families.add(string(family), day, f.period)
	}
}

func (f *faults) again() []Again {
	worst := []Again{}
	for serial, list := range f.machines {
		first := slices.IndexFunc(list, func(one fault) bool { return f.period.Has(one.day) })
		if first < 0 {
			continue
		}
		since := slices.IndexFunc(list, func(one fault) bool { return !one.day.AddMonths(againMonths).Before(list[first].day) })
		a := Again{Serial: serial, Earlier: first - since}
		for _, one := range list[since:] {
			a.Claims, a.Model = append(a.Claims, one.claim), cmp.Or(one.model, a.Model)
		}
		if len(a.Claims) > 1 {
			worst = append(worst, a)
		}
	}
	slices.SortFunc(worst, func(a, b Again) int {
		return cmp.Or(cmp.Compare(len(b.Claims), len(a.Claims)), cmp.Compare(a.Serial, b.Serial))
	})
	return worst
}

func (c counts) rising() []Rising {
	list := []Rising{}
	for _, name := range slices.Sorted(maps.Keys(c.now)) {
		r := Rising{Model: name, Claims: c.now[name], Before: c.before[name]}
		if r.Claims < risingFrom || r.Claims <= r.Before {
			continue
		}
		if r.Before > 0 {
			r.Ratio = float64(r.Claims) / float64(r.Before)
		}
		list = append(list, r)
	}
	slices.SortStableFunc(list, func(a, b Rising) int { return cmp.Compare(b.Claims-b.Before, a.Claims-a.Before) })
	return list
}
