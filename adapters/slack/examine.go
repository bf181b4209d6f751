package slack

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

// Examine looks at what the adapter depends on: the way to Slack, the token and what it allows, how updates
// come, and the engineers' channel. It changes nothing.
func (a *Adapter) Examine(ctx context.Context) []bot.Finding {
	me, scopes, err := a.api.self(ctx)
	r := slackgo.SlackErrorResponse{}
	switch {
	case unauthorized(err) || says(err, "account_inactive"):
		return []bot.Finding{{
			What: "Slack token", Problem: "Slack does not know it: " + a.api.hide(err.Error()),
			Do: "copy the Bot User OAuth Token (xoxb-...) from the app's page OAuth & Permissions into SLACK_BOT_TOKEN; it changes when the app is installed again",
		}}
	case err != nil && !asSlack(err, &r):
		return []bot.Finding{{
			What: "Slack API", Problem: fmt.Sprintf("%s cannot be reached: %v", a.api.root.Host, err),
			Do: "let this machine reach it by HTTPS; where Slack is blocked set HTTPS_PROXY",
		}}
	case err != nil:
		return []bot.Finding{{What: "Slack API", Problem: err.Error(), Do: "try again in a while"}}
	}
	list := []bot.Finding{{What: "Slack API at " + a.api.root.Host}, {What: "Slack token of " + me.name}, examineScopes(scopes)}
	list = append(list, a.examineUpdates(ctx)...)
	if a.cfg.Desk != "" {
		list = append(list, a.examineDesk(ctx))
	}
	return list
}

// examineScopes compares what the token allows with what is needed (platform-facts.md 91).
func examineScopes(have []string) bot.Finding {
	f := bot.Finding{What: "Slack scopes"}
	if len(have) == 0 {
		f.What, f.Minor = "Slack scopes: Slack does not tell them", true
		return f
	}
	var missing []string
	for _, s := range Scopes() {
		if !slices.Contains(have, s) {
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 {
		f.Problem = "missing: " + strings.Join(missing, ", ")
		f.Do = "paste deploy/slack-manifest.yaml into the app's manifest and install the app again: a new scope needs that"
	}
	return f
}

func (a *Adapter) examineUpdates(ctx context.Context) []bot.Finding {
	switch {
	case a.cfg.AppToken != "":
		return []bot.Finding{a.examineSocket(ctx), subscriptions()}
	case a.cfg.SigningSecret != "":
		return []bot.Finding{a.examineAddress(ctx), subscriptions()}
	}
	return []bot.Finding{{
		What: "Slack events", Problem: "there is no way for them to come",
		Do: "set SLACK_SIGNING_SECRET, and PUBLIC_URL" + hookPath + " as the app's request URL, or SLACK_APP_TOKEN for Socket Mode",
	}}
}

// subscriptions says what cannot be looked at: no token that a program has tells of the app's subscriptions.
func subscriptions() bot.Finding {
	return bot.Finding{
		What:   "Slack event subscriptions",
		Detail: "Slack does not tell them; the app's page Event Subscriptions must list " + strings.Join(Events(), ", "),
	}
}

func (a *Adapter) examineSocket(ctx context.Context) bot.Finding {
	f := bot.Finding{What: "Slack events by Socket Mode", Detail: "no address is needed"}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	_, _, err := a.api.slack.StartSocketModeContext(ctx) // an address, which nobody uses
	if err := a.api.mind("apps.connections.open", err); err != nil {
		f.Problem = err.Error()
		f.Do = "make an app-level token (xapp-...) with connections:write on the app's page Basic Information, set it as SLACK_APP_TOKEN, and switch Socket Mode on"
	}
	return f
}

// examineAddress looks at what Slack demands of a request URL, and whether this program answers there.
func (a *Adapter) examineAddress(ctx context.Context) bot.Finding {
	address := strings.TrimRight(a.cfg.PublicURL, "/") + hookPath
	f := bot.Finding{What: "Slack events at " + address}
	u, err := url.Parse(a.cfg.PublicURL)
	switch {
	case err != nil || u.Host == "":
		f.What, f.Problem, f.Do = "PUBLIC_URL for Slack", "it is no address", "set PUBLIC_URL to the https address at which Slack reaches this program"
	case u.Scheme != "https":
		f.Problem, f.Do = "it does not begin with https://", "put a proxy with a certificate in front, or set SLACK_APP_TOKEN for Socket Mode"
	default:
		f = a.challenge(ctx, address, f)
	}
	return f
}

func (a *Adapter) examineDesk(ctx context.Context) bot.Finding {
	f := bot.Finding{What: "Slack channel of the engineers"}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	c, err := a.api.slack.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: a.cfg.Desk})
	err = a.api.mind("conversations.info", err)
	switch {
	case err != nil:
		f.Problem = "it is not reachable: " + err.Error()
		f.Do = "set SLACK_DESK_CHANNEL to the channel's id (it begins with C or G, at the end of the channel's details), and invite the bot"
	case c.IsIM:
		f.Problem, f.Do = "it is a private chat", "set SLACK_DESK_CHANNEL to the id of a channel"
	case c.IsArchived:
		f.Problem, f.Do = "it is archived", "unarchive the channel or set SLACK_DESK_CHANNEL to another one"
	case !c.IsMember:
		f.Problem, f.Do = "the bot is not in it", "invite the bot: /invite @its name"
	}
	return f
}
