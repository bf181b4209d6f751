package stage_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/stage"
)

var update = flag.Bool("update", false, "rewrite the bot's lines of the transcripts as they are now")

// transcripts lists all transcripts, by their path below flows/testdata.
func transcripts(t *testing.T) []string {
	t.Helper()
	root := filepath.Join("..", "..", "flows", "testdata")
	list, err := filepath.Glob(filepath.Join(root, "*", "*.txt"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no transcripts below %s: %v", root, err)
	}
	return list
}

// load reads a transcript.
func load(t *testing.T, path string) (*script.File, []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := script.Parse(path, b)
	if err != nil {
		t.Fatal(err)
	}
	return f, b
}

// TestTranscripts plays every transcript on the engine alone. What the bot says must be what
// stands there, and everything that can be said, asked and decided must be reached by one.
func TestTranscripts(t *testing.T) { //nolint:tparallel // what was walked is looked at when all have played
	t.Parallel()
	var mu sync.Mutex
	var walked script.Coverage
	t.Run("play", func(t *testing.T) {
		for _, path := range transcripts(t) {
			name := strings.TrimSuffix(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), ".txt")
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				cover := play(t, path, &stage.Engine{})
				mu.Lock()
				defer mu.Unlock()
				walked.Merge(cover)
			})
		}
	})
	if t.Failed() || *update {
		return
	}
	for _, unused := range walked.Unused(stage.All(t.Context())) {
		t.Errorf("no transcript reaches %s", unused)
	}
}

// TestTranscriptsOnThePage plays the transcripts of the web page over its HTTP protocol, with the
// same words.
func TestTranscriptsOnThePage(t *testing.T) {
	t.Parallel()
	played := 0
	for _, path := range transcripts(t) {
		f, want := load(t, path)
		if f.Scene.On != "web" || !f.Scene.OnStage(2) || *update {
			continue
		}
		played++
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			st := &stage.Web{}
			t.Cleanup(func() {
				if err := st.Close(); err != nil {
					t.Error(err)
				}
			})
			got, err := script.Play(t.Context(), f, st)
			if err != nil {
				t.Fatal(err)
			}
			if d := script.Diff(string(want), string(got)); d != "" {
				t.Errorf("%s on the page:\n%s", path, d)
			}
		})
	}
	if played == 0 && !*update {
		t.Error("no transcript plays on the page")
	}
}

// TestTranscriptsOfTheProgram plays whole stories against the built program: its own process, its
// files, killed and started again.
func TestTranscriptsOfTheProgram(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	path, err := stage.Build(t.Context(), t.TempDir(), "stage")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"report/stranger", "report/chinese", "serial/deep-link", "anytime/drafts", "claims/desk", "safety/stop.zh", "faults/killed", "faults/killed.zh",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, want := load(t, "../../flows/testdata/"+name+".txt")
			st := &stage.Program{Path: path}
			t.Cleanup(func() {
				if err := st.Close(); err != nil {
					t.Error(err)
				}
			})
			got, err := script.Play(t.Context(), f, st)
			if err != nil {
				t.Fatal(err)
			}
			if d := script.Diff(string(want), string(got)); d != "" {
				t.Errorf("%s of the built program:\n%s", name, d)
			}
		})
	}
}

func play(t *testing.T, path string, st *stage.Engine) script.Coverage {
	t.Helper()
	f, want := load(t, path)
	if !f.Scene.OnStage(1) {
		return script.Coverage{}
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	got, err := script.Play(t.Context(), f, st)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		return script.Coverage{}
	}
	if d := script.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s:\n%s\n(make scripts rewrites the bot's lines)", path, d)
	}
	return st.Walked()
}
