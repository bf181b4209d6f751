package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// maxTitle is the longest name of a topic, in characters.
const maxTitle = 128

// OpenThread makes a topic in a forum. A group without topics is [bot.ErrNotFound]; without the right to
// manage topics it is [bot.ErrRefused], and Examine explains it.
func (a *Adapter) OpenThread(ctx context.Context, room bot.Address, title string) (bot.Address, error) {
	forum, err := a.isForum(ctx, room.Chat)
	if err != nil {
		return bot.Address{}, fmt.Errorf("open topic: %w", port(err))
	}
	if !forum {
		return bot.Address{}, fmt.Errorf("open topic: group without topics: %w", bot.ErrNotFound)
	}
	if err := a.take(ctx, room.Chat, false); err != nil {
		return bot.Address{}, fmt.Errorf("open topic: %w", err)
	}
	var topic struct {
		Thread int64 `json:"message_thread_id"`
	}
	name := wording.Clip(wording.Clean(bot.Plain(title)), maxTitle)
	if name == "" {
		name = "#"
	}
	err = a.api.call(ctx, "createForumTopic", tgbotapi.Params{"chat_id": room.Chat, "name": name}, &topic)
	switch {
	case refused(err, "not a forum"):
		a.noteForum(room.Chat, false)
		return bot.Address{}, fmt.Errorf("open topic: %w: %w", bot.ErrNotFound, err)
	case err != nil:
		return bot.Address{}, fmt.Errorf("open topic: %w", port(err))
	case topic.Thread <= 0:
		return bot.Address{}, errors.New("open topic: telegram createForumTopic: no thread")
	}
	room.Thread = itoa(topic.Thread)
	return room, nil
}

// isForum tells whether a group has topics. Only that it has is remembered: they can be switched on.
func (a *Adapter) isForum(ctx context.Context, room string) (bool, error) {
	id, err := strconv.ParseInt(room, 10, 64)
	if err != nil {
		return false, fmt.Errorf("chat %q: %w", room, bot.ErrGone)
	}
	if forum, _ := a.forums.Get(id); forum {
		return true, nil
	}
	c, err := a.chat(ctx, room)
	if err != nil {
		return false, err
	}
	a.noteForum(room, c.IsForum)
	return c.IsForum, nil
}

func (a *Adapter) noteForum(room string, forum bool) {
	if id, err := strconv.ParseInt(room, 10, 64); err == nil {
		a.forums.Put(id, forum)
	}
}

func (a *Adapter) chat(ctx context.Context, id string) (chat, error) {
	var c chat
	err := a.api.call(ctx, "getChat", tgbotapi.Params{"chat_id": id}, &c)
	return c, err
}

// desk looks at the engineers' group. A group that has become a supergroup can still be read; only who
// writes there is told, so it is shown that the bot is typing.
func (a *Adapter) desk(ctx context.Context) (chat, error) {
	c, err := a.chat(ctx, a.cfg.Desk)
	if err == nil && c.Type == "group" {
		err = a.api.call(ctx, "sendChatAction", tgbotapi.Params{"chat_id": a.cfg.Desk, "action": "typing"}, nil)
	}
	return c, err
}

// lookAtDesk finds out whether the engineers' group goes on under another id: what is written there is
// for us.
func (a *Adapter) lookAtDesk(ctx context.Context) error {
	c, err := a.desk(ctx)
	r := (*refusal)(nil)
	switch {
	case errors.As(err, &r) && r.moved != 0:
		a.cfg.Log.WarnContext(ctx, "the engineers' group has become a supergroup: set TELEGRAM_DESK_CHAT to its new id", "chat", r.moved)
		if old, err := strconv.ParseInt(a.cfg.Desk, 10, 64); err == nil {
			a.deskMoved(old, r.moved)
		}
		return nil
	case errors.As(err, &r) && r.after == 0 && r.code < 500 && !unauthorized(err):
		a.cfg.Log.ErrorContext(ctx, "the engineers' group is not reachable: add the bot to it, and check TELEGRAM_DESK_CHAT", "err", err)
		return nil
	case err == nil:
		a.desks.Put(c.ID, true) // a group can be named by @name
		a.noteForum(a.cfg.Desk, c.IsForum)
	}
	return err
}
