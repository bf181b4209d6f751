package duty

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// Way is how somebody is reached.
type Way string

// The ways.
const (
	Mention Way = "mention" // by name in the engineers' room
	Direct  Way = "direct"  // a direct message; see [Person.Reach]
	Alarm   Way = "alarm"   // outside of the chat; see [Outside]
)

// Whom is who shall hear of a claim: a level, which means whoever is on call there, or one of the
// constants.
type Whom string

// Who is no level.
const (
	Everybody Whom = "everybody" // all people of the file
	Room      Whom = "room"      // the engineers' room, nobody by name
)

// Level returns the level; false for [Everybody] and [Room].
func (w Whom) Level() (LevelID, bool) { return LevelID(w), w != Everybody && w != Room }

// anyHour counts all time, every other word of the schema working time.
const anyHour = "any"

// chain is how a claim that nobody answers reaches more and more people (domain.md 11).
type chain struct {
	Hours    string   `yaml:"hours"` // which time all durations count
	Steps    []step   `yaml:"steps"` // ascending by After
	Progress progress `yaml:"progress"`

	plan []slot // every ping, in the order in which they come
}

type step struct {
	After       time.Duration `yaml:"after"` // since the clock started
	Whom        Whom          `yaml:"whom"`
	Way         Way           `yaml:"way"`
	Alarm       string        `yaml:"alarm"`
	RepeatEvery time.Duration `yaml:"repeat_every"`
	RepeatTimes int           `yaml:"repeat_times"` // after the first
}

// progress is how long a claim may be somebody's without any (domain.md 6.2).
type progress struct {
	PingAfter    time.Duration `yaml:"ping_after"`
	ReleaseAfter time.Duration `yaml:"release_after"` // more than PingAfter
}

// slot is the place of a ping in a chain.
type slot struct {
	after            time.Duration
	step, repetition int
}

// lay lists every ping of the chain. What comes at the same time keeps the order of the steps.
func (c *chain) lay() {
	c.plan = nil
	for i, s := range c.Steps {
		for n := range s.RepeatTimes + 1 {
			c.plan = append(c.plan, slot{s.After + time.Duration(n)*s.RepeatEvery, i, n})
		}
	}
	slices.SortStableFunc(c.plan, func(a, b slot) int { return cmp.Compare(a.after, b.after) })
}

// Watch is what is known about a claim that waits for an answer.
type Watch struct {
	Severity claim.Severity // not said yet = [claim.Degraded]: better a ping too many
	Since    time.Time      // when the clock started
	Pauses   []Span         // time that does not count, while the customer has been asked; in any order
}

// Ping is one call for an answer.
type Ping struct {
	Index      int       // its place in the chain, from 0
	Step       int       // the step of the chain it comes from, from 0
	Repetition int       // 0 = the step's first
	Due        time.Time // may have passed
	At         time.Time // when it goes out: at Due, or now if that is later, and within the hours of its chain
	Way        Way
	Alarm      string   // which one, with the way [Alarm]
	Whom       Whom     // as the step says it
	People     []Person // who that is; nobody by name with [Room]
}

// Next returns the ping that comes after so many are done; false when the chain is at its end, or
// while the clock stands still before the ping is due. What was done is counted, not what time it
// is. So a clock that jumps skips no level, and a restart neither repeats a ping nor loses one:
// what is overdue is returned with its Due in the past, once for each count, in order. A desk file
// that was changed meanwhile goes on at the same number.
//
// People are those on call when the ping goes out. What is overdue in the night goes out in the
// night only where any hour counts. Next knows no status: once somebody has taken the claim, do
// not ask.
func (d *Desk) Next(w Watch, done int, now time.Time) (Ping, bool) {
	c := d.chain(w.Severity)
	done = max(done, 0)
	if done >= len(c.plan) {
		return Ping{}, false
	}
	at := c.plan[done]
	due, ok := advance(d.counted(c, w), at.after)
	if !ok {
		return Ping{}, false
	}
	s, out := c.Steps[at.step], later(due, now).UTC()
	if c.Hours != anyHour {
		out = d.Calendar.Next(out)
	}
	return Ping{
		Index: done, Step: at.step, Repetition: at.repetition, Due: due, At: out,
		Way: s.Way, Alarm: s.Alarm, Whom: s.Whom, People: d.people(s.Whom, out),
	}, true
}

// Expiry is what happens to a claim that was taken, and then nothing more (domain.md 6.2).
type Expiry struct {
	Ping    time.Time // the owner is asked how it goes
	Release time.Time // it is nobody's again, and the chain begins anew
}

// Expiry returns when a claim that was taken expires, counted from w.Since, the last progress, of
// which taking it is the first. A zero time is not to be told yet: the clock stands still before.
func (d *Desk) Expiry(w Watch) Expiry {
	c := d.chain(w.Severity)
	ping, _ := advance(d.counted(c, w), c.Progress.PingAfter)
	release, _ := advance(d.counted(c, w), c.Progress.ReleaseAfter)
	return Expiry{ping, release}
}

func (d *Desk) chain(s claim.Severity) chain {
	if c, ok := d.chains[s]; ok {
		return c
	}
	return d.chains[claim.Degraded]
}

// counted is the time that counts since the clock started.
func (d *Desk) counted(c chain, w Watch) iter.Seq[Span] {
	if c.Hours == anyHour {
		return without(always(w.Since), w.Pauses)
	}
	return without(d.Calendar.spans(w.Since), w.Pauses)
}

// people returns who is meant at a time.
func (d *Desk) people(w Whom, at time.Time) []Person {
	if w == Everybody {
		return slices.Clone(d.People)
	}
	level, _ := w.Level()
	shift, ok := d.OnCall(level, at)
	if !ok {
		return nil
	}
	return []Person{shift.Person}
}
