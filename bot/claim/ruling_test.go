package claim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
)

// worked is a claim of two machines that wang works on, with one picture.
func worked(s claim.Status) claim.Claim {
	return claim.Claim{
		ID: "C-2603-0001", Status: s, Owner: wang, Changed: noon.Add(-time.Hour),
		Lines: []claim.Line{
			{Serial: "OS-2025-0417", Verdict: claim.Verdict{Coverage: claim.In, Because: []claim.RuleID{"D3", "W1"}}},
			{Serial: "OS-2025-0418"},
		},
		Evidence: []claim.Evidence{{Hash: "aa"}},
	}
}

var (
	excluded = claim.Verdict{Coverage: claim.Excluded, Because: []claim.RuleID{"D8", "D10"}}
	hardware = claim.Findings{Class: claim.ClassHardware, Decision: claim.AdvanceBoard}
)

func misuse(evidence ...string) claim.Findings {
	return claim.Findings{Exclusion: claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "rewired", Evidence: evidence}}
}

func deciding(r claim.Ruling, why string, files ...claim.Evidence) claim.Action {
	return claim.Action{Kind: claim.Decide, Words: why, Ruling: &r, Files: files}
}

// TestDecide holds what becomes of a claim, and what its history says.
func TestDecide(t *testing.T) {
	t.Parallel()
	decided := func(kind claim.EventKind, why, to string, files ...string) claim.Event {
		return claim.Event{
			Claim: "C-2603-0001", Kind: kind, By: li, At: noon, Note: why, From: "D3 W1", To: to, Serial: "OS-2025-0417", Choice: "c", Files: files,
		}
	}
	moved := func(from, to claim.Status, why string) claim.Event {
		return claim.Event{Claim: "C-2603-0001", Kind: claim.EventStatus, By: li, At: noon, From: string(from), To: string(to), Note: why}
	}
	other := claim.Findings{OtherMaker: true}
	for name, c := range map[string]struct {
		from   claim.Claim
		action claim.Action
		status claim.Status
		events []claim.Event
	}{
		"a board in advance": {
			worked(claim.Taken),
			deciding(claim.Ruling{Choice: "c", Findings: hardware, Verdict: excluded, To: claim.WaitingParts, Tell: true}, ""),
			claim.WaitingParts,
			[]claim.Event{decided(claim.EventDecided, "", "D8 D10"), moved(claim.Taken, claim.WaitingParts, "")},
		},
		"a return when a remote fix did not help": {
			worked(claim.RemoteFix),
			deciding(claim.Ruling{Choice: "c", Findings: hardware, Verdict: excluded, To: claim.WaitingParts, Tell: true}, "no use"),
			claim.WaitingParts,
			[]claim.Event{
				decided(claim.EventDecided, "no use", "D8 D10"), moved(claim.RemoteFix, claim.Taken, ""), moved(claim.Taken, claim.WaitingParts, "no use"),
			},
		},
		"the claim is there already": {
			worked(claim.WaitingParts),
			deciding(claim.Ruling{Choice: "c", Findings: hardware, Verdict: excluded, To: claim.WaitingParts, Tell: true}, ""),
			claim.WaitingParts,
			[]claim.Event{decided(claim.EventDecided, "", "D8 D10")},
		},
		"for engineers alone": {
			worked(claim.Taken),
			deciding(claim.Ruling{Choice: "c", Findings: hardware, Verdict: excluded}, ""),
			claim.Taken,
			[]claim.Event{decided(claim.EventFound, "", "D8 D10")},
		},
		"an exclusion that a picture of the claim shows": {
			worked(claim.Taken),
			deciding(claim.Ruling{Choice: "c", Findings: misuse("aa"), Verdict: excluded, Tell: true}, "rewired"),
			claim.Taken,
			[]claim.Event{decided(claim.EventDecided, "rewired", "D8 D10", "aa")},
		},
		"an exclusion that the engineer's own picture shows": {
			worked(claim.Taken),
			deciding(claim.Ruling{Choice: "c", Findings: misuse("bb"), Verdict: excluded, Tell: true}, "rewired", claim.Evidence{Hash: "bb"}),
			claim.Taken,
			[]claim.Event{decided(claim.EventDecided, "rewired", "D8 D10", "bb")},
		},
		"none of ours": {
			worked(claim.Taken),
			deciding(claim.Ruling{Choice: "c", Findings: other, Verdict: excluded, To: claim.Declined, Tell: true}, "another maker's"),
			claim.Declined,
			[]claim.Event{decided(claim.EventDecided, "another maker's", "D8 D10"), moved(claim.Taken, claim.Declined, "another maker's")},
		},
	} {
		was := worked(c.from.Status)
		got, events, err := c.from.Decide(c.action, li, noon)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.events, events); diff != "" {
			t.Errorf("%s: events (-want +got):\n%s", name, diff)
		}
		l, r := got.Lines[0], c.action.Ruling
		if diff := cmp.Diff(claim.Ruled{Times: 1, Choice: "c", By: li, At: noon}, l.Ruled); diff != "" {
			t.Errorf("%s: decided (-want +got):\n%s", name, diff)
		}
		if got.Status != c.status || !got.Changed.Equal(noon) || got.Owner != wang || !cmp.Equal(l.Findings, r.Findings) || !cmp.Equal(l.Verdict, r.Verdict) {
			t.Errorf("%s: the claim is %s, changed %s, of %s, its machine %+v", name, got.Status, got.Changed, got.Owner.ID, l)
		}
		if diff := cmp.Diff(was, c.from); diff != "" {
			t.Errorf("%s changed the claim that it was given:\n%s", name, diff)
		}
		for _, e := range got.Evidence {
			if e.Internal != (e.Hash == "bb") {
				t.Errorf("%s: of %s it is said that it is internal: %v", name, e.Hash, e.Internal)
			}
		}
	}
}

