package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/postgres"
	"github.com/optoste/supportbot/store/sqlite"
)

func backupCommand() *cobra.Command {
	var job backupJob
	cmd := command("backup FILE.tar", "Write the database and the media into one file", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) (err error) {
		if job.settings, err = readSettings(os.Environ()); err != nil {
			return err
		}
		if job.file, err = backupFile(args[0], time.Now()); err != nil {
			return err
		}
		job.out, job.errs = cmd.OutOrStdout(), cmd.ErrOrStderr()
		return job.run(cmd.Context())
	})
	cmd.Flags().BoolVar(&job.noMedia, "no-media", false, "leave out pictures and files, for example because the bucket has copies of its own")
	cmd.Long = `Write the database and the media into one file. Programs that run go on meanwhile. FILE.tar may also be
a folder: the file is then named after the time. Conversations in progress are in the database, too, so
Redis and sessions.db need no backup. A Postgres database is read with pg_dump.`
	return cmd
}

// backupFile is the file to write: a new one.
func backupFile(name string, at time.Time) (string, error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return backupFile(filepath.Join(name, "supportbot-"+at.UTC().Format("20060102T150405Z")+".tar"), at)
	case err == nil:
		return "", fmt.Errorf("%s is there already; choose another name, or a folder", name)
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	return name, nil
}

// backupJob writes one backup.
type backupJob struct {
	settings  settings
	file      string
	noMedia   bool
	out, errs io.Writer
}

// run writes everything beside the file and then gives it its name, so that a file with this name is
// whole.
func (b backupJob) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp(filepath.Dir(b.file), ".supportbot-backup-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	contents := manifest{Format: backupFormat, Database: kindOf(b.settings), Made: time.Now().UTC(), Program: readBuild().version}
	dump, archive := filepath.Join(dir, "database"), filepath.Join(dir, "archive")
	// The database first: whatever it names is in the media by then, and stays there.
	if err := b.dump(ctx, dump); err != nil {
		return err
	}
	written, err := b.write(ctx, archive, dump, contents)
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := os.Rename(archive, b.file); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "Wrote %s: %s, %s.\n", b.file, contents.Database, written)
	return nil
}

func kindOf(s settings) databaseKind {
	if s.Database != "" {
		return kindPostgres
	}
	return kindSQLite
}

func (b backupJob) dump(ctx context.Context, file string) error {
	if b.settings.Database != "" {
		return postgres.Dump(ctx, string(b.settings.Database), file)
	}
	err := sqlite.Copy(ctx, b.settings.DataDir, file)
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("there is no database in %s yet; DATA_DIR names the folder", b.settings.DataDir)
	}
	return err
}

func (b backupJob) write(ctx context.Context, archive, dump string, m manifest) (written mediaCount, err error) {
	f, err := os.OpenFile(archive, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return written, err
	}
	defer func() { err = errors.Join(err, f.Sync(), f.Close()) }()
	w := newBackupWriter(f, m.Made)
	if err := errors.Join(w.json(manifestEntry, m), w.copy(databaseEntry, dump)); err != nil {
		return written, err
	}
	if !b.noMedia {
		if written, err = b.media(ctx, w); err != nil {
			return written, err
		}
	}
	return written, errors.Join(w.json(endEntry, written), w.close())
}

func (b backupJob) media(ctx context.Context, w *backupWriter) (written mediaCount, err error) {
	bucket, err := openMedia(ctx, b.settings)
	if err != nil {
		return written, err
	}
	defer func() { err = errors.Join(err, bucket.Close()) }()
	show := progress(b.errs, "media")
	defer show.done()
	err = bucket.Each(ctx, func(hash string, size int64, r io.Reader) error {
		written.add(size)
		return w.entry(mediaEntries+hash, size, io.TeeReader(r, show))
	})
	return written, err
}

// meter shows on a terminal how much has passed; elsewhere it is silent.
type meter struct{ bar *progressbar.ProgressBar }

func progress(to io.Writer, what string) meter {
	f, ok := to.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return meter{}
	}
	return meter{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(true), progressbar.OptionClearOnFinish())}
}

func (m meter) Write(p []byte) (int, error) {
	if m.bar != nil {
		_ = m.bar.Add(len(p)) // a bar that cannot be drawn stops nothing
	}
	return len(p), nil
}

func (m meter) done() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}
