package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// membersPage is how many members of a channel are asked for at once.
const membersPage = 200

// InRoom tells whether a person is in a channel.
func (a *Adapter) InRoom(ctx context.Context, room bot.Address, id claim.PersonID) (bool, error) {
	user := string(id)
	if _, alone, ok := strings.Cut(user, "."); ok { // of another team
		user = alone
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	p := &slackgo.GetUsersInConversationParameters{ChannelID: room.Chat, Limit: membersPage}
	for {
		list, next, err := a.api.slack.GetUsersInConversationContext(ctx, p)
		if err := a.api.mind("conversations.members", err); err != nil {
			return false, fmt.Errorf("look for a member: %w", port(err))
		}
		if slices.Contains(list, user) || next == "" {
			return slices.Contains(list, user), nil
		}
		p.Cursor = next
	}
}
