package slack_test

import (
	"io"
	"net/http"
	"net/http/httptest"
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
		serves http.Handler // at the public address; nil = the program with the same settings
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
		"nothing there":      {change: func(c *slack.Config) { c.PublicURL = "https://127.0.0.1:1" }, want: "nothing answers there"},
		"other program":      {serves: answers(http.StatusOK, "Welcome"), want: "another program answers there (200 OK)"},
		"proxy alone":        {serves: answers(http.StatusBadGateway, "x"), want: "another program answers there (502 Bad Gateway)"},
		"no hook there":      {serves: http.NotFoundHandler(), want: "another program answers there (404 Not Found)"},
		"elsewhere":          {serves: http.RedirectHandler("https://x.example", http.StatusMovedPermanently), want: "it redirects (301 Moved Permanently)"},
		"other secret":       {serves: hooks(slack.Config{SigningSecret: "other-secret"}), want: "another signing secret"},
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
			if c.serves == nil {
				c.serves = hooks(slack.Config{SigningSecret: signed})
			}
			public := httptest.NewTLSServer(c.serves)
			t.Cleanup(public.Close)
			cfg := slack.Config{Token: token, SigningSecret: signed, APIURL: l.server.API(), PublicURL: public.URL, Client: public.Client()}
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
				said := f.What + f.Detail + f.Problem + f.Do
				if (f.Problem == "") != (f.Do == "") || f.What == "" || slices.ContainsFunc([]string{token, app, signed, "other-secret"}, func(s string) bool {
					return strings.Contains(said, s)
				}) {
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

// answers is a program that says the same to everybody.
func answers(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// hooks is the program as it is posted to.
func hooks(c slack.Config) http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range slack.New(c).Routes(quiet) {
		mux.Handle(pattern, h)
	}
	return mux
}

// TestExamineTells says what the app must subscribe to, and what each way needs.
func TestExamineTells(t *testing.T) {
	t.Parallel()
	for way, c := range map[string]struct {
		change func(*slack.Config)
		want   string
	}{"hook": {func(*slack.Config) {}, "it leads here"}, "socket": {bySocket, "no address is needed"}} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, c.change, fake.Config{})
			public := httptest.NewTLSServer(hooks(slack.Config{SigningSecret: signed}))
			t.Cleanup(public.Close)
			cfg := slack.Config{Token: token, SigningSecret: signed, APIURL: l.server.API(), PublicURL: public.URL, Client: public.Client()}
			c.change(&cfg)
			var details []string
			for _, f := range slack.New(cfg).Examine(t.Context()) {
				details = append(details, f.Detail)
			}
			all := strings.Join(details, "\n")
			for _, want := range append(slack.Events(), c.want) {
				if !strings.Contains(all, want) {
					t.Errorf("says not %q:\n%s", want, all)
				}
			}
		})
	}
}
