package flows

import (
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	deskwork "github.com/optoste/supportbot/bot/desk"
)

// What engineers ask in their room: what waits, which claims there are, how one of them stands, who is on call.

// Bounds of a list: its lines, and the buttons below a group's first ones.
const (
	maxLines   = 10
	maxButtons = 3
)

// danger says that people may be hurt, as far as the customer's words tell; else nothing.
func danger(c claim.Claim) []bot.Text {
	if !deskwork.Dangerous(c) {
		return nil
	}
	return []bot.Text{bot.Say("desk.danger")}
}

// queue lists what waits for the engineer who asks, for anybody, for too long, and for the customer.
var queue = bot.Script[struct{}]{
	Name: flowQueue,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		found, ok := t.Event.(bot.Found)
		if !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ListPending{}}}
		}
		n := bot.Next{End: true, Quiet: true}
		for _, g := range queued(found, t) {
			shown := g.Claims[:min(len(g.Claims), maxLines)]
			var lines bot.Lines
			for _, c := range shown {
				lines = append(lines, waiting(c, t))
			}
			n.Say = append(n.Say, bot.Say("desk.queue."+string(g.Name), "Count", len(g.Claims), "List", lines, "More", len(g.Claims)-len(shown)))
			n.Offer = showButtons(n.Offer, shown[:min(len(shown), maxButtons)])
		}
		if len(n.Say) == 0 {
			n.Say = []bot.Text{bot.Say("desk.idle")}
		}
		n.Offer = append(n.Offer, bot.Option{ID: "open", Label: bot.Say("desk.open")})
		return s, n
	},
}

// queued sorts the claims that wait into the groups of the queue for who asks, without those that have none.
func queued(found bot.Found, t bot.Turn) []deskwork.Group {
	groups := deskwork.Queue(found.Claims, deskwork.View{Me: owner(t), Now: t.Sent, Roster: t.Roster})
	return slices.DeleteFunc(groups, func(g deskwork.Group) bool { return len(g.Claims) == 0 })
}

// waiting is a claim's line in the queue.
func waiting(c claim.Claim, t bot.Turn) bot.Text {
	return bot.Say("desk.waits", "Claim", c.ID, "Severity", bot.Say("severity."+string(c.Severity)),
		"Age", age(t.Sent.Sub(deskwork.WaitsSince(c))), "Danger", danger(c), "Machine", machineOf(c),
		"Name", clip(c.Reporter.Name, 40), "Company", clip(c.Customer, 40), "Owner", clip(c.Owner.Name, 40))
}

// owner returns as whom the engineer who asks owns claims: as one of the desk's people, else by his account.
func owner(t bot.Turn) claim.PersonID {
	if t.Staff.ID != "" {
		return claim.PersonID(t.Staff.ID)
	}
	return t.Person.ID
}

// showButtons adds buttons that show claims, each once.
func showButtons(to []bot.Option, list []claim.Claim) []bot.Option {
	for _, c := range list {
		if !slices.ContainsFunc(to, func(o bot.Option) bool { return o.Claim == c.ID }) {
			to = append(to, bot.Option{ID: "look", Label: bot.Say("desk.look", "Claim", c.ID), Claim: c.ID})
		}
	}
	return to
}

// age says how long something has lasted.
func age(d time.Duration) bot.Text {
	minutes := int(max(d, 0).Minutes())
	return bot.Say("desk.age", "Days", minutes/(24*60), "Hours", minutes/60%24, "Minutes", minutes%60)
}

// machineOf names a claim's machine, and how many more it has.
func machineOf(c claim.Claim) bot.Text {
	return bot.Say("desk.machine", "Serial", serialText(c.Lines[0].Serial), "Model", c.Lines[0].Model, "More", len(c.Lines)-1)
}

// find lists the claims that have the words, or the number, behind the command.
var find = bot.Script[struct{}]{
	Name: flowFind,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		words := t.Args.Payload
		if words == "" {
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.seek")}}
		}
		found, ok := t.Event.(bot.Found)
		if !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.SearchClaims{Words: words}}}
		}
		var lines bot.Lines
		for _, c := range found.Claims {
			lines = append(lines, bot.Say("desk.match", "Claim", c.ID, "Day", claim.DateOf(c.Opened), "Severity", bot.Say("severity."+string(c.Severity)),
				"Status", bot.Say("status."+string(c.Status)), "Machine", machineOf(c), "Name", clip(c.Reporter.Name, 40), "Company", clip(c.Customer, 40),
				"Owner", clip(c.Owner.Name, 40)))
		}
		return s, bot.Next{
			End: true, Quiet: true,
			Say:   []bot.Text{bot.Say("desk.matches", "Words", clip(words, 80), "Count", found.Total, "List", lines, "More", found.Total-len(lines))},
			Offer: showButtons(nil, found.Claims[:min(len(found.Claims), maxButtons)]),
		}
	},
}

