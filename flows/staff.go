package flows

import (
	"github.com/optoste/supportbot/bot"
)

// staff meets one of the desk's people in private: he has the desk's commands there, and may report as a customer.
var staff = bot.Script[struct{}]{
	Name: flowStaff,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		if t.Args.Payload != "" { // a deep link
			return s, bot.Next{End: true, Go: bot.Start{Flow: flowHome, Args: t.Args}}
		}
		return s, bot.Next{Say: []bot.Text{bot.Say("staff.hello", "Name", t.Staff.Name)}}
	},
	Steps: []bot.Step[struct{}]{{
		ID: "menu",
		Ask: func(struct{}) bot.Prompt {
			return bot.Prompt{Text: []bot.Text{bot.Say("staff.ask")}, Options: []bot.Option{
				{ID: "queue", Label: bot.Say("staff.queue"), Go: flowQueue},
				{ID: "report", Label: bot.Say("staff.report"), Go: flowReport},
				{ID: "customer", Label: bot.Say("staff.customer"), Go: flowHome},
			}}
		},
		Answer: func(s struct{}, _ bot.Turn) (struct{}, bot.Next) { return s, bot.Next{Step: "menu"} },
	}},
}

// link links the account that is written from to one of the desk's people, by a code; who is linked already gets a
// code for another account of his.
var link = bot.Script[struct{}]{
	Name: flowLink,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		n := bot.Next{End: true, Quiet: t.Room}
		did, ok := t.Event.(bot.Did)
		switch {
		case ok && did.Refused != "":
			n.Say = []bot.Text{bot.Say(did.Refused)}
		case ok && did.Code != "":
			n.Say = []bot.Text{bot.Say("account.code", "Name", t.Staff.Name, "Code", did.Code)}
		case ok:
			n.Say = []bot.Text{bot.Say("account.done", "Name", t.Staff.Name)}
			if !t.Room {
				n.Go = bot.Start{Flow: flowStaff}
			}
		case t.Args.Payload != "":
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.LinkAccount{Code: t.Args.Payload}}}
		case t.Staff.ID == "":
			n.Say = []bot.Text{bot.Say("account.how")}
		case t.Room:
			n.Say = []bot.Text{bot.Say("account.private", "Name", t.Staff.Name)}
		default:
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.NewLink{}}}
		}
		return s, n
	},
}
