package main

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

const machineHeader = "serial,model,delivered_on,company,country,time_zone,contract_note\n"

func TestParseCSVReadsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	want := bot.Registration{
		Companies: []claim.Company{{ID: "福建茶业", Name: "福建茶业"}, {ID: "nuts-ltd", Name: "Nuts, Ltd"}},
		Machines: []claim.Machine{
			{
				Serial: "OS-2025-0417", Model: "VS-600", Delivered: claim.Date{Year: 2025, Month: 6, Day: 3}, Company: "福建茶业",
				Country: "CN", Zone: "Asia/Shanghai", ContractNote: "18 months",
			},
			{Serial: "OS-2025-0418", Model: "VS-600", Company: "nuts-ltd"},
		},
	}
	const plain = machineHeader +
		"os-2025-0417,VS-600,2025-06-03,福建茶业,cn,Asia/Shanghai,18 months\n" +
		"OS-2025-0418,VS-600,,\"Nuts, Ltd\",,,\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"plain":     plain,
		"BOM":       "\ufeff" + plain,
		"CRLF":      strings.ReplaceAll(plain, "\n", "\r\n"),
		"GB18030":   gb,
		"semicolon": strings.ReplaceAll(strings.ReplaceAll(plain, ",", ";"), `"Nuts; Ltd"`, "Nuts, Ltd"),
		"tabs":      strings.ReplaceAll(strings.ReplaceAll(plain, ",", "\t"), "\"Nuts\t Ltd\"", "Nuts, Ltd"),
		"order and case": "Company,Serial,Contract note,MODEL,time-zone,Country,Delivered_On\n" +
			"福建茶业,OS-2025-0417,18 months,VS-600,Asia/Shanghai,CN,2025/6/3\n" +
			"\"Nuts, Ltd\",OS-2025-0418,,VS-600,,,\n",
		"padding": machineHeader +
			" os-2025-0417 , VS-600,2025-06-03,福建茶业 ,CN,Asia/Shanghai,\"18\nmonths\"\n\n,,,,,,\n" +
			"OS-2025-0418,VS-600,,\"Nuts, Ltd\"\n",
		"full width": strings.NewReplacer("os-2025-0417", "ＯＳ－２０２５－０４１７").Replace(plain),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, bad, err := parseCSV(strings.NewReader(file))
			if err != nil || len(bad) > 0 {
				t.Fatalf("error %v, bad lines %v\n%s", err, bad, file)
			}
			if diff := cmp.Diff(want, got.Registration); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseCSVReadsParts(t *testing.T) {
	t.Parallel()
	got, bad, err := parseCSV(strings.NewReader("delivered_on,machine_serial,part,part_serial\n" +
		"2026-01-02,OS-2025-0417,valve-drive board,VDB-1\n2026-01-02,OS-2025-0417,valve-drive board,VDB-01\n2026-09-01,OS-2025-0417,valve-drive board,VDB-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []claim.Part{
		{Serial: "VDB-1", Name: "valve-drive board", Machine: "OS-2025-0417", Delivered: claim.Date{Year: 2026, Month: 1, Day: 2}},
		{Serial: "VDB-01", Name: "valve-drive board", Machine: "OS-2025-0417", Delivered: claim.Date{Year: 2026, Month: 1, Day: 2}},
		{Serial: "VDB-01", Name: "valve-drive board", Machine: "OS-2025-0417", Delivered: claim.Date{Year: 2026, Month: 9, Day: 1}},
	}
	if diff := cmp.Diff(want, got.Parts); diff != "" || len(bad) > 0 {
		t.Errorf("bad lines %v\n%s", bad, diff)
	}
	if diff := cmp.Diff([]int{2, 3, 4}, got.partLines); diff != "" {
		t.Error(diff)
	}
}

func TestParseCSVNamesEveryBadLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line, why string // of the bad line, which stands behind a good one
	}{
		"empty serial":       {",VS-600,,Nuts Ltd,,,", "serial is empty"},
		"odd serial":         {"none,VS-600,,Nuts Ltd,,,", `serial "none" is no serial number`},
		"duplicate":          {"os-2025-0001,VS-600,,Nuts Ltd,,,", "OS-2025-0001 stands in line 2 already"},
		"day first":          {"OS-2025-0002,VS-600,03.06.2025,Nuts Ltd,,,", `delivered_on "03.06.2025" is not a day of the form 2026-11-23`},
		"mixed separators":   {"OS-2025-0002,VS-600,2025-06/03,Nuts Ltd,,,", "is not a day of the form 2026-11-23"},
		"no such day":        {"OS-2025-0002,VS-600,2025-02-29,Nuts Ltd,,,", `delivered_on "2025-02-29" is a day that cannot be`},
		"no such century":    {"OS-2025-0002,VS-600,0205-02-28,Nuts Ltd,,,", "is a day that cannot be"},
		"country's name":     {"OS-2025-0002,VS-600,,Nuts Ltd,Peru,,", `country "PERU" is not two letters`},
		"three letters":      {"OS-2025-0002,VS-600,,Nuts Ltd,P1,,", "is not two letters"},
		"no country":         {"OS-2025-0002,VS-600,,Nuts Ltd,QX,,", `country "QX" is no country's code`},
		"UK":                 {"OS-2025-0002,VS-600,,Nuts Ltd,UK,,", `country "UK" is written GB`},
		"zone":               {"OS-2025-0002,VS-600,,Nuts Ltd,PE,Lima,", `time_zone "Lima" is not known`},
		"local zone":         {"OS-2025-0002,VS-600,,Nuts Ltd,PE,Local,", `time_zone "Local" is not known`},
		"zone outside":       {"OS-2025-0002,VS-600,,Nuts Ltd,PE,../etc/passwd,", "is not known"},
		"NUL":                {"OS-2025-0002,VS\x00600,,Nuts Ltd,PE,,", "NUL"},
		"nameless company":   {"OS-2025-0002,VS-600,,---,PE,,", "neither letters nor digits"},
		"long model":         {"OS-2025-0002," + strings.Repeat("M", 201) + ",,Nuts Ltd,PE,,", "model has 201 characters; 200 fit"},
		"too many cells":     {"OS-2025-0002,VS-600,,Nuts, Ltd,PE,,,", "has 9 cells, but line 1 names 7 columns"},
		"quote in a cell":    {`OS-2025-0002,VS "600",,Nuts Ltd,PE,,`, "quotes are not in order"},
		"quote never closed": {`OS-2025-0002,"VS-600,,Nuts Ltd,PE,,`, "quotes are not in order"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, bad, err := parseCSV(strings.NewReader(machineHeader + "OS-2025-0001,VS-600,,Nuts Ltd,,,\n" + c.line + "\n"))
			if err != nil {
				t.Fatal(err)
			}
			if len(bad) != 1 || bad[0].Line != 3 || !strings.Contains(bad[0].Why, c.why) {
				t.Errorf("bad lines: %v", bad)
			}
			if len(got.Machines) != 1 || len(got.Companies) != 1 {
				t.Errorf("read %v", got.Registration)
			}
		})
	}
}

