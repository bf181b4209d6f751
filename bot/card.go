package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
)

// card renders a claim for the desk's room.
func (e *Engine) card(ctx context.Context, c claim.Claim) (Message, error) {
	text, err := e.cardText(ctx, c)
	return Message{Text: string(text), Choices: e.cardChoices(c, deskLang)}, err
}

// Card is a claim's card in a language, with the buttons that stand under it now.
func (e *Engine) Card(ctx context.Context, c claim.Claim, lang string) (desk.Document, []Choice, error) {
	beside, err := e.beside(ctx, c)
	d := desk.Card(c, beside, e.policy().Intake, e.words(lang))
	d.Lang = lang
	return d, e.cardChoices(c, lang), err
}

func (e *Engine) cardText(ctx context.Context, c claim.Claim) (Raw, error) {
	d, _, err := e.Card(ctx, c, deskLang)
	return blocksText(d, ": "), err
}

func (e *Engine) cardChoices(c claim.Claim, lang string) (list []Choice) {
	for _, option := range e.house.Card[c.Status] {
		if option.Twin && c.Duplicate == "" {
			continue
		}
		list = append(list, Choice{ID: claimChoice(c.ID, option.ID), Label: Plain(e.texts.Render(lang, option.Label))})
	}
	return list
}

// maxOthers is how many other claims on a machine its card shows.
const maxOthers = 3

// beside finds where the claim's machines stand, and other claims on them, those that are over included, newest first.
func (e *Engine) beside(ctx context.Context, c claim.Claim) (desk.Beside, error) {
	b := desk.Beside{Others: map[claim.Serial][]claim.Claim{}, Zones: map[claim.Serial]string{}}
	machines, err := e.machinesOf(ctx, c)
	if err != nil {
		return desk.Beside{}, err
	}
	for _, m := range machines {
		b.Zones[m.Serial] = m.Zone
	}
	for _, l := range c.Lines {
		if l.Serial == "" {
			continue
		}
		list, err := e.store.FindClaims(ctx, ClaimFilter{Serial: l.Serial, Limit: maxOthers + 1})
		if err != nil {
			return desk.Beside{}, fmt.Errorf("find other claims for card: %w", err)
		}
		list = slices.DeleteFunc(list, func(o claim.Claim) bool { return o.ID == c.ID })
		b.Others[l.Serial] = list[:min(len(list), maxOthers)]
	}
	return b, nil
}

// forDesk makes the inbounds that put news into every room of the desk.
func (e *Engine) forDesk(key EffectKey, told Told, in Inbound) []Inbound {
	var list []Inbound
	for _, room := range e.rooms() {
		list = append(list, Inbound{
			ID: key.String() + "/desk/" + room.Channel + "/" + room.Chat, Sent: in.Sent, To: room, Event: told,
		})
	}
	return list
}

// words renders keys for papers in one language.
func (e *Engine) words(lang string) func(key string, pairs ...any) string {
	return func(key string, pairs ...any) string {
		return Plain(e.texts.Render(lang, Say(key, pairs...)))
	}
}

// deskLang is the language that engineers share.
const deskLang = "en"

// blocksText writes a document as the text of a message; sep stands between a label and its value.
func blocksText(d desk.Document, sep string) Raw {
	lines := []string{"*" + Escape(d.Title) + "*"}
	for _, b := range d.Blocks {
		switch b.Kind {
		case desk.Heading:
			lines = append(lines, "", "*"+Escape(b.Text)+"*")
		case desk.Field:
			lines = append(lines, Escape(b.Label)+sep+Escape(b.Text))
		case desk.Quote:
			for line := range strings.Lines(b.Text) {
				lines = append(lines, "“"+Escape(strings.TrimRight(line, "\n"))+"”")
			}
		case desk.Para:
			lines = append(lines, Escape(b.Text))
		}
	}
	return Raw(strings.Join(lines, "\n"))
}
