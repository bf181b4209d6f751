package stage

import (
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/script"
)

// view sees what the bot did in the chats of a workspace since it looked last.
type view struct {
	server *fake.Server
	crew   *crew
	on     string            // the channel's name in the transcript
	calls  int               // of the bot's, seen so far
	last   map[string]string // by chat: the newest message seen
	stands map[string]bot.Message
	noted  map[string]int    // by person: remarks seen, in all chats
	opened map[string]string // by person: the window seen last
}

func (v *view) look(server *fake.Server, c *crew, on string) {
	*v = view{server: server, crew: c, on: on, last: map[string]string{}, stands: map[string]bot.Message{}, noted: map[string]int{}, opened: map[string]string{}}
}

// news returns what is new, chat by chat, each in the order in which it came. Taking away buttons that
// are done with changes no message's words, so it is not told.
func (v *view) news() []script.Heard {
	calls := v.server.Calls()
	fresh := map[string][]fake.Call{}
	var chats []string
	for _, c := range calls[v.calls:] {
		if posts[c.Method] && c.Status == http.StatusOK && c.Error == "" {
			if fresh[c.Chat] == nil {
				chats = append(chats, c.Chat)
			}
			fresh[c.Chat] = append(fresh[c.Chat], c)
		}
	}
	out := v.windows(calls[v.calls:])
	v.calls = len(calls)
	for _, id := range chats {
		if place, ok := v.place(id); ok {
			out = append(out, v.chat(place, v.server.Chat(id), fresh[id])...)
		}
	}
	return out
}

func (v *view) place(id string) (script.Place, bool) {
	switch id {
	case v.crew.desk.ID():
		return script.Place{Room: script.Desk}, true
	case v.crew.group.ID():
		return script.Place{Room: script.Group, Channel: v.on}, true
	}
	for name, p := range v.crew.people {
		if p.DM().ID() == id {
			return script.Place{Room: script.Private, Channel: v.on, Person: name}, true
		}
	}
	return script.Place{}, false
}

// under returns the place of a message that stands in a thread.
func (v *view) under(place script.Place, thread string) script.Place {
	for spot, ts := range v.crew.thread {
		if place.Room == script.Group && ts == thread {
			return spot
		}
	}
	return place
}

// chat tells what calls did in one chat.
func (v *view) chat(place script.Place, chat *fake.Chat, calls []fake.Call) []script.Heard {
	stands := chat.Said()
	fresh := slices.DeleteFunc(slices.Clone(stands), func(m fake.Shown) bool { return m.ID <= v.last[chat.ID()] })
	threads := map[string]string{}
	for _, m := range stands {
		threads[m.ID] = m.Thread
	}
	var list []script.Shown
	for _, c := range calls {
		s := script.Shown{Place: place, Message: said(c)}
		s.Message.Text = v.named(s.Message.Text)
		switch {
		case c.Method == "chat.update":
			s.ID, s.Replace = bot.MessageID(c.Args["ts"]), true
		case len(fresh) == 0:
			continue
		default:
			s.ID = bot.MessageID(fresh[0].ID)
			v.last[chat.ID()] = fresh[0].ID
			s.Message.Files = v.files(fresh[0].Files)
			fresh = fresh[1:]
		}
		s.Place = v.under(place, threads[string(s.ID)])
		key := chat.ID() + string(s.ID)
		if s.Replace && spent(v.stands[key], s.Message) {
			continue
		}
		v.stands[key] = s.Message
		list = append(list, s)
	}
	var out []script.Heard
	for _, s := range joined(list) {
		out = append(out, s)
	}
	return out
}

// named puts names in the place of the accounts that a text mentions.
func (v *view) named(text string) string {
	for name, p := range v.crew.people {
		text = strings.ReplaceAll(text, "@"+p.ID(), mentioned(v.on, name))
	}
	return text
}

// mentioned is how a transcript shows that one of the desk's people is called by a mention. One that tells of the page
// does not, though it plays elsewhere.
func mentioned(on, name string) string {
	p, _ := deskFile().Person(duty.PersonID(name))
	if on == onPage {
		return p.Name
	}
	return "@" + p.Name
}

// spent tells whether an edit only took the buttons away, and left what was chosen as words.
func spent(before, now bot.Message) bool {
	return len(before.Choices) > 0 && len(now.Choices) == 0 && (now.Text == before.Text || strings.HasPrefix(now.Text, before.Text+"\n✓ "))
}

// block is what stands in one block of a message, a window or a page.
type block struct {
	Type     string
	Elements []struct {
		Elements []span
		Text     struct{ Text string }
		Value    string
		URL      string
	}
}

// said is a message as the bot had said it: the words and buttons of a call's blocks.
func said(c fake.Call) bot.Message {
	var list []block
	_ = json.Unmarshal([]byte(c.Args["blocks"]), &list) // the fake has read it
	return written(list)
}

func written(list []block) bot.Message {
	var m bot.Message
	var lines []string
	for _, b := range list {
		for _, e := range b.Elements {
			if b.Type == "actions" {
				m.Choices = append(m.Choices, bot.Choice{ID: bot.ChoiceID(e.Value), Label: e.Text.Text, URL: e.URL})
				continue
			}
			var line strings.Builder
			for _, s := range e.Elements {
				line.WriteString(s.marked())
			}
			lines = append(lines, line.String())
		}
	}
	m.Text = strings.Join(lines, "\n")
	return m
}

// span is some words of a rich text.
type span struct {
	Text, URL string
	User      string `json:"user_id"`
	Style     struct{ Bold, Code bool }
}

// marked writes words as the bot has them, with marks for what is bold or code.
func (s span) marked() string {
	text := bot.Escape(s.Text + s.URL)
	if s.User != "" {
		text = "@" + s.User
	}
	if s.Style.Bold {
		text = "*" + text + "*"
	}
	if s.Style.Code {
		text = "`" + text + "`"
	}
	return text
}

func (v *view) files(list []fake.ShownFile) []bot.File {
	var out []bot.File
	for _, f := range list {
		file := bot.File{Name: f.Name, Size: f.Size, Mime: f.Mime}
		if mime := mimes[path.Ext(f.Name)]; mime != "" {
			file.Mime = mime
		}
		if v.on == onTelegram && file.Kind() == bot.Picture { // where pictures have no names
			file.Name = ""
		}
		out = append(out, file)
	}
	return out
}

// notes returns the remarks that persons saw beside a press since the last call.
func (v *view) notes() []script.Heard {
	var out []script.Heard
	for name, p := range v.crew.people {
		for _, chat := range []*fake.Chat{p.DM(), v.crew.desk, v.crew.group} {
			list := chat.Ephemeral(p)
			key := name + "/" + chat.ID()
			place, _ := v.place(chat.ID())
			for _, m := range list[v.noted[key]:] {
				out = append(out, script.Noted{Place: v.under(place, m.Thread), Text: m.Text})
			}
			v.noted[key] = len(list)
		}
	}
	return out
}
