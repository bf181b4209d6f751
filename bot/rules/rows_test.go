package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// stories reach each row of domain.md 5.3 at least once; the facts are typed from its column
// "situation".
var stories = []struct {
	name string
	f    rules.Facts
	row  claim.RuleID
	cov  claim.Coverage
	why  string // all of Because
}{
	{"D1 in", at(inTime, claim.Findings{Class: claim.ClassSoftware}), "D1", "IN", "D1 W1"},
	{"D1 out", at(tooLate, claim.Findings{Class: claim.ClassSoftware}), "D1", "OUT", "D1 W1"},
	{"D1 excluded", at(inTime, claim.Findings{Class: claim.ClassSoftware, Exclusion: proven}), "D1", "EXCLUDED", "D1"},
	{"D1 unknown serial", rules.Facts{Claimed: must(inTime), Findings: claim.Findings{Class: claim.ClassSoftware}}, "D1", "UNDETERMINED", "D1 E1"},
	{"D2", at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard}), "D2", "IN", "D2 W1"},
	{"D3 at intake", at(inTime, claim.Findings{}), "D3", "IN", "D3 W1 D2 D1"},
	{"D3 hardware, undecided", at(inTime, claim.Findings{Class: claim.ClassHardware}), "D3", "IN", "D3 W1 D2"},
	{"D3 decided", at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.ReturnFirst}), "D3", "IN", "D3 W1"},
	{"D4", at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.ReturnWaived}), "D4", "IN", "D4 W1"},
	{"D5 in", at(inTime, claim.Findings{Class: claim.ClassSite}), "D5", "IN", "D5 W1"},
	{"D5 out", at(tooLate, claim.Findings{Class: claim.ClassSite}), "D5", "OUT", "D5 W1"},
	{"D6", at(inTime, claim.Findings{Class: claim.ClassWear}), "D6", "IN", "D6 W1"},
	{"D7 at intake", at(inTime, claim.Findings{Exclusion: unproven}), "D7", "IN", "D7 W1 E20"},
	{"D7 advance waits", at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard, Exclusion: unproven}), "D7", "IN", "D7 W1 E20"},
	{"D8 in by date", at(inTime, claim.Findings{Class: claim.ClassHardware, Exclusion: proven}), "D8", "EXCLUDED", "D8 D10"},
	{"D8 out by date", at(tooLate, claim.Findings{Class: claim.ClassHardware, Exclusion: proven}), "D8", "EXCLUDED", "D8 D10"},
	{"D9", at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard, Exclusion: shipped}), "D9", "EXCLUDED", "D9 E21"},
	{"D10 at intake", at(tooLate, claim.Findings{}), "D10", "OUT", "D10 W1"},
	{"D10 no advance when out", at(tooLate, claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard}), "D10", "OUT", "D10 W1"},
	{"D10 no waiver when out", at(tooLate, claim.Findings{Class: claim.ClassHardware, Decision: claim.ReturnWaived}), "D10", "OUT", "D10 W1"},
	{"D11", at(tooLate, claim.Findings{Class: claim.ClassHardware, Decision: claim.BuysPart}), "D11", "OUT", "D11 W1"},
	{"D11 wear when out", at(tooLate, claim.Findings{Class: claim.ClassWear}), "D11", "OUT", "D11 W1"},
	{"D12", at(tooLate, claim.Findings{Class: claim.ClassHardware, Part: board, Cause: claim.CauseYes}, part("2026-01-10")), "D12", "IN", "D12 W2 D3 D2 E12"},
	{"D12 in advance", at(tooLate, claim.Findings{Class: claim.ClassHardware, Part: board, Cause: claim.CauseYes, Decision: claim.AdvanceBoard}, part("2026-01-10")), "D12", "IN", "D12 W2 D2 E12"},
	{"D13", at("2025-12-01", claim.Findings{Class: claim.ClassHardware, Part: board, Cause: claim.CauseYes}, part("2025-03-01")), "D13", "IN", "D13 W1 D3 D2 E12"},
	{"D14", at(tooLate, claim.Findings{Class: claim.ClassHardware, Part: board, Cause: claim.CauseNo}, part("2026-01-10")), "D14", "OUT", "D14 W1 D10"},
	{"D15 serial", rules.Facts{Claimed: must(inTime)}, "D15", "UNDETERMINED", "D15 E1"},
	{"D15 date", rules.Facts{Claimed: must(inTime), Machine: claim.Machine{Serial: serial}}, "D15", "UNDETERMINED", "D15 E3"},
	{"D15 item", at(tooLate, claim.Findings{Part: board}, part("2026-01-10")), "D15", "UNDETERMINED", "D15 E16 D12 D14"},
	{"D15 claim date", rules.Facts{Machine: machine()}, "D15", "UNDETERMINED", "D15"},
	{"D15 no facts at all", rules.Facts{}, "D15", "UNDETERMINED", "D15 E1"},
	{"D16 in", at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.NoFaultFound}), "D16", "IN", "D16 W1"},
	{"D16 out", at(tooLate, claim.Findings{Class: claim.ClassHardware, Decision: claim.NoFaultFound}), "D16", "OUT", "D16 W1"},
	{"D16 then it was the site", at(inTime, claim.Findings{Class: claim.ClassSite, Decision: claim.NoFaultFound}), "D16", "IN", "D16 W1"},
	{"D17", at(inTime, claim.Findings{OtherMaker: true}), "D17", "OUT", "D17"},
	{"D18 out", at(tooLate, claim.Findings{Class: claim.ClassHardware, Decision: claim.QuotationDeclined}), "D18", "OUT", "D18 W1"},
	{"D18 excluded", at(inTime, claim.Findings{Class: claim.ClassHardware, Decision: claim.QuotationDeclined, Exclusion: proven}), "D18", "EXCLUDED", "D18"},
	{"D19 by severity", rules.Facts{Claimed: must(inTime), Machine: machine(), Severity: claim.Question}, "D19", "IN", "D19 W1"},
	{"D19 by class", at(inTime, claim.Findings{Class: claim.ClassQuestion}), "D19", "IN", "D19 W1"},
	{"D19 no serial", rules.Facts{Claimed: must(inTime), Severity: claim.Question}, "D19", "UNDETERMINED", "D19 E1"},
	{"a question that turns out to be a fault", rules.Facts{Claimed: must(inTime), Machine: machine(), Severity: claim.Question, Findings: claim.Findings{Class: claim.ClassHardware}}, "D3", "IN", "D3 W1 D2"},
}

