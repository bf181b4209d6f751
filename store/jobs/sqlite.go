package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// sqlitePoll is how often an embedded program looks for jobs that it has not inserted itself: those that
// are tried again.
const sqlitePoll = 250 * time.Millisecond

// Nobody else has the file, so whatever it says of a process speaks of one that is dead. An attempt that
// died counts.
const giveBack = `
update river_job set state = 'available' where state = 'running';
delete from river_leader;
`

// OpenSQLite puts jobs into a SQLite file through its one writing connection, brings River's tables up to
// date there, and gives back what a process had that died.
func OpenSQLite(ctx context.Context, db *sql.DB, c Config) (*Jobs, error) {
	driver := riversqlite.New(db)
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err == nil {
		_, err = db.ExecContext(ctx, giveBack)
	}
	if err != nil {
		return nil, fmt.Errorf("open jobs: %w", err)
	}
	q, err := newQueue(driver, c, sqlitePoll)
	if err != nil {
		return nil, fmt.Errorf("open jobs: %w", err)
	}
	return &Jobs{q}, nil
}
