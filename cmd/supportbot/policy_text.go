package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// text lays the answer out for a terminal.
func (a answer) text() string {
	v, t := a.verdict, a.verdict.Terms
	var b strings.Builder
	row := func(key, text string) { fmt.Fprintf(&b, "%s: %s\n", a.say("explain."+key), text) }
	fmt.Fprintln(&b, a.say("explain.title", "Serial", a.serial, "Day", a.facts.Claimed))
	row("machine", a.machine())
	for _, p := range a.facts.Machine.Parts {
		row("part", strings.TrimSuffix(fmt.Sprintf("%s %s, %s", p.Serial, p.Name, p.Delivered), ", "))
	}
	fmt.Fprintln(&b)
	row("coverage", fmt.Sprintf("%s. %s", v.Coverage, a.say(rules.CoverageKey(v.Coverage))))
	row("last_day", cmp.Or(v.LastDay.String(), a.say("explain.no_last_day")))
	row("row", fmt.Sprintf("%s. %s", t.Row, a.say(rules.RemedyKey(t.Remedy))))
	for _, f := range v.Flags {
		row("flag", fmt.Sprintf("%s. %s", f, a.say(rules.FlagKey(f))))
	}
	fmt.Fprintln(&b)
	for _, l := range a.legs() {
		row(l.name, l.text)
	}
	row("pss", a.say(rules.PSSKey(t.PSS)))
	fmt.Fprintf(&b, "\n%s:\n", a.say("explain.because"))
	for _, id := range v.Because {
		fmt.Fprintf(&b, "  %-4s %s\n", id, a.rule(id))
	}
	row("policy", v.Policy)
	return b.String()
}

func (a answer) machine() string {
	m := a.facts.Machine
	switch {
	case m.Serial == "":
		return a.say("explain.unregistered")
	case !a.known:
		return a.say("explain.assumed", "Day", m.Delivered)
	}
	text := a.say("explain.registered", "Model", cmp.Or(m.Model, "?"), "Day", m.Delivered)
	if m.Delivered.IsZero() {
		text = a.say("explain.undated", "Model", cmp.Or(m.Model, "?"))
	}
	if m.ContractNote != "" {
		text += "; " + a.say("explain.contract", "Note", m.ContractNote)
	}
	return text
}

// leg is one line of who bears what.
type leg struct {
	name string
	who  claim.Party
	text string
}

// legs lists who bears what, in the order of domain.md 5.3. A first leg of its own is rare.
func (a answer) legs() []leg {
	t := a.verdict.Terms
	list := []leg{
		{name: "ships_first", who: t.ShipsFirst},
		{name: "to_optoste", who: t.ToOptoste},
		{name: "china_customs", who: t.ChinaCustoms},
		{name: "to_customer", who: t.ToCustomer},
		{name: "first_leg", who: t.FirstLeg},
		{name: "duties", who: t.Duties},
		{name: "service", who: t.Service},
	}
	var shown []leg
	for _, l := range list {
		if l.name == "first_leg" && l.who == claim.Nobody {
			continue
		}
		l.text = a.say(rules.PartyKey(l.who))
		if l.name == "service" && l.who == claim.Nobody {
			l.text = a.say("explain.no_charge")
		}
		shown = append(shown, l)
	}
	return shown
}

// rule explains one rule; only the periods take an argument.
func (a answer) rule(id claim.RuleID) string {
	return a.say(rules.RuleKey(id), "LastDay", a.verdict.LastDay)
}

// exported is the answer as JSON; the names of its fields stay.
type exported struct {
	Serial   claim.Serial      `json:"serial"`
	On       claim.Date        `json:"on"`
	Known    bool              `json:"known"` // the machine is in the registry
	Machine  *claim.Machine    `json:"machine,omitempty"`
	Verdict  claim.Verdict     `json:"verdict"`
	Coverage string            `json:"coverage_text"`
	Remedy   string            `json:"remedy_text"`
	Legs     map[string]string `json:"legs_text"`
	PSS      string            `json:"pss_text"`
	Rules    []explained       `json:"rules"`
	Flags    []explained       `json:"flags"`
}

// explained is a rule or a flag with its explanation.
type explained struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

func (a answer) export() exported {
	v := a.verdict
	e := exported{
		Serial: a.serial, On: a.facts.Claimed, Known: a.known, Verdict: v,
		Coverage: a.say(rules.CoverageKey(v.Coverage)), Remedy: a.say(rules.RemedyKey(v.Terms.Remedy)),
		PSS: a.say(rules.PSSKey(v.Terms.PSS)), Legs: map[string]string{}, Rules: []explained{}, Flags: []explained{},
	}
	if a.known {
		e.Machine = &a.facts.Machine
	}
	for _, l := range a.legs() {
		e.Legs[l.name] = l.text
	}
	for _, id := range v.Because {
		e.Rules = append(e.Rules, explained{string(id), a.rule(id)})
	}
	for _, f := range v.Flags {
		e.Flags = append(e.Flags, explained{string(f), a.say(rules.FlagKey(f))})
	}
	return e
}
