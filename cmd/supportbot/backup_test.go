package main_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/store/media"
)

// evidence puts two files into the media and returns where they lie, with their content.
func (p place) evidence(t *testing.T) map[string]string {
	t.Helper()
	dir := filepath.Join(p.dir, "data", "media")
	address, err := media.FileURL(dir)
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := media.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	for _, content := range []string{"%PDF-1.4 a paper", strings.Repeat("a picture\x00", 100_000)} {
		if _, err := bucket.Put(t.Context(), strings.NewReader(content), "x", 1<<30); err != nil {
			t.Fatal(err)
		}
	}
	return p.media(t)
}

// media reads all files of the media.
func (p place) media(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	root := filepath.Join(p.dir, "data", "media")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, rerr := filepath.Rel(root, path)
		found[name] = string(content)
		return errors.Join(err, rerr)
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

// restored fails unless two places hold the same claims and files.
func restored(t *testing.T, before, after place) {
	t.Helper()
	for _, args := range [][]string{{"claims", "export", "--format", "json"}, {"claims", "list"}} {
		want := before.must(t, args...)
		if !strings.Contains(want, "OS-2025-0417") {
			t.Fatalf("%v tells nothing:\n%s", args, want)
		}
		if diff := cmp.Diff(want, after.must(t, args...)); diff != "" {
			t.Errorf("%v (-before +after):\n%s", args, diff)
		}
	}
	if diff := cmp.Diff(before.media(t), after.media(t)); diff != "" {
		t.Errorf("media (-before +after):\n%.500s", diff)
	}
}

func TestBackupOfSQLite(t *testing.T) {
	t.Parallel()
	before := withClaims(t)
	files := before.evidence(t)
	if len(files) != 2 {
		t.Fatalf("%d files of evidence", len(files))
	}
	server := before.with("WEB_CHAT=on").start(t, "serve") // it goes on meanwhile
	contains(t, before.must(t, "backup", "all.tar"), "Wrote all.tar: SQLite, 2 files of media (1.0 MB).")
	server.stop(t)
	backup := filepath.Join(before.dir, "all.tar")
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	before.run(t, "backup", "all.tar").want(t, 1, "all.tar is there already")

	after := newPlace(t)
	contains(t, after.must(t, "restore", backup), "Restored what SQLite was on 20", ": 2 files of media")
	restored(t, before, after)
	after.run(t, "restore", backup).want(t, 1, "there is a database already", "DATA_DIR")
	after.with("DATABASE_URL=postgres://127.0.0.1:1/x").run(t, "restore", backup).want(t, 1, "127.0.0.1")

	bare := newPlace(t)
	bare.must(t, "restore", "--no-media", backup)
	if n := len(bare.media(t)); n > 0 {
		t.Errorf("%d files were restored in spite of --no-media", n)
	}
	contains(t, before.must(t, "backup", "--no-media", "."), "Wrote supportbot-20", "Z.tar: SQLite, 0 files")
	if left, err := filepath.Glob(filepath.Join(before.dir, ".supportbot-backup-*")); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
	newPlace(t).run(t, "backup", "none.tar").want(t, 1, "there is no database in ./data yet")
	newPlace(t).run(t, "backup").want(t, 2, "see 'supportbot backup --help'")
}

// TestRestoreOfWhatIsNotWhole tries a backup that was cut off at many places, and damaged ones. None
// may leave a database.
func TestRestoreOfWhatIsNotWhole(t *testing.T) {
	t.Parallel()
	before := withClaims(t)
	before.evidence(t)
	before.must(t, "backup", "all.tar")
	whole, err := os.ReadFile(filepath.Join(before.dir, "all.tar"))
	if err != nil {
		t.Fatal(err)
	}
	try := func(name, said string, content []byte) {
		t.Helper()
		p := newPlace(t)
		p.file(t, "bad.tar", string(content))
		p.run(t, "restore", "bad.tar").want(t, 1, "bad.tar: ", said, "nothing was restored")
		if _, err := os.Stat(filepath.Join(p.dir, "data", "supportbot.db")); err == nil {
			t.Errorf("%s: there is a database", name)
		}
	}
	try("nothing", "it is no backup of supportbot", nil)
	try("text", "it is no backup of supportbot", []byte(strings.Repeat("text", 1000)))
	marks := entries(t, whole)
	for i, at := range marks {
		said := "it is cut off"
		if i == 0 {
			said = "it is no backup of supportbot"
		}
		try("begin of an entry", said, whole[:at])
		if i > 0 {
			try("amid an entry", "it is cut off", whole[:at+520])
		}
	}
	try("a file is missing", "it is cut off", slices.Concat(whole[:marks[2]], whole[marks[3]:]))
	damaged := bytes.Replace(whole, []byte("%PDF-1.4 a paper"), []byte("%PDF-1.4 a Paper"), 1)
	try("damaged", "is damaged", damaged)
	newer := bytes.Replace(whole, []byte(`{"format":1,`), []byte(`{"format":2,`), 1)
	try("newer", "it has the format 2", newer)
}

// entries lists where the entries of a tar file begin.
func entries(t *testing.T, file []byte) (list []int) {
	t.Helper()
	r := bytes.NewReader(file)
	for archive := tar.NewReader(r); ; {
		_, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, len(file)-r.Len()-512)
	}
	if len(list) != 5 { // manifest, database, two media, end
		t.Fatalf("%d entries", len(list))
	}
	return list
}
