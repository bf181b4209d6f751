package media_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/optoste/supportbot/store/media"
)

func TestExamine(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "media")
	address, err := media.FileURL(dir)
	if err != nil {
		t.Fatal(err)
	}
	look := func(url, detail, problem string) {
		t.Helper()
		list := media.Examiner{URL: url}.Examine(t.Context())
		if strings.Contains(list[0].Problem, "hunter2") {
			t.Errorf("shows a secret: %+v", list)
		}
		if len(list) != 1 || !strings.Contains(list[0].Detail, detail) || (problem == "") != (list[0].Problem == "") || !strings.Contains(list[0].Problem, problem) {
			t.Errorf("findings %+v, want %q, %q", list, detail, problem)
		}
	}
	look(address, "made at the first start", "")
	if _, err := os.Stat(dir); err == nil {
		t.Error("it has made the folder")
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	look(address, "written and read", "")
	look("mem://", "written and read", "")
	look("floppy://a?key=hunter2", "", "must begin with file://")
	look(":", "", "is no URL")
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := errors.Join(os.Remove(dir), os.WriteFile(dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	look(address, "", "not a directory")
}
