package flows

import (
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// handing is the state of giving a claim to a colleague.
type handing struct {
	Claim claim.ID    `json:"claim"`
	Owner string      `json:"owner,omitempty"` // the name of who has it
	List  []colleague `json:"list,omitempty"`  // who may have it
}

type colleague struct {
	ID   claim.PersonID `json:"id"`
	Name string         `json:"name"`
}

// mostColleagues is how many people are offered by buttons; others are typed.
const mostColleagues = 10

// handOver gives a claim to one of the desk's people, chosen or typed behind "!handover", by name or by the id of the desk file;
// more words are the reason.
var handOver = bot.Script[handing]{
	Name: flowHandOver,
	Begin: func(s handing, t bot.Turn) (handing, bot.Next) {
		id, words := meant(t.Args)
		if did, ok := t.Event.(bot.Did); ok {
			return s, done(id, did)
		}
		if id == "" {
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
		}
		c, _, next := lookInRoom(id, t)
		if next != nil {
			return s, *next
		}
		s = handing{Claim: c.ID, Owner: c.Owner.Name, List: colleagues(t.Roster, c.Owner)}
		if words != "" {
			return s, s.named(words, t.Roster)
		}
		return s, bot.Next{}
	},
	Steps: []bot.Step[handing]{{ID: stepWho, Ask: askWho, Answer: answerWho}},
}

const stepWho bot.StepID = "who"

// colleagues lists the desk's people, without who has the claim.
func colleagues(d *duty.Desk, owner claim.Actor) (list []colleague) {
	for _, p := range d.People {
		if claim.PersonID(p.ID) != owner.ID {
			list = append(list, colleague{claim.PersonID(p.ID), p.Name})
		}
	}
	return list[:min(len(list), mostColleagues)]
}

func askWho(s handing) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("desk.hand.ask", "Claim", s.Claim, "Owner", s.Owner)}}
	for i, c := range s.List {
		p.Options = append(p.Options, bot.Option{ID: strconv.Itoa(i), Label: bot.Say("desk.hand.who", "Name", clip(c.Name, 20))})
	}
	p.Options = append(p.Options, bot.Option{ID: "stop", Label: bot.Say("act.stop"), Words: "words.no"})
	return p
}

func answerWho(s handing, t bot.Turn) (handing, bot.Next) {
	if t.Option == "stop" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("act.stopped", "Claim", s.Claim)}}
	}
	if i, err := strconv.Atoi(t.Option); err == nil && i < len(s.List) {
		return s, s.give(s.List[i], "")
	}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, done(s.Claim, ev)
	case bot.Said:
		return s, s.named(ev.Text, t.Roster)
	default:
		return s, bot.Next{Quiet: true}
	}
}

// named gives the claim to whom the words begin with: an id, or a name. The longest one is meant. What follows is the
// reason.
func (s handing) named(words string, d *duty.Desk) bot.Next {
	var found colleague
	var why string
	most := 0
	var names []bot.Text
	for _, p := range d.People {
		names = append(names, bot.Say("desk.hand.who", "Name", p.Name))
		for _, name := range []string{p.Name, string(p.ID)} {
			rest, ok := cutName(words, name)
			if ok && len(name) > most {
				found, why, most = colleague{claim.PersonID(p.ID), p.Name}, rest, len(name)
			}
		}
	}
	if most == 0 {
		return bot.Next{Step: stepWho, Say: []bot.Text{bot.Say("desk.hand.unknown", "Words", clip(words, 40), "People", names)}}
	}
	return s.give(found, why)
}

// cutName returns what follows a name that words begin with, however it is spelt.
func cutName(words, name string) (rest string, ok bool) {
	fields, want := strings.Fields(words), strings.Fields(name)
	if len(want) == 0 || len(fields) < len(want) || bot.Fold(strings.Join(fields[:len(want)], " ")) != bot.Fold(name) {
		return "", false
	}
	return strings.Join(fields[len(want):], " "), true
}

func (s handing) give(to colleague, why string) bot.Next {
	return bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: s.Claim, Action: claim.Action{
		Kind: claim.HandOver, To: claim.Actor{Role: claim.Staff, ID: to.ID, Name: to.Name}, Words: why,
	}}}}
}
