package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what takes moments.
const patience = 30 * time.Second

// built is the program under test, built once.
var built string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "supportbot-test-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system cleans up what is left
	built = filepath.Join(dir, "supportbot")
	if out, err := exec.Command("go", "build", "-o", built, ".").CombinedOutput(); err != nil { //nolint:noctx // go test has the deadline
		panic(string(out))
	}
	return m.Run()
}

// place is a folder in which the program runs, with its settings and nothing of ours.
type place struct {
	dir string
	env []string
}

func newPlace(t *testing.T, env ...string) place {
	t.Helper()
	return place{t.TempDir(), env}
}

func (p place) with(env ...string) place {
	return place{p.dir, append(p.env[:len(p.env):len(p.env)], env...)}
}

func (p place) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, built, args...)
	cmd.Dir = p.dir
	cmd.Env = append([]string{"HOME=" + p.dir, "PATH=" + os.Getenv("PATH")}, p.env...)
	return cmd
}

// file writes a file into the folder.
func (p place) file(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// result is what a command that has ended left.
type result struct {
	out, errs string
	status    int
}

func (p place) run(t *testing.T, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := p.command(ctx, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("%v: %v %v", args, err, ctx.Err())
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// must runs a command that has to succeed and returns what it printed.
func (p place) must(t *testing.T, args ...string) string {
	t.Helper()
	r := p.run(t, args...)
	if r.status != 0 {
		t.Fatalf("%v: status %d\n%s%s", args, r.status, r.out, r.errs)
	}
	return r.out
}

// want fails unless the command ended so and said these things on stderr.
func (r result) want(t *testing.T, status int, said ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, want %d\n%s%s", r.status, status, r.out, r.errs)
	}
	contains(t, r.errs, said...)
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is missing in:\n%s", p, text)
		}
	}
}

// server is the program while it runs.
type server struct {
	url  string
	cmd  *exec.Cmd
	errs *bytes.Buffer // to be read after stop only
	rest chan string   // what came on stdout after the address
}

var (
	demoLine  = regexp.MustCompile(`^Open (http://\S+) in a browser\. Stop with Ctrl-C\. Data lies in (\S+)\.$`)
	serveLine = regexp.MustCompile(`"msg":"serving","listen":"([^"]+)"`)
)

// start runs demo or serve until it says its address; it is killed when the test ends before it
// was stopped.
func (p place) start(t *testing.T, command string) *server {
	t.Helper()
	s := &server{cmd: p.with("LISTEN=127.0.0.1:0", "LOG_FORMAT=json").command(context.Background(), command), errs: &bytes.Buffer{}, rest: make(chan string, 1)} //nolint:usetesting // it ends by a signal, not by a kill
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout, s.cmd.Stderr = writer, s.errs
	line := demoLine
	if command == "serve" {
		s.cmd.Stdout, s.cmd.Stderr = os.Stdout, writer
		line = serveLine
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	t.Cleanup(func() { _ = s.cmd.Process.Kill(); _, _ = s.cmd.Process.Wait() })
	found := make(chan string, 1)
	go s.listen(reader, line, found)
	select {
	case s.url = <-found:
	case <-time.After(patience):
	}
	if s.url == "" {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		t.Fatalf("%s has not started\n%s%s", command, <-s.rest, s.errs)
	}
	return s
}

func (s *server) listen(r *os.File, line *regexp.Regexp, found chan<- string) {
	defer r.Close()
	var rest strings.Builder
	for lines := bufio.NewScanner(r); lines.Scan(); {
		if m := line.FindStringSubmatch(lines.Text()); m != nil {
			found <- "http://" + strings.TrimPrefix(m[1], "http://")
			continue
		}
		rest.WriteString(lines.Text() + "\n")
	}
	close(found)
	s.rest <- rest.String()
}

// stop asks the program to end and returns what it said beside its address.
func (s *server) stop(t *testing.T) (said string) {
	t.Helper()
	began := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v\n%s", err, s.errs)
		}
	case <-time.After(patience):
		t.Fatal("does not end")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s to end", took)
	}
	return <-s.rest + s.errs.String()
}
