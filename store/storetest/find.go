package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func findCases() []storeCase {
	return []storeCase{
		{"claims are found by each field of the filter", findFields},
		{"claims are listed newest first, 100 at most", findOrder},
		{"claims are found by what their lines became", findChanged},
		{"claims are called for when it is time", findCalling},
		{"claims are found by words", searchWords},
		{"claims are found by the words that they have now", searchChanged},
		{"of many claims that are found the newest are listed", searchOrder},
	}
}

func findFields(t *testing.T, s bot.Store) {
	t.Helper()
	// One claim a day, each told by a letter.
	for i, c := range []struct {
		letter  string
		channel string
		person  claim.PersonID
		company claim.CompanyID
		serial  claim.Serial
		status  claim.Status
	}{
		{"a", "chat", "mei", "nuts", "OS-1", claim.Open},
		{"b", "chat", "mei", "nuts", "OS-2", claim.Closed},
		{"c", "chat", "bob", "nuts", "OS-1", claim.Taken},
		{"d", "mail", "mei", "beans", "OS-3", claim.Merged},
		{"e", "chat", "bob", "", "OS-1", claim.Declined},
		{"f", "chat", "mei", "", "OS-9", claim.Resolved},
	} {
		at := day(i + 1)
		got(s.OpenClaim(t.Context(), key(c.letter, ""), claim.Claim{
			Status: c.status, Description: c.letter, Channel: c.channel, Reporter: claim.Person{ID: c.person},
			Lines: []claim.Line{{Serial: c.serial, Company: c.company}, {Serial: "OS-0", Company: c.company}},
			Date:  claim.DateOf(at), Opened: at, Changed: at,
		}, nil))(t)
	}
	for _, c := range []struct {
		want   string
		filter bot.ClaimFilter
	}{
		{"fedcba", bot.ClaimFilter{}},
		{"fe", bot.ClaimFilter{Limit: 2}},
		{"fba", bot.ClaimFilter{Channel: "chat", Person: "mei"}},
		{"d", bot.ClaimFilter{Channel: "mail", Person: "mei"}},
		{"", bot.ClaimFilter{Channel: "mail", Person: "bob"}},
		{"cba", bot.ClaimFilter{Company: "nuts"}},
		{"fcba", bot.ClaimFilter{Channel: "chat", Person: "mei", Company: "nuts"}},
		{"eca", bot.ClaimFilter{Serial: "OS-1"}},
		{"", bot.ClaimFilter{Serial: "OS-1x"}},
		{"fedcba", bot.ClaimFilter{Serial: "OS-0"}},
		{"fca", bot.ClaimFilter{Pending: true}},
		{"fed", bot.ClaimFilter{Since: claim.DateOf(day(4))}},
		{"ca", bot.ClaimFilter{Serial: "OS-1", Pending: true}},
		{"c", bot.ClaimFilter{Serial: "OS-1", Pending: true, Since: claim.DateOf(day(2))}},
		{"c", bot.ClaimFilter{Serial: "OS-1", Company: "nuts", Limit: 1}},
		{"a", bot.ClaimFilter{Serial: "OS-1", Channel: "chat", Person: "mei"}},
	} {
		var have strings.Builder
		for _, found := range got(s.FindClaims(t.Context(), c.filter))(t) {
			have.WriteString(found.Description)
		}
		if have.String() != c.want {
			t.Errorf("filter %+v found %q, want %q", c.filter, have.String(), c.want)
		}
	}
}

func findOrder(t *testing.T, s bot.Store) {
	t.Helper()
	const n = 103
	for i := range n {
		c := aClaim()
		c.Opened = day(1).Add(time.Duration(i*37%n) * time.Microsecond) // not in order
		got(s.OpenClaim(t.Context(), key(name("in", i), ""), c, nil))(t)
	}
	list := got(s.FindClaims(t.Context(), bot.ClaimFilter{Company: "nuts"}))(t)
	if len(list) != 100 {
		t.Errorf("%d claims, want 100", len(list))
	}
	for i, c := range list {
		same(t, "time of opening", c.Opened, day(1).Add(time.Duration(n-1-i)*time.Microsecond))
	}
}

func findChanged(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", ""), aClaim(), nil))(t)
	got(s.ChangeClaim(t.Context(), key("in-2", ""), opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		c.Lines = []claim.Line{{Serial: "OS-NEW-1", Company: "beans"}}
		c.Status = claim.Declined
		return bot.ClaimChange{Claim: c}, nil
	}))(t)
	for want, filters := range map[int][]bot.ClaimFilter{
		0: {{Serial: "OS-2025-0417"}, {Company: "nuts"}, {Pending: true}},
		1: {{Serial: "OS-NEW-1"}, {Company: "beans"}},
	} {
		for _, f := range filters {
			if n := len(got(s.FindClaims(t.Context(), f))(t)); n != want {
				t.Errorf("filter %+v found %d claims, want %d", f, n, want)
			}
		}
	}
}

