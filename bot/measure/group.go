package measure

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// The ways in which claims are put together ([Group.By]).
const (
	All        = "all"
	BySeverity = "severity"
	ByModel    = "model"
	ByFamily   = "family" // of the fault, as the customer's words tell it
)

type groupKey struct{ by, name string }

// Group is what was measured of the claims that have something in common. A claim on machines of two
// models is in the groups of both.
type Group struct {
	By   string `json:"by"`   // [All], [BySeverity], [ByModel] or [ByFamily]
	Name string `json:"name"` // the severity, the model or the family; empty when it is not known
	// Opened counts every claim; those merged into another or declined are in no other number.
	Opened   int `json:"opened"`
	Merged   int `json:"merged"`
	Declined int `json:"declined"`
	Closed   int `json:"closed"`   // and not reopened since
	Reopened int `json:"reopened"` // taken up again after it was resolved or closed, whatever came then

	Response Times `json:"first_response"` // until the first answer of an engineer
	Accepted Times `json:"acceptance"`     // until an engineer first took it
	Working  Times `json:"working_again"`  // until it worked: the last time resolved, of those that still are, or are closed

	Overdue  Share `json:"overdue"`    // no first response in time, of those with a target
	Remote   Share `json:"remote_fix"` // resolved or closed without a return or a board out, of all malfunctions
	Complete Share `json:"complete"`   // serial number, description and media when it was opened
}

// Share is how many of how many.
type Share struct {
	Count int `json:"count"`
	Of    int `json:"of"`
}

// Times is how long something took. Median and P90 are of the claims where it has happened, by nearest
// rank: the shortest of these times that at least half, or 90 %, of them do not exceed. They are 0 when
// Count is.
type Times struct {
	Count   int
	Without int // claims where it has not happened
	Median  time.Duration
	P90     time.Duration
}

// timesJSON is the stored form of [Times].
type timesJSON struct {
	Count   int    `json:"count"`
	Without int    `json:"without"`
	Median  *int64 `json:"median_s"`
	P90     *int64 `json:"p90_s"`
}

// UnmarshalJSON reads what [Times.MarshalJSON] writes.
func (t *Times) UnmarshalJSON(b []byte) error {
	var v timesJSON
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*t = Times{Count: v.Count, Without: v.Without}
	if v.Median != nil && v.P90 != nil {
		t.Median, t.P90 = time.Duration(*v.Median)*time.Second, time.Duration(*v.P90)*time.Second
	}
	return nil
}

// MarshalJSON writes times in whole seconds, and null where there are none.
func (t Times) MarshalJSON() ([]byte, error) {
	v := timesJSON{Count: t.Count, Without: t.Without}
	if t.Count > 0 {
		median, p90 := int64(t.Median/time.Second), int64(t.P90/time.Second)
		v.Median, v.P90 = &median, &p90
	}
	return json.Marshal(v)
}

// group is a Group in the making.
type group struct {
	Group
	response, accepted, working []length
}

func (g *group) add(k known) {
	g.Opened++
	switch k.status {
	case claim.Merged:
		g.Merged++
		return
	case claim.Declined:
		g.Declined++
		return
	case claim.Closed:
		g.Closed++
	default: // still under way
	}
	if k.reopened {
		g.Reopened++
	}
	g.response = append(g.response, k.response)
	g.accepted = append(g.accepted, k.accepted)
	g.working = append(g.working, k.working)
	g.Overdue.count(k.target, k.overdue)
	g.Remote.count(k.fault, k.remote)
	g.Complete.count(true, k.complete)
}

func (s *Share) count(among, is bool) {
	if among {
		s.Of++
	}
	if among && is {
		s.Count++
	}
}

func (g *group) result(key groupKey) Group {
	r := g.Group
	r.By, r.Name = key.by, key.name
	r.Response, r.Accepted, r.Working = summary(g.response), summary(g.accepted), summary(g.working)
	return r
}

func summary(list []length) Times {
	var times []time.Duration
	for _, l := range list {
		if l.is {
			times = append(times, l.time)
		}
	}
	slices.Sort(times)
	return Times{Count: len(times), Without: len(list) - len(times), Median: rank(times, 50), P90: rank(times, 90)}
}

// rank returns the percentile of a sorted list by nearest rank; 0 of an empty one.
func rank(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}

// order is that of the severities; what else there is comes behind.
var order = []string{string(claim.LineDown), string(claim.Degraded), string(claim.Question)}

func (g Group) compare(o Group) int {
	place := func(list []string, s string) int {
		if i := slices.Index(list, s); i >= 0 {
			return i
		}
		return len(list)
	}
	by := []string{All, BySeverity, ByModel, ByFamily}
	return cmp.Or(cmp.Compare(place(by, g.By), place(by, o.By)), cmp.Compare(place(order, g.Name), place(order, o.Name)),
		cmp.Compare(g.Name, o.Name))
}
