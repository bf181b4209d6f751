package rules_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// anyDay is a day around the usual story, now and then unknown, and rarely no day of any calendar.
func anyDay() *rapid.Generator[claim.Date] {
	return rapid.Custom(func(t *rapid.T) claim.Date {
		switch rapid.IntRange(0, 30).Draw(t, "kind") {
		case 0, 1, 2:
			return claim.Date{}
		case 3:
			return claim.Date{
				Year:  rapid.IntRange(-9999, 99999).Draw(t, "year"),
				Month: time.Month(rapid.IntRange(-20, 20).Draw(t, "month")),
				Day:   rapid.IntRange(-50, 50).Draw(t, "day"),
			}
		}
		return goodDay().Draw(t, "day")
	})
}

func goodDay() *rapid.Generator[claim.Date] {
	return rapid.Custom(func(t *rapid.T) claim.Date {
		return must("2024-06-01").AddDays(rapid.IntRange(0, 900).Draw(t, "days"))
	})
}

func anyExclusion() *rapid.Generator[claim.Exclusion] {
	return rapid.Custom(func(t *rapid.T) claim.Exclusion {
		return claim.Exclusion{
			State:         rapid.SampledFrom([]claim.Suspicion{"", "", "suspected", "confirmed", "cleared"}).Draw(t, "state"),
			Reason:        rapid.SampledFrom([]string{"rewired", ""}).Draw(t, "reason"),
			Evidence:      rapid.SampledFrom([][]string{{"ab"}, nil}).Draw(t, "evidence"),
			AfterShipping: rapid.Bool().Draw(t, "after"),
			Unrelated:     rapid.IntRange(0, 5).Draw(t, "unrelated") == 0,
			AtOurRequest:  rapid.IntRange(0, 5).Draw(t, "ours") == 0,
		}
	})
}

func anyFacts() *rapid.Generator[rules.Facts] {
	return rapid.Custom(func(t *rapid.T) rules.Facts {
		seldom := func(name string) bool { return rapid.IntRange(0, 9).Draw(t, name) == 0 }
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Part {
			return claim.Part{
				Serial:    rapid.SampledFrom([]claim.Serial{board, "PCB-0002"}).Draw(t, "serial"),
				Delivered: anyDay().Draw(t, "delivered"),
				Bought:    rapid.Bool().Draw(t, "bought"),
			}
		}), 0, 3).Draw(t, "parts")
		f := rules.Facts{
			Claimed: anyDay().Draw(t, "claimed"), Earlier: anyDay().Draw(t, "earlier"), EarlierProven: seldom("proven"),
			Machine:  claim.Machine{Serial: serial, Delivered: anyDay().Draw(t, "delivered"), Parts: parts},
			Severity: rapid.SampledFrom([]claim.Severity{"", claim.LineDown, claim.Degraded, claim.Question}).Draw(t, "severity"),
			Findings: claim.Findings{
				Class:     rapid.SampledFrom([]claim.Class{"", "software", "hardware", "hardware", "site", "wear", "question", "?"}).Draw(t, "class"),
				Cause:     rapid.SampledFrom([]claim.Cause{"", "yes", "no"}).Draw(t, "cause"),
				Part:      rapid.SampledFrom([]claim.Serial{"", board, "PCB-0009"}).Draw(t, "part"),
				Acts:      rapid.SliceOfN(rapid.SampledFrom([]claim.Act{"cleaning", "rewiring", "moved_by_others", "?"}), 0, 1).Draw(t, "acts"),
				Exclusion: anyExclusion().Draw(t, "exclusion"),
				Decision:  rapid.SampledFrom([]claim.Decision{"", "", "advance", "return", "waived", "no_fault_found", "declined", "buys_part"}).Draw(t, "decision"),
				Dealer:    seldom("dealer"), Recurs: seldom("recurs"), OtherMaker: seldom("other maker"),
			},
			Overdue: seldom("overdue"),
		}
		if seldom("unknown") {
			f.Machine.Serial = ""
		}
		if seldom("contract") {
			f.Machine.ContractNote = "24 months"
		}
		if seldom("stated") {
			f.Stated = anyDay().Draw(t, "stated")
		}
		if seldom("damage") {
			f.Findings.Damage = rapid.SampledFrom([]claim.Damage{"on_delivery", "on_return"}).Draw(t, "damage")
		}
		if seldom("override") {
			f.Findings.Override = claim.Override{Coverage: rapid.SampledFrom([]claim.Coverage{"IN", "OUT", "EXCLUDED"}).Draw(t, "to"), Reason: "reason"}
		}
		if seldom("again") {
			f.Again = anyDay().Draw(t, "again")
		}
		return f
	})
}

