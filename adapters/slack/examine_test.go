package slack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
)

func TestExamine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*slack.Config)
		server fake.Config
		desk   func(*fake.Server) *fake.Chat
		revoke string
		want   string // in the problem; empty = there is none
	}{
		"all well":         {want: ""},
		"all well, socket": {change: bySocket},
		"desk":             {desk: func(s *fake.Server) *fake.Chat { return s.NewPrivateChannel("desk") }},
		"no such token":    {change: func(c *slack.Config) { c.Token = "xoxb-other-secret" }, want: "Slack does not know it"},
		"revoked":          {revoke: "token_revoked", want: "Slack does not know it: slack auth.test: token_revoked"},
		"not reachable":    {change: func(c *slack.Config) { c.APIURL = "http://127.0.0.1:1/api/" }, want: "127.0.0.1:1 cannot be reached"},
		"scopes missing": {
			server: fake.Config{Scopes: slices.DeleteFunc(slack.Scopes(), func(s string) bool { return s == "files:read" || s == "im:write" })},
			want:   "missing: files:read, im:write",
		},
		"exactly the scopes": {server: fake.Config{Scopes: slack.Scopes()}},
		"no way":             {change: func(c *slack.Config) { c.SigningSecret = "" }, want: "no way for them to come"},
		"no address":         {change: func(c *slack.Config) { c.PublicURL = "" }, want: "no address"},
		"no HTTPS":           {change: func(c *slack.Config) { c.PublicURL = "http://x.example" }, want: "https://"},
		"wrong app token":    {change: func(c *slack.Config) { bySocket(c); c.AppToken = "xapp-other-secret" }, want: "invalid_auth"},
		"no such desk":       {change: func(c *slack.Config) { c.Desk = "C0NONE" }, want: "channel_not_found"},
		"desk is a chat": {
			desk: func(s *fake.Server) *fake.Chat { return s.NewPerson(fake.Profile{}).DM() }, want: "private chat",
		},
		"not in the desk": {
			desk: func(s *fake.Server) *fake.Chat { c := s.NewChannel("desk"); c.SetBot(false); return c }, want: "not in it",
		},
		"desk archived": {
			desk: func(s *fake.Server) *fake.Chat { c := s.NewChannel("desk"); c.Archive(true); return c }, want: "archived",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, c.server)
			cfg := slack.Config{Token: token, SigningSecret: signed, APIURL: l.server.API(), PublicURL: "https://support.example"}
			if c.desk != nil {
				cfg.Desk = c.desk(l.server).ID()
			}
			if c.change != nil {
				c.change(&cfg)
			}
			l.server.Revoke(c.revoke)
			var problems []string
			for _, f := range slack.New(cfg).Examine(t.Context()) {
				if f.Problem != "" {
					problems = append(problems, f.Problem)
				}
				if (f.Problem == "") != (f.Do == "") || f.What == "" || strings.Contains(f.Problem+f.Do, "secret") {
					t.Errorf("found %+v", f)
				}
			}
			switch {
			case c.want == "" && len(problems) > 0, c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0], c.want)):
				t.Errorf("problems %q, want %q", problems, c.want)
			}
			for _, call := range l.server.Calls() {
				if !slices.Contains([]string{"auth.test", "conversations.info", "apps.connections.open"}, call.Method) {
					t.Errorf("looking changes something: %s", call.Method)
				}
			}
		})
	}
}
