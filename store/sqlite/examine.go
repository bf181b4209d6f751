package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/internal/claimsql"
)

// Examiner looks at the database in a directory, also beside a process that has it open. It
// implements [bot.Examiner].
type Examiner struct{ Dir string }

var _ bot.Examiner = Examiner{}

// Examine implements [bot.Examiner].
func (e Examiner) Examine(ctx context.Context) []bot.Finding {
	f := bot.Finding{What: "Database", Do: "restore the last backup into an empty folder: supportbot restore FILE.tar"}
	version, err := e.version(ctx)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		f.Detail = "SQLite, made at the first start"
	case err != nil:
		f.Problem = err.Error()
	default:
		f.Detail = fmt.Sprintf("SQLite in %s, migrations %d", filepath.Join(e.Dir, File), version)
	}
	return []bot.Finding{f}
}

// version reads a little of the file: enough to see that it is a database of ours.
func (e Examiner) version(ctx context.Context) (version int64, err error) {
	db, err := OpenReadOnly(ctx, e.Dir)
	if err != nil {
		return 0, err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	err = db.pool.Read(ctx, func(tx claimsql.Tx) error {
		return tx.Run(ctx, claimsql.Statement{
			SQL: `select max(version_id) from goose_db_version`,
			Row: func(scan func(dest ...any) error) error { return scan(&version) },
		}, claimsql.Statement{SQL: `select count(*) from (select id from claims limit 1) as some`})
	})
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", filepath.Join(e.Dir, File), err)
	}
	return version, nil
}
