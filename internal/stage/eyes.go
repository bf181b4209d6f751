package stage

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// eyes see what the bot did in the chats since they looked last.
type eyes struct {
	server *fake.Server
	folk   *folk
	on     string          // the channel's name in the transcript
	calls  int             // of the bot's, seen so far
	last   map[int64]int64 // by chat: the newest message seen
}

func (e *eyes) look(server *fake.Server, f *folk, on string) {
	*e = eyes{server: server, folk: f, on: on, last: map[int64]int64{}}
}

// news returns what is new, chat by chat, each in the order in which it came. Taking away buttons that
// are done with changes no message's words, so it is not told.
func (e *eyes) news() []script.Heard {
	calls := e.server.Calls()
	fresh := map[int64][]fake.Call{}
	var chats []int64
	for _, c := range calls[e.calls:] {
		if sends[c.Method] && c.Method != "editMessageReplyMarkup" && (c.Status == http.StatusOK || unchanged(c)) {
			if fresh[c.Chat] == nil {
				chats = append(chats, c.Chat)
			}
			fresh[c.Chat] = append(fresh[c.Chat], c)
		}
	}
	e.calls = len(calls)
	var out []script.Heard
	for _, id := range chats {
		place, chat := e.place(id)
		if chat != nil {
			out = append(out, e.chat(place, chat, fresh[id])...)
		}
	}
	return out
}

// unchanged tells whether an edit was refused because the message has that content already: the bot has
// shown it once more, and nobody sees a difference.
func unchanged(c fake.Call) bool { return strings.Contains(c.Error, "message is not modified") }

func (e *eyes) place(id int64) (script.Place, *fake.Chat) {
	switch id {
	case e.folk.desk.ID():
		return script.Place{Room: script.Desk}, e.folk.desk
	case e.folk.group.ID():
		return script.Place{Room: script.Group, Channel: e.on}, e.folk.group
	}
	for name, p := range e.folk.people {
		if p.ID() == id {
			return script.Place{Room: script.Private, Channel: e.on, Person: name}, p.Chat()
		}
	}
	return script.Place{}, nil
}

// chat tells what calls did in one chat.
func (e *eyes) chat(place script.Place, chat *fake.Chat, calls []fake.Call) []script.Heard {
	said := chat.Said()
	fresh := slices.DeleteFunc(slices.Clone(said), func(m fake.Shown) bool { return m.ID <= e.last[chat.ID()] })
	var list []script.Shown
	for _, c := range calls {
		if strings.HasPrefix(c.Method, "edit") {
			for _, m := range said {
				if strconv.FormatInt(m.ID, 10) == c.Params["message_id"] {
					list = append(list, e.shown(place, true, m))
				}
			}
			continue
		}
		n := min(items(c), len(fresh))
		if n > 0 {
			list = append(list, e.shown(place, false, fresh[:n]...))
			e.last[chat.ID()] = fresh[n-1].ID
		}
		fresh = fresh[n:]
	}
	var out []script.Heard
	for _, s := range joined(list) {
		out = append(out, s)
	}
	return out
}

// items returns how many messages a call puts into its chat.
func items(c fake.Call) int {
	if c.Method != "sendMediaGroup" {
		return 1
	}
	var list []json.RawMessage
	_ = json.Unmarshal([]byte(c.Params["media"]), &list) // the fake has read it
	return len(list)
}

// joined puts together what had to be sent as several messages, because on Telegram files have no buttons and
// files of different kinds do not share a message: files without a word belong to what was said before.
func joined(list []script.Shown) []script.Shown {
	var out []script.Shown
	for _, s := range list {
		bare := s.Message.Text == "" && len(s.Message.Choices) == 0 && len(s.Message.Files) > 0
		if n := len(out); n > 0 && bare && !s.Replace && !out[n-1].Replace && s.Place == out[n-1].Place {
			out[n-1].Message.Files = append(out[n-1].Message.Files, s.Message.Files...)
			continue
		}
		out = append(out, s)
	}
	return out
}

// shown is one message, or the messages of one album, as the bot had said it.
func (e *eyes) shown(place script.Place, replaced bool, album ...fake.Shown) script.Shown {
	first := album[0]
	s := script.Shown{Place: place, ID: bot.MessageID(strconv.FormatInt(first.ID, 10)), Replace: replaced}
	s.Message.Text = marked(first, e.on != onPage)
	for _, row := range first.Buttons {
		for _, b := range row {
			s.Message.Choices = append(s.Message.Choices, bot.Choice{ID: bot.ChoiceID(b.Data), Label: b.Label, URL: b.URL})
		}
	}
	for _, m := range album {
		for _, f := range m.Files {
			s.Message.Files = append(s.Message.Files, e.file(f))
		}
	}
	return s
}

func (e *eyes) file(f fake.ShownFile) bot.File {
	out := bot.File{Name: f.Name, Size: f.Size}
	if name := e.folk.names[f.Hash]; e.on != onTelegram { // elsewhere pictures keep their names
		out.Name = cmp.Or(name, f.Name)
	}
	switch f.Kind {
	case fake.Photo:
		out.Mime = "image/jpeg"
	case fake.Video, fake.VideoNote, fake.Animation:
		out.Mime = "video/mp4"
	case fake.Voice, fake.Audio:
		out.Mime = "audio/ogg"
	default:
		out.Mime = mimes[path.Ext(out.Name)]
	}
	return out
}

// marked writes a message's words as the bot has them, with marks for what is bold or code, and for who is called if
// the transcript shows that.
func marked(m fake.Shown, called bool) string {
	units := utf16.Encode([]rune(m.Text))
	marks := map[int]string{}
	for _, e := range m.Entities {
		mark := map[string]string{"bold": "*", "code": "`"}[e.Type]
		if mark != "" {
			marks[e.Offset] += mark
			marks[e.Offset+e.Length] = mark + marks[e.Offset+e.Length]
		}
	}
	for _, e := range m.Entities {
		if e.Type == "text_mention" && called {
			marks[e.Offset] += "@"
		}
	}
	var b strings.Builder
	from := 0
	for at := range len(units) + 1 {
		if marks[at] == "" {
			continue
		}
		b.WriteString(bot.Escape(string(utf16.Decode(units[from:at]))) + marks[at])
		from = at
	}
	return b.String() + bot.Escape(string(utf16.Decode(units[from:])))
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
