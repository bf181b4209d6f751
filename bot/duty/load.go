package duty

import (
	"cmp"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	_ "time/tzdata" // a bare container has no zone files

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/datafile"
)

// Schema is the JSON Schema of the desk file, for editors and for [Load].
//
//go:embed desk.schema.json
var Schema string

var schema = datafile.NewSchema("desk", Schema)

// Load reads a desk file. The name is only used in messages. When something is wrong the error is
// [datafile.Mistakes], which lists everything at once. Warnings are about what is allowed and
// hardly meant; what depends on the day or on who is linked is not among them, see
// [Calendar.Unknown] and [Desk.Unlinked].
func Load(name string, yamlBytes []byte) (*Desk, []datafile.Warning, error) {
	read, err := schema.Read(name, yamlBytes)
	if err != nil {
		return nil, nil, err
	}
	var t text
	read.Decode(&t)
	f := file{File: read, zones: map[string]*time.Location{}}
	d := f.desk(t)
	if err := f.Err(); err != nil {
		return nil, nil, err
	}
	return d, f.Warnings(), nil
}

// text is a desk file as it is written.
type text struct {
	Version      string                    `yaml:"version"`
	BundleWithin time.Duration             `yaml:"bundle_within"`
	Calendar     calendarText              `yaml:"calendar"`
	Weekly       *weeklyText               `yaml:"weekly"`
	People       []Person                  `yaml:"people"`
	Levels       []levelText               `yaml:"levels"`
	Overrides    []overrideText            `yaml:"overrides"`
	Alarms       []Outside                 `yaml:"alarms"`
	Chains       map[claim.Severity]*chain `yaml:"chains"`
	Await        *Await                    `yaml:"await"`
}

type levelText struct {
	ID      LevelID    `yaml:"id"`
	Name    string     `yaml:"name"`
	Zone    string     `yaml:"zone"`
	Weekday string     `yaml:"weekday"`
	At      string     `yaml:"at"`
	First   string     `yaml:"first"`
	Order   []PersonID `yaml:"order"`
}

type overrideText struct {
	Level  LevelID  `yaml:"level"`
	Person PersonID `yaml:"person"`
	From   string   `yaml:"from"`
	To     string   `yaml:"to"`
	Reason string   `yaml:"reason"`
}

// file is a desk file while it is read. What is empty has a wrong form or is missing, which is
// noted already.
type file struct {
	*datafile.File
	zones map[string]*time.Location
}

func (f file) desk(t text) *Desk {
	d := &Desk{
		Version: t.Version, BundleWithin: t.BundleWithin, People: t.People, Alarms: t.Alarms, Await: f.await(t.Await),
		Calendar: f.calendar(t.Calendar), byID: f.people(t.People, t.Calendar.Zone), chains: map[claim.Severity]chain{},
	}
	if t.Weekly != nil {
		d.weekly = t.Weekly.hour()
	}
	for i, l := range t.Levels {
		d.Levels = append(d.Levels, f.level(at("levels", i), l, d))
	}
	for i, o := range t.Overrides {
		f.override(at("overrides", i), o, d)
	}
	f.alarms(t.Alarms)
	for _, severity := range slices.Sorted(maps.Keys(t.Chains)) {
		if c := t.Chains[severity]; c != nil {
			f.chain(datafile.Path{"chains", string(severity)}, c, d)
			d.chains[severity] = *c
		}
	}
	f.idle(t, d)
	return d
}

// at is the path of an item of a list.
func at(list string, i int) datafile.Path { return datafile.Path{list, strconv.Itoa(i)} }

// zone finds a time zone; UTC for one that is not good.
func (f file) zone(path datafile.Path, name string) *time.Location {
	if found, ok := f.zones[name]; ok {
		return found
	}
	zone, err := time.LoadLocation(name)
	if name != "" && (err != nil || name == "Local") {
		f.At(path, fmt.Sprintf("%q is no IANA time zone; write it like Asia/Shanghai", name))
	}
	if err != nil {
		return time.UTC
	}
	f.zones[name] = zone
	return zone
}

