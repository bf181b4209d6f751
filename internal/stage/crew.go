package stage

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/script"
)

// crew are the persons of a transcript as members of the fake workspace, with their chats.
type crew struct {
	bot    string                  // the bot's user id
	people map[string]*fake.Person // by their names in the transcript
	desk   *fake.Chat
	group  *fake.Chat
	acts   map[int]*act // by the input's number
	order  []*act
	at     map[string]script.Place  // where a person did something last
	filled map[string]script.Filled // what a person has sent a window with, until it is seen what became of it
	thread map[script.Place]string  // that of a customer in the group, and the one of the desk's room in which an engineer is
}

// act is what an input became on the platform.
type act struct {
	chat   *fake.Chat
	ts     string // of the message that was said
	events []*fake.Event
}

// settle makes the persons and the rooms.
func (c *crew) settle(server *fake.Server, s script.Scene) {
	*c = crew{
		bot: server.BotUser(), people: map[string]*fake.Person{}, acts: map[int]*act{}, thread: map[script.Place]string{},
		at: map[string]script.Place{}, filled: map[string]script.Filled{},
	}
	var engineers, customers []*fake.Person
	for _, p := range s.Persons {
		who := server.NewPerson(fake.Profile{Display: p.Shown, Locale: p.Lang})
		c.people[p.Name] = who
		if p.Engineer {
			engineers = append(engineers, who)
		} else {
			customers = append(customers, who)
		}
	}
	c.desk = server.NewPrivateChannel("service", engineers...)
	c.group = server.NewSharedChannel("sorters", customers...)
}

// serves tells whether somebody of this id is one of the desk's people.
func (c *crew) serves(id string) bool {
	for name, p := range c.people {
		if _, ok := deskFile().Person(duty.PersonID(name)); ok && p.ID() == id {
			return true
		}
	}
	return false
}

// id is the person's id on the platform.
func (c *crew) id(p script.Person) claim.PersonID { return claim.PersonID(c.people[p.Name].ID()) }

func (c *crew) chat(p script.Place) *fake.Chat {
	switch p.Room {
	case script.Desk:
		return c.desk
	case script.Group, script.Thread:
		return c.group
	case script.Private:
	}
	return c.people[p.Person].DM()
}

// act does on the platform what an input says, or once more what it did.
func (c *crew) act(in script.Input, payload string) (*act, error) {
	if a := c.acts[in.Number]; a != nil {
		for _, e := range a.events {
			if acked(e) {
				a.events = append(a.events, e.Again())
			}
		}
		return a, nil
	}
	a := &act{chat: c.chat(in.Place)}
	d, err := c.do(in, a.chat, payload)
	if err := errors.Join(err, d.Err); err != nil {
		return nil, fmt.Errorf("input %d: %w", in.Number, err)
	}
	a.ts, a.events = d.TS, d.Events
	if in.Place.Room == script.Thread && c.thread[in.Place] == "" {
		c.thread[in.Place] = d.TS
	}
	c.acts[in.Number] = a
	c.order = append(c.order, a)
	return a, nil
}

func (c *crew) do(in script.Input, chat *fake.Chat, payload string) (*fake.Deed, error) {
	by := c.people[in.From.Name]
	c.at[in.From.Name] = in.Place
	switch act := in.Act.(type) {
	case script.Typed:
		return chat.Post(by, c.post(in, act.Text)), nil
	case script.Linked: // there are no such links: who has one types what it says
		return chat.Say(by, "/start "+payload), nil
	case script.Pressed:
		if act.Page {
			return by.PressHome(string(act.Choice)), nil
		}
		c.step(in, string(act.Message))
		return chat.Press(by, string(act.Message), string(act.Choice)), nil
	case script.Edited:
		return chat.Edit(by, c.acts[act.Of].ts, act.Text), nil
	case script.Odd:
		p := c.post(in, "")
		if act.Kind == "sticker" { // a moving picture of some page comes closest
			p.Image = "https://example.org/a.gif"
		}
		return chat.Post(by, p), nil
	case script.Attached:
		p := c.post(in, act.Caption)
		var err error
		p.Files, err = uploads(act)
		if err != nil {
			return &fake.Deed{}, err
		}
		return chat.Post(by, p), nil
	case script.Filled:
		c.filled[in.From.Name] = act
		return by.Submit(act.Values), nil
	case script.Shortcut:
		return by.Shortcut(slack.Shortcut), nil
	case script.Visited:
		return by.OpenHome("home"), nil
	}
	return &fake.Deed{}, script.ErrCannot
}

// post is a text where the person is: an engineer writes in the thread that he looked at last, a customer in
// the one that he has begun.
func (c *crew) post(in script.Input, text string) fake.Post {
	p := fake.Post{At: in.Sent, Raw: strings.ReplaceAll(fake.Typed(text), mention, "<@"+c.bot+">")}
	if in.ReplyTo != "" {
		c.step(in, string(in.ReplyTo))
	}
	p.Thread = c.thread[spot(in)]
	if in.Place.Room == script.Private && in.ReplyTo != "" { // a customer answers a message in a thread under it
		p.Thread = string(in.ReplyTo)
	}
	return p
}

// spot is where in a room with threads a person is.
func spot(in script.Input) script.Place {
	if in.Place.Room == script.Desk {
		return script.Place{Room: script.Desk, Person: in.From.Name}
	}
	return in.Place
}

// step notes that a person looks at the thread of a message, or under one that is in none.
func (c *crew) step(in script.Input, message string) {
	if in.Place.Room != script.Desk {
		return
	}
	for _, m := range c.desk.Visible() {
		if m.ID == message {
			c.thread[spot(in)] = cmp.Or(m.Thread, m.ID)
		}
	}
}

// uploads are files that are sent together: on Slack they are one message.
func uploads(act script.Attached) ([]fake.Upload, error) {
	var list []fake.Upload
	for _, a := range act.Files {
		u := fake.Upload{Name: cmp.Or(a.Name, "image"+kinds[a.Kind]), Mime: mimes[path.Ext(a.Name)]}
		if a.Sized && (a.Size > MaxFile || a.Size == 0) {
			u.Size = a.Size
		} else {
			b, err := Content(a)
			if err != nil {
				return nil, err
			}
			if a.Sized {
				b = append(b, make([]byte, max(int(a.Size)-len(b), 0))...)
			}
			u.Content = b
		}
		list = append(list, u)
	}
	return list, nil
}

// kinds are the endings that Slack gives what a device names nothing.
var kinds = map[string]string{"photo": ".png", "video": ".mp4", "voice": ".m4a", "audio": ".m4a"}

// acked tells whether the program has acknowledged an event.
func acked(e *fake.Event) bool { return closed(e.Acked()) }

// given tells whether the platform delivers an event no more.
func given(e *fake.Event) bool { return closed(e.Done()) }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// waiting returns the acts of a chat that are not acknowledged, in their order, up to the given one.
func (c *crew) waiting(of *act) []*act {
	var list []*act
	for _, a := range c.undelivered() {
		if a.chat == of.chat && a != of {
			list = append(list, a)
		}
	}
	return list
}

// undelivered returns what is not acknowledged.
func (c *crew) undelivered() []*act {
	var list []*act
	for _, a := range c.order {
		for _, e := range a.events {
			if !acked(e) {
				list = append(list, a)
				break
			}
		}
	}
	return list
}
