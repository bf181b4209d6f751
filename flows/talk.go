package flows

import (
	"slices"

	"github.com/optoste/supportbot/bot"
)

// tongues is the state of the language question.
type tongues struct {
	List []string `json:"list,omitempty"`
}

// language changes the language in which the person is answered.
var language = bot.Script[tongues]{
	Name: flowLanguage,
	Begin: func(s tongues, t bot.Turn) (tongues, bot.Next) {
		s.List = t.Langs
		if slices.Contains(t.Langs, t.Args.Payload) {
			return s, speak(t.Args.Payload)
		}
		return s, bot.Next{}
	},
	Steps: []bot.Step[tongues]{{
		ID: "choose",
		Ask: func(s tongues) bot.Prompt {
			p := bot.Prompt{Text: []bot.Text{bot.Say("language.ask")}}
			for _, l := range s.List {
				p.Options = append(p.Options, bot.Option{ID: l, Label: bot.Say("language." + l)})
			}
			return p
		},
		Answer: func(s tongues, t bot.Turn) (tongues, bot.Next) {
			if t.Option != "" {
				return s, speak(t.Option)
			}
			return s, chooseOne("choose", t)
		},
	}},
}

func speak(lang string) bot.Next {
	return bot.Next{End: true, Do: []bot.Effect{bot.SetLanguage{Lang: lang}}, Say: []bot.Text{bot.Say("language.done")}}
}

// help says what can be said at any time; the open question stands below it.
var help = bot.Script[struct{}]{
	Name: flowHelp,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		n := bot.Next{End: true, Say: []bot.Text{bot.Say("help.text")}}
		if len(t.Drafts) == 0 {
			n.Offer = menuOptions()
		}
		return s, n
	},
}

// person gives telephone and e-mail of the person's region, and calls the desk.
var person = bot.Script[struct{}]{
	Name: flowPerson,
	Begin: func(s struct{}, t bot.Turn) (struct{}, bot.Next) {
		found, ok := t.Event.(bot.Found)
		if !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ListMachines{}}}
		}
		country := ""
		if len(found.Machines) > 0 {
			country = found.Machines[0].Country
		}
		c := t.Policy.ContactFor(country)
		hours := bot.Say("person.closed", "Opens", c.Opens, "Closes", c.Closes, "Zone", c.Zone)
		if c.Open(t.Sent) {
			hours = bot.Say("person.open", "Closes", c.Closes, "Zone", c.Zone)
		}
		n := bot.Next{
			End: true,
			Say: []bot.Text{bot.Say("person.text", "Telephone", c.Telephone, "Email", c.Email), hours},
			Do: []bot.Effect{bot.TellDesk{Told: bot.Told{
				News: bot.NewsTalk, Lang: t.Person.Lang, About: draftName(t), By: customerOf(t),
			}}},
		}
		if len(t.Drafts) == 0 {
			n.Offer = menuOptions()
		}
		return s, n
	},
}
