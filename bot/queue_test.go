package bot_test

import (
	"testing"

	"github.com/optoste/supportbot/bot"
)

// TestQueueIsTheDesksOwn shows claims of all customers in a room of the desk only (promise P7), whatever a flow
// asks for.
func TestQueueIsTheDesksOwn(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	l.house.Flows = append(l.house.Flows, bot.Script[remark]{
		Name: "nosy", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
			found, ok := t.Event.(bot.Found)
			if !ok {
				return s, bot.Next{Look: []bot.Lookup{map[string]bot.Lookup{
					"pending": bot.ListPending{}, "drum": bot.SearchClaims{Words: "drum"}, "first": bot.ShowClaim{ID: "C-2603-0001"},
				}[t.Args.Payload]}}
			}
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{
				bot.Say("found", "Claims", len(found.Claims), "Total", found.Total, "Card", found.Card != ""),
			}}
		},
	})
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "nosy", Flow: "nosy", Desk: "nosy"})
	l.engine = l.start()
	l.twoClaims()
	for _, look := range []string{"pending", "drum", "first"} {
		l.say("bob", "/nosy "+look)
		l.hears("bob: found false 0 0")
	}
	l.say("mei", "/nosy first")
	l.hears("mei: found false 1 0") // her own, without the desk's card
	for look, want := range map[string]string{"pending": "false 2 0", "drum": "false 1 1", "first": "true 1 0"} {
		l.types(deskRoom, "", "!nosy "+look)
		l.hears("desk: found " + want)
	}
}
