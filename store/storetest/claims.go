package storetest

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func claimCases() []storeCase {
	return []storeCase{
		{"claim not found", claimNotFound},
		{"claim round trip", claimRoundTrip},
		{"claim for somebody who called", claimCalled},
		{"claim of 64 KB", claimLong},
		{"claim with NUL is refused", claimNUL},
		{"claim without time is refused", claimUndated},
		{"claim numbers count within a month in Shantou", claimNumbers},
		{"claim numbers are unique among writers", claimNumbersAtOnce},
		{"same key opens one claim", claimSameKey},
		{"same key opens one claim among writers", claimSameKeyAtOnce},
		{"other arguments under a key are a mismatch", claimMismatch},
		{"change moves the version", claimChange},
		{"change under the same key returns what the first call left", claimChangeAgain},
		{"change that is refused leaves nothing", claimRefused},
		{"changes of many writers all count", claimChangesAtOnce},
		{"same change by many writers happens once", claimSameChangeAtOnce},
	}
}

func claimNotFound(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.Claim(t.Context(), "C-2603-0001")
	wantErr(t, err, bot.ErrNotFound)
	_, err = s.ChangeClaim(t.Context(), key("in-1", "a"), "C-2603-0001", func(claim.Claim) (bot.ClaimChange, error) {
		t.Error("a claim that is not there was changed")
		return bot.ClaimChange{}, nil
	})
	wantErr(t, err, bot.ErrNotFound)
	same(t, "events", got(s.Events(t.Context(), "C-2603-0001"))(t), []claim.Event{})
}

func claimRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	c := aClaim()
	c.Opened = c.Opened.Add(789).In(claim.Shantou) // to be kept in UTC, with microseconds
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), c, nil))(t)
	want := aClaim()
	want.ID, want.Version = opened.ID, 1
	same(t, "opened claim", opened, want)
	same(t, "claim", got(s.Claim(t.Context(), opened.ID))(t), want)
	if opened.Opened.Location() != time.UTC {
		t.Errorf("opened at %v, want UTC", opened.Opened)
	}
	same(t, "events", got(s.Events(t.Context(), opened.ID))(t), []claim.Event{{
		Claim: opened.ID, Seq: 1, Kind: claim.EventOpened, By: claim.Actor{Role: claim.Customer, ID: "mei-1", Name: mei().Name},
		At: day(2), To: "open",
	}})
}

// claimCalled: who opened it, and why an earlier day counts, stands in its history; it goes on with a person who writes,
// and is found by her then.
func claimCalled(t *testing.T, s bot.Store) {
	t.Helper()
	c := aClaim()
	wang := claim.Actor{Role: claim.Staff, ID: "wang", Name: "Wang"}
	c.By, c.Proof, c.Contact, c.Reporter, c.Channel, c.Chat, c.Thread = wang, "mail of that day", "+51 1", claim.Person{Name: "Pedro"}, "", "", ""
	c.Date = claim.DateOf(c.Opened).AddDays(-3)
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), c, nil))(t)
	same(t, "events", got(s.Events(t.Context(), opened.ID))(t), []claim.Event{
		{Claim: opened.ID, Seq: 1, Kind: claim.EventOpened, By: wang, At: day(2), To: "open"},
		{
			Claim: opened.ID, Seq: 1, Kind: claim.EventDated, By: wang, At: day(2), From: claim.DateOf(day(2)).String(), To: c.Date.String(),
			Note: "mail of that day",
		},
	})
	mine := bot.ClaimFilter{Channel: "chat", Person: "mei-1"}
	same(t, "claims before", len(got(s.FindClaims(t.Context(), mine))(t)), 0)
	handed := got(s.ChangeClaim(t.Context(), key("in-2", "b"), opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		w := claim.Writer{Person: mei(), Channel: "chat", Chat: "7"}
		c, e, err := c.Do(claim.Action{Kind: claim.HandTo, Writer: w}, wang, day(3))
		return bot.ClaimChange{Claim: c, Events: []claim.Event{e}}, err
	}))(t)
	same(t, "claims afterwards", got(s.FindClaims(t.Context(), mine))(t), []claim.Claim{handed})
}

func claimLong(t *testing.T, s bot.Store) {
	t.Helper()
	c := aClaim()
	c.Description = long
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), c, nil))(t)
	if have := got(s.Claim(t.Context(), opened.ID))(t).Description; have != long {
		t.Errorf("%d bytes came back as %d others", len(long), len(have))
	}
}

