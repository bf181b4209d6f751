package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

const personTime = time.Second // asking for somebody's name may take

// sender returns who wrote. One of another team has the team in the id: a user's id says nothing of it
// (platform-facts.md 76).
func (a *Adapter) sender(ctx context.Context, user, team string) bot.Sender {
	who := a.person(ctx, user)
	who.ID = claim.PersonID(user)
	if team != "" && team != a.self().team {
		who.ID = claim.PersonID(team + "." + user)
	}
	return who
}

// person returns somebody's name and language. Slack may not tell at the moment: then both are empty,
// and nobody waits for them.
func (a *Adapter) person(ctx context.Context, user string) bot.Sender {
	if who, ok := a.people.get(user); ok {
		return who
	}
	ctx, cancel := context.WithTimeout(ctx, personTime)
	defer cancel()
	u, err := a.api.slack.GetUserInfoContext(ctx, user)
	if err := a.api.mind("users.info", err); err != nil {
		a.cfg.Log.DebugContext(ctx, "name of a person not known", "err", err)
		return bot.Sender{}
	}
	who := bot.Sender{Name: clean(u.Profile.DisplayName), Lang: clean(u.Locale)}
	for _, name := range []string{u.Profile.RealName, u.RealName, u.Name} {
		if who.Name == "" {
			who.Name = clean(name)
		}
	}
	return a.people.first(user, who)
}

// membership is whether the bot is in a thread. That it is not is believed for a while only.
type membership struct {
	in    bool
	until time.Time
}

func (a *Adapter) join(channel, thread string) {
	a.threads.put(channel+"/"+thread, membership{in: true})
}

// inThread tells whether the bot has said something in a thread of a channel. Another replica may have
// been mentioned there, or this one before it was started again, so Slack is asked.
func (a *Adapter) inThread(ctx context.Context, channel, thread string) (bool, error) {
	key := channel + "/" + thread
	if known, ok := a.threads.get(key); ok && (known.in || a.cfg.Now().Before(known.until)) {
		return known.in, nil
	}
	list, _, _, err := a.api.slack.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
		ChannelID: channel, Timestamp: thread, Limit: 50,
	})
	err = a.api.mind("conversations.replies", err)
	switch {
	case says(err, "thread_not_found", "channel_not_found", "not_in_channel", "missing_scope"):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("%w: %w", errLater, err)
	}
	me := a.self()
	in := slices.ContainsFunc(list, func(m slackgo.Message) bool {
		return m.User == me.user || m.BotID != "" && m.BotID == me.bot
	})
	a.threads.put(key, membership{in: in, until: a.cfg.Now().Add(a.pace.thread)})
	return in, nil
}

// errLater means that an update cannot be understood at the moment.
var errLater = errors.New("update cannot be read now")
