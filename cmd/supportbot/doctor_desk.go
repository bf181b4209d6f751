package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
)

// yearAhead is how long before its first day a year should be in the desk's calendar. The holidays
// are published in November.
const yearAhead = 31 * 24 * time.Hour

func (s settings) lookAtDesk(ctx context.Context) []bot.Finding {
	if s.Desk.loaded == nil {
		return s.Desk.findings(now(), nil)
	}
	accounts, err := readAccounts(ctx, s)
	list := s.Desk.findings(now(), accounts)
	if err != nil { // what is wrong with the database is said there
		list = append(list, bot.Finding{What: "Desk people", Problem: "the linked accounts could not be read", Do: "see what is said of the database", Minor: true})
	}
	return list
}

// findings says what the desk is, and what somebody should look at.
func (d deskFile) findings(at time.Time, accounts []bot.Account) []bot.Finding {
	desk, name := d.active(), d.file
	f := bot.Finding{What: "Desk", Detail: fmt.Sprintf("%s: version %s, %s, %s", d.file, desk.Version,
		number(len(desk.People), "person", "people"), number(len(desk.Levels), "level", "levels"))}
	if d.loaded == nil {
		f.Detail, name = "the built-in one, of sample people: whoever is in the engineers' room is an engineer", "a copy of it that DESK_FILE names"
	}
	list := []bot.Finding{f}
	minor := func(what, problem, do string) {
		list = append(list, bot.Finding{What: what, Problem: problem, Do: do, Minor: true})
	}
	for _, w := range d.warnings {
		minor("Desk file", w.String(), "correct it, or leave it when it is meant")
	}
	if names := d.unlinked(accounts); len(names) > 0 {
		minor("Desk people", "no account is linked of "+strings.Join(names, ", ")+": nothing is done for them, and no direct message reaches them",
			"make a code for each with 'supportbot desk link', or write their ids on the channels under accounts in "+name)
	}
	if years := desk.Calendar.Unknown(at, at.Add(yearAhead)); len(years) > 0 {
		var words []string
		for _, y := range years {
			words = append(words, strconv.Itoa(y))
		}
		minor("Desk calendar", "the holidays of "+strings.Join(words, " and ")+" are not there, so every week counts as a plain one",
			"add them under calendar and years in "+name)
	}
	return list
}

// unlinked names the people of the file of whom no account is known.
func (d deskFile) unlinked(accounts []bot.Account) (names []string) {
	if d.loaded == nil {
		return nil
	}
	for _, p := range d.loaded.Unlinked() {
		if !slices.ContainsFunc(accounts, func(a bot.Account) bool { return a.Person == p.ID }) {
			names = append(names, p.Name)
		}
	}
	return names
}

// lookAtDeskPage says whether somebody can get in to the engineers' page, and only he.
func (s settings) lookAtDeskPage(context.Context) []bot.Finding {
	const what = "Desk page"
	list := []bot.Finding{{What: what, Detail: string(s.PublicURL) + "/desk"}}
	if wrong := deskServable(s); len(wrong) > 0 {
		list = nil
		for _, m := range wrong {
			list = append(list, bot.Finding{What: what, Problem: m.where + " " + m.problem, Do: "set what is missing, or unset WEB_DESK"})
		}
	} else if !s.PublicURL.secure() && !s.PublicURL.local() {
		list = append(list, bot.Finding{
			What: what, Problem: "PUBLIC_URL is not https, so whoever is on the way can log in as an engineer",
			Do: "put a proxy with a certificate in front, and let PUBLIC_URL begin with https://",
		})
	}
	if s.RedisURL != "" {
		list = append(list, bot.Finding{
			What: what, Problem: "what stands in its room is kept in DATA_DIR, so replicas would not show each other's",
			Do: "run one process, or unset WEB_DESK; with one it is fine", Minor: true,
		})
	}
	return list
}

// warn logs what somebody should look at in a desk file of one's own.
func (d deskFile) warn(ctx context.Context, log *slog.Logger, mail bool) {
	if d.loaded == nil {
		return
	}
	for _, w := range d.warnings {
		log.WarnContext(ctx, "the desk file holds what is hardly meant", "where", w.String())
	}
	if !mail && slices.ContainsFunc(d.loaded.Alarms, func(a duty.Outside) bool { return a.Email != "" }) {
		log.WarnContext(ctx, "the desk file has alarms by e-mail, but SMTP_URL is not set, so they do not ring")
	}
	for _, year := range d.loaded.Calendar.Unknown(now(), now()) {
		log.WarnContext(ctx, "the desk file does not know the holidays of this year, so every week counts as a plain one", "year", year)
	}
}
