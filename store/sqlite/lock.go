package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const lockFile = "supportbot.lock"

// errHeld is what tryLock answers when somebody else holds the file.
var errHeld = errors.New("held by another process")

// lock is an open file that the system has locked for us. It is free again when the file is
// closed, so also when the process dies.
type lock struct{ *os.File }

func takeLock(path string) (*lock, error) {
	f, err := tryLock(path)
	if errors.Is(err, errHeld) {
		return nil, fmt.Errorf("lock %s: %w%s: stop it, or choose another data directory than %s",
			path, err, holder(path), filepath.Dir(path))
	}
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	// Only for the message above.
	if err := errors.Join(f.Truncate(0), writePID(f)); err != nil {
		return nil, fmt.Errorf("write lock file: %w", joinClose(err, f))
	}
	return &lock{f}, nil
}

// Close frees the lock. The file stays: removing it would let two processes lock two files.
func (l *lock) Close() error {
	if err := errors.Join(unlock(l.File), l.File.Close()); err != nil {
		return fmt.Errorf("free lock: %w", err)
	}
	return nil
}

func writePID(f *os.File) error {
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// holder tells which process has the lock, as far as the file says.
func holder(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (number %d)", pid)
}
