package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// edges are the cases of domain.md 5.4 that Judge decides; each names the rule it shows. The
// expectation is coverage, row, flags and last day.
var edges = []struct {
	rule claim.RuleID
	name string
	f    rules.Facts
	want string
}{
	{"E1", "unknown serial", rules.Facts{Claimed: must(inTime), Stated: must("2025-01-15")}, "UNDETERMINED D15"},
	{"E3", "no date anywhere", rules.Facts{Claimed: must(inTime), Machine: claim.Machine{Serial: serial}}, "UNDETERMINED D15"},
	{"E3", "his word gives at most a provisional IN", rules.Facts{Claimed: must(inTime), Machine: claim.Machine{Serial: serial}, Stated: must("2025-01-15")}, "IN D3 2026-01-15"},
	{"E3", "his word never gives OUT", rules.Facts{Claimed: must(tooLate), Machine: claim.Machine{Serial: serial}, Stated: must("2025-01-15")}, "UNDETERMINED D15"},
	{"E3", "the part's date is not known", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes}, part("")), "UNDETERMINED D15"},
	{"E4", "delivered after the claim", rules.Facts{Claimed: must("2025-01-14"), Machine: machine()}, "UNDETERMINED D15 DATE_CONFLICT"},
	{"E4", "told a day after the claim", rules.Facts{Claimed: must(inTime), Machine: claim.Machine{Serial: serial}, Stated: must("2025-06-02")}, "UNDETERMINED D15 DATE_CONFLICT"},
	{"E4", "the named part was only delivered later", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes}, part("2026-03-03")), "OUT D10 DATE_CONFLICT 2026-01-15"},
	{"E5", "his date differs, the registry decides", rules.Facts{Claimed: must(tooLate), Machine: machine(), Stated: must("2025-12-01")}, "OUT D10 DATE_CONFLICT 2026-01-15"},
	{"E6", "waited at a dealer", at(borderly, claim.Findings{Dealer: true}), "OUT D10 POLICY_GAP BORDERLINE 2026-01-15"},
	{"E9", "the same fault after the repair", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes, Recurs: true}, part("2026-01-10")), "IN D12 2026-07-10"},
	{"E10", "PSS asked for again in time", rules.Facts{Claimed: must(inTime), Machine: machine(), Again: must(inTime).AddDays(180)}, "IN D3 2026-01-15"},
	{"E10", "PSS asked for again too late", rules.Facts{Claimed: must(inTime), Machine: machine(), Again: must(inTime).AddDays(181)}, "UNDETERMINED D15"},
	{"E11", "telephoned in time", rules.Facts{Claimed: must(tooLate), Earlier: must("2026-01-15"), EarlierProven: true, Machine: machine()}, "IN D3 2026-01-15"},
	{"E12", "serviced part on an old system", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes}, part("2026-01-10")), "IN D12 2026-07-10"},
	{"E12", "old serviced part on a covered system", at("2025-12-01", claim.Findings{Part: board, Cause: claim.CauseYes}, part("2025-03-01")), "IN D13 2026-01-15"},
	{"E13", "serviced twice, the latest counts", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes}, part("2026-01-10"), part("2025-02-01")), "IN D12 2026-07-10"},
	{"E13", "serviced twice, nothing is added", at("2026-08-01", claim.Findings{Part: board, Cause: claim.CauseYes}, part("2025-12-01"), part("2026-01-10")), "OUT D10 2026-07-10"},
	{"E14", "the later of both", at("2026-01-10", claim.Findings{Part: board, Cause: claim.CauseYes}, part("2025-12-20")), "IN D12 2026-06-20"},
	{"E14", "the later of both, the system's", at("2025-06-10", claim.Findings{Part: board, Cause: claim.CauseYes}, part("2025-06-01")), "IN D12 2026-01-15"},
	{"E15", "spare part bought separately", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes}, claim.Part{Serial: board, Delivered: must("2026-01-10"), Bought: true}), "IN D12 POLICY_GAP 2026-07-10"},
	{"E16", "is it the part? nobody knows", at(tooLate, claim.Findings{Part: board}, part("2026-01-10")), "UNDETERMINED D15"},
	{"E16", "is it a part? none is named", at(tooLate, claim.Findings{}, part("2026-01-10")), "UNDETERMINED D15"},
	{"E15", "is it the spare part? nobody knows", at(tooLate, claim.Findings{Part: board}, claim.Part{Serial: board, Delivered: must("2026-01-10"), Bought: true}), "UNDETERMINED D15 POLICY_GAP"},
	{"E19", "damaged on delivery", at(inTime, claim.Findings{Damage: claim.DamageOnArrive}), "UNDETERMINED D15"},
	{"E19", "damaged on the way to us", at(inTime, claim.Findings{Damage: claim.DamageOnReturn}), "IN D7 EXCLUSION_REVIEW 2026-01-15"},
	{"E20", "suspected", at(inTime, claim.Findings{Exclusion: unproven}), "IN D7 EXCLUSION_REVIEW 2026-01-15"},
	{"E20", "confirmed without evidence is suspected", at(inTime, claim.Findings{Exclusion: claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "rewired"}}), "IN D7 EXCLUSION_REVIEW 2026-01-15"},
	{"E21", "found after shipping", at(inTime, claim.Findings{Exclusion: shipped}), "EXCLUDED D9"},
	{"E22", "our own steps", at(inTime, claim.Findings{Acts: []claim.Act{"rewiring"}, Exclusion: claim.Exclusion{AtOurRequest: true}}), "IN D3 2026-01-15"},
	{"E23", "normal use", at(inTime, claim.Findings{Acts: []claim.Act{"cleaning", "recipe_change"}}), "IN D3 2026-01-15"},
	{"E23", "a foreign board", at(inTime, claim.Findings{Acts: []claim.Act{"cleaning", "foreign_board"}}), "IN D7 EXCLUSION_REVIEW 2026-01-15"},
	{"E23", "rewired", at(inTime, claim.Findings{Acts: []claim.Act{"rewiring"}}), "IN D7 EXCLUSION_REVIEW 2026-01-15"},
	{"E23", "something no list knows", at(inTime, claim.Findings{Acts: []claim.Act{"painted_pink"}}), "IN D3 EXCLUSION_REVIEW 2026-01-15"},
	{"E24", "unrelated", at(inTime, claim.Findings{Exclusion: claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "rewired", Evidence: []string{"ab"}, Unrelated: true}}), "IN D3 2026-01-15"},
	{"E25", "serviced parts too", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes, Exclusion: proven}, part("2026-01-10")), "EXCLUDED D8"},
	{"E26", "moved by others", at(inTime, claim.Findings{Acts: []claim.Act{"moved_by_others"}}), "IN D3 EXCLUSION_REVIEW 2026-01-15"},
	{"E29", "no second advance", rules.Facts{Claimed: must(inTime), Machine: machine(), Overdue: true, Findings: claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard}}, "IN D3 2026-01-15"},
	{"E37", "a contract", rules.Facts{Claimed: must(inTime), Machine: claim.Machine{Serial: serial, Delivered: must("2025-01-15"), ContractNote: "24 months"}}, "UNDETERMINED D15 POLICY_GAP"},
}