func findCalling(t *testing.T, s bot.Store) {
	t.Helper()
	wants := func(now time.Time, limit int, want ...claim.ID) {
		t.Helper()
		var have []claim.ID
		for _, c := range got(s.Calling(t.Context(), now, limit))(t) {
			have = append(have, c.ID)
		}
		same(t, "claims to call for", have, want)
	}
	open := func(in string, next time.Time) claim.Claim {
		t.Helper()
		c := aClaim()
		c.Calls = claim.Calls{Since: day(2), Next: next}
		return got(s.OpenClaim(t.Context(), key(in, ""), c, nil))(t)
	}
	late, early, never := open("in-1", day(4)), open("in-2", day(3)), open("in-3", time.Time{})
	wants(day(3).Add(-time.Microsecond), 10)
	wants(day(3), 10, early.ID)
	wants(day(9), 10, early.ID, late.ID)
	wants(day(9), 1, early.ID)
	same(t, "claim", got(s.Calling(t.Context(), day(3), 10))(t), []claim.Claim{early})
	next := func(in string, id claim.ID, next time.Time) {
		t.Helper()
		got(s.ChangeClaim(t.Context(), key(in, ""), id, func(c claim.Claim) (bot.ClaimChange, error) {
			c.Calls.Next = next
			return bot.ClaimChange{Claim: c}, nil
		}))(t)
	}
	next("in-4", early.ID, day(6).Add(500*time.Nanosecond)) // kept with microseconds
	next("in-5", never.ID, day(5))
	next("in-6", late.ID, time.Time{})
	wants(day(6), 10, never.ID, early.ID)
}

func searchWords(t *testing.T, s bot.Store) {
	t.Helper()
	for i, c := range []struct{ letter, name, company, words, serial string }{
		{"a", "Mei 👩🏽‍🔧", "Nuts Ltd", "Valve block leaks air", "OS-2025-0417"},
		{"b", "José", "Café Bär GmbH", "It ejects good product; valves are fine", "OS-2025-0418"},
		{"c", "王伟", "东莞坚果有限公司", "电磁阀漏气，ALARM17报警", "XK-9"},
		{"d", "", "", "停机", ""},
	} {
		opened := got(s.OpenClaim(t.Context(), key(c.letter, ""), claim.Claim{
			Status: claim.Open, Description: c.words, Customer: c.company, Reporter: claim.Person{Name: c.name},
			Lines: []claim.Line{{Serial: claim.Serial(c.serial)}}, Thread: c.letter,
			Date: claim.DateOf(day(2)), Opened: day(2).Add(time.Duration(i) * time.Hour),
		}, nil))(t)
		same(t, "number", opened.ID, claim.ID(fmt.Sprintf("C-2603-%04d", i+1)))
	}
	for words, want := range map[string]string{
		"":                 "",
		" ?! ":             "",
		"valve":            "ba", // and what begins so
		"VALVES":           "b",
		"ｖａｌｖｅ":            "ba",
		"alve":             "",
		"air valve":        "a",
		"air product":      "",
		"it":               "b",
		"i":                "", // one letter is a word, not the beginning of many
		"nuts":             "a",
		"mei":              "a",
		"josé café":        "b",
		"jose":             "",
		"电磁阀":              "c",
		"阀":                "c", // the last of its word
		"漏":                "c",
		"磁漏":               "",
		"坚果 电磁":            "c",
		"王伟":               "c",
		"alarm":            "c",
		"报警":               "c",
		"停机":               "d",
		"OS-2025-0417":     "a",
		"sn: os2025o417":   "a", // as it is mistaken
		"２０２５":             "",
		"OS-2025-0":        "",
		"xk-9":             "c",
		"C-2603-0002":      "b",
		"c-2603-0002":      "b",
		"C-2603-0009":      "",
		"C-2603-00":        "",
		"100% ' or 1=1 --": "",
		"a\x00valve":       "",
		"\xffvalve":        "ba",
	} {
		list, total, err := s.SearchClaims(t.Context(), words, 10)
		must(t, err)
		var have strings.Builder
		for _, c := range list {
			have.WriteString(c.Thread)
		}
		if have.String() != want || total != len(want) {
			t.Errorf("%q found %q and counted %d, want %q", words, have.String(), total, want)
		}
	}
}

func searchChanged(t *testing.T, s bot.Store) {
	t.Helper()
	c := aClaim()
	c.Description = "the valve leaks"
	opened := got(s.OpenClaim(t.Context(), key("in-1", ""), c, nil))(t)
	got(s.ChangeClaim(t.Context(), key("in-2", ""), opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		c.Description, c.Lines = "the camera is dark", []claim.Line{{Serial: "OS-2025-0418"}}
		return bot.ClaimChange{Claim: c}, nil
	}))(t)
	for words, want := range map[string]int{"valve": 0, "OS-2025-0417": 0, "the": 1, "camera": 1, "OS20250418": 1} {
		if _, total, err := s.SearchClaims(t.Context(), words, 10); err != nil || total != want {
			t.Errorf("%q finds %d, %v, want %d", words, total, err, want)
		}
	}
}

func searchOrder(t *testing.T, s bot.Store) {
	t.Helper()
	var want []claim.Claim
	for i := range 13 {
		c := aClaim()
		c.Description, c.Opened = "the valve leaks", day(1).AddDate(0, i%2, i)
		want = append(want, got(s.OpenClaim(t.Context(), key(name("in", i), ""), c, nil))(t))
	}
	slices.SortFunc(want, func(a, b claim.Claim) int { return strings.Compare(string(b.ID), string(a.ID)) })
	list, total, err := s.SearchClaims(t.Context(), "valve", 10)
	must(t, err)
	same(t, "how many there are", total, 13)
	same(t, "those that are listed", list, want[:10])
}
