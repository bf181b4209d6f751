package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/postgres"
	"github.com/optoste/supportbot/store/sqlite"
)

func restoreCommand() *cobra.Command {
	var job restoreJob
	cmd := command("restore FILE.tar", "Read a backup into an empty database", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) (err error) {
		if job.settings, err = readSettings(os.Environ()); err != nil {
			return err
		}
		job.file, job.out, job.errs = args[0], cmd.OutOrStdout(), cmd.ErrOrStderr()
		return job.run(cmd.Context())
	})
	cmd.Flags().BoolVar(&job.noMedia, "no-media", false, "leave the pictures and files in the backup")
	cmd.Long = `Read a backup into an empty database, all of it or nothing. A database that has tables is not touched.
The tables are brought up to date when the backup is older than the program. Stop the program first;
Redis stays as it is.`
	return cmd
}

// restoreJob reads one backup.
type restoreJob struct {
	settings  settings
	file      string
	noMedia   bool
	out, errs io.Writer
}

// run brings the database in at the end: when something fails before, the same command can be given
// again.
func (r restoreJob) run(ctx context.Context) (err error) {
	if err := r.empty(ctx); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "supportbot-restore-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	dump := filepath.Join(dir, "database")
	m, read, err := r.read(ctx, dump)
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was restored into the database", r.file, err)
	}
	if err := r.database(ctx, dump); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "Restored what %s was on %s: %s.\n", m.Database, m.Made.Format("2006-01-02 15:04 MST"), read)
	return nil
}

// empty says what to do about a database that has something in it.
func (r restoreJob) empty(ctx context.Context) error {
	if r.settings.Database != "" {
		err := postgres.Empty(ctx, string(r.settings.Database))
		if errors.Is(err, postgres.ErrNotEmpty) {
			return fmt.Errorf("%w, so nothing was restored; make a new one (createdb --encoding UTF8 --template template0 NAME) and let DATABASE_URL name it", err)
		}
		return err
	}
	if err := sqlite.Empty(r.settings.DataDir); err != nil {
		return fmt.Errorf("%w, so nothing was restored; let DATA_DIR name another folder, or move this one away", err)
	}
	return nil
}

func (r restoreJob) read(ctx context.Context, dump string) (m manifest, read mediaCount, err error) {
	f, err := os.Open(r.file)
	if err != nil {
		return m, read, errors.New(reason(err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	bucket, err := openMedia(ctx, r.settings)
	if err != nil {
		return m, read, err
	}
	defer func() { err = errors.Join(err, bucket.Close()) }()
	show := progress(r.errs, "reading")
	defer show.done()
	err = readBackup(io.TeeReader(f, show),
		func(found manifest) error { m = found; return r.fits(m) },
		func(from io.Reader) error { return save(dump, from) },
		func(hash string, from io.Reader) error {
			if r.noMedia {
				return nil
			}
			size, err := putMedia(ctx, bucket, hash, from)
			read.add(size)
			return err
		})
	return m, read, err
}

// fits tells whether the backup is of the kind of database that the settings name.
func (r restoreJob) fits(m manifest) error {
	if m.Database == kindOf(r.settings) {
		return nil
	}
	if m.Database == kindPostgres {
		return errors.New("it is of a Postgres database; let DATABASE_URL name an empty one")
	}
	return errors.New("it is of SQLite; unset DATABASE_URL, and let DATA_DIR name a folder without a database")
}

func save(file string, from io.Reader) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

func putMedia(ctx context.Context, bucket *media.Bucket, hash string, from io.Reader) (int64, error) {
	stored, err := bucket.Put(ctx, from, "", math.MaxInt64-1)
	if err != nil {
		return 0, err
	}
	if stored.Hash != hash {
		return 0, errors.Join(fmt.Errorf("media %s is damaged; take another backup", hash), bucket.Remove(ctx, stored.Hash))
	}
	return stored.Size, nil
}

func (r restoreJob) database(ctx context.Context, dump string) error {
	if r.settings.Database == "" {
		return sqlite.Restore(ctx, r.settings.DataDir, dump) // its tables are brought up to date at the start
	}
	if err := postgres.Restore(ctx, string(r.settings.Database), dump); err != nil {
		return err
	}
	return postgres.Migrate(ctx, string(r.settings.Database), jobs.MigratePostgres)
}
