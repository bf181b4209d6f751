package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/optoste/supportbot/bot"
)

var (
	// ErrExists says that there is a database already, which a restore would not touch.
	ErrExists = errors.New("there is a database already")

	errDamaged = errors.New("the copy is damaged")
)

// Copy writes the database in a directory into a new file, as it was at one moment. A process that
// has the database open goes on. Errors: [bot.ErrNotFound] when there is no database yet.
func Copy(ctx context.Context, dir, file string) (err error) {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copy database %s: %w", path, bot.ErrNotFound)
	}
	db, err := openFile(path, 1)
	if err != nil {
		return fmt.Errorf("copy database %s: %w", path, err)
	}
	if _, err = db.ExecContext(ctx, `vacuum into $1`, file); err == nil {
		err = os.Chmod(file, 0o600)
	}
	if err = joinClose(err, db); err != nil {
		return fmt.Errorf("copy database %s: %w", path, err)
	}
	return nil
}

// Restore puts a file that [Copy] has written into a directory that has no database, and makes the
// directory when it is not there. Errors: [ErrExists]; it fails when a process has the directory open.
func Restore(ctx context.Context, dir, file string) (err error) {
	if err := check(ctx, file); err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	l, err := takeLock(filepath.Join(dir, lockFile))
	if err != nil {
		return err
	}
	if err := joinClose(place(dir, file), l); err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	return nil
}

// Empty fails when a directory has a database. Errors: [ErrExists].
func Empty(dir string) error {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrExists, path)
	}
	return nil
}

// check reads the whole file, since a damaged one shows late.
func check(ctx context.Context, file string) (err error) {
	db, err := openFile(file, 1, "_query_only=1")
	if err != nil {
		return err
	}
	var result string
	err = db.QueryRowContext(ctx, `pragma quick_check(1)`).Scan(&result)
	if err == nil && result != "ok" {
		err = fmt.Errorf("%w: %s", errDamaged, result)
	}
	return joinClose(err, db)
}

// place moves a copy to where the database is expected, so that it is there as a whole or not at all.
func place(dir, file string) error {
	if err := Empty(dir); err != nil {
		return err
	}
	path := filepath.Join(dir, File)
	for _, rest := range []string{path + "-wal", path + "-shm"} { // of a database that was taken away
		if err := os.Remove(rest); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	half := path + ".restore"
	if err := copyFile(half, file); err != nil {
		return errors.Join(err, os.Remove(half))
	}
	return os.Rename(half, path)
}

func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Sync()
	}
	return joinClose(err, out)
}
