package flows

import (
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
)

// choices is the state of the switcher: the open drafts when it was asked.
type choices struct {
	List []choice `json:"list,omitempty"`
}

type choice struct {
	Frame bot.FrameID `json:"frame"`
	Title bot.Text    `json:"title"`
}

// drafts lists the open drafts and goes on with one of them, or starts another report.
var drafts = bot.Script[choices]{
	Name: flowDrafts,
	Begin: func(s choices, t bot.Turn) (choices, bot.Next) {
		for _, d := range t.Drafts[:min(maxOffered, len(t.Drafts))] {
			s.List = append(s.List, choice{d.Frame, d.Title})
		}
		if len(s.List) == 0 {
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say("drafts.none")}, Offer: menuOptions()}
		}
		return s, bot.Next{}
	},
	Steps: []bot.Step[choices]{{
		ID: "choose",
		Ask: func(s choices) bot.Prompt {
			p := bot.Prompt{Text: []bot.Text{bot.Say("drafts.ask", "N", len(s.List))}}
			for i, c := range s.List {
				p.Options = append(p.Options, bot.Option{ID: "d" + strconv.Itoa(i), Label: bot.Say("drafts.go_on", "Title", c.Title)})
			}
			p.Options = append(p.Options, bot.Option{ID: fresh, Label: bot.Say("drafts.new")})
			return p
		},
		Answer: func(s choices, t bot.Turn) (choices, bot.Next) {
			if t.Option == fresh {
				return s, bot.Next{End: true, Go: bot.Start{Flow: flowReport, Args: bot.Args{Payload: fresh}}}
			}
			if i, err := strconv.Atoi(strings.TrimPrefix(t.Option, "d")); t.Option != "" && err == nil && i < len(s.List) {
				return s, bot.Next{End: true, Go: bot.Raise{Frame: s.List[i].Frame}}
			}
			return s, chooseOne("choose", t)
		},
	}},
}

// about is the state of a question about another frame.
type about struct {
	Frame bot.FrameID `json:"frame"`
	Title bot.Text    `json:"title"`
}

// cancel asks once whether the draft shall be thrown away.
var cancel = bot.Script[about]{
	Name: flowCancel,
	Begin: func(s about, t bot.Turn) (about, bot.Next) {
		if len(t.Drafts) == 0 {
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say("cancel.nothing")}, Offer: menuOptions()}
		}
		s.Frame, s.Title = t.Drafts[0].Frame, t.Drafts[0].Title
		return s, bot.Next{}
	},
	Steps: []bot.Step[about]{{
		ID: "sure",
		Ask: func(s about) bot.Prompt {
			return bot.Prompt{Text: []bot.Text{bot.Say("cancel.ask", "Title", s.Title)}, Options: []bot.Option{
				{ID: "yes", Label: bot.Say("cancel.yes"), Words: "words.yes"},
				{ID: "no", Label: bot.Say("cancel.no"), Words: "words.no"},
			}}
		},
		Answer: func(s about, t bot.Turn) (about, bot.Next) {
			switch t.Option {
			case "yes":
				return s, bot.Next{
					End: true, Go: bot.Drop{Frame: s.Frame},
					Say: []bot.Text{bot.Say("cancel.done", "Title", s.Title)}, Offer: menuOptions(),
				}
			case "no":
				return s, bot.Next{End: true, Go: bot.Raise{Frame: s.Frame}}
			}
			return s, chooseOne("sure", t)
		},
	}},
}

// nudge reminds of a draft that has been quiet, once for each silence.
var nudge = bot.Script[about]{
	Name: flowNudge,
	Begin: func(s about, t bot.Turn) (about, bot.Next) {
		for _, d := range t.Drafts {
			if d.Frame == t.Args.Frame {
				s.Frame, s.Title = d.Frame, d.Title
				return s, bot.Next{}
			}
		}
		return s, bot.Next{End: true, Quiet: true}
	},
	Steps: []bot.Step[about]{{
		ID: "remind",
		Ask: func(s about) bot.Prompt {
			return bot.Prompt{Text: []bot.Text{bot.Say("nudge.ask", "Title", s.Title)}, Options: []bot.Option{
				{ID: "on", Label: bot.Say("nudge.on"), Words: "words.yes"},
				{ID: "over", Label: bot.Say("nudge.over")},
				{ID: "delete", Label: bot.Say("nudge.delete"), Words: "words.no"},
			}}
		},
		Answer: func(s about, t bot.Turn) (about, bot.Next) {
			switch t.Option {
			case "over":
				start := bot.Start{Flow: flowReport, Args: bot.Args{Payload: fresh}}
				return s, bot.Next{End: true, Go: bot.Restart{Frame: s.Frame, Start: start}}
			case "delete":
				return s, bot.Next{
					End: true, Go: bot.Drop{Frame: s.Frame},
					Say: []bot.Text{bot.Say("cancel.done", "Title", s.Title)}, Offer: menuOptions(),
				}
			case "on":
				return s, bot.Next{End: true, Go: bot.Raise{Frame: s.Frame}}
			}
			return s, bot.Next{End: true, Go: bot.Resume{Frame: s.Frame}} // an answer to the draft's own question
		},
	}},
}

// menuOptions are offered when nothing else is open.
func menuOptions() []bot.Option {
	return []bot.Option{
		{ID: "report", Label: bot.Say("menu.report")},
		{ID: "claims", Label: bot.Say("menu.claims")},
	}
}

// chooseOne asks a question of buttons alone again.
func chooseOne(step bot.StepID, t bot.Turn) bot.Next {
	if _, ok := t.Event.(bot.Attached); ok { // no file is lost: it goes to the draft, or begins one
		if len(t.Drafts) > 0 {
			return bot.Next{End: true, Go: bot.Resume{Frame: t.Drafts[0].Frame}}
		}
		return bot.Next{End: true, Go: bot.Start{Flow: flowHome}}
	}
	return bot.Next{Step: step, Say: []bot.Text{bot.Say("choose.one")}}
}
