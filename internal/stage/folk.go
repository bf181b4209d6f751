package stage

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/script"
)

// folk are the persons of a transcript as they live on the fake platform, with their chats.
type folk struct {
	people map[string]*fake.Person // by their names in the transcript
	desk   *fake.Chat
	group  *fake.Chat
	deeds  map[int]*deed // by the input's number
	order  []*deed
	topic  map[string]int64  // the topic of the desk's room in which an engineer is
	names  map[string]string // of files that people sent, by their hash: a photo has none
}

// deed is what an input became on the platform.
type deed struct {
	chat    *fake.Chat
	place   script.Place
	by      string // the person's name in the transcript
	updates []*fake.Update
	press   *fake.Press
	told    int // answers to the press that were noted
	again   int // deliveries that were asked for beyond the first
}

// settle makes the persons and the rooms.
func (f *folk) settle(server *fake.Server, s script.Scene, forum bool) {
	*f = folk{
		people: map[string]*fake.Person{}, deeds: map[int]*deed{}, topic: map[string]int64{}, names: map[string]string{},
	}
	boss := server.NewPerson(fake.Profile{First: "boss"})
	engineers, customers := []*fake.Person{boss}, []*fake.Person{boss}
	for _, p := range s.Persons {
		who := server.NewPerson(fake.Profile{First: p.Shown, Lang: p.Lang})
		f.people[p.Name] = who
		if p.Engineer {
			engineers = append(engineers, who)
		} else {
			customers = append(customers, who)
		}
	}
	if forum {
		f.desk = server.NewForum("Service", engineers...)
		f.desk.PromoteBot(boss, fake.Rights{ManageTopics: true})
	} else {
		f.desk = server.NewSupergroup("Service", engineers...)
	}
	f.group = server.NewSupergroup("Sorters", customers...)
}

// serves tells whether somebody of this id is one of the desk's people.
func (f *folk) serves(id int64) bool {
	for name, p := range f.people {
		if _, ok := deskFile().Person(duty.PersonID(name)); ok && p.ID() == id {
			return true
		}
	}
	return false
}

// id is the person's id on the platform.
func (f *folk) id(p script.Person) claim.PersonID {
	return claim.PersonID(strconv.FormatInt(f.people[p.Name].ID(), 10))
}

func (f *folk) chat(p script.Place) *fake.Chat {
	switch p.Room {
	case script.Desk:
		return f.desk
	case script.Group, script.Thread:
		return f.group
	case script.Private:
	}
	return f.people[p.Person].Chat()
}

// act does on the platform what an input says, or once more what it did.
func (f *folk) act(in script.Input, payload string) (*deed, error) {
	if d := f.deeds[in.Number]; d != nil {
		for _, u := range d.updates {
			if d.done(u) {
				d.again++
				u.Again()
			}
		}
		return d, nil
	}
	d := &deed{chat: f.chat(in.Place), place: in.Place, by: in.From.Name}
	f.deeds[in.Number] = d
	f.order = append(f.order, d)
	by := f.people[in.From.Name]
	switch act := in.Act.(type) {
	case script.Typed:
		d.add(d.chat.Send(by, f.post(in, strings.ReplaceAll(act.Text, mention, "@"+botName))))
	case script.Linked:
		d.add(by.Start(payload))
	case script.Pressed:
		id, err := strconv.ParseInt(string(act.Message), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("press: %w", err)
		}
		d.press = d.chat.Press(by, id, string(act.Choice))
		d.add(d.press.Update)
		f.step(in, id)
	case script.Edited:
		d.add(d.chat.Edit(f.deeds[act.Of].updates[0].Message(), act.Text))
	case script.Odd:
		d.add(d.chat.Send(by, oddPost(act.Kind)))
	case script.Attached:
		posts, err := f.files(in, act)
		if err != nil {
			return nil, err
		}
		if len(posts) == 1 {
			d.add(d.chat.Send(by, posts[0]))
		} else {
			d.add(d.chat.Album(by, nil, posts...)...)
		}
	case script.Filled, script.Shortcut, script.Visited:
		return nil, script.ErrCannot
	}
	return d, nil
}

