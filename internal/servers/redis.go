//go:build unix

package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	goredis "github.com/redis/go-redis/v9"
)

// Redis is a private redis-server without a password.
type Redis struct {
	*process
	program string
	config  []string // the file to begin with, or nothing
	args    []string
	client  *goredis.Client
}

// StartRedis starts a server that keeps nothing when it ends, unless the arguments say something
// else, for example "--appendonly", "yes".
func StartRedis(args ...string) (*Redis, error) {
	return startRedis("", append([]string{"--save", "", "--appendonly", "no"}, args...)...)
}

// StartSentinel starts a sentinel that watches a server under the name "main".
func StartSentinel(master *Redis) (*Redis, error) {
	return startRedis(fmt.Sprintf("sentinel monitor main 127.0.0.1 %d 1\n", master.port), "--sentinel")
}

func startRedis(config string, args ...string) (*Redis, error) {
	program, err := redisProgram()
	if err != nil {
		return nil, err
	}
	proc, err := newProcess("redis", syscall.SIGKILL)
	if err != nil {
		return nil, err
	}
	r := &Redis{process: proc, program: program, args: args}
	if config != "" { // a sentinel writes down what it sees
		r.config = []string{r.file("redis.conf")}
		err = r.write("redis.conf", []byte(config))
	}
	if err == nil {
		err = r.launch(r.Start)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// write makes a file that the server may change.
func (r *Redis) write(name string, content []byte) error {
	if err := os.WriteFile(r.file(name), content, 0o600); err != nil || r.who == nil {
		return err
	}
	return os.Chown(r.file(name), int(r.who.Uid), int(r.who.Gid))
}

// Start starts the server again after Kill or Stop, on the same port.
func (r *Redis) Start() error {
	if r.client != nil {
		_ = r.client.Close()
	}
	r.client = goredis.NewClient(&goredis.Options{Addr: r.Addr(), MaxRetries: -1})
	return r.start(r.ready, slices.Concat([]string{r.program}, r.config,
		[]string{"--port", strconv.Itoa(r.port), "--bind", "127.0.0.1", "--dir", r.dir, "--daemonize", "no"}, r.args)...)
}

// ready tells whether this server answers, not another one that took the port, and has loaded.
func (r *Redis) ready(ctx context.Context) error {
	info, err := r.client.Info(ctx, "server").Result()
	if err != nil {
		return err
	}
	if !strings.Contains(info, fmt.Sprintf("process_id:%d\r", r.PID())) {
		return errors.New("another server answers")
	}
	return r.client.Ping(ctx).Err()
}

// Stop ends the server by SHUTDOWN NOSAVE: the append-only file is complete, no dump is written.
func (r *Redis) Stop() error {
	if r.cmd == nil {
		return nil
	}
	_ = r.client.ShutdownNoSave(context.Background()).Err() // a server that obeys does not answer
	return r.ended()
}

// Restart kills the server and starts it again.
func (r *Redis) Restart() error {
	if err := r.Kill(); err != nil {
		return err
	}
	return r.Start()
}

// Close ends the server and removes its files.
func (r *Redis) Close() error {
	if r.client != nil {
		_ = r.client.Close()
	}
	return r.process.Close()
}

// URL names the server as the setting REDIS_URL does.
func (r *Redis) URL() string { return "redis://" + r.Addr() }

// Port is the server's port.
func (r *Redis) Port() int { return r.port }

// Client talks to the server; it is closed and made anew with each start.
func (r *Redis) Client() *goredis.Client { return r.client }

// Flush removes everything (FLUSHALL).
func (r *Redis) Flush(ctx context.Context) error { return r.client.FlushAll(ctx).Err() }

// dataFiles are what a server reads when it starts.
var dataFiles = []string{dumpFile, "appendonlydir"}

const dumpFile = "dump.rdb"

// Dump keeps what the server knows now under a name for [Redis.RestartFrom]: a dump, and the
// append-only file where there is one. A server that had no dump to start from has none after it.
func (r *Redis) Dump(ctx context.Context, name string) error {
	own := r.file(dumpFile)
	_, before := os.Stat(own)
	if err := r.client.Save(ctx).Err(); err != nil {
		return fmt.Errorf("save: %w", err)
	}
	if err := r.move(r.dir, r.file(name), false); err != nil || before == nil {
		return err
	}
	return os.Remove(own)
}

// RestartFrom kills the server and starts it with what Dump has kept, as after the restore of a backup.
func (r *Redis) RestartFrom(name string) error {
	if err := r.Kill(); err != nil {
		return err
	}
	if err := r.move(r.file(name), r.dir, true); err != nil {
		return err
	}
	return r.Start()
}

// move copies the data files between directories; replace removes first what is there.
func (r *Redis) move(from, to string, replace bool) error {
	for _, name := range dataFiles {
		source, target := filepath.Join(from, name), filepath.Join(to, name)
		if replace {
			if err := os.RemoveAll(target); err != nil {
				return err
			}
		}
		info, err := os.Stat(source)
		switch {
		case errors.Is(err, os.ErrNotExist):
			continue
		case err != nil:
			return err
		case info.IsDir():
			err = os.CopyFS(target, os.DirFS(source))
		default:
			err = copyFile(source, target)
		}
		if err != nil {
			return err
		}
	}
	return r.hand(to)
}

func copyFile(source, target string) error {
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	return os.WriteFile(target, content, 0o600)
}

// hand gives what was copied to the server's user.
func (r *Redis) hand(dir string) error {
	if r.who == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(r.who.Uid), int(r.who.Gid))
	})
}
