package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// Send puts one message into a chat with one call, or edits one that stands there. What the platform
// refuses in its form only - a mark, a button's address, a topic that is gone - goes without it. Errors
// are those of [bot.Adapter], [bot.MovedError], and [bot.ErrNotFound] when what shall be replaced is not
// there any more.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	ids, err := a.send(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("send to telegram: %w", port(err))
	}
	if o.Spent.Message != "" && o.Spent.Message != o.Replace {
		a.spend(ctx, o)
	}
	return ids, nil
}

func (a *Adapter) send(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	files, rest := sendable(o.Files)
	o.Text = wording.WithNames(o.Text, rest)
	blank := strings.TrimSpace(bot.Plain(o.Text)) == ""
	if blank && (len(o.Choices) > 0 || o.Replace != "") {
		o.Text, blank = "…", false
	}
	if blank && len(files) == 0 {
		a.cfg.Log.WarnContext(ctx, "message without any content is not sent", "chat", o.To.Chat, "out", o.ID)
		return nil, nil
	}
	if err := a.take(ctx, o.To.Chat, o.Later); err != nil {
		return nil, err
	}
	if len(files) > 0 {
		return a.sendFiles(ctx, o, files)
	}
	return a.insistently(ctx, &o, a.sendText)
}

// form is in what form a message is tried.
type form struct {
	plain     bool // no marks
	documents bool // pictures as they are, not as photos
}

// insistently calls send again without that in the message's form which the platform refuses: what fails
// so would fail for ever (platform-facts.md 31).
func (a *Adapter) insistently(ctx context.Context, o *bot.Outgoing, send func(context.Context, bot.Outgoing, form) ([]bot.MessageID, error)) ([]bot.MessageID, error) {
	var f form
	for {
		ids, err := send(ctx, *o, f)
		switch {
		case err == nil:
			return ids, nil
		case !f.plain && refused(err, "can't parse entities"):
			f.plain = true
		case hasURL(o.Choices) && refused(err, "button_url_invalid", "wrong http url", "url host is empty", "button url"):
			o.Text, o.Choices = wording.WithLinks(o.Text, o.Choices)
		case o.About+o.Card != "" && refused(err, "thread not found", "topic_closed", "topic_deleted"): // the claim gets another one
			return nil, fmt.Errorf("%w: %w", bot.ErrNotFound, err)
		case o.To.Thread != "" && refused(err, "thread not found", "topic_closed", "topic_deleted"):
			o.To.Thread = ""
		case !f.documents && len(o.Files) > 0 && refused(err, "photo_invalid_dimensions", "image_process_failed", "photo_ext_invalid", "photo_save_file_invalid", "too big for a photo",
			"voice_messages_forbidden"):
			f.documents = true
		case len(o.Files) > 0 && noFiles(err):
			o.Text, o.Files = wording.WithNames(o.Text, o.Files), nil
		default:
			return nil, err
		}
		a.cfg.Log.WarnContext(ctx, "Telegram refuses a message in its form, it goes without", "chat", o.To.Chat, "out", o.ID, "err", err)
	}
}

// noFiles tells whether a chat takes words, but not these files.
func noFiles(err error) bool {
	return refused(err, "not enough rights to send", "file must be non-empty") && !refused(err, "text messages")
}

func hasURL(choices []bot.Choice) bool {
	for _, c := range choices {
		if c.URL != "" {
			return true
		}
	}
	return false
}

// sent is what stands in the chat, as far as it matters.
type sent struct {
	ID int64 `json:"message_id"`
}

func (s sent) id() bot.MessageID { return bot.MessageID(itoa(s.ID)) }

func (a *Adapter) sendText(ctx context.Context, o bot.Outgoing, f form) ([]bot.MessageID, error) {
	if o.Replace != "" {
		return a.edit(ctx, o, f)
	}
	p := params(o.To, o.ReplyTo)
	put(p, "text", o.Text, f.plain, o.Mentions...)
	p["link_preview_options"] = noPreview
	if err := markUnder(p, o); err != nil {
		return nil, err
	}
	var m sent
	if err := a.api.call(ctx, "sendMessage", p, &m); err != nil {
		return nil, err
	}
	return []bot.MessageID{m.id()}, nil
}

const noPreview = `{"is_disabled":true}`

// markUnder puts what stands under a message: its buttons or, when a typed answer is expected where
// others write too, the request to quote this one, without which privacy mode hides the answer
// (platform-facts.md 18).
func markUnder(p tgbotapi.Params, o bot.Outgoing) error {
	switch {
	case len(o.Choices) > 0:
		return p.AddInterface("reply_markup", keyboard(o.Choices))
	case o.Prompt && strings.HasPrefix(o.To.Chat, "-"):
		return p.AddInterface("reply_markup", tgbotapi.ForceReply{ForceReply: true, Selective: true})
	}
	return nil
}

// edit gives a message that stands in the chat other words and buttons.
func (a *Adapter) edit(ctx context.Context, o bot.Outgoing, f form) ([]bot.MessageID, error) {
	p := tgbotapi.Params{"chat_id": o.To.Chat, "message_id": number(o.Replace)}
	if err := p.AddInterface("reply_markup", keyboard(o.Choices)); err != nil {
		return nil, err
	}
	text := tgbotapi.Params{"chat_id": o.To.Chat, "link_preview_options": noPreview}
	put(text, "text", o.Text, f.plain, o.Mentions...)
	err := a.api.call(ctx, "editMessageText", merged(text, p), nil)
	if refused(err, "there is no text in the message to edit") {
		caption := tgbotapi.Params{"chat_id": o.To.Chat}
		put(caption, "caption", o.Text, f.plain)
		err = a.api.call(ctx, "editMessageCaption", merged(caption, p), nil)
	}
	switch {
	case refused(err, "message is not modified"): // platform-facts.md 38
		err = nil
	case refused(err, "message to edit not found", "can't be edited", "message_id_invalid"):
		err = fmt.Errorf("%w: %w", bot.ErrNotFound, err)
	}
	if err != nil {
		return nil, err
	}
	return []bot.MessageID{o.Replace}, nil
}

func merged(into, from tgbotapi.Params) tgbotapi.Params {
	for k, v := range from {
		into[k] = v
	}
	return into
}

// spendTime is how long taking buttons away may hold up a turn.
const spendTime = 3 * time.Second

// spend takes the buttons of an earlier message away, or leaves the one that was chosen as a sign. It is
// an ornament: it fails without a word, and makes way when there is much to send.
func (a *Adapter) spend(ctx context.Context, o bot.Outgoing) {
	if !a.idle(ctx, o.To.Chat) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, spendTime)
	defer cancel()
	left := []bot.Choice{}
	if s := o.Spent; s.Choice != "" && s.Label != "" {
		left = append(left, bot.Choice{ID: s.Choice, Label: wording.Clip("✓ "+s.Label, maxLabel)})
	}
	under, err := json.Marshal(keyboard(left))
	if err == nil {
		err = a.api.call(ctx, "editMessageReplyMarkup", tgbotapi.Params{
			"chat_id": o.To.Chat, "message_id": number(o.Spent.Message), "reply_markup": string(under),
		}, nil)
	}
	if err != nil && !refused(err, "message is not modified") {
		a.cfg.Log.DebugContext(ctx, "spent buttons not removed", "chat", o.To.Chat, "err", err)
	}
}
