package script_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// counter is a small stage with a bot of its own: enough of a bot that every cue of a transcript
// shows in what comes out.
type counter struct {
	scene script.Scene
	now   time.Time
	heard []script.Heard
	due   []job
	seen  map[int]bool
	sent  map[script.Place]int // messages so far: ids are "1", "2", ...
	order int64
	inbox []script.Input // everything that was delivered, redeliveries too
	apply []script.Control

	away    script.Part
	crash   script.Point
	refused time.Duration // messages wait that long; -1 = until Back
	held    []script.Heard
	lacks   script.Control // what Apply cannot do
	fails   error          // what every method but Setup answers
}

type job struct {
	at time.Time
	do func()
}

func (c *counter) Setup(_ context.Context, s script.Scene) error {
	if len(s.Policy) > 0 && s.Policy[0] == "unknown" {
		return errors.New("there is no policy \"unknown\"")
	}
	*c = counter{scene: s, now: s.At, seen: map[int]bool{}, sent: map[script.Place]int{}, lacks: c.lacks, fails: c.fails}
	return nil
}

func (c *counter) Heard(context.Context) ([]script.Heard, error) {
	list := c.heard
	c.heard = nil
	return list, nil
}

func (c *counter) Apply(_ context.Context, order script.Control) error {
	c.apply = append(c.apply, order)
	if c.lacks != nil && fmt.Sprintf("%T", c.lacks) == fmt.Sprintf("%T", order) {
		return script.ErrCannot
	}
	switch order := order.(type) {
	case script.Wait:
		c.wait(order.For)
	case script.Restart:
		c.done("restarted")
	case script.Flush:
		c.done("flushed")
	case script.Away:
		c.away = order.What
	case script.Back:
		c.away = ""
		c.release()
	case script.Refuse:
		c.refused = -1
		if order.For > 0 {
			c.refused = order.For
			c.due = append(c.due, job{c.now.Add(order.For), c.release})
		}
	case script.Crash:
		c.crash = order.At
	}
	return nil
}

