package safety_test

import (
	"os"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot/safety"
)

// TestSentence compares every sentence with the table of domain.md section 9,
// copied to testdata.
func TestSentence(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/safety-sentences.md")
	if err != nil {
		t.Fatal(err)
	}
	var codes []safety.Code
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| S-") {
			continue
		}
		if len(cells) != 3 {
			t.Fatalf("want three cells: %q", line)
		}
		code := safety.Code(strings.TrimSpace(cells[0]))
		codes = append(codes, code)
		for i, lang := range []string{"en", "zh"} {
			if got, want := safety.Sentence(code, lang), strings.TrimSpace(cells[i+1]); got != want {
				t.Errorf("%s %s:\n got %s\nwant %s", code, lang, got, want)
			}
		}
		if safety.Sentence(code, "vi") != safety.Sentence(code, "en") {
			t.Errorf("%s: an unknown language must be English", code)
		}
	}
	if got, want := safety.Codes(), codes; len(got) != len(want) {
		t.Errorf("codes %v, table %v", got, want)
	}
	for i, c := range safety.Codes() {
		if i < len(codes) && c != codes[i] {
			t.Errorf("code %d is %s, in the table %s", i, c, codes[i])
		}
	}
	if safety.Sentence("S-NONE", "zh") != safety.Sentence(safety.Stop, "zh") {
		t.Error("an unknown code must say stop")
	}
}