func line(v claim.Verdict) string {
	words := []string{string(v.Coverage), string(v.Terms.Row)}
	for _, f := range v.Flags {
		words = append(words, string(f))
	}
	return strings.TrimSpace(strings.Join(words, " ") + " " + v.LastDay.String())
}

func TestEdges(t *testing.T) {
	t.Parallel()
	for _, c := range edges {
		v := judge(c.f)
		if got := line(v); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.rule, c.name, got, c.want)
		}
		if !slices.Contains(v.Because, c.rule) {
			t.Errorf("%s %s: because %s", c.rule, c.name, names(v.Because))
		}
	}
}

// Every rule of domain.md is accounted for: each row is reached by a story, each edge case is
// either shown above or listed in Elsewhere, never both; and no verdict names another rule.
func TestEveryRuleIsAccountedFor(t *testing.T) {
	t.Parallel()
	shown := map[claim.RuleID]bool{}
	for _, c := range edges {
		shown[c.rule] = true
	}
	for _, id := range rules.Edges() {
		e, elsewhere := rules.Elsewhere[id]
		if shown[id] == elsewhere {
			t.Errorf("%s: shown %v, elsewhere %v", id, shown[id], elsewhere)
		}
		if elsewhere && (e.Where == "" || e.By == "") {
			t.Errorf("%s: elsewhere, but where?", id)
		}
	}
	all := rules.All()
	if len(all) != 2+19+38 || all[2] != "D1" || all[len(all)-1] != "E38" {
		t.Errorf("the rules are %s", names(all))
	}
	for _, id := range slices.Sorted(keys(rules.Elsewhere)) {
		if !slices.Contains(rules.Edges(), id) {
			t.Errorf("Elsewhere has %s", id)
		}
	}
}

