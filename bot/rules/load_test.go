package rules_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/datafile"
	"github.com/optoste/supportbot/bot/rules"
)

// changed returns the default policy file with texts replaced in pairs; each must occur.
func changed(t *testing.T, pairs ...string) []byte {
	t.Helper()
	s := string(rules.DefaultYAML())
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("the default policy has no %q", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return []byte(s)
}

// mistakes loads a policy file that is wrong and returns "field: problem" of each mistake, after
// checking that the line named is the one that holds the needle.
func mistakes(t *testing.T, b []byte) datafile.Mistakes {
	t.Helper()
	p, err := rules.Load("my.yaml", b)
	var list datafile.Mistakes
	if p != nil || !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("Load = %v, %v; want mistakes", p, err)
	}
	for _, m := range list {
		if m.File != "my.yaml" || m.Line < 1 || m.Problem == "" {
			t.Errorf("%+v does not say where and what", m)
		}
	}
	return list
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		name, old, new string
		field          string
		says           string // part of the problem
	}{
		{"unknown field", "part_months: 6 ", "parts_months: 6 ", "editions[0].parts_months", "is not a field"},
		{"missing field", "    part_months: 6 ", "    # ", "editions[0].part_months", "is missing"},
		{"text for a number", "system_months: 12 ", "system_months: twelve ", "editions[0].system_months", "must be of type integer"},
		{"too small", "system_months: 12 ", "system_months: 0 ", "editions[0].system_months", "must be at least 1"},
		{"too large", "system_months: 12 ", "system_months: 12000 ", "editions[0].system_months", "must be at most"},
		{"no such party", "to_optoste: final", "to_optoste: finally", "editions[0].rows[6].terms.to_optoste", "must be one of"},
		{"no such need", `pss: later`, `pss: sometimes`, "editions[0].rows[6].terms.pss", "must be one of"},
		{"a bare yes", `pss: "no"`, `pss: true`, "editions[0].rows[0].terms.pss", "must be one of"},
		{"row stands twice", "id: D2\n", "id: D1\n", "editions[0].rows[1].id", "stands twice"},
		{"row is missing", "id: D2\n", "id: D1\n", "editions[0].rows", "row D2 is missing"},
		{"row that the rules do not know", "id: D19\n", "id: D20\n", "editions[0].rows[18].id", "has not the form"},
		{"unknown case", "          OUT: {service", "          OUTSIDE: {service", "editions[0].rows[0].when.OUTSIDE", "is not a field"},
		{"no date", "effective_from: 2021-08-07", "effective_from: 7 August", "editions[0].effective_from", "must be a date"},
		{"no day of the calendar", "effective_from: 2021-08-07", "effective_from: 2021-02-30", "editions[0].effective_from", "must be a date"},
		{"no zone", "zone: Europe/Berlin", "zone: Europe/Entenhausen", "contacts[2].zone", "is no IANA time zone"},
		{"closes before it opens", `closes: "17:30"`, `closes: "07:30"`, "contacts[0].closes", "later than opens"},
		{"no clock", `opens: "08:30"`, `opens: "8:30"`, "contacts[0].opens", "has not the form"},
		{"a country twice", "[CN, HK, MO]", "[CN, HK, MO, US]", "contacts[3].countries[49]", "already in region china"},
		{"nobody takes the rest", "countries: []", "countries: [JP]", "contacts", "exactly one takes the rest"},
		{"a region twice", "region: asia ", "region: china ", "contacts[1].region", "two contacts"},
		{"no telephone", `"+1 000 000 0000"`, `"call us"`, "contacts[3].telephone", "has not the form"},
		{"reminder after the end", "remind_after_days: [14, 28]", "remind_after_days: [14, 38]", "editions[0].quotation.remind_after_days[1]", "less than the 30 days"},
		{"no reminder", "remind_after_days: [14, 28]", "remind_after_days: []", "editions[0].quotation.remind_after_days", "is empty"},
		{"an act in two lists", "normal: [cleaning", "normal: [rewiring", "editions[0].acts.suspect[1]", "also in normal"},
		{"no duration", "nudge_after: 3h ", "nudge_after: soon ", "intake.nudge_after", "has not the form"},
		{"empty text", `version: "1"`, `version: ""`, "version", "is empty"},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			b := changed(t, v.old, v.new)
			found := false
			list := mistakes(t, b)
			for _, m := range list {
				found = found || m.Field == v.field && strings.Contains(m.Problem, v.says)
			}
			if !found {
				t.Errorf("want %s: %s; got\n%v", v.field, v.says, list)
			}
		})
	}
}

