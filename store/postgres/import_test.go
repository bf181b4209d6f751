//go:build !embedded && unix

package postgres_test

import (
	"testing"

	"github.com/optoste/supportbot/store/storetest"
)

func TestImportOf100000(t *testing.T) { //nolint:paralleltest // it measures
	db, _ := open(t)
	storetest.ImportFleet(t, db)
}