func claimNUL(t *testing.T, s bot.Store) {
	t.Helper()
	spoil := map[string]func(*claim.Claim){
		"description": func(c *claim.Claim) { c.Description = nul },
		"caption":     func(c *claim.Claim) { c.Evidence[0].Caption = nul },
		"chat":        func(c *claim.Claim) { c.Chat = nul },
		"reporter":    func(c *claim.Claim) { c.Reporter.ID = nul },
		"serial":      func(c *claim.Claim) { c.Lines[0].Serial = nul },
	}
	for field, f := range spoil {
		c := aClaim()
		f(&c)
		if _, err := s.OpenClaim(t.Context(), key("in-"+field, "a"), c, nil); err == nil {
			t.Errorf("a NUL in the %s was taken", field)
		}
	}
	_, err := s.OpenClaim(t.Context(), key("in-then", "a"), aClaim(), func(claim.Claim) []bot.Inbound {
		in := told("note")
		in.Event = bot.Said{Text: nul}
		return []bot.Inbound{in}
	})
	if err == nil {
		t.Error("a NUL in an inbound was taken")
	}
	nothingStored(t, s)
}

func claimUndated(t *testing.T, s bot.Store) {
	t.Helper()
	c := aClaim()
	c.Opened = time.Time{}
	if _, err := s.OpenClaim(t.Context(), key("in-1", "a"), c, nil); err == nil {
		t.Error("a claim without a time has no month to be numbered in")
	}
	nothingStored(t, s)
}

func claimNumbers(t *testing.T, s bot.Store) {
	t.Helper()
	eve := time.Date(2026, 3, 31, 23, 59, 59, 0, claim.Shantou)
	var ids []claim.ID
	for i, at := range []time.Time{eve, eve, eve.Add(time.Second), eve} {
		c := aClaim()
		c.Opened = at
		ids = append(ids, got(s.OpenClaim(t.Context(), key(name("in", i), "a"), c, nil))(t).ID)
	}
	same(t, "numbers", ids, []claim.ID{"C-2603-0001", "C-2603-0002", "C-2604-0001", "C-2603-0003"})
}

func claimNumbersAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	ids := make([]claim.ID, writers)
	for _, err := range atOnce(func(i int) error {
		c, err := s.OpenClaim(t.Context(), key(name("in", i), "a"), aClaim(), nil)
		ids[i] = c.ID
		return err
	}) {
		must(t, err)
	}
	form := regexp.MustCompile(`^C-2603-\d{4}$`)
	seen := make(map[claim.ID]bool)
	for _, id := range ids {
		if seen[id] || !form.MatchString(string(id)) {
			t.Errorf("number %q is wrong or was given twice: %v", id, ids)
		}
		seen[id] = true
	}
}

func claimSameKey(t *testing.T, s bot.Store) {
	t.Helper()
	notes := func(c claim.Claim) []bot.Inbound {
		return []bot.Inbound{told("note of " + string(c.ID)), told("note 2")}
	}
	first := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), notes))(t)
	same(t, "second call", got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), notes))(t), first)
	same(t, "claims", got(s.FindClaims(t.Context(), bot.ClaimFilter{}))(t), []claim.Claim{first})
	same(t, "inbox", inbox(t, s), []bot.Inbound{told("note of " + string(first.ID)), told("note 2")})
	if n := len(got(s.Events(t.Context(), first.ID))(t)); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	next := got(s.OpenClaim(t.Context(), key("in-2", "a"), aClaim(), nil))(t)
	if next.ID == first.ID {
		t.Errorf("another key returned claim %s again", next.ID)
	}
}

func claimSameKeyAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	ids := make([]claim.ID, writers)
	for _, err := range atOnce(func(i int) error {
		c, err := s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), func(claim.Claim) []bot.Inbound { return []bot.Inbound{told("note")} })
		ids[i] = c.ID
		return err
	}) {
		must(t, err)
	}
	all := got(s.FindClaims(t.Context(), bot.ClaimFilter{}))(t)
	if len(all) != 1 {
		t.Fatalf("%d claims, want 1", len(all))
	}
	for _, id := range ids {
		same(t, "number", id, all[0].ID)
	}
	same(t, "inbox", inbox(t, s), []bot.Inbound{told("note")})
}

func claimMismatch(t *testing.T, s bot.Store) {
	t.Helper()
	first := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	_, err := s.OpenClaim(t.Context(), key("in-1", "b"), aClaim(), nil)
	wantErr(t, err, bot.ErrMismatch)
	_, err = s.ChangeClaim(t.Context(), key("in-1", "b"), first.ID, take)
	wantErr(t, err, bot.ErrMismatch)
	same(t, "claims", got(s.FindClaims(t.Context(), bot.ClaimFilter{}))(t), []claim.Claim{first})
}

// take moves a claim on, as an engineer does.
func take(c claim.Claim) (bot.ClaimChange, error) {
	c, e, err := c.Move(claim.Change{To: claim.Taken, By: claim.Actor{Role: claim.Staff, ID: "wang"}, At: day(3), Why: "mine"})
	return bot.ClaimChange{Claim: c, Events: []claim.Event{e}, Then: []bot.Inbound{told("taken")}}, err
}

