package bot_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
)

// choices makes buttons of labels; the ID is the label.
func choices(labels ...string) []bot.Choice {
	list := make([]bot.Choice, len(labels))
	for i, l := range labels {
		list[i] = bot.Choice{ID: bot.ChoiceID(l), Label: l}
	}
	return list
}

func TestPick(t *testing.T) {
	t.Parallel()
	english := choices("Line stopped", "Runs, but not well", "Only a question")
	chinese := choices("停机", "能运行，但不正常", "只是咨询")
	answers := choices("Yes, add to C-2603-0001", "No, another fault")
	for _, c := range []struct {
		list  []bot.Choice
		typed string
		want  string // label; empty = none
	}{
		{english, "1", "Line stopped"},
		{english, " 3 ", "Only a question"},
		{english, "2.", "Runs, but not well"},
		{english, "2)", "Runs, but not well"},
		{english, "(2)", "Runs, but not well"},
		{english, "2。", "Runs, but not well"},
		{english, "２", "Runs, but not well"},
		{english, "２．", "Runs, but not well"},
		{english, "２、", "Runs, but not well"},
		{english, "（２）", "Runs, but not well"},
		{english, "0", ""},
		{english, "4", ""},
		{english, "-1", ""},
		{english, "99999999999999999999", ""},
		{english, "line stopped", "Line stopped"},
		{english, "LINE  STOPPED!", "Line stopped"},
		{english, "“Line stopped”", "Line stopped"},
		{english, "line", "Line stopped"},
		{english, "Runs", "Runs, but not well"},
		{english, "run", ""},
		{english, "stopped", ""},
		{english, "Line stopped since Sunday", ""},
		{english, "", ""},
		{english, " \n", ""},
		{english, "?!", ""},
		{chinese, "停机", "停机"},
		{chinese, "停机。", "停机"},
		{chinese, "能运行", "能运行，但不正常"},
		{chinese, "能运行,但不正常", "能运行，但不正常"},
		{chinese, "能", ""},
		{chinese, "只是咨询！", "只是咨询"},
		{answers, "yes", "Yes, add to C-2603-0001"},
		{answers, "No.", "No, another fault"},
		{answers, "ＹＥＳ", "Yes, add to C-2603-0001"},
		{answers, "no another fault", ""},
		{choices("是，补充到 C-2603-0001", "不是，另一个故障"), "是", "是，补充到 C-2603-0001"},
		{choices("是，补充到 C-2603-0001", "不是，另一个故障"), "不是。", "不是，另一个故障"},
		{choices("No", "Nozzle"), "no", "No"},
		{choices("Nozzle", "Belt"), "no", ""},
		{choices("Yes, delete", "Yes, keep"), "yes", ""},
		{choices("Yes", "Yes, keep"), "yes", "Yes"},
		{choices("Go on: a report", "Go on: a report"), "go on: a report", ""},
		{choices("*a*", "b"), "*a*", "*a*"},
		{nil, "1", ""},
	} {
		got, ok := bot.Pick(c.list, c.typed)
		if got.Label != c.want || ok != (c.want != "") {
			t.Errorf("Pick(%v, %q) = %q, %t; want %q", c.list, c.typed, got.Label, ok, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"Back": "back", "back up": "back up", "BACK\tUP\n": "back up", "返回。": "返回", "返回！": "返回", "“返回”": "返回",
		"ＢＡＣＫ": "back", "ok～": "ok", "1.": "1", "...": "", "": "", "a.b": "a.b", "好，": "好", "好、": "好", "(x)": "x", "no　way": "no way",
	} {
		if got := bot.Fold(typed); got != want {
			t.Errorf("Fold(%q) = %q, want %q", typed, got, want)
		}
	}
}

// TestPickFindsItsOwn types each label and each number of lists of any labels.
func TestPickFindsItsOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z]{1,2}( [a-z]{1,2})?`)), 1, 8).Draw(t, "labels")
		list := choices(labels...)
		for i, c := range list {
			number := string(rune('1' + i))
			if got, ok := bot.Pick(list, number); !ok || got != c {
				t.Errorf("%s picks %v, %t; want %v", number, got, ok, c)
			}
		}
		typed := rapid.OneOf(rapid.SampledFrom(labels), rapid.String()).Draw(t, "typed")
		checkPick(t, list, typed)
	})
}

func FuzzPick(f *testing.F) {
	for _, s := range []string{"yes", "1", "２．", "返回。", "\xff", "İ", "ß", ".", "+1"} {
		f.Add("Yes, do|No|返回|１|.|yes", s)
	}
	f.Fuzz(func(t *testing.T, labels, typed string) {
		checkPick(t, choices(strings.Split(labels, "|")...), typed)
		if once := bot.Fold(typed); bot.Fold(once) != once {
			t.Errorf("Fold(%q) = %q, and once more %q", typed, once, bot.Fold(once))
		}
	})
}

// checkPick wants one of the list or nothing, and the same again in another case.
func checkPick(t failer, list []bot.Choice, typed string) {
	t.Helper()
	got, ok := bot.Pick(list, typed)
	if ok != slices.Contains(list, got) && (ok || got != bot.Choice{}) {
		t.Errorf("Pick(%q) = %v, %t, which is not in %v", typed, got, ok, list)
	}
	if ok && bot.Fold(typed) == "" {
		t.Errorf("nothing typed picks %v", got)
	}
	again, okAgain := bot.Pick(list, " "+typed+"!")
	if again != got || ok != okAgain {
		t.Errorf("Pick(%q) = %v, %t, but with a mark behind it %v, %t", typed, got, ok, again, okAgain)
	}
}
