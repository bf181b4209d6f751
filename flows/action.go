package flows

import (
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// action is something that engineers do with a claim: a button of its card, and a command.
type action struct {
	flow string
	kind claim.ActionKind
	ask  string // key of the question for words; empty = none are needed
	form string // key of the form's title
}

// The actions with a flow of their own that is made of these lines.
var (
	takeUp   = action{flow: flowTake, kind: claim.TakeUp}
	giveBack = action{flow: flowRelease, kind: claim.GiveBack}
	remark   = action{flow: flowNote, kind: claim.Remark, ask: "note.ask", form: "note.title"}
	solve    = action{flow: flowResolve, kind: claim.Solve, ask: "resolve.ask", form: "resolve.title"}
	reopen   = action{flow: flowReopen, kind: claim.Reopen}
	shut     = action{flow: flowClose, kind: claim.Shut}
	decline  = action{flow: flowDecline, kind: claim.Decline, ask: "decline.ask", form: "decline.title"}
	unmerge  = action{flow: flowUnmerge, kind: claim.Unmerge}
	grade    = action{flow: flowSeverity, kind: claim.Grade}
)

// cardOptions are the buttons under a claim's card.
var cardOptions = map[claim.Status][]bot.Option{
	claim.Open:            twin("take", "reply", "note", "severity", "decline"),
	claim.Taken:           twin("reply", "ask", "decide", "note", "severity", "resolve", "handover", "release"),
	claim.WaitingCustomer: twin("take", "reply", "note", "severity", "handover"),
	claim.RemoteFix:       buttons("take", "reply", "decide", "note", "severity", "resolve", "handover"),
	claim.WaitingParts:    buttons("take", "reply", "decide", "note", "severity", "resolve", "handover"),
	claim.Resolved:        buttons("reply", "note", "reopen"),
	claim.Closed:          buttons("reopen", "note"),
	claim.Reopened:        twin("take", "reply", "note", "severity"),
	claim.Merged:          buttons("reopen", "reply", "note"),
	claim.Declined:        buttons("reopen", "reply"),
}

func buttons(names ...string) []bot.Option {
	list := make([]bot.Option, len(names))
	for i, name := range names {
		list[i] = bot.Option{ID: name, Label: bot.Say("card.do." + name)}
	}
	return list
}

// twin adds the button to merge it to those of a card, while another claim may be about the same.
func twin(names ...string) []bot.Option {
	return append(buttons(names...), bot.Option{ID: "merge", Label: bot.Say("card.do.merge"), Twin: true})
}

// deed is the state of an action that needs words, or a choice.
type deed struct {
	Claim claim.ID       `json:"claim"`
	Level claim.Severity `json:"level,omitempty"`
}

// script makes the flow of an action. Who does something sees it in the claim's thread, as the others do; what
// cannot be done is said.
func (a action) script() bot.Script[deed] {
	s := bot.Script[deed]{Name: a.flow, Begin: a.begin}
	if a.ask != "" {
		s.Steps = []bot.Step[deed]{{ID: "words", Ask: a.question, Answer: a.answer}}
	}
	if a.kind == claim.Grade {
		s.Steps = []bot.Step[deed]{{ID: "level", Ask: a.question, Answer: a.answer}}
	}
	return s
}

func (a action) begin(s deed, t bot.Turn) (deed, bot.Next) {
	id, words := meant(t.Args)
	if did, ok := t.Event.(bot.Did); ok {
		return s, done(id, did)
	}
	if id == "" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
	}
	if a.kind == claim.Remark && len(t.Args.Files) > 0 {
		kept, say := acceptFiles(nil, t.Args.Files, t)
		return s, bot.Next{Quiet: true, Say: say, Do: []bot.Effect{bot.ActOnClaim{ID: id, Action: claim.Action{Kind: a.kind, Words: words}, Files: kept}}}
	}
	if a.kind != claim.Grade && (a.ask == "" || words != "") {
		return s, a.do(id, claim.Action{Kind: a.kind, Words: words})
	}
	c, _, next := lookInRoom(id, t)
	if next != nil {
		return s, *next
	}
	s.Claim, s.Level = c.ID, c.Severity
	return s, bot.Next{}
}

// lookInRoom is [lookClaim] for engineers.
func lookInRoom(id claim.ID, t bot.Turn) (claim.Claim, bot.Found, *bot.Next) {
	t.Args.Claim = id
	c, found, next := lookClaim(t)
	if next != nil && next.End {
		next.Quiet, next.Say = true, []bot.Text{bot.Say("desk.unknown", "Claim", id)}
	}
	return c, found, next
}

func (a action) do(id claim.ID, what claim.Action) bot.Next {
	return bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: id, Action: what}}}
}

func (a action) question(s deed) bot.Prompt {
	stop := bot.Option{ID: "stop", Label: bot.Say("act.stop"), Words: "words.no"}
	if a.kind == claim.Grade {
		p := askSeverity(malfunction{})
		p.Text = []bot.Text{bot.Say("level.ask", "Claim", s.Claim, "Now", bot.Say("severity."+string(s.Level)))}
		p.Options = append(p.Options, stop)
		return p
	}
	return bot.Prompt{
		Text: []bot.Text{bot.Say(a.ask, "Claim", s.Claim)}, Options: []bot.Option{stop},
		Form: &bot.Form{
			Title: bot.Say(a.form, "Claim", s.Claim), Submit: bot.Say("form.save"), Text: []bot.Text{bot.Say(a.ask, "Claim", s.Claim)},
			Fields: []bot.Field{{ID: fieldWords, Label: bot.Say("act.words"), Long: true}},
		},
	}
}

