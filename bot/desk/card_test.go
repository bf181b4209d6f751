package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
)

// words is the catalogue that is served.
func words(t *testing.T, lang string) desk.Words {
	t.Helper()
	c, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		t.Fatal(err)
	}
	return func(key string, pairs ...any) string { return bot.Plain(c.Render(lang, bot.Say(key, pairs...))) }
}

// intake is content with a few words.
var intake = rules.Intake{MinDescription: 10}

var delivered = claim.Date{Year: 2025, Month: time.October, Day: 2}

// filed is a claim of a linked customer, with something in every field.
func filed() claim.Claim {
	return claim.Claim{
		ID: "C-2603-0002", Version: 3, Status: claim.Open, Severity: claim.LineDown, Description: "It *stopped*.\nAgain.",
		Reporter: claim.Person{ID: "mei", Name: "*Mei*", Company: "nuts"}, Customer: "Nuts Ltd", Lang: "en",
		Opened: time.Date(2026, 3, 2, 16, 30, 0, 0, time.UTC), Date: claim.Date{Year: 2026, Month: 3, Day: 3}, Duplicate: "C-2603-0001",
		Lines: []claim.Line{{
			Serial: "OS-2025-0417", Model: "VS-600", Company: "nuts",
			Verdict: claim.Verdict{
				Coverage: claim.In, LastDay: delivered.AddMonths(12), Flags: []claim.Flag{claim.Borderline},
				Terms:   claim.Terms{Row: "D3", ToOptoste: claim.PaidByYou, ToCustomer: claim.PaidByUs, Duties: claim.PaidByYou, PSS: claim.PSSYes},
				Because: []claim.RuleID{"D3", "W1", "E37"},
			},
		}},
		Evidence: []claim.Evidence{{Hash: strings.Repeat("ab", 32), Name: "*plate*.jpg", Mime: "image/jpeg", Size: 3_400_000}},
	}
}

func history() []claim.Event {
	at := time.Date(2026, 3, 2, 16, 30, 0, 0, time.UTC)
	return []claim.Event{
		{Kind: claim.EventOpened, At: at},
		{Kind: claim.EventAdded, At: at.Add(time.Minute), Note: "and it hums", Files: []string{"00", "01"}},
		{Kind: claim.EventRevised, At: at.Add(time.Hour), From: "hums", To: "howls"},
		{Kind: claim.EventStatus, At: at.Add(2 * time.Hour), From: "open", To: "taken", Note: "for us only", By: claim.Actor{Role: claim.Staff, Name: "wang"}},
		{Kind: claim.EventAnswered, At: at.Add(3 * time.Hour), Note: "Please clean it"},
	}
}

// lines writes a document one line a block, to be read.
func lines(d desk.Document) []string {
	list := []string{"= " + d.Title}
	for _, b := range d.Blocks {
		switch b.Kind {
		case desk.Para:
			list = append(list, b.Text)
		case desk.Heading:
			list = append(list, "# "+b.Text)
		case desk.Field:
			list = append(list, b.Label+": "+b.Text)
		case desk.Quote:
			list = append(list, fmt.Sprintf("> %q", b.Text))
		}
	}
	return append(list, "- "+d.Footer)
}

func TestCard(t *testing.T) {
	t.Parallel()
	want := []string{
		"= C-2603-0002 · Line stopped",
		"Status: waiting for an engineer",
		"Customer: *Mei*, Nuts Ltd, writes en",
		"Reported: 2026-03-03 00:30 in Shantou",
		"Machine: OS-2025-0417, VS-600",
		"Coverage: in warranty by the dates (provisional), last day 2 October 2026 (D3, W1, E37), BORDERLINE",
		"Possible duplicate of: C-2603-0001",
		"Evidence files: 1",
		"Missing: a video",
		`> "It *stopped*.\nAgain."`,
		"- ",
	}
	if diff := cmp.Diff(want, lines(desk.Card(filed(), desk.Beside{}, intake, words(t, "en")))); diff != "" {
		t.Errorf("card (-want +got):\n%s", diff)
	}
}

