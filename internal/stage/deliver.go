package stage

import (
	"context"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// personID is the person's id on the channel.
func (e *Engine) personID(p script.Person) claim.PersonID {
	if e.ident != nil {
		return e.ident(p)
	}
	if e.adapter != nil {
		return claim.PersonID(idOf(p.Name))
	}
	return claim.PersonID(p.Name)
}

// inbounds makes of an input what its channel would deliver: an album comes item by item.
func (e *Engine) inbounds(ctx context.Context, in script.Input) ([]bot.Inbound, error) {
	to := e.address(in)
	base := bot.Inbound{
		Public: in.Place.Room == script.Group || in.Place.Room == script.Thread,
		ID:     to.Channel + "/" + strconv.Itoa(in.Number), Order: in.Order, Sent: in.Sent,
		From: bot.Sender{ID: e.personID(in.From), Name: in.From.Shown, Lang: in.From.Lang},
		To:   to, Message: bot.MessageID("p" + strconv.Itoa(in.Number)), ReplyTo: in.ReplyTo,
	}
	if base.Public && !e.addressed(in) {
		return nil, nil
	}
	switch act := in.Act.(type) {
	case script.Typed:
		base.Event = bot.Said{Text: act.Text}
		if base.Public {
			base.Event = bot.Said{Text: strings.TrimSpace(strings.ReplaceAll(act.Text, mention, ""))}
		}
	case script.Linked:
		payload, err := e.payload(ctx, act.Serial)
		if err != nil {
			return nil, err
		}
		base.Event = bot.Said{Text: "/start " + payload}
	case script.Pressed:
		base.Event, base.Modal = bot.Chose{Choice: act.Choice}, to.Channel == onSlack
	case script.Filled:
		base.Event, base.Modal, base.Message = act.Event(), true, ""
	case script.Shortcut:
		base.Event, base.Modal, base.Message = bot.Said{Text: "/report"}, true, ""
	case script.Visited:
		base.Event, base.Message = bot.Visited{}, ""
	case script.Edited:
		base.ID += "e"
		base.Event = bot.Edited{Of: bot.MessageID("p" + strconv.Itoa(act.Of)), Text: act.Text}
	case script.Odd:
		base.Event = bot.Odd{Kind: act.Kind}
	case script.Attached:
		return e.album(ctx, base, act)
	}
	return []bot.Inbound{base}, nil
}

// mention is how a transcript addresses the bot in a group.
const mention = "@bot"

// addressed tells whether what is done in a group is meant for the bot: the platform, or its adapter, keeps
// the rest to itself (platform-facts.md 18). In a thread it is from the moment on in which the bot was called.
func (e *Engine) addressed(in script.Input) bool {
	typed, ok := in.Act.(script.Typed)
	_, pressed := in.Act.(script.Pressed)
	called := pressed || in.ReplyTo != "" || ok && (strings.Contains(typed.Text, mention) || strings.HasPrefix(typed.Text, "/"))
	if in.Place.Room == script.Thread && called {
		e.called[in.Place] = true
	}
	return called || e.called[in.Place]
}

// payload signs the deep link of a machine.
func (e *Engine) payload(ctx context.Context, s claim.Serial) (string, error) {
	secret, err := e.db.Secret(ctx, "links")
	if err != nil {
		return "", err
	}
	payload, _ := bot.NewLinks(secret).Payload(s)
	return payload, nil
}

// file hands a file over as its channel does: uploaded already, or by reference.
func (e *Engine) file(ctx context.Context, channel string, a script.Attachment) (bot.File, error) {
	if channel == onPage {
		return upload(ctx, e.media, a)
	}
	return e.channels[channel].refer(a)
}

// The channels that differ on stage 1.
const (
	onPage     = "web"      // files have been uploaded when they are sent
	onSlack    = "slack"    // forms are shown
	onTelegram = "telegram" // groups are answered in private, albums come item by item
)

func (e *Engine) album(ctx context.Context, base bot.Inbound, act script.Attached) ([]bot.Inbound, error) {
	var files []bot.File
	for _, a := range act.Files {
		f, err := e.file(ctx, base.To.Channel, a)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(files) == 1 || base.To.Channel != onTelegram {
		base.Event = bot.Attached{Files: files, Caption: act.Caption}
		return []bot.Inbound{base}, nil
	}
	var list []bot.Inbound
	for i, f := range files {
		item, ev := base, bot.Attached{Files: []bot.File{f}, Album: base.ID}
		item.ID += "." + strconv.Itoa(i)
		item.Message += bot.MessageID("." + strconv.Itoa(i))
		item.Order += int64(i)
		if i == 0 {
			ev.Caption = act.Caption
		}
		item.Event = ev
		list = append(list, item)
	}
	return list, nil
}
