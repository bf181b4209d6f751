package sqlite_test

import (
	"testing"

	"github.com/optoste/supportbot/store/storetest"
)

func TestImportOf100000(t *testing.T) { //nolint:paralleltest // it measures
	db := open(t, t.TempDir())
	defer db.Close()
	storetest.ImportFleet(t, db)
}
