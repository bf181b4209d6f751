package main

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// slackToken is a bot token of Slack. No message shows it.
type slackToken struct {
	text  string
	given bool // also when it is wrong and text is empty
}

// UnmarshalText reads a token as the page "OAuth & Permissions" of the app shows it.
func (t *slackToken) UnmarshalText(b []byte) error {
	t.given = true
	if !strings.HasPrefix(string(b), "xoxb-") || !secretText.Match(b) {
		return errors.New("must be the bot token, which begins with xoxb-: at https://api.slack.com/apps choose the app, then OAuth & Permissions")
	}
	t.text = string(b)
	return nil
}

var secretText = regexp.MustCompile(`^[A-Za-z0-9-]{8,300}$`)

// slackSecret is the signing secret; "" = not set. No message shows it.
type slackSecret string

var signingSecrets = regexp.MustCompile(`^[0-9a-f]{16,64}$`)

// UnmarshalText reads what the page "Basic Information" of the app shows.
func (s *slackSecret) UnmarshalText(b []byte) error {
	if !signingSecrets.Match(b) {
		return errors.New("must be the signing secret, some 32 of 0-9 a-f: at https://api.slack.com/apps choose the app, then Basic Information")
	}
	*s = slackSecret(b)
	return nil
}

// appToken is what opens Socket Mode; "" = not set. No message shows it.
type appToken string

// UnmarshalText reads an app-level token.
func (a *appToken) UnmarshalText(b []byte) error {
	if !strings.HasPrefix(string(b), "xapp-") || !secretText.Match(b) {
		return errors.New("must be an app-level token, which begins with xapp- and has the scope connections:write: Basic Information, App-Level Tokens")
	}
	*a = appToken(b)
	return nil
}

// slackURL is the root of the Web API, with a slash at its end.
type slackURL string

// UnmarshalText reads an https address, or an http address of this machine.
func (s *slackURL) UnmarshalText(b []byte) error {
	u, err := url.Parse(string(b))
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("must be an address that begins with https://, for example https://slack.com/api/")
	case u.Scheme == "http" && !(address{host: u.Hostname()}).loopback():
		return errors.New("must begin with https://, because every call carries the token")
	}
	*s = slackURL(strings.TrimRight(u.Scheme+"://"+u.Host+u.Path, "/") + "/")
	return nil
}

// channelID is a channel of Slack; "" = not set.
type channelID string

var channelIDs = regexp.MustCompile(`^[CG][A-Z0-9]{5,40}$`)

// UnmarshalText reads an id such as C024BE7LR.
func (c *channelID) UnmarshalText(b []byte) error {
	if !channelIDs.Match(b) {
		return errors.New("must be the channel's id, for example C024BE7LR, not its name: it stands at the end of the channel's details")
	}
	*c = channelID(b)
	return nil
}

// slackTogether is what the settings of Slack ask of each other.
func slackTogether(s settings) (found []mistake) {
	const alone = "is for Slack, but SLACK_BOT_TOKEN is not set; set it, or unset this one"
	for name, set := range map[string]bool{
		"SLACK_SIGNING_SECRET": s.SlackSecret != "", "SLACK_APP_TOKEN": s.SlackApp != "", "SLACK_DESK_CHANNEL": s.SlackDesk != "",
	} {
		if set && !s.Slack.given {
			found = append(found, mistake{name, alone})
		}
	}
	switch {
	case s.Slack.given && s.SlackSecret == "" && s.SlackApp == "":
		found = append(found, mistake{"SLACK_BOT_TOKEN", "needs a way in which Slack delivers: SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for PUBLIC_URL/hook/slack; set one of them"})
	case s.SlackSecret != "" && s.SlackApp != "":
		found = append(found, mistake{"SLACK_APP_TOKEN", "is set beside SLACK_SIGNING_SECRET, but an app delivers in one way only; unset one of them"})
	case s.Slack.given && s.SlackSecret != "" && !s.SlackAPI.loopback() && !s.PublicURL.secure():
		found = append(found, mistake{"SLACK_SIGNING_SECRET", "has Slack deliver to PUBLIC_URL/hook/slack, so PUBLIC_URL must begin with https://; correct it, or use SLACK_APP_TOKEN"})
	}
	return found
}

// loopback tells whether the server is on this machine.
func (s slackURL) loopback() bool {
	u, err := url.Parse(string(s))
	return err == nil && address{host: u.Hostname()}.loopback()
}