// maxHistory is how many events of a claim are told.
const maxHistory = 30

// look tells the room all about a claim: what its card says, and its history with what engineers noted. The card
// itself stays where it is.
var look = bot.Script[struct{}]{
	Name: flowLook,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		id, _ := meant(t.Args)
		if id == "" {
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
		}
		found, ok := t.Event.(bot.Found)
		switch {
		case !ok:
			return s, bot.Next{Look: []bot.Lookup{bot.ShowClaim{ID: id}}}
		case len(found.Claims) == 0:
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.unknown", "Claim", id)}}
		}
		c := found.Claims[0]
		told := found.History[max(0, len(found.History)-maxHistory):]
		var lines bot.Lines
		for _, e := range told {
			lines = append(lines, bot.Say("desk.happened", "At", inShantou(e.At), "What", Happened(e, maxWords)))
		}
		n := bot.Next{
			End: true, Quiet: true,
			Say: []bot.Text{bot.Say("desk.all", "Card", found.Card, "History", lines, "Earlier", len(found.History)-len(told))},
		}
		for _, o := range cardOptions[c.Status] {
			if o.Twin && c.Duplicate == "" {
				continue
			}
			o.Claim = c.ID
			n.Offer = append(n.Offer, o)
		}
		return s, n
	},
}

// maxWords is how much is told of what somebody wrote.
const maxWords = 300

// Happened tells an event to engineers, at most so many characters of what somebody wrote.
func Happened(e claim.Event, most int) bot.Text {
	from, to := bot.Say("desk.words", "Text", clip(e.From, most)), bot.Say("desk.words", "Text", clip(e.To, most))
	switch e.Kind {
	case claim.EventStatus:
		from, to = bot.Say("status."+e.From), bot.Say("status."+e.To)
	case claim.EventSeverity:
		from, to = bot.Say("severity."+e.From), bot.Say("severity."+e.To)
	case claim.EventCompany, claim.EventHanded, claim.EventSerial, claim.EventDated:
		from, to = bot.Say("desk.plain", "Text", clip(e.From, 200)), bot.Say("desk.plain", "Text", clip(e.To, 200))
	case claim.EventOpened, claim.EventAdded, claim.EventRevised, claim.EventAnswered, claim.EventNote, claim.EventRated, claim.EventHeld,
		claim.EventReminded, claim.EventRefused, claim.EventJoined, claim.EventParted, claim.EventOwner, claim.EventDecided, claim.EventFound,
		claim.EventGone, claim.EventBack, claim.EventCorrected:
	}
	var choice []bot.Text
	if e.Choice != "" {
		choice = append(choice, choiceName(e.Choice))
	}
	return bot.Say("desk.event."+string(e.Kind), "Name", clip(e.By.Name, 40), "From", from, "To", to,
		"Note", clip(e.Note, most), "Files", len(e.Files), "Score", clip(e.To, 1), "Other", e.Other, "Was", e.Was.Short(), "Now", e.Now.Short(),
		"Called", e.By.Role == claim.Staff, "Choice", choice, "Serial", e.Serial)
}

// inShantou writes a time by the engineers' clock.
func inShantou(t time.Time) string { return t.In(claim.Shantou).Format("2006-01-02 15:04") }

// oncall says who is on call on each level.
var oncall = bot.Script[struct{}]{
	Name: flowOncall,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		if _, ok := t.Event.(bot.Found); !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ListSwaps{}}}
		}
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{onCallNow(t)}}
	},
}

// onCallNow lists who is on call on each level.
func onCallNow(t bot.Turn) bot.Text {
	var lines bot.Lines
	for _, l := range t.Roster.Levels {
		shift, _ := t.Roster.OnCall(l.ID, t.Sent) // it has this level
		var why any = clip(shift.Reason, 80)
		if shift.By != "" && shift.Reason == "" {
			why = bot.Say("desk.shift_by", "By", shift.By)
		}
		lines = append(lines, bot.Say("desk.shift", "Level", l.Name, "Name", shift.Person.Name, "Until", inShantou(shift.Until), "Reason", why))
	}
	return bot.Say("desk.oncall", "List", lines)
}
