//go:build !embedded && unix

package drill_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// points are where the program is made to die.
var points = []string{"after-effect", "after-save", "after-send", "before-ack"}

// replica is one process of the program after the other, always on the same port.
type replica struct {
	name, path, addr string
	data             string // its own folder
	env              []string
	log              *os.File
	deaths           *deaths
	stores           *truth

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{} // closed when cmd has ended
}

// deaths counts how the program died.
type deaths struct {
	mu       sync.Mutex
	hits     map[string]int // at the named points
	random   int
	starts   int
	failures int // starts that ended because a store was away
	faults   []string
}

// next chooses where the next process dies: at the point that has had the fewest deaths, or, now and
// then, at no point at all.
func (d *deaths) next(r *rand.Rand) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.IntN(6) == 0 {
		return ""
	}
	list := slices.Clone(points)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return slices.MinFunc(list, func(a, b string) int { return d.hits[a] - d.hits[b] })
}

// enough tells whether each point was hit often enough.
func (d *deaths) enough(n int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range points {
		if d.hits[p] < n {
			return false
		}
	}
	return true
}

func (d *deaths) note(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

// start starts a process and waits until it listens. die is as DIE_AT wants it; empty = it shall live.
func (r *replica) start(ctx context.Context, die string, env ...string) error {
	cmd := exec.CommandContext(ctx, r.path, "serve")
	cmd.Env = slices.Concat(os.Environ(), r.env, env, []string{"LISTEN=" + r.addr, "DIE_AT=" + die})
	cmd.Stderr = r.log
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	r.mu.Lock()
	r.cmd, r.ended = cmd, ended
	r.mu.Unlock()
	r.deaths.note(func() { r.deaths.starts++ })
	dialer := net.Dialer{Timeout: time.Second}
	for {
		conn, err := dialer.DialContext(ctx, "tcp", r.addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ended:
			return errors.New("it ended before it listened: " + cmd.ProcessState.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// kill ends the process without warning, and waits for its end.
func (r *replica) kill() {
	_ = r.cmd.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	<-r.ended
}

// pace is how long a process lives: at least so long, or so many turns at its point.
type pace struct {
	shortest time.Duration
	turns    int
}

// keep lets the replica live and die until ctx ends; then it is dead.
func (r *replica) keep(ctx context.Context, dice *rand.Rand, pace pace, env ...string) {
	for ctx.Err() == nil {
		point := r.deaths.next(dice)
		die := ""
		if point != "" {
			die = fmt.Sprintf("%s %d", point, 1+dice.IntN(pace.turns))
		}
		began := time.Now()
		if err := r.start(context.WithoutCancel(ctx), die, env...); err != nil {
			r.unborn(began, err)
			pause(ctx, between(dice, 100*time.Millisecond, 300*time.Millisecond))
			continue
		}
		r.live(ctx, point, began, between(dice, pace.shortest, 5*pace.shortest))
		pause(ctx, between(dice, 10*time.Millisecond, 200*time.Millisecond))
	}
}

// live waits for a started process to die at its point; after a time, it is killed.
func (r *replica) live(ctx context.Context, point string, began time.Time, longest time.Duration) {
	if point != "" {
		longest *= 2
	}
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case <-r.ended:
		if s, ok := r.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signal() == syscall.SIGKILL && point != "" {
			r.deaths.note(func() { r.deaths.hits[point]++ })
			return
		}
		r.unborn(began, errors.New(r.cmd.ProcessState.String()))
	case <-timer.C:
		r.kill()
		r.deaths.note(func() { r.deaths.random++ })
	case <-ctx.Done():
		r.kill()
		r.deaths.note(func() { r.deaths.random++ })
	}
}

// unborn notes a process that did not come up. Without its stores none does.
func (r *replica) unborn(began time.Time, err error) {
	now := time.Now()
	r.deaths.note(func() {
		if r.stores.during("database", began, now) != there || r.stores.during("sessions", began, now) != there {
			r.deaths.failures++
			return
		}
		r.deaths.faults = append(r.deaths.faults, r.name+" does not start: "+err.Error())
	})
}

// spooled returns how much waits in its folder to be worked.
func (r *replica) spooled() int {
	list, err := filepath.Glob(filepath.Join(r.data, "slack", "*.json*"))
	if err != nil {
		panic(err) // the pattern is ours
	}
	return len(list)
}

// written returns what the replica has logged.
func (r *replica) written() []string {
	b, err := os.ReadFile(r.log.Name())
	if err != nil {
		return []string{err.Error()}
	}
	return strings.Split(string(b), "\n")
}
