//go:build !embedded && unix

package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/postgres"
)

// The tests of this process share one private server. Each has a database of its own, copied from
// one that was migrated once.

const (
	startTime = 60 * time.Second
	startLook = 20 * time.Millisecond
	template  = "migrated"
)

// server is a running Postgres.
type server struct {
	port  string
	stdin interface{ Close() error } // ends the server
	done  chan struct{}              // closed when it has ended
	log   *bytes.Buffer              // complete when done is closed
}

var (
	started   *server // set by startOnce
	startOnce = sync.OnceValue(func() (err error) {
		started, err = start()
		return err
	})
	databases atomic.Int64
)

func TestMain(m *testing.M) {
	code := m.Run()
	if started != nil {
		started.stop()
	}
	os.Exit(code)
}

// run keeps a server until our end of its stdin is closed, be it by our death, and then ends it by
// its process id and removes its files.
const run = `
trap '' INT
"$1/postgres" -D "$2" -p "$3" -k '' &
server=$!
( read -r line; kill -QUIT $server ) <&3 2>/dev/null &
wait $server
kill $! 2>/dev/null
rm -rf -- "$2"
`

// settings of a server whose data nobody needs tomorrow.
const settings = `
listen_addresses = '127.0.0.1'
max_connections = 400
fsync = off
deadlock_timeout = 20ms
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
shared_buffers = 64MB
`

// access lets everybody in but the role "locked", who needs a password.
const access = `
host all locked 127.0.0.1/32 scram-sha-256
host all all    127.0.0.1/32 trust
`

func start() (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "supportbot-postgres-")
	if err != nil {
		return nil, err
	}
	who, err := unprivileged(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := initialize(bin, dir, who); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	for range 3 { // somebody else may take the port that was free
		var s *server
		if s, err = launch(bin, dir, who); err == nil {
			return s, s.prepare()
		}
	}
	return nil, err
}

// programs finds the directory of initdb as scripts/setup does.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	list, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(list) == 0 {
		return "", errors.New("these tests need Postgres: there is no initdb in /usr/lib/postgresql/*/bin or on the PATH. " +
			"Install it (make setup; Debian: apt-get install postgresql); make test-embedded runs the tests without it")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	newest := slices.MaxFunc(list, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

// unprivileged gives a directory to somebody who is not root, because Postgres refuses to run as
// root. nil = ourselves.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // no attributes are the wanted ones
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("find somebody who is not root: %w", err)
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	credential := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return &syscall.SysProcAttr{Credential: credential}, os.Chown(dir, int(uid), int(gid))
}

// initialize makes the files of a server whose language sorts otherwise than bytes do.
func initialize(bin, dir string, who *syscall.SysProcAttr) error {
	cmd := exec.Command(filepath.Join(bin, "initdb"), "-D", dir, "-U", "supportbot", "-A", "trust", "-E", "UTF8", //nolint:noctx // bounded
		"--locale=C", "--locale-provider=icu", "--icu-locale=en", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = dir, who
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	f, err := os.OpenFile(filepath.Join(dir, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings)
	return errors.Join(err, f.Close(), os.WriteFile(filepath.Join(dir, "pg_hba.conf"), []byte(access), 0o600))
}

func launch(bin, dir string, who *syscall.SysProcAttr) (*server, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err := errors.Join(err, free.Close()); err != nil {
		return nil, err
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s := &server{port: port, stdin: theirs, done: make(chan struct{}), log: new(bytes.Buffer)}
	cmd := exec.Command("/bin/sh", "-c", run, "sh", bin, dir, port) //nolint:noctx // ends with stdin
	cmd.Dir, cmd.SysProcAttr, cmd.Stdout, cmd.Stderr = dir, who, s.log, s.log
	cmd.ExtraFiles = []*os.File{ours} // 3
	if err := errors.Join(cmd.Start(), ours.Close()); err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait()
		close(s.done)
	}()
	if err := s.wait(); err != nil {
		return nil, err
	}
	return s, nil
}

// wait returns when the server answers.
func (s *server) wait() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	look := time.NewTicker(startLook)
	defer look.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-look.C:
		case <-s.done:
			return fmt.Errorf("postgres ended by itself:\n%s", s.log)
		case <-ctx.Done():
			s.stop()
			return fmt.Errorf("postgres does not answer: %w\n%s", err, s.log)
		}
	}
}

func (s *server) stop() {
	_ = s.stdin.Close()
	<-s.done
}

func (s *server) url(database string) string {
	return "postgres://supportbot@127.0.0.1:" + s.port + "/" + database + "?sslmode=disable"
}

// prepare makes the database that others are copied from.
func (s *server) prepare() error {
	ctx := context.Background()
	if err := s.exec(ctx, `create database `+template); err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, s.url(template), jobs.MigratePostgres); err != nil {
		return err
	}
	return s.exec(ctx, `create role locked login password 's3cret#word'`)
}

func (s *server) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// database returns the URL of a new one like another: template, or template0, which is empty.
func database(tb testing.TB, like string) string {
	tb.Helper()
	if err := startOnce(); err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("test%d", databases.Add(1))
	if err := started.exec(tb.Context(), `create database `+name+` template `+like); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		// The test's context has ended.
		if err := started.exec(context.WithoutCancel(tb.Context()), `drop database `+name+` with (force)`); err != nil {
			tb.Error(err)
		}
	})
	return started.url(name)
}

// open returns a store in a database of its own, and its URL.
func open(tb testing.TB) (*postgres.DB, string) {
	tb.Helper()
	address := database(tb, template)
	db, err := postgres.Open(tb.Context(), address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db, address
}

// query runs a statement beside the store and returns the first column as text.
func query(tb testing.TB, address, sql string) (list []string) {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), address)
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close(tb.Context())
	rows, err := conn.Query(tb.Context(), sql)
	if err == nil {
		list, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	return list
}

// with returns a URL with another part.
func with(tb testing.TB, address string, change func(u *url.URL)) string {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	change(u)
	return strings.TrimSpace(u.String())
}