const botName = "optoste_bot"

func (d *deed) add(list ...*fake.Update) { d.updates = append(d.updates, list...) }

// post is a text where the person is: an engineer writes in the topic that he looked at last.
func (f *folk) post(in script.Input, text string) fake.Post {
	p := fake.Post{Text: text}
	if in.ReplyTo != "" {
		p.ReplyTo, _ = strconv.ParseInt(string(in.ReplyTo), 10, 64)
		f.step(in, p.ReplyTo)
	}
	if in.Place.Room == script.Desk {
		p.Thread = f.topic[in.From.Name]
	}
	return p
}

// step notes that a person looks at the topic of a message.
func (f *folk) step(in script.Input, message int64) {
	if in.Place.Room != script.Desk {
		return
	}
	for _, m := range f.desk.Visible() {
		if m.ID == message {
			f.topic[in.From.Name] = m.Thread
		}
	}
}

func oddPost(kind string) fake.Post {
	switch kind {
	case "sticker":
		return fake.Post{Media: &fake.Media{Kind: fake.Sticker, Content: []byte("RIFFxxxxWEBP")}}
	case "location":
		return fake.Location(23.35, 116.68)
	case "contact":
		return fake.Contact("+8675412345678", "Mei", 0)
	}
	return fake.Poll("Is it the valve?")
}

// files makes the messages of files that are sent together; the caption stands with the first.
func (f *folk) files(in script.Input, act script.Attached) ([]fake.Post, error) {
	var list []fake.Post
	for i, a := range act.Files {
		p := f.post(in, "")
		if i == 0 {
			p.Text = act.Caption
		}
		p.Media = &fake.Media{Kind: fake.Kind(a.Kind), Name: a.Name, Mime: mimes[path.Ext(a.Name)]}
		if a.Sized && (a.Size > maxFetched || a.Size == 0) {
			p.Media.Size = a.Size
		} else {
			b, err := Content(a)
			if err != nil {
				return nil, err
			}
			if a.Sized {
				b = append(b, make([]byte, max(int(a.Size)-len(b), 0))...)
			}
			p.Media.Content = b
			f.names[hashOf(b)] = a.Name
		}
		list = append(list, p)
	}
	return list, nil
}

// maxFetched is the largest file that the platform hands over (platform-facts.md 41).
const maxFetched = 20 << 20

// mimes are what the sender's device says of a file.
var mimes = map[string]string{".pdf": "application/pdf", ".mp4": "video/mp4", ".heic": "image/heic"}

// done tells whether the program has acknowledged an update.
func (d *deed) done(u *fake.Update) bool {
	select {
	case <-u.Acked():
		return true
	default:
		return false
	}
}

// due tells whether an update is to be delivered now.
func (d *deed) due(u *fake.Update) bool { return !d.done(u) || d.again > 0 }

// passed notes that an update was taken. The platform learns of it a moment later.
func (d *deed) passed(u *fake.Update) {
	<-u.Acked()
	d.again = max(d.again-1, 0)
}

// waiting returns the deeds of a chat that are not acknowledged, in their order, up to the given one.
func (f *folk) waiting(of *deed) []*deed {
	var list []*deed
	for _, d := range f.undelivered() {
		if d.chat == of.chat && d != of {
			list = append(list, d)
		}
	}
	return list
}

// undelivered returns what is not acknowledged.
func (f *folk) undelivered() []*deed {
	var list []*deed
	for _, d := range f.order {
		for _, u := range d.updates {
			if u.Seen() && !d.done(u) {
				list = append(list, d)
				break
			}
		}
	}
	return list
}

// notes returns the remarks that the person saw beside a press since the last call.
func (d *deed) notes() []script.Heard {
	if d.press == nil {
		return nil
	}
	var list []script.Heard
	answers := d.press.Answers()
	for _, a := range answers[d.told:] {
		if a.Text != "" {
			list = append(list, script.Noted{Place: d.place, Text: a.Text})
		}
	}
	d.told = len(answers)
	return list
}
