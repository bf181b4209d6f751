package flows

import (
	"regexp"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// room is the state of one engineer's conversation in a room of the desk.
type room struct {
	Hinted bool `json:"hinted,omitempty"` // was told once how to answer a customer
}

// desk brings news to the engineers' room. What engineers say among themselves is not answered,
// but each is told once how a customer is answered.
var desk = bot.Script[room]{
	Name: flowDesk,
	Begin: func(s room, t bot.Turn) (room, bot.Next) {
		if t.Args.Told != nil {
			if t.Args.Told.News == bot.NewsSwapped {
				return s, swappedNews(*t.Args.Told, t.Roster)
			}
			return s, tellRoom(*t.Args.Told)
		}
		s.Hinted = true
		if misspelt(t.Event) {
			return s, bot.Next{Quiet: true, Say: unknown()}
		}
		return s, bot.Next{Step: "listen"}
	},
	Steps: []bot.Step[room]{{
		ID:  "listen",
		Ask: func(room) bot.Prompt { return bot.Prompt{Text: []bot.Text{bot.Say("desk.hint")}} },
		Answer: func(s room, t bot.Turn) (room, bot.Next) {
			n := bot.Next{Quiet: true}
			if misspelt(t.Event) {
				n.Say = unknown()
			}
			return s, n
		},
	}},
}

// commandForm is what begins like a command. What is one does not come to the desk's own flow.
var commandForm = regexp.MustCompile(`^\s*[/!！][A-Za-z]`)

// misspelt tells whether something was meant for the bot and is no command; else it was said among engineers.
func misspelt(ev bot.Event) bool {
	said, ok := ev.(bot.Said)
	return ok && commandForm.MatchString(said.Text)
}

// unknown says that something was no command. The list is long, and is there for who asks.
func unknown() []bot.Text { return []bot.Text{bot.Say("desk.misspelt")} }

// usage lists what can be typed in the desk's room. A question that is open stands below it.
var usage = bot.Script[struct{}]{
	Name: flowUsage,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		return s, bot.Next{End: true, Say: usages(t)}
	},
}

func usages(t bot.Turn) []bot.Text {
	var list bot.Lines
	for _, c := range commands {
		if c.Desk != "" && c.Payload == "" { // those with a payload are short for another one
			list = append(list, bot.Say("desk.usage."+c.Name))
		}
	}
	if !t.Room {
		return []bot.Text{bot.Say("staff.usage", "Name", t.Staff.Name, "List", list)}
	}
	return []bot.Text{bot.Say("desk.usage", "List", list)}
}

// tellRoom puts news into words. A claim's card stands in front, as the claim now is.
func tellRoom(told bot.Told) bot.Next {
	n := bot.Next{End: true, Quiet: true, Files: told.Files}
	name := told.By.Name
	switch told.News {
	case bot.NewsOpened:
		n.Card = told.Claim
		if items := countFiles(told.Files); len(items) > 0 {
			n.Say = []bot.Text{bot.Say("desk.evidence", "Claim", told.Claim, "Files", items)}
		}
	case bot.NewsAdded:
		n.Card = told.Claim
		n.Say = []bot.Text{bot.Say("desk.added", "Claim", told.Claim, "Other", told.Other, "Name", name, "Text", told.Text, "Files", len(told.Files))}
	case bot.NewsSupplied:
		n.Card = told.Claim
		n.Say = []bot.Text{bot.Say("desk.supplied", "Claim", told.Claim, "Other", told.Other, "Name", name, "Text", told.Text, "Files", len(told.Files))}
	case bot.NewsRevised:
		n.Card = told.Claim
		n.Say = []bot.Text{bot.Say("desk.revised", "Claim", told.Claim, "Other", told.Other, "Name", name, "Text", told.Text, "Was", told.About)}
	case bot.NewsTalk:
		n.Say = []bot.Text{bot.Say("desk.talk", "Name", name, "About", told.About, "Lang", told.Lang)}
	case bot.NewsEmergency:
		n.Say = []bot.Text{bot.Say("desk.emergency", "Name", name, "About", told.About, "Text", told.Text)}
	case bot.NewsFileLost:
		n.Say = []bot.Text{bot.Say("desk.file_lost", "Name", name, "About", told.About, "File", told.Text)}
	case bot.NewsGivenUp:
		n.Say = []bot.Text{bot.Say("desk.given_up", "Channel", told.About, "Text", clip(told.Text, 300))}
	case bot.NewsSetAside:
		n.Say = []bot.Text{bot.Say("desk.set_aside", "Update", told.About)}
	case bot.NewsGone, bot.NewsBack:
		n.Card = told.Claim
		n.Say = []bot.Text{bot.Say("desk.reach."+string(told.News), "Claim", told.Claim, "Name", name, "Channel", channelName(told.About))}
	case bot.NewsAnswered:
		n.Say = []bot.Text{bot.Say("desk.answered", "Claim", told.Claim, "Name", name, "To", told.About, "Text", told.Text)}
		if told.Was != "" {
			n.Say = []bot.Text{bot.Say("desk.corrected", "Claim", told.Claim, "Name", name, "To", told.About, "Text", told.Text, "Was", told.Was)}
		}
	case bot.NewsActed:
		n.Card = told.Claim
		n.Say = []bot.Text{acted(told)}
	case bot.NewsPing:
		return ping(told)
	case bot.NewsStalled:
		return stalled(told)
	case bot.NewsSilent:
		return silent(told)
	case bot.NewsUnrung:
		n.Say = []bot.Text{bot.Say("desk.call.unrung", "Claim", told.Claim, "Alarm", told.About)}
	case bot.NewsCallOver: // is for the engine
	case bot.NewsWeekly:
		n.Say = []bot.Text{weekly(*told.Digest)}
	case bot.NewsSwapped: // needs the roster
	case bot.NewsAnswer, bot.NewsCorrected, bot.NewsAsked, bot.NewsReminded, bot.NewsStatus, bot.NewsSurvey, bot.NewsDecided, bot.NewsLinked, bot.NewsDoor: // are for somebody alone
	}
	return n
}