// people checks who there is, completes them and returns them by their ids.
func (f file) people(list []Person, zone string) map[PersonID]Person {
	byID, owner := map[PersonID]Person{}, map[[2]string]PersonID{}
	for i, p := range list {
		path := at("people", i)
		if _, twice := byID[p.ID]; twice && p.ID != "" {
			f.At(path.Sub("id"), fmt.Sprintf("%q names two people; give each an id of their own", p.ID))
		}
		f.zone(path.Sub("zone"), p.Zone)
		p.Zone = cmp.Or(p.Zone, zone)
		byID[p.ID], list[i] = p, p
		for channel, id := range p.Accounts {
			account := [2]string{channel, string(id)}
			if other, ok := owner[account]; ok && id != "" && other != p.ID {
				f.At(path.Sub("accounts", channel), fmt.Sprintf("is the account of %s, too; an account is one person's", other))
			}
			owner[account] = p.ID
		}
	}
	return byID
}

// known notes an id that is nobody's.
func (f file) known(path datafile.Path, id PersonID, d *Desk) {
	if _, ok := d.byID[id]; !ok && id != "" {
		f.At(path, fmt.Sprintf("%q is nobody's id; add somebody to people, or correct it", id))
	}
}

func (f file) level(path datafile.Path, t levelText, d *Desk) Level {
	l := Level{ID: t.ID, Name: t.Name, zone: f.zone(path.Sub("zone"), t.Zone), clock: minuteOf(t.At), order: t.Order}
	if t.ID != "" && slices.ContainsFunc(d.Levels, func(other Level) bool { return other.ID == t.ID }) {
		f.At(path.Sub("id"), fmt.Sprintf("%q names two levels; give each its own", t.ID))
	}
	if w := Whom(t.ID); w == Everybody || w == Room {
		f.At(path.Sub("id"), fmt.Sprintf("%q has a meaning of its own in chains; choose another", t.ID))
	}
	for i, id := range t.Order {
		f.known(path.Sub("order", strconv.Itoa(i)), id, d)
	}
	if t.First == "" {
		return l
	}
	l.first, _ = parseDay(t.First) // the schema has checked it
	if weekday := l.first.weekday().String()[:3]; t.Weekday != "" && weekday != t.Weekday {
		f.At(path.Sub("first"), fmt.Sprintf("%s is a %s, but they hand over on %s; correct one of them", t.First, weekday, t.Weekday))
	}
	return l
}

// override adds one to the desk.
func (f file) override(path datafile.Path, t overrideText, d *Desk) {
	o := override{level: t.Level, person: t.Person, reason: t.Reason}
	zone := time.UTC
	i := slices.IndexFunc(d.Levels, func(l Level) bool { return l.ID == t.Level })
	switch {
	case i >= 0:
		zone = d.Levels[i].zone
	case t.Level != "":
		f.At(path.Sub("level"), fmt.Sprintf("%q is no level; correct it", t.Level))
	}
	f.known(path.Sub("person"), t.Person, d)
	if o.from, o.to = f.instant(path.Sub("from"), t.From, zone), f.instant(path.Sub("to"), t.To, zone); o.from.IsZero() || o.to.IsZero() {
		return
	}
	if !o.from.Before(o.to) {
		f.At(path.Sub("to"), "must be later than from")
	}
	for j, other := range d.overrides {
		if o.covers(other) {
			f.Warn(at("overrides", j), fmt.Sprintf("never counts, because a later one (line %d) covers it whole; remove one", f.Line(path)))
		}
	}
	d.overrides = append(d.overrides, o)
}

// instant reads a time by the clocks of a zone, 2026-10-01 09:00, or with its own offset from UTC,
// 2026-10-01T09:00:00+08:00; zero when it is not good.
func (f file) instant(path datafile.Path, s string, zone *time.Location) time.Time {
	if s == "" {
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC()
	}
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		f.At(path, fmt.Sprintf("%q is a time that no calendar has; correct it", s))
		return time.Time{}
	}
	return civil(t.Date()).at(t.Hour()*60+t.Minute(), zone)
}
