package flows

import (
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// union is the state of merging two claims.
type union struct {
	Claim claim.ID `json:"claim"`
	Other claim.ID `json:"other,omitempty"`
	Why   string   `json:"why,omitempty"`
}

// The steps of what engineers put right about claims and people.
const (
	stepWith   bot.StepID = "with"
	stepWhy    bot.StepID = "why"
	stepSure   bot.StepID = "sure"
	stepWrong  bot.StepID = "wrong"
	stepTyped  bot.StepID = "typed"
	stepChosen bot.StepID = "chosen"
)

// merge has two claims about the same go on as one, the earlier of them. Both threads are told what was done.
var merge = bot.Script[union]{
	Name:  flowMerge,
	Begin: beginMerge,
	Steps: []bot.Step[union]{
		{ID: stepWith, Done: func(s union) bool { return s.Other != "" }, Ask: askWith, Answer: answerWith, To: []bot.StepID{stepWhy}},
		{ID: stepWhy, Ask: askWhy, Answer: answerMerge, To: []bot.StepID{stepSure}},
		{ID: stepSure, Passing: true, Ask: askSure, Answer: answerSure},
	},
}

func beginMerge(s union, t bot.Turn) (union, bot.Next) {
	if did, ok := t.Event.(bot.Did); ok {
		return s, s.done(did)
	}
	if s.Claim == "" {
		s.Claim, s.Other, s.Why = bothMeant(t.Args)
	}
	if s.Claim == "" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
	}
	c, _, next := lookInRoom(s.Claim, t)
	if next != nil {
		return s, *next
	}
	if s.Other == "" {
		s.Other = c.Duplicate
	}
	if s.Other != "" && s.Why != "" {
		return s, s.act(false)
	}
	return s, bot.Next{}
}

// bothMeant returns the two claims that a command is about, and the words behind them. In a claim's thread one number is
// the other claim's.
func bothMeant(a bot.Args) (id, other claim.ID, words string) {
	words = a.Payload
	for range 2 {
		n, rest := claim.Numbered(words)
		if n == "" {
			break
		}
		id, other, words = other, n, strings.TrimSpace(rest)
	}
	switch {
	case id == "" && other == a.Claim: // that of the thread itself
		return a.Claim, "", words
	case id == "" && a.Claim != "": // one number, or none
		return a.Claim, other, words
	case id == "":
		return other, "", words
	}
	return id, other, words
}

func askWith(s union) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("merge.with", "Claim", s.Claim)}, Options: []bot.Option{stopOption()}}
}

func answerWith(s union, t bot.Turn) (union, bot.Next) {
	if t.Option == "stop" {
		return s, stopped(s.Claim)
	}
	said, ok := t.Event.(bot.Said)
	if !ok {
		return s, bot.Next{Quiet: true}
	}
	if s.Other, _ = claim.Numbered(strings.TrimSpace(said.Text)); s.Other == "" {
		return s, bot.Next{Step: stepWith, Say: []bot.Text{bot.Say("merge.number")}}
	}
	return s, bot.Next{}
}

func askWhy(s union) bot.Prompt {
	text := []bot.Text{bot.Say("merge.why", "Claim", s.Claim, "Other", s.Other)}
	return bot.Prompt{
		Text: text, Options: []bot.Option{stopOption()},
		Form: &bot.Form{
			Title: bot.Say("merge.title", "Claim", s.Claim), Submit: bot.Say("merge.do"), Text: text,
			Fields: []bot.Field{{ID: fieldWords, Label: bot.Say("act.words"), Long: true}},
		},
	}
}

func askSure(s union) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("merge.sure", "Claim", s.Claim, "Other", s.Other)}, Options: append([]bot.Option{
		{ID: "sure", Label: bot.Say("merge.all_the_same"), Words: "words.yes"},
	}, stopOption())}
}

func answerMerge(s union, t bot.Turn) (union, bot.Next) {
	if t.Option == "stop" {
		return s, stopped(s.Claim)
	}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, s.done(ev)
	case bot.Filled:
		s.Why = t.Values[fieldWords]
		return s, s.act(false)
	case bot.Said:
		s.Why = ev.Text
		return s, s.act(false)
	default:
		return s, bot.Next{Quiet: true}
	}
}

func answerSure(s union, t bot.Turn) (union, bot.Next) {
	switch t.Option {
	case "stop":
		return s, stopped(s.Claim)
	case "sure":
		return s, s.act(true)
	}
	if did, ok := t.Event.(bot.Did); ok {
		return s, s.done(did)
	}
	return s, bot.Next{Step: stepSure, Say: []bot.Text{bot.Say("choose.one")}}
}

func (s union) act(sure bool) bot.Next {
	return bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{
		ID: s.Claim, Action: claim.Action{Kind: claim.Merge, Into: s.Other, Words: s.Why, Sure: sure},
	}}}
}

func (s union) done(did bot.Did) bot.Next {
	if did.Refused == "merge.apart" {
		return bot.Next{Step: stepSure}
	}
	return done(did.Claim.ID, did)
}

// stopped says that nothing was done.
func stopped(id claim.ID) bot.Next {
	return bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("act.stopped", "Claim", id)}}
}
