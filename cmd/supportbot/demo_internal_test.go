package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// TestSamplesStayWhatTheyAre judges every sample machine on each day of five years.
func TestSamplesStayWhatTheyAre(t *testing.T) {
	t.Parallel()
	type state struct {
		Coverage   claim.Coverage
		Row        claim.RuleID
		Borderline bool
	}
	want := map[claim.Serial]state{
		"OS-2026-0102": {claim.In, "D3", false},
		"OS-2025-0417": {claim.In, "D3", false},
		"OS-2025-0601": {claim.In, "D3", false},
		"OS-2024-0233": {claim.Out, "D10", true},
		"OS-2021-0088": {claim.Out, "D10", false},
		"OS-2022-0310": {claim.Undetermined, "D15", false}, // until it is known whether the serviced part is at fault
		"OS-2025-0555": {claim.Undetermined, "D15", false}, // without a delivery date
	}
	today := claim.Date{Year: 2026, Month: time.January, Day: 1}
	for range 5 * 366 {
		r, err := sample(today)
		if err != nil {
			t.Fatal(err)
		}
		got := map[claim.Serial]state{}
		for _, m := range r.Machines {
			m = withParts(m, r.Parts)
			v := rules.Default().On(today).Judge(rules.Facts{Claimed: today, Machine: m})
			got[m.Serial] = state{v.Coverage, v.Terms.Row, v.Has(claim.Borderline)}
			if len(m.Parts) > 0 {
				facts := rules.Facts{Claimed: today, Machine: m, Findings: claim.Findings{Cause: claim.CauseYes, Part: m.Parts[0].Serial, Class: claim.ClassHardware}}
				if v := rules.Default().On(today).Judge(facts); v.Coverage != claim.In || v.Terms.Row != "D12" {
					t.Errorf("%s: the serviced part is %s by %s", today, v.Coverage, v.Terms.Row)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("on %s\n%s", today, diff)
		}
		today = today.AddDays(1)
	}
}

func withParts(m claim.Machine, parts []claim.Part) claim.Machine {
	for _, p := range parts {
		if p.Machine == m.Serial {
			m.Parts = append(m.Parts, p)
		}
	}
	return m
}

func TestSampleCompaniesAreThoseOfTheMachines(t *testing.T) {
	t.Parallel()
	r, err := sample(claim.Date{Year: 2026, Month: time.May, Day: 4})
	if err != nil {
		t.Fatal(err)
	}
	names := map[claim.CompanyID]string{"": ""}
	for _, c := range r.Companies {
		names[c.ID] = c.Name
	}
	for _, c := range sampleCustomers {
		if name, ok := names[c.company]; !ok || name != c.Company {
			t.Errorf("%s is of company %q, which the registry calls %q", c.Name, c.Company, name)
		}
		delete(names, c.company)
	}
	if len(names) > 0 {
		t.Errorf("nobody is of %v", names)
	}
}

func TestSamplesFollowTheCalendarUntilSomebodyChangesThem(t *testing.T) {
	t.Parallel()
	s := settings{DataDir: t.TempDir()}
	first := claim.Date{Year: 2026, Month: time.February, Day: 27}
	put := func(today claim.Date) claim.Machine {
		t.Helper()
		if mixed, err := putSamples(t.Context(), s, today); err != nil || mixed {
			t.Fatalf("mixed %t, %v", mixed, err)
		}
		return inStore(t, s, func(store bot.Store) {})
	}
	if got := put(first).Delivered; got != (claim.Date{Year: 2025, Month: time.February, Day: 23}) {
		t.Errorf("delivered %s", got)
	}
	later := claim.Date{Year: 2027, Month: time.January, Day: 20}
	if got := put(later).Delivered; got != (claim.Date{Year: 2026, Month: time.January, Day: 16}) {
		t.Errorf("a year later delivered %s", got)
	}

	mine := claim.Date{Year: 2020, Month: time.March, Day: 3}
	inStore(t, s, func(store bot.Store) {
		m, err := store.Machine(t.Context(), "OS-2024-0233")
		if err != nil {
			t.Fatal(err)
		}
		m.Delivered, m.Parts = mine, nil
		if _, err := store.Import(t.Context(), bot.Registration{Machines: []claim.Machine{m}}, nil); err != nil {
			t.Fatal(err)
		}
		mei, err := store.Person(t.Context(), "web", "mei")
		if err != nil || !mei.Linked(nutsCompany) {
			t.Fatalf("Mei is %+v, %v", mei, err)
		}
		mei.Lang = "zh"
		if err := store.PutPerson(t.Context(), "web", mei); err != nil {
			t.Fatal(err)
		}
	})
	if got := put(later.AddDays(3)).Delivered; got != mine {
		t.Errorf("a changed machine was changed back to %s", got)
	}
	inStore(t, s, func(store bot.Store) {
		if mei, err := store.Person(t.Context(), "web", "mei"); err != nil || mei.Lang != "zh" {
			t.Errorf("Mei was changed back: %+v, %v", mei, err)
		}
		if sam, err := store.Person(t.Context(), "web", "sam"); err != nil || sam.Company != "" {
			t.Errorf("the stranger is %+v, %v", sam, err)
		}
	})
}

// inStore does something with the database and returns the borderline machine as it is then.
func inStore(t *testing.T, s settings, f func(bot.Store)) claim.Machine {
	t.Helper()
	store, err := openStore(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	f(store)
	m, err := store.Machine(t.Context(), "OS-2024-0233")
	if err != nil {
		t.Fatal(err)
	}
	return m
}
