package telegram_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// problems returns what is wrong, a line each, and checks that each says what to do.
func problems(t *testing.T, a *telegram.Adapter) string {
	t.Helper()
	var b strings.Builder
	list := a.Examine(t.Context())
	if len(list) == 0 {
		t.Error("nothing was looked at")
	}
	for _, f := range list {
		if f.What == "" || (f.Problem == "") != (f.Do == "") {
			t.Errorf("finding %+v", f)
		}
		if f.Problem != "" {
			b.WriteString(f.What + ": " + f.Problem + "\n")
		}
		if s := f.What + f.Problem + f.Do; strings.Contains(s, "AAsecret") || strings.Contains(s, "password") || strings.Contains(s, secret) {
			t.Errorf("a secret is shown: %+v", f)
		}
	}
	return b.String()
}

func TestExamineUpdates(t *testing.T) {
	t.Parallel()
	const bots = "https://bot.example"
	unauthorized := &fake.Refusal{Code: http.StatusUnauthorized, Text: "Unauthorized"}
	for name, c := range map[string]struct {
		change func(*telegram.Config)
		set    string // the webhook that is set
		refuse *fake.Refusal
		want   string // empty = all is well
	}{
		"polling":            {want: ""},
		"a webhook is set":   {set: "https://a.example/x", want: "a webhook is set at a.example"},
		"webhook not set":    {change: hookedAt(bots), want: "Telegram webhook: it is not set"},
		"webhook":            {change: hookedAt(bots + "/"), set: bots + "/hook/telegram"},
		"port 8443":          {change: hookedAt(bots + ":8443"), set: bots + ":8443/hook/telegram"},
		"webhook elsewhere":  {change: hookedAt(bots), set: "https://a.example/x", want: "it is set to another address, at a.example"},
		"no https":           {change: hookedAt("http://bot.example"), want: "does not begin with https://"},
		"another port":       {change: hookedAt(bots + ":9000"), want: "port 9000"},
		"no address":         {change: hookedAt(""), want: "it is no address"},
		"secret not taken":   {change: func(c *telegram.Config) { c.Secret, c.PublicURL = "a:b", bots }, want: "Telegram does not take it"},
		"deliveries fail":    {change: hookedAt("https://127.0.0.1:1"), set: "https://127.0.0.1:1/hook/telegram", want: "Telegram could not deliver"},
		"token unknown":      {refuse: unauthorized, want: "Telegram does not know it"},
		"Telegram is broken": {refuse: fake.ServerError(), want: "500"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, c.change, fake.Config{})
			if c.set != "" {
				ask(t, l, "setWebhook", url.Values{"url": {c.set}})
			}
			if strings.Contains(c.set, "127.0.0.1") { // nobody is there
				u := l.mei.Chat().Say(l.mei, "hello")
				eventually(t, "a delivery has failed", func() bool { return u.Deliveries() > 1 })
			}
			if c.refuse != nil {
				l.server.Inject(fake.Fault{Refuse: c.refuse})
			}
			sets := len(l.server.Calls("setWebhook", "deleteWebhook"))
			got := problems(t, l.Adapter)
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("problems:\n%swant %q", got, c.want)
			}
			if len(l.server.Calls("setWebhook", "deleteWebhook")) != sets {
				t.Error("looking has changed something")
			}
		})
	}
}

func hookedAt(public string) func(*telegram.Config) {
	return func(c *telegram.Config) { c.Secret, c.PublicURL = secret, public }
}

func TestExamineDesk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server fake.Config
		desk   func(*lab, *fake.Person) string
		want   string
	}{
		"a group where the bot hears all": {fake.Config{SeeAll: true}, func(l *lab, w *fake.Person) string { return address(l.server.NewGroup("Desk", w)).Chat }, ""},
		"a group with privacy mode":       {fake.Config{}, func(l *lab, w *fake.Person) string { return address(l.server.NewGroup("Desk", w)).Chat }, "privacy mode hides"},
		"administrator": {fake.Config{}, func(l *lab, w *fake.Person) string {
			g := l.server.NewSupergroup("Desk", w)
			g.PromoteBot(w, fake.Rights{})
			return address(g).Chat
		}, ""},
		"a forum": {fake.Config{}, func(l *lab, w *fake.Person) string {
			g := l.server.NewForum("Desk", w)
			g.PromoteBot(w, fake.Rights{ManageTopics: true})
			return address(g).Chat
		}, ""},
		"a forum without the right": {fake.Config{SeeAll: true}, func(l *lab, w *fake.Person) string {
			g := l.server.NewForum("Desk", w)
			g.PromoteBot(w, fake.Rights{DeleteMessages: true})
			return address(g).Chat
		}, "it has topics, but the bot may not make any"},
		"thrown out": {fake.Config{}, func(l *lab, w *fake.Person) string {
			g := l.server.NewSupergroup("Desk", w)
			g.RemoveBot(w)
			return address(g).Chat
		}, "it is not reachable"},
		"moved": {fake.Config{}, func(l *lab, w *fake.Person) string {
			g := l.server.NewGroup("Desk", w)
			g.Upgrade(w)
			return address(g).Chat
		}, "it has become a supergroup"},
		"unknown": {fake.Config{}, func(*lab, *fake.Person) string { return "-1009999999999" }, "it is not reachable"},
		"a person": {fake.Config{}, func(l *lab, w *fake.Person) string {
			w.Start("")
			return address(w.Chat()).Chat
		}, "it is a private chat"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil, c.server)
			wang := l.server.NewPerson(fake.Profile{First: "Wang"})
			desk := c.desk(l, wang)
			got := problems(t, another(l, func(cfg *telegram.Config) { cfg.Desk = desk }).Adapter)
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("problems:\n%swant %q", got, c.want)
			}
		})
	}
}

// TestExamineProxy names the proxy on the way, and not its password.
func TestExamineProxy(t *testing.T) {
	t.Parallel()
	proxy, err := url.Parse("http://user:password@127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	a := telegram.New(telegram.Config{
		Token: token, APIURL: "http://telegram.example",
		Client: &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}},
	})
	if got := problems(t, a); !strings.Contains(got, "telegram.example cannot be reached through the proxy 127.0.0.1:1") {
		t.Errorf("problems:\n%s", got)
	}
}
