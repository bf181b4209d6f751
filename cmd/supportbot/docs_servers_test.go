//go:build !embedded && unix

package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/optoste/supportbot/internal/servers"
)

// TestStatementsInOperations runs the SQL of the runbooks.
func TestStatementsInOperations(t *testing.T) {
	t.Parallel()
	server, err := servers.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	newPlace(t, "DATABASE_URL="+server.URL("postgres")).must(t, "migrate")
	conn, err := pgx.Connect(t.Context(), server.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 3 {
		t.Errorf("%d statements", len(blocks))
	}
	for _, b := range blocks {
		if _, err := conn.Exec(t.Context(), b[1]); err != nil {
			t.Errorf("%s\n%v", b[1], err)
		}
	}
}
