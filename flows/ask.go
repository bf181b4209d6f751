package flows

import (
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// question is the state of asking a customer for something.
type question struct {
	Claim claim.ID     `json:"claim"`
	Name  string       `json:"name,omitempty"` // of the customer
	Lang  string       `json:"lang"`
	Items []claim.Item `json:"items,omitempty"` // chosen so far
	All   bool         `json:"all,omitempty"`   // the whole checklist is offered, not its first items alone

	Channel string    `json:"channel,omitempty"`
	Gone    time.Time `json:"gone,omitzero"` // since when the customer cannot be reached
}

// ask has an engineer choose what the customer of a claim is asked for, or asks what stands behind "!ask". The
// claim then waits for the answer.
var ask = bot.Script[question]{
	Name: flowAsk,
	Begin: func(s question, t bot.Turn) (question, bot.Next) {
		id, words := meant(t.Args)
		if did, ok := t.Event.(bot.Did); ok {
			return s, done(id, did)
		}
		switch {
		case id == "":
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("desk.which")}}
		case words != "":
			s.Claim = id
			return s, s.send(words)
		}
		t.Args.Claim = id
		c, _, next := lookClaim(t)
		if next != nil {
			next.Quiet = next.End
			return s, *next
		}
		if !c.Reachable() {
			return s, noChat(c)
		}
		s.Claim, s.Name, s.Lang, s.Channel, s.Gone = c.ID, c.Reporter.Name, c.Lang, c.Channel, c.Unreached
		return s, bot.Next{}
	},
	Steps: []bot.Step[question]{{ID: stepItems, Ask: askItems, Answer: answerItems}},
}

const stepItems bot.StepID = "items"

// The fields of the question as a form, beside [fieldWords].
const (
	fieldFirst  = "first"
	fieldSecond = "second"
)

func askItems(s question) bot.Prompt {
	lang := bot.Say("language." + s.Lang)
	unreached := letter{Channel: s.Channel, Gone: s.Gone}.unreached()
	p := bot.Prompt{
		Text: append([]bot.Text{bot.Say("ask.ask", "Claim", s.Claim, "Name", s.Name, "Lang", lang)}, unreached...),
		Form: &bot.Form{
			Title: bot.Say("ask.title", "Claim", s.Claim), Submit: bot.Say("ask.send"),
			Text: append([]bot.Text{bot.Say("ask.reader", "Claim", s.Claim, "Name", s.Name, "Lang", lang, "Channel", channelName(s.Channel))}, unreached...),
			Fields: []bot.Field{
				{ID: fieldFirst, Label: bot.Say("ask.first"), Options: itemOptions(nil), Optional: true},
				{ID: fieldSecond, Label: bot.Say("ask.second"), Options: itemOptions(nil), Optional: true},
				{ID: fieldWords, Label: bot.Say("ask.words"), Long: true, Optional: true},
			},
		},
	}
	if len(s.Items) > 0 {
		p.Text = []bot.Text{bot.Say("ask.more", "Item", itemNames(s.Items))}
		p.Options = []bot.Option{{ID: "send", Label: bot.Say("ask.send"), Words: "words.send"}}
		p.Form = nil
	}
	list := itemOptions(s.Items)
	if !s.All && len(list) > mostItems {
		list = append(list[:mostItems], bot.Option{ID: "more", Label: bot.Say("ask.all")})
	}
	p.Options = append(p.Options, list...)
	p.Options = append(p.Options, bot.Option{ID: "stop", Label: bot.Say("act.stop"), Words: "words.no"})
	return p
}

// mostItems is how much of the checklist is offered at first: what is needed most stands in front.
const mostItems = 5

// itemOptions offers the checklist without what is chosen already.
func itemOptions(chosen []claim.Item) (list []bot.Option) {
	for _, item := range claim.Checklist {
		if !slices.Contains(chosen, item) {
			list = append(list, bot.Option{ID: string(item), Label: itemName(item)})
		}
	}
	return list
}

func answerItems(s question, t bot.Turn) (question, bot.Next) {
	switch t.Option {
	case "":
	case "stop":
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("act.stopped", "Claim", s.Claim)}}
	case "send":
		return s, s.send("")
	case "more":
		s.All = true
		return s, bot.Next{Step: stepItems}
	default:
		s.Items = append(slices.Clone(s.Items), claim.Item(t.Option))
		if len(s.Items) < claim.MostAsked {
			return s, bot.Next{Step: stepItems}
		}
		return s, s.send("")
	}
	switch ev := t.Event.(type) {
	case bot.Did:
		return s, done(s.Claim, ev)
	case bot.Said:
		return s, s.send(ev.Text)
	case bot.Filled:
		return s.filled(t)
	default:
		return s, bot.Next{Quiet: true}
	}
}

// filled sends what was chosen and written in the form. The same thing twice is one.
func (s question) filled(t bot.Turn) (question, bot.Next) {
	s.Items = nil
	for _, field := range []string{fieldFirst, fieldSecond} {
		if item := claim.Item(t.Values[field]); item != "" && !slices.Contains(s.Items, item) {
			s.Items = append(s.Items, item)
		}
	}
	if len(s.Items) == 0 && t.Values[fieldWords] == "" {
		return s, bot.Next{Errors: map[string]bot.Text{fieldWords: bot.Say("ask.nothing")}}
	}
	return s, s.send(t.Values[fieldWords])
}

func (s question) send(words string) bot.Next {
	return bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{
		ID: s.Claim, Action: claim.Action{Kind: claim.Ask, Items: s.Items, Words: words},
	}}}
}

// asked brings an engineer's question to the customer, or reminds of it.
var asked = bot.Script[struct{}]{
	Name: flowAsked,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		told := t.Args.Told
		what := claim.Inquiry{Items: told.Items, Words: told.Text}
		say := askedText("asked.text", told.Claim, told.By, what)
		if told.News == bot.NewsReminded {
			say = askedText("asked.again", told.Claim, told.By, what)
		}
		return s, bot.Next{
			End: true, Quiet: true,
			Say: []bot.Text{say},
			Offer: []bot.Option{
				{ID: "add", Label: bot.Say("answer.reply"), Claim: told.Claim},
				{ID: "show", Label: bot.Say("claim.show"), Claim: told.Claim},
			},
		}
	},
}

// askedText tells the customer what is asked for.
func askedText(key string, id claim.ID, by claim.Actor, q claim.Inquiry) bot.Text {
	var list bot.Lines
	for _, item := range q.Items {
		list = append(list, bot.Say("asked.item", "Item", itemName(item)))
	}
	if q.Words != "" {
		list = append(list, bot.Say("asked.item", "Item", q.Words))
	}
	return bot.Say(key, "Name", by.Name, "Claim", id, "List", list)
}

func itemName(item claim.Item) bot.Text { return bot.Say("item." + string(item)) }

func itemNames(items []claim.Item) (list []bot.Text) {
	for _, item := range items {
		list = append(list, itemName(item))
	}
	return list
}
