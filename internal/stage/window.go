package stage

import (
	"encoding/json"
	"net/http"

	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// windows returns the windows and pages that are new: calls are the bot's since the last time.
func (v *view) windows(calls []fake.Call) []script.Heard {
	var out []script.Heard
	text := "" // of the window that was opened last
	for _, c := range calls {
		if c.Status != http.StatusOK || c.Error != "" {
			continue
		}
		switch c.Method {
		case "views.open":
			text = written(standing(c)).Text
		case "views.publish":
			for name, p := range v.crew.people {
				if p.ID() == c.Args["user_id"] {
					out = append(out, script.Paged{Place: v.private(name), Parts: parts(standing(c))})
				}
			}
		}
	}
	for name, p := range v.crew.people {
		if h := v.window(name, p, text); h != nil {
			out = append(out, h)
		}
	}
	return out
}

// window returns what is new in a person's window; nil = nothing.
func (v *view) window(name string, p *fake.Person, text string) script.Heard {
	w, open := p.Modal()
	filled, sent := v.crew.filled[name]
	delete(v.crew.filled, name)
	place := v.crew.at[name]
	switch {
	case open && w.Submit == "": // a note in place of a form
		p.CloseModal(true)
		return script.Noted{Place: place, Text: w.Parts[0].Text}
	case open && w.ID != v.opened[name]:
		v.opened[name] = w.ID
		return script.Opened{Place: place, Form: modal(w, text)}
	case open && sent:
		wrong := map[string]string{}
		for _, in := range w.Inputs {
			if in.Error != "" {
				wrong[in.Block] = in.Error
			}
		}
		return script.Mistaken{Place: place, Form: filled.Form, Errors: wrong}
	}
	return nil
}

func (v *view) private(name string) script.Place {
	return script.Place{Room: script.Private, Channel: v.on, Person: name}
}

// standing returns the blocks of a view that the bot shows.
func standing(c fake.Call) []block {
	var view struct{ Blocks []block }
	_ = json.Unmarshal([]byte(c.Args["view"]), &view) // the fake has read it
	return view.Blocks
}

// parts makes messages of a page: each has its words in one block, and perhaps its buttons in the next.
func parts(list []block) []bot.Message {
	var out []bot.Message
	for i, b := range list {
		if b.Type == "actions" {
			continue
		}
		whole := list[i : i+1]
		if i+1 < len(list) && list[i+1].Type == "actions" {
			whole = list[i : i+2]
		}
		out = append(out, written(whole))
	}
	return out
}

// modal is a window as the bot had made it.
func modal(w fake.View, text string) bot.Modal {
	m := bot.Modal{Title: w.Title, Text: text, Submit: w.Submit, Close: w.Close}
	for _, in := range w.Inputs {
		field := bot.Input{ID: in.Block, Label: in.Label, Hint: in.Hint, Value: in.Initial, Long: in.Long, Optional: in.Optional}
		for _, o := range in.Options {
			field.Choices = append(field.Choices, bot.Choice{ID: bot.ChoiceID(o.Value), Label: o.Label})
		}
		m.Inputs = append(m.Inputs, field)
	}
	return m
}