// A mistake names the line on which it stands.
func TestMistakesNameTheirLine(t *testing.T) {
	t.Parallel()
	for _, v := range [][2]string{
		{"borderline_days: 10 ", "borderline_days: 1000 "},
		{"id: D7\n", "id: E7\n"},
		{"to_optoste: final", "to_optoste: finally"},
		{"max_files: 30 ", "maximum_files: 30 "},
		{"zone: Europe/Berlin", "zone: Europe/Entenhausen"},
		{"remind_before_days: [14, 3]", "remind_before_days: [14, 333]"},
	} {
		b := changed(t, v[0], v[1])
		want := 1 + strings.Count(string(b[:strings.Index(string(b), v[1])]), "\n")
		hit := false
		list := mistakes(t, b)
		for _, m := range list {
			hit = hit || m.Line == want
		}
		if !hit {
			t.Errorf("%s stands in line %d; got\n%v", v[1], want, list)
		}
	}
}

// All mistakes are listed at once, those of form and those of sense together, in order of lines.
func TestAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	list := mistakes(t, changed(t,
		"nudge_after: 3h ", "nudge_after: soon ",
		"zone: Europe/Berlin", "zone: Europe/Entenhausen",
		"part_months: 6 ", "part_month: 6 ",
		"borderline_days: 10 ", "borderline_days: ten ",
		"id: D2\n", "id: D1\n",
		"remind_after_days: [14, 28]", "remind_after_days: [14, 38]",
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
		"intake.nudge_after", "contacts[2].zone", "editions[0].part_months", "editions[0].part_month",
		"editions[0].borderline_days", "editions[0].quotation.remind_after_days[1]",
		"editions[0].rows", "editions[0].rows[1].id",
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("%s\n%v", diff, list)
	}
}

func TestNoPolicyAtAll(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		text string
		line int
	}{
		"empty":          {"", 1},
		"only a comment": {"# nothing\n", 1},
		"a text":         {"hello", 1},
		"a list":         {"- a\n- b\n", 1},
		"bad syntax":     {"version: \"1\"\nintake: {a: [}\n", 2},
		"bad indent":     {"version: \"1\"\nintake:\n  a: 1\n b: 2\n", 4},
		"twice":          {"version: \"1\"\nversion: \"2\"\n", 2},
		"two documents":  {"version: \"1\"\n---\nversion: \"2\"\n", 1},
		"not a number":   {"version: .nan\n", 1},
		"no alias":       {"version: *a\n", 1},
		"binary":         {"\x00\xff\xfe", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := mistakes(t, []byte(v.text))
			if list[0].Line != v.line {
				t.Errorf("line %d, want %d: %v", list[0].Line, v.line, list)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("version: \"1\"\nintake: {nudge_after: 3h}\n")
	f.Add("editions: [{id: a, rows: [{id: D1}]}]")
	f.Add("a: &a [*a]")
	f.Add("contacts: [{zone: '', countries: [A]}]\n? {x: 1}\n: 2")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := rules.Load("fuzz.yaml", []byte(s))
		if (p == nil) == (err == nil) {
			t.Errorf("Load = %v, %v", p, err)
		}
	})
}