// TestCardThatWaits shows what is waited for, and the other claims of the machine whose they are.
func TestCardThatWaits(t *testing.T) {
	t.Parallel()
	c := filed()
	c.Status, c.Duplicate = claim.WaitingCustomer, ""
	c.Asked = claim.Inquiry{Items: []claim.Item{claim.Video, claim.Air}, Words: "Which *lane*?"}
	c.Lines = append(c.Lines, claim.Line{Serial: "OS-2025-0418", Verdict: claim.Verdict{Coverage: claim.Out}})
	others := map[claim.Serial][]claim.Claim{"OS-2025-0417": {
		{ID: "C-2603-0001", Status: claim.Open, Date: claim.Date{Year: 2026, Month: 3, Day: 1}},
		{
			ID: "C-2511-0007", Status: claim.Closed, Date: claim.Date{Year: 2025, Month: 11, Day: 30},
			Description: "Valve 12 blows all the time\nsince the night, also when the feeder stands",
		},
	}}
	want := []string{
		"= C-2603-0002 · Line stopped",
		"Status: waiting for the answer to our question",
		"Customer: *Mei*, Nuts Ltd, writes en",
		"Reported: 2026-03-03 00:30 in Shantou, 2026-03-02 11:30 at the site (America/Lima)",
		"Machine: OS-2025-0417, VS-600",
		"Coverage: in warranty by the dates (provisional), last day 2 October 2026 (D3, W1, E37), BORDERLINE",
		"Other claims on it: C-2603-0001 (1 March 2026, waiting for an engineer), C-2511-0007 (30 November 2025, closed) “Valve 12 blows all the time since the night, also …”",
		"Machine: OS-2025-0418",
		"Coverage: out of warranty by the dates (provisional)",
		"Evidence files: 1",
		"Missing: a video",
		"Asked for: Video of the fault, 10 to 30 seconds, with sound, Air pressure while the machine runs, “Which *lane*?”",
		`> "It *stopped*.\nAgain."`,
		"- ",
	}
	if diff := cmp.Diff(want, lines(desk.Card(c, desk.Beside{Others: others, Zones: map[claim.Serial]string{"OS-2025-0417": "America/Lima"}}, intake, words(t, "en")))); diff != "" {
		t.Errorf("card (-want +got):\n%s", diff)
	}
}

// decided is a claim on whose machine an exclusion is suspected, with an engineer's own picture.
func decided() claim.Claim {
	c := filed()
	c.Status, c.Owner, c.Duplicate = claim.Taken, claim.Actor{Role: claim.Staff, ID: "wang", Name: "Wang Lei"}, ""
	c.Evidence = append(c.Evidence, claim.Evidence{Hash: strings.Repeat("cd", 32), Name: "rewired.jpg", Mime: "image/jpeg", Size: 1000, Internal: true})
	l := &c.Lines[0]
	l.Shown = l.Verdict
	l.Verdict = claim.Verdict{Coverage: claim.In, Terms: claim.Terms{Row: "D7"}, Because: []claim.RuleID{"D7", "E20"}, Flags: []claim.Flag{claim.ExclusionReview}}
	l.Findings = claim.Findings{
		Class: claim.ClassHardware, Suspect: "valve-drive board", Part: "P-100",
		Exclusion: claim.Exclusion{State: claim.ExclusionSuspected, Reason: "foreign wiring"},
	}
	l.Ruled = claim.Ruled{Times: 2, Choice: "suspect", By: claim.Actor{Role: claim.Staff, ID: "chen", Name: "Chen Yu"}}
	return c
}