func TestStories(t *testing.T) {
	t.Parallel()
	reached := map[claim.RuleID]bool{}
	for _, s := range stories {
		v := judge(s.f)
		reached[v.Terms.Row] = true
		if v.Terms.Row != s.row || v.Coverage != s.cov || names(v.Because) != s.why {
			t.Errorf("%s: %s %s because %s; want %s %s because %s", s.name, v.Coverage, v.Terms.Row, names(v.Because), s.cov, s.row, s.why)
		}
	}
	for _, id := range rules.Rows() {
		if !reached[id] {
			t.Errorf("no story reaches %s", id)
		}
	}
}

// letters are the words of testdata/terms.txt.
var letters = map[string]claim.Party{
	"-": claim.Nobody, "C": claim.PaidByYou, "O": claim.PaidByUs, "Q": claim.ByQuote, "a": claim.AlreadyYou,
	"f": claim.ByFinalRow, "q": claim.AsQuoted, "n": claim.NotYet, "h": claim.HoursByQuote,
	"b": claim.QuotedBefore, "p": claim.AskPerson,
}

func TestTerms(t *testing.T) {
	t.Parallel()
	var rowsSeen []claim.RuleID
	for line := range strings.Lines(read(t, "testdata/terms.txt")) {
		w := strings.Fields(strings.Replace(line, "|", "", 1))
		if len(w) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(w) != 11 {
			t.Fatalf("%d words in %q", len(w), line)
		}
		row := claim.RuleID(w[0])
		rowsSeen = append(rowsSeen, row)
		want := claim.Terms{
			Row: row, ShipsFirst: letters[w[3]], ToOptoste: letters[w[4]], ChinaCustoms: letters[w[5]],
			ToCustomer: letters[w[6]], Duties: letters[w[7]], Service: letters[w[8]],
			PSS: claim.PSS(w[9]), FirstLeg: letters[w[10]],
		}
		got := edition().Terms(row, claim.Coverage(w[1]), w[2] == "yes")
		if got.Remedy == "" {
			t.Errorf("%s has no remedy", row)
		}
		want.Remedy = got.Remedy
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s %s: %s", row, w[1], diff)
		}
	}
	if !slices.Equal(slices.Compact(rowsSeen), rules.Rows()) {
		t.Errorf("the table has the rows %s", names(slices.Compact(rowsSeen)))
	}
}

