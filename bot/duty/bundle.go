package duty

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Notice is a ping of one claim.
type Notice struct {
	Claim claim.ID
	Ping  Ping
}

// Bundle is what is said at once to the same people in the same way.
type Bundle struct {
	At      time.Time // when it goes out: nothing in it earlier than by itself
	Way     Way
	Alarm   string   // which one, with the way [Alarm]
	People  []Person // one with the way [Direct]; nobody by name in the room: none
	Notices []Notice // at least one, in the order in which they would go out
}

// Bundle puts pings that reach the same people in the same way into one message when they go out
// within [Desk.BundleWithin] of the first of them: in the morning, when a night's claims begin to
// count, or after an outage. The first waits for the others, never longer than the window. Bundles
// come in the order in which they go out; every notice is in one, a direct one in one for each
// person.
func (d *Desk) Bundle(list []Notice) []Bundle {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Notice) int {
		return cmp.Or(a.Ping.At.Compare(b.Ping.At), a.Ping.Due.Compare(b.Ping.Due))
	})
	var bundles []Bundle
	open := map[string]int{} // audience -> the bundle that takes more
	for _, n := range list {
		for _, people := range audiences(n.Ping) {
			key := audience(n.Ping, people)
			i, ok := open[key]
			if !ok || n.Ping.At.Sub(bundles[i].Notices[0].Ping.At) > d.BundleWithin {
				i = len(bundles)
				open[key] = i
				bundles = append(bundles, Bundle{Way: n.Ping.Way, Alarm: n.Ping.Alarm, People: people})
			}
			b := &bundles[i]
			b.At, b.Notices = n.Ping.At, append(b.Notices, n)
		}
	}
	slices.SortStableFunc(bundles, func(a, b Bundle) int { return a.At.Compare(b.At) })
	return bundles
}

// audiences splits who is pinged into those who hear of it in one message.
func audiences(p Ping) [][]Person {
	if p.Way != Direct {
		return [][]Person{p.People}
	}
	var each [][]Person
	for one := range slices.Chunk(p.People, 1) {
		each = append(each, one)
	}
	return each
}

// audience is the same for pings that may go out together.
func audience(p Ping, people []Person) string {
	ids := []string{string(p.Way), p.Alarm}
	for _, one := range people {
		ids = append(ids, string(one.ID))
	}
	return strings.Join(ids, "\x00")
}
