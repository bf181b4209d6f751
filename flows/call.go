package flows

import (
	"time"

	"github.com/optoste/supportbot/bot"
)

// ping tells the desk's room that a claim waits for somebody who takes it, and who shall do so.
func ping(told bot.Told) bot.Next {
	say := bot.Say("desk.call.waits", "Claim", told.Claim, "Severity", bot.Say("severity."+string(told.Call.Severity)),
		"Time", lasting(told.Call.Waits), "Whom", called(told.Call.Whom))
	return bot.Next{End: true, Quiet: true, Say: []bot.Text{say}, Offer: buttonsOf(told, "take")}
}

// stalled asks in the desk's room who has a claim how it goes.
func stalled(told bot.Told) bot.Next {
	say := bot.Say("desk.call.stalled", "Claim", told.Claim, "Severity", bot.Say("severity."+string(told.Call.Severity)),
		"Time", lasting(told.Call.Waits), "Name", told.By.Name)
	return bot.Next{End: true, Quiet: true, Say: []bot.Text{say}, Offer: buttonsOf(told, "note", "release")}
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