func TestCardOfADecision(t *testing.T) {
	t.Parallel()
	want := []string{
		"= C-2603-0002 · Line stopped",
		"Status: an engineer works on it",
		"Engineer: Wang Lei",
		"Customer: *Mei*, Nuts Ltd, writes en",
		"Reported: 2026-03-03 00:30 in Shantou",
		"Machine: OS-2025-0417, VS-600",
		"Coverage: in warranty by the dates (provisional) (D7, E20), EXCLUSION_REVIEW",
		"Fault: hardware, suspected part: valve-drive board, P-100",
		"Exclusion: suspected: “foreign wiring”. The customer does not see this",
		"Decided: Exclusion suspected, by Chen Yu",
		"Evidence files: 2",
		"Missing: a video",
		`> "It *stopped*.\nAgain."`,
		"- ",
	}
	if diff := cmp.Diff(want, lines(desk.Card(decided(), desk.Beside{}, intake, words(t, "en")))); diff != "" {
		t.Errorf("card (-want +got):\n%s", diff)
	}
	c := decided()
	c.Lines[0].Findings = claim.Findings{Override: claim.Override{Coverage: claim.In, Reason: "goodwill"}}
	c.Lines[0].Verdict = claim.Verdict{Coverage: claim.In, Overridden: true, Terms: claim.Terms{Row: "D3"}, Because: []claim.RuleID{"D3"}}
	got := lines(desk.Card(c, desk.Beside{}, intake, words(t, "en")))
	for _, line := range []string{"Coverage: treated as in warranty (provisional) (D3)", "Set against the dates: “goodwill”"} {
		if !slices.Contains(got, line) {
			t.Errorf("no line %q in\n%s", line, strings.Join(got, "\n"))
		}
	}
}

// TestCopyKeepsWhatIsInternal shows a customer the terms without a suspicion, and neither an engineer's files nor his
// reasons (promise P7).
func TestCopyKeepsWhatIsInternal(t *testing.T) {
	t.Parallel()
	events := append(history(),
		claim.Event{Kind: claim.EventDecided, At: noonOf(4), Note: "foreign wiring", From: "D3", To: "D8", Choice: "exclude"},
		claim.Event{Kind: claim.EventOwner, At: noonOf(5), Note: "my shift ends", From: "Wang Lei", To: "Chen Yu"})
	for _, linked := range []bool{true, false} {
		for _, lang := range []string{"en", "zh"} {
			got := strings.Join(lines(desk.Copy(decided(), events, lang, words(t, lang), linked)), "\n")
			for _, secret := range []string{"D7", "E20", "rewired", "wiring", "valve", "P-100", "Wang", "Chen", "shift", "D8"} {
				if strings.Contains(got, secret) {
					t.Errorf("in %s, linked %v, the customer reads %q:\n%s", lang, linked, secret, got)
				}
			}
			if !strings.Contains(got, "D3") {
				t.Errorf("in %s the terms without the suspicion are missing:\n%s", lang, got)
			}
		}
	}
}

func noonOf(day int) time.Time { return time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC) }

