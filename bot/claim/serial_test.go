package claim_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
)

func TestParseSerial(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]claim.Serial{
		"OS-2025-0417":                    "OS-2025-0417",
		"os-2025-0417":                    "OS-2025-0417",
		"  OS-2025-0417.\n":               "OS-2025-0417",
		"OS 2025 0417":                    "OS20250417",
		"OS - 2025 - 0417":                "OS-2025-0417",
		"OS--2025-0417":                   "OS-2025-0417",
		"OS_2025_0417":                    "OS-2025-0417",
		"OS–2025—0417":                    "OS-2025-0417",
		"OS−2025‑0417":                    "OS-2025-0417",
		"ＯＳ－２０２５－０４１７":                    "OS-2025-0417",
		"OS\u200b-2025\u00ad-0417":        "OS-2025-0417",
		"OS\u30002025\u00a00417":          "OS20250417",
		"S/N: OS-2025-0417":               "OS-2025-0417",
		"SN:OS-2025-0417":                 "OS-2025-0417",
		"sn OS-2025-0417":                 "OS-2025-0417",
		"No. OS-2025-0417":                "OS-2025-0417",
		"Serial number: OS-2025-0417":     "OS-2025-0417",
		"serial no. OPT 2211 0096":        "OPT22110096",
		"Serial OS-2025-0417!":            "OS-2025-0417",
		"Serial: S/N OS-2025-0417":        "OS-2025-0417",
		"序列号：OS-2025-0417":                "OS-2025-0417",
		"机号是2208-0131。":                   "2208-0131",
		"编号 22-0815":                      "22-0815",
		"-OS-2025-":                       "OS-2025",
		"AB/12.3":                         "AB/12.3",
		"1234":                            "1234",
		"S N1234":                         "SN1234",
		"no.no.1234":                      "1234",
		"s /n1234":                        "1234",
		"-serial12345":                    "12345",
		strings.Repeat("9", 40):           claim.Serial(strings.Repeat("9", 40)),
		"":                                "",
		"123":                             "",
		"ABCD":                            "",
		"no idea":                         "",
		"----":                            "",
		"OS-2025-0417, and it is loud":    "",
		"<@U0123>":                        "",
		"OS;2025":                         "",
		"机号看不清":                           "",
		"ÖS-2025":                         "",
		"١٢٣٤٥٦":                          "", // digits, but not of a name plate
		strings.Repeat("9", 41):           "",
		"serial 12":                       "",
		"S/N: " + strings.Repeat("9", 40): claim.Serial(strings.Repeat("9", 40)),
		"OS-2025-0417\x00":                "",
		"\xff\xfe1234":                    "",
	} {
		got, ok := claim.ParseSerial(typed)
		if got != want || ok != (want != "") {
			t.Errorf("ParseSerial(%q) = %q, %v; want %q", typed, got, ok, want)
		}
	}
}

func FuzzParseSerial(f *testing.F) {
	for _, s := range []string{"OS-2025-0417", "S/N: os 2025 0417", "序列号：２２－０８１５", "no.no.1234", "ser ial1234", "-/.-1234", "s\u2028n:1-\u22122"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		s, ok := claim.ParseSerial(typed)
		if !ok {
			if s != "" {
				t.Errorf("ParseSerial(%q) refuses and returns %q", typed, s)
			}
			return
		}
		if again, ok := claim.ParseSerial(string(s)); !ok || again != s {
			t.Errorf("ParseSerial(%q) = %q, of that %q, %v", typed, s, again, ok)
		}
		if len(s) < 4 || len(s) > 40 || strings.Trim(string(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.") != "" {
			t.Errorf("ParseSerial(%q) = %q is not canonical", typed, s)
		}
		if f := s.Folded(); strings.ContainsAny(f, "OIL-/.") {
			t.Errorf("Folded(%q) = %q", s, f)
		}
		claim.FindSerials(typed)
	})
}

func TestFolded(t *testing.T) {
	t.Parallel()
	same := []claim.Serial{"OS-2025-0417", "0S-2O25-O4I7", "OS20250417", "OS-2025-04L7", "OS/2025.0417"}
	for _, s := range same {
		if s.Folded() != same[0].Folded() {
			t.Errorf("%s and %s have different keys", s, same[0])
		}
	}
	for _, s := range []claim.Serial{"OS-2025-0418", "OS-2025-041", "S-2025-0417"} {
		if s.Folded() == same[0].Folded() {
			t.Errorf("%s and %s have one key", s, same[0])
		}
	}
}

func TestFindSerials(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]claim.Serial{
		"our OS-2025-0417 stopped":                                {"OS-2025-0417"},
		"S/N:OS-2025-0417.":                                       {"OS-2025-0417"},
		"(os-2025-0417)/*OS-2025-0417*":                           {"OS-2025-0417"},
		"machine #OS-2025-0417 and #OS-2025-0418, both dead":      {"OS-2025-0417", "OS-2025-0418"},
		"序列号2208-0131，去年8月31号发货的":                                 {"2208-0131"},
		"机号ＯＳ－２０２５－０４１７，一直报警":                                     {"OS-2025-0417"},
		"serial no. on plate OPT 2211 0096, installed by Mr. Lin": {"OPT22110096"},
		"since 2026-03-02 or 2/3/2026 it trips at 100-240V":       nil,
		"0.35-0.4MPa, 220V/50Hz, 1.2bar, E-07, IP 192.168.1.100":  nil,
		"blue screen 0x0000007B":                                  nil,
		"see IMG_20260302.jpg and PSS-2611-0042-4, C-2603-0001":   nil,
		"https://optoste.com/p/1234a mei2024@example.com":         nil,
		"it makes noise": nil,
		"":               nil,
	} {
		if diff := cmp.Diff(want, claim.FindSerials(text)); diff != "" {
			t.Errorf("FindSerials(%q): %s", text, diff)
		}
	}
}

// Realistic sentences from the corpus of claims: each line of testdata/serials.jsonl names the
// serial numbers that a person would see in it.
func TestFindSerialsInCorpus(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/serials.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	n := 0
	for lines.Scan() {
		var c struct {
			ID, Text string
			Serials  []claim.Serial
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		if diff := cmp.Diff(c.Serials, claim.FindSerials(c.Text)); diff != "" {
			t.Errorf("%s %q: %s", c.ID, c.Text, diff)
		}
	}
	if err := lines.Err(); err != nil || n < 100 {
		t.Errorf("read %d lines, %v", n, err)
	}
}
