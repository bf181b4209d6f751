package duty_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/datafile"
	"github.com/optoste/supportbot/bot/duty"
)

// changed returns the default desk file with texts replaced in pairs; each must occur.
func changed(t *testing.T, pairs ...string) []byte {
	t.Helper()
	s := string(duty.DefaultYAML())
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("the default desk has no %q", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return []byte(s)
}

// loaded is the default desk with texts replaced in pairs.
func loaded(t *testing.T, pairs ...string) *duty.Desk {
	t.Helper()
	d, _, err := duty.Load("my.yaml", changed(t, pairs...))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// mistakes loads a desk file that is wrong.
func mistakes(t *testing.T, b []byte) datafile.Mistakes {
	t.Helper()
	d, warnings, err := duty.Load("my.yaml", b)
	var list datafile.Mistakes
	if d != nil || warnings != nil || !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("Load = %v, %v, %v; want mistakes", d, warnings, err)
	}
	for _, m := range list {
		if m.File != "my.yaml" || m.Line < 1 || m.Problem == "" {
			t.Errorf("%+v does not say where and what", m)
		}
	}
	return list
}

// Each mistake is the only one that is told, but for those that follow from it, and names the line on
// which it stands.
func TestMistakes(t *testing.T) {
	t.Parallel()
	const (
		phone = "    webhook: https://alarm.example/optoste "
		mail  = "email: service-night@optoste.example "
		both  = `accounts: {}                 # for example {telegram: "123456789", slack: U024BE7LH}
  - id: chen
    name: Chen Yu
    languages: [zh, en, es]
    direct: telegram
    accounts: {}`
	)
	follow := map[string]bool{"an id twice": true, "no id": true, "a level twice": true, "a word of chains": true, "no such severity": true}
	for _, v := range []struct {
		name, old, new string
		field          string
		says           string // part of the problem
	}{
		{"unknown field", "version: ", "name: Desk\nversion: ", "name", "is not a field of the desk"},
		{"no span of time", "bundle_within: 2m", "bundle_within: soon", "bundle_within", "write it like 90m, 4h or 7h30m"},
		{"a number", "bundle_within: 2m", "bundle_within: 2", "bundle_within", "write it like 90m, 4h or 7h30m"},
		{"reminders not in order", "remind_after_days: [2, 5]", "remind_after_days: [5, 5]", "await.remind_after_days[1]", "write them in order"},
		{"the desk is told too soon", "tell_desk_after_days: 14", "tell_desk_after_days: 13", "await.tell_desk_after_days", "14"},
		{"reminders missing", "  remind_after_days: [2, 5]\n", "", "await.remind_after_days", "is missing"},

		{"no zone", "zone: Asia/Shanghai ", "zone: Asia/Shantou ", "calendar.zone", "is no IANA time zone; write it like Asia/Shanghai"},
		{"this machine's zone", "zone: Asia/Shanghai ", "zone: Local ", "calendar.zone", "is no IANA time zone"},
		{"no time of day", `Mon: ["08:30`, `Mon: ["8:30`, "calendar.week.Mon[0]", `write it like "08:30-12:00"`},
		{"past midnight", `"13:30-17:30"]`, `"22:00-06:00"]`, "calendar.week.Mon[1]", "must end later than it begins"},
		{"no time at all", `Mon: ["08:30-12:00"`, `Mon: ["08:30-08:30"`, "calendar.week.Mon[0]", "must end later than it begins"},
		{"one in another", `"13:30-17:30"]`, `"11:30-17:30"]`, "calendar.week.Mon[1]", "write them in order, none in another"},
		{"a day is missing", "    Sun: []\n", "", "calendar.week.Sun", "is missing"},
		{"make-up days without hours", `make_up: ["08:30-12:00", "13:30-17:30"]`, `make_up: []`, "calendar.make_up", "say their hours"},
		{"a year twice", "  years:\n", "  years:\n    - {year: 2026, holidays: []}\n", "calendar.years[1].year", "2026 stands twice"},
		{"holiday of another year", "from: 2026-05-01, to: 2026-05-05", "from: 2027-05-01, to: 2026-05-05", "calendar.years[0].holidays[3].from", "2027-05-01 is not in 2026"},
		{"holiday of last November", "from: 2026-01-01", "from: 2025-11-30", "calendar.years[0].holidays[0].from", "is not in 2026, nor in the December before"},
		{"holiday that ends before", "to: 2026-05-05", "to: 2026-04-05", "calendar.years[0].holidays[3].to", "must not be before from"},
		{"no day of the calendar", "to: 2026-05-05", "to: 2026-05-32", "calendar.years[0].holidays[3].to", "must be a date"},
		{"make-up day of another year", "- 2026-05-09", "- 2027-05-09", "calendar.years[0].working[3]", "is not in 2026"},
		{"make-up day on a holiday", "- 2026-05-09", "- 2026-05-03", "calendar.years[0].working[3]", "is a holiday, too"},

		{"an id twice", "id: chen", "id: wang", "people[1].id", `"wang" names two people`},
		{"no id", "id: chen", "id: Chen Yu", "people[1].id", "small letters, digits and _"},
		{"no language", "[zh, en, es]", "[Chinese]", "people[1].languages[0]", "write it like en or zh"},
		{"no channel", "direct: slack", "direct: pigeon", "people[2].direct", "must be one of [slack telegram]"},
		{"no number", "accounts: {}  ", "accounts: {telegram: '@wang'}  ", "people[0].accounts.telegram", `write it like "123456789"`},
		{"number without quotes", "accounts: {}  ", "accounts: {telegram: 123456789}  ", "people[0].accounts.telegram", `write it like "123456789"`},
		{"no member", "accounts: {}  ", "accounts: {slack: wang}  ", "people[0].accounts.slack", "write it like U024BE7LH"},
		{"an account twice", both, strings.ReplaceAll(both, "{}", "{slack: U024BE7LH}"), "people[1].accounts.slack", "is the account of wang, too"},
		{"zone of a person", "name: Li Na ", "zone: China\n    name: Li Na ", "people[2].zone", "is no IANA time zone"},

		{"a level twice", "id: second_line", "id: first_line", "levels[1].id", `"first_line" names two levels`},
		{"a word of chains", "- id: first_line", "- id: room", "levels[0].id", "has a meaning of its own"},
		{"a person missing", "order: [wang, chen]", "order: [wang, zhao]", "levels[0].order[1]", `"zhao" is nobody's id`},
		{"nobody's turn", "order: [li]", "order: []", "levels[1].order", "is empty"},
		{"another weekday", "weekday: Mon", "weekday: Tue", "levels[0].first", "2026-01-05 is a Mon, but they hand over on Tue"},
		{"zone of a level", "zone: Asia/Shanghai\n    weekday", "zone: Europe/Entenhausen\n    weekday", "levels[0].zone", "is no IANA time zone"},

		{"override of no level", "- level: first_line", "- level: third_line", "overrides[0].level", `"third_line" is no level`},
		{"override by nobody", "person: chen", "person: zhao", "overrides[0].person", `"zhao" is nobody's id`},
		{"override that ends before", "to: 2026-10-05 09:00", "to: 2026-10-01 09:00", "overrides[0].to", "must be later than from"},
		{"no time", "to: 2026-10-05 09:00", "to: 2026-10-05", "overrides[0].to", "write it like 2026-10-01 09:00"},
		{"a time that is none", "from: 2026-10-01 09:00", "from: 2026-09-31 09:00", "overrides[0].from", "no calendar has"},
		{"an offset that is none", "from: 2026-10-01 09:00", "from: 2026-10-01T09:00:00+99:00", "overrides[0].from", "no calendar has"},
		{"no reason", "reason: National Day, Wang Lei is with his family", `reason: ""`, "overrides[0].reason", "is empty"},

		{"an alarm twice", "- id: service_mail\n", "- id: service_mail\n    email: a@example.org\n  - id: service_mail\n", "alarms[2].id", "names two alarms"},
		{"both ways", mail, mail + "\n    webhook: https://example.org ", "alarms[1]", "and not both"},
		{"no way", mail, "", "alarms[1]", "must have a webhook or an email"},
		{"number for an address", mail, "email: 110 ", "alarms[1].email", "put it in quotes"},
		{"no address", mail, "email: service ", "alarms[1].email", "is no e-mail address"},
		{"address in the clear", phone, "    webhook: http://alarm.example/optoste ", "alarms[0].webhook", "begins with https://"},
		{"address without a host", phone, "    webhook: 'https:///optoste' ", "alarms[0].webhook", "begins with https://"},

		{"no such severity", "  question:\n", "  complaint:\n", "chains.complaint", "is not a field"},
		{"no hours", "hours: any\n", "hours: night\n", "chains.line_down.hours", "must be one of [any working]"},
		{"nobody", "whom: second_line, way: alarm", "whom: boss, way: alarm", "chains.line_down.steps[3].whom", `"boss" is no level`},
		{"no such way", "way: direct}", "way: shout}", "chains.degraded.steps[1].way", "must be one of"},
		{"a room's direct message", "whom: room, way: mention", "whom: room, way: direct", "chains.question.steps[0].way", "write mention"},
		{"no such alarm", "alarm: night_phone", "alarm: day_phone", "chains.line_down.steps[3].alarm", `"day_phone" is none of the alarms`},
		{"which alarm", "way: alarm, alarm: night_phone", "way: alarm", "chains.line_down.steps[3].alarm", "is missing"},
		{"an alarm's number", "way: alarm, alarm: night_phone", "way: alarm, alarm: 110", "chains.line_down.steps[3].alarm", "must be of type string"},
		{"steps without a unit", "{after: 6h,", "{after: 6,", "chains.degraded.steps[2].after", "write it like 90m, 4h or 7h30m"},
		{"an alarm too many", "way: alarm, alarm: night_phone", "way: direct, alarm: night_phone", "chains.line_down.steps[3].alarm", "does not go with the way direct"},
		{"out of order", "{after: 6h,", "{after: 3h,", "chains.degraded.steps[2].after", "write them in order"},
		{"how often", ", repeat_times: 20", "", "chains.degraded.steps[3].repeat_times", "goes with repeat_every"},
		{"at once, again and again", "repeat_every: 4h", "repeat_every: 0m", "chains.degraded.steps[3].repeat_every", "write it like 90m"},
		{"too often", "repeat_times: 96", "repeat_times: 5000", "chains.line_down.steps[4].repeat_times", "must be at most 500"},
		{"no time to answer", "release_after: 4h", "release_after: 2h", "chains.line_down.progress.release_after", "must be more than ping_after"},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			b := changed(t, v.old, v.new)
			found := false
			for _, m := range mistakes(t, b) {
				if m.Field != v.field {
					if !follow[v.name] {
						t.Errorf("%s, too", m)
					}
					continue
				}
				found = true
				if !strings.Contains(m.Problem, v.says) {
					t.Errorf("%s, want %s", m, v.says)
				}
				if strings.Contains(m.Problem, "is missing") || strings.HasSuffix(m.Field, "]") {
					continue // it has no line, or no name
				}
				if name := m.Field[strings.LastIndex(m.Field, ".")+1:]; !strings.Contains(line(b, m.Line), name+":") {
					t.Errorf("%s, but that line is %q", m, line(b, m.Line))
				}
			}
			if !found {
				t.Errorf("%s is good", v.field)
			}
		})
	}
}

