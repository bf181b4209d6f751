package main_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot/rules"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "machines.csv", machinesHeader+"OS-2025-0417,VS-600,2025-01-15,Nuts Ltd,PE,,\nOS-2025-0555,VS-300,,Nuts Ltd,PE,,by contract 18 months\n")
	p.must(t, "machines", "import", "machines.csv")
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"last day": {[]string{"--serial", "OS-2025-0417", "--on", "2026-01-15"}, []string{
			"OS-2025-0417, claimed on 2026-01-15", "VS-600, delivered on 2025-01-15", "Coverage: IN.", "Last day: 2026-01-15", "Row: D3.",
			"Freight and insurance to Shantou: you", "Freight and insurance to the customer: Optoste", "Service charge: none",
			"Please send nothing before you have its PSS number", "  D3   In warranty", "  W1   The warranty", "2026-01-15 (this day included)", "Policy: 2021-08-07",
		}},
		"day after": {[]string{"--serial", "OS-2025-0417", "--on", "2026-01-16"}, []string{"Coverage: OUT.", "Flag: BORDERLINE.", "Row: D10."}},
		"Chinese":   {[]string{"--serial", "OS-2025-0417", "--on", "2026-01-16", "--lang", "zh"}, []string{"报修日期 2026-01-16", "保修: OUT. 按现有日期", "最后一天: 2026-01-15", "依据:", "D10  保修期外"}},
		"question":  {[]string{"--serial", "OS-2025-0417", "--on", "2026-01-15", "--severity", "question"}, []string{"Row: D19."}},
		"contract":  {[]string{"--serial", "OS-2025-0555", "--on", "2026-01-15"}, []string{"delivery date not known; with a contract of its own: by contract 18 months", "Coverage: UNDETERMINED.", "Flag: POLICY_GAP", "  E37"}},
		"conflict":  {[]string{"--serial", "OS-2025-0417", "--on", "2026-01-15", "--delivered", "2025-05-05"}, []string{"Coverage: IN.", "Flag: DATE_CONFLICT", "  E5 "}},
		"unknown":   {[]string{"--serial", "NB-10", "--on", "2026-01-15"}, []string{"Machine: not in the registry", "Row: D15.", "  E1 "}},
		"assumed":   {[]string{"--serial", "NB-10", "--on", "2026-01-15", "--delivered", "2025-05-05"}, []string{"judged as if delivered on 2025-05-05", "Coverage: IN.", "Last day: 2026-05-05"}},
	} {
		// One after the other: each takes the database's lock.
		out := p.must(t, append([]string{"policy", "explain"}, c.args...)...)
		t.Log(name)
		contains(t, out, c.want...)
		if strings.ContainsAny(out, "[]<>") {
			t.Errorf("a text is missing:\n%s", out)
		}
	}
}

func TestExplainAsJSON(t *testing.T) {
	t.Parallel()
	out := newPlace(t).must(t, "policy", "explain", "--serial", "OS-2025-0417", "--on", "2026-01-15", "--delivered", "2025-01-15", "--json")
	var got struct {
		Serial  string
		On      string
		Known   bool
		Verdict struct {
			Coverage string
			LastDay  string `json:"last_day"`
		}
		Legs  map[string]string `json:"legs_text"`
		Rules []struct{ ID, Text string }
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Known || got.Serial != "OS-2025-0417" || got.On != "2026-01-15" || got.Verdict.Coverage != "IN" || got.Verdict.LastDay != "2026-01-15" ||
		got.Legs["to_customer"] != "Optoste" || len(got.Rules) < 2 || got.Rules[0].ID != "D3" || got.Rules[0].Text == "" {
		t.Errorf("%s", out)
	}
}

func TestPolicyFiles(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	yaml := string(rules.DefaultYAML())
	p.file(t, "good.yaml", strings.Replace(yaml, "system_months: 12", "system_months: 24", 1))
	p.file(t, "bad.yaml", strings.NewReplacer("system_months: 12", "system_months: 0", "part_months: 6", "part_months: six").Replace(yaml))
	contains(t, p.must(t, "policy", "check", "good.yaml"), "good.yaml is good: version", "1 edition (2021-08-07 from 2021-08-07)")
	p.run(t, "policy", "check", "bad.yaml").want(t, 2, "bad.yaml:", "editions[0].system_months: must be at least", "editions[0].part_months: is of type string")

	ask := []string{"policy", "explain", "--serial", "OS-2025-0417", "--on", "2026-01-15", "--delivered", "2024-06-01"}
	contains(t, p.must(t, ask...), "Coverage: OUT.")
	contains(t, p.must(t, append(ask, "--policy", "good.yaml")...), "Coverage: IN.", "Last day: 2026-06-01")
	contains(t, p.with("POLICY_FILE=good.yaml").must(t, ask...), "Coverage: IN.")
	p.with("POLICY_FILE=bad.yaml").run(t, ask...).want(t, 2, "editions[0].system_months", "editions[0].part_months")
	p.with("POLICY_FILE=bad.yaml", "LISTEN=x").run(t, "demo").want(t, 2, "editions[0].system_months", "editions[0].part_months", "LISTEN=x")
	p.run(t, append(ask, "--policy", "bad.yaml")...).want(t, 2, "editions[0].system_months")
}