// TestCardOfAStranger shows engineers all that is known, and that nobody vouches for the person.
func TestCardOfAStranger(t *testing.T) {
	t.Parallel()
	c := filed()
	c.Reporter = claim.Person{ID: "bob"}
	c.Duplicate, c.Evidence, c.Description, c.Customer = "", nil, "", ""
	c.Lines = append(c.Lines, claim.Line{Serial: "XX-1", Check: true, Verdict: claim.Verdict{Coverage: claim.Undetermined}}, claim.Line{Check: true, Verdict: claim.Verdict{Coverage: claim.Excluded}})
	want := []string{
		"= C-2603-0002 · Line stopped",
		"Status: waiting for an engineer",
		"Customer: no name, not linked to a company, writes en",
		"Reported: 2026-03-03 00:30 in Shantou",
		"Machine: OS-2025-0417, VS-600",
		"Coverage: in warranty by the dates (provisional), last day 2 October 2026 (D3, W1, E37), BORDERLINE",
		"Machine: XX-1, not in the registry: please check",
		"Coverage: to be verified",
		"Machine: no serial number, not in the registry: please check",
		"Coverage: not covered, by an engineer's decision",
		"Evidence files: 0",
		"Missing: a serial number that the registry knows, a fuller description, a picture, a video",
		"- ",
	}
	if diff := cmp.Diff(want, lines(desk.Card(c, desk.Beside{}, intake, words(t, "en")))); diff != "" {
		t.Errorf("card (-want +got):\n%s", diff)
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	d := desk.Copy(filed(), history(), "en", words(t, "en"), true)
	want := []string{
		"= Claim C-2603-0002",
		"Reported on: 2026-03-03",
		"Status: waiting for an engineer",
		"How bad: Line stopped",
		"Machine: OS-2025-0417, VS-600",
		"Warranty: in warranty by the dates (provisional), last day 2 October 2026 (D3, W1, E37), BORDERLINE",
		"# Who pays",
		"freight and insurance to Shantou: you",
		"freight and insurance back to you: Optoste",
		"duties and taxes in your country: you",
		"Please send nothing before you have a PSS number.",
		"# Description",
		`> "It *stopped*.\nAgain."`,
		"# Files",
		"*plate*.jpg: image/jpeg, 3.4 MB, SHA-256 abababababab…",
		"# History (Shantou time)",
		"2026-03-03 00:30: reported",
		"2026-03-03 00:31: you added “and it hums” (files: 2)",
		"2026-03-03 01:30: “hums” changed to “howls”",
		"2026-03-03 02:30: waiting for an engineer → an engineer works on it",
		"2026-03-03 03:30: Optoste wrote “Please clean it”",
		"- Optoste service. Coverage is provisional until an engineer confirms it.",
	}
	if diff := cmp.Diff(want, lines(d)); diff != "" || d.Lang != "en" {
		t.Errorf("copy in %s (-want +got):\n%s", d.Lang, diff)
	}
}

// TestCopyForAStranger tells somebody who merely knows the serial number nothing but the coverage
// (promise P7): no date, model or owner, no other claim, no rule or flag that tells of one.
func TestCopyForAStranger(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		for _, coverage := range []claim.Coverage{claim.In, claim.Out, claim.Excluded, claim.Undetermined} {
			c := filed()
			c.Reporter, c.Customer = claim.Person{ID: "bob", Name: "Bob"}, ""
			c.Lines[0].Verdict.Coverage = coverage
			c.Lines[0].Verdict.Because = []claim.RuleID{"D3", "W1", "W2", "E8", "E12", "E37"}
			c.Lines[0].Verdict.Flags = []claim.Flag{claim.Borderline, claim.DateConflict}
			all := strings.Join(lines(desk.Copy(c, history(), lang, words(t, lang), false)), "\n")
			for _, secret := range []string{
				"VS-600", "2 October", "10月", "2026-10", "nuts", "Nuts", "C-2603-0001", "W1", "W2", "E8", "E12", "E37", "BORDERLINE", "DATE_CONFLICT", "wang", "for us only", "EXCLUDED",
			} {
				if strings.Contains(all, secret) {
					t.Errorf("%s %s says %q:\n%s", lang, coverage, secret, all)
				}
			}
			shown := coverage
			if coverage == claim.Excluded {
				shown = claim.Undetermined
			}
			if want := words(t, lang)("cover.short." + string(shown)); !strings.Contains(all, want+" (D3)") {
				t.Errorf("%s %s does not say %q:\n%s", lang, coverage, want, all)
			}
		}
	}
}

// TestCopyInChinese leaves no key and no English word but names behind.
func TestCopyInChinese(t *testing.T) {
	t.Parallel()
	d := desk.Copy(filed(), history(), "zh", words(t, "zh"), true)
	got := lines(d)
	if d.Lang != "zh" || !slices.Contains(got, "序列号") && got[0] != "= 报修单 C-2603-0002" {
		t.Errorf("%s: %q", d.Lang, got[0])
	}
	for _, line := range got {
		if strings.Contains(line, "[") || strings.Contains(line, "<no value>") {
			t.Errorf("%q", line)
		}
	}
	c := filed()
	c.Evidence = nil
	if got := lines(desk.Copy(c, nil, "zh", words(t, "zh"), true)); !slices.Contains(got, "无") {
		t.Errorf("no files: %q", got)
	}
}