func line(b []byte, n int) string { return strings.Split(string(b), "\n")[n-1] }

// All mistakes are listed at once, those of form and those of sense together, in order of lines.
func TestAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	list := mistakes(t, changed(t,
		"bundle_within: 2m", "bundle_within: soon",
		"zone: Asia/Shanghai ", "zone: Asia/Shantou ",
		"from: 2026-05-01", "from: 2027-05-01",
		"order: [wang, chen]", "order: [wang, zhao]",
		"whom: everybody", "whom: anybody",
		"hours: working", "hour: working",
	))
	var fields []string
	last := 0
	for _, m := range list {
		fields = append(fields, m.Field)
		if m.Line < last {
			t.Errorf("out of order: %s", m)
		}
		last = m.Line
	}
	want := []string{
		"bundle_within", "calendar.zone", "calendar.years[0].holidays[3].from", "levels[0].order[1]",
		"chains.line_down.steps[4].whom", "chains.degraded.hours", "chains.degraded.hour",
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("%s\n%v", diff, list)
	}
}

// An address may hold a key, so no message shows it.
func TestAWebhookIsNotShown(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"http://alarm.example/geheim", "geheim", "'https://geheim:geheim@%'", "'http://[::1'"} {
		if list := mistakes(t, changed(t, "https://alarm.example/optoste ", address+" ")); strings.Contains(list.Error(), "geheim") {
			t.Errorf("shown: %s", list)
		}
	}
	loaded(t, "https://alarm.example/optoste ", "http://127.0.0.1:8089/alarm ") // to try it out
}

