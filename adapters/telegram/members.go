package telegram

import (
	"context"
	"fmt"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// InRoom tells whether a person is in a group. The platform tells it of a group in which the bot is.
func (a *Adapter) InRoom(ctx context.Context, room bot.Address, id claim.PersonID) (bool, error) {
	var m member
	err := a.api.call(ctx, "getChatMember", tgbotapi.Params{"chat_id": room.Chat, "user_id": string(id)}, &m)
	switch {
	case refused(err, "invalid user_id", "user not found", "PARTICIPANT_ID_INVALID"): // whom the group has never seen
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look for a member: %w", port(err))
	}
	switch m.Status {
	case "creator", "administrator", "member":
		return true, nil
	case "restricted":
		return m.IsMember, nil
	}
	return false, nil
}
