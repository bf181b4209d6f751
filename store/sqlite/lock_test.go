package sqlite_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

func TestSecondOpenIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, dir)
	wantHeld(t, dir, os.Getpid())
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
}

// wantHeld fails unless the directory is refused with a message that helps.
func wantHeld(t *testing.T, dir string, pid int) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir)
	if err == nil {
		db.Close()
		t.Fatal("the directory was opened twice")
	}
	for _, part := range []string{filepath.Join(dir, "supportbot.lock"), fmt.Sprintf("number %d", pid), "stop it", "another data directory"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

func TestOpenOfBrokenDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, sqlite.File), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the lock is given back
		db, err := sqlite.Open(t.Context(), dir)
		if err == nil {
			db.Close()
			t.Fatal("a text was opened as a database")
		}
		if !strings.Contains(err.Error(), sqlite.File) {
			t.Errorf("error %q does not name the file", err)
		}
	}
}

const crashDir = "SUPPORTBOT_TEST_CRASH_DIR" // tells the test binary to be the process that is killed

// TestCrash kills a process that has stored a claim and a session: the lock is free, the claim and
// the session are there.
func TestCrash(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(crashDir); dir != "" {
		crash(t, dir)
		return
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrash$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "stored\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	wantHeld(t, dir, cmd.Process.Pid)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	db := open(t, dir)
	defer db.Close()
	if _, err := db.Claim(t.Context(), "C-2603-0001"); err != nil {
		t.Error(err)
	}
	s := openSessions(t, filepath.Join(dir, sqlite.SessionsFile), func() time.Time { return noon.Add(time.Hour) })
	defer s.Close()
	session, err := s.Open(t.Context(), mei, "in-1", time.Minute)
	if err != nil || session.Version != 1 || session.Attempts != 2 || session.Epoch != session.Current {
		t.Errorf("session %+v, %v; want version 1 of this epoch, second start", session, err)
	}
}

var (
	noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	mei  = bot.Key{Channel: "chat", Chat: "1", Person: "mei"}
)

// crash is the life of the process that is killed.
func crash(t *testing.T, dir string) {
	t.Helper()
	db := open(t, dir)
	defer db.Close()
	if _, err := db.OpenClaim(t.Context(), bot.EffectKey{Inbound: "in-1"}, claim.Claim{Opened: noon}, nil); err != nil {
		t.Fatal(err)
	}
	s := openSessions(t, filepath.Join(dir, sqlite.SessionsFile), func() time.Time { return noon })
	session, err := s.Open(t.Context(), mei, "in-1", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), session, time.Time{}, time.Minute); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(os.Stdout, "stored")
	<-t.Context().Done()
}