func TestNoDeskAtAll(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "hello", "- a\n", "version: [\n", "people:\n- \nlevels: [null]\n", "\x00\xff", "{}"} {
		if list := mistakes(t, []byte(text)); list[0].Line > 2 {
			t.Errorf("%q: %s", text, list)
		}
	}
	if list := mistakes(t, changed(t, "week:  ", "week: {Mon: [], Tue: [], Wed: [], Thu: [], Fri: [], Sat: [], Sun: []}\n  weeks:  ")); !strings.Contains(list.Error(), "calendar.week: has no working hour") {
		t.Error(list)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	const again = "overrides:\n  - {level: first_line, person: li, from: 2026-10-01 10:00, to: 2026-10-02 09:00, reason: swap}\n"
	for name, c := range map[string]struct {
		pairs []string
		want  []string // field and a part of what is said
	}{
		"as it comes":               {},
		"a year between":            {[]string{"  years:\n", "  years:\n    - {year: 2023, holidays: []}\n"}, []string{"calendar.years", "has no 2024", "calendar.years", "has no 2025"}},
		"worked anyway":             {[]string{"- 2026-05-09", "- 2026-05-08"}, []string{"calendar.years[0].working[3]", "2026-05-08 is a Friday, a working day anyway"}},
		"override below another":    {[]string{"overrides:\n", again}, []string{"overrides[0]", "never counts, because a later one (line "}},
		"override that looks out":   {[]string{"overrides:\n", strings.Replace(again, "10:00", "08:00", 1)}, nil},
		"override on another level": {[]string{"overrides:\n", strings.Replace(again, "first", "second", 1)}, nil},
		"never on call":             {[]string{"order: [li]", "order: [chen]"}, []string{"people[2]", "Li Na is never on call"}},
		"an override is enough":     {[]string{"order: [wang, chen]", "order: [wang]"}, nil},
		"never rings":               {[]string{"way: alarm, alarm: night_phone", "way: direct"}, []string{"alarms[0]", "night_phone never rings"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, warnings, err := duty.Load("my.yaml", changed(t, c.pairs...))
			if err != nil || d == nil {
				t.Fatal(err)
			}
			if 2*len(warnings) != len(c.want) {
				t.Fatalf("%v, want %q", warnings, c.want)
			}
			for i, w := range warnings {
				if w.File != "my.yaml" || w.Line < 1 || w.Field != c.want[2*i] || !strings.Contains(w.Problem, c.want[2*i+1]) {
					t.Errorf("%s, want %q", w, c.want[2*i:2*i+2])
				}
			}
		})
	}
}

