package sqlite_test

import (
	"log/slog"
	"testing"

	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/sqlite"
	"github.com/optoste/supportbot/store/storetest"
)

func TestJobsInMemory(t *testing.T) {
	t.Parallel()
	storetest.Jobs(t, func(t *testing.T) func(storetest.JobConfig) storetest.JobQueue {
		t.Helper()
		return queueOn(t, openMemory(t))
	})
}

func TestJobsInFile(t *testing.T) {
	t.Parallel()
	storetest.Jobs(t, func(t *testing.T) func(storetest.JobConfig) storetest.JobQueue {
		t.Helper()
		return queueOn(t, open(t, t.TempDir()))
	})
}

func queueOn(t *testing.T, db *sqlite.DB) func(storetest.JobConfig) storetest.JobQueue {
	t.Helper()
	t.Cleanup(func() { db.Close() })
	return func(c storetest.JobConfig) storetest.JobQueue {
		q, err := jobs.OpenSQLite(t.Context(), db.Writer(), jobs.Config{Now: c.Now, Stop: c.Stop, Clean: c.Clean, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
}
