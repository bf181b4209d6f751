package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// What a window can carry (platform-facts.md 83).
const (
	maxTitle  = 24   // characters of the title and of the buttons' labels
	maxField  = 2000 // characters of a field's label and hint
	maxValue  = 3000 // characters of what stands in a field
	maxRadio  = 10   // choices that are shown at once; more are a menu
	maxOption = 75   // characters of a choice's label
)

// The names in our windows: callback_id, and action_id of each field.
const (
	formCallback = "form"
	valueAction  = "value"
)

// later is what is still to be worked when the moment is over: no window can be opened any more or is still
// open, and nobody looks at the page.
func (h heard) later() heard {
	if _, ok := h.in.Event.(bot.Visited); ok {
		return ignored("a visit that is over")
	}
	h.in.Modal, h.trigger = false, ""
	return h
}

// show has an inbound worked and shows what is to be seen at once. When the window that answers it cannot be
// opened, the inbound is worked once more, and the question is asked in the chat. Its ID stays: the first try
// has done nothing, and whoever gets it once more, from Slack or from the inbox, does nothing twice.
func (a *Adapter) show(ctx context.Context, h heard, handle bot.Handler) (bot.Ack, error) {
	ack, err := a.attempt(ctx, h.in, handle)
	switch {
	case err != nil:
		return bot.Ack{}, err
	case len(ack.Page) > 0:
		a.publish(ctx, h, ack.Page)
	case ack.Modal != nil:
		if err = a.open(ctx, h, *ack.Modal); err == nil {
			return ack, nil
		}
		a.cfg.Log.InfoContext(ctx, "window not opened, the question is asked in the chat", "chat", h.in.To.Chat, "in", h.in.ID, "err", err)
		return a.attempt(ctx, h.later().in, handle)
	case ack.Note != "":
		a.remark(ctx, h, ack.Note)
	}
	return ack, nil
}

// open shows a form in a window.
func (a *Adapter) open(ctx context.Context, h heard, m bot.Modal) error {
	view, err := a.window(h.in, m)
	if err != nil {
		return fmt.Errorf("make window: %w", err)
	}
	_, err = a.api.slack.OpenViewContext(ctx, h.trigger, view)
	return a.api.mind("views.open", err)
}

// remark shows a note on a press on the page, which stands in no chat.
func (a *Adapter) remark(ctx context.Context, h heard, text string) {
	press, ok := h.in.Event.(bot.Chose)
	if !ok || press.Query != "" || h.trigger == "" {
		return
	}
	_, err := a.api.slack.OpenViewContext(ctx, h.trigger, note(a.self().name, text))
	if err := a.api.mind("views.open", err); err != nil {
		a.cfg.Log.WarnContext(ctx, "note on a press not shown", "chat", h.in.To.Chat, "err", err)
	}
}

// origin is what a window keeps in its private_metadata: which form it shows, and where the button stood.
//
// Slack keeps it and hands it back as it was: whoever fills the window in neither sees nor changes it, and
// only windows of this app come here, in requests that Slack signed. So it says where the answer goes, with
// the right of a press there. Who acts is never read from it: that is the user whom the submission names, and
// it must be the one for whom the window was opened. So no window of an engineer's, in the desk's room, lets
// anybody else act there.
type origin struct {
	Form   bot.ChoiceID `json:"form"`
	Who    string       `json:"who"` // user id
	Chat   string       `json:"chat"`
	Thread string       `json:"thread,omitempty"`
	Public bool         `json:"public,omitempty"`
}

// userOf returns a person's id on Slack, which [Adapter.sender] may have put a team in front of.
func userOf(id claim.PersonID) string {
	return string(id[strings.LastIndexByte(string(id), '.')+1:])
}

// window returns a form as Slack takes it. An error means that something would not be shown whole, and the
// rest would be taken for all of it.
func (a *Adapter) window(in bot.Inbound, m bot.Modal) (slackgo.ModalViewRequest, error) {
	kept, err := json.Marshal(origin{Form: m.ID, Who: userOf(in.From.ID), Chat: in.To.Chat, Thread: in.To.Thread, Public: in.Public})
	if err != nil {
		return slackgo.ModalViewRequest{}, fmt.Errorf("encode origin: %w", err)
	}
	v := slackgo.ModalViewRequest{
		Type: slackgo.VTModal, CallbackID: formCallback, PrivateMetadata: string(kept),
		Title: label(m.Title, maxTitle), Submit: label(m.Submit, maxTitle), Close: label(m.Close, maxTitle),
	}
	if m.Text != "" {
		for _, part := range bot.Fit(bot.Message{Text: m.Text}, a.Capabilities()) {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, words(part.Text))
		}
	}
	for _, in := range m.Inputs {
		e, err := element(in)
		if err != nil {
			return slackgo.ModalViewRequest{}, fmt.Errorf("field %s: %w", in.ID, err)
		}
		var hint *slackgo.TextBlockObject
		if in.Hint != "" {
			hint = label(in.Hint, maxField)
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, slackgo.NewInputBlock(in.ID, label(in.Label, maxField), hint, e).WithOptional(in.Optional))
	}
	return v, nil
}

// element returns where a field is filled in.
func element(in bot.Input) (slackgo.BlockElement, error) {
	if len(in.Choices) == 0 {
		if utf8.RuneCountInString(in.Value) > maxValue {
			return nil, errors.New("more stands in it than a window can show")
		}
		e := slackgo.NewPlainTextInputBlockElement(nil, valueAction).WithInitialValue(in.Value)
		e.Multiline = in.Long
		return e, nil
	}
	var chosen *slackgo.OptionBlockObject
	options := make([]*slackgo.OptionBlockObject, len(in.Choices))
	for i, c := range in.Choices {
		options[i] = slackgo.NewOptionBlockObject(string(c.ID), label(c.Label, maxOption), nil)
		if string(c.ID) == in.Value {
			chosen = options[i]
		}
	}
	if len(options) <= maxRadio {
		e := slackgo.NewRadioButtonsBlockElement(valueAction, options...)
		e.InitialOption = chosen
		return e, nil
	}
	return slackgo.NewOptionsSelectBlockElement(slackgo.OptTypeStatic, nil, valueAction, options...).WithInitialOption(chosen), nil
}
