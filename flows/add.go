package flows

import (
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// addition is the state of adding to an open claim.
type addition struct {
	Claim claim.ID   `json:"claim"`
	Files []bot.File `json:"files,omitempty"` // of an album that is still arriving
	Album bool       `json:"album,omitempty"`
	Added bool       `json:"added,omitempty"` // something was added already
}

// add takes words and files into a claim that is there, as many as the person sends.
var add = bot.Script[addition]{
	Name: flowAdd, InOrder: true,
	Begin: func(s addition, t bot.Turn) (addition, bot.Next) {
		if did, ok := t.Event.(bot.Did); ok {
			return added(s, did)
		}
		s.Claim = t.Args.Claim
		if t.Args.Quoted {
			return s, bot.Next{Quiet: true}
		}
		if t.Args.Payload != "" || len(t.Args.Files) > 0 {
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.AddToClaim{ID: s.Claim, Text: t.Args.Payload, Files: t.Args.Files}}}
		}
		_, _, next := lookClaim(t)
		if next != nil {
			return s, *next
		}
		return s, bot.Next{}
	},
	Steps: []bot.Step[addition]{{
		ID: "more",
		Ask: func(s addition) bot.Prompt {
			text := bot.Say("add.ask", "Claim", s.Claim)
			if s.Added {
				text = bot.Say("add.more")
			}
			return bot.Prompt{Text: []bot.Text{text}, Options: []bot.Option{
				{ID: "done", Label: bot.Say("media.done"), Words: "words.done"},
			}}
		},
		Answer: answerAdd,
	}},
}

func answerAdd(s addition, t bot.Turn) (addition, bot.Next) {
	if t.Option == "done" {
		return s, bot.Next{End: true, Say: []bot.Text{bot.Say("add.end", "Claim", s.Claim)}, Offer: claimOptions(s.Claim)[3:]}
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.AddToClaim{ID: s.Claim, Text: ev.Text}}}
	case bot.Attached:
		kept, say := acceptFiles(nil, ev.Files, t)
		if len(kept) == 0 {
			return s, bot.Next{Step: "more", Say: say}
		}
		n := bot.Next{Quiet: true, Say: say, Do: []bot.Effect{bot.AddToClaim{ID: s.Claim, Text: ev.Caption, Files: kept}}}
		s.Album = ev.Album != ""
		if s.Album {
			s.Files = append(s.Files, kept...)
			n.Do = append(n.Do, bot.Remind{Name: "album", After: settle})
		}
		return s, n
	case bot.Did:
		return added(s, ev)
	case bot.Waited:
		say := gotFiles("add.got", s.Files)
		s.Files, s.Album, s.Added = nil, false, true
		return s, bot.Next{Step: "more", Say: say}
	default:
		return s, bot.Next{Quiet: true}
	}
}

// added answers what was added; an album is answered when it has arrived.
func added(s addition, did bot.Did) (addition, bot.Next) {
	if did.Refused != "" {
		return s, bot.Next{End: true, Say: []bot.Text{bot.Say(did.Refused)}}
	}
	if s.Album {
		return s, bot.Next{Quiet: true}
	}
	s.Added, s.Claim = true, did.Claim.ID // it may have been merged
	return s, bot.Next{Step: "more", Say: []bot.Text{bot.Say("add.done", "Claim", s.Claim)}}
}
