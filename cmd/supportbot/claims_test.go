package main_test

import (
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

// withClaims returns a place whose database has three claims: one taken, one open, and one whose
// customer writes formulas and escape sequences.
func withClaims(t *testing.T) place {
	t.Helper()
	p := newPlace(t)
	db, err := sqlite.Open(t.Context(), filepath.Join(p.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	putClaims(t, db)
	return p
}

func putClaims(t *testing.T, db bot.Claims) {
	t.Helper()
	for i, c := range []claim.Claim{
		{Severity: claim.LineDown, Description: "Ejectors do not fire", Lines: []claim.Line{{Serial: "OS-2025-0417", Model: "VS-600", Company: "nuts-ltd"}}},
		{Severity: claim.Degraded, Description: "喷阀常吹", Lines: []claim.Line{{Serial: "OS-2021-0088", Company: "福建茶业"}}},
		{Severity: claim.Question, Description: "=HYPERLINK(\"http://evil\")\n\x1b[31mred", Lines: []claim.Line{{Serial: "OS-2025-0555", Check: true}}},
	} {
		at := time.Date(2026, 3, 2+i, 2, 0, 0, 0, time.UTC)
		c.Status, c.Opened, c.Changed, c.Date, c.Lang, c.Channel = claim.Open, at, at, claim.DateOf(at), "en", "web"
		c.Reporter = claim.Person{ID: "p", Name: "@Mei\u202e", Company: c.Lines[0].Company}
		c.Lines[0].Verdict = claim.Verdict{Coverage: claim.In, Flags: []claim.Flag{claim.PolicyGap}, Because: []claim.RuleID{"D3", "W1"}, Terms: claim.Terms{Row: "D3"}}
		key := bot.EffectKey{Inbound: string(c.Lines[0].Serial), Kind: "open_claim"}
		stored, err := db.OpenClaim(t.Context(), key, c, nil)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			take(t, db, stored)
		}
	}
}

func take(t *testing.T, db bot.Claims, c claim.Claim) {
	t.Helper()
	_, err := db.ChangeClaim(t.Context(), bot.EffectKey{Inbound: "take", Kind: "take"}, c.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		moved, event, err := c.Move(claim.Change{To: claim.Taken, By: claim.Actor{Role: claim.Staff, Name: "Wang"}, At: c.Opened.Add(time.Hour)})
		return bot.ClaimChange{Claim: moved, Events: []claim.Event{event}}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClaimsList(t *testing.T) {
	t.Parallel()
	p := withClaims(t)
	for name, c := range map[string]struct {
		args []string
		want []string // serial numbers in order
	}{
		"all, newest first": {nil, []string{"OS-2025-0555", "OS-2021-0088", "OS-2025-0417"}},
		"status":            {[]string{"--status", "taken"}, []string{"OS-2025-0417"}},
		"taken, one":        {[]string{"--status", "taken", "--limit", "1"}, []string{"OS-2025-0417"}},
		"open, one":         {[]string{"--status", "open", "--limit", "1"}, []string{"OS-2025-0555"}},
		"serial":            {[]string{"--serial", "os-2021-0088"}, []string{"OS-2021-0088"}},
		"company's name":    {[]string{"--company", "Nuts Ltd."}, []string{"OS-2025-0417"}},
		"company's id":      {[]string{"--company", "福建茶业"}, []string{"OS-2021-0088"}},
		"limit":             {[]string{"--limit", "2"}, []string{"OS-2025-0555", "OS-2021-0088"}},
		"none":              {[]string{"--serial", "OS-9999"}, nil},
	} {
		// One after the other: each takes the database's lock.
		table := p.must(t, append([]string{"claims", "list"}, c.args...)...)
		var got []string
		for _, word := range strings.Fields(table) {
			if strings.HasPrefix(word, "OS-") {
				got = append(got, word)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s\n%s", name, diff, table)
		}
		var serials []string
		for line := range strings.Lines(p.must(t, append([]string{"claims", "list", "--json"}, c.args...)...)) {
			var one claim.Claim
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatal(err)
			}
			serials = append(serials, string(one.Lines[0].Serial))
		}
		if diff := cmp.Diff(c.want, serials); diff != "" {
			t.Errorf("%s as JSON: %s", name, diff)
		}
	}
}

func TestClaimsShow(t *testing.T) {
	t.Parallel()
	p := withClaims(t)
	text := p.must(t, "claims", "show", "c-2603-0001")
	contains(t, text, "C-2603-0001, version 2", "taken", "line_down", "OS-2025-0417 VS-600 (nuts-ltd)", "D3", "Ejectors do not fire",
		"opened by", "status by staff Wang from open to taken")
	text = p.must(t, "claims", "show", "C-2603-0003")
	if strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("what a customer wrote steers the terminal: %q", text)
	}
	var shown struct {
		Claim  map[string]any
		Events []map[string]any
	}
	if err := json.Unmarshal([]byte(p.must(t, "claims", "show", "C-2603-0001", "--json")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Claim["status"] != "taken" || len(shown.Events) != 2 || shown.Events[1]["kind"] != "status" {
		t.Errorf("shown %v", shown)
	}
	p.run(t, "claims", "show", "C-2603-0009").want(t, 1, "there is no claim C-2603-0009")
}

func TestClaimsExport(t *testing.T) {
	t.Parallel()
	p := withClaims(t)
	out := p.must(t, "claims", "export")
	body, marked := strings.CutPrefix(out, "\ufeff")
	if !marked {
		t.Error("without a byte order mark spreadsheets do not show Chinese")
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	column := func(row int, name string) string { return rows[row][slices.Index(rows[0], name)] }
	if got := column(1, "description"); got != "'=HYPERLINK(\"http://evil\")\n\x1b[31mred" {
		t.Errorf("a formula stays a formula: %q", got)
	}
	if got := column(1, "reporter"); !strings.HasPrefix(got, "'@") {
		t.Errorf("a formula stays a formula: %q", got)
	}
	if got := []string{column(3, "claim"), column(3, "status"), column(3, "date"), column(3, "because"), column(3, "flags")}; !slices.Equal(got, []string{"C-2603-0001", "taken", "2026-03-02", "D3 W1", "POLICY_GAP"}) {
		t.Errorf("row %v", got)
	}

	out = p.must(t, "claims", "export", "--format", "json", "--from", "2026-03-03", "--to", "2026-03-03")
	var only struct {
		Claim  claim.Claim
		Events []claim.Event
	}
	if err := json.Unmarshal([]byte(out), &only); err != nil || only.Claim.ID != "C-2603-0002" || only.Claim.Description != "喷阀常吹" || len(only.Events) != 1 {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestClaimsNeedADatabase(t *testing.T) {
	t.Parallel()
	newPlace(t).run(t, "claims", "list").want(t, 1, "there is no database in ./data yet")
}
