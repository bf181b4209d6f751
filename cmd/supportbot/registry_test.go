package main_test

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/optoste/supportbot/adapters/plate"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/sqlite"
)

const (
	machinesHeader = "serial,model,delivered_on,company,country,time_zone,contract_note\n"
	partsHeader    = "part_serial,part,machine_serial,delivered_on\n"
)

func TestImport(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "good.csv", machinesHeader+"OS-2025-0417,VS-600,2025-06-30,Nuts Ltd,PE,America/Lima,\nOS-2025-0418,VS-600,,Nuts Ltd,PE,America/Lima,\n")
	p.file(t, "parts.csv", partsHeader+"VDB-1907-021,valve-drive board,OS-2025-0417,2026-01-02\n")

	dry := p.must(t, "machines", "import", "--dry-run", "good.csv")
	contains(t, dry, "Dry run, nothing was written. Good lines: 1 company, 2 machines, 0 parts.")
	if _, err := os.Stat(filepath.Join(p.dir, "data")); err == nil {
		t.Error("a dry run has made a database")
	}
	contains(t, p.must(t, "machines", "import", "good.csv"), "Read 1 company, 2 machines, 0 parts: 3 changed.")
	contains(t, p.must(t, "machines", "import", "good.csv"), ": 0 changed.")
	contains(t, p.must(t, "machines", "import", "parts.csv"), "0 machines, 1 part: 1 changed.")
	contains(t, p.must(t, "machines", "import", "parts.csv"), ": 0 changed.")
	contains(t, p.must(t, "policy", "explain", "--serial", "os-2025-0417", "--on", "2026-03-02"),
		"VS-600, delivered on 2025-06-30", "Serviced part: VDB-1907-021 valve-drive board, 2026-01-02", "Last day: 2026-06-30")
}

func TestImportNamesEveryBadLineAndImportsNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "bad.csv", machinesHeader+
		"OS-2025-0417,VS-600,2025-06-30,Nuts Ltd,PE,America/Lima,\n"+
		"OS-2025-0417,VS-600,30.06.2025,Nuts Ltd,Peru,Lima,\n"+
		"OS-2025-0418,VS\x1b[31m600,,Nuts Ltd,,,\n")
	all := []string{
		"bad.csv:3: delivered_on \"30.06.2025\" is not a day of the form 2026-11-23", "bad.csv:3: country", "bad.csv:3: time_zone",
		"bad.csv:3: OS-2025-0417 stands in line 2 already", "bad.csv:4: ", "bad.csv: 2 lines are bad",
	}
	r := p.run(t, "machines", "import", "bad.csv")
	r.want(t, 1, append(all, "nothing was imported")...)
	if strings.ContainsRune(r.errs, '\x1b') {
		t.Error("a cell of the file steers the terminal")
	}
	p.run(t, "machines", "import", "--dry-run", "bad.csv").want(t, 1, all...)
	if out := p.must(t, "policy", "explain", "--serial", "OS-2025-0417"); !strings.Contains(out, "not in the registry") {
		t.Errorf("half imported:\n%s", out)
	}

	r = p.run(t, "machines", "import", "--skip-bad", "bad.csv")
	r.want(t, 1, all...)
	contains(t, r.out, "Read 1 company, 1 machine, 0 parts: 2 changed.")
	contains(t, p.must(t, "policy", "explain", "--serial", "OS-2025-0417"), "VS-600, delivered on 2025-06-30")
}

func TestImportRefusesPartsOfUnknownMachines(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "parts.csv", partsHeader+"VDB-1907-021,board,OS-2025-0417,2026-01-02\nVDB-1907-022,board,,2026-01-02\nVDB-1907-023,board,OS-2025-0417,\n")
	p.run(t, "machines", "import", "parts.csv").want(t, 1, "parts.csv:2: machine_serial OS-2025-0417 is not in the registry",
		"parts.csv:3: machine_serial is empty", "parts.csv:4: machine_serial", "3 lines are bad; nothing was imported")
	p.run(t, "machines", "import", "--dry-run", "parts.csv").want(t, 1, "parts.csv:2: ", "3 lines are bad")
}

func TestImportTakesALaterDeliveryOfAPart(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "machines.csv", machinesHeader+"OS-2025-0417,VS-600,2020-06-30,Nuts Ltd,PE,,\n")
	p.file(t, "parts.csv", partsHeader+"VDB-1907-021,board,OS-2025-0417,2026-01-02\nVDB-1907-021,board,OS-2025-0417,2025-01-02\n")
	p.must(t, "machines", "import", "machines.csv")
	p.must(t, "machines", "import", "parts.csv")
	contains(t, p.must(t, "policy", "explain", "--serial", "OS-2025-0417"), "VDB-1907-021 board, 2026-01-02")
}

func TestImportRefusesFiles(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "none.csv", "a,b\n1,2\n")
	p.run(t, "machines", "import", "none.csv").want(t, 1, "none.csv: line 1: column serial is missing", `column "a" is not known`)
}

func TestImportWaitsForNobody(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "good.csv", machinesHeader+"OS-2025-0500,VS-600,2025-06-30,Nuts Ltd,PE,America/Lima,\n")
	s := p.start(t, "demo")
	p.run(t, "machines", "import", "good.csv").want(t, 1, "held by another process")
	s.stop(t)
}

func TestQRLabelLeadsToTheMachine(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "PUBLIC_URL=https://service.example.com")
	p.run(t, "machines", "qr", "--serial", "OS-2025-0417").want(t, 1, "machine OS-2025-0417 is not in the registry in ./data; import it first")
	p.file(t, "good.csv", machinesHeader+"OS-2025-0417,VS-600,2025-06-30,Nuts Ltd,PE,America/Lima,\n")
	p.must(t, "machines", "import", "good.csv")
	p.run(t, "machines", "qr", "--serial", "os20250417").want(t, 1, "did you mean OS-2025-0417?")

	p.must(t, "machines", "qr", "--serial", "os-2025-0417")
	link := readLabel(t, filepath.Join(p.dir, "OS-2025-0417.png"))
	p.must(t, "machines", "qr", "--serial", "os-2025-0417", "--out", "label.png", "--url", "http://192.0.2.7:8080/")
	if other := readLabel(t, filepath.Join(p.dir, "label.png")); !strings.HasPrefix(other, "http://192.0.2.7:8080/?start=") {
		t.Errorf("the label leads to %s", other)
	}
	u, err := url.Parse(link)
	if err != nil || u.Host != "service.example.com" || u.Path != "/" {
		t.Fatalf("the label leads to %s (%v)", link, err)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(p.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	key, err := db.Secret(t.Context(), "links")
	if err != nil {
		t.Fatal(err)
	}
	if serial, ok := bot.NewLinks(key).Open(u.Query().Get("start")); !ok || serial != "OS-2025-0417" {
		t.Errorf("the link opens %q, %t", serial, ok)
	}
}

func readLabel(t *testing.T, file string) string {
	t.Helper()
	png, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	codes, err := plate.Read(t.Context(), bytes.NewReader(png))
	if err != nil || len(codes) != 1 {
		t.Fatalf("read %s: %v, %v", file, codes, err)
	}
	return codes[0]
}
