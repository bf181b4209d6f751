package main

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// botToken is the token of a Telegram bot. No message shows it.
type botToken struct {
	text  string
	given bool // also when it is wrong and text is empty
}

var botTokens = regexp.MustCompile(`^[0-9]{3,20}:[A-Za-z0-9_-]{30,100}$`)

// UnmarshalText reads a token as BotFather writes it.
func (t *botToken) UnmarshalText(b []byte) error {
	t.given = true
	if !botTokens.Match(b) {
		return errors.New("must be the token as @BotFather shows it: digits, a colon and some 35 letters, digits, - and _; " +
			"send /mybots to @BotFather, choose the bot, then API Token")
	}
	t.text = string(b)
	return nil
}

// apiURL is the root of the Bot API, without a slash at its end.
type apiURL string

// UnmarshalText reads an https address, or an http address where nobody in between can read along.
func (a *apiURL) UnmarshalText(b []byte) error {
	u, err := url.Parse(string(b))
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("must be an address that begins with https:// or http://, for example https://api.telegram.org")
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("must have no name, query or fragment, for example https://api.telegram.org")
	case u.Scheme == "http" && !privateHost(u.Hostname()):
		return errors.New("must begin with https://, because every call carries the token; http:// is for a server of your own, in your own network")
	}
	*a = apiURL(strings.TrimRight(u.Scheme+"://"+u.Host+u.Path, "/"))
	return nil
}

// loopback tells whether the server is on this machine.
func (a apiURL) loopback() bool {
	u, err := url.Parse(string(a))
	return err == nil && address{host: u.Hostname()}.loopback()
}

// plain tells whether the token travels through a network as it is.
func (a apiURL) plain() bool { return strings.HasPrefix(string(a), "http://") && !a.loopback() }

// privateHost tells whether a host can only be in one's own network: its address is private, or its
// name is one that no public name server knows.
func privateHost(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local") ||
		strings.HasSuffix(host, ".home.arpa")
}

// webhookSecret is what Telegram says with each update; "" = it is polled. No message shows it.
type webhookSecret string

var webhookSecrets = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// UnmarshalText reads what setWebhook takes as its secret_token.
func (w *webhookSecret) UnmarshalText(b []byte) error {
	if !webhookSecrets.Match(b) {
		return errors.New("must be 1 to 256 letters, digits, - and _, for example what 'openssl rand -hex 32' prints")
	}
	*w = webhookSecret(b)
	return nil
}

// groupID is a group on Telegram; 0 = not set.
type groupID int64

// UnmarshalText reads a negative number.
func (g *groupID) UnmarshalText(b []byte) error {
	const find = "add the bot to the group while 'supportbot serve' runs: its log then has the number"
	n, err := strconv.ParseInt(string(b), 10, 64)
	switch {
	case strings.HasPrefix(string(b), "@"):
		return errors.New("must be the group's number, not its name, for example -1001234567890; " + find)
	case err != nil:
		return errors.New("must be a number, for example -1001234567890; " + find)
	case n >= 0:
		return errors.New("is no group: a group's number is negative, a positive one is a person; " + find)
	}
	*g = groupID(n)
	return nil
}

// perSecond is a number of messages; 0 = no limit.
type perSecond int

// UnmarshalText reads a whole number.
func (p *perSecond) UnmarshalText(b []byte) error {
	n, err := strconv.ParseUint(string(b), 10, 16)
	if err != nil {
		return errors.New("must be a whole number of messages a second, 0 for no limit")
	}
	*p = perSecond(n)
	return nil
}

// hookable tells whether Telegram can deliver there (platform-facts.md 8).
func (p publicURL) hookable() bool {
	u, err := url.Parse(string(p))
	return err == nil && p.secure() && slices.Contains([]string{"", "443", "80", "88", "8443"}, u.Port())
}
