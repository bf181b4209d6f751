//go:build unix

package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	startTime = 60 * time.Second
	endTime   = 30 * time.Second
	lookEvery = 10 * time.Millisecond
	ports     = 5 // that are tried: another program may take one before the server does
)

// errEnded is why a start has failed when the server ended by itself, for example because somebody
// else took its port.
var errEnded = errors.New("it ended by itself")

// begin writes down the number that the server then has, before there is a server.
const begin = `echo $$ >"$1/pid" && shift && exec "$@"`

// watch waits for a word. When it gets none, the program that should have said it is dead: then it
// ends the server and removes its files.
const watch = `
trap '' INT TERM HUP
read -r word && exit
pid=$(cat "$1/pid" 2>/dev/null)
[ -n "$pid" ] && kill -"$2" "$pid" 2>/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do
	rm -rf -- "$1"
	[ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || break
	sleep 0.2
done
rm -rf -- "$1"
`

// process is a server in a directory of its own.
type process struct {
	dir     string
	who     *syscall.Credential // nil = ourselves
	crash   syscall.Signal      // ends it without letting it finish anything
	port    int
	cmd     *exec.Cmd
	done    chan struct{} // closed when it has ended
	watcher *exec.Cmd
	word    io.WriteCloser // to the watcher
}

// newProcess makes a directory that belongs to somebody who is not root.
func newProcess(kind string, crash syscall.Signal) (p *process, err error) {
	p = &process{crash: crash}
	if p.dir, err = os.MkdirTemp("", "supportbot-"+kind+"-"); err != nil {
		return nil, err
	}
	if err = p.own(); err == nil {
		err = p.guard()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.dir))
	}
	return p, nil
}

func (p *process) own() (err error) {
	if p.who, err = unprivileged(); err != nil || p.who == nil {
		return err
	}
	return os.Chown(p.dir, int(p.who.Uid), int(p.who.Gid))
}

// guard starts the watcher.
func (p *process) guard() (err error) {
	p.watcher = exec.Command("/bin/sh", "-c", watch, "sh", p.dir, strconv.Itoa(int(p.crash))) //nolint:noctx // it outlives us
	p.watcher.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.word, err = p.watcher.StdinPipe(); err != nil {
		return err
	}
	return p.watcher.Start()
}

// launch starts a server for the first time, on a port that nobody else has.
func (p *process) launch(start func() error) (err error) {
	for range ports {
		if p.port, err = freePort(); err != nil {
			return err
		}
		if err = start(); !errors.Is(err, errEnded) {
			return err
		}
	}
	return err
}

// start runs a program and waits until it is ready.
func (p *process) start(ready func(ctx context.Context) error, program ...string) error {
	log, err := os.OpenFile(p.file("log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()                                                                         //nolint:errcheck // the server has it
	cmd := exec.Command("/bin/sh", append([]string{"-c", begin, "sh", p.dir}, program...)...) //nolint:noctx // ended by its number
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: p.who}
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	p.cmd, p.done = cmd, done
	if err := p.wait(ready); err != nil {
		return fmt.Errorf("%s does not start: %w\n%s", filepath.Base(program[0]), errors.Join(err, p.end(syscall.SIGKILL)), p.Log())
	}
	return nil
}

func (p *process) wait(ready func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-look.C:
		case <-p.done:
			return errEnded
		case <-ctx.Done():
			return err
		}
	}
}

// end sends a signal and waits for the end of the server. One that has ended already is fine.
func (p *process) end(s syscall.Signal) error {
	if p.cmd == nil {
		return nil
	}
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return p.ended()
}

func (p *process) ended() error {
	late := time.NewTimer(endTime)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		_ = p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("%s took longer than %s to end", p.dir, endTime)
	}
	p.cmd = nil
	return os.Remove(p.file("pid"))
}

// Kill ends the server as a crash does. A server that does not run is fine.
func (p *process) Kill() error { return p.end(p.crash) }

// Close ends the server and removes its files.
func (p *process) Close() error {
	err := p.Kill()
	_, werr := io.WriteString(p.word, "done\n")
	return errors.Join(err, werr, p.word.Close(), p.watcher.Wait(), os.RemoveAll(p.dir))
}

// PID is the number of the server's process; 0 = it does not run.
func (p *process) PID() int {
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Log is what the server has written, for the message of a test that failed.
func (p *process) Log() string {
	b, _ := os.ReadFile(p.file("log"))
	return string(b)
}

// Addr is the server's address and port.
func (p *process) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)) }

func (p *process) file(name string) string { return filepath.Join(p.dir, name) }

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