// situations is the column "situation" of domain.md 5.3, each written out in full and without
// looking at the others, so that a test can see whether exactly one is at hand.
var situations = map[claim.RuleID]func(v claim.Verdict, f situation) bool{
	"D1": func(v claim.Verdict, f situation) bool { return f.ours && f.Class == "software" && !f.returned },
	"D2": func(v claim.Verdict, f situation) bool { return f.plain && f.partCover == "" && f.offered },
	"D3": func(v claim.Verdict, f situation) bool { return f.plain && f.partCover == "" && !f.offered },
	"D4": func(v claim.Verdict, f situation) bool {
		return f.hardware && f.in && !f.suspected && f.Decision == "waived"
	},
	"D5":  func(v claim.Verdict, f situation) bool { return f.ours && f.Class == "site" && !f.returned },
	"D6":  func(v claim.Verdict, f situation) bool { return f.ours && f.in && f.Class == "wear" && !f.returned },
	"D7":  func(v claim.Verdict, f situation) bool { return f.hardware && f.in && f.suspected },
	"D8":  func(v claim.Verdict, f situation) bool { return f.hardware && f.excluded && !f.buys },
	"D9":  func(v claim.Verdict, f situation) bool { return f.ours && f.sent },
	"D10": func(v claim.Verdict, f situation) bool { return f.hardware && f.out && !f.buys && !f.elsewhere },
	"D11": func(v claim.Verdict, f situation) bool {
		return f.buys && (f.out || f.excluded) && !f.returned && !f.away && f.ours
	},
	"D12": func(v claim.Verdict, f situation) bool { return f.plain && f.partCover == "IN" },
	"D13": func(v claim.Verdict, f situation) bool { return f.plain && f.partCover == "OUT" },
	"D14": func(v claim.Verdict, f situation) bool { return f.hardware && f.out && !f.buys && f.elsewhere },
	"D15": func(v claim.Verdict, f situation) bool { return f.ours && !f.away && v.Coverage == "UNDETERMINED" },
	"D16": func(v claim.Verdict, f situation) bool {
		return f.ours && f.returned && !f.sent && f.Decision == "no_fault_found"
	},
	"D17": func(v claim.Verdict, f situation) bool { return f.OtherMaker },
	"D18": func(v claim.Verdict, f situation) bool {
		return f.ours && f.returned && !f.sent && f.Decision == "declined"
	},
	"D19": func(v claim.Verdict, f situation) bool { return !f.OtherMaker && f.question },
}

// situation is what the column "situation" speaks of.
type situation struct {
	claim.Findings
	question, ours               bool
	in, out, excluded, suspected bool
	sent                         bool // an exclusion was confirmed after the replacement had left
	returned                     bool // a part lies at Optoste, or a replacement at the customer, by a decision
	away                         bool // the class alone says that nothing ships
	hardware, buys, offered      bool
	elsewhere                    bool
	plain                        bool // IN, hardware or unknown, no exclusion, return not waived
	partCover                    claim.Coverage
}

func describe(f rules.Facts, v claim.Verdict) situation {
	s := situation{Findings: f.Findings}
	s.question = s.Class == "question" || s.Class == "" && f.Severity == claim.Question
	s.ours = !s.OtherMaker && !s.question
	s.in, s.out, s.excluded = v.Coverage == "IN", v.Coverage == "OUT", v.Coverage == "EXCLUDED"
	s.suspected = s.Exclusion.State == "suspected" || s.Exclusion.State == "confirmed" && (s.Exclusion.Reason == "" || s.Exclusion.Evidence == nil)
	told := slices.Contains(s.Acts, "rewiring") || s.Damage == claim.DamageOnReturn
	s.suspected = (s.suspected || s.Exclusion.State == "" && told) && !s.Exclusion.AtOurRequest && !s.Exclusion.Unrelated
	s.sent = s.excluded && s.Exclusion.AfterShipping
	s.returned = s.sent ||
		s.Decision == "no_fault_found" && v.Coverage != "UNDETERMINED" || s.Decision == "declined" && (s.out || s.excluded)
	s.away = s.Class == "software" || s.Class == "site"
	s.hardware = s.ours && !s.away && s.Class != "wear" && !s.returned
	s.buys = s.Decision == "buys_part" || s.Class == "wear"
	s.offered = s.Decision == "advance" && !f.Overdue
	s.partCover, s.elsewhere = partCover(f)
	s.plain = s.hardware && s.in && !s.suspected && s.Decision != "waived"
	return s
}

