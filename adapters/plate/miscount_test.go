package plate_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/plate"
)

// TestLabelThatTheLibraryMiscounts reads a label whose modules the library takes for 35 a side,
// which no QR code has: one link in some 1,500 makes such a label.
func TestLabelThatTheLibraryMiscounts(t *testing.T) {
	t.Parallel()
	const link = "http://127.0.0.1:43211/?start=T1MtMjAyNS0wNDE3__i8vlGdOzaL6PKOG"
	png, err := plate.Label("OS-2025-0417", link, 600)
	if err != nil {
		t.Fatal(err)
	}
	codes, err := plate.ReadWithin(t.Context(), bytes.NewReader(png), time.Minute)
	if err != nil || len(codes) != 1 || codes[0] != link {
		t.Fatalf("read %q, %v", codes, err)
	}
}
