package slack

import (
	"context"
	"fmt"

	"github.com/optoste/supportbot/bot"
)

// OpenThread makes none: on Slack a thread hangs under a message, and what belongs to a claim is said as
// a reply to its card. The error is [bot.ErrNotFound].
func (a *Adapter) OpenThread(context.Context, bot.Address, string) (bot.Address, error) {
	return bot.Address{}, fmt.Errorf("open thread: threads hang under messages: %w", bot.ErrNotFound)
}
