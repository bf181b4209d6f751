package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/optoste/supportbot/adapters/upload"
	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/postgres"
	"github.com/optoste/supportbot/store/sqlite"
)

const (
	doneFor   = 30 * 24 * time.Hour // how long what was worked is remembered, so that it is not worked again
	fetchTime = 45 * time.Second    // one try to fetch a file
	unusedFor = 90 * 24 * time.Hour // how long a file is kept that no claim has: a draft may still have it
)

// openJobs puts the jobs on the database that is open. files is nil when there is no upload page.
func openJobs(ctx context.Context, s settings, st *stores, files *upload.Page) (*jobs.Jobs, error) {
	c := jobs.Config{Log: s.logger(os.Stderr), Now: jobClock(), Workers: fetchers(), Timeout: fetchTime, Clean: []func(context.Context) error{
		func(ctx context.Context) error { return st.database.Purge(ctx, now().Add(-doneFor)) },
		func(ctx context.Context) error {
			_, err := st.media.Clean(ctx, now().Add(-unusedFor))
			return err
		},
	}}
	if files != nil {
		c.Clean = append(c.Clean, files.Sweep)
	}
	switch db := st.database.(type) {
	case *postgres.DB:
		return jobs.OpenPostgres(ctx, db.Pool(), c)
	case *sqlite.DB:
		return jobs.OpenSQLite(ctx, db.Writer(), c)
	}
	return nil, fmt.Errorf("open jobs: no queue for a %T", st.database)
}