func TestParseCSVNamesEverythingWrongInALine(t *testing.T) {
	t.Parallel()
	_, bad, err := parseCSV(strings.NewReader(machineHeader + "x,VS-600,tomorrow,---,Peru,Lima,\n\"\",,,,,,note\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(bad) != 6 || lines(bad) != 2 {
		t.Errorf("%d mistakes in %d lines: %v", len(bad), lines(bad), bad)
	}
}

func TestParseCSVKeepsCompaniesApartByTheirID(t *testing.T) {
	t.Parallel()
	header := strings.TrimSpace(machineHeader) + ",company_id\n"
	got, bad, err := parseCSV(strings.NewReader(header +
		"OS-2025-0001,,,Nuts Ltd,,,,C-1\nOS-2025-0002,,,Nuts Ltd,,,,C-2\nOS-2025-0003,,,NUTS LTD.,,,,C-1\n" +
		"OS-2025-0004,,,Almonds Ltd,,,,C-1\nOS-2025-0005,,,,,,,C-9\nOS-2025-0006,,,,,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]claim.Company{{ID: "c-1", Name: "Nuts Ltd"}, {ID: "c-2", Name: "Nuts Ltd"}}, got.Companies); diff != "" {
		t.Error(diff)
	}
	if len(bad) != 2 || bad[0].Line != 5 || bad[1].Line != 6 || len(got.Machines) != 4 {
		t.Errorf("bad lines %v, machines %v", bad, got.Machines)
	}
}

func TestParseCSVRefusesFiles(t *testing.T) {
	t.Parallel()
	latin, err := charmap.Windows1252.NewEncoder().String(machineHeader + "OS-2025-0001,,,Málaga,ES,,\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ file, why string }{
		"empty":          {"", "is empty"},
		"no header":      {"OS-2025-0417,VS-600\n", "column serial is missing"},
		"missing column": {"serial,model\nOS-2025-0417,VS-600\n", "column contract_note is missing"},
		"unknown column": {strings.TrimSpace(machineHeader) + ",deliverd\n", `column "deliverd" is not known`},
		"twice":          {strings.TrimSpace(machineHeader) + ",model\n", `column "model" stands twice`},
		"parts":          {"part_serial,part\n", "column machine_serial is missing"},
		"UTF-16":         {"\xff\xfes\x00e\x00", "UTF-16"},
		"workbook":       {"PK\x03\x04...", "workbook"},
		"Windows-1252":   {latin, "neither UTF-8 nor GB18030"},
		"too large":      {strings.Repeat("x", maxFile+1), "larger than 64 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := parseCSV(strings.NewReader(c.file))
			if err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("error %v, want %q", err, c.why)
			}
		})
	}
}

