package duty

import (
	"cmp"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Notice calls people for one claim in one way. It stands for all pings of the claim that are due at
// the same time and reach them so. It is stored.
type Notice struct {
	Claim    claim.ID       `json:"claim"`
	Severity claim.Severity `json:"severity"` // as it was then
	Since    time.Time      `json:"since"`    // when the claim began to wait
	Way      Way            `json:"way"`
	Alarm    string         `json:"alarm,omitempty"`  // which one, with the way [Alarm]
	Person   PersonID       `json:"person,omitempty"` // with the way [Direct]
	Called   []Called       `json:"called,omitempty"` // with the way [Mention]; empty = whoever is in the room
	Again    bool           `json:"again,omitempty"`  // nothing but repetitions
}

// Called is who is meant in the room: a level, with whoever is on call there. Without a Level the people
// are meant by name; without people, too, everybody is.
type Called struct {
	Level  LevelID    `json:"level,omitempty"`
	People []PersonID `json:"people,omitempty"`
}

// Notices returns what is said at once of pings of a claim that are due together. Who cannot be
// reached by a direct message is meant in the room, by name: no ping is lost. Where everybody is
// meant, nobody else needs to be named.
func (d *Desk) Notices(c Notice, due []Ping, reached func(PersonID) bool) []Notice {
	c.Again = true
	room, inRoom := c, false
	room.Way = Mention
	var rest []Notice
	add := func(p Ping, n Notice) {
		n.Way, n.Again = p.Way, p.Repetition > 0
		i := slices.IndexFunc(rest, func(have Notice) bool { return have.Audience() == n.Audience() })
		if i < 0 {
			rest = append(rest, n)
			return
		}
		rest[i].Again = rest[i].Again && n.Again
	}
	for _, p := range due {
		called := Called{}
		for _, one := range p.People {
			n := c
			if n.Person = one.ID; p.Way == Direct && reached(one.ID) {
				add(p, n)
				continue
			}
			called.People = append(called.People, one.ID)
		}
		switch {
		case p.Way == Alarm:
			n := c
			n.Alarm = p.Alarm
			add(p, n)
			continue
		case p.Way == Direct && len(called.People) == 0:
			continue
		}
		inRoom, room.Again = true, room.Again && p.Repetition > 0
		room.Called = with(room.Called, p, called)
	}
	if inRoom {
		rest = slices.Insert(rest, 0, room)
	}
	return rest
}

// with adds who is meant by a ping to those who are, each level once.
func with(list []Called, p Ping, called Called) []Called {
	level, ok := p.Whom.Level()
	everybody := func(c Called) bool { return c.Level == "" && len(c.People) == 0 }
	switch {
	case slices.ContainsFunc(list, everybody):
		return list
	case p.Whom == Everybody && len(called.People) == len(p.People):
		return []Called{{}}
	case ok:
		called.Level = level
	case p.Whom == Room:
		return list // who is there reads it anyway
	}
	if slices.ContainsFunc(list, func(have Called) bool {
		return have.Level == called.Level && slices.Equal(have.People, called.People)
	}) {
		return list
	}
	return append(list, called)
}

// Audience is the same for notices that reach the same people in the same way.
func (n Notice) Audience() string {
	switch n.Way {
	case Direct:
		return string(Direct) + "/" + string(n.Person)
	case Alarm:
		return string(Alarm) + "/" + n.Alarm
	case Mention:
	}
	return string(Room)
}

// urgent tells whether a notice waits for nothing: a stopped line, for the first time.
func (n Notice) urgent() bool { return n.Severity == claim.LineDown && !n.Again }

// Bundle is what is said at once to the same people in the same way.
type Bundle struct {
	At      time.Time // when it goes out
	Notices []Notice  // at least one, each of another claim; the worst first, then what waits longest
}

// Flood is how many messages the same people get in the same way within [Desk.BundleWithin]. What
// comes then waits until the first of them is that old, and goes out as one.
const Flood = 3

// Bundle puts notices that wait into messages, one for each audience. sent holds by audience when
// messages went out to it lately, in any order. Only in a flood does a message wait, and then not
// longer than [Desk.BundleWithin]; one with a line that has just stopped never does, and takes the
// others along.
func (d *Desk) Bundle(list []Notice, now time.Time, sent map[string][]time.Time) []Bundle {
	var bundles []Bundle
	place := map[string]int{} // audience -> its bundle
	for _, n := range list {
		i, ok := place[n.Audience()]
		if !ok {
			i = len(bundles)
			place[n.Audience()] = i
			bundles = append(bundles, Bundle{At: d.free(now, sent[n.Audience()])})
		}
		b := &bundles[i]
		if n.urgent() {
			b.At = now
		}
		b.Notices = append(slices.DeleteFunc(b.Notices, func(have Notice) bool { return have.Claim == n.Claim }), n)
	}
	for _, b := range bundles {
		slices.SortStableFunc(b.Notices, func(a, b Notice) int {
			return cmp.Or(cmp.Compare(weight(b.Severity), weight(a.Severity)), a.Since.Compare(b.Since))
		})
	}
	return bundles
}

// free is when the next message may go to people who were sent some before.
func (d *Desk) free(now time.Time, sent []time.Time) time.Time {
	sent = slices.DeleteFunc(slices.Clone(sent), func(t time.Time) bool { return !t.Add(d.BundleWithin).After(now) || t.After(now) })
	if len(sent) < Flood {
		return now
	}
	slices.SortFunc(sent, time.Time.Compare)
	return sent[len(sent)-Flood].Add(d.BundleWithin)
}

// weight is higher for what is worse.
func weight(s claim.Severity) int {
	return slices.Index([]claim.Severity{claim.Question, claim.Degraded, claim.LineDown}, cmp.Or(s, claim.Degraded))
}
