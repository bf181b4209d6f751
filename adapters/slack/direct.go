package slack

import (
	"context"
	"fmt"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

// direct returns the private chat with a person.
func (a *Adapter) direct(ctx context.Context, user string) (string, error) {
	chat, _, _, err := a.api.slack.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{user}, ReturnIM: true})
	if err := a.api.mind("conversations.open", err); err != nil {
		return "", err
	}
	return chat.ID, nil
}

// noChat are what Slack says when there is no private chat with somebody.
var noChat = []string{"user_not_visible", "missing_scope", "user_not_found", "users_list_not_supplied"}

// located returns a message with its chat, where only the person is known whom it is for: the house may write first to
// an account that its desk file names. A message could be sent there, but it is edited in the chat alone.
func (a *Adapter) located(ctx context.Context, o bot.Outgoing) (bot.Outgoing, error) {
	if !strings.HasPrefix(o.To.Chat, "U") && !strings.HasPrefix(o.To.Chat, "W") {
		return o, nil
	}
	chat, ok := a.directs.Get(o.To.Chat)
	if !ok {
		var err error
		switch chat, err = a.direct(ctx, o.To.Chat); {
		case says(err, noChat...):
			return o, fmt.Errorf("%w: %w", bot.ErrGone, err)
		case err != nil:
			return o, err
		}
		a.directs.Put(o.To.Chat, chat)
	}
	o.To.Chat = chat
	return o, nil
}
