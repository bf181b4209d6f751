//go:build unix

package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// settings of a server whose data nobody needs after the machine has lost its power.
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 400
fsync = off
deadlock_timeout = 20ms
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

// Postgres is a private server; its superuser is "supportbot" and has no password.
type Postgres struct {
	*process
	bin string
}

// StartPostgres makes and starts a server whose language sorts otherwise than bytes do. lines are
// further lines of its configuration, such as "max_connections = 20".
func StartPostgres(lines ...string) (*Postgres, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	proc, err := newProcess("postgres", syscall.SIGQUIT)
	if err != nil {
		return nil, err
	}
	p := &Postgres{proc, bin}
	if err = p.initialize(lines); err == nil {
		err = p.launch(p.Start)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Postgres) data() string { return p.file("data") }

func (p *Postgres) initialize(lines []string) error {
	cmd := exec.Command(filepath.Join(p.bin, "initdb"), "-D", p.data(), "-U", "supportbot", "-A", "trust", "-E", "UTF8", //nolint:noctx // bounded
		"--locale=C", "--locale-provider=icu", "--icu-locale=en", "--no-sync")
	cmd.Dir, cmd.SysProcAttr = p.dir, &syscall.SysProcAttr{Credential: p.who}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	f, err := os.OpenFile(filepath.Join(p.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings + strings.Join(lines, "\n") + "\n")
	return errors.Join(err, f.Close(), os.WriteFile(filepath.Join(p.data(), "pg_hba.conf"), []byte(access), 0o600))
}

// Start starts the server again after Kill or Stop, on the same port.
func (p *Postgres) Start() error {
	return p.start(p.ready, filepath.Join(p.bin, "postgres"), "-D", p.data(), "-p", strconv.Itoa(p.port))
}

// ready tells whether this server answers, not another one that took the port.
func (p *Postgres) ready(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.URL("postgres"))
	if err != nil {
		return err
	}
	var data string
	err = conn.QueryRow(ctx, `show data_directory`).Scan(&data)
	if err = errors.Join(err, conn.Close(ctx)); err == nil && data != p.data() {
		err = fmt.Errorf("the server of %s answers", data)
	}
	return err
}

// Stop ends the server in good order; connections are cut off.
func (p *Postgres) Stop() error { return p.end(syscall.SIGINT) }

// Restart kills the server and starts it again: it then recovers as after a crash.
func (p *Postgres) Restart() error {
	if err := p.Kill(); err != nil {
		return err
	}
	return p.Start()
}

// URL names a database of the server.
func (p *Postgres) URL(database string) string {
	return "postgres://supportbot@" + p.Addr() + "/" + database + "?sslmode=disable"
}

// Programs is the directory of pg_dump and the like, of the server's version.
func (p *Postgres) Programs() string { return p.bin }

// Exec runs a statement as the superuser in the database "postgres".
func (p *Postgres) Exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, p.URL("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// Create makes a database and returns its URL. like is the one that is copied, which nobody may
// use meanwhile; "" = an empty one.
func (p *Postgres) Create(ctx context.Context, name, like string) (string, error) {
	if like == "" {
		like = "template0"
	}
	return p.URL(name), p.Exec(ctx, `create database `+name+` template `+like)
}

// Drop removes a database, and cuts off who uses it.
func (p *Postgres) Drop(ctx context.Context, name string) error {
	return p.Exec(ctx, `drop database `+name+` with (force)`)
}
