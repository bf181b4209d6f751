package flows

import (
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
)

// An engineer has somebody stand in: for one's own turn, or oneself for a standIn's. Two that swap weeks do it twice.

// stint is the state of a swap: what was chosen so far, and what there is to choose from.
type stint struct {
	Turns  []offeredTurn `json:"turns,omitempty"`
	Chosen int           `json:"chosen,omitempty"` // from 1, of Turns; 0 = none yet
	Person duty.PersonID `json:"person,omitempty"` // who stands in; empty = not said yet
	Name   string        `json:"name,omitempty"`
	People []standIn     `json:"people,omitempty"` // who may
}

// offeredTurn is a turn that somebody may take over.
type offeredTurn struct {
	Level     duty.LevelID  `json:"level"`
	LevelName string        `json:"level_name"`
	Person    duty.PersonID `json:"person"`
	Name      string        `json:"name"`
	From      time.Time     `json:"from"`
	Until     time.Time     `json:"until"`
	Days      []string      `json:"days"` // those that are over left out
}

type standIn struct {
	ID   duty.PersonID `json:"id"`
	Name string        `json:"name"`
}

const (
	stepTurn bot.StepID = "turn"
	stepDays bot.StepID = "days"

	turnsAhead = 28 * 24 * time.Hour // as far as turns are offered
)

// swap shows the next turns of one's level and arranges that somebody stands in, or takes that back.
var swap = bot.Script[stint]{
	Name:  flowSwap,
	Begin: beginSwap,
	Steps: []bot.Step[stint]{
		{ID: stepTurn, Done: func(s stint) bool { return s.Chosen > 0 }, Ask: askTurn, Answer: answerTurn, To: []bot.StepID{stepWho, stepDays}},
		{ID: stepWho, Done: func(s stint) bool { return s.Person != "" }, Ask: askStandIn, Answer: answerStandIn, To: []bot.StepID{stepDays}},
		{ID: stepDays, Ask: askDays, Answer: answerDays},
	},
}

func beginSwap(s stint, t bot.Turn) (stint, bot.Next) {
	if did, ok := t.Event.(bot.Did); ok {
		return s, swapped(did)
	}
	found, ok := t.Event.(bot.Found)
	if !ok {
		return s, bot.Next{Look: []bot.Lookup{bot.ListSwaps{}}}
	}
	words := strings.Fields(t.Args.Payload)
	if len(words) > 0 && bot.Fold(words[0]) == "undo" {
		return s, undoSwap(words[1:], found.Swaps, t)
	}
	me, levels, refused := turnsOf(t)
	if refused != nil {
		return s, *refused
	}
	if len(words) == 0 {
		s.offer(levels, t)
		return s, bot.Next{}
	}
	return s.typed(readSwap(words), me, levels, t)
}

// turnsOf returns who asks and the levels on which that person takes turns, or what is said to somebody who takes none.
func turnsOf(t bot.Turn) (me duty.Person, levels []duty.Level, refused *bot.Next) {
	me, ok := t.Staff, t.Staff.ID != ""
	if !ok {
		return me, nil, refuseSwap(bot.Say("desk.swap.stranger"))
	}
	if levels = t.Roster.LevelsOf(me.ID); len(levels) == 0 {
		return me, nil, refuseSwap(bot.Say("desk.swap.no_level", "Name", me.Name))
	}
	return me, levels, nil
}

func refuseSwap(why bot.Text) *bot.Next {
	return &bot.Next{End: true, Quiet: true, Say: []bot.Text{why}}
}

// offer lists the next turns of levels.
func (s *stint) offer(levels []duty.Level, t bot.Turn) {
	for _, l := range levels {
		for _, turn := range t.Roster.Turns(l.ID, t.Sent, t.Sent.Add(turnsAhead)) {
			left := remaining(duty.Span{From: turn.From, To: turn.Until}, t)
			o := offeredTurn{l.ID, l.Name, turn.Person.ID, turn.Person.Name, left.From, left.To, l.DaysIn(left)}
			s.Turns = append(s.Turns, o)
		}
	}
}

func stopSwap() bot.Option {
	return bot.Option{ID: "stop", Label: bot.Say("act.stop"), Words: "words.no"}
}

func stoppedSwap() bot.Next { return *refuseSwap(bot.Say("desk.swap.stopped")) }

func askTurn(s stint) bot.Prompt {
	var lines bot.Lines
	p := bot.Prompt{}
	for i, turn := range s.Turns {
		lines = append(lines, bot.Say("desk.swap.turn", "Level", turn.LevelName, "Name", turn.Name, "From", inShantou(turn.From), "Until", inShantou(turn.Until)))
		p.Options = append(p.Options, bot.Option{ID: "t" + strconv.Itoa(i+1), Label: bot.Say("desk.swap.pick", "Day", turn.Days[0], "Name", turn.Name)})
	}
	p.Text = []bot.Text{bot.Say("desk.swap.turns", "List", lines, "Name", s.Name)}
	p.Options = append(p.Options, stopSwap())
	return p
}

