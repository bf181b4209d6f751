package flows

import (
	"strconv"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// survey asks once how the service on a closed claim was. Its buttons are the claim's, so they stand beside
// whatever else is being asked, and never grow old.
var survey = bot.Script[struct{}]{
	Name: flowSurvey,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		n := bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("survey.ask", "Claim", t.Args.Claim)}}
		for score := 1; score <= claim.BestScore; score++ {
			n.Offer = append(n.Offer, bot.Option{
				ID: "rate" + strconv.Itoa(score), Label: bot.Say("survey.score", "Score", score), Claim: t.Args.Claim,
			})
		}
		return s, n
	},
}

// opinion is the state of a rating that was given and may still be explained.
type opinion struct {
	Claim claim.ID `json:"claim"`
	Score int      `json:"score"`
}

// explainWithin is how long a typed message counts as the reason for a rating: after that it is about
// something else.
const explainWithin = time.Hour

// rate takes a score, which counts at once, and then asks for a word, unless a draft waits.
var rate = bot.Script[opinion]{
	Name: flowRate,
	Begin: func(s opinion, t bot.Turn) (opinion, bot.Next) {
		did, ok := t.Event.(bot.Did)
		if !ok {
			score, _ := strconv.Atoi(t.Args.Payload) // of a button of ours; what is no score is refused
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{
				ID: t.Args.Claim, Action: claim.Action{Kind: claim.Rate, Score: score, Lang: t.Person.Lang},
			}}}
		}
		given, n := did.Claim.Rating, bot.Next{}
		switch {
		case given.Score == 0:
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say("claim.unknown")}}
		case did.Refused != "" && (given.By.ID != t.Person.ID || given.Words != ""):
			return s, bot.Next{End: true, Say: []bot.Text{stands(did.Claim.ID, given.Score)}}
		case did.Refused != "": // she pressed twice, and may not have seen the answer
			n.Say = []bot.Text{stands(did.Claim.ID, given.Score)}
		}
		if len(t.Drafts) > 0 { // it goes on; nothing stands in its way
			n.End, n.Say = true, append(n.Say, bot.Say("rate.thanks"))
			return s, n
		}
		s.Claim, s.Score = did.Claim.ID, given.Score
		n.Do = []bot.Effect{bot.Remind{Name: "explain", After: explainWithin}}
		return s, n
	},
	Steps: []bot.Step[opinion]{{
		ID: "words",
		Ask: func(s opinion) bot.Prompt {
			return bot.Prompt{
				Text:    []bot.Text{bot.Say("rate.words", "Score", s.Score)},
				Options: []bot.Option{{ID: "skip", Label: bot.Say("rate.skip"), Words: "words.skip"}},
			}
		},
		Answer: explain,
	}},
}

// stands says that the first rating counts.
func stands(id claim.ID, score int) bot.Text {
	return bot.Say("rate.stands", "Claim", id, "Score", score)
}

func explain(s opinion, t bot.Turn) (opinion, bot.Next) {
	if t.Option == "skip" {
		return s, bot.Next{End: true, Say: []bot.Text{bot.Say("rate.skipped")}}
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{
			ID: s.Claim, Action: claim.Action{Kind: claim.Comment, Words: ev.Text, Lang: t.Person.Lang},
		}}}
	case bot.Did:
		if ev.Refused != "" {
			return s, bot.Next{End: true, Say: []bot.Text{stands(s.Claim, s.Score)}}
		}
		return s, bot.Next{End: true, Say: []bot.Text{bot.Say("rate.thanks")}}
	case bot.Waited:
		return s, bot.Next{End: true, Quiet: true}
	case bot.Attached:
		return s, bot.Next{End: true, Go: bot.Start{Flow: flowHome}} // it begins something else
	default:
		return s, bot.Next{Quiet: true}
	}
}