func (a action) answer(s deed, t bot.Turn) (deed, bot.Next) {
	if t.Option == "stop" {
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("act.stopped", "Claim", s.Claim)}}
	}
	what := claim.Action{Kind: a.kind}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, done(s.Claim, ev)
	case bot.Filled:
		what.Words = t.Values[fieldWords]
	case bot.Said:
		what.Words = ev.Text
	default:
	}
	if a.kind == claim.Grade {
		if t.Option == "" {
			return s, bot.Next{Step: "level", Say: []bot.Text{bot.Say("choose.one")}}
		}
		what = claim.Action{Kind: a.kind, Level: claim.Severity(t.Option)}
	} else if what.Words == "" {
		return s, bot.Next{Quiet: true}
	}
	return s, a.do(s.Claim, what)
}

// done ends an action: what was done is told in the claim's thread, what was not is said here.
func done(id claim.ID, did bot.Did) bot.Next {
	n := bot.Next{End: true, Quiet: true}
	switch why := did.Refused; why {
	case "":
	case "claim.unknown":
		n.Say = []bot.Text{bot.Say("desk.unknown", "Claim", id)}
	default:
		c := did.Claim
		n.Say = []bot.Text{bot.Say(why, "Claim", c.ID, "Name", c.Owner.Name, "Status", bot.Say("status."+string(c.Status)),
			"Customer", c.Reporter.Name, "Contact", c.Contact)}
	}
	return n
}

// acted tells the desk's room what somebody did with a claim.
func acted(told bot.Told) bot.Text {
	switch told.About {
	case string(claim.Decide):
		return decidedIn(told)
	case string(claim.HandOver):
		return bot.Say("desk.acted.handover", "Claim", told.Claim, "Name", told.By.Name, "Owner", told.Owner.Name, "Text", told.Text)
	}
	change, severity := bot.Change{}, bot.Text{}
	if told.Call != nil {
		severity = bot.Say("severity." + string(told.Call.Severity))
	}
	if told.Change != nil {
		change = *told.Change
	}
	return bot.Say("desk.acted."+told.About, "Claim", told.Claim, "Name", told.By.Name, "Text", told.Text, "Items", itemNames(told.Items), "Score", told.Score,
		"Other", told.Other, "Files", len(told.Files), "Caller", told.Caller, "Severity", severity, "From", change.From, "To", change.To, "Was", change.Was, "Now", change.Now)
}

// changed tells the customer what an engineer did with the claim.
var changed = bot.Script[struct{}]{
	Name: flowChanged,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		told := t.Args.Told
		n := bot.Next{
			End: true, Quiet: true,
			Say: []bot.Text{bot.Say("told."+told.About, "Name", told.By.Name, "Claim", told.Claim, "Text", told.Text, "Other", told.Other)},
		}
		if told.About == string(claim.Correct) {
			return s, corrected(n, t)
		}
		if told.About == string(claim.Solve) {
			n.Offer = []bot.Option{
				{ID: "confirm", Label: bot.Say("told.confirm"), Claim: told.Claim},
				{ID: "unsolved", Label: bot.Say("told.unsolved"), Claim: told.Claim},
			}
			return s, n
		}
		n.Offer = claimOptions(told.Claim)[3:]
		if told.About == bot.AboutSettled || told.About == bot.AboutRefused { // it has gone on in another claim, which he cannot confirm
			n.Offer = append(claimOptions(told.Claim)[:1], n.Offer...)
		}
		if told.About == string(claim.Lapse) || told.About == string(claim.Shut) {
			n.Offer = []bot.Option{comesBack(told.Claim)}
		}
		return s, n
	},
}

// comesBack is the button of a closed claim that is not solved.
func comesBack(id claim.ID) bot.Option {
	return bot.Option{ID: "unsolved", Label: bot.Say("closed.unsolved"), Claim: id}
}

// verdictOf is what the customer says of a solution: that it is one, or not.
func verdictOf(flow string, kind claim.ActionKind) bot.Script[struct{}] {
	return bot.Script[struct{}]{
		Name: flow,
		Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
			did, ok := t.Event.(bot.Did)
			switch {
			case !ok:
				return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{ID: t.Args.Claim, Action: claim.Action{Kind: kind}}}}
			case did.Refused == "claim.unknown":
				return s, bot.Next{End: true, Say: []bot.Text{bot.Say(did.Refused)}}
			case did.Refused == "act.too_old":
				return s, bot.Next{End: true, Say: []bot.Text{bot.Say("solved.too_old", "Claim", did.Claim.ID)}, Offer: menuOptions()[:1]}
			case did.Refused != "":
				say := bot.Say("solved.late", "Claim", did.Claim.ID, "Status", bot.Say("status."+string(did.Claim.Status)))
				return s, bot.Next{End: true, Say: []bot.Text{say}, Offer: claimOptions(did.Claim.ID)[3:]}
			}
			offer := claimOptions(did.Claim.ID)[:1]
			if kind == claim.Confirm {
				offer = append(offer, comesBack(did.Claim.ID))
			}
			return s, bot.Next{End: true, Say: []bot.Text{bot.Say("solved."+string(kind), "Claim", did.Claim.ID)}, Offer: offer}
		},
	}
}
