package flows

import (
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// listing is the state of "my claims".
type listing struct {
	List []listed `json:"list,omitempty"`
}

type listed struct {
	ID     claim.ID     `json:"id"`
	Serial claim.Serial `json:"serial"`
	Status claim.Status `json:"status"`
	Date   claim.Date   `json:"date"`
}

func (c listed) line() bot.Text {
	return bot.Say("claims.line", "Claim", c.ID, "Serial", serialText(c.Serial), "Status", bot.Say("status."+string(c.Status)))
}

// claims lists the person's claims and those of the person's company.
var claims = bot.Script[listing]{
	Name: flowClaims,
	Begin: func(s listing, t bot.Turn) (listing, bot.Next) {
		found, ok := t.Event.(bot.Found)
		if !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ListClaims{}}}
		}
		for _, c := range found.Claims {
			s.List = append(s.List, listed{c.ID, c.Lines[0].Serial, c.Status, c.Date})
		}
		switch len(s.List) {
		case 0:
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say("claims.none")}, Offer: menuOptions()}
		case 1:
			return s, showClaim(s.List[0].ID)
		}
		return s, bot.Next{}
	},
	Steps: []bot.Step[listing]{{
		ID: "choose",
		Ask: func(s listing) bot.Prompt {
			var p bot.Prompt
			var lines bot.Lines
			for i, c := range s.List {
				lines = append(lines, c.line())
				p.Options = append(p.Options, bot.Option{
					ID: "c" + strconv.Itoa(i), Label: bot.Say("claims.item", "Claim", c.ID, "Serial", serialText(c.Serial)),
				})
			}
			p.Text = []bot.Text{bot.Say("claims.ask", "N", len(s.List), "List", lines)}
			return p
		},
		Answer: func(s listing, t bot.Turn) (listing, bot.Next) {
			if i, err := strconv.Atoi(strings.TrimPrefix(t.Option, "c")); t.Option != "" && err == nil && i < len(s.List) {
				return s, showClaim(s.List[i].ID)
			}
			if said, ok := t.Event.(bot.Said); ok {
				for _, c := range s.List {
					if strings.EqualFold(strings.TrimSpace(said.Text), string(c.ID)) {
						return s, showClaim(c.ID)
					}
				}
			}
			return s, chooseOne("choose", t)
		},
	}},
}

func showClaim(id claim.ID) bot.Next {
	return bot.Next{End: true, Go: bot.Start{Flow: flowShow, Args: bot.Args{Claim: id}}}
}

// show tells status and history of one claim.
var show = bot.Script[struct{}]{
	Name: flowShow,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		c, found, next := lookClaim(t)
		if next != nil {
			return s, *next
		}
		say := []bot.Text{bot.Say("show.head", "Claim", c.ID, "Status", bot.Say("status."+string(c.Status)),
			"Date", c.Date, "Severity", bot.Say("severity."+string(c.Severity)))}
		for _, l := range c.Lines {
			say = append(say, coverageLine(l.Serial, l.Public(), true, t.Person.Linked(l.Company)))
		}
		if c.Merger.Into != "" {
			say = append(say, bot.Say("show.merged", "Claim", c.ID, "Into", c.Merger.Into))
		}
		if c.Status == claim.WaitingCustomer {
			say = append(say, askedText("asked.text", c.ID, c.Owner, c.Asked))
		}
		var history bot.Lines
		for _, e := range found.History {
			history = append(history, bot.Say("show.event", "Day", claim.DateOf(e.At), "What", whatHappened(e)))
		}
		say = append(say, bot.Say("show.history", "History", history))
		offer := claimOptions(c.ID)[:3]
		if c.Status == claim.Closed {
			offer = append(offer, comesBack(c.ID))
		}
		return s, bot.Next{End: true, Say: say, Offer: offer}
	},
}

// whatHappened tells an event to the customer.
func whatHappened(e claim.Event) bot.Text {
	switch e.Kind {
	case claim.EventStatus:
		return bot.Say("event.status", "From", bot.Say("status."+e.From), "To", bot.Say("status."+e.To))
	case claim.EventCorrected:
		return bot.Say("event.corrected", "From", clip(e.From, 80), "To", clip(e.To, 80))
	case claim.EventRevised:
		return bot.Say("event.revised", "From", clip(e.From, 80), "To", clip(e.To, 80))
	case claim.EventSerial:
		return bot.Say("event.serial", "To", e.To) // the wrong one may be another company's
	case claim.EventRated:
		return bot.Say("event.rated", "Score", e.To, "Note", clip(e.Note, 120))
	case claim.EventOwner: // who and why are the engineers' own affair
		return bot.Say("event.owner")
	case claim.EventDecided:
		return bot.Say("event.decided")
	default:
		return bot.Say("event."+string(e.Kind), "Note", clip(e.Note, 120), "Files", len(e.Files))
	}
}

