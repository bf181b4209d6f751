package claim_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/claim"
)

var mei = claim.Actor{Role: claim.Customer, ID: "mei", Name: "Mei"}

// TestAsk asks a customer for something, and goes on when it is answered.
func TestAsk(t *testing.T) {
	t.Parallel()
	taken := claim.Claim{ID: "C-2603-0001", Status: claim.Taken, Owner: wang, Changed: noon.Add(-time.Hour)}
	items := []claim.Item{claim.AlarmScreen, claim.Air}
	waits, e, err := taken.Do(claim.Action{Kind: claim.Ask, Items: items, Words: "Which lane?"}, li, noon)
	if err != nil {
		t.Fatal(err)
	}
	want := taken
	want.Status, want.Changed, want.Asked = claim.WaitingCustomer, noon, claim.Inquiry{Items: items, Words: "Which lane?", At: noon}
	if diff := cmp.Diff(want, waits); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	asked := claim.Event{
		Claim: "C-2603-0001", Kind: claim.EventStatus, By: li, At: noon, From: "taken", To: "waiting_customer", Note: "Which lane?", Items: items,
	}
	if diff := cmp.Diff(asked, e); diff != "" {
		t.Errorf("event of the question (-want +got):\n%s", diff)
	}

	later := noon.Add(time.Hour)
	now, e, ok := waits.Answered(mei, later)
	if !ok {
		t.Fatal("an answer is none")
	}
	want = taken
	want.Changed = later
	if diff := cmp.Diff(want, now); diff != "" {
		t.Errorf("answered (-want +got):\n%s", diff)
	}
	answered := claim.Event{Claim: "C-2603-0001", Kind: claim.EventStatus, By: mei, At: later, From: "waiting_customer", To: "taken"}
	if diff := cmp.Diff(answered, e); diff != "" {
		t.Errorf("event of the answer (-want +got):\n%s", diff)
	}
}

// TestAskRefuses holds what cannot be asked, and when nothing can.
func TestAskRefuses(t *testing.T) {
	t.Parallel()
	air := []claim.Item{claim.Air}
	for name, c := range map[string]struct {
		from   claim.Status
		action claim.Action
	}{
		"nothing":           {claim.Taken, claim.Action{}},
		"too much":          {claim.Taken, claim.Action{Items: claim.Checklist[:claim.MostAsked+1]}},
		"the same twice":    {claim.Taken, claim.Action{Items: []claim.Item{claim.Air, claim.Air}}},
		"nothing we know":   {claim.Taken, claim.Action{Items: []claim.Item{"password"}}},
		"nobody has it":     {claim.Open, claim.Action{Items: air}},
		"asked already":     {claim.WaitingCustomer, claim.Action{Items: air}},
		"solved":            {claim.Resolved, claim.Action{Items: air}},
		"parts are awaited": {claim.WaitingParts, claim.Action{Words: "Where is it?"}},
	} {
		c.action.Kind = claim.Ask
		was := claim.Claim{Status: c.from, Owner: wang}
		got, _, err := was.Do(c.action, wang, noon)
		if !errors.Is(err, claim.ErrNoTransition) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(was, got); diff != "" {
			t.Errorf("%s: refused, but changed:\n%s", name, diff)
		}
	}
}

// TestAnsweredIsNone: what nobody has asked for is no answer, nor what was sent before.
func TestAnsweredIsNone(t *testing.T) {
	t.Parallel()
	asked := noon.Add(700 * time.Millisecond)
	for name, c := range map[string]struct {
		status claim.Status
		sent   time.Time
		want   bool
	}{
		"of nothing":           {claim.Taken, asked.Add(time.Hour), false},
		"sent before":          {claim.WaitingCustomer, noon.Add(-time.Second), false},
		"in the same second":   {claim.WaitingCustomer, noon, true},
		"sent afterwards":      {claim.WaitingCustomer, asked.Add(time.Minute), true},
		"of a part on its way": {claim.WaitingParts, asked.Add(time.Minute), false},
	} {
		was := claim.Claim{Status: c.status, Asked: claim.Inquiry{Words: "Why?", At: asked}}
		got, _, ok := was.Answered(mei, c.sent)
		if ok != c.want || ok != (got.Status != was.Status) {
			t.Errorf("%s: answered %v, and the claim is %s", name, ok, got.Status)
		}
	}
}

// TestNothingStaysAsked: whoever takes the claim up again waits for nothing.
func TestNothingStaysAsked(t *testing.T) {
	t.Parallel()
	c := claim.Claim{Status: claim.WaitingCustomer, Owner: wang, Asked: claim.Inquiry{Words: "Why?", At: noon}}
	got, _, err := c.Do(claim.Action{Kind: claim.TakeUp}, wang, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(claim.Inquiry{}, got.Asked); diff != "" {
		t.Error(diff)
	}
}

// TestMissing holds what a claim lacks.
func TestMissing(t *testing.T) {
	t.Parallel()
	whole := claim.Claim{
		Status: claim.Open, Severity: claim.Degraded, Description: "enough", Lines: []claim.Line{{Serial: "OS-2025-0417"}},
		Evidence: []claim.Evidence{{Mime: "image/jpeg"}, {Mime: "video/mp4"}},
	}
	for name, c := range map[string]struct {
		change func(*claim.Claim)
		want   []claim.Gap
	}{
		"nothing":       {func(*claim.Claim) {}, nil},
		"serial number": {func(c *claim.Claim) { c.Lines = []claim.Line{{Check: true}} }, []claim.Gap{claim.NoSerial}},
		"serial number to be checked": {
			func(c *claim.Claim) { c.Lines = append(c.Lines, claim.Line{Serial: "XX-1", Check: true}) }, []claim.Gap{claim.NoSerial},
		},
		"words":               {func(c *claim.Claim) { c.Description = "short" }, []claim.Gap{claim.FewWords}},
		"picture":             {func(c *claim.Claim) { c.Evidence = c.Evidence[1:] }, []claim.Gap{claim.NoPicture}},
		"video":               {func(c *claim.Claim) { c.Evidence = c.Evidence[:1] }, []claim.Gap{claim.NoVideo}},
		"a document shows no": {func(c *claim.Claim) { c.Evidence[0].Mime = "application/pdf" }, []claim.Gap{claim.NoPicture}},
		"everything": {
			func(c *claim.Claim) { *c = claim.Claim{Status: claim.Taken, Lines: []claim.Line{{}}} },
			[]claim.Gap{claim.NoSerial, claim.FewWords, claim.NoPicture, claim.NoVideo},
		},
		"a question": {func(c *claim.Claim) { c.Severity, c.Evidence = claim.Question, nil }, nil},
		"solved":     {func(c *claim.Claim) { c.Status, c.Evidence = claim.Resolved, nil }, nil},
		"closed":     {func(c *claim.Claim) { c.Status, c.Evidence = claim.Closed, nil }, nil},
	} {
		got := whole
		got.Evidence = append([]claim.Evidence(nil), whole.Evidence...)
		c.change(&got)
		if diff := cmp.Diff(c.want, got.Missing(func(s string) bool { return s == "enough" })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
