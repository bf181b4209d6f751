package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestUsageMistakesExitTwo(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "bad.yaml", "version: \"1\"\nintake: {nudge_after: soon}\n")
	for name, c := range map[string]struct {
		args []string
		said string
	}{
		"nothing":           {nil, "choose a command"},
		"unknown command":   {[]string{"demmo"}, "did you mean 'supportbot demo'?"},
		"unknown below":     {[]string{"machines", "imprt"}, "did you mean 'supportbot machines import'?"},
		"group alone":       {[]string{"claims"}, "choose a command"},
		"unknown flag":      {[]string{"version", "--nope"}, "unknown flag: --nope"},
		"word too many":     {[]string{"version", "please"}, `"please" is one word too many`},
		"file missing":      {[]string{"machines", "import"}, "see 'supportbot machines import --help'"},
		"no such file":      {[]string{"machines", "import", "nope.csv"}, "open nope.csv: no such file"},
		"serial":            {[]string{"policy", "explain", "--serial", "x"}, `--serial: "x" is no serial number`},
		"explain, all":      {[]string{"policy", "explain", "--on", "1.1.", "--lang", "es", "--severity", "bad", "--delivered", "x"}, "--serial"},
		"status":            {[]string{"claims", "list", "--status", "lost"}, `"lost" is none of open, taken`},
		"format":            {[]string{"claims", "export", "--format", "xml"}, "neither csv nor json"},
		"day":               {[]string{"claims", "export", "--from", "today", "--to", "2026"}, "--to"},
		"report's days":     {[]string{"report", "--from", "2026-11-31"}, `--from: "2026-11-31": not a date`},
		"report's last day": {[]string{"report", "--from", "2026-11-01"}, "--to: is missing; give a day, as 2026-11-30"},
		"report, backwards": {[]string{"report", "--from", "2026-03-02", "--to", "2026-03-01"}, "--to: 2026-03-01 is before --from 2026-03-02"},
		"report, to come":   {[]string{"report", "--from", "2026-03-02", "--to", "9026-03-01"}, "--to: 9026-03-01 has not come yet; in Shantou it is 2"},
		"report, of old":    {[]string{"report", "--from", "1026-03-02", "--to", "2026-03-03"}, "--from: 1026-03-02 is long before the first claim"},
		"report's format":   {[]string{"report", "--format", "xml", "--from", "2026-03-02", "--to", "2026-03-02"}, `--format: "xml" is none of table, csv, json`},
		"flow":              {[]string{"graph", "--flow", "nope"}, "there is no flow"},
		"policy":            {[]string{"policy", "check", "bad.yaml"}, "bad.yaml:2: intake.nudge_after"},
		"policy is missing": {[]string{"policy", "check", "none.yaml"}, "none.yaml"},
		"time":              {[]string{"oncall", "--at", "tomorrow"}, `--at: "tomorrow" is no time as '2026-11-23 18:00'`},
		"play":              {[]string{"play", "none.txt"}, "none.txt"},
		"label's address":   {[]string{"machines", "qr", "--serial", "OS-2025-0417", "--url", "example.com"}, "https://"},
		"label's page":      {[]string{"machines", "qr", "--serial", "x"}, "PUBLIC_URL is not set"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.run(t, c.args...)
			r.want(t, 2, "supportbot: ", c.said)
			if r.out != "" {
				t.Errorf("stdout: %s", r.out)
			}
		})
	}
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(p.dir, "data")); err == nil {
			t.Error("a wrong command line has made a database")
		}
	})
}

func TestExplainListsAllMistakes(t *testing.T) {
	t.Parallel()
	newPlace(t, "LOG_LEVEL=loud").run(t, "policy", "explain", "--on", "1.1.", "--lang", "es", "--severity", "bad", "--delivered", "x").
		want(t, 2, "--serial", "--on", "--lang", "--severity", "--delivered", "LOG_LEVEL=loud")
}

func TestReportListsAllMistakes(t *testing.T) {
	t.Parallel()
	newPlace(t).run(t, "report", "--from", "today", "--format", "xml").want(t, 2, "--from", "--to", "--format")
}

func TestSettingsAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "policy.yaml", "version: \"1\"\nintake: {min_description: -1}\n")
	p.file(t, "folder", "")
	r := p.with("LISTEN=8080", "WEB_CHAT=yes", "PUBLIC_URL=ftp://example.com", "LOG_LEVEL=loud", "LOG_FORMAT=xml", "DATA_DIR=folder",
		"MEDIA_URL=s3://key:secret@bucket", "REDIS_URL=http://:secret@host", "DATABASE_URL=mysql://:secret@host", "POLICY_FILE=policy.yaml", "TELEGRAM_TOKEN=123:secret", "SLACK_BOT_TOKEN_FILE=token",
		"LOG_LEVEL_FILE=level").run(t, "serve")
	r.want(t, 2, "LISTEN=8080: must be an address and a port", "WEB_CHAT=yes: must be on or off", "PUBLIC_URL=ftp://example.com: must be",
		"LOG_LEVEL: is set twice", "LOG_FORMAT=xml: must be text or json", "DATA_DIR=folder: is a file", "MEDIA_URL: must hold no name and no password", "REDIS_URL: must be a URL as redis://", "DATABASE_URL: must be a URL as postgres://",
		"policy.yaml:2: intake.min_description", "policy.yaml:1: editions", "TELEGRAM_TOKEN: must be the token as @BotFather shows it", "SLACK_BOT_TOKEN_FILE=token: cannot be read")
	if strings.Contains(r.errs, "secret") || strings.Contains(r.errs, "no channel is on") {
		t.Errorf("says too much:\n%s", r.errs)
	}
}

func TestSettingsOfLaterIssuesAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"PLAYBOOKS_DIR", "DOCUMENTS_DIR",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newPlace(t, "WEB_CHAT=on", name+"=x").run(t, "serve")
			r.want(t, 2, name+": ", "not built yet", "unset it")
			if table := newPlace(t).must(t, "config"); strings.Contains(table, name+" ") {
				t.Errorf("the table lists it as if it worked:\n%s", table)
			}
		})
	}
}

const token = "7312345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"

