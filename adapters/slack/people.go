package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

const (
	personTime = time.Second // asking for somebody's name may take
	nameLasts  = time.Hour   // until it is asked for again: people change their names and languages
	nameAgain  = time.Minute // the same, when Slack did not tell
)

// known is a person, as Slack has told.
type known struct {
	who   bot.Sender
	until time.Time // then it is asked for again
}

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

// person returns somebody's name and language. Slack may not tell at the moment: then they are what they
// were, or empty, and nobody waits for them.
func (a *Adapter) person(ctx context.Context, user string) bot.Sender {
	old, ok := a.people.Get(user)
	if a.cfg.Now().Before(old.until) {
		return old.who
	}
	ctx, cancel := context.WithTimeout(ctx, personTime)
	defer cancel()
	u, err := a.api.slack.GetUserInfoContext(ctx, user)
	if err := a.api.mind("users.info", err); err != nil {
		a.cfg.Log.DebugContext(ctx, "name of a person not known", "err", err)
		if ok {
			a.people.Put(user, known{old.who, a.cfg.Now().Add(nameAgain)})
		}
		return old.who
	}
	who := bot.Sender{Name: wording.Clean(u.Profile.DisplayName), Lang: wording.Clean(u.Locale)}
	for _, name := range []string{u.Profile.RealName, u.RealName, u.Name} {
		if who.Name == "" {
			who.Name = wording.Clean(name)
		}
	}
	a.people.Put(user, known{who, a.cfg.Now().Add(nameLasts)})
	return who
}

// membership is whether the bot is in a thread: it was mentioned there, or has said something.
type membership struct {
	in   bool
	read string // ts up to which the thread was read and the bot not found
}

const (
	threadPage  = 200 // messages of a thread that are asked for at once
	threadPages = 5   // that are read before somebody is answered
)

func (a *Adapter) join(channel, thread string) {
	a.threads.Put(channel+"/"+thread, membership{in: true})
}

// inThread tells whether the bot is in a thread of a channel. Another replica may have been mentioned there,
// or this one before it was started again, so Slack is asked. That the bot is not there is believed of what
// was read only: the next message may come after a mention that another replica has heard.
func (a *Adapter) inThread(ctx context.Context, channel, thread string) (bool, error) {
	key := channel + "/" + thread
	known, _ := a.threads.Get(key)
	p := &slackgo.GetConversationRepliesParameters{ChannelID: channel, Timestamp: thread, Oldest: known.read, Limit: threadPage}
	for page := 0; !known.in; page++ {
		if page == threadPages {
			return false, fmt.Errorf("%w: thread with many messages is read on later", errLater)
		}
		list, _, next, err := a.api.slack.GetConversationRepliesContext(ctx, p)
		err = a.api.mind("conversations.replies", err)
		switch {
		case says(err, "thread_not_found", "channel_not_found", "not_in_channel", "missing_scope"):
			return false, nil
		case err != nil:
			return false, fmt.Errorf("%w: %w", errLater, err)
		}
		if len(list) > 0 {
			known = membership{in: slices.ContainsFunc(list, a.brings), read: max(known.read, list[len(list)-1].Timestamp)}
			a.threads.Put(key, known)
		}
		if p.Cursor = next; next == "" {
			break
		}
	}
	return known.in, nil
}

// brings tells whether a message brings the bot into its thread.
func (a *Adapter) brings(m slackgo.Message) bool {
	me := a.self()
	if m.User == me.user || m.BotID != "" && m.BotID == me.bot {
		return true
	}
	return m.BotID == "" && spoken[m.SubType] && a.called(m.Text)
}

// called tells whether a text mentions the bot.
func (a *Adapter) called(text string) bool {
	me := a.self().user
	return strings.Contains(text, "<@"+me+">") || strings.Contains(text, "<@"+me+"|")
}

// errLater means that an update cannot be understood at the moment.
var errLater = errors.New("update cannot be read now")
