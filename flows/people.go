package flows

import (
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// relation is the state of saying for which company a claim's customer writes.
type relation struct {
	Claim   claim.ID        `json:"claim"`
	Name    string          `json:"name,omitempty"` // the customer's
	Now     string          `json:"now,omitempty"`  // the company's; empty = none
	Called  bool            `json:"called,omitempty"`
	Offered []claim.Company `json:"offered,omitempty"`
	Typed   string          `json:"typed,omitempty"` // as which no company was found
}

// relate corrects for which company a claim's customer writes. Who writes to the bot is linked to it: he sees what is
// the company's (domain.md 6.3, promise P7).
var relate = bot.Script[relation]{
	Name:  flowCompany,
	Begin: beginRelate,
	Steps: []bot.Step[relation]{{ID: stepChosen, Ask: askRelate, Answer: answerRelate}},
}

func beginRelate(s relation, t bot.Turn) (relation, bot.Next) {
	id, words := meant(t.Args)
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, done(s.Claim, ev)
	case bot.Found:
		if s.Claim != "" {
			return s.found(ev)
		}
	default:
	}
	if id == "" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
	}
	c, found, next := lookInRoom(id, t)
	if next != nil {
		return s, *next
	}
	s.Claim, s.Name, s.Now, s.Called, s.Offered = c.ID, c.Reporter.Name, c.Customer, !c.Reachable(), found.Owners
	if words != "" {
		return s.find(words)
	}
	return s, bot.Next{}
}

func (s relation) find(words string) (relation, bot.Next) {
	s.Typed = words
	return s, bot.Next{Look: []bot.Lookup{bot.FindCompanies{Words: words}}}
}

// found takes the only company that is meant, or offers those that may be.
func (s relation) found(found bot.Found) (relation, bot.Next) {
	switch len(found.Owners) {
	case 0:
		return s, bot.Next{Step: stepChosen, Say: []bot.Text{bot.Say("company.none_found", "Typed", clip(s.Typed, 60))}}
	case 1:
		return s, s.act(found.Owners[0])
	}
	s.Offered, s.Typed = found.Owners, ""
	return s, bot.Next{Step: stepChosen}
}

func (s relation) act(c claim.Company) bot.Next {
	return bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: s.Claim, Action: claim.Action{Kind: claim.Relate, Company: c}}}}
}

func askRelate(s relation) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("company.ask", "Claim", s.Claim, "Name", s.Name, "Now", s.Now)}}
	for i, c := range s.Offered {
		p.Options = append(p.Options, bot.Option{ID: "c" + strconv.Itoa(i), Label: bot.Say("company.item", "Company", c.Name)})
	}
	if s.Called && s.Typed != "" {
		p.Options = append(p.Options, bot.Option{ID: "typed", Label: bot.Say("company.as_typed", "Company", clip(s.Typed, 40))})
	}
	if s.Now != "" {
		p.Options = append(p.Options, bot.Option{ID: "none", Label: bot.Say("company.none")})
	}
	p.Options = append(p.Options, stopOption())
	return p
}

func answerRelate(s relation, t bot.Turn) (relation, bot.Next) {
	i, err := strconv.Atoi(strings.TrimPrefix(t.Option, "c"))
	switch {
	case t.Option == "stop":
		return s, stopped(s.Claim)
	case t.Option == "none":
		return s, s.act(claim.Company{})
	case t.Option == "typed":
		return s, s.act(claim.Company{Name: s.Typed})
	case err == nil && i < len(s.Offered):
		return s, s.act(s.Offered[i])
	}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, done(s.Claim, ev)
	case bot.Found:
		return s.found(ev)
	case bot.Said:
		return s.find(ev.Text)
	default:
		return s, bot.Next{Quiet: true}
	}
}

// nowLinked links the person to the company that the desk has found out, and says so.
var nowLinked = bot.Script[struct{}]{
	Name: flowLinked,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		told := t.Args.Told
		company := claim.Company{}
		if told.Company != nil {
			company = *told.Company
		}
		n := bot.Next{
			End: true, Quiet: true,
			Say: []bot.Text{bot.Say("told.unlinked")},
			Do:  []bot.Effect{bot.LinkPerson{Company: company.ID, Why: told.About}},
		}
		if company.ID != "" {
			n.Say = []bot.Text{bot.Say("told.linked", "Name", told.By.Name, "Company", company.Name)}
			n.Offer = []bot.Option{{ID: "claims", Label: bot.Say("menu.claims")}}
		}
		return s, n
	},
}

// handover is the state of giving a claim of somebody who called to a person who writes.
type handover struct {
	Claim   claim.ID       `json:"claim"`
	Name    string         `json:"name,omitempty"` // of who called
	Offered []claim.Writer `json:"offered,omitempty"`
}

// handOn has a claim of somebody who called go on with a person of the company who writes to the bot.
var handOn = bot.Script[handover]{
	Name:  flowCustomer,
	Begin: beginHandOn,
	Steps: []bot.Step[handover]{{ID: stepChosen, Ask: askHandOn, Answer: answerHandOn}},
}

func beginHandOn(s handover, t bot.Turn) (handover, bot.Next) {
	id, _ := meant(t.Args)
	if id == "" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
	}
	found, ok := t.Event.(bot.Found)
	if !ok {
		return s, bot.Next{Look: []bot.Lookup{bot.ShowClaim{ID: id}, bot.FindWriters{ID: id}}}
	}
	switch {
	case len(found.Claims) == 0:
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.unknown", "Claim", id)}}
	case found.Claims[0].Reachable():
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("hand.has_chat", "Claim", id, "Name", found.Claims[0].Reporter.Name)}}
	case len(found.Writers) == 0:
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("hand.nobody", "Claim", id)}}
	}
	s.Claim, s.Name, s.Offered = id, found.Claims[0].Reporter.Name, found.Writers
	return s, bot.Next{}
}

func askHandOn(s handover) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("hand.ask", "Claim", s.Claim, "Name", s.Name)}}
	for i, w := range s.Offered {
		p.Options = append(p.Options, bot.Option{ID: "w" + strconv.Itoa(i), Label: bot.Say("hand.item", "Name", clip(w.Person.Name, 40))})
	}
	p.Options = append(p.Options, stopOption())
	return p
}

func answerHandOn(s handover, t bot.Turn) (handover, bot.Next) {
	if t.Option == "stop" {
		return s, stopped(s.Claim)
	}
	if i, err := strconv.Atoi(strings.TrimPrefix(t.Option, "w")); err == nil && i < len(s.Offered) {
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: s.Claim, Action: claim.Action{Kind: claim.HandTo, Writer: s.Offered[i]}}}}
	}
	if did, ok := t.Event.(bot.Did); ok {
		return s, done(s.Claim, did)
	}
	return s, bot.Next{Step: stepChosen, Say: []bot.Text{bot.Say("choose.one")}}
}
