package flows

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// swapsAhead is as far as turns may be swapped.
const swapsAhead = 366 * 24 * time.Hour

// wish is what was typed behind the command.
type wish struct {
	who    string
	days   []string // one = the turn that it is in, two = from the first to the last
	reason string
}

var dayForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// readSwap reads a name, one or two days, and a reason.
func readSwap(words []string) (w wish) {
	first := slices.IndexFunc(words, dayForm.MatchString)
	if first < 0 {
		return wish{who: strings.Join(words, " ")}
	}
	w.who, w.days = strings.Join(words[:first], " "), words[first:first+1]
	if first+1 < len(words) && dayForm.MatchString(words[first+1]) {
		w.days = words[first : first+2]
	}
	w.reason = strings.Join(words[first+len(w.days):], " ")
	return w
}

// typed arranges what was typed, or asks for what is missing.
func (s stint) typed(w wish, me duty.Person, levels []duty.Level, t bot.Turn) (stint, bot.Next) {
	who, ok := named(w.who, me, t.Roster)
	if !ok {
		return s, *refuseSwap(bot.Say("desk.swap.nobody", "Name", clip(w.who, 40), "People", names(t.Roster, levels[0].Members())))
	}
	i := slices.IndexFunc(levels, func(l duty.Level) bool { return l.Has(who.ID) })
	if i < 0 {
		return s, *refuseSwap(bot.Say("desk.swap.outside", "Name", who.Name, "Level", levels[0].Name, "People", names(t.Roster, levels[0].Members())))
	}
	s.Person, s.Name = who.ID, who.Name
	if len(w.days) == 0 {
		s.offer(levels[i:i+1], t)
		return s, bot.Next{}
	}
	span, wrong := spanOf(w.days, levels[i], t)
	if wrong == nil {
		return s, arrange(duty.Override{Level: levels[i].ID, Person: who.ID, From: span.From, To: span.To, Reason: w.reason}, t)
	}
	return s, *refuseSwap(*wrong)
}

// named finds somebody of the desk by id, name, or the beginning of a name that is nobody else's.
func named(typed string, me duty.Person, d *duty.Desk) (duty.Person, bool) {
	word := bot.Fold(typed)
	if word == "me" {
		return me, true
	}
	var begin []duty.Person
	for _, p := range d.People {
		switch {
		case word == bot.Fold(string(p.ID)), word == bot.Fold(p.Name):
			return p, true
		case word != "" && strings.HasPrefix(bot.Fold(p.Name), word):
			begin = append(begin, p)
		}
	}
	if len(begin) != 1 {
		return duty.Person{}, false
	}
	return begin[0], true
}

// names lists people for the desk.
func names(d *duty.Desk, ids []duty.PersonID) (list []bot.Text) {
	for _, id := range ids {
		if p, ok := d.Person(id); ok {
			list = append(list, bot.Say("desk.call.person", "Name", p.Name))
		}
	}
	return list
}

// spanOf returns what days mean on a level, without what is over, or why that cannot be arranged.
func spanOf(days []string, l duty.Level, t bot.Turn) (duty.Span, *bot.Text) {
	span, err := l.Days(days[0], days[len(days)-1])
	if err != nil || !span.From.Before(span.To) {
		wrong := bot.Say("desk.swap.no_days")
		return span, &wrong
	}
	if len(days) == 1 {
		turn, _ := t.Roster.TurnAt(l.ID, span.From) // it has this level
		span = duty.Span{From: turn.From, To: turn.Until}
	}
	if !t.Sent.Before(span.To) {
		wrong := bot.Say("desk.swap.past")
		return span, &wrong
	}
	if span.To.Sub(t.Sent) > swapsAhead {
		wrong := bot.Say("desk.swap.far")
		return span, &wrong
	}
	return remaining(span, t), nil
}

// remaining leaves out what is over.
func remaining(s duty.Span, t bot.Turn) duty.Span {
	if s.From.Before(t.Sent) {
		s.From = t.Sent
	}
	return s
}

// arrange has somebody stand in, unless it is that person's turn anyway.
func arrange(o duty.Override, t bot.Turn) bot.Next {
	if t.Roster.Covered(o.Level, duty.Span{From: o.From, To: o.To}, o.Person) {
		p, _ := t.Roster.Person(o.Person)
		return *refuseSwap(bot.Say("desk.swap.same", "Name", p.Name))
	}
	var instead []duty.PersonID
	for _, turn := range t.Roster.Turns(o.Level, o.From, o.To) {
		if id := turn.Person.ID; id != o.Person && !slices.Contains(instead, id) {
			instead = append(instead, id)
		}
	}
	return bot.Next{Quiet: true, Do: []bot.Effect{bot.SwapTurn{Override: o, Instead: instead}}}
}

// swapped ends a swap: what was arranged is told to the room, what was not is said here.
func swapped(did bot.Did) bot.Next {
	if did.Refused != "" {
		return *refuseSwap(bot.Say(did.Refused))
	}
	return bot.Next{End: true, Quiet: true}
}

// undoSwap takes a swap back: the one with this number, else the newest one that concerns who asks.
func undoSwap(words []string, list []bot.Swap, t bot.Turn) bot.Next {
	undo := func(number int) bot.Next {
		return bot.Next{Quiet: true, Do: []bot.Effect{bot.UndoSwap{Number: number}}}
	}
	if len(words) > 0 {
		number, err := strconv.Atoi(words[0])
		if err != nil {
			return *refuseSwap(bot.Say("desk.swap.unknown"))
		}
		return undo(number)
	}
	me, ok := t.Staff, t.Staff.ID != ""
	for _, s := range slices.Backward(list) {
		if s.Made.By.ID == t.Person.ID || ok && (s.Made.By.ID == claim.PersonID(me.ID) || s.Override.Person == me.ID || slices.Contains(s.Instead, me.ID)) {
			return undo(s.Number)
		}
	}
	return *refuseSwap(bot.Say("desk.swap.nothing"))
}

// swappedNews tells the desk's room who stands in for whom, with a button that takes it back.
func swappedNews(told bot.Told, d *duty.Desk) bot.Next {
	o := told.Swap.Override
	person, _ := d.Person(o.Person)
	level, _ := d.Level(o.Level)
	what := bot.Say("desk.swap.what", "Name", person.Name, "Level", level.Name, "Instead", names(d, told.Swap.Instead),
		"From", inShantou(o.From), "Until", inShantou(o.To))
	if !told.Swap.Undone.At.IsZero() {
		return bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.swap.undone", "What", what, "By", told.By.Name)}}
	}
	return bot.Next{
		End: true, Quiet: true,
		Say:   []bot.Text{bot.Say("desk.swap.arranged", "What", what, "Reason", clip(o.Reason, 200), "By", told.By.Name)},
		Offer: []bot.Option{{ID: "swap", Rest: "undo " + strconv.Itoa(told.Swap.Number), Label: bot.Say("desk.swap.undo")}},
	}
}
