package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// scopeDesk is the scope of the engineers' group.
const scopeDesk = "desk"

// setCommands brings the menus in order that Telegram shows (platform-facts.md 44). A menu that is
// refused stays as it is.
func (a *Adapter) setCommands(ctx context.Context) error {
	for _, set := range a.cfg.Commands {
		err := a.setMenu(ctx, set)
		r := (*refusal)(nil)
		if errors.As(err, &r) && r.after == 0 && r.code < 500 && !unauthorized(err) {
			a.cfg.Log.WarnContext(ctx, "Telegram refuses a menu of commands", "lang", set.Lang, "scope", set.Scope, "err", err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *Adapter) setMenu(ctx context.Context, set CommandSet) error {
	p := tgbotapi.Params{}
	p.AddNonEmpty("language_code", set.Lang)
	scope := tgbotapi.BotCommandScope{Type: set.Scope}
	if set.Scope == scopeDesk {
		id, _ := strconv.ParseInt(a.cfg.Desk, 10, 64)
		if id == 0 { // there is none
			return nil
		}
		scope = tgbotapi.BotCommandScope{Type: "chat", ChatID: id}
	}
	if scope.Type != "" {
		if err := p.AddInterface("scope", scope); err != nil {
			return err
		}
	}
	var have []tgbotapi.BotCommand
	if err := a.api.call(ctx, "getMyCommands", p, &have); err != nil {
		return err
	}
	want := make([]tgbotapi.BotCommand, len(set.List))
	for i, c := range set.List {
		want[i] = tgbotapi.BotCommand{Command: c.Name, Description: c.Description}
	}
	switch {
	case slices.Equal(have, want):
		return nil
	case len(want) == 0: // an empty menu would not be none
		return a.api.call(ctx, "deleteMyCommands", p, nil)
	}
	list, err := json.Marshal(want)
	if err != nil {
		return err
	}
	p["commands"] = string(list)
	return a.api.call(ctx, "setMyCommands", p, nil)
}