// TestDecideRefuses holds what is not decided, and why not. The claim stays as it is.
func TestDecideRefuses(t *testing.T) {
	t.Parallel()
	lacks := func(p claim.Proof) func(error) bool {
		return func(err error) bool { u := (*claim.UnprovenError)(nil); return errors.As(err, &u) && u.Lacks == p }
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	override := func(reason string) claim.Findings {
		return claim.Findings{Override: claim.Override{Coverage: claim.In, Reason: reason}}
	}
	cleared := claim.Findings{Exclusion: claim.Exclusion{State: claim.ExclusionCleared}}
	blank := misuse("aa")
	blank.Exclusion.Reason = " "
	for name, c := range map[string]struct {
		from   claim.Claim
		action claim.Action
		want   func(error) bool
	}{
		"nothing":                   {worked(claim.Taken), claim.Action{Kind: claim.Decide}, is(claim.ErrNoTransition)},
		"nobody has it":             {worked(claim.Open), deciding(claim.Ruling{Findings: hardware}, ""), is(claim.ErrNoTransition)},
		"the customer is asked":     {worked(claim.WaitingCustomer), deciding(claim.Ruling{Findings: hardware}, ""), is(claim.ErrNoTransition)},
		"it is solved":              {worked(claim.Resolved), deciding(claim.Ruling{Findings: hardware}, ""), is(claim.ErrNoTransition)},
		"no such machine":           {worked(claim.Taken), deciding(claim.Ruling{Line: 2, Findings: hardware}, ""), is(claim.ErrNoTransition)},
		"no machine at all":         {worked(claim.Taken), deciding(claim.Ruling{Line: -1, Findings: hardware}, ""), is(claim.ErrNoTransition)},
		"decided meanwhile":         {worked(claim.Taken), deciding(claim.Ruling{Seen: 1, Findings: hardware}, ""), is(claim.ErrStale)},
		"as it is":                  {worked(claim.Taken), deciding(claim.Ruling{To: claim.Taken}, ""), is(claim.ErrSame)},
		"no way there":              {worked(claim.Taken), deciding(claim.Ruling{Findings: hardware, To: claim.Closed}, ""), is(claim.ErrNoTransition)},
		"an exclusion, no words":    {worked(claim.Taken), deciding(claim.Ruling{Findings: misuse("aa")}, ""), lacks(claim.Reason)},
		"an exclusion, blank words": {worked(claim.Taken), deciding(claim.Ruling{Findings: misuse("aa")}, " \n"), lacks(claim.Reason)},
		"an exclusion, no reason":   {worked(claim.Taken), deciding(claim.Ruling{Findings: blank}, "rewired"), lacks(claim.Reason)},
		"an exclusion, no file":     {worked(claim.Taken), deciding(claim.Ruling{Findings: misuse()}, "rewired"), lacks(claim.Exhibit)},
		"a file from elsewhere":     {worked(claim.Taken), deciding(claim.Ruling{Findings: misuse("aa", "zz")}, "rewired"), lacks(claim.Exhibit)},
		"cleared, no words":         {worked(claim.Taken), deciding(claim.Ruling{Findings: cleared}, ""), lacks(claim.Reason)},
		"goodwill, no words":        {worked(claim.Taken), deciding(claim.Ruling{Findings: override("goodwill")}, ""), lacks(claim.Reason)},
		"goodwill, no reason":       {worked(claim.Taken), deciding(claim.Ruling{Findings: override("")}, "goodwill"), lacks(claim.Reason)},
		"none of ours, no words": {
			worked(claim.Taken), deciding(claim.Ruling{Findings: claim.Findings{OtherMaker: true}}, ""), lacks(claim.Reason),
		},
	} {
		got, events, err := c.from.Decide(c.action, li, noon)
		if err == nil || !c.want(err) || len(events) > 0 {
			t.Errorf("%s: %v, %d events", name, err, len(events))
		}
		if diff := cmp.Diff(c.from, got); diff != "" {
			t.Errorf("%s changed the claim:\n%s", name, diff)
		}
	}
	if _, _, err := worked(claim.Taken).Decide(deciding(claim.Ruling{Findings: hardware, To: claim.RemoteFix}, ""), mei, noon); err == nil {
		t.Error("a customer decides where a claim goes")
	}
	if _, _, err := worked(claim.Taken).Do(deciding(claim.Ruling{Findings: hardware}, ""), li, noon); !errors.Is(err, claim.ErrNoTransition) {
		t.Errorf("a decision as one event: %v", err)
	}
}

// TestDecideAgain keeps count, so that of two who looked at the same time one is told.
func TestDecideAgain(t *testing.T) {
	t.Parallel()
	first := deciding(claim.Ruling{Choice: "advance", Findings: hardware}, "")
	second := deciding(claim.Ruling{Choice: "suspect", Findings: claim.Findings{Suspect: "board"}}, "")
	c, _, err := worked(claim.Taken).Decide(first, wang, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Decide(second, li, noon); !errors.Is(err, claim.ErrStale) {
		t.Errorf("decided over what nobody has seen: %v", err)
	}
	second.Ruling.Seen = 1
	if c, _, err = c.Decide(second, li, noon); err != nil || c.Lines[0].Ruled.Times != 2 || c.Lines[0].Ruled.By != li {
		t.Errorf("decided again: %v, %+v", err, c.Lines[0].Ruled)
	}
	if c.Lines[1].Ruled.Times != 0 {
		t.Error("the other machine was decided on, too")
	}
}

// TestPublic shows the customer a verdict without what is only suspected.
func TestPublic(t *testing.T) {
	t.Parallel()
	suspected, plain := claim.Verdict{Coverage: claim.In, Terms: claim.Terms{Row: "D7"}}, claim.Verdict{Coverage: claim.In, Terms: claim.Terms{Row: "D3"}}
	if got := (claim.Line{Verdict: plain}).Public().Terms.Row; got != "D3" {
		t.Errorf("without a suspicion the customer reads %s", got)
	}
	r := claim.Ruling{Findings: claim.Findings{Suspect: "x"}, Verdict: suspected, Shown: plain}
	c, _, err := worked(claim.Taken).Decide(deciding(r, ""), wang, noon)
	if err != nil || c.Lines[0].Public().Terms.Row != "D3" || c.Lines[0].Verdict.Terms.Row != "D7" {
		t.Errorf("%v: the customer reads %s of %s", err, c.Lines[0].Public().Terms.Row, c.Lines[0].Verdict.Terms.Row)
	}
	r = claim.Ruling{Seen: 1, Verdict: excluded}
	if c, _, err = c.Decide(deciding(r, ""), wang, noon); err != nil || c.Lines[0].Public().Coverage != claim.Excluded {
		t.Errorf("%v: afterwards the customer reads %s", err, c.Lines[0].Public().Coverage)
	}
}

// TestHandOver holds to whom a claim can be given, and when.
func TestHandOver(t *testing.T) {
	t.Parallel()
	give := claim.Action{Kind: claim.HandOver, To: li, Words: "my shift ends"}
	for _, s := range statuses {
		c := worked(s)
		got, e, err := c.Do(give, wang, noon)
		if s != claim.Taken && s != claim.WaitingCustomer && s != claim.RemoteFix && s != claim.WaitingParts {
			if !errors.Is(err, claim.ErrNoTransition) || got.Owner != wang {
				t.Errorf("%s: handed over to %s, %v", s, got.Owner.ID, err)
			}
			continue
		}
		want := claim.Event{Claim: c.ID, Kind: claim.EventOwner, By: wang, At: noon, From: "Wang", To: "Li", Note: "my shift ends"}
		if err != nil || got.Owner != li || got.Status != s || !got.Changed.Equal(noon) || !cmp.Equal(want, e) {
			t.Errorf("%s: %v, the claim is %s, of %s, %+v", s, err, got.Status, got.Owner.ID, e)
		}
	}
	owned := (*claim.OwnedError)(nil)
	if _, _, err := worked(claim.Taken).Do(claim.Action{Kind: claim.HandOver, To: wang}, li, noon); !errors.As(err, &owned) || owned.By != wang {
		t.Errorf("to who has it: %v", err)
	}
	if _, _, err := worked(claim.Taken).Do(claim.Action{Kind: claim.HandOver}, wang, noon); !errors.Is(err, claim.ErrNoTransition) {
		t.Errorf("to nobody: %v", err)
	}
	nobodys := worked(claim.RemoteFix)
	nobodys.Owner = claim.Actor{}
	if _, _, err := nobodys.Do(give, wang, noon); !errors.Is(err, claim.ErrNoTransition) {
		t.Errorf("of nobody: %v", err)
	}
}

// TestNoteWithFiles keeps an engineer's files for his colleagues; a file that the customer has sent stays his.
func TestNoteWithFiles(t *testing.T) {
	t.Parallel()
	c := worked(claim.Taken)
	got, e, err := c.Do(claim.Action{Kind: claim.Remark, Files: []claim.Evidence{{Hash: "aa"}, {Hash: "bb"}}}, li, noon)
	want := []claim.Evidence{{Hash: "aa"}, {Hash: "bb", Internal: true}}
	if err != nil || !cmp.Equal(want, got.Evidence) || !cmp.Equal([]string{"aa", "bb"}, e.Files) || len(c.Evidence) != 1 {
		t.Errorf("%v: evidence %+v, event %+v", err, got.Evidence, e)
	}
}

func TestSuspected(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]claim.Findings{
		"":                        {},
		"valve board":             {Suspect: "valve board"},
		"P-100":                   {Part: "P-100"},
		"LED driver board, P-100": {Suspect: "LED driver board", Part: "P-100"},
	} {
		if got := f.Suspected(); got != want {
			t.Errorf("%+v: %q", f, got)
		}
	}
}
