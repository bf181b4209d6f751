package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/optoste/supportbot/bot/datafile"
)

// settings is everything that the environment decides. The tags are the table that
// `supportbot config` prints: doc is the meaning, unset what holds without the variable where that
// is no value of its own, and secret:"yes" keeps a value from being shown.
//
// Every variable may be given as NAME_FILE, the name of a file that holds the value.
type settings struct {
	DataDir         string        `env:"DATA_DIR" envDefault:"./data" doc:"Folder of the database, the files and the chats of the web page."`
	Database        databaseURL   `env:"DATABASE_URL" secret:"yes" unset:"SQLite in DATA_DIR" doc:"Database of what is kept: postgres://user:password@host:5432/name. Run 'supportbot migrate' first."`
	RedisURL        redisURL      `env:"REDIS_URL" secret:"yes" unset:"a file in DATA_DIR" doc:"Where conversations in progress are kept: redis://host:6379/0, rediss://, ?addr= more than once for a Cluster, ?master_name= for Sentinel."`
	MediaURL        mediaURL      `env:"MEDIA_URL" secret:"yes" unset:"the folder media in DATA_DIR" doc:"Where pictures, video and documents are kept: file:///folder, or s3://bucket?region=..., with &endpoint=https://host:9000 for a server that speaks like S3. The key comes from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."`
	Listen          address       `env:"LISTEN" envDefault:"127.0.0.1:8080" doc:"Address and port of the HTTP server. Port 0 takes a free one."`
	PublicURL       publicURL     `env:"PUBLIC_URL" unset:"http:// and LISTEN" doc:"Address under which customers reach the HTTP server. 'serve' needs it for the upload page and for a webhook."`
	Telegram        botToken      `env:"TELEGRAM_TOKEN" secret:"yes" unset:"no Telegram" doc:"Token of the bot on Telegram, as @BotFather shows it."`
	TelegramAPI     apiURL        `env:"TELEGRAM_API_URL" envDefault:"https://api.telegram.org" doc:"Root of Telegram's Bot API, or of a Bot API server of your own."`
	TelegramWebhook webhookSecret `env:"TELEGRAM_WEBHOOK_SECRET" secret:"yes" unset:"long polling" doc:"Set: Telegram delivers to PUBLIC_URL/hook/telegram and says this with each update. 1 to 256 letters, digits, - and _."`
	TelegramDesk    groupID       `env:"TELEGRAM_DESK_CHAT" unset:"no desk on Telegram" doc:"The engineers' group, a negative number; in a forum each claim has a topic of its own."`
	TelegramRate    perSecond     `env:"TELEGRAM_RATE" envDefault:"30" doc:"Messages a second that all replicas together send on Telegram; 0 = no limit."`
	Slack           slackToken    `env:"SLACK_BOT_TOKEN" secret:"yes" unset:"no Slack" doc:"Bot token of the app on Slack; it begins with xoxb-."`
	SlackAPI        slackURL      `env:"SLACK_API_URL" envDefault:"https://slack.com/api/" doc:"Root of Slack's Web API."`
	SlackSecret     slackSecret   `env:"SLACK_SIGNING_SECRET" secret:"yes" unset:"Socket Mode" doc:"Set: Slack delivers to PUBLIC_URL/hook/slack and signs with this."`
	SlackApp        appToken      `env:"SLACK_APP_TOKEN" secret:"yes" unset:"delivery by HTTP" doc:"App-level token; it begins with xapp-. Set: Socket Mode, nothing has to be reachable from outside."`
	SlackDesk       channelID     `env:"SLACK_DESK_CHANNEL" unset:"no desk on Slack" doc:"Id of the engineers' channel; each claim has a thread of its own."`
	WebChat         onOff         `env:"WEB_CHAT" envDefault:"off" doc:"The customers' page: on or off. In demo it is always on."`
	WebDesk         onOff         `env:"WEB_DESK" envDefault:"off" doc:"The engineers' page at PUBLIC_URL/desk: on or off. !web brings an engineer a link that lets him in. In demo it is always on, without a login."`
	Policy          policy        `env:"POLICY_FILE" unset:"the built-in policy" doc:"YAML file with the customer service policy."`
	Desk            deskFile      `env:"DESK_FILE" unset:"a built-in desk of sample people" doc:"YAML file with the desk: people, on-call rotation, working calendar, and whom a claim reaches."`
	SMTP            mailServer    `env:"SMTP_URL" secret:"yes" unset:"no e-mails" doc:"Server for the desk's alarms by e-mail: smtp://user:password@host:587?from=service@optoste.example, or smtps://."`
	LogLevel        logLevel      `env:"LOG_LEVEL" envDefault:"info" doc:"What is logged: debug, info, warn or error."`
	LogFormat       logFormat     `env:"LOG_FORMAT" envDefault:"text" doc:"Form of the log on stderr: text or json."`
}

// later are settings that are known but not built yet. To set one and be ignored would be worse
// than being refused.
var later = []struct {
	what  string
	names []string
}{
	{"procedures are not built yet", []string{"PLAYBOOKS_DIR"}},
	{"documents are not built yet", []string{"DOCUMENTS_DIR"}},
}

// mistake is one thing that is wrong with the settings or the files they name.
type mistake struct{ where, problem string }

