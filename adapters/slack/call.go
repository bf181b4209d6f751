package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"
)

const (
	callTime   = 15 * time.Second // a call that brings no file
	uploadTime = 5 * time.Minute
)

// client calls the Web API with contexts, and keeps secrets out of its errors.
type client struct {
	slack   *slackgo.Client
	http    *http.Client
	root    *url.URL // of the Web API
	token   string
	secrets []string // what must not be shown
	counts  *counts
	holds   *holds
}

func newClient(cfg Config, n *counts) *client {
	hc := &http.Client{}
	if cfg.Client != nil {
		*hc = *cfg.Client
	} else {
		hc.Transport = &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
			MaxIdleConns: 256, MaxIdleConnsPerHost: 128, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second, ExpectContinueTimeout: time.Second,
			ResponseHeaderTimeout: 30 * time.Second, // once what is sent is there
		}
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the token goes nowhere else
	root, err := url.Parse(cfg.APIURL)
	if err != nil {
		root = &url.URL{}
	}
	c := &client{http: hc, root: root, token: cfg.Token, counts: n, holds: newHolds(hc.Transport, root, cfg.Now, &n.limited)}
	hc.Transport = c.holds
	for _, s := range []string{cfg.Token, cfg.AppToken, cfg.SigningSecret} {
		if s != "" {
			c.secrets = append(c.secrets, s)
		}
	}
	c.slack = slackgo.New(cfg.Token, slackgo.OptionAPIURL(cfg.APIURL), slackgo.OptionHTTPClient(hc), slackgo.OptionAppLevelToken(cfg.AppToken),
		slackgo.OptionLog(silent{}))
	return c
}

// silent is the library's log: what matters comes back as errors.
type silent struct{}

// Output does nothing.
func (silent) Output(int, string) error { return nil }

// mind returns the error of a method fit for logs. What was limited in words only is counted here.
func (c *client) mind(method string, err error) error {
	if err == nil {
		return nil
	}
	if says(err, "ratelimited", "rate_limited") {
		c.counts.limited.Add(1)
	}
	return c.redact(method, err)
}

// redact takes addresses and tokens out of an error: some addresses are secrets, too (platform-facts.md
// 110). What the error is stays known.
func (c *client) redact(method string, err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	if text := c.hide(err.Error()); text != err.Error() {
		return fmt.Errorf("slack %s: %s", method, text)
	}
	return fmt.Errorf("slack %s: %w", method, err)
}

func (c *client) hide(s string) string {
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, "***")
	}
	return s
}

// self asks who we are, and returns what the token allows.
func (c *client) self(ctx context.Context) (self, []string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	r, err := c.slack.AuthTestContext(ctx)
	if err := c.mind("auth.test", err); err != nil {
		return self{}, nil, err
	}
	if r.UserID == "" {
		return self{}, nil, errors.New("slack auth.test: no user_id")
	}
	var scopes []string
	for s := range strings.SplitSeq(r.Header.Get("X-Oauth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			scopes = append(scopes, s)
		}
	}
	return self{user: r.UserID, bot: r.BotID, team: r.TeamID, name: r.User}, scopes, nil
}

// self returns who we are; empty until Slack has told.
func (a *Adapter) self() self {
	if me := a.me.Load(); me != nil {
		return *me
	}
	return self{}
}

// ours tells whether an address is Slack's, or the configured server's: only there may the token go
// (platform-facts.md 75).
func (c *client) ours(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	if c.root.Host != "" && u.Scheme == c.root.Scheme && strings.EqualFold(u.Host, c.root.Host) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "https" && (host == "slack.com" || strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}

// wait waits for a time to pass; false = ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
