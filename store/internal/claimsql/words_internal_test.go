package claimsql

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                       nil,
		"Valve, VALVE; valves!":  {"valve", "valves"},
		"E17-阀门漏":                {"e17", "阀门", "门漏", "漏"},
		"VS600报警":                {"vs600", "报警", "警"},
		"阀":                      {"阀"},
		"naïve ＡＢＣ १२":           {"naïve", "abc", "१२"},
		strings.Repeat("x", 100): {strings.Repeat("x", longestOne)},
		"a\x00b\xffc":            {"a", "b", "c"},
	} {
		if diff := cmp.Diff(want, words(text, true)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// TestWordsAreBounded keeps no more of a long description than one write bears.
func TestWordsAreBounded(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for r := '一'; r < '一'+5000; r++ {
		text.WriteRune(r)
	}
	c := claim.Claim{Description: text.String(), Lines: []claim.Line{{Serial: "OS-1"}, {Serial: "OS-1"}, {}}}
	if n := len(wordsOf(c)); n != maxWords+1 {
		t.Errorf("%d words, want %d and the serial number", n, maxWords)
	}
	if n := len(sought(text.String())); n != maxSought {
		t.Errorf("%d words are sought, want %d", n, maxSought)
	}
}
