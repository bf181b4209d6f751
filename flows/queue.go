package flows

import (
	"cmp"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/safety"
)

// What engineers ask in their room: what waits, which claims there are, how one of them stands, who is on call.

// Bounds of a list: its lines, and the buttons below a group's first ones.
const (
	maxLines   = 10
	maxButtons = 3
)

// target is how soon something must have happened to a claim (domain.md 11).
type target struct {
	answer time.Duration // somebody has taken it
	plan   time.Duration // whoever has taken it has done something
	always bool          // by the clock; else in working time
}

// workingDay is one day's hours in the working calendar.
const workingDay = 7*time.Hour + 30*time.Minute

// targets are those of each severity. What is no severity is treated as a loss.
var targets = map[claim.Severity]target{
	claim.LineDown: {answer: time.Hour, plan: 4 * time.Hour, always: true},
	claim.Degraded: {answer: 8 * time.Hour, plan: workingDay},
	claim.Question: {answer: workingDay, plan: 2 * workingDay},
}

// view is who looks at the queue, and when.
type view struct {
	me     claim.PersonID
	now    time.Time
	roster *duty.Desk
}

// groups are what the queue consists of, in this order. A claim may stand in several.
var groups = []struct {
	name string // of the text "desk.queue.*"
	has  func(view, claim.Claim) bool
}{
	{"mine", func(v view, c claim.Claim) bool {
		return c.Owner.ID == v.me && isAny(c, claim.Taken, claim.RemoteFix, claim.WaitingParts)
	}},
	{"free", func(_ view, c claim.Claim) bool { return isAny(c, claim.Open, claim.Reopened) }},
	{"overdue", view.overdue},
	{"customer", func(_ view, c claim.Claim) bool { return isAny(c, claim.WaitingCustomer, claim.Resolved) }},
}

func isAny(c claim.Claim, list ...claim.Status) bool { return slices.Contains(list, c.Status) }

// overdue tells whether the house is late. While the customer or the workshop has the next move, it is not.
func (v view) overdue(c claim.Claim) bool {
	to, ok := targets[c.Severity]
	switch {
	case len(danger(c)) > 0:
		to = targets[claim.LineDown]
	case !ok:
		to = targets[claim.Degraded]
	}
	var since time.Time
	var within time.Duration
	switch c.Status {
	case claim.Open, claim.Reopened:
		since, within = waitsSince(c), to.answer
	case claim.Taken, claim.RemoteFix:
		since, within = c.Changed, to.plan
	case claim.WaitingCustomer, claim.WaitingParts, claim.Resolved, claim.Closed, claim.Merged, claim.Declined:
		return false
	}
	due := since.Add(within)
	if !to.always {
		due = v.roster.Calendar.Add(since, within)
	}
	return !v.now.Before(due)
}

// waitsSince returns when the claim began to wait for whoever has the next move. What an engineer took and gave back waits
// since the customer sent it.
func waitsSince(c claim.Claim) time.Time {
	if isAny(c, claim.WaitingCustomer, claim.Resolved, claim.Reopened) {
		return c.Changed
	}
	return c.Opened
}

// levels says which severity comes first.
var levels = []claim.Severity{claim.LineDown, claim.Degraded, "", claim.Question}

// urgent orders claims as they are worked (domain.md 11): where people may be hurt, where the line stands, then
// by how long they wait.
func urgent(a, b claim.Claim) int {
	return cmp.Or(
		cmp.Compare(len(danger(b)), len(danger(a))),
		cmp.Compare(slices.Index(levels, a.Severity), slices.Index(levels, b.Severity)),
		waitsSince(a).Compare(waitsSince(b)),
		cmp.Compare(a.ID, b.ID),
	)
}

// danger says that people may be hurt, as far as the customer's words tell; else nothing.
func danger(c claim.Claim) []bot.Text {
	if !safety.Emergency(c.Description) {
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
		v := view{owner(t), t.Sent, t.Roster}
		n := bot.Next{End: true, Quiet: true}
		for _, g := range parts(found.Claims, v) {
			shown := g.claims[:min(len(g.claims), maxLines)]
			var lines bot.Lines
			for _, c := range shown {
				lines = append(lines, waiting(c, t))
			}
			n.Say = append(n.Say, bot.Say("desk.queue."+g.name, "Count", len(g.claims), "List", lines, "More", len(g.claims)-len(shown)))
			n.Offer = showButtons(n.Offer, shown[:min(len(shown), maxButtons)])
		}
		if len(n.Say) == 0 {
			n.Say = []bot.Text{bot.Say("desk.idle")}
		}
		return s, n
	},
}

// part is a group of the queue with its claims, in the order in which they are worked.
type part struct {
	name   string
	claims []claim.Claim
}

// parts sorts pending claims into the groups of the queue, without those that have none.
func parts(pending []claim.Claim, v view) (list []part) {
	sorted := slices.SortedFunc(slices.Values(pending), urgent)
	for _, g := range groups {
		claims := slices.DeleteFunc(slices.Clone(sorted), func(c claim.Claim) bool { return !g.has(v, c) })
		if len(claims) > 0 {
			list = append(list, part{g.name, claims})
		}
	}
	return list
}

// waiting is a claim's line in the queue.
func waiting(c claim.Claim, t bot.Turn) bot.Text {
	return bot.Say("desk.waits", "Claim", c.ID, "Severity", bot.Say("severity."+string(c.Severity)),
		"Age", age(t.Sent.Sub(waitsSince(c))), "Danger", danger(c), "Machine", machineOf(c),
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
			lines = append(lines, bot.Say("desk.happened", "At", inShantou(e.At), "What", happened(e)))
		}
		n := bot.Next{
			End: true, Quiet: true,
			Say: []bot.Text{bot.Say("desk.all", "Card", found.Card, "History", lines, "Earlier", len(found.History)-len(told))},
		}
		for _, o := range cardOptions[c.Status] {
			o.Claim = c.ID
			n.Offer = append(n.Offer, o)
		}
		return s, n
	},
}

// happened tells an event to engineers.
func happened(e claim.Event) bot.Text {
	from, to := bot.Say("desk.words", "Text", clip(e.From, 200)), bot.Say("desk.words", "Text", clip(e.To, 200))
	switch e.Kind {
	case claim.EventStatus:
		from, to = bot.Say("status."+e.From), bot.Say("status."+e.To)
	case claim.EventSeverity:
		from, to = bot.Say("severity."+e.From), bot.Say("severity."+e.To)
	case claim.EventOpened, claim.EventAdded, claim.EventRevised, claim.EventAnswered, claim.EventNote, claim.EventRated, claim.EventHeld, claim.EventRefused:
	}
	return bot.Say("desk.event."+string(e.Kind), "Name", clip(e.By.Name, 40), "From", from, "To", to,
		"Note", clip(e.Note, 300), "Files", len(e.Files), "Score", clip(e.To, 1))
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
