package bot_test

import (
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// order is the state of the lab's one draft.
type order struct {
	Name  string   `json:"name,omitempty"`
	Size  string   `json:"size,omitempty"`
	Notes []string `json:"notes,omitempty"` // what came late
	Ticks int      `json:"ticks,omitempty"`
}

func (o order) String() string {
	return strings.Join(append([]string{o.Name, o.Size}, o.Notes...), " ")
}

// The steps of an order.
const (
	stepName bot.StepID = "name"
	stepSize bot.StepID = "size"
	stepSure bot.StepID = "sure"
)

// orderFlow asks for a name and a size and files them as a claim.
func orderFlow() bot.Script[order] {
	return bot.Script[order]{
		Name:  "order",
		Title: func(s order) bot.Text { return bot.Say("title", "Name", s.Name) },
		Late: func(s order, t bot.Turn) (order, bot.Next) {
			if said, ok := t.Event.(bot.Said); ok {
				s.Notes = append(s.Notes, said.Text)
				return s, bot.Next{Quiet: true, Say: []bot.Text{bot.Say("late", "Text", said.Text)}}
			}
			return s, bot.Next{Quiet: true}
		},
		Steps: []bot.Step[order]{
			{
				ID: stepName, To: []bot.StepID{stepSize, stepSure},
				Done:   func(s order) bool { return s.Name != "" },
				Ask:    func(order) bot.Prompt { return ask("name?") },
				Answer: answerName,
			},
			{
				ID: stepSize, To: []bot.StepID{stepSure},
				Done: func(s order) bool { return s.Size != "" },
				Ask:  func(order) bot.Prompt { return ask("size?", option("s"), option("l")) },
				Answer: func(s order, t bot.Turn) (order, bot.Next) {
					if said, ok := t.Event.(bot.Said); ok {
						s.Size = said.Text
					}
					if t.Option != "" {
						s.Size = t.Option
					}
					return s, bot.Next{}
				},
			},
			{
				ID: stepSure, To: []bot.StepID{stepName, stepSize},
				Ask: func(s order) bot.Prompt {
					send := option("send")
					send.Words = "words.send"
					p := ask("sure?", send, option("rename"))
					p.Text = []bot.Text{bot.Say("sure?", "Order", s.String())}
					return p
				},
				Answer: answerSure,
			},
		},
	}
}

func answerName(s order, t bot.Turn) (order, bot.Next) {
	switch ev := t.Event.(type) {
	case bot.Said:
		switch ev.Text {
		case "panic":
			panic("a bug of the flow")
		case "astray":
			return s, bot.Next{Step: "nowhere"}
		case "remind":
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.Remind{Name: "tick", After: time.Minute}}}
		case "panic later":
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.Remind{Name: "panic", After: time.Minute}}}
		case "desk":
			return s, bot.Next{Step: stepName, Do: []bot.Effect{bot.TellDesk{Told: bot.Told{News: bot.NewsTalk, Text: "call me"}}}}
		}
		s.Name = ev.Text
	case bot.Waited:
		if ev.Timer.Name == "panic" {
			panic("a bug of the flow's timer")
		}
		s.Ticks++
		return s, bot.Next{Step: stepName, Say: []bot.Text{bot.Say("tick", "N", s.Ticks)}}
	case bot.Attached:
		say := bot.Say("got", "Album", ev.Album, "Name", ev.Files[0].Name, "Refused", string(ev.Files[0].Refused))
		return s, bot.Next{Quiet: true, Say: []bot.Text{say}}
	default: // a sticker is no name
	}
	return s, bot.Next{}
}

func answerSure(s order, t bot.Turn) (order, bot.Next) {
	if did, ok := t.Event.(bot.Did); ok {
		return s, bot.Next{End: true, Say: []bot.Text{bot.Say("filed", "Claim", did.Claim.ID)}, Offer: []bot.Option{{ID: "show", Label: bot.Say("show"), Claim: did.Claim.ID}}}
	}
	switch t.Option {
	case "send":
		c := claim.Claim{Status: claim.Open, Description: s.String(), Lines: []claim.Line{{Serial: "OS-2025-0417"}}}
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.OpenClaim{Claim: c}}}
	case "rename":
		s.Name = ""
		return s, bot.Next{}
	}
	return s, bot.Next{Step: stepSure, Say: []bot.Text{bot.Say("choose")}}
}

// remark is the state of the flows that are about something else.
type remark struct {
	Frame bot.FrameID `json:"frame,omitempty"`
}

// nudgeFlow reminds of a quiet order and leads to it in every way there is.
func nudgeFlow() bot.Script[remark] {
	return bot.Script[remark]{
		Name:  "nudge",
		Begin: func(s remark, t bot.Turn) (remark, bot.Next) { return remark{t.Args.Frame}, bot.Next{} },
		Steps: []bot.Step[remark]{{
			ID:  "remind",
			Ask: func(remark) bot.Prompt { return ask("still there?", option("on"), option("over"), option("drop")) },
			Answer: func(s remark, t bot.Turn) (remark, bot.Next) {
				n := bot.Next{End: true}
				switch t.Option {
				case "on":
					n.Go = bot.Raise{Frame: s.Frame}
				case "over":
					n.Go = bot.Restart{Frame: s.Frame, Start: bot.Start{Flow: "order"}}
				case "drop":
					n.Go, n.Say = bot.Drop{Frame: s.Frame}, []bot.Text{bot.Say("dropped")}
				default:
					n.Go = bot.Resume{Frame: s.Frame}
				}
				return s, n
			},
		}},
	}
}

// brokenFlow cannot even ask.
func brokenFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "broken", Steps: []bot.Step[remark]{{
		ID:     "ask",
		Ask:    func(remark) bot.Prompt { panic("a bug of the question") },
		Answer: func(s remark, _ bot.Turn) (remark, bot.Next) { return s, bot.Next{} },
	}}}
}

// sayFlow says what it was told, or hello, and ends.
func sayFlow(name string) bot.Script[remark] {
	return bot.Script[remark]{Name: name, Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		n := bot.Next{End: true, Say: []bot.Text{bot.Say("hello")}}
		if told := t.Args.Told; told != nil {
			n.Quiet, n.Say = true, []bot.Text{bot.Say("news", "About", string(told.News), "Text", told.Text)}
			if told.News == bot.NewsCorrected {
				n.After = []bot.Text{bot.Say("again")}
			}
		}
		return s, n
	}}
}

// labHouse is the lab's house: little is asked, and everything can go wrong.
func labHouse() bot.House {
	desk := map[bot.News]string{}
	for _, n := range []bot.News{
		bot.NewsOpened, bot.NewsAdded, bot.NewsRevised, bot.NewsTalk, bot.NewsEmergency, bot.NewsSetAside, bot.NewsFileLost, bot.NewsGivenUp,
		bot.NewsGone, bot.NewsBack, bot.NewsAnswered,
	} {
		desk[n] = "desk"
	}
	return bot.House{
		Flows: []bot.Flow{sayFlow("home"), orderFlow(), nudgeFlow(), sayFlow("desk"), brokenFlow()},
		Root:  "home", Desk: "desk", Nudge: "nudge",
		Commands: []bot.Command{{Name: "order", Flow: "order"}, {Name: "hello", Flow: "home"}, {Name: "broken", Flow: "broken"}},
		Buttons:  map[string]bot.Button{"show": {Flow: "home"}},
		News:     desk,
	}
}

func ask(key string, options ...bot.Option) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say(key)}, Options: options}
}

func option(id string) bot.Option { return bot.Option{ID: id, Label: bot.Say(id)} }
