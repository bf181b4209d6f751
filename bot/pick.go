package bot

import (
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// Pick finds the choice that a typed answer means: its number ("2", "２."), its label, or a
// word that begins exactly one label. Case, width and punctuation around it do not matter. What
// fits two of them picks none.
func Pick(choices []Choice, typed string) (Choice, bool) {
	if len(choices) == 0 || len(typed) > longestWord {
		return Choice{}, false
	}
	want := Fold(typed)
	if want == "" {
		return Choice{}, false
	}
	if n, err := strconv.Atoi(strings.Trim(want, ".) ")); err == nil {
		if n >= 1 && n <= len(choices) {
			return choices[n-1], true
		}
		return Choice{}, false
	}
	var whole, begun []Choice
	for _, c := range choices {
		label := Fold(c.Label)
		if label == want {
			whole = append(whole, c)
		} else if rest, ok := strings.CutPrefix(label, want); ok && wordEnds(rest) {
			begun = append(begun, c)
		}
	}
	if len(whole) > 0 {
		begun = whole
	}
	if len(begun) != 1 {
		return Choice{}, false
	}
	return begun[0], true
}

// wordEnds tells whether a label's rest begins a new word, so that "no" means "No, go on" but not
// "Nozzle".
func wordEnds(rest string) bool {
	r := []rune(rest)
	return len(r) > 0 && strings.ContainsRune(" ,.:;-–—，。：（(", r[0])
}

// Fold brings a typed word into the form in which words are compared: lower case, usual width, one
// space between words, no punctuation at the ends.
func Fold(s string) string {
	s = strings.ToLower(width.Fold.String(s))
	s = strings.Join(strings.Fields(s), " ")
	return strings.Trim(s, " .!?,;:。！？，、～~\"'“”()[]")
}
