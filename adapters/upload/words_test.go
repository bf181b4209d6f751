package upload_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWords compares the languages with each other, and with what the page asks for.
func TestWords(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("static/words.json")
	if err != nil {
		t.Fatal(err)
	}
	var words map[string]map[string]string
	if err := json.Unmarshal(b, &words); err != nil {
		t.Fatal(err)
	}
	hole := regexp.MustCompile(`\{\w+\}`)
	holes := func(s string) []string {
		found := hole.FindAllString(s, -1)
		slices.Sort(found)
		return found
	}
	for lang, list := range words {
		for key, text := range list {
			if diff := cmp.Diff(holes(words["en"][key]), holes(text)); text == "" || diff != "" {
				t.Errorf("%s, %s (-en +%s):\n%s", lang, key, lang, diff)
			}
		}
		for key := range words["en"] {
			if list[key] == "" {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}

	var text strings.Builder
	files, err := filepath.Glob("static/*.[hj][ts]*")
	if err != nil || len(files) < 6 {
		t.Fatalf("files %q, %v", files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, ".json") {
			text.Write(b)
		}
	}
	used := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?:word\(|\.Word |#show\()"(\w+)"`).FindAllStringSubmatch(text.String(), -1) {
		used[m[1]] = true
	}
	for _, m := range []string{"waiting", "too_big", "empty", "failed_damaged", "failed_read"} { // made of variables
		used[m] = true
	}
	for key := range used {
		if words["en"][key] == "" {
			t.Errorf("the page asks for %q", key)
		}
	}
	for key := range words["en"] {
		if !used[key] {
			t.Errorf("nobody asks for %q", key)
		}
	}
}