// partCover says what the cover of the part with the fault is ("" without one), and whether
// another serviced part is covered, by going through the deliveries once more.
func partCover(f rules.Facts) (at claim.Coverage, elsewhere bool) {
	day := f.Claimed
	if f.EarlierProven && !f.Earlier.IsZero() && (day.IsZero() || f.Earlier.Before(day)) {
		day = f.Earlier
	}
	if day.IsZero() || f.Machine.Serial == "" || f.Machine.ContractNote != "" || f.Findings.Damage == claim.DamageOnArrive {
		return "", false
	}
	if start := f.Machine.Delivered; !start.IsZero() && day.Before(start) || start.IsZero() && day.Before(f.Stated) {
		return "", false
	}
	if !f.Again.IsZero() && f.Again.DaysSince(day) > 180 {
		return "", false
	}
	latest, unknown := map[claim.Serial]claim.Date{}, map[claim.Serial]bool{}
	for _, p := range f.Machine.Parts {
		switch {
		case f.Findings.Part != "" && f.Findings.Part != p.Serial:
		case p.Delivered.IsZero():
			unknown[p.Serial] = true
		case !day.Before(p.Delivered) && (latest[p.Serial].IsZero() || latest[p.Serial].Before(p.Delivered)):
			latest[p.Serial] = p.Delivered
		}
	}
	candidates := len(latest)
	for s := range unknown {
		if latest[s].IsZero() {
			candidates++
		}
	}
	for _, d := range latest {
		if last := d.AddMonths(6); !last.Before(day) {
			at, elsewhere = claim.In, true
		} else if at == "" {
			at = claim.Out
		}
	}
	if f.Findings.Cause != claim.CauseYes || candidates != 1 {
		at = ""
	}
	if start := f.Machine.Delivered; at == claim.Out {
		if start.IsZero() {
			start = f.Stated
		}
		if start.IsZero() || start.AddMonths(12).Before(day) {
			at = "" // IN by an override only: the part's period says nothing
		}
	}
	return at, elsewhere && f.Findings.Cause == claim.CauseNo
}

func TestExactlyOneRow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		v := judge(f)
		s := describe(f, v)
		var at []claim.RuleID
		for _, id := range rules.Rows() {
			if situations[id](v, s) {
				at = append(at, id)
			}
		}
		if len(at) != 1 || at[0] != v.Terms.Row {
			t.Fatalf("%s: the row is %s, at hand is %s", v.Coverage, v.Terms.Row, names(at))
		}
	})
}

func TestVerdictsAreWellFormed(t *testing.T) {
	t.Parallel()
	known := rules.All()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		v := judge(f)
		if diff := cmp.Diff(v, judge(f)); diff != "" {
			t.Fatalf("judged twice: %s", diff)
		}
		if len(v.Because) == 0 || v.Because[0] != v.Terms.Row {
			t.Fatalf("row %s, because %s", v.Terms.Row, names(v.Because))
		}
		for i, id := range v.Because {
			if !slices.Contains(known, id) || slices.Contains(v.Because[:i], id) {
				t.Fatalf("because %s", names(v.Because))
			}
			if _, elsewhere := rules.Elsewhere[id]; elsewhere {
				t.Fatalf("%s is decided elsewhere", id)
			}
		}
		if slices.Contains(v.Because, "W1") || slices.Contains(v.Because, "W2") {
			if v.LastDay.IsZero() {
				t.Fatal("a period without a last day")
			}
		} else if !v.LastDay.IsZero() {
			t.Fatalf("a last day, because %s", names(v.Because))
		}
		if v.Coverage != claim.In && v.Coverage != claim.Out && !v.LastDay.IsZero() {
			t.Fatalf("%s until %s", v.Coverage, v.LastDay)
		}
		if _, ok := edition().Row(v.Terms.Row); !ok || v.Terms.PSS == "" || v.Terms.Remedy == "" {
			t.Fatalf("terms %+v", v.Terms)
		}
	})
}

