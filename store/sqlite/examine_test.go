package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/optoste/supportbot/store/sqlite"
)

func TestExamine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	look := func(detail, problem string) {
		t.Helper()
		list := sqlite.Examiner{Dir: dir}.Examine(t.Context())
		if len(list) != 1 || !strings.Contains(list[0].Detail, detail) || (problem == "") != (list[0].Problem == "") || !strings.Contains(list[0].Problem, problem) {
			t.Errorf("findings %+v, want %q, %q", list, detail, problem)
		}
	}
	look("made at the first start", "")
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("it has made %v, %v", left, err)
	}
	running, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	look("migrations ", "")
	if err := running.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, sqlite.File), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	look("", "file is not a database")
}