func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// The shades of rules that one line in the table above does not show.
func TestShades(t *testing.T) {
	t.Parallel()
	goodwill := claim.Override{Coverage: claim.In, Reason: "manager's goodwill"}
	for _, c := range []struct {
		name string
		f    rules.Facts
		want string
	}{
		{"dead on arrival is IN from day one (E19)", at("2025-01-15", claim.Findings{}), "IN D3 2026-01-15"},
		{"the same date told and registered is no conflict (E5)", rules.Facts{Claimed: must(inTime), Machine: machine(), Stated: must("2025-01-15")}, "IN D3 2026-01-15"},
		{"an earlier report without evidence does not count (E11)", rules.Facts{Claimed: must(tooLate), Earlier: must("2026-01-15"), Machine: machine()}, "OUT D10 2026-01-15"},
		{"a later report never counts (E11)", rules.Facts{Claimed: must("2026-01-15"), Earlier: must(tooLate), EarlierProven: true, Machine: machine()}, "IN D3 2026-01-15"},
		{"only the earlier report is known (E11)", rules.Facts{Earlier: must("2026-01-15"), EarlierProven: true, Machine: machine()}, "IN D3 2026-01-15"},
		{"no claim date", rules.Facts{Machine: machine()}, "UNDETERMINED D15"},
		{"a covered system needs no diagnosis (E16)", at(inTime, claim.Findings{Part: board}, part("2025-05-01")), "IN D3 2026-01-15"},
		{"an expired part needs none either", at("2026-12-01", claim.Findings{Part: board}, part("2026-01-10")), "OUT D10 2026-07-10"},
		{"a part's last day may be borderline", at("2026-07-15", claim.Findings{Part: board, Cause: claim.CauseYes}, part("2026-01-10")), "OUT D10 BORDERLINE 2026-07-10"},
		{"a part that no list has is an ordinary part", at(tooLate, claim.Findings{Part: "PCB-9999", Cause: claim.CauseYes}, part("2026-01-10")), "OUT D10 2026-01-15"},
		{"a delivery after the claim does not lift it (E10)", at(tooLate, claim.Findings{}, part("2026-04-01")), "OUT D10 2026-01-15"},
		{"nor lower it: the one before counts (E10)", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes}, part("2026-01-10"), part("2026-04-01")), "IN D12 2026-07-10"},
		{"not knowing one part's date matters when the system is out", at(tooLate, claim.Findings{}, part("")), "UNDETERMINED D15"},
		{"a contract settled by staff (E37)", rules.Facts{Claimed: must(tooLate), Machine: claim.Machine{Serial: serial, Delivered: must("2025-01-15"), ContractNote: "24 months"}, Findings: claim.Findings{Override: goodwill}}, "IN D3 POLICY_GAP"},
		{"goodwill after a dealer (E6)", at(borderly, claim.Findings{Dealer: true, Override: goodwill}), "IN D3 POLICY_GAP"},
		{"goodwill without a reason", at(borderly, claim.Findings{Override: claim.Override{Coverage: claim.In}}), "OUT D10 BORDERLINE 2026-01-15"},
		{"goodwill does not lift an exclusion", at(inTime, claim.Findings{Override: goodwill, Exclusion: proven}), "EXCLUDED D8"},
		{"an override that agrees changes nothing", at(inTime, claim.Findings{Override: goodwill}), "IN D3 2026-01-15"},
		{"cleared by an engineer", at(inTime, claim.Findings{Acts: []claim.Act{"rewiring"}, Exclusion: claim.Exclusion{State: claim.ExclusionCleared}}), "IN D3 2026-01-15"},
		{"suspected and out", at(borderly, claim.Findings{Exclusion: unproven}), "OUT D10 EXCLUSION_REVIEW BORDERLINE 2026-01-15"},
		{"wear is no defect, whatever the part", at(tooLate, claim.Findings{Class: claim.ClassWear, Part: board, Cause: claim.CauseYes}, part("2026-01-10")), "IN D6 POLICY_GAP 2026-07-10"},
		{"not ours, whatever else", rules.Facts{Claimed: must(inTime), Machine: machine(), Stated: must("2024-01-01"), Findings: claim.Findings{OtherMaker: true, Dealer: true, Exclusion: proven, Override: goodwill}}, "OUT D17"},
		{"an expired part of a system made IN by goodwill", at(tooLate, claim.Findings{Part: board, Cause: claim.CauseYes, Override: goodwill}, part("2025-03-01")), "IN D3"},
	} {
		v := judge(c.f)
		if got := line(v); got != c.want {
			t.Errorf("%s: %s, want %s (because %s)", c.name, got, c.want, names(v.Because))
		}
	}
	if v := judge(at(borderly, claim.Findings{Override: goodwill})); !v.Overridden || v.Has(claim.Borderline) {
		t.Errorf("goodwill: %+v", v)
	}
	if v := judge(at(inTime, claim.Findings{Override: goodwill})); v.Overridden {
		t.Errorf("an override that agrees is none: %+v", v)
	}
}