// letter is the state of an answer to a customer.
type letter struct {
	Claim  claim.ID `json:"claim"`
	Name   string   `json:"name"`
	Linked bool     `json:"linked"`
	Lang   string   `json:"lang"`

	Channel string    `json:"channel,omitempty"`
	Company string    `json:"company,omitempty"` // by its name; empty = not linked to one
	Gone    time.Time `json:"gone,omitzero"`     // since when the customer cannot be reached
}

// reader says who reads what is written to the customer of a claim, with the key's text.
func reader(key string, s letter) bot.Text {
	return bot.Say(key, "Claim", s.Claim, "Name", s.Name, "Company", s.Company, "Lang", bot.Say("language."+s.Lang),
		"Channel", channelName(s.Channel))
}

// unreached warns that the customer of a claim cannot be reached; nothing when he can.
func (s letter) unreached() (list []bot.Text) {
	if !s.Gone.IsZero() {
		list = append(list, bot.Say("reply.unreached", "Channel", channelName(s.Channel), "Since", s.Gone.In(claim.Shantou).Format("2006-01-02 15:04")))
	}
	return list
}

// channelName names a channel as people know it.
func channelName(channel string) bot.Text { return bot.Say("channel." + channel) }

// reply sends what stands behind "!reply", or else an engineer's next message, to the customer of a claim.
// Nothing else that is said in the room gets there (promise P7).
var reply = bot.Script[letter]{
	Name: flowReply,
	Begin: func(s letter, t bot.Turn) (letter, bot.Next) {
		if did, ok := t.Event.(bot.Did); ok {
			return s, s.done(did)
		}
		if t.Args.Corrects != nil {
			return s, correct(t.Args)
		}
		var words string
		if t.Args.Claim, words = meant(t.Args); t.Args.Claim == "" {
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
		}
		c, _, next := lookClaim(t)
		if next != nil {
			next.Quiet = next.End // nobody has asked what may be written here
			return s, *next
		}
		if !c.Reachable() {
			return s, noChat(c)
		}
		s.Claim, s.Name, s.Lang, s.Channel = c.ID, c.Reporter.Name, c.Lang, c.Channel
		s.Linked, s.Company, s.Gone = c.Reporter.Company != "", c.Customer, c.Unreached
		if words == "" && len(t.Args.Files) == 0 {
			return s, bot.Next{}
		}
		return s, s.send(words, t.Args.Files, t)
	},
	Steps: []bot.Step[letter]{{
		ID: "words",
		Ask: func(s letter) bot.Prompt {
			return bot.Prompt{
				Text:    append([]bot.Text{reader("reply.ask", s)}, s.unreached()...),
				Options: []bot.Option{{ID: "stop", Label: bot.Say("reply.stop"), Words: "words.no"}},
				Form:    replyForm(s),
			}
		},
		Answer: func(s letter, t bot.Turn) (letter, bot.Next) {
			if t.Option == "stop" {
				return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("reply.stopped")}}
			}
			switch ev := t.Event.(type) {
			case bot.Said:
				return s, s.send(ev.Text, nil, t)
			case bot.Filled:
				return s, s.send(t.Values[fieldWords], nil, t)
			case bot.Attached:
				return s, s.send(ev.Caption, ev.Files, t)
			case bot.Did:
				return s, s.done(ev)
			default:
				return s, bot.Next{Quiet: true}
			}
		},
	}},
}