// lookClaim returns the claim that the frame is about, or what to do first or instead: look it
// up, or say that there is none to be seen.
func lookClaim(t bot.Turn) (claim.Claim, bot.Found, *bot.Next) {
	id := t.Args.Claim
	if id == "" {
		id = t.Last
	}
	if id == "" {
		return claim.Claim{}, bot.Found{}, &bot.Next{End: true, Say: []bot.Text{bot.Say("claims.none")}, Offer: menuOptions()}
	}
	found, ok := t.Event.(bot.Found)
	if !ok {
		return claim.Claim{}, bot.Found{}, &bot.Next{Look: []bot.Lookup{bot.ShowClaim{ID: id}}}
	}
	if len(found.Claims) == 0 {
		return claim.Claim{}, found, &bot.Next{End: true, Say: []bot.Text{bot.Say(found.Problem)}}
	}
	return found.Claims[0], found, nil
}

// why explains each rule that a claim's verdict rests on.
var why = bot.Script[struct{}]{
	Name: flowWhy,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		c, _, next := lookClaim(t)
		if next != nil {
			return s, *next
		}
		say := []bot.Text{bot.Say("why.head", "Claim", c.ID)}
		for _, l := range c.Lines {
			say = append(say, reasons(l.Public(), t.Person.Linked(l.Company))...)
		}
		say = append(say, bot.Say("why.foot"))
		return s, bot.Next{End: true, Say: say, Offer: claimOptions(c.ID)[:1]}
	},
}

// reasons explains a verdict rule by rule; to strangers only the row, which shows no date (promise
// P7).
func reasons(v claim.Verdict, linked bool) []bot.Text {
	var list bot.Lines
	for _, id := range v.Because {
		if !linked && !strings.HasPrefix(string(id), "D") && id != "E1" {
			continue // periods, contracts and parts are the company's own affair
		}
		list = append(list, bot.Say("why.rule", "Rule", id, "Text", bot.Say(rules.RuleKey(id), "LastDay", v.LastDay)))
	}
	for _, f := range v.Flags {
		if linked {
			list = append(list, bot.Say(rules.FlagKey(f)))
		}
	}
	return []bot.Text{bot.Say("why.rules", "Rules", list)}
}

// records sends a claim as text and PDF for the customer's own records.
var records = bot.Script[struct{}]{
	Name: flowRecords,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		did, ok := t.Event.(bot.Did)
		switch {
		case !ok:
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.MakeCopy{ID: t.Args.Claim}}}
		case did.Refused != "":
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say(did.Refused)}}
		}
		return s, bot.Next{
			End: true, Say: []bot.Text{bot.Say("copy.text", "Paper", did.Paper)}, Files: []bot.File{did.File},
			Offer: claimOptions(did.Claim.ID)[:1],
		}
	},
}

// answer brings an engineer's words to the customer.
var answer = bot.Script[struct{}]{
	Name: flowAnswer,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		told := t.Args.Told
		var after []bot.Text
		say := bot.Say("answer.text", "Name", told.By.Name, "Claim", told.Claim, "Text", told.Text)
		if told.Text == "" {
			say = bot.Say("answer.files", "Name", told.By.Name, "Claim", told.Claim)
		}
		if told.News == bot.NewsCorrected {
			say = bot.Say("answer.corrected", "Name", told.By.Name, "Claim", told.Claim, "Text", told.Text)
			after = []bot.Text{bot.Say("answer.notice", "Name", told.By.Name, "Claim", told.Claim, "Text", clip(told.Text, 80))}
		}
		return s, bot.Next{
			End: true, Quiet: true, Say: []bot.Text{say}, After: after, Files: told.Files,
			Offer: []bot.Option{
				{ID: "add", Label: bot.Say("answer.reply"), Claim: told.Claim},
				{ID: "show", Label: bot.Say("claim.show"), Claim: told.Claim},
			},
		}
	},
}

func serialText(s claim.Serial) bot.Text {
	if s == "" {
		return bot.Say("serial.missing")
	}
	return bot.Say("serial.plain", "Serial", s)
}
