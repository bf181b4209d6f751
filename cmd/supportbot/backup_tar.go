package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A backup is a tar file with these entries in this order: what it is, the database as its own
// program writes it, the media by the SHA-256 of their content, and an end, so that a file that was
// cut off is told from a whole one.
const (
	manifestEntry = "manifest.json"
	databaseEntry = "database"
	mediaEntries  = "media/"
	endEntry      = "end.json"

	backupFormat = 1
	maxJSON      = 1 << 20 // bytes
)

// databaseKind is what wrote the database's entry.
type databaseKind string

const (
	kindSQLite   databaseKind = "SQLite"
	kindPostgres databaseKind = "Postgres"
)

// manifest is the first entry.
type manifest struct {
	Format   int          `json:"format"`
	Database databaseKind `json:"database"`
	Made     time.Time    `json:"made"`
	Program  string       `json:"program"` // the version that wrote it
}

// mediaCount is the last entry.
type mediaCount struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

func (c *mediaCount) add(size int64) {
	c.Files++
	c.Bytes += size
}

func (c mediaCount) String() string {
	return fmt.Sprintf("%s of media (%.1f MB)", number(c.Files, "file", "files"), float64(c.Bytes)/1e6)
}

// backupWriter writes entries.
type backupWriter struct {
	tar *tar.Writer
	at  time.Time
}

func newBackupWriter(w io.Writer, at time.Time) *backupWriter {
	return &backupWriter{tar.NewWriter(w), at.Truncate(time.Second)}
}

func (w *backupWriter) entry(name string, size int64, r io.Reader) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: w.at, Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	_, err := io.Copy(w.tar, r)
	return err
}

func (w *backupWriter) json(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.entry(name, int64(len(b)), strings.NewReader(string(b)))
}

func (w *backupWriter) copy(name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return w.entry(name, info.Size(), f)
}

func (w *backupWriter) close() error { return w.tar.Close() }

var (
	errNoBackup = errors.New("it is no backup of supportbot")
	errCutOff   = errors.New("it is cut off; take another backup")
)

// readBackup reads the entries: begin gets the manifest, database and media what they are named
// after. It returns no error only when the backup is whole.
func readBackup(r io.Reader, begin func(manifest) error, database func(io.Reader) error, media func(hash string, r io.Reader) error) error {
	t := tar.NewReader(r)
	var m manifest
	if err := expect(t, manifestEntry, errNoBackup, &m); err != nil {
		return err
	}
	if m.Format != backupFormat {
		return fmt.Errorf("it has the format %d; restore it with supportbot %s or newer", m.Format, m.Program)
	}
	if err := begin(m); err != nil {
		return err
	}
	if h, err := t.Next(); err != nil || h.Name != databaseEntry {
		return errCutOff
	}
	if err := database(t); err != nil {
		return whole(err)
	}
	var found mediaCount
	for {
		h, err := t.Next()
		if err != nil {
			return errCutOff
		}
		if h.Name == endEntry {
			return checkEnd(t, found)
		}
		found.add(h.Size)
		if err := media(strings.TrimPrefix(h.Name, mediaEntries), t); err != nil {
			return whole(err)
		}
	}
}

func expect(t *tar.Reader, name string, otherwise error, v any) error {
	h, err := t.Next()
	if err != nil || h.Name != name {
		return otherwise
	}
	if err := json.NewDecoder(io.LimitReader(t, maxJSON)).Decode(v); err != nil {
		return otherwise
	}
	return nil
}

func checkEnd(t io.Reader, found mediaCount) error {
	var want mediaCount
	if err := json.NewDecoder(io.LimitReader(t, maxJSON)).Decode(&want); err != nil || want != found {
		return errCutOff
	}
	return nil
}

// whole says of a file that ended too early what that means.
func whole(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutOff
	}
	return err
}
