//go:build !embedded && unix

package servers_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/optoste/supportbot/internal/servers"
)

func TestPostgresComesBack(t *testing.T) {
	t.Parallel()
	p, err := servers.StartPostgres("max_connections = 37")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	must(t, p.Exec(t.Context(), `create database a`))
	address, err := p.Create(t.Context(), "b", "a")
	must(t, err)
	if got := ask(t, address, `show max_connections`); got != "37" {
		t.Errorf("max_connections %s", got)
	}
	ask(t, address, `create table t (x text); insert into t values ('kept'); select ''`)
	addr := p.Addr()
	for name, again := range map[string]func() error{
		"restart": p.Restart,
		"stop":    func() error { must(t, p.Stop()); return p.Start() },
		"kill":    func() error { must(t, p.Kill()); must(t, p.Kill()); return p.Start() },
	} {
		must(t, again())
		if got := ask(t, address, `select x from t`); got != "kept" || p.Addr() != addr {
			t.Errorf("after %s at %s: %q", name, p.Addr(), got)
		}
	}
	must(t, p.Drop(t.Context(), "b"))
}

func ask(t *testing.T, address, sql string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	must(t, err)
	defer conn.Close(t.Context())
	results, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	must(t, err)
	return string(results[len(results)-1].Rows[0][0])
}

func TestRedisComesBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args        []string
		kill, stop  string // what is there after it
		fromTheDump string
	}{
		"keeps nothing":    {nil, "", "", "old"},
		"append-only file": {[]string{"--appendonly", "yes"}, "new", "new", "old"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startRedis(t, c.args...)
			check := func(when, want string) {
				t.Helper()
				if got := r.Client().Get(t.Context(), "k").Val(); got != want {
					t.Errorf("after %s: %q, want %q", when, got, want)
				}
			}
			set := func(v string) { t.Helper(); must(t, r.Client().Set(t.Context(), "k", v, 0).Err()) }
			set("new")
			must(t, r.Restart())
			check("a kill", c.kill)
			set("new")
			must(t, r.Stop())
			must(t, r.Start())
			check("a stop", c.stop)
			set("old")
			must(t, r.Dump(t.Context(), "yesterday"))
			set("new")
			must(t, r.Restart())
			check("a kill after a dump", c.kill)
			must(t, r.RestartFrom("yesterday"))
			check("a restore", c.fromTheDump)
			must(t, r.Flush(t.Context()))
			check("FLUSHALL", "")
		})
	}
}

func startRedis(t *testing.T, args ...string) *servers.Redis {
	t.Helper()
	r, err := servers.StartRedis(args...)
	must(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

func TestSentinelKnowsItsMaster(t *testing.T) {
	t.Parallel()
	master := startRedis(t)
	s, err := servers.StartSentinel(master)
	must(t, err)
	defer s.Close()
	addr, err := s.Client().Do(t.Context(), "sentinel", "get-master-addr-by-name", "main").StringSlice()
	must(t, err)
	if len(addr) != 2 || addr[0]+":"+addr[1] != master.Addr() {
		t.Errorf("master %q, want %s", addr, master.Addr())
	}
}

// TestNothingIsLeft must not run beside others: it looks at a directory of its own.
func TestNothingIsLeft(t *testing.T) {
	dir := shared(t)
	p, err := servers.StartPostgres()
	must(t, err)
	r, err := servers.StartRedis()
	must(t, err)
	for _, pid := range []int{p.PID(), r.PID()} {
		if _, err := os.FindProcess(pid); err != nil || pid == 0 {
			t.Errorf("process %d: %v", pid, err)
		}
	}
	must(t, p.Close())
	must(t, r.Close())
	if p.PID() != 0 || r.PID() != 0 {
		t.Errorf("still running: %d, %d", p.PID(), r.PID())
	}
	left, err := os.ReadDir(dir)
	if len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
	if _, err := servers.StartRedis("--no-such-setting", "1"); err == nil {
		t.Error("a server with a wrong setting has started")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left by a start that failed: %v", left)
	}
}

const dies = "SUPPORTBOT_TEST_DIES"

// TestMain is also the program that dies and closes nothing.
func TestMain(m *testing.M) {
	if os.Getenv(dies) == "" {
		os.Exit(m.Run())
	}
	p, err := servers.StartPostgres()
	r, err2 := servers.StartRedis()
	if err := errors.Join(err, err2); err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString(p.Addr() + " " + r.Addr())
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func TestNothingIsLeftByTheDead(t *testing.T) {
	dir := shared(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), dies+"=yes")
	out, err := cmd.Output()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the program has not been killed: %v\n%s", err, out)
	}
	if len(strings.Fields(string(out))) != 2 {
		t.Fatalf("servers at %q", out)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		left, err := os.ReadDir(dir)
		listening := slices.DeleteFunc(strings.Fields(string(out)), func(addr string) bool { return !listens(addr) })
		if len(left)+len(listening) == 0 && err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("left: %v, %v, running: %q", left, err, listening)
		}
	}
}

func listens(addr string) bool {
	conn, err := net.Dial("tcp", addr) //nolint:noctx // at once
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// shared makes the directory in which servers make theirs; other users may enter it.
func shared(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o755))
	must(t, os.Chmod(filepath.Dir(dir), 0o755))
	t.Setenv("TMPDIR", dir)
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
