//go:build !embedded

package redis_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// server is a private redis-server on a free loopback port, in a directory of its own.
type server struct {
	dir    string
	port   int
	args   []string
	config []string // the file to begin with, or nothing
	cmd    *exec.Cmd
	watch  *exec.Cmd // ends the server when the test program was ended itself
	done   chan struct{}
}

// startServer starts one that keeps nothing, unless the arguments say something else.
func startServer(tb testing.TB, args ...string) *server {
	tb.Helper()
	return startProgram(tb, &server{dir: tb.TempDir(), args: append([]string{"--save", "", "--appendonly", "no"}, args...)})
}

// startSentinel starts one sentinel that watches the server and returns its URL.
func startSentinel(tb testing.TB, master *server) string {
	tb.Helper()
	dir := tb.TempDir()
	config := filepath.Join(dir, "sentinel.conf") // it insists on a file, to write down what it sees
	must(tb, os.WriteFile(config, fmt.Appendf(nil, "sentinel monitor main 127.0.0.1 %d 1\n", master.port), 0o600))
	return startProgram(tb, &server{dir: dir, args: []string{"--sentinel"}, config: []string{config}}).url() + "?master_name=main"
}

func startProgram(tb testing.TB, s *server) *server {
	tb.Helper()
	tb.Cleanup(s.kill)
	for range 5 { // another program may take the port before Redis does
		s.port = freePort(tb)
		if s.start(tb) {
			return s
		}
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	tb.Fatalf("redis-server does not start:\n%s", log)
	return nil
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start runs the program and waits until it answers; false: it ended instead.
func (s *server) start(tb testing.TB) bool {
	tb.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		tb.Fatal("These tests need redis-server.\nscripts/setup installs it (Debian: apt-get install redis-server); make test-embedded runs the tests without it.")
	}
	args := slices.Concat(s.config, []string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--logfile", "log", "--daemonize", "no"}, s.args)
	s.cmd = exec.Command(program, args...) //nolint:noctx // ended by kill, after the context of the test
	if err := s.cmd.Start(); err != nil {
		tb.Fatalf("start redis-server: %v", err)
	}
	s.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) { _ = cmd.Wait(); close(done) }(s.cmd, s.done)
	s.watch = exec.Command("sh", "-c", `read -r _; kill -9 "$1"`, "sh", strconv.Itoa(s.cmd.Process.Pid)) //nolint:noctx // as above
	if _, err := s.watch.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	must(tb, s.watch.Start())
	client := s.client(tb)
	running := true
	eventually(tb, "redis-server answers", func() bool {
		select {
		case <-s.done:
			running = false
			return true
		default:
		}
		info, err := client.Info(tb.Context(), "server").Result()
		return err == nil && strings.Contains(info, fmt.Sprintf("process_id:%d\r", s.cmd.Process.Pid)) && client.Ping(tb.Context()).Err() == nil
	})
	return running
}

// kill ends it at once: nothing more is written.
func (s *server) kill() {
	if s.watch != nil {
		_ = s.watch.Process.Kill()
		_ = s.watch.Wait()
		s.watch = nil
	}
	if s.done != nil {
		_ = s.cmd.Process.Kill()
		<-s.done
	}
}

// restart kills it, lets between happen, and starts it on the same port.
func (s *server) restart(tb testing.TB, between func()) {
	tb.Helper()
	s.kill()
	between()
	if !s.start(tb) {
		tb.Fatal("redis-server does not start again")
	}
}

func (s *server) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

func (s *server) url() string { return "redis://" + s.addr() }

// client talks to the server beside the sessions.
func (s *server) client(tb testing.TB) *goredis.Client {
	tb.Helper()
	c := goredis.NewClient(&goredis.Options{Addr: s.addr(), MaxRetries: -1})
	tb.Cleanup(func() { c.Close() })
	return c
}

// file is a file in the server's directory.
func (s *server) file(name string) string { return filepath.Join(s.dir, name) }

// startCluster starts three masters that share the slots and returns the URL of them all.
func startCluster(tb testing.TB) string {
	tb.Helper()
	const nodes, slots = 3, 16384
	ctx := tb.Context()
	var list [nodes]*goredis.Client
	var ports, buses [nodes]int
	for i := range list {
		buses[i] = freePort(tb)
		s := startServer(tb, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(buses[i]), "--cluster-node-timeout", "5000")
		list[i], ports[i] = s.client(tb), s.port
		must(tb, list[i].ClusterAddSlotsRange(ctx, i*slots/nodes, (i+1)*slots/nodes-1).Err())
		must(tb, list[i].Do(ctx, "cluster", "set-config-epoch", i+1).Err())
		if i > 0 {
			must(tb, list[i].Do(ctx, "cluster", "meet", "127.0.0.1", ports[0], buses[0]).Err())
		}
	}
	for _, c := range list {
		eventually(tb, "the cluster is complete", func() bool {
			info := c.ClusterInfo(ctx).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3") && strings.Contains(info, "cluster_size:3")
		})
	}
	return fmt.Sprintf("redis://127.0.0.1:%d?addr=127.0.0.1:%d&addr=127.0.0.1:%d", ports[0], ports[1], ports[2])
}

// eventually asks until the answer is yes.
func eventually(tb testing.TB, what string, yes func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-ctx.Done():
			tb.Fatalf("waited too long until %s", what)
		case <-tick.C:
		}
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
