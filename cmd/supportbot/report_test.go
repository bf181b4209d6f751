package main_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

// measured returns a place whose database has the claims of a March: one solved from afar, one answered
// late and still under way, a question, one merged, and one of the February before.
func measured(t *testing.T) place {
	t.Helper()
	p := newPlace(t)
	db, err := sqlite.Open(t.Context(), filepath.Join(p.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const solved = "answered 20m, taken 1h, resolved 26h, closed 27h, 4 28h"
	for _, c := range []struct {
		opened   time.Time
		severity claim.Severity
		serial   claim.Serial
		model    string
		history  string
	}{
		{time.Date(2026, 2, 27, 9, 0, 0, 0, claim.Shantou), claim.LineDown, "OS-2025-0417", "VS-600", solved},
		{time.Date(2026, 3, 1, 0, 0, 0, 0, claim.Shantou), claim.LineDown, "OS-2025-0417", "VS-600", solved},
		{time.Date(2026, 3, 10, 9, 0, 0, 0, claim.Shantou), claim.Degraded, "OS-2025-0418", "VS-600", "answered 80h, taken 100m, waiting_parts 2h"},
		{time.Date(2026, 3, 20, 9, 0, 0, 0, claim.Shantou), claim.LineDown, "OS-2025-0555", "VS-600", ""},
		{time.Date(2026, 3, 21, 9, 0, 0, 0, claim.Shantou), claim.Question, "OS-2024-0001", "=1+1\x1b[31m", "answered 30s"},
		{time.Date(2026, 3, 31, 23, 59, 0, 0, claim.Shantou), claim.Degraded, "OS-2025-0556", "", "merged 1h"},
	} {
		one := claim.Claim{
			Status: claim.Open, Severity: c.severity, Description: "the lamp is off", Opened: c.opened, Changed: c.opened, Date: claim.DateOf(c.opened),
			Lines: []claim.Line{{Serial: c.serial, Model: c.model}}, Evidence: []claim.Evidence{{Hash: string(c.serial), At: c.opened}},
		}
		id := c.opened.String()
		stored, err := db.OpenClaim(t.Context(), bot.EffectKey{Inbound: id}, one, nil)
		if err != nil {
			t.Fatal(err)
		}
		for word := range strings.SplitSeq(c.history, ", ") {
			if what, after, found := strings.Cut(word, " "); found {
				goOn(t, db, stored.ID, what, after)
			}
		}
	}
	return p
}

// goOn moves a claim to a status, or answers it, some time after it was opened.
func goOn(t *testing.T, db bot.Claims, id claim.ID, what, after string) {
	t.Helper()
	d, err := time.ParseDuration(after)
	if err != nil {
		t.Fatal(err)
	}
	by := claim.Actor{Role: claim.Staff, Name: "Wang"}
	if what == "closed" {
		by.Role = claim.Customer
	}
	_, err = db.ChangeClaim(t.Context(), bot.EffectKey{Inbound: string(id), Kind: what}, id, func(c claim.Claim) (bot.ClaimChange, error) {
		at := c.Opened.Add(d)
		if what == "answered" {
			return bot.ClaimChange{Claim: c, Events: []claim.Event{{Kind: claim.EventAnswered, By: by, At: at}}}, nil
		}
		if score, err := strconv.Atoi(what); err == nil {
			c, event, err := c.Do(claim.Action{Kind: claim.Rate, Score: score, Lang: "zh"}, by, at)
			return bot.ClaimChange{Claim: c, Events: []claim.Event{event}}, err
		}
		moved, event, err := c.Move(claim.Change{To: claim.Status(what), By: by, At: at, Why: "so"})
		return bot.ClaimChange{Claim: moved, Events: []claim.Event{event}}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ofMarch(more ...string) []string {
	return append([]string{"report", "--from", "2026-03-01", "--to", "2026-03-31"}, more...)
}

const marchTable = `Service quality: claims opened from 2026-03-01 to 2026-03-31 (days in Shantou), as they stood at NOW.
First response and acceptance: by the clock when the line is down, else working time of the desk, 24 h of it being a day. 90 %: nine of ten took no longer.

CLAIMS               OPENED  MERGED  DECLINED  CLOSED  REOPENED  OVERDUE         REMOTE FIX     COMPLETE
all                  5       1       0         1       0         2 of 4 (50 %)   1 of 3 (33 %)  4 of 4 (100 %)
severity line_down   2       0       0         1       0         1 of 2 (50 %)   1 of 2 (50 %)  2 of 2 (100 %)
severity degraded    2       1       0         0       0         1 of 1 (100 %)  0 of 1 (0 %)   1 of 1 (100 %)
severity question    1       0       0         0       0         0 of 1 (0 %)    -              1 of 1 (100 %)
model not known      1       1       0         0       0         -               -              -
model =1+1 [31m      1       0       0         0       0         0 of 1 (0 %)    -              1 of 1 (100 %)
model VS-600         3       0       0         1       0         2 of 3 (67 %)   1 of 3 (33 %)  3 of 3 (100 %)
family lamp-failure  4       1       0         1       0         2 of 3 (67 %)   1 of 3 (33 %)  3 of 3 (100 %)

FIRST RESPONSE       MEDIAN      90 %        CLAIMS  WITHOUT
all                  20 min      29 h 0 min  3       1
severity line_down   20 min      20 min      1       1
severity degraded    29 h 0 min  29 h 0 min  1       0
severity question    0 s         0 s         1       0
model =1+1 [31m      0 s         0 s         1       0
model VS-600         20 min      29 h 0 min  2       1
family lamp-failure  20 min      29 h 0 min  2       1

ACCEPTANCE           MEDIAN      90 %        CLAIMS  WITHOUT
all                  1 h 0 min   1 h 40 min  2       2
severity line_down   1 h 0 min   1 h 0 min   1       1
severity degraded    1 h 40 min  1 h 40 min  1       0
severity question    -           -           0       1
model =1+1 [31m      -           -           0       1
model VS-600         1 h 0 min   1 h 40 min  2       1
family lamp-failure  1 h 0 min   1 h 40 min  2       1

WORKING AGAIN        MEDIAN      90 %        CLAIMS  WITHOUT
all                  26 h 0 min  26 h 0 min  1       3
severity line_down   26 h 0 min  26 h 0 min  1       1
severity degraded    -           -           0       1
severity question    -           -           0       1
model =1+1 [31m      -           -           0       1
model VS-600         26 h 0 min  26 h 0 min  1       2
family lamp-failure  26 h 0 min  26 h 0 min  1       2

RATINGS      NUMBER  MEAN  4 OR 5
all          1       4.00  1 of 1 (100 %)
language zh  1       4.00  1 of 1 (100 %)

FAILS AGAIN   MODEL   CLAIMS  EARLIER  WHICH
OS-2025-0417  VS-600  2       1        C-2602-0001 C-2603-0001

MODELS RISE  CLAIMS  BEFORE  RATIO
VS-600       3       1       3.0

FAULTS RISE   CLAIMS  BEFORE  RATIO
lamp-failure  3       1       3.0
`

func TestReportTable(t *testing.T) {
	t.Parallel()
	out := measured(t)
	got := regexp.MustCompile(`at \d{4}-\d\d-\d\d \d\d:\d\d\.`).ReplaceAllString(out.must(t, ofMarch()...), "at NOW.")
	if diff := cmp.Diff(marchTable, got); diff != "" {
		t.Errorf("-want +got:\n%s\n%s", diff, got)
	}
	const none = "No claims were opened from 2025-03-01 to 2025-03-02 (days in Shantou).\n"
	if got := out.must(t, "report", "--from", "2025-03-01", "--to", "2025-03-02"); got != none {
		t.Errorf("an empty period says %q, want %q", got, none)
	}
}

func TestReportCSV(t *testing.T) {
	t.Parallel()
	body, marked := strings.CutPrefix(measured(t).must(t, ofMarch("--format", "csv")...), "\ufeff")
	if !marked {
		t.Error("without a byte order mark spreadsheets do not show Chinese")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]bool{}
	for _, row := range rows {
		lines[strings.Join(row, ",")] = true
	}
	for _, want := range []string{
		"from,to,by,name,measure,count,of,without,median_s,p90_s,mean",
		"2026-03-01,2026-03-31,all,,opened,5,,,,,",
		"2026-03-01,2026-03-31,severity,line_down,overdue,1,2,,,,",
		"2026-03-01,2026-03-31,severity,line_down,first_response,1,,1,1200,1200,",
		"2026-03-01,2026-03-31,severity,question,working_again,0,,1,,,",
		"2026-03-01,2026-03-31,model,'=1+1\x1b[31m,opened,1,,,,,",
		"2026-03-01,2026-03-31,model,,merged,1,,,,,",
		"2026-03-01,2026-03-31,week,2026-03-01,opened,1,,,,,",
		"2026-03-01,2026-03-31,week,2026-03-02,closed,1,,,,,",
		"2026-03-01,2026-03-31,week,2026-03-09,first_response,1,,0,104400,104400,",
		"2026-03-01,2026-03-31,all,,ratings,1,,,,,4.00",
		"2026-03-01,2026-03-31,language,zh,good,1,1,,,,",
		"2026-03-01,2026-03-31,serial,OS-2025-0417,fails_again,2,,,,,",
		"2026-03-01,2026-03-31,model,VS-600,rising,3,,,,,",
		"2026-03-01,2026-03-31,model,VS-600,rising_before,1,,,,,",
		"2026-03-01,2026-03-31,family,lamp-failure,opened,4,,,,,",
		"2026-03-01,2026-03-31,family,lamp-failure,rising,3,,,,,",
	} {
		if !lines[want] {
			t.Errorf("no line %s in\n%s", want, body)
		}
	}
	// 8 groups of 11 measures, 6 weeks of 3, all and one language of 2, a machine, and a model and a family with two lines.
	if n := len(rows); n != 1+8*11+6*3+2*2+1+2*2 {
		t.Errorf("%d lines", n)
	}
}

func TestReportJSON(t *testing.T) {
	t.Parallel()
	p := measured(t)
	out := p.must(t, ofMarch("--format", "json")...)
	var r map[string]any
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	group := r["groups"].([]any)[0].(map[string]any)
	want := map[string]any{"count": 3.0, "without": 1.0, "median_s": 1200.0, "p90_s": 104400.0}
	if diff := cmp.Diff(want, group["first_response"]); diff != "" {
		t.Errorf("first response of all (-want +got):\n%s\n%s", diff, out)
	}
	operations, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`"(\w+)":`).FindAllStringSubmatch(out, -1) {
		if !strings.Contains(string(operations), "`"+m[1]+"`") {
			t.Errorf("docs/operations.md does not say what %s is", m[1])
		}
	}
	if out := p.must(t, "report", "--from", "2025-03-01", "--to", "2025-03-02", "--format", "json"); !strings.Contains(out, `"opened":0`) || !strings.Contains(out, `"again":[]`) {
		t.Errorf("an empty period: %s", out)
	}
}

func TestReportChart(t *testing.T) {
	t.Parallel()
	p := measured(t)
	if said := p.must(t, ofMarch("--chart", "march.png")...); said != p.must(t, ofMarch()...) {
		t.Errorf("with a chart it says %s", said)
	}
	b, err := os.ReadFile(filepath.Join(p.dir, "march.png"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
	p.run(t, ofMarch("--chart", "none/march.png")...).want(t, 1, "write chart: open none/march.png")
}

func TestReportNeedsADatabase(t *testing.T) {
	t.Parallel()
	newPlace(t).run(t, ofMarch()...).want(t, 1, "there is no database in ./data yet")
}
