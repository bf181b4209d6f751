package script_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata" // the samples name time zones

	"github.com/optoste/supportbot/bot/script"
)

// TestSamples plays the samples: each must come out as it was written. With UPDATE=1 it writes
// them.
func TestSamples(t *testing.T) {
	t.Parallel()
	for _, path := range samples(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f, err := script.Parse(path, text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := script.Diff(string(text), string(f.Format())); diff != "" {
				t.Fatalf("parsed and formatted it is another text:\n%s", diff)
			}
			got, err := script.Play(t.Context(), f, &counter{})
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := script.Diff(string(text), string(got)); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
			if !bytes.Equal(f.Format(), text) {
				t.Error("playing has changed the parsed file")
			}
		})
	}
}

func samples(tb testing.TB) []string {
	tb.Helper()
	list, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(list) < 3 {
		tb.Fatalf("samples are missing: %v, %v", list, err)
	}
	return list
}

// parse parses a play with a header of its own.
func parse(t *testing.T, play string) *script.File {
	t.Helper()
	f, err := script.Parse("t.txt", []byte(header+play))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const header = `on:      web
at:      2026-03-02 10:00
person:  mei
person:  ivan
person:  wang, engineer
`

// play plays it and returns what follows the header.
func play(t *testing.T, text string, stage script.Stage) (string, error) {
	t.Helper()
	got, err := script.Play(t.Context(), parse(t, text), stage)
	rest, ok := strings.CutPrefix(string(got), header)
	if !ok {
		t.Fatalf("the header has changed:\n%s", got)
	}
	return rest, err
}
