package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot/rules"
)

const root = "../.."

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var (
	documents = []string{"README.md", "docs/operations.md", "docs/architecture.md", "docs/desk.md"}
	codeSpan  = regexp.MustCompile("`(supportbot [^`]+)`")
	shLine    = regexp.MustCompile(`(?m)^ *(supportbot [^#\n]*)`)
	shBlock   = regexp.MustCompile("(?s)```sh\n(.*?)```")
	logLine   = regexp.MustCompile(`msg="([^"]+)"`)
)

// TestCommandsInDocuments gives every command that a document shows to the program as far as its
// words, flags and number of arguments go.
func TestCommandsInDocuments(t *testing.T) {
	t.Parallel()
	for _, name := range documents {
		text := readFile(t, name)
		var lines []string
		for _, m := range codeSpan.FindAllStringSubmatch(text, -1) {
			lines = append(lines, m[1])
		}
		for _, block := range shBlock.FindAllStringSubmatch(text, -1) {
			for _, m := range shLine.FindAllStringSubmatch(block[1], -1) {
				lines = append(lines, m[1])
			}
		}
		for _, line := range lines {
			if err := understood(strings.Fields(line)[1:]); err != nil {
				t.Errorf("%s: %q: %v", name, line, err)
			}
		}
	}
	if err := understood([]string{"backup"}); err == nil {
		t.Error("a command without its argument is understood")
	}
	if err := understood([]string{"backup", "--fast", "x"}); err == nil {
		t.Error("an unknown flag is understood")
	}
	if err := understood([]string{"beckup", "x"}); err == nil {
		t.Error("an unknown command is understood")
	}
}

func understood(args []string) error {
	cmd, rest, err := program().Find(args)
	if err == nil {
		err = cmd.ParseFlags(rest)
	}
	if err != nil {
		return err
	}
	if rest = cmd.Flags().Args(); cmd.HasSubCommands() && len(rest) > 0 {
		return usagef("%q is no command", rest[0])
	}
	if cmd.HasSubCommands() {
		return nil // a group is named as a whole
	}
	return cmd.ValidateArgs(rest)
}

// TestReadmeListsAllCommands wants a row for each command.
func TestReadmeListsAllCommands(t *testing.T) {
	t.Parallel()
	readme := readFile(t, "README.md")
	for _, cmd := range program().Commands() {
		if !cmd.HasSubCommands() && !strings.Contains(readme, "| `"+cmd.CommandPath()+" ") && !strings.Contains(readme, "| `"+cmd.CommandPath()+"`") {
			t.Errorf("no row for %s", cmd.CommandPath())
		}
		for _, below := range cmd.Commands() {
			if !strings.Contains(readme, below.CommandPath()) && !inARow(readme, cmd, below) {
				t.Errorf("no word on %s", below.CommandPath())
			}
		}
	}
}

// inARow finds a command in a row of several: "`supportbot claims list`, `show ID`, `export`".
func inARow(readme string, above, cmd *cobra.Command) bool {
	for line := range strings.Lines(readme) {
		if strings.HasPrefix(line, "| `"+above.CommandPath()+" ") && strings.Contains(line, "`"+cmd.Name()) {
			return true
		}
	}
	return false
}

// TestLogLinesInDocuments looks for each log line that a document quotes in the source.
func TestLogLinesInDocuments(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	for _, dir := range []string{"bot", "adapters", "cmd", "store"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				var b []byte
				b, err = os.ReadFile(path)
				source.Write(b)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	lines := logLine.FindAllStringSubmatch(readFile(t, "docs/operations.md"), -1)
	if len(lines) < 4 {
		t.Errorf("%d log lines are quoted", len(lines))
	}
	for _, m := range lines {
		line := `"` + m[1] + `"`
		if beginning, cut := strings.CutSuffix(m[1], "..."); cut {
			line = `"` + beginning
		}
		if !strings.Contains(source.String(), line) {
			t.Errorf("nobody logs %q", m[1])
		}
	}
}

// TestSettingsInDocuments finds names of settings that the program does not know.
func TestSettingsInDocuments(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile("`((?:TELEGRAM|SLACK|LOG|WEB|DATA|DATABASE|REDIS|MEDIA|PUBLIC|POLICY|DESK)_[A-Z_]+)")
	for _, document := range documents {
		for _, m := range name.FindAllStringSubmatch(readFile(t, document), -1) {
			if !slices.Contains(names(), strings.TrimSuffix(m[1], "_FILE")) && !slices.Contains(names(), m[1]) {
				t.Errorf("%s: no setting %s", document, m[1])
			}
		}
	}
}

// TestLimitsInReadme compares the numbers with those of the built-in policy.
func TestLimitsInReadme(t *testing.T) {
	t.Parallel()
	readme, in := strings.Join(strings.Fields(readFile(t, "README.md")), " "), rules.Default().Intake
	for _, want := range []string{
		fmt.Sprintf("the upload page takes %d MB", in.MaxUploadBytes>>20),
		fmt.Sprintf("A claim takes %d files, a person %d a day", in.MaxFiles, in.DailyFiles),
		fmt.Sprintf("%d messages an hour and have %d serial numbers looked up", in.HourlyMessages, in.HourlyLookups),
	} {
		if !strings.Contains(readme, want) {
			t.Errorf("README.md does not say %q", want)
		}
	}
}
