package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

func (a *Adapter) hearInteraction(ctx context.Context, i interaction, came time.Time) (heard, error) {
	switch {
	case i.User.ID == "":
		return ignored("interaction of nobody"), nil
	case i.Type == "block_actions":
		return a.hearPress(ctx, i)
	case i.Type == "view_submission" && i.View.Callback == formCallback:
		return a.hearFilled(ctx, i, came)
	case i.Type == "shortcut" && i.Callback == Shortcut:
		at, order, ok := moment(i.ActionTS)
		if !ok {
			return heard{}, fmt.Errorf("decode shortcut: its action_ts is %q", wording.Clip(i.ActionTS, 40))
		}
		in := bot.Inbound{ID: Name + "/shortcut/" + i.User.ID + "/" + i.ActionTS, Order: order, Sent: at, Event: report}
		return a.privately(ctx, i.User, in, i.Trigger)
	}
	return heard{why: "no interaction that is read", odd: "interactive/" + i.Type}, nil
}

// report is what the shortcut and the command say.
var report = bot.Said{Text: "/report"}

// hearPress hears a button. A button that leads elsewhere comes back as well, and means nothing. One on the
// person's page stands in no chat.
func (a *Adapter) hearPress(ctx context.Context, i interaction) (heard, error) {
	if len(i.Actions) == 0 {
		return ignored("press of nothing"), nil
	}
	act := i.Actions[0]
	at, order, ok := moment(act.TS)
	m := &message{Channel: first(i.Channel.ID, i.Container.Channel), TS: first(i.Container.MessageTS, i.Message.TS), Thread: first(i.Message.Thread, i.Container.Thread)}
	home := m.Channel == "" && i.Container.Type == "view" && i.View.Type == "home"
	if !ok || !strings.HasPrefix(act.ID, choiceAction) || act.Value == "" || wording.Clean(act.Value) != act.Value || m.Channel == "" && !home {
		return ignored("press of a button that is not ours"), nil
	}
	in := bot.Inbound{
		Order: order, Sent: at,
		Event: bot.Chose{Choice: bot.ChoiceID(act.Value), On: bot.MessageID(m.TS), Query: i.ResponseURL},
	}
	if home {
		in.ID = Name + "/home/" + i.User.ID + "/" + act.TS + "/" + act.ID
		return a.privately(ctx, i.User, in, i.Trigger)
	}
	in.ID = Name + "/" + m.Channel + "/" + act.TS + "/" + act.ID
	in.From, in.To, in.Public = a.sender(ctx, i.User.ID, i.User.Team), m.address(), m.public()
	return triggered(in, i.Trigger), nil
}

func (a *Adapter) hearCommand(ctx context.Context, c command, came time.Time) (heard, error) {
	at, order, ok := arrived(came)
	if c.Command != Command || c.User == "" || c.Trigger == "" || !ok {
		return heard{why: "no command of ours", odd: "command " + wording.Clip(c.Command, 40)}, nil
	}
	in := bot.Inbound{ID: Name + "/command/" + c.Trigger, Order: order, Sent: at, Event: report}
	return a.privately(ctx, presser{c.User, c.Team}, in, c.Trigger)
}

// triggered is an inbound that may be answered by a window.
func triggered(in bot.Inbound, trigger string) heard {
	in.Modal = trigger != ""
	return heard{in: in, trigger: trigger}
}

// privately hears in the person's private chat what was done elsewhere.
func (a *Adapter) privately(ctx context.Context, who presser, in bot.Inbound, trigger string) (heard, error) {
	chat, err := a.direct(ctx, who.ID)
	switch {
	case errors.Is(port(err), bot.ErrGone), says(err, noChat...):
		a.cfg.Log.WarnContext(ctx, "no private chat with who wants to report", "err", err)
		return ignored("no private chat"), nil
	case err != nil:
		return heard{}, fmt.Errorf("%w: %w", errLater, err)
	}
	in.From, in.To = a.sender(ctx, who.ID, who.Team), bot.Address{Channel: Name, Chat: chat}
	return triggered(in, trigger), nil
}