// two is the default policy with a second edition that begins in 2027 and covers 18 months.
func two(t *testing.T) *rules.Policy {
	t.Helper()
	s := string(rules.DefaultYAML())
	head, edition, _ := strings.Cut(s, "editions:\n")
	second := strings.NewReplacer(
		`id: "2021-08-07"`, `id: "2027"`, "effective_from: 2021-08-07", "effective_from: 2027-01-01",
		"system_months: 12", "system_months: 18", "service: person", "service: none",
	).Replace(edition)
	p, err := rules.Load("two.yaml", []byte(head+"editions:\n"+second+edition))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEditions(t *testing.T) {
	t.Parallel()
	p := two(t)
	for day, want := range map[string]string{
		"": "2021-08-07", "1999-01-01": "2021-08-07", "2021-08-07": "2021-08-07", "2026-12-31": "2021-08-07",
		"2027-01-01": "2027", "2030-01-01": "2027",
	} {
		if got := p.On(must(day)).ID; got != want {
			t.Errorf("on %s judges %q, want %q", day, got, want)
		}
	}
	for _, id := range []string{"2021-08-07", "2027"} {
		if e, ok := p.Edition(id); !ok || e.ID != id {
			t.Errorf("edition %s: %v, %v", id, e.ID, ok)
		}
	}
	if e, ok := p.Edition("1999"); ok || e.ID != "" {
		t.Errorf("an edition that never was: %v", e.ID)
	}
	f := rules.Facts{Claimed: must("2027-03-01"), Machine: claim.Machine{Serial: serial, Delivered: must("2026-01-15")}}
	old, _ := p.Edition("2021-08-07")
	if v := p.On(f.Claimed).Judge(f); v.Coverage != claim.In || v.Policy != "2027" || v.LastDay != must("2027-07-15") {
		t.Errorf("by the edition of the day: %+v", v)
	}
	if v := old.Judge(f); v.Coverage != claim.Out || v.Policy != "2021-08-07" {
		t.Errorf("by the edition it was judged by: %+v", v)
	}
}

func TestEditionsCollide(t *testing.T) {
	t.Parallel()
	s := string(rules.DefaultYAML())
	_, edition, _ := strings.Cut(s, "editions:\n")
	list := mistakes(t, []byte(s+edition))
	var fields []string
	for _, m := range list {
		fields = append(fields, m.Field)
	}
	if diff := cmp.Diff([]string{"editions[1].id", "editions[1].effective_from"}, fields); diff != "" {
		t.Errorf("%s\n%v", diff, list)
	}
}

func TestContacts(t *testing.T) {
	t.Parallel()
	p := rules.Default()
	for country, want := range map[string]rules.Region{
		"CN": rules.China, "HK": rules.China, "TR": rules.EMEA, "NO": rules.EMEA, "ZA": rules.EMEA, "PE": rules.Americas,
		"US": rules.Americas, "IN": rules.Asia, "AU": rules.Asia, "": rules.Asia, "XX": rules.Asia,
	} {
		c := p.ContactFor(country)
		if c.Region != want {
			t.Errorf("%q is served by %s, want %s", country, c.Region, want)
		}
		if !strings.HasSuffix(c.Email, "@optoste.example") || !strings.HasSuffix(c.Telephone, "0000") {
			t.Errorf("%s: %s, %s are not marked as examples", c.Region, c.Telephone, c.Email)
		}
	}
	china, emea := p.ContactFor("CN"), p.ContactFor("DE")
	for at, want := range map[string][2]bool{
		"2026-03-02T00:29:59Z": {false, false}, // Monday 08:29:59 in Shantou
		"2026-03-02T00:30:00Z": {true, false},
		"2026-03-02T09:29:59Z": {true, true},
		"2026-03-02T09:30:00Z": {false, true},
		"2026-03-02T16:00:00Z": {false, false},
		"2026-03-07T02:00:00Z": {false, false}, // Saturday
		"2026-07-06T07:30:00Z": {true, true},   // Berlin has summer time
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{china.Open(when), emea.Open(when)}; got != want {
			t.Errorf("%s: %v, want %v", at, got, want)
		}
	}
	if (rules.Contact{}).Open(time.Unix(0, 0)) {
		t.Error("nobody is there")
	}
}

// Breaking a number, a row or a word of the file must change a verdict that another test pins.
func TestEveryNumberMatters(t *testing.T) {
	t.Parallel()
	facts := map[string]rules.Facts{
		"system":     at("2026-01-15", claim.Findings{}),
		"part":       at("2026-07-10", claim.Findings{Part: board, Cause: claim.CauseYes}, part("2026-01-10")),
		"borderline": at("2026-01-25", claim.Findings{}),
		"pss":        {Claimed: must(inTime), Machine: machine(), Again: must(inTime).AddDays(180)},
		"act":        at(inTime, claim.Findings{Acts: []claim.Act{"rewiring"}}),
		"row":        at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard}),
		"gap":        at(inTime, claim.Findings{Class: claim.ClassWear}),
	}
	for name, v := range map[string][2]string{
		"system":     {"system_months: 12", "system_months: 11"},
		"part":       {"part_months: 6", "part_months: 5"},
		"borderline": {"borderline_days: 10", "borderline_days: 9"},
		"pss":        {"coverage_days: 180", "coverage_days: 179"},
		"act":        {"foreign_board, rewiring,", "foreign_board,"},
		"row":        {"{ships_first: optoste, to_optoste: customer", "{ships_first: customer, to_optoste: customer"},
		"gap":        {"gap: true", "gap: false"},
	} {
		p, err := rules.Load("broken.yaml", changed(t, v[0], v[1]))
		if err != nil {
			t.Fatal(err)
		}
		if cmp.Equal(judge(facts[name]), p.On(must(inTime)).Judge(facts[name])) {
			t.Errorf("%s: %q changes nothing", name, v[1])
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	e, f := edition(), at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes}, part("2026-01-10"))
	b.ReportAllocs()
	for b.Loop() {
		e.Judge(f)
	}
}

// TestOlderFile reads a policy file from before the quotas: they have the numbers of the built-in one.
func TestOlderFile(t *testing.T) {
	t.Parallel()
	var older []string
	for line := range strings.Lines(string(rules.DefaultYAML())) {
		if !strings.Contains(line, "max_upload_bytes") && !strings.Contains(line, "hourly_") && !strings.Contains(line, "daily_") {
			older = append(older, line)
		}
	}
	p, err := rules.Load("older.yaml", []byte(strings.Join(older, "")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rules.Default().Intake, p.Intake); diff != "" {
		t.Errorf("intake (-built-in +older):\n%s", diff)
	}
}