func TestSettingsOfTelegram(t *testing.T) {
	t.Parallel()
	const secret = "not-for-others"
	for name, c := range map[string]struct {
		env  []string
		want []string // nothing: it is fine
	}{
		"all of them": {env: []string{
			"TELEGRAM_TOKEN=" + token, "TELEGRAM_API_URL=http://192.168.7.1:8081/bots/", "TELEGRAM_WEBHOOK_SECRET=" + secret,
			"TELEGRAM_DESK_CHAT=-1001234567890", "TELEGRAM_RATE=0", "PUBLIC_URL=https://service.example.com:8443",
		}},
		"webhook, fake server": {env: []string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_API_URL=http://127.0.0.1:1", "TELEGRAM_WEBHOOK_SECRET=" + secret}},
		"server beside us":     {env: []string{"TELEGRAM_API_URL=http://telegram-bot-api:8081"}},
		"token":                {[]string{"TELEGRAM_TOKEN=" + token + " and more"}, []string{"TELEGRAM_TOKEN: must be the token", "/mybots to @BotFather"}},
		"token of little":      {[]string{"TELEGRAM_TOKEN=123:" + secret}, []string{"TELEGRAM_TOKEN: must be the token"}},
		"API":                  {[]string{"TELEGRAM_API_URL=api.telegram.org"}, []string{"TELEGRAM_API_URL=api.telegram.org: must be an address that begins with"}},
		"API with more":        {[]string{"TELEGRAM_API_URL=https://api.telegram.org/?a"}, []string{"no name, query or fragment"}},
		"API in the clear":     {[]string{"TELEGRAM_API_URL=http://api.telegram.org"}, []string{"must begin with https://, because every call carries the token"}},
		"API, public address":  {[]string{"TELEGRAM_API_URL=http://8.8.8.8"}, []string{"must begin with https://"}},
		"secret":               {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_WEBHOOK_SECRET=" + secret + "!"}, []string{"TELEGRAM_WEBHOOK_SECRET: must be 1 to 256 letters"}},
		"secret too long":      {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_WEBHOOK_SECRET=" + strings.Repeat("a", 257)}, []string{"TELEGRAM_WEBHOOK_SECRET: must be"}},
		"no address":           {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_WEBHOOK_SECRET=" + secret}, []string{"TELEGRAM_WEBHOOK_SECRET: asks Telegram to deliver to PUBLIC_URL"}},
		"address in the clear": {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_WEBHOOK_SECRET=" + secret, "PUBLIC_URL=http://service.example.com"}, []string{"begin with https://"}},
		"another port":         {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_WEBHOOK_SECRET=" + secret, "PUBLIC_URL=https://service.example.com:444"}, []string{"80, 88 or 8443"}},
		"group by name":        {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_DESK_CHAT=@desk"}, []string{"TELEGRAM_DESK_CHAT=@desk: must be the group's number", "add the bot to the group"}},
		"group by word":        {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_DESK_CHAT=desk"}, []string{"TELEGRAM_DESK_CHAT=desk: must be a number"}},
		"a person":             {[]string{"TELEGRAM_TOKEN=" + token, "TELEGRAM_DESK_CHAT=1234567"}, []string{"TELEGRAM_DESK_CHAT=1234567: is no group"}},
		"rate":                 {[]string{"TELEGRAM_RATE=-1"}, []string{"TELEGRAM_RATE=-1: must be a whole number"}},
		"no token": {
			[]string{"TELEGRAM_DESK_CHAT=-1", "TELEGRAM_WEBHOOK_SECRET=" + secret, "PUBLIC_URL=https://service.example.com"},
			[]string{"TELEGRAM_DESK_CHAT: is for Telegram, but TELEGRAM_TOKEN is not set", "TELEGRAM_WEBHOOK_SECRET: is for Telegram"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newPlace(t, c.env...).run(t, "config")
			status := 0
			if c.want != nil {
				status = 2
			}
			r.want(t, status, c.want...)
			if said := r.out + r.errs; strings.Contains(said, secret) || strings.Contains(said, token) {
				t.Errorf("shows a secret:\n%s", said)
			}
		})
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "LOG_LEVEL_FILE=level", "PUBLIC_URL=https://service.example.com/", "WEB_CHAT=", "LISTEN=:80")
	p.file(t, "level", "debug\r\n")
	table := p.must(t, "config")
	for _, row := range []string{
		`(?m)^VARIABLE +VALUE +DEFAULT +MEANING$`, `(?m)^LOG_LEVEL +debug +info +What`, `(?m)^DATA_DIR +- +\./data +Folder`,
		`(?m)^PUBLIC_URL +https://service\.example\.com/ `, `(?m)^WEB_CHAT +- +off `, `(?m)^LISTEN +:80 `,
	} {
		if !regexp.MustCompile(row).MatchString(table) {
			t.Errorf("no row %s in\n%s", row, table)
		}
	}
	p.file(t, "token", token+"\n")
	table = p.with("TELEGRAM_TOKEN_FILE=token", "TELEGRAM_DESK_CHAT=-100123").must(t, "config")
	for _, row := range []string{`(?m)^TELEGRAM_TOKEN +set +no Telegram `, `(?m)^TELEGRAM_DESK_CHAT +-100123 `} {
		if !regexp.MustCompile(row).MatchString(table) {
			t.Errorf("no row %s in\n%s", row, table)
		}
	}
	r := p.with("LOG_FORMAT=xml").run(t, "config")
	r.want(t, 2, "LOG_FORMAT=xml: must be text or json")
	contains(t, r.out, "\nLOG_FORMAT ", " xml ")
	p.with("LOG_FORMAT_FILE=none").run(t, "config").want(t, 2, "LOG_FORMAT_FILE=none: cannot be read")
}

var settingsBlock = regexp.MustCompile(`(?s)<!-- settings -->\n+(.*?)\n*<!-- /settings -->`)

func TestReadmeHasTheSettings(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := settingsBlock.FindSubmatch(readme)
	if block == nil {
		t.Fatal("README.md has no table between <!-- settings --> and <!-- /settings -->")
	}
	if want := strings.TrimSpace(newPlace(t).must(t, "config", "--markdown")); strings.TrimSpace(string(block[1])) != want {
		t.Errorf("README.md's settings are not those of `supportbot config --markdown`:\n%s", want)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	contains(t, newPlace(t).must(t, "version"), "supportbot ", "commit ", runtime.Version())
}

func TestServeNeedsAChannel(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.run(t, "serve").want(t, 2, "no channel is on", "TELEGRAM_TOKEN", "WEB_CHAT=on", "supportbot demo")
	p.with("WEB_CHAT=on", "WEB_DESK=on").run(t, "serve").want(t, 2,
		"WEB_DESK=on: needs PUBLIC_URL", "WEB_DESK=on: needs DESK_FILE", "WEB_DESK=on: needs Telegram or Slack")
	if _, err := os.Stat(filepath.Join(p.dir, "data")); err == nil {
		t.Error("it has made a database")
	}
}

func TestDemoIsForLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{"0.0.0.0:8080", ":8080", "[::]:8080", "192.0.2.1:8080", "example.com:80"} {
		newPlace(t, "LISTEN="+listen, "TELEGRAM_TOKEN="+token).run(t, "demo").want(t, 2, "LISTEN="+listen, "loopback only", "TELEGRAM_TOKEN: the demo is a page only")
	}
}

func TestSettingsOfSlack(t *testing.T) {
	t.Parallel()
	const bot, app, secret = "SLACK_BOT_TOKEN=xoxb-12-34-notforothers", "SLACK_APP_TOKEN=xapp-1-notforothers", "SLACK_SIGNING_SECRET=0123456789abcdef0123456789abcdef"
	for name, c := range map[string]struct {
		env  []string
		want []string // nothing: it is fine
	}{
		"Socket Mode":          {env: []string{bot, app, "SLACK_DESK_CHANNEL=C024BE7LR"}},
		"by HTTP":              {env: []string{bot, secret, "PUBLIC_URL=https://service.example.com", "SLACK_DESK_CHANNEL=G024BE7LR"}},
		"fake server":          {env: []string{bot, secret, "SLACK_API_URL=http://127.0.0.1:1/api"}},
		"token of a person":    {[]string{"SLACK_BOT_TOKEN=xoxp-12-notforothers", app}, []string{"SLACK_BOT_TOKEN: must be the bot token, which begins with xoxb-"}},
		"app token":            {[]string{bot, "SLACK_APP_TOKEN=xoxb-notforothers"}, []string{"SLACK_APP_TOKEN: must be an app-level token"}},
		"secret":               {[]string{bot, "SLACK_SIGNING_SECRET=notforothers"}, []string{"SLACK_SIGNING_SECRET: must be the signing secret"}},
		"no way in":            {[]string{bot}, []string{"SLACK_BOT_TOKEN: needs a way in which Slack delivers"}},
		"both ways":            {[]string{bot, app, secret, "PUBLIC_URL=https://service.example.com"}, []string{"SLACK_APP_TOKEN: is set beside SLACK_SIGNING_SECRET"}},
		"address in the clear": {[]string{bot, secret, "PUBLIC_URL=http://service.example.com"}, []string{"PUBLIC_URL must begin with https://"}},
		"no address":           {[]string{bot, secret}, []string{"PUBLIC_URL must begin with https://"}},
		"API in the clear":     {[]string{"SLACK_API_URL=http://slack.com/api/"}, []string{"must begin with https://, because every call carries the token"}},
		"API":                  {[]string{"SLACK_API_URL=slack.com"}, []string{"SLACK_API_URL=slack.com: must be an address"}},
		"channel by name":      {[]string{bot, app, "SLACK_DESK_CHANNEL=#service"}, []string{"SLACK_DESK_CHANNEL=#service: must be the channel's id"}},
		"no token": {
			[]string{app, secret, "SLACK_DESK_CHANNEL=C024BE7LR"},
			[]string{"SLACK_APP_TOKEN: is for Slack, but SLACK_BOT_TOKEN is not set", "SLACK_SIGNING_SECRET: is for Slack", "SLACK_DESK_CHANNEL: is for Slack"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newPlace(t, c.env...).run(t, "config")
			status := 0
			if c.want != nil {
				status = 2
			}
			r.want(t, status, c.want...)
			if said := r.out + r.errs; strings.Contains(said, "notforothers") || strings.Contains(said, "89abcdef0") {
				t.Errorf("shows a secret:\n%s", said)
			}
		})
	}
}