func answerTurn(s stint, t bot.Turn) (stint, bot.Next) {
	if t.Option == "stop" {
		return s, stoppedSwap()
	}
	n, err := strconv.Atoi(strings.TrimPrefix(t.Option, "t"))
	if err != nil {
		return s, bot.Next{Step: stepTurn, Say: []bot.Text{bot.Say("choose.one")}}
	}
	turn := s.Turns[n-1]
	if s.Person == turn.Person {
		return s, bot.Next{Step: stepTurn, Say: []bot.Text{bot.Say("desk.swap.same", "Name", s.Name)}}
	}
	s.Chosen, s.People = n, nil
	level, _ := t.Roster.Level(turn.Level)
	for _, id := range level.Members() {
		if p, ok := t.Roster.Person(id); ok && id != turn.Person {
			s.People = append(s.People, standIn{p.ID, p.Name})
		}
	}
	if len(s.People) == 0 {
		return s, *refuseSwap(bot.Say("desk.swap.alone", "Name", turn.Name, "Level", turn.LevelName))
	}
	return s, bot.Next{}
}

// turn is the one that was chosen.
func (s stint) turn() offeredTurn { return s.Turns[s.Chosen-1] }

func askStandIn(s stint) bot.Prompt {
	turn := s.turn()
	p := bot.Prompt{Text: []bot.Text{bot.Say("desk.swap.who", "Name", turn.Name, "From", inShantou(turn.From), "Until", inShantou(turn.Until))}}
	for i, one := range s.People {
		p.Options = append(p.Options, bot.Option{ID: "p" + strconv.Itoa(i+1), Label: bot.Say("desk.swap.name", "Name", one.Name)})
	}
	p.Options = append(p.Options, stopSwap())
	return p
}

func answerStandIn(s stint, t bot.Turn) (stint, bot.Next) {
	if t.Option == "stop" {
		return s, stoppedSwap()
	}
	n, err := strconv.Atoi(strings.TrimPrefix(t.Option, "p"))
	if err != nil {
		return s, bot.Next{Step: stepWho, Say: []bot.Text{bot.Say("choose.one")}}
	}
	s.Person, s.Name = s.People[n-1].ID, s.People[n-1].Name
	return s, bot.Next{}
}

func askDays(s stint) bot.Prompt {
	turn := s.turn()
	p := bot.Prompt{
		Text:    []bot.Text{bot.Say("desk.swap.days", "Name", s.Name, "Instead", turn.Name, "From", inShantou(turn.From), "Until", inShantou(turn.Until))},
		Options: []bot.Option{{ID: "all", Label: bot.Say("desk.swap.whole")}},
	}
	for i, day := range turn.Days {
		p.Options = append(p.Options, bot.Option{ID: "d" + strconv.Itoa(i+1), Label: bot.Say("desk.swap.day", "Day", day)})
	}
	p.Options = append(p.Options, stopSwap())
	return p
}

func answerDays(s stint, t bot.Turn) (stint, bot.Next) {
	if did, ok := t.Event.(bot.Did); ok {
		return s, swapped(did)
	}
	turn := s.turn()
	span := duty.Span{From: turn.From, To: turn.Until}
	switch t.Option {
	case "stop":
		return s, stoppedSwap()
	case "all":
	case "":
		said, ok := t.Event.(bot.Said)
		if !ok {
			return s, bot.Next{Quiet: true}
		}
		var wrong *bot.Text
		if span, wrong = s.days(strings.Fields(said.Text), t); wrong != nil {
			return s, bot.Next{Step: stepDays, Say: []bot.Text{*wrong}}
		}
	default:
		n, _ := strconv.Atoi(strings.TrimPrefix(t.Option, "d")) // it is one of ours
		day, wrong := s.days(turn.Days[n-1:n], t)
		if wrong != nil { // it is over meanwhile
			return s, bot.Next{Step: stepDays, Say: []bot.Text{*wrong}}
		}
		if span.From.Before(day.From) {
			span.From = day.From
		}
		if day.To.Before(span.To) {
			span.To = day.To
		}
	}
	return s, arrange(duty.Override{Level: turn.Level, Person: s.Person, From: span.From, To: span.To}, t)
}

// days returns what one day, or a first and a last one, mean on the turn's level.
func (s stint) days(words []string, t bot.Turn) (duty.Span, *bot.Text) {
	if len(words) == 0 || len(words) > 2 {
		wrong := bot.Say("desk.swap.no_days")
		return duty.Span{}, &wrong
	}
	level, _ := t.Roster.Level(s.turn().Level)
	return spanOf([]string{words[0], words[len(words)-1]}, level, t)
}
