package script_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/optoste/supportbot/bot/script"
)

func seed(f *testing.F) {
	f.Helper()
	for _, path := range samples(f) {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{"", ":", "a:\r\nb", "\ufeff\n#\n x", header + "mei: \\\nlate: <photo>\n", header + "mei: copy\r\n\r\n x\nbot:", header + "mei: <a\n>", header + "mei: []", header + "mei: hi\r"} {
		f.Add([]byte(text))
	}
}

// FuzzParse checks that no text breaks the parser and that formatting changes nothing.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := script.Parse("t.txt", text)
		if err != nil {
			return
		}
		formatted := first.Format()
		if !bytes.Equal(formatted, text) {
			t.Fatalf("formatting changes bytes:\n%q\n%q", text, formatted)
		}
	})
}

// FuzzPlay checks that what was rewritten plays as it stands: comments, backslashes and
// indentation survive any text.
func FuzzPlay(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := script.Parse("t.txt", text)
		if err != nil {
			return
		}
		once, firstErr := script.Play(t.Context(), first, &counter{})
		second, err := script.Parse("t.txt", once)
		if err != nil {
			t.Fatalf("rewritten it cannot be parsed: %v\n%q", err, once)
		}
		twice, err := script.Play(t.Context(), second, &counter{})
		if (err == nil) != (firstErr == nil) {
			t.Fatalf("played again it ends otherwise: %v, then %v\n%q", firstErr, err, once)
		}
		if !bytes.Equal(once, twice) {
			t.Fatalf("played again it changes:\n%s", script.Diff(string(once), string(twice)))
		}
	})
}