func TestDefault(t *testing.T) {
	t.Parallel()
	d := duty.Default()
	var names []string
	for _, p := range d.People {
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"Wang Lei", "Chen Yu", "Li Na"}, names); diff != "" {
		t.Error(diff)
	}
	if len(d.Levels) != 2 || len(d.Alarms) != 2 || d.Version == "" || d.BundleWithin != 2*time.Minute || d.People[0].Zone != "Asia/Shanghai" {
		t.Errorf("%+v", d)
	}
	duty.DefaultYAML()[0] = '!'
	if duty.DefaultYAML()[0] == '!' {
		t.Error("the default can be written over")
	}
}

// A list whose items were all made remarks is empty (of overrides: [TestRotation]).
func TestNothingLeftOfAList(t *testing.T) {
	t.Parallel()
	loaded(t, "accounts: {}  ", "accounts:    ", "  years:\n", "  years:\n    - {year: 2025, holidays: [], working: }\n")
}

func TestReach(t *testing.T) {
	t.Parallel()
	type accounts = map[string]claim.PersonID
	for _, c := range []struct {
		direct   string
		accounts accounts
		want     string
	}{
		{"", nil, ""},
		{"telegram", nil, ""},
		{"telegram", accounts{"telegram": "1", "slack": "U1"}, "telegram 1"},
		{"telegram", accounts{"slack": "U1"}, "slack U1"},
		{"", accounts{"telegram": "1", "slack": "U1"}, "slack U1"},
		{"telegram", accounts{"telegram": "", "slack": ""}, ""},
	} {
		channel, account, ok := duty.Person{Direct: c.direct, Accounts: c.accounts}.Reach()
		if got := strings.TrimSpace(channel + " " + string(account)); got != c.want || ok != (c.want != "") {
			t.Errorf("%+v: %q, %t", c, got, ok)
		}
	}
}

func TestUnlinked(t *testing.T) {
	t.Parallel()
	d := loaded(t, "accounts: {}  ", `accounts: {telegram: "123456789"}  `)
	if list := d.Unlinked(); len(list) != 2 || list[0].ID != "chen" || list[1].ID != "li" || d.People[0].ID != "wang" || d.People[2].ID != "li" {
		t.Errorf("%+v", list)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(string(duty.DefaultYAML()))
	f.Add("version: \"1\"\nbundle_within: 2m\n")
	f.Add("calendar: {week: {Mon: ['00:00-24:00']}, years: [{year: 2026, working: [2026-01-04]}]}")
	f.Add("levels: [{id: a, order: [b], first: 2026-01-05}]\noverrides: [{level: a}]")
	f.Add("a: &a [*a]")
	f.Add("chains: {line_down: {steps: [{after: 0m, whom: room}]}}\n? {x: 1}\n: 2")
	at := time.Date(2026, 10, 1, 4, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		d, _, err := duty.Load("fuzz.yaml", []byte(s))
		if (d == nil) == (err == nil) {
			t.Fatalf("Load = %v, %v", d, err)
		}
		if d == nil {
			return
		}
		for _, l := range d.Levels {
			if shift, ok := d.OnCall(l.ID, at); !ok || shift.Person.ID == "" || !shift.Until.After(at) {
				t.Errorf("on call: %+v", shift)
			}
		}
		if next := d.Calendar.Next(at); !d.Calendar.Working(next) {
			t.Errorf("%s is no working time", next)
		}
	})
}