// The terms of a story are those of its row in the table: Judge adds nothing of its own.
func TestStoriesHaveTheTermsOfTheirRow(t *testing.T) {
	t.Parallel()
	for _, s := range stories {
		v := judge(s.f)
		advance := slices.Contains(v.Because, "D2") && s.f.Findings.Decision == claim.AdvanceBoard
		if diff := cmp.Diff(edition().Terms(s.row, s.cov, advance), v.Terms); diff != "" {
			t.Errorf("%s: %s", s.name, diff)
		}
		if v.Policy != "2021-08-07" {
			t.Errorf("%s was judged by %q", s.name, v.Policy)
		}
	}
}

func TestRemedies(t *testing.T) {
	t.Parallel()
	want := map[claim.RuleID]claim.Remedy{
		"D1": claim.FixRemotely, "D2": claim.AdvanceReplacement, "D3": claim.ReturnAndRepair, "D4": claim.PartWithoutReturn,
		"D5": claim.Guidance, "D6": claim.PartSale, "D7": claim.RemoteHelp, "D8": claim.ChargedRepair, "D9": claim.KeepOrSendBack,
		"D10": claim.ChargedRepair, "D11": claim.PartSale, "D12": claim.ReturnAndRepair, "D13": claim.ReturnAndRepair,
		"D14": claim.ChargedRepair, "D15": claim.RemoteHelp, "D16": claim.ReturnUnchanged, "D17": claim.Advice,
		"D18": claim.ReturnUnrepaired, "D19": claim.Answer,
	}
	for _, id := range rules.Rows() {
		if got := edition().Terms(id, claim.In, false).Remedy; got != want[id] {
			t.Errorf("%s: %s, want %s", id, got, want[id])
		}
	}
	if got := edition().Terms("D12", claim.In, true).Remedy; got != claim.AdvanceReplacement {
		t.Errorf("D12 in advance: %s", got)
	}
	if got := edition().Terms("D99", claim.In, false); got != (claim.Terms{Row: "D99", PSS: claim.PSSNo}) {
		t.Errorf("a row that is not there: %+v", got)
	}
}

// What each row rests on, from the last column of domain.md 5.3.
func TestTags(t *testing.T) {
	t.Parallel()
	for _, id := range rules.Rows() {
		r, ok := edition().Row(id)
		if !ok || r.Situation == "" || len(r.Tags) == 0 {
			t.Errorf("%s: %+v", id, r)
		}
		if r.Gap != (id == "D6") {
			t.Errorf("%s: gap %v", id, r.Gap)
		}
	}
	for _, v := range []struct {
		row    claim.RuleID
		aspect string
		tag    rules.Tag
	}{
		{"D1", "fix", rules.Published},
		{"D1", "charge", rules.OurReading},
		{"D2", "all", rules.Published},
		{"D3", "freight", rules.Published},
		{"D3", "order", rules.OurReading},
		{"D8", "exclusion", rules.Published},
		{"D10", "quotation", rules.OurReading},
		{"D12", "all", rules.Published},
		{"D13", "all", rules.OurReading},
		{"D15", "serial", rules.Published},
		{"D16", "freight", rules.Published},
		{"D19", "all", rules.Published},
	} {
		if r, _ := edition().Row(v.row); r.Tags[v.aspect] != v.tag {
			t.Errorf("%s %s is %q, want %q", v.row, v.aspect, r.Tags[v.aspect], v.tag)
		}
	}
}
