package flows

import (
	"strings"

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
			return s, tellRoom(*t.Args.Told)
		}
		s.Hinted = true
		return s, bot.Next{Step: "listen"}
	},
	Steps: []bot.Step[room]{{
		ID:  "listen",
		Ask: func(room) bot.Prompt { return bot.Prompt{Text: []bot.Text{bot.Say("desk.hint")}} },
		Answer: func(s room, t bot.Turn) (room, bot.Next) {
			if said, ok := t.Event.(bot.Said); ok && strings.HasPrefix(said.Text, "/") {
				return s, bot.Next{Step: "listen"} // a command is meant for the bot
			}
			return s, bot.Next{Quiet: true}
		},
	}},
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
		n.Say = []bot.Text{bot.Say("desk.added", "Claim", told.Claim, "Name", name, "Text", told.Text, "Files", len(told.Files))}
	case bot.NewsRevised:
		n.Card = told.Claim
		n.Say = []bot.Text{bot.Say("desk.revised", "Claim", told.Claim, "Name", name, "Text", told.Text, "Was", told.About)}
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
	case bot.NewsActed:
		n.Card = told.Claim
		n.Say = []bot.Text{acted(told)}
	case bot.NewsAnswer, bot.NewsStatus: // are for customers
	}
	return n
}

// letter is the state of an answer to a customer.
type letter struct {
	Claim  claim.ID `json:"claim"`
	Name   string   `json:"name"`
	Linked bool     `json:"linked"`
	Lang   string   `json:"lang"`

	Channel string `json:"channel,omitempty"`
}

// reply sends an engineer's next message to the customer of a claim. Nothing else that is said in
// the room gets there (promise P7).
var reply = bot.Script[letter]{
	Name: flowReply,
	Begin: func(s letter, t bot.Turn) (letter, bot.Next) {
		c, _, next := lookClaim(t)
		if next != nil {
			return s, *next
		}
		s.Claim, s.Name, s.Lang, s.Channel = c.ID, c.Reporter.Name, c.Lang, c.Channel
		s.Linked = c.Reporter.Company != ""
		return s, bot.Next{}
	},
	Steps: []bot.Step[letter]{{
		ID: "words",
		Ask: func(s letter) bot.Prompt {
			return bot.Prompt{
				Text:    []bot.Text{bot.Say("reply.ask", "Claim", s.Claim, "Name", s.Name, "Lang", bot.Say("language."+s.Lang))},
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
				return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.AnswerCustomer{ID: s.Claim, Text: ev.Text}}}
			case bot.Filled:
				return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.AnswerCustomer{ID: s.Claim, Text: t.Values[fieldWords]}}}
			case bot.Attached:
				kept, say := acceptFiles(nil, ev.Files, t)
				kept, say = harmless(kept, say)
				if len(kept) == 0 {
					return s, bot.Next{Step: "words", Say: say}
				}
				return s, bot.Next{Quiet: true, Say: say, Do: []bot.Effect{bot.AnswerCustomer{ID: s.Claim, Text: ev.Caption, Files: kept}}}
			case bot.Did:
				if ev.Refused != "" {
					return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say(ev.Refused)}}
				}
				return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("reply.sent", "Claim", s.Claim, "Name", s.Name)}}
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
		Text: []bot.Text{bot.Say("reply.reader", "Claim", s.Claim, "Name", s.Name, "Lang", bot.Say("language."+s.Lang), "Channel", s.Channel)},
		Fields: []bot.Field{
			{ID: fieldWords, Label: bot.Say("reply.words"), Hint: bot.Say("reply.files"), Long: true},
		},
	}
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
