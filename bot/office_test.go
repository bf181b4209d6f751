package bot_test

import (
	"strconv"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// TestLinkedElsewhere: what the desk says about a person's company counts in each of her conversations at once, and
// choosing a language in one of them does not undo it.
func TestLinkedElsewhere(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.house.Flows = append(l.house.Flows,
		bot.Script[remark]{Name: "mine", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
			found, ok := t.Event.(bot.Found)
			if !ok {
				return s, bot.Next{Look: []bot.Lookup{bot.ListClaims{}}}
			}
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say(strconv.Itoa(len(found.Claims)) + " of " + string(t.Person.Company))}}
		}},
		bot.Script[remark]{Name: "zh", Begin: func(s remark, _ bot.Turn) (remark, bot.Next) {
			return s, bot.Next{End: true, Quiet: true, Do: []bot.Effect{bot.SetLanguage{Lang: "zh"}}}
		}},
	)
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "mine", Flow: "mine"}, bot.Command{Name: "zh", Flow: "zh"})
	l.engine = l.start()
	link := func(company claim.CompanyID) {
		t.Helper()
		p := claim.Person{ID: "mei", Company: company, Why: "desk"}
		if was, err := l.store.Person(t.Context(), "chat", "mei"); err == nil {
			p = was
			p.Company = company
		}
		if err := l.store.PutPerson(t.Context(), "chat", p); err != nil {
			t.Fatal(err)
		}
	}
	key := bot.EffectKey{Inbound: "x", Kind: "open_claim"}
	theirs := claim.Claim{Opened: l.clock.now(), Lines: []claim.Line{{Serial: "OS-1", Company: "nuts"}}, Channel: "chat", Reporter: claim.Person{ID: "ana"}}
	if _, err := l.store.OpenClaim(t.Context(), key, theirs, nil); err != nil {
		t.Fatal(err)
	}
	mine := func(want string) {
		t.Helper()
		l.say("mei", "/mine")
		l.hears("mei: " + want)
	}
	mine("0 of ")
	link("nuts")
	mine("1 of nuts")
	l.say("mei", "/zh")
	mine("zh:1 of nuts")
	link("beans")
	l.say("mei", "/zh")
	mine("zh:0 of beans")
	link("")
	mine("zh:0 of ")
	if p, err := l.store.Person(t.Context(), "chat", "mei"); err != nil || p.Lang != "zh" {
		t.Errorf("the person is %+v, %v", p, err)
	}
}

// TestRejudge: a claim is judged anew by the edition and for the day that it keeps.
func TestRejudge(t *testing.T) {
	t.Parallel()
	delivered, err := claim.ParseDate("2025-02-27")
	if err != nil {
		t.Fatal(err)
	}
	day := delivered.AddMonths(12)
	m := claim.Machine{Serial: "OS-1", Model: "VS-600", Company: "nuts", Delivered: delivered}
	policy := rules.Default()
	c := claim.Claim{Date: day, Opened: day.AddDays(9).Begins(), Policy: policy.On(day).ID, Severity: claim.Degraded}
	for name, v := range map[string]struct {
		proof string
		m     claim.Machine
		want  string
	}{
		"the last day":             {"", m, "IN D3"},
		"the last day, typed late": {"mail", m, "IN D3"},
		"not in the registry":      {"", claim.Machine{}, "UNDETERMINED D15"},
	} {
		c.Proof = v.proof
		l := bot.Rejudge(policy, c, claim.Line{Serial: "OS-1"}, v.m)
		e11 := false
		for _, id := range l.Verdict.Because {
			e11 = e11 || id == "E11"
		}
		if l.Verdict.Short() != v.want || l.Company != v.m.Company || l.Model != v.m.Model || l.Check != (v.m.Serial == "") || e11 != (v.proof != "") {
			t.Errorf("%s: %+v", name, l)
		}
	}
	c.Date = day.AddDays(1)
	if l := bot.Rejudge(policy, c, claim.Line{Serial: "OS-1"}, m); l.Verdict.Short() != "OUT D10" {
		t.Errorf("a day later: %s", l.Verdict.Short())
	}
}
