package flows

import (
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/measure"
)

// mostNamed is how many models, families and machines the weekly message names; `supportbot report` has all of them.
const mostNamed = 5

// weekly tells the desk how the service was last week.
func weekly(d measure.Digest) bot.Text {
	all := d.All
	var again bot.Lines
	for _, a := range d.Again[:min(len(d.Again), mostNamed)] {
		again = append(again, bot.Say("desk.weekly.machine", "Serial", serialText(a.Serial), "Model", clip(a.Model, 40), "Claims", claimIDs(a)))
	}
	return bot.Say("desk.weekly", "From", d.Week.From, "To", d.Week.To, "Opened", all.Opened, "Closed", d.Closed,
		"Response", took(all.Response), "Accepted", took(all.Accepted), "Overdue", share(all.Overdue), "Remote", share(all.Remote),
		"Models", groupLines(d.Models), "Families", groupLines(d.Families),
		"Again", again, "Rising", append(risen(d.Rising), risen(d.Kinds)...))
}

func claimIDs(a measure.Again) (list []bot.Text) {
	for _, id := range a.Claims {
		list = append(list, bot.Say("desk.weekly.claim", "Claim", id))
	}
	return list
}

// took says how long something took; empty = it has not happened.
func took(t measure.Times) []bot.Text {
	if t.Count == 0 {
		return nil
	}
	return []bot.Text{bot.Say("desk.weekly.took", "Median", hours(t.Median), "Most", hours(t.P90), "Without", t.Without)}
}

// hours says how long something took, days as hours: a working day has other hours than one of the clock.
func hours(d time.Duration) bot.Text {
	return bot.Say("desk.weekly.hours", "Hours", int(d/time.Hour), "Minutes", int(d/time.Minute)%60)
}

// share says how many of how many; empty = of none.
func share(s measure.Share) []bot.Text {
	if s.Of == 0 {
		return nil
	}
	return []bot.Text{bot.Say("desk.weekly.share", "Count", s.Count, "Of", s.Of, "Percent", (200*s.Count+s.Of)/(2*s.Of))}
}

func groupLines(list []measure.Group) (lines bot.Lines) {
	for _, g := range list[:min(len(list), mostNamed)] {
		lines = append(lines, bot.Say("desk.weekly.group", "Name", nameOf(g.Name), "Opened", g.Opened,
			"Overdue", g.Overdue.Count, "Remote", share(g.Remote)))
	}
	return lines
}

func risen(list []measure.Rising) (lines bot.Lines) {
	for _, r := range list[:min(len(list), mostNamed)] {
		lines = append(lines, bot.Say("desk.weekly.rises", "Name", nameOf(r.Model), "Claims", r.Claims, "Before", r.Before))
	}
	return lines
}

// nameOf is a model's name, or that of a family of faults as people say it.
func nameOf(name string) any {
	if name == "" {
		return bot.Say("desk.weekly.unknown")
	}
	return clip(name, 40)
}