// TestLegs lists every way that arises, in the order in which a part travels, by keys that exist.
func TestLegs(t *testing.T) {
	t.Parallel()
	all := claim.Terms{
		Service: claim.ByQuote, Duties: claim.PaidByYou, FirstLeg: claim.AlreadyYou, ToCustomer: claim.PaidByUs,
		ChinaCustoms: claim.PaidByYou, ToOptoste: claim.PaidByYou,
	}
	want := []desk.Leg{
		{"leg.to_optoste", "party.customer"},
		{"leg.china_customs", "party.customer"},
		{"leg.to_customer", "party.optoste"},
		{"leg.first_leg", "party.already"},
		{"leg.duties", "party.customer"},
		{"leg.service", "party.quotation"},
	}
	if diff := cmp.Diff(want, desk.Legs(all)); diff != "" {
		t.Errorf("legs (-want +got):\n%s", diff)
	}
	if got := desk.Legs(claim.Terms{Row: "D19"}); len(got) != 0 {
		t.Errorf("legs of nothing: %v", got)
	}
	edition := rules.Default().On(claim.Date{Year: 2026, Month: 3, Day: 2})
	says := []desk.Words{words(t, "en"), words(t, "zh")}
	for _, row := range rules.Rows() {
		for _, c := range []claim.Coverage{claim.In, claim.Out, claim.Excluded, claim.Undetermined} {
			for _, leg := range desk.Legs(edition.Terms(row, c, true)) {
				for _, say := range says {
					if strings.HasPrefix(say(leg.Leg), "[") || strings.HasPrefix(say(leg.Who), "[") {
						t.Errorf("%s: no words for %v", row, leg)
					}
				}
			}
		}
	}
}

// TestEveryStatusAndEventHasWords reads the words that cards and papers put together.
func TestEveryStatusAndEventHasWords(t *testing.T) {
	t.Parallel()
	statuses := []claim.Status{claim.Open}
	for _, tr := range claim.Transitions {
		statuses = append(statuses, tr.From, tr.To)
	}
	kinds := []claim.EventKind{claim.EventOpened, claim.EventStatus, claim.EventAdded, claim.EventRevised, claim.EventAnswered}
	for _, lang := range []string{"en", "zh"} {
		say := words(t, lang)
		for _, s := range statuses {
			for _, severity := range []claim.Severity{claim.LineDown, claim.Degraded, claim.Question} {
				c := filed()
				c.Status, c.Severity, c.Evidence = s, severity, nil
				c.Asked = claim.Inquiry{Items: claim.Checklist, Words: "Why?"}
				var events []claim.Event
				for _, k := range kinds {
					events = append(events, claim.Event{Kind: k, Note: "note", From: string(s), To: string(s)})
				}
				for _, line := range append(lines(desk.Card(c, desk.Beside{Others: map[claim.Serial][]claim.Claim{"OS-2025-0417": {c}}}, intake, say)), lines(desk.Copy(c, events, lang, say, true))...) {
					if strings.Contains(line, "[") || strings.Contains(line, "<no value>") || strings.HasSuffix(line, ": ") {
						t.Errorf("%s %s: %q", lang, s, line)
					}
				}
			}
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 1_499: "1 kB", 999_400: "999 kB", 1_000_000: "1.0 MB", 3_400_000: "3.4 MB", 52_428_800: "52.4 MB"} {
		if got := desk.Size(bytes); got != want {
			t.Errorf("Size(%d) = %s, want %s", bytes, got, want)
		}
	}
}
