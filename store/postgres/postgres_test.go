//go:build !embedded && unix

package postgres_test

import (
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Store(t, func(t *testing.T) bot.Store {
		t.Helper()
		db, _ := open(t)
		return db
	})
}