// add files one more piece of evidence.
func add(hash string) func(claim.Claim) (bot.ClaimChange, error) {
	return func(c claim.Claim) (bot.ClaimChange, error) {
		c.Evidence = append(c.Evidence[:len(c.Evidence):len(c.Evidence)], claim.Evidence{Hash: hash, At: day(4)})
		by := claim.Actor{Role: claim.Customer, ID: "mei-1"}
		return bot.ClaimChange{Claim: c, Events: []claim.Event{
			{Kind: claim.EventAdded, By: by, At: day(4), Files: []string{hash}},
			{Kind: claim.EventRevised, By: by, At: day(4), From: "a", To: "b"},
		}}, nil
	}
}

func claimChange(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	taken := got(s.ChangeClaim(t.Context(), key("in-2", "a"), opened.ID, take))(t)
	want := opened
	want.Version, want.Status, want.Changed = 2, claim.Taken, day(3)
	same(t, "changed claim", taken, want)
	got(s.ChangeClaim(t.Context(), key("in-3", "a"), opened.ID, add("h")))(t)
	added := got(s.ChangeClaim(t.Context(), key("in-4", "a"), opened.ID, add("h2")))(t)
	same(t, "claim", got(s.Claim(t.Context(), opened.ID))(t), added)
	same(t, "inbox", inbox(t, s), []bot.Inbound{told("taken")})

	type step struct {
		Seq  int
		Kind claim.EventKind
	}
	var steps []step
	for _, e := range got(s.Events(t.Context(), opened.ID))(t) {
		same(t, "claim of an event", e.Claim, opened.ID)
		steps = append(steps, step{e.Seq, e.Kind})
	}
	same(t, "events", steps, []step{
		{1, claim.EventOpened},
		{2, claim.EventStatus},
		{3, claim.EventAdded},
		{3, claim.EventRevised},
		{4, claim.EventAdded},
		{4, claim.EventRevised},
	})
}

func claimChangeAgain(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	taken := got(s.ChangeClaim(t.Context(), key("in-2", "a"), opened.ID, take))(t)
	later := got(s.ChangeClaim(t.Context(), key("in-3", "a"), opened.ID, add("h")))(t)
	same(t, "repeated change", got(s.ChangeClaim(t.Context(), key("in-2", "a"), opened.ID, take))(t), taken)
	same(t, "repeated opening", got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t), opened)
	same(t, "claim", got(s.Claim(t.Context(), opened.ID))(t), later)
	same(t, "inbox", inbox(t, s), []bot.Inbound{told("taken")})
}

func claimRefused(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	no := errors.New("somebody else has it")
	_, err := s.ChangeClaim(t.Context(), key("in-2", "a"), opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
		change, _ := take(c)
		return change, no
	})
	wantErr(t, err, no)
	same(t, "claim", got(s.Claim(t.Context(), opened.ID))(t), opened)
	same(t, "inbox", inbox(t, s), []bot.Inbound{})
	if n := len(got(s.Events(t.Context(), opened.ID))(t)); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	taken := got(s.ChangeClaim(t.Context(), key("in-2", "a"), opened.ID, take))(t)
	same(t, "status after the key was tried in vain", taken.Status, claim.Taken)
}

func claimChangesAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	c := aClaim()
	c.Evidence = nil
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), c, nil))(t)
	versions := make([]int, writers)
	for _, err := range atOnce(func(i int) error {
		c, err := s.ChangeClaim(t.Context(), key(name("in", i), "a"), opened.ID, add(name("h", i)))
		versions[i] = c.Version
		return err
	}) {
		must(t, err)
	}
	won := make(map[int]bool)
	for _, v := range versions {
		if won[v] {
			t.Errorf("version %d was won twice: %v", v, versions)
		}
		won[v] = true
	}
	c = got(s.Claim(t.Context(), opened.ID))(t)
	if c.Version != 1+writers || len(c.Evidence) != writers {
		t.Errorf("version %d with %d files, want %d with %d", c.Version, len(c.Evidence), 1+writers, writers)
	}
	if n := len(got(s.Events(t.Context(), opened.ID))(t)); n != 1+2*writers {
		t.Errorf("%d events, want %d", n, 1+2*writers)
	}
}

func claimSameChangeAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	for _, err := range atOnce(func(int) error {
		_, err := s.ChangeClaim(t.Context(), key("in-2", "a"), opened.ID, take)
		return err
	}) {
		must(t, err)
	}
	same(t, "version", got(s.Claim(t.Context(), opened.ID))(t).Version, 2)
	same(t, "inbox", inbox(t, s), []bot.Inbound{told("taken")})
}

// nothingStored fails when there is a claim or an inbound.
func nothingStored(t *testing.T, s bot.Store) {
	t.Helper()
	same(t, "claims", got(s.FindClaims(t.Context(), bot.ClaimFilter{}))(t), []claim.Claim{})
	same(t, "inbox", inbox(t, s), []bot.Inbound{})
}
