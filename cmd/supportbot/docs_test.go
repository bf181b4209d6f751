package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMetricsInOperations compares the table with what a program with all channels tells.
func TestMetricsInOperations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, api, _ := telegram(t, 0)
	s := newPlace(t, "WEB_CHAT=on", "TELEGRAM_TOKEN="+token, "TELEGRAM_API_URL="+api,
		"SLACK_BOT_TOKEN=xoxb-1-2-3", "SLACK_API_URL=http://127.0.0.1:1/", "SLACK_SIGNING_SECRET=0123456789abcdef").start(t, "serve")
	_, body := s.get(t, "/metrics")
	s.stop(t)
	list := func(pattern, text string) (names []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		return names
	}
	told := list(`(?m)^# TYPE (supportbot_\w+) `, body)
	if len(told) < 5 {
		t.Errorf("metrics %q", told)
	}
	if diff := cmp.Diff(told, list("(?m)^\\| `(supportbot_\\w+)` \\|", string(text))); diff != "" {
		t.Errorf("metrics (-program +docs/operations.md):\n%s", diff)
	}
}
