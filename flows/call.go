package flows

import (
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// mostButtons bounds the claims of a call that have a button, mostCalled those that have a line.
const (
	mostButtons = 8
	mostCalled  = 20
)

// ping tells that claims wait for somebody who takes them, and who shall do so: in the desk's room, or who shall in
// private. It is said anew when one of them waits no more.
func ping(told bot.Told) bot.Next {
	n := bot.Next{End: true, Quiet: true}
	list := told.Call.Claims
	if len(list) == 0 { // of an older program
		list = []bot.Caller{{Claim: told.Claim, Severity: told.Call.Severity, Waits: told.Call.Waits, Whom: told.Call.Whom}}
	}
	take := buttons("take")[0]
	for _, c := range list {
		if c.Over != "" || len(n.Offer) == mostButtons {
			continue
		}
		take.Claim = c.Claim
		if len(list) > 1 {
			take.Label = bot.Say("call.take", "Claim", c.Claim)
		}
		n.Offer = append(n.Offer, take)
	}
	switch {
	case len(list) > 1:
		n.Say = []bot.Text{manyCalled(list, told.Call.Direct)}
	case list[0].Over != "":
		n.Say = []bot.Text{over(list[0])}
	case told.Call.Direct:
		n.Say = []bot.Text{calledOne("call.direct", list[0])}
	default:
		n.Say = []bot.Text{calledOne("desk.call.waits", list[0])}
	}
	return n
}

// manyCalled says that several claims wait.
func manyCalled(list []bot.Caller, direct bool) bot.Text {
	var lines bot.Lines
	waiting := 0
	for i, c := range list {
		if c.Over == "" {
			waiting++
		}
		if i >= mostCalled {
			continue
		}
		line := calledOne("call.line", c)
		if c.Over != "" {
			line = bot.Say("call.line_over", "Text", over(c))
		}
		lines = append(lines, line)
	}
	more := max(0, len(list)-mostCalled)
	if direct {
		return bot.Say("call.many", "Count", waiting, "List", lines, "More", more)
	}
	return bot.Say("desk.call.many", "Count", waiting, "List", lines, "More", more)
}

func calledOne(key string, c bot.Caller) bot.Text {
	return bot.Say(key, "Claim", c.Claim, "Severity", bot.Say("severity."+string(c.Severity)), "Time", lasting(c.Waits),
		"Whom", called(c.Whom), "Machine", c.Machine, "Words", c.Words)
}

// over says who has a claim that was called for, or what else has become of it.
func over(c bot.Caller) bot.Text {
	switch c.Over {
	case claim.Resolved, claim.Closed, claim.Merged, claim.Declined:
		c.Owner = ""
	default:
	}
	return bot.Say("call.over", "Claim", c.Claim, "Severity", bot.Say("severity."+string(c.Severity)), "Name", c.Owner,
		"Status", bot.Say("status."+string(c.Over)))
}

// stalled asks in the desk's room who has a claim how it goes.
func stalled(told bot.Told) bot.Next {
	severity, waits := bot.Say("severity."+string(told.Call.Severity)), lasting(told.Call.Waits)
	n := bot.Next{End: true, Quiet: true}
	if told.About == string(claim.RemoteFix) { // nobody takes it away
		n.Say = []bot.Text{bot.Say("desk.call.stalled_remote", "Claim", told.Claim, "Severity", severity, "Time", waits, "Name", told.By.Name)}
		n.Offer = buttonsOf(told, "note", "resolve")
		return n
	}
	n.Say = []bot.Text{bot.Say("desk.call.stalled", "Claim", told.Claim, "Severity", severity, "Time", waits, "Name", told.By.Name)}
	n.Offer = buttonsOf(told, "note", "release")
	return n
}

// silent tells the desk's room that a customer does not answer, and that the claim may be resolved.
func silent(told bot.Told) bot.Next {
	say := bot.Say("desk.call.silent", "Claim", told.Claim, "Severity", bot.Say("severity."+string(told.Call.Severity)), "Time", lasting(told.Call.Waits))
	return bot.Next{End: true, Quiet: true, Say: []bot.Text{say}, Offer: buttonsOf(told, "resolve", "reply")}
}

// buttonsOf are some of the buttons of the claim's card, under another message.
func buttonsOf(told bot.Told, names ...string) []bot.Option {
	list := buttons(names...)
	for i := range list {
		list[i].Claim = told.Claim
	}
	return list
}

// called says who is called; empty = whoever is in the room.
func called(list []bot.Called) []bot.Text {
	var say []bot.Text
	for _, c := range list {
		var people []bot.Text
		for _, name := range c.People {
			people = append(people, bot.Say("desk.call.person", "Name", name))
		}
		if c.ByName {
			say = append(say, people...)
			continue
		}
		say = append(say, bot.Say("desk.call.level", "Level", c.Level, "People", people))
	}
	return say
}

// lasting says how long something lasts; empty = less than a minute.
func lasting(d time.Duration) []bot.Text {
	var say []bot.Text
	if n := int(d / (24 * time.Hour)); n > 0 {
		say = append(say, bot.Say("desk.call.days", "Count", n))
	}
	if n := int(d/time.Hour) % 24; n > 0 {
		say = append(say, bot.Say("desk.call.hours", "Count", n))
	}
	if n := int(d/time.Minute) % 60; n > 0 {
		say = append(say, bot.Say("desk.call.minutes", "Count", n))
	}
	return say
}
