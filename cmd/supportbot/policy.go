package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
)

// words are what the commands themselves say in the languages of the catalogue.
//
//go:embed text/*.json
var words embed.FS

func policyCheckCommand() *cobra.Command {
	return command("check FILE", "Check a policy file and list every mistake", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		p, err := loadPolicy(args[0])
		if err != nil {
			return err
		}
		var editions []string
		for _, e := range p.Editions {
			editions = append(editions, fmt.Sprintf("%s from %s", e.ID, e.From))
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s is good: version %s, %s (%s).\n", args[0], p.Version,
			number(len(editions), "edition", "editions"), strings.Join(editions, ", "))
		return nil
	})
}

func loadPolicy(file string) (*rules.Policy, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("read policy %s: %s", file, reason(err))
	}
	p, err := rules.Load(file, b)
	if err != nil {
		return nil, usagef("the policy is wrong:\n%w", err)
	}
	return p, nil
}

// question is what `policy explain` is asked.
type question struct {
	serial, on, lang, severity, file, delivered string
	json                                        bool
}

func policyExplainCommand() *cobra.Command {
	var q question
	cmd := command("explain", "Say what the policy makes of a machine on a day, and why", nil, func(cmd *cobra.Command, _ []string) error {
		a, err := q.ask(cmd.Context())
		if err != nil {
			return err
		}
		if q.json {
			return json.NewEncoder(cmd.OutOrStdout()).Encode(a.export())
		}
		fmt.Fprint(cmd.OutOrStdout(), printable(a.text()))
		return nil
	})
	f := cmd.Flags()
	f.StringVar(&q.serial, "serial", "", "serial number, typed in any way")
	f.StringVar(&q.on, "on", "", "day in Shantou on which the malfunction was reported, as 2026-11-23 (default today)")
	f.StringVar(&q.lang, "lang", "en", "language: en or zh")
	f.StringVar(&q.severity, "severity", "", "line_down, degraded or question")
	f.StringVar(&q.file, "policy", "", "judge by this file instead of POLICY_FILE")
	f.StringVar(&q.delivered, "delivered", "", "delivery date, as 2026-11-23: of a machine that is not in the registry, else as the customer tells it")
	f.BoolVar(&q.json, "json", false, "print JSON")
	return cmd
}

// ask checks the question, all of it, looks the machine up and judges.
func (q question) ask(ctx context.Context) (answer, error) {
	a := answer{lang: q.lang}
	var found []error
	day := func(flag, typed string, otherwise claim.Date) claim.Date {
		if typed == "" {
			return otherwise
		}
		d, err := claim.ParseDate(typed)
		if err != nil {
			found = append(found, fmt.Errorf("--%s: %w", flag, err))
		}
		return d
	}
	serial, ok := claim.ParseSerial(q.serial)
	if !ok {
		found = append(found, fmt.Errorf("--serial: %q is no serial number", q.serial))
	}
	a.facts = rules.Facts{Claimed: day("on", q.on, claim.DateOf(time.Now())), Severity: claim.Severity(q.severity)}
	stated := day("delivered", q.delivered, claim.Date{})
	if q.severity != "" && !slices.Contains([]claim.Severity{claim.LineDown, claim.Degraded, claim.Question}, a.facts.Severity) {
		found = append(found, fmt.Errorf("--severity: %q is none of line_down, degraded, question", q.severity))
	}
	texts, err := text.New(rules.Texts, words)
	if err != nil {
		return a, err
	}
	if !slices.Contains(texts.Languages(), q.lang) {
		found = append(found, fmt.Errorf("--lang: %q is none of %s", q.lang, strings.Join(texts.Languages(), ", ")))
	}
	s, err := readSettings(os.Environ())
	if err := errors.Join(append(found, err)...); err != nil {
		return a, usageError{err}
	}
	p := s.Policy.active()
	if q.file != "" {
		if p, err = loadPolicy(q.file); err != nil {
			return a, err
		}
	}
	a.texts, a.serial = texts, serial
	if err := a.find(ctx, s, stated); err != nil {
		return a, err
	}
	a.verdict = p.On(a.facts.Claimed).Judge(a.facts)
	return a, nil
}

// answer is what `policy explain` says.
type answer struct {
	texts   bot.Texts
	lang    string
	serial  claim.Serial
	known   bool // the machine is in the registry
	facts   rules.Facts
	verdict claim.Verdict
}

// find looks the machine up; without a database nothing is in the registry. stated is a delivery
// date from the command line.
func (a *answer) find(ctx context.Context, s settings, stated claim.Date) error {
	store, err := openStoreReadOnly(ctx, s)
	if err == nil {
		defer store.Close() //nolint:errcheck // nothing was written
		a.facts.Machine, err = store.Machine(ctx, a.serial)
	}
	switch {
	case err == nil:
		a.known = true
		a.facts.Stated = stated
	case errors.Is(err, bot.ErrNotFound):
		if !stated.IsZero() {
			a.facts.Machine = claim.Machine{Serial: a.serial, Delivered: stated}
		}
	default:
		return fmt.Errorf("look up machine: %w", err)
	}
	return nil
}

func (a answer) say(key string, pairs ...any) string {
	return bot.Plain(a.texts.Render(a.lang, bot.Say(key, pairs...)))
}
