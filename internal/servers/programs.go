//go:build unix

package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// The programs are looked for as scripts/setup does.
var (
	errNoPostgres = errors.New("these tests need Postgres: there is no initdb in /usr/lib/postgresql/*/bin or on the PATH. " +
		"Install it (make setup; Debian: apt-get install postgresql); make test-embedded runs the tests without it")
	errNoRedis = errors.New("these tests need redis-server. " +
		"Install it (make setup; Debian: apt-get install redis-server); make test-embedded runs the tests without it")
)

// postgresPrograms finds the directory of initdb.
func postgresPrograms() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	list, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(list) == 0 {
		return "", errNoPostgres
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	newest := slices.MaxFunc(list, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

func redisProgram() (string, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return "", errNoRedis
	}
	return path, nil
}

// unprivileged is somebody who is not root, because Postgres refuses to run as root. nil = ourselves.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // no other person is the wanted one
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
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
