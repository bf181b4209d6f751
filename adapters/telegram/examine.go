package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/bot"
)

// Examine looks at what the adapter depends on: the way to Telegram, the token, how updates come, what
// the bot hears in groups, and the engineers' group. It changes nothing.
func (a *Adapter) Examine(ctx context.Context) []bot.Finding {
	var me user
	err := a.api.call(ctx, "getMe", nil, &me)
	r := (*refusal)(nil)
	switch {
	case unauthorized(err):
		return []bot.Finding{{
			What: "Telegram token", Problem: "Telegram does not know it",
			Do: "copy the token from BotFather (/mybots, API Token) into TELEGRAM_TOKEN; it changes when it is revoked",
		}}
	case err != nil && !errors.As(err, &r):
		return []bot.Finding{{
			What: "Telegram API", Problem: fmt.Sprintf("%s cannot be reached%s: %v", a.api.host(), a.api.through(), err),
			Do: "let this machine reach it by HTTPS; where Telegram is blocked set HTTPS_PROXY, or TELEGRAM_API_URL to a server of your own",
		}}
	case err != nil:
		return []bot.Finding{{What: "Telegram API", Problem: err.Error(), Do: "try again in a while"}}
	}
	list := []bot.Finding{{What: "Telegram API at " + a.api.host() + a.api.through()}, {What: "Telegram token of @" + me.Username}}
	list = append(list, a.examineUpdates(ctx)...)
	list = append(list, examinePrivacy(me))
	if a.cfg.Desk != "" {
		list = append(list, a.examineDesk(ctx, me))
	}
	return list
}

func (a *Adapter) examineUpdates(ctx context.Context) []bot.Finding {
	info, err := a.webhook(ctx)
	if err != nil {
		return []bot.Finding{{What: "Telegram updates", Problem: err.Error(), Do: "try again in a while"}}
	}
	if a.cfg.Secret == "" {
		f := bot.Finding{What: "Telegram updates by long polling"}
		if info.URL != "" {
			f.Problem = "a webhook is set at " + hostOf(info.URL) + ": polling is refused until it is deleted"
			f.Do = `"supportbot serve" deletes it; if another program uses it, give this one a bot of its own`
		}
		return []bot.Finding{f}
	}
	list := []bot.Finding{a.examineAddress(), a.examineSecret()}
	f := bot.Finding{What: "Telegram webhook"}
	switch {
	case info.URL == "":
		f.Problem, f.Do = "it is not set", `start "supportbot serve": it sets the webhook`
	case info.URL != a.hookURL():
		f.Problem = "it is set to another address, at " + hostOf(info.URL)
		f.Do = `start "supportbot serve", which sets it, or correct PUBLIC_URL`
	case info.LastErrorMessage != "":
		f.Problem = fmt.Sprintf("Telegram could not deliver: %s; %d updates wait", a.api.hide(info.LastErrorMessage), info.PendingUpdateCount)
		f.Do = "look whether PUBLIC_URL leads to this program from outside, with a valid certificate; an error of the past goes away with the next delivery"
	case info.PendingUpdateCount > 100:
		f.Problem = fmt.Sprintf("%d updates wait", info.PendingUpdateCount)
		f.Do = "look into the log of \"supportbot serve\" for why they are not accepted"
	}
	return append(list, f)
}

// examineAddress looks at what Telegram demands of a webhook (platform-facts.md 8).
func (a *Adapter) examineAddress() bot.Finding {
	f := bot.Finding{What: "PUBLIC_URL for the webhook"}
	u, err := url.Parse(a.cfg.PublicURL)
	switch {
	case err != nil || u.Host == "":
		f.Problem, f.Do = "it is no address", "set PUBLIC_URL to the https address at which Telegram reaches this program"
	case u.Scheme != "https":
		f.Problem, f.Do = "it does not begin with https://", "Telegram posts by HTTPS only: put a proxy with a certificate in front, or unset TELEGRAM_WEBHOOK_SECRET to poll"
	case !slices.Contains([]string{"", "443", "80", "88", "8443"}, u.Port()):
		f.Problem, f.Do = "port "+u.Port()+" is not one that Telegram posts to", "use 443, 80, 88 or 8443"
	}
	return f
}

func (a *Adapter) examineSecret() bot.Finding {
	f := bot.Finding{What: "TELEGRAM_WEBHOOK_SECRET"}
	if len(a.cfg.Secret) > 256 || strings.Trim(a.cfg.Secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		f.Problem, f.Do = "Telegram does not take it", "use 1 to 256 of A-Z a-z 0-9 _ -; the bot's token is none, it has a colon"
	}
	return f
}

func examinePrivacy(me user) bot.Finding {
	f := bot.Finding{What: "Telegram privacy mode is on: in groups the bot hears commands, mentions and answers to it"}
	if me.ReadsAll {
		f.What = "Telegram privacy mode is off: in groups the bot hears all and answers when it is addressed"
	}
	return f
}

func (a *Adapter) examineDesk(ctx context.Context, me user) bot.Finding {
	f := bot.Finding{What: "Telegram group of the engineers"}
	c, err := a.desk(ctx)
	r := (*refusal)(nil)
	switch {
	case errors.As(err, &r) && r.moved != 0:
		f.Problem = "it has become a supergroup"
		f.Do = "set TELEGRAM_DESK_CHAT to " + itoa(r.moved)
		return f
	case err != nil:
		f.Problem, f.Do = "it is not reachable: "+err.Error(), "add the bot to the group, and set TELEGRAM_DESK_CHAT to the group's id: the number with the minus"
		return f
	case !c.public():
		f.Problem, f.Do = "it is a private chat", "set TELEGRAM_DESK_CHAT to the id of a group"
		return f
	}
	var m member
	if err := a.api.call(ctx, "getChatMember", tgbotapi.Params{"chat_id": a.cfg.Desk, "user_id": itoa(me.ID)}, &m); err != nil {
		f.Problem, f.Do = "the bot's rights cannot be read: "+err.Error(), "try again in a while"
		return f
	}
	admin := m.Status == "administrator" || m.Status == "creator"
	switch {
	case m.Status == "left" || m.Status == "kicked":
		f.Problem, f.Do = "the bot is not in it", "add the bot to the group"
	case c.IsForum && !(admin && (m.CanManageTopics || m.Status == "creator")):
		f.Problem = "it has topics, but the bot may not make any"
		f.Do = `make the bot an administrator of the group with the right "Manage Topics"`
	case !admin && !me.ReadsAll:
		f.Problem = "privacy mode hides from the bot what engineers write there"
		f.Do = "make the bot an administrator of the group, or switch privacy mode off (BotFather: /setprivacy, Disable) and add it again"
	}
	return f
}

// host names the server of the Bot API.
func (c *client) host() string { return hostOf(c.calls) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	return u.Host
}

// through names the proxy on the way, without the password that its address may hold.
func (c *client) through() string {
	t, ok := c.http.Transport.(*http.Transport)
	if !ok || t.Proxy == nil {
		return ""
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.calls, http.NoBody)
	if err != nil {
		return ""
	}
	proxy, err := t.Proxy(req)
	switch {
	case err != nil:
		return " through a proxy whose address cannot be read"
	case proxy == nil:
		return ""
	}
	return " through the proxy " + proxy.Host
}
