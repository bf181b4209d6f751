package sqlite_test

import (
	"errors"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

// TestReadOnlyBesideARunningProgram reads what the process that holds the lock has written, and
// writes nothing.
func TestReadOnlyBesideARunningProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := sqlite.OpenReadOnly(t.Context(), dir); !errors.Is(err, bot.ErrNotFound) {
		t.Fatalf("without a database: %v, want ErrNotFound", err)
	}
	running, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	company := bot.Registration{Companies: []claim.Company{{ID: "nuts", Name: "Nuts Ltd"}}}
	if _, err := running.Import(t.Context(), company, nil); err != nil {
		t.Fatal(err)
	}
	beside, err := sqlite.OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	if c, err := beside.Company(t.Context(), "nuts"); err != nil || c.Name != "Nuts Ltd" {
		t.Errorf("company %+v, %v", c, err)
	}
	if err := beside.PutPerson(t.Context(), "web", claim.Person{ID: "mei"}); err == nil {
		t.Error("a read-only database was written")
	}
	if _, err := running.Person(t.Context(), "web", "mei"); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("person: %v, want ErrNotFound", err)
	}
}
