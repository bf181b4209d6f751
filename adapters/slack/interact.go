package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

func (a *Adapter) hearInteraction(ctx context.Context, i interaction) (heard, error) {
	switch {
	case i.User.ID == "":
		return ignored("interaction of nobody"), nil
	case i.Type == "block_actions":
		return a.hearPress(ctx, i)
	case i.Type == "shortcut" && i.Callback == Shortcut:
		at, order, ok := moment(i.ActionTS)
		if !ok {
			return heard{}, fmt.Errorf("decode shortcut: its action_ts is %q", clip(i.ActionTS, 40))
		}
		return a.report(ctx, i.User, bot.Inbound{ID: Name + "/shortcut/" + i.User.ID + "/" + i.ActionTS, Order: order, Sent: at})
	}
	return heard{why: "no interaction that is read", odd: "interactive/" + i.Type}, nil
}

// hearPress hears a button. A button that leads elsewhere comes back as well, and means nothing.
func (a *Adapter) hearPress(ctx context.Context, i interaction) (heard, error) {
	if len(i.Actions) == 0 {
		return ignored("press of nothing"), nil
	}
	act := i.Actions[0]
	at, order, ok := moment(act.TS)
	m := &message{Channel: first(i.Channel.ID, i.Container.Channel), TS: first(i.Container.MessageTS, i.Message.TS), Thread: first(i.Message.Thread, i.Container.Thread)}
	if !ok || !strings.HasPrefix(act.ID, choiceAction) || act.Value == "" || clean(act.Value) != act.Value || m.Channel == "" {
		return ignored("press of a button that is not ours"), nil
	}
	return heard{in: bot.Inbound{
		ID: Name + "/" + m.Channel + "/" + act.TS + "/" + act.ID, Order: order, Sent: at, From: a.sender(ctx, i.User.ID, i.User.Team),
		To: m.address(), Public: m.public(),
		Event: bot.Chose{Choice: bot.ChoiceID(act.Value), On: bot.MessageID(m.TS), Query: i.ResponseURL},
	}}, nil
}

func (a *Adapter) hearCommand(ctx context.Context, c command, at time.Time) (heard, error) {
	if c.Command != Command || c.User == "" || c.Trigger == "" {
		return heard{why: "no command of ours", odd: "command " + clip(c.Command, 40)}, nil
	}
	at = at.UTC().Truncate(time.Microsecond)
	return a.report(ctx, presser{c.User, c.Team}, bot.Inbound{ID: Name + "/command/" + c.Trigger, Order: at.UnixMicro(), Sent: at})
}

// report makes "/report" in the person's private chat of what was used elsewhere.
func (a *Adapter) report(ctx context.Context, who presser, in bot.Inbound) (heard, error) {
	chat, _, _, err := a.api.slack.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{who.ID}, ReturnIM: true})
	err = a.api.mind("conversations.open", err)
	switch {
	case errors.Is(port(err), bot.ErrGone), says(err, "user_not_visible", "missing_scope", "user_not_found", "users_list_not_supplied"):
		a.cfg.Log.WarnContext(ctx, "no private chat with who wants to report", "err", err)
		return ignored("no private chat"), nil
	case err != nil:
		return heard{}, fmt.Errorf("%w: %w", errLater, err)
	}
	in.From, in.To, in.Event = a.sender(ctx, who.ID, who.Team), bot.Address{Channel: Name, Chat: chat.ID}, bot.Said{Text: "/report"}
	return heard{in: in}, nil
}