// wait does what comes due, in the order of its times.
func (c *counter) wait(d time.Duration) {
	end := c.now.Add(d)
	for {
		next := -1
		for i, j := range c.due {
			if !j.at.After(end) && (next < 0 || j.at.Before(c.due[next].at)) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		j := c.due[next]
		c.due = slices.Delete(c.due, next, next+1)
		c.now = j.at
		j.do()
	}
	c.now = end
}

func (c *counter) release() {
	c.refused = 0
	c.heard, c.held = append(c.heard, c.held...), nil
}

func (c *counter) done(what string) { c.heard = append(c.heard, script.Done{What: what}) }

// show sends a message.
func (c *counter) show(place script.Place, text string, buttons ...string) {
	c.put(script.Shown{Place: place, Message: bot.Message{Text: text, Choices: choices(buttons)}})
}

func (c *counter) put(s script.Shown) {
	if !s.Replace {
		c.sent[s.Place]++
		s.ID = bot.MessageID(strconv.Itoa(c.sent[s.Place]))
	}
	if c.refused != 0 {
		c.held = append(c.held, s)
		return
	}
	c.heard = append(c.heard, s)
}

func choices(labels []string) (list []bot.Choice) {
	for i, l := range labels {
		list = append(list, bot.Choice{ID: bot.ChoiceID(fmt.Sprintf("f1.%d.%s", i, strings.ToLower(l))), Label: l})
	}
	return list
}

func (c *counter) Say(_ context.Context, in script.Input) error {
	c.inbox = append(c.inbox, in)
	if c.fails != nil {
		return c.fails
	}
	if c.crash != "" {
		c.crash = ""
		return nil
	}
	if c.seen[in.Number] {
		return nil
	}
	c.seen[in.Number] = true
	if c.away != "" {
		c.show(in.Place, "The "+string(c.away)+" is away. Please try again later.")
		return nil
	}
	if in.Order < c.order {
		c.show(in.Place, "That came late.")
		return nil
	}
	c.order = in.Order
	c.answer(in)
	return nil
}

func (c *counter) answer(in script.Input) {
	switch act := in.Act.(type) {
	case script.Typed:
		c.typed(in, act.Text)
	case script.Linked:
		c.done("find machine " + string(act.Serial))
		c.show(in.Place, "Your machine is "+string(act.Serial)+".")
	case script.Pressed:
		c.pressed(in, act)
	case script.Attached:
		c.due = append(c.due, job{c.now.Add(2 * time.Second), func() { c.attached(in, act) }})
	case script.Edited:
		c.put(script.Shown{Place: in.Place, ReplyTo: "1", Message: bot.Message{Text: fmt.Sprintf("Input %d says now: %s", act.Of, act.Text)}})
	case script.Shortcut:
		c.heard = append(c.heard, script.Opened{Place: in.Place, Form: paper})
	case script.Filled:
		c.filled(in, act)
	case script.Visited:
		c.heard = append(c.heard, script.Paged{Place: in.Place, Parts: []bot.Message{
			{Text: "Hello, " + in.From.Shown, Choices: choices([]string{"Report"})}, {Text: "No claims."},
		}})
	case script.Odd:
		c.show(in.Place, "I cannot use a "+act.Kind+".")
	}
}

// paper is the form that the shortcut shows.
var paper = bot.Modal{
	ID: "f0.0.report", Title: "Report", Text: "Two\nthings:", Submit: "Go", Close: "No",
	Inputs: []bot.Input{
		{ID: "a", Label: "Serial", Value: "OS-1"},
		{ID: "b", Label: "Serial of the part?"},
		{ID: "c", Label: "How bad", Choices: choices([]string{"Bad", "Worse"}), Value: "f1.0.bad"},
	},
}

func (c *counter) filled(in script.Input, act script.Filled) {
	ev := act.Event()
	if ev.Typed["a"] == "" {
		c.heard = append(c.heard, script.Mistaken{Place: in.Place, Form: act.Form, Errors: map[string]string{"a": "is missing", "b": "Not yet."}})
		return
	}
	c.show(in.Place, fmt.Sprintf("%s %q %q %s", ev.Form, ev.Typed["a"], ev.Typed["b"], ev.Chosen["c"]))
}

func (c *counter) typed(in script.Input, text string) {
	desk := script.Place{Room: script.Desk}
	switch {
	case in.Place.Room == script.Desk:
		customer := script.Place{Room: script.Private, Channel: c.scene.On, Person: c.scene.Persons[0].Name}
		c.show(customer, in.From.Shown+" says: "+text)
		c.put(script.Shown{Place: desk, ReplyTo: in.ReplyTo, Message: bot.Message{Text: "Sent."}})
	case text == "/start":
		c.show(in.Place, "Hello, "+in.From.Shown+"!\n\n  What can I do for you?", "Report", "中文")
	case text == "time":
		c.show(in.Place, in.Sent.Format(time.DateTime)+", delivered at "+c.now.Format(time.DateTime))
	case text == "copy":
		c.put(script.Shown{Place: in.Place, Message: bot.Message{Text: "Here it is.", Files: []bot.File{
			{Name: "claim C-2603-0001.pdf", Mime: "application/pdf"},
			{Name: "plate.jpg", Mime: "image/jpeg"},
			{Mime: "video/mp4"},
			{Name: "a.ogg", Mime: "audio/ogg"},
			{Name: "b.csv", Mime: "text/csv"},
		}}})
	case text == "remind me":
		c.due = append(c.due, job{c.now.Add(24 * time.Hour), func() { c.show(in.Place, "Do you want to go on?", "Continue") }})
	case strings.HasPrefix(text, "[") || strings.HasPrefix(text, "\\"):
		c.show(in.Place, text)
	default:
		c.show(in.Place, in.From.Shown+" wrote: "+text)
	}
}

func (c *counter) pressed(in script.Input, act script.Pressed) {
	desk := script.Place{Room: script.Desk}
	switch act.Label {
	case "Report":
		c.done("opened C-2603-0001")
		c.done("told the desk")
		c.show(desk, "*C-2603-0001* "+in.From.Shown, "Take", "Answer")
		c.show(in.Place, "Your claim is C-2603-0001.")
	case "Take":
		c.put(script.Shown{Place: desk, ID: act.Message, Replace: true, Message: bot.Message{Text: "*C-2603-0001* taken by " + in.From.Shown, Choices: choices([]string{"Answer"})}})
		c.heard = append(c.heard, script.Noted{Place: desk, Text: "It is yours."})
	default:
		c.heard = append(c.heard, script.Noted{Place: in.Place, Text: "Recorded: " + string(act.Choice)})
	}
}

func (c *counter) attached(in script.Input, act script.Attached) {
	var names []string
	for _, f := range act.Files {
		name := f.Kind + " " + f.Name
		if f.Sized {
			name += fmt.Sprintf(" of %d bytes", f.Size)
		}
		names = append(names, name)
	}
	text := fmt.Sprintf("%d received: %s", len(names), strings.Join(names, ", "))
	if act.Caption != "" {
		text += "\n" + act.Caption
	}
	c.show(in.Place, text)
}