const fieldWords = "words"

// replyForm asks for the words in a window that nobody else of the room sees.
func replyForm(s letter) *bot.Form {
	return &bot.Form{
		Title: bot.Say("reply.title", "Claim", s.Claim), Submit: bot.Say("reply.send"),
		Text: append([]bot.Text{reader("reply.reader", s)}, s.unreached()...),
		Fields: []bot.Field{
			{ID: fieldWords, Label: bot.Say("reply.words"), Hint: bot.Say("reply.files"), Long: true},
		},
	}
}

// meant returns the claim whose customer is answered and with which words: the claim whose number they begin
// with, else the one that they were typed at; empty = none.
func meant(a bot.Args) (id claim.ID, words string) {
	if id, rest := claim.Numbered(a.Payload); id != "" {
		return id, rest
	}
	return a.Claim, a.Payload
}

// correct gives an answer that was sent another wording. Words for another claim, or none, are no correction.
func correct(a bot.Args) bot.Next {
	id, words := meant(a)
	switch was := *a.Corrects; {
	case id != was.Claim || words == "":
		return bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("edit.desk")}}
	case words == was.Text:
		return bot.Next{End: true, Quiet: true}
	default:
		return bot.Next{Quiet: true, Do: []bot.Effect{bot.CorrectAnswer{ID: id, Letter: was.Letter, Text: words}}}
	}
}

// send sends words and files. When there are files and none of them can be sent, it is asked once more.
func (s letter) send(words string, files []bot.File, t bot.Turn) bot.Next {
	kept, say := acceptFiles(nil, files, t)
	kept, say = harmless(kept, say)
	if len(files) > 0 && len(kept) == 0 {
		return bot.Next{Step: "words", Say: say}
	}
	return bot.Next{Quiet: true, Say: say, Do: []bot.Effect{bot.AnswerCustomer{ID: s.Claim, Text: words, Files: kept}}}
}

// done ends an answer: how far it has come is said when it has, what cannot be sent is said here.
func (s letter) done(did bot.Did) bot.Next {
	n := bot.Next{End: true, Quiet: true}
	if did.Refused != "" {
		n.Say = []bot.Text{bot.Say(did.Refused, "Claim", did.Claim.ID, "Customer", did.Claim.Reporter.Name, "Contact", did.Claim.Contact)}
	}
	return n
}

// noChat says that a customer has called and cannot be written to.
func noChat(c claim.Claim) bot.Next {
	return bot.Next{End: true, Quiet: true, Say: []bot.Text{
		bot.Say("act.no_chat", "Claim", c.ID, "Customer", c.Reporter.Name, "Contact", c.Contact),
	}}
}

// harmless leaves out files that could do harm: they are not sent to customers.
func harmless(files []bot.File, say []bot.Text) ([]bot.File, []bot.Text) {
	var pass []bot.File
	for _, f := range files {
		if f.Unsafe {
			say = append(say, bot.Say("desk.unsafe", "Name", clip(f.Name, 40)))
			continue
		}
		pass = append(pass, f)
	}
	return pass, say
}

// customerOf names the customer who speaks, for the desk.
func customerOf(t bot.Turn) claim.Actor {
	return claim.Actor{Role: claim.Customer, ID: t.Person.ID, Name: t.Person.Name}
}

// draftName names what a person is doing, for the desk: the newest draft's serial number.
func draftName(t bot.Turn) string {
	for _, d := range t.Drafts {
		if serial, ok := d.Title.Args["Serial"].(claim.Serial); ok {
			return string(serial)
		}
	}
	return ""
}
