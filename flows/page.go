package flows

import (
	"github.com/optoste/supportbot/bot"
)

// page fills the page that some channels keep for each person: what can be done, and the claims.
var page = bot.Script[struct{}]{
	Name: flowPage,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		found, ok := t.Event.(bot.Found)
		if !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ListClaims{}}}
		}
		top := bot.Prompt{Text: []bot.Text{bot.Say("welcome.hello"), bot.Say("page.head")}}
		if hasDraft(t) {
			top.Options = append(top.Options, bot.Option{ID: "drafts", Label: bot.Say("menu.drafts", "N", len(t.Drafts))})
		}
		top.Options = append(top.Options,
			bot.Option{ID: "report", Label: bot.Say("menu.report")},
			bot.Option{ID: "person", Label: bot.Say("menu.person")},
		)
		list := bot.Prompt{Text: []bot.Text{bot.Say("page.claims")}}
		if len(found.Claims) == 0 {
			list.Text = []bot.Text{bot.Say("claims.none")}
		}
		n := bot.Next{End: true, Page: []bot.Prompt{top, list}}
		for _, c := range found.Claims {
			n.Page = append(n.Page, bot.Prompt{
				Text: []bot.Text{bot.Say("page.claim",
					"Claim", c.ID, "Serial", serialText(c.Lines[0].Serial), "Status", bot.Say("status."+string(c.Status)),
					"Date", c.Date, "Severity", bot.Say("severity."+string(c.Severity)), "Words", clip(c.Description, 120))},
				Options: []bot.Option{
					{ID: "show", Label: bot.Say("page.open"), Claim: c.ID},
					{ID: "add", Label: bot.Say("claim.add"), Claim: c.ID},
				},
			})
		}
		return s, n
	},
}
