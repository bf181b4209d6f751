package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

// TestCopyOfARunningDatabase copies while somebody writes.
func TestCopyOfARunningDatabase(t *testing.T) {
	t.Parallel()
	dir, copies := t.TempDir(), t.TempDir()
	file := filepath.Join(copies, "it's a 50% copy?.db")
	if err := sqlite.Copy(t.Context(), dir, file); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("without a database: %v, want ErrNotFound", err)
	}
	running, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	put := func(n int) error {
		return running.PutPerson(t.Context(), "chat", claim.Person{ID: claim.PersonID(strconv.Itoa(n))})
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var writer errgroup.Group
	writer.Go(func() error {
		for n := 1; ctx.Err() == nil; n++ {
			if err := put(n); err != nil {
				return err
			}
		}
		return nil
	})
	err = sqlite.Copy(t.Context(), dir, file)
	stop()
	if err := errors.Join(err, writer.Wait(), put(-1)); err != nil {
		t.Fatal(err)
	}

	if err := sqlite.Restore(t.Context(), dir, file); err == nil || !strings.Contains(err.Error(), "held by another process") {
		t.Errorf("restore beside a running program: %v", err)
	}
	other := filepath.Join(t.TempDir(), "new")
	if err := os.MkdirAll(other, 0o700); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(dir, sqlite.File+"-wal")) // of a database that was moved away
	if err != nil || len(log) == 0 {
		t.Fatalf("no write-ahead log: %v", err)
	}
	if err := os.WriteFile(filepath.Join(other, sqlite.File+"-wal"), log, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(t.Context(), other, file); err != nil {
		t.Fatal(err)
	}
	restored, err := sqlite.Open(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	if _, err := restored.Person(t.Context(), "chat", "0"); err != nil {
		t.Errorf("what was there before: %v", err)
	}
	if _, err := restored.Person(t.Context(), "chat", "-1"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("what came after: %v, want ErrNotFound", err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 100 { // several pages
		if err := db.PutPerson(t.Context(), "chat", claim.Person{ID: claim.PersonID(strconv.Itoa(n)), Name: strings.Repeat("x", 1000)}); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "copy")
	if err := errors.Join(sqlite.Copy(t.Context(), dir, file), db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(t.Context(), dir, file); !errors.Is(err, sqlite.ErrExists) {
		t.Errorf("restore over a database: %v, want ErrExists", err)
	}
	if err := sqlite.Copy(t.Context(), dir, file); err == nil {
		t.Error("a copy was written over another")
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rotten := slices.Clone(whole)
	copy(rotten[len(rotten)/2:], make([]byte, 8192))
	for name, content := range map[string][]byte{"rotten": rotten, "cut off": whole[:len(whole)/2], "text": []byte(strings.Repeat("no database", 1000))} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		empty := t.TempDir()
		if err := sqlite.Restore(t.Context(), empty, file); err == nil {
			t.Errorf("%s: restored", name)
		}
		if left, err := os.ReadDir(empty); len(left) > 0 || err != nil {
			t.Errorf("%s: left %v, %v", name, left, err)
		}
	}
}