func TestBorderlineOnlyJustAfter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		f.EarlierProven = false
		v := judge(f)
		late := 0
		if !v.LastDay.IsZero() {
			late = f.Claimed.DaysSince(v.LastDay)
		}
		want := v.Coverage == claim.Out && late >= 1 && late <= 10
		if v.Has(claim.Borderline) != want {
			t.Fatalf("%s, %d days after %s: %v", v.Coverage, late, v.LastDay, v.Flags)
		}
		if v.Coverage == claim.In && late > 0 {
			t.Fatalf("IN %d days after %s", late, v.LastDay)
		}
	})
}

// A later delivery, as long as it is not after the claim, never shortens cover.
func TestLaterDeliveryNeverShortensCover(t *testing.T) {
	t.Parallel()
	rank := map[claim.Coverage]int{claim.Out: 0, claim.Undetermined: 1, claim.In: 2}
	rapid.Check(t, func(t *rapid.T) {
		day := goodDay().Draw(t, "claimed")
		back := func(name string) claim.Date { return day.AddDays(-rapid.IntRange(0, 500).Draw(t, name)) }
		system, serviced := back("system"), back("part")
		f := rules.Facts{
			Claimed:  day,
			Machine:  claim.Machine{Serial: serial, Delivered: system, Parts: []claim.Part{{Serial: board, Delivered: serviced}}},
			Findings: claim.Findings{Part: board, Cause: rapid.SampledFrom([]claim.Cause{"", "yes", "no"}).Draw(t, "cause")},
		}
		v := judge(f)
		later := func(d claim.Date, name string) claim.Date {
			return d.AddDays(rapid.IntRange(0, day.DaysSince(d)).Draw(t, name))
		}
		f.Machine.Delivered = later(system, "system later")
		f.Machine.Parts = []claim.Part{{Serial: board, Delivered: later(serviced, "part later")}}
		w := judge(f)
		if rank[w.Coverage] < rank[v.Coverage] {
			t.Fatalf("%s became %s", v.Coverage, w.Coverage)
		}
		if v.Coverage == w.Coverage && w.LastDay.Before(v.LastDay) {
			t.Fatalf("the last day went from %s to %s", v.LastDay, w.LastDay)
		}
	})
}

// A later claim never makes a claim covered that was not.
func TestLaterClaimNeverGainsCover(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := rules.Facts{Claimed: goodDay().Draw(t, "claimed"), Machine: claim.Machine{Serial: serial, Delivered: goodDay().Draw(t, "delivered")}}
		before := judge(f)
		f.Claimed = f.Claimed.AddDays(rapid.IntRange(0, 400).Draw(t, "later"))
		if after := judge(f); before.Coverage == claim.Out && after.Coverage != claim.Out {
			t.Fatalf("OUT became %s", after.Coverage)
		}
	})
}

// No part in the registry, whatever its dates, turns IN into something else.
func TestPartsNeverTurnInToOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		f.Machine.Parts = nil
		v := judge(f)
		f.Machine.Parts = []claim.Part{{Serial: rapid.SampledFrom([]claim.Serial{board, "PCB-0002"}).Draw(t, "part"), Delivered: anyDay().Draw(t, "day")}}
		if w := judge(f); v.Coverage == claim.In && w.Coverage != claim.In {
			t.Fatalf("IN became %s because %s", w.Coverage, names(w.Because))
		}
	})
}

// The same holds with a part in which the fault does not lie: it changes nothing at all but D14.
func TestIrrelevantPartChangesNoCover(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		f.Findings.Cause, f.Machine.Parts = claim.CauseNo, nil
		v := judge(f)
		f.Machine.Parts = []claim.Part{part("2026-01-10")}
		w := judge(f)
		if v.Coverage != w.Coverage || v.LastDay != w.LastDay {
			t.Fatalf("%s until %s became %s until %s", v.Coverage, v.LastDay, w.Coverage, w.LastDay)
		}
	})
}
