package flows

import (
	"slices"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// maxOnPage is how many claims of a group an engineer's page shows; the queue in the chat shows more.
const maxOnPage = 8

// bench fills the page that some channels keep for each person, for one of the desk's people: who is on call, and the
// queue, each claim with a button that shows it, or takes it.
var bench = bot.Script[struct{}]{
	Name: flowBench,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		found, ok := t.Event.(bot.Found)
		if !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ListPending{}, bot.ListSwaps{}}}
		}
		n := bot.Next{End: true, Page: []bot.Prompt{{
			Text: []bot.Text{bot.Say("desk.page.head", "Name", t.Staff.Name), onCallNow(t)},
			Options: []bot.Option{
				{ID: "report", Label: bot.Say("staff.report")},
				{ID: "claims", Label: bot.Say("desk.page.claims")},
			},
		}}}
		queue := queued(found, t)
		if len(queue) == 0 {
			n.Page = append(n.Page, bot.Prompt{Text: []bot.Text{bot.Say("desk.idle")}})
		}
		for _, g := range queue {
			shown := g.Claims[:min(len(g.Claims), maxOnPage)]
			n.Page = append(n.Page, bot.Prompt{Text: []bot.Text{bot.Say("desk.page."+string(g.Name), "Count", len(g.Claims), "More", len(g.Claims)-len(shown))}})
			for _, c := range shown {
				n.Page = append(n.Page, bot.Prompt{Text: []bot.Text{waiting(c, t)}, Options: benchButtons(c)})
			}
		}
		return s, n
	},
}

// benchButtons are those of a claim on an engineer's page.
func benchButtons(c claim.Claim) []bot.Option {
	list := []bot.Option{{ID: "look", Label: bot.Say("desk.look", "Claim", c.ID), Claim: c.ID}}
	for _, o := range cardOptions[c.Status] {
		if slices.Contains([]string{"take", "note"}, o.ID) {
			o.Claim = c.ID
			list = append(list, o)
		}
	}
	return list
}
