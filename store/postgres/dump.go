package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

var (
	// ErrNotEmpty says that a database has tables already, which a restore would not touch.
	ErrNotEmpty = errors.New("the database is not empty")

	errNoClient = errors.New("is neither on the PATH nor in /usr/lib/postgresql/*/bin: install the client programs of Postgres " +
		"(Debian: apt-get install postgresql-client), of the server's version or newer")
)

// Dump writes the database of a URL into a file, as it was at one moment, with pg_dump. Programs that
// use the database go on.
func Dump(ctx context.Context, address, file string) error {
	if err := client(ctx, address, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+file); err != nil {
		return fmt.Errorf("dump database: %w", err)
	}
	return nil
}

// Restore reads what [Dump] has written into an empty database with pg_restore: all of it, or
// nothing. Errors: [ErrNotEmpty].
func Restore(ctx context.Context, address, file string) error {
	if err := Empty(ctx, address); err != nil {
		return err
	}
	if err := client(ctx, address, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", file); err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	return nil
}

// Empty fails when the database of a URL has tables. Errors: [ErrNotEmpty].
func Empty(ctx context.Context, address string) (err error) {
	config, err := parse(address)
	if err != nil {
		return fmt.Errorf("look into database: %w", err)
	}
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return fmt.Errorf("look into database: %w", err)
	}
	var tables int
	err = conn.QueryRow(ctx, `select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`).Scan(&tables)
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return fmt.Errorf("look into database: %w", err)
	}
	if tables > 0 {
		return fmt.Errorf("%w: %s has %d tables", ErrNotEmpty, config.ConnConfig.Database, tables)
	}
	return nil
}

// client runs a client program of Postgres. What it says on stderr is its error; the password is not
// among its arguments, which everybody on the machine can read.
func client(ctx context.Context, address, name string, args ...string) error {
	program, err := find(name)
	if err != nil {
		return err
	}
	target, password, err := forClients(address)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"--dbname=" + target, "--no-password"}, args...)...) //nolint:gosec // one of two names, found above
	if password != "" {
		cmd.Env = append(cmd.Environ(), "PGPASSWORD="+password)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}

// find looks on the PATH, then where Debian has it, newest first.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	list, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(list) == 0 {
		return "", fmt.Errorf("%s %w", name, errNoClient)
	}
	return slices.MaxFunc(list, func(a, b string) int { return release(a) - release(b) }), nil
}

// release is the number in /usr/lib/postgresql/15/bin/pg_dump.
func release(path string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	if err != nil {
		return 0
	}
	return n
}

// libpqParams are the parameters of a URL that the client programs know as well. They refuse those
// of pgx and its pool.
var libpqParams = []string{
	"host", "hostaddr", "port", "dbname", "user", "passfile", "connect_timeout", "application_name", "options",
	"sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "channel_binding", "target_session_attrs",
	"krbsrvname", "gssencmode", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
}

// forClients turns the URL into one for the client programs, and the password.
func forClients(address string) (target, password string, err error) {
	if _, err := parse(address); err != nil {
		return "", "", err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", "", errURL
	}
	query := u.Query()
	password = query.Get("password")
	if p, ok := u.User.Password(); ok {
		password, u.User = p, url.User(u.User.Username())
	}
	for name := range query {
		if !slices.Contains(libpqParams, name) {
			query.Del(name)
		}
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20") // libpq takes a plus as it is
	return u.String(), password, nil
}