// Reversing an exclusion restores the terms as they were (acceptance 4).
func TestReversedExclusion(t *testing.T) {
	t.Parallel()
	first := judge(at(inTime, claim.Findings{Class: claim.ClassHardware}))
	_ = judge(at(inTime, claim.Findings{Class: claim.ClassHardware, Exclusion: proven}))
	again := judge(at(inTime, claim.Findings{Class: claim.ClassHardware}))
	if fmt.Sprint(first) != fmt.Sprint(again) {
		t.Errorf("%v, then %v", first, again)
	}
}

// What a stranger learns (P7).
func TestForStranger(t *testing.T) {
	t.Parallel()
	for c, want := range map[claim.Coverage]claim.Coverage{
		claim.In: claim.In, claim.Out: claim.Out, claim.Undetermined: claim.Undetermined, claim.Excluded: claim.Undetermined,
	} {
		if got := rules.ForStranger(claim.Verdict{Coverage: c}); got != want {
			t.Errorf("%s: a stranger learns %s, want %s", c, got, want)
		}
	}
}

func ExampleEdition_Judge() {
	e := rules.Default().On(must("2025-06-01"))
	v := e.Judge(rules.Facts{
		Claimed: must("2025-06-01"),
		Machine: claim.Machine{Serial: "OS-2025-0417", Delivered: must("2025-01-15")},
	})
	fmt.Println(v.Coverage, "until", v.LastDay, "because", v.Because)
	fmt.Println("to Shantou:", v.Terms.ToOptoste, "- to the customer:", v.Terms.ToCustomer)
	// Output:
	// IN until 2026-01-15 because [D3 W1 D2 D1]
	// to Shantou: customer - to the customer: optoste
}
