package telegram

import (
	"context"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// answerTime is how long acknowledging a press may take.
const answerTime = 5 * time.Second

// Acknowledge stops the waiting sign of a pressed button and shows the note beside it. A press that has
// waited too long cannot be acknowledged any more (platform-facts.md 37); then the note is said.
func (a *Adapter) Acknowledge(ctx context.Context, in bot.Inbound, ack bot.Ack) {
	press, ok := in.Event.(bot.Chose)
	if !ok || press.Query == "" {
		return
	}
	if a.answer(ctx, press.Query, ack.Note) {
		a.sayNote(ctx, in, ack)
	}
}

// answer acknowledges a press and tells whether it was too late.
func (a *Adapter) answer(ctx context.Context, query, note string) (late bool) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	p := tgbotapi.Params{"callback_query_id": query}
	p.AddNonEmpty("text", wording.Clip(note, maxNote))
	err := a.api.call(ctx, "answerCallbackQuery", p, nil)
	if err == nil {
		return false
	}
	late = refused(err, "query is too old", "query_id_invalid", "query id is invalid")
	if !late {
		a.cfg.Log.WarnContext(ctx, "press not acknowledged", "err", err)
	}
	return late
}

func (a *Adapter) sayNote(ctx context.Context, in bot.Inbound, ack bot.Ack) {
	if ack.Note == "" {
		return
	}
	_, err := a.Send(ctx, bot.Outgoing{To: in.To, Message: bot.Message{Text: bot.Escape(ack.Note)}})
	if err != nil {
		a.cfg.Log.WarnContext(ctx, "note on a press not sent", "chat", in.To.Chat, "err", err)
	}
}

// work calls the handler and acknowledges a press; one that takes long is acknowledged before, and its
// note is said.
func (a *Adapter) work(ctx context.Context, in bot.Inbound, handle bot.Handler) error {
	press, ok := in.Event.(bot.Chose)
	if !ok || press.Query == "" {
		_, err := handle(ctx, in)
		return err
	}
	var answered sync.WaitGroup
	answered.Add(1)
	timer := time.AfterFunc(a.pace.answer, func() {
		defer answered.Done()
		a.answer(ctx, press.Query, "")
	})
	ack, err := handle(ctx, in)
	early := !timer.Stop()
	switch {
	case early:
		answered.Wait()
		if err == nil {
			a.sayNote(ctx, in, ack)
		}
	case err == nil:
		a.Acknowledge(ctx, in, ack)
	}
	return err
}

// typeFor shows that a file has come.
func (a *Adapter) typeFor(in bot.Inbound) {
	if _, ok := in.Event.(bot.Attached); !a.cfg.Typing || !ok || in.Public {
		return
	}
	select {
	case a.typing <- in.To.Chat:
	default: // there is much to do, and everybody sees that
	}
}

// showTyping tells people until ctx ends that their files have come.
func (a *Adapter) showTyping(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case chat := <-a.typing:
			if err := a.api.call(ctx, "sendChatAction", tgbotapi.Params{"chat_id": chat, "action": "typing"}, nil); err != nil {
				a.cfg.Log.DebugContext(ctx, "typing not shown", "err", err)
			}
		}
	}
}
