package flows

import (
	"github.com/optoste/supportbot/bot"
)

// door gives one of the desk's people a link to its pages. It stands in private only: whoever has it is in. So what is
// asked for in a room is left to the flow of this name in the private chat.
func door(name string) bot.Script[struct{}] {
	return bot.Script[struct{}]{Name: name, Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		did, ok := t.Event.(bot.Did)
		say := bot.Say("web.written")
		switch {
		case !ok:
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.LetIn{}}}
		case did.Refused != "":
			say = bot.Say(did.Refused)
		case did.Link != "":
			say = bot.Say("web.link", "Link", did.Link)
		}
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{say}}
	}}
}