// mistakes is everything that is wrong, so that it can be mended in one go.
type mistakes []mistake

func (m mistakes) Error() string {
	lines := []string{"the settings are wrong, nothing was started:"}
	for _, one := range m {
		lines = append(lines, fmt.Sprintf("  %s: %s", one.where, one.problem))
	}
	return strings.Join(lines, "\n")
}

// check is what one command asks of the settings beside their form. A setting that is wrong in
// itself has its zero value.
type check func(settings) []mistake

// readSettings reads the variables of an environment such as [os.Environ] and the files that they
// name. Its error is a [usageError] that lists every mistake.
func readSettings(environ []string, checks ...check) (settings, error) {
	vars, found := variables(environ)
	var s settings
	err := env.ParseWithOptions(&s, env.Options{Environment: vars})
	var all env.AggregateError
	if errors.As(err, &all) {
		for _, one := range all.Errors {
			found = append(found, fromEnv(one, vars)...)
		}
	}
	if info, err := os.Stat(s.DataDir); err == nil && !info.IsDir() {
		found = append(found, mistake{given("DATA_DIR", vars), "is a file; name a folder, it is made when it is not there"})
	}
	for _, c := range append([]check{telegramTogether, slackTogether}, checks...) {
		found = append(found, c(s)...)
	}
	if len(found) == 0 {
		return s, nil
	}
	hide := secrets(vars, environ)
	for i := range found {
		found[i].where, found[i].problem = hide.Replace(found[i].where), hide.Replace(found[i].problem)
	}
	return s, usageError{mistakes(found)}
}

// telegramTogether is what the settings of Telegram ask of each other.
func telegramTogether(s settings) (found []mistake) {
	const alone = "is for Telegram, but TELEGRAM_TOKEN is not set; set it, or unset this one"
	if !s.Telegram.given && s.TelegramWebhook != "" {
		found = append(found, mistake{"TELEGRAM_WEBHOOK_SECRET", alone})
	}
	if !s.Telegram.given && s.TelegramDesk != 0 {
		found = append(found, mistake{"TELEGRAM_DESK_CHAT", alone})
	}
	if s.TelegramWebhook != "" && !s.TelegramAPI.loopback() && !s.PublicURL.hookable() {
		found = append(found, mistake{"TELEGRAM_WEBHOOK_SECRET", "asks Telegram to deliver to PUBLIC_URL, which must then begin with https:// and have the port 443 (or none), 80, 88 or 8443; " +
			"correct PUBLIC_URL, or unset the secret: then updates are polled"})
	}
	return found
}

// variables returns the variables that we know, those given as NAME_FILE read from their file. An
// empty variable counts as unset, as Compose files write it.
func variables(environ []string) (map[string]string, []mistake) {
	set := map[string]string{}
	for _, pair := range environ {
		if name, value, _ := strings.Cut(pair, "="); value != "" {
			set[name] = value
		}
	}
	vars := map[string]string{}
	var found []mistake
	for _, l := range later {
		for _, name := range l.names {
			if set[name]+set[name+"_FILE"] != "" {
				found = append(found, mistake{name, l.what + "; unset it"})
			}
		}
	}
	for _, name := range names() {
		value, file := set[name], set[name+"_FILE"]
		switch {
		case value != "" && file != "":
			found = append(found, mistake{name, "is set twice, as " + name + " and as " + name + "_FILE; keep one"})
		case file != "":
			b, err := os.ReadFile(file)
			if err != nil {
				found = append(found, mistake{name + "_FILE=" + file, "cannot be read; correct the name or the permissions (" + reason(err) + ")"})
			}
			value = strings.TrimRight(string(b), "\r\n")
		}
		if value != "" {
			vars[name] = value
		}
	}
	return vars, found
}

// fromEnv turns an error of the library, which knows the field only, into mistakes.
func fromEnv(err error, vars map[string]string) []mistake {
	var parse env.ParseError
	if !errors.As(err, &parse) {
		return []mistake{{"environment", err.Error()}}
	}
	name := parse.Name
	if f, ok := reflect.TypeFor[settings]().FieldByName(parse.Name); ok {
		name = f.Tag.Get("env")
	}
	var inFile datafile.Mistakes
	if errors.As(parse.Err, &inFile) {
		var found []mistake
		for _, m := range inFile {
			where, problem, _ := strings.Cut(m.String(), ": ")
			found = append(found, mistake{where, problem})
		}
		return found
	}
	return []mistake{{given(name, vars), parse.Err.Error()}}
}

// given writes a variable as it was set; a secret only by its name.
func given(name string, vars map[string]string) string {
	f := field(name)
	if vars[name] == "" || f.Tag.Get("secret") != "" {
		return name
	}
	return name + "=" + vars[name]
}

func fields() []reflect.StructField { return reflect.VisibleFields(reflect.TypeFor[settings]()) }

// field returns the field of a variable; the zero value when there is none.
func field(name string) reflect.StructField {
	i := slices.IndexFunc(fields(), func(f reflect.StructField) bool { return f.Tag.Get("env") == name })
	if i < 0 {
		return reflect.StructField{}
	}
	return fields()[i]
}

func names() []string {
	var list []string
	for _, f := range fields() {
		list = append(list, f.Tag.Get("env"))
	}
	return list
}

// reason says why a file could not be read, without its name, which stands beside it.
func reason(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}
