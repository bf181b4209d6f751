package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/adapters/alarm"
	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/postgres"
	"github.com/optoste/supportbot/store/redis"
	"github.com/optoste/supportbot/store/sqlite"
)

// examineTime is how long one part may take.
const examineTime = 10 * time.Second

func doctorCommand() *cobra.Command {
	var asJSON bool
	cmd := command("doctor", "Look at everything that is configured, and say what is wrong and what to do", nil, func(cmd *cobra.Command, _ []string) error {
		list := diagnose(cmd.Context(), os.Environ())
		if asJSON {
			printJSON(cmd.OutOrStdout(), list)
		} else {
			printFindings(cmd.OutOrStdout(), list)
		}
		if n := len(list) - len(slices.DeleteFunc(slices.Clone(list), wrong)); n > 0 {
			return fmt.Errorf("wrong: %d of %d", n, len(list))
		}
		return nil
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Long = `Look at everything that is configured, and say what is wrong and what to do. Nothing is changed and no
secret is shown. Exit status 1: something is wrong; warnings alone are 0.`
	return cmd
}

// examined is a part that is looked at.
type examined struct {
	what  string   // for the message that it does not answer
	needs []string // the settings that say where it is
	part  bot.Examiner
}

// look is a [bot.Examiner] without a state.
type look func(ctx context.Context) []bot.Finding

// Examine implements [bot.Examiner].
func (l look) Examine(ctx context.Context) []bot.Finding { return l(ctx) }

// allParts is the list of what is looked at, in the order in which it is printed.
func allParts(s settings) []examined {
	list := []examined{
		{"Policy", []string{"POLICY_FILE"}, look(s.lookAtPolicy)},
		{"Desk", []string{"DESK_FILE"}, look(s.lookAtDesk)},
		{"Data folder", []string{"DATA_DIR"}, look(s.lookAtData)},
		{"Database", []string{"DATABASE_URL", "DATA_DIR"}, databaseExaminer(s)},
	}
	sessions := examined{"Sessions", []string{"REDIS_URL"}, look(sessionsInFile)}
	if s.RedisURL != "" {
		sessions.part = redis.Examiner{URL: string(s.RedisURL)}
	}
	list = append(list,
		sessions,
		examined{"Media", []string{"MEDIA_URL", "DATA_DIR"}, look(s.lookAtMedia)},
		examined{"Listen", []string{"LISTEN"}, look(s.lookAtListen)},
		examined{"Public address", []string{"PUBLIC_URL", "LISTEN"}, look(s.lookAtPublic)},
		examined{"Proxy", []string{"TELEGRAM_API_URL"}, look(s.lookAtProxy)},
	)
	if s.WebDesk == on {
		list = append(list, examined{"Desk page", []string{"WEB_DESK", "PUBLIC_URL", "DESK_FILE"}, look(s.lookAtDeskPage)})
	}
	if s.Desk.loaded != nil {
		list = append(list, examined{"Alarms", []string{"DESK_FILE", "SMTP_URL"}, alarm.Examiner{
			Alarm: alarm.New(alarm.Config{Mail: alarm.Server(s.SMTP)}), Alarms: s.Desk.loaded.Alarms,
		}})
	}
	if s.Telegram.given {
		api := []string{"TELEGRAM_API_URL"}
		list = append(list, examined{"Telegram API", api, look(s.lookAtTelegram)})
		settings := []string{"TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_DESK_CHAT", "PUBLIC_URL"}
		list = append(list, examined{"Telegram", append(api, settings...), s.telegramExaminer()})
	}
	if s.Slack.given {
		settings := []string{"SLACK_BOT_TOKEN", "SLACK_API_URL", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN", "SLACK_DESK_CHANNEL", "PUBLIC_URL"}
		list = append(list, examined{"Slack", settings, s.slackExaminer()})
	}
	return list
}

// slackExaminer is the bot on Slack without what it needs to serve.
func (s settings) slackExaminer() bot.Examiner {
	return slack.New(slack.Config{
		Token: s.Slack.text, APIURL: string(s.SlackAPI), SigningSecret: string(s.SlackSecret), AppToken: string(s.SlackApp),
		PublicURL: string(s.PublicURL), Desk: string(s.SlackDesk),
	})
}

// telegramExaminer is the bot on Telegram without what it needs to serve.
func (s settings) telegramExaminer() bot.Examiner {
	return telegram.New(telegram.Config{
		Token: s.Telegram.text, APIURL: string(s.TelegramAPI), Secret: string(s.TelegramWebhook), PublicURL: string(s.PublicURL),
		Desk: s.TelegramDesk.String(),
	})
}

func databaseExaminer(s settings) bot.Examiner {
	if s.Database != "" {
		return postgres.Examiner{URL: string(s.Database), Now: time.Now}
	}
	return sqlite.Examiner{Dir: s.DataDir}
}

func sessionsInFile(context.Context) []bot.Finding {
	return []bot.Finding{{What: "Sessions", Detail: "a file in DATA_DIR: one process, no replicas"}}
}

func (s settings) lookAtMedia(ctx context.Context) []bot.Finding {
	bucket, err := s.bucket()
	if err != nil {
		return []bot.Finding{{What: "Media", Problem: err.Error(), Do: "set MEDIA_URL"}}
	}
	return media.Examiner{URL: bucket}.Examine(ctx)
}

func (s settings) lookAtPolicy(context.Context) []bot.Finding {
	f := bot.Finding{What: "Policy", Detail: "the built-in one"}
	if s.Policy.file != "" {
		f.Detail = s.Policy.file
	}
	return []bot.Finding{f}
}

// diagnose looks at the settings and at whatever they name. What a wrong setting names is left out.
func diagnose(ctx context.Context, environ []string) []bot.Finding {
	s, err := readSettings(environ, servable)
	var bad mistakes
	errors.As(err, &bad)
	vars, _ := variables(environ)
	list := settingsFindings(vars, bad)
	parts := slices.DeleteFunc(allParts(s), func(e examined) bool {
		return slices.ContainsFunc(e.needs, func(name string) bool { return bad.about(name, vars) })
	})
	list = append(list, oncePerName(examineAll(ctx, parts))...)
	hide := secrets(vars, environ)
	for i := range list {
		list[i].Detail, list[i].Problem, list[i].Do = hide.Replace(list[i].Detail), hide.Replace(list[i].Problem), hide.Replace(list[i].Do)
	}
	return list
}

func settingsFindings(vars map[string]string, bad mistakes) (list []bot.Finding) {
	if len(bad) == 0 {
		return []bot.Finding{{What: "Settings", Detail: fmt.Sprintf("%d set", len(vars))}}
	}
	for _, m := range bad {
		list = append(list, bot.Finding{What: "Settings", Problem: m.where + ": " + m.problem, Do: "correct it; 'supportbot config' lists all settings"})
	}
	return list
}

// about tells whether a setting is among the mistakes.
func (m mistakes) about(name string, vars map[string]string) bool {
	return slices.ContainsFunc(m, func(one mistake) bool {
		where, _, _ := strings.Cut(one.where, "=")
		file, _, _ := strings.Cut(one.where, ":") // a line of the policy
		return where == name || where == name+"_FILE" || vars[name] != "" && file == vars[name]
	})
}

// examineAll looks at all parts at once.
func examineAll(ctx context.Context, parts []examined) (list []bot.Finding) {
	answers := make([]chan []bot.Finding, len(parts))
	ctx, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	for i, p := range parts {
		answers[i] = make(chan []bot.Finding, 1)
		go func() { answers[i] <- p.part.Examine(ctx) }()
	}
	for i, p := range parts {
		list = append(list, p.answer(ctx, answers[i])...)
	}
	return list
}

// answer waits for a part, but for one that does not look at its context no longer than for others.
func (e examined) answer(ctx context.Context, found <-chan []bot.Finding) []bot.Finding {
	const moment = time.Second // for those who do
	select {
	case list := <-found:
		return list
	case <-ctx.Done():
	}
	late := time.NewTimer(moment)
	defer late.Stop()
	select {
	case list := <-found:
		return list
	case <-late.C:
		return []bot.Finding{{What: e.what, Problem: fmt.Sprintf("no answer within %s", examineTime), Do: "see whether it runs, and whether a firewall is between"}}
	}
}

// oncePerName drops what a later part says better: what cannot be reached at all, several find.
func oncePerName(list []bot.Finding) []bot.Finding {
	var kept []bot.Finding
	for i, f := range list {
		if !slices.ContainsFunc(list[i+1:], func(later bot.Finding) bool { return later.What == f.What && wrong(later) }) {
			kept = append(kept, f)
		}
	}
	return kept
}

func wrong(f bot.Finding) bool { return f.Problem != "" && !f.Minor }

// verdict is how a finding is printed.
func verdict(f bot.Finding) string {
	switch {
	case f.Problem == "":
		return "ok"
	case f.Minor:
		return "warning"
	}
	return "WRONG"
}

func printFindings(w io.Writer, list []bot.Finding) {
	width := 0
	for _, f := range list {
		if f.Problem+f.Detail != "" { // else the name says it all
			width = max(width, len(f.What))
		}
	}
	for _, f := range list {
		line := fmt.Sprintf("%-8s %-*s  %s", verdict(f), width, oneLine(f.What), oneLine(cmp.Or(f.Problem, f.Detail)))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
		if f.Problem != "" {
			fmt.Fprintf(w, "%9sdo: %s\n", "", oneLine(f.Do))
		}
	}
}

// report is what --json prints.
type report struct {
	OK     bool          `json:"ok"` // nothing is wrong
	Checks []reportCheck `json:"checks"`
}

type reportCheck struct {
	Status  string `json:"status"` // ok, warning or wrong
	What    string `json:"what"`
	Detail  string `json:"detail,omitempty"`
	Problem string `json:"problem,omitempty"`
	Do      string `json:"do,omitempty"`
}

func printJSON(w io.Writer, list []bot.Finding) {
	r := report{OK: !slices.ContainsFunc(list, wrong)}
	for _, f := range list {
		c := reportCheck{strings.ToLower(verdict(f)), f.What, f.Detail, f.Problem, ""}
		if f.Problem != "" {
			c.Do = f.Do
		}
		r.Checks = append(r.Checks, c)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	_ = out.Encode(r) // as with Fprint
}