func TestSlugIsStable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]claim.CompanyID{
		"Nuts Ltd":              "nuts-ltd",
		"  NUTS   LTD. ":        "nuts-ltd",
		"Ｎｕｔｓ　Ｌｔｄ":              "nuts-ltd",
		"武夷岩韵茶业有限公司":            "武夷岩韵茶业有限公司",
		"Café Perú S.A.C.":      "café-perú-s-a-c",
		"Cafe\u0301 Perú S.A.C": "café-perú-s-a-c",
		"--- !":                 "",
	} {
		if got := slug(name); got != want {
			t.Errorf("slug(%q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzParseCSV(f *testing.F) {
	f.Add([]byte(machineHeader + "OS-2025-0417,VS-600,2025-06-03,Nuts Ltd,PE,America/Lima,\n"))
	f.Add([]byte("part_serial,part,machine_serial,delivered_on\nVDB-1907-021,board,OS-2025-0417,2026-01-02\n"))
	f.Add([]byte(machineHeader + "\"OS-2025-0417;,,,\n,,,,,,\n"))
	f.Add([]byte("serial;model;delivered_on;company;country;time_zone;contract_note;company_id\nOS-1;;;\xb8\xa3\xbd\xa8;;;;c\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, bad, err := parseCSV(bytes.NewReader(file))
		if err != nil {
			return
		}
		for _, b := range bad {
			if b.Line < 2 || b.Why == "" {
				t.Errorf("bad line %+v", b)
			}
		}
		if len(got.Parts) != len(got.partLines) {
			t.Fatalf("%d parts in %d lines", len(got.Parts), len(got.partLines))
		}
		again, bad, err := parseCSV(strings.NewReader(rewrite(t, got.Registration)))
		if err != nil || len(bad) > 0 {
			t.Fatalf("what was read cannot be read again: %v, %v", err, bad)
		}
		if diff := cmp.Diff(got.Machines, again.Machines); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(got.Parts, again.Parts); diff != "" {
			t.Error(diff)
		}
	})
}

// rewrite writes a registration as the file that it could come from.
func rewrite(t *testing.T, r bot.Registration) string {
	t.Helper()
	names := map[claim.CompanyID]string{}
	for _, c := range r.Companies {
		names[c.ID] = c.Name
	}
	rows := [][]string{append(machineColumns[:len(machineColumns):len(machineColumns)], companyID)}
	for _, m := range r.Machines {
		rows = append(rows, []string{
			string(m.Serial), m.Model, m.Delivered.String(), names[m.Company], m.Country, m.Zone, m.ContractNote, string(m.Company),
		})
	}
	if len(r.Parts) > 0 {
		rows = [][]string{partColumns}
	}
	for _, p := range r.Parts {
		rows = append(rows, []string{string(p.Serial), p.Name, string(p.Machine), p.Delivered.String()})
	}
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
