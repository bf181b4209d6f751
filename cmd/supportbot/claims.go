package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// wanted says which claims are printed; empty fields do not filter.
type wanted struct {
	status, serial, company, from, to string
	limit                             int
}

func claimsListCommand() *cobra.Command {
	var w wanted
	var asJSON bool
	cmd := command("list", "List claims, the newest first", nil, func(cmd *cobra.Command, _ []string) error {
		return withClaims(cmd.Context(), w, func(_ bot.Claims, list []claim.Claim) error {
			if asJSON {
				return jsonLines(cmd.OutOrStdout(), list)
			}
			printClaims(cmd.OutOrStdout(), list)
			return nil
		})
	})
	f := cmd.Flags()
	f.StringVar(&w.status, "status", "", "only claims in this status: "+strings.Join(statuses(), ", "))
	f.StringVar(&w.serial, "serial", "", "only claims on this serial number")
	f.StringVar(&w.company, "company", "", "only claims on machines of this company, by its id or its name")
	f.IntVar(&w.limit, "limit", 100, "at most so many")
	f.BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func claimsShowCommand() *cobra.Command {
	var asJSON bool
	cmd := command("show ID", "Show one claim with its history", cobra.ExactArgs(1), func(cmd *cobra.Command, args []string) error {
		id := claim.ID(strings.ToUpper(strings.TrimSpace(args[0])))
		return withStore(cmd.Context(), func(store bot.Store) error {
			c, err := readCase(cmd.Context(), store, id)
			if errors.Is(err, bot.ErrNotFound) {
				return fmt.Errorf("there is no claim %s", id)
			}
			if err != nil {
				return err
			}
			if asJSON {
				return jsonLines(cmd.OutOrStdout(), []history{c})
			}
			printCase(cmd.OutOrStdout(), c)
			return nil
		})
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object: claim, events")
	return cmd
}

// history is a claim with everything that happened to it.
type history struct {
	Claim  claim.Claim   `json:"claim"`
	Events []claim.Event `json:"events"`
}

func readCase(ctx context.Context, store bot.Claims, id claim.ID) (h history, err error) {
	if h.Claim, err = store.Claim(ctx, id); err != nil {
		return h, err
	}
	h.Events, err = store.Events(ctx, id)
	return h, err
}

// withStore reads the settings and gives the database to f, to read in.
func withStore(ctx context.Context, f func(bot.Store) error) error {
	s, err := readSettings(os.Environ())
	if err != nil {
		return err
	}
	store, err := openStoreReadOnly(ctx, s)
	if errors.Is(err, bot.ErrNotFound) {
		return fmt.Errorf("there is no database in %s yet; DATA_DIR names the folder", s.DataDir)
	}
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // nothing was written
	return f(store)
}

// withClaims gives the wanted claims to f, the newest first.
func withClaims(ctx context.Context, w wanted, f func(bot.Claims, []claim.Claim) error) error {
	filter, fits, err := w.filter()
	if err != nil {
		return err
	}
	return withStore(ctx, func(store bot.Store) error {
		all, err := store.FindClaims(ctx, filter)
		if err != nil {
			return err
		}
		list := slices.DeleteFunc(all, func(c claim.Claim) bool { return !fits(c) })
		if w.limit > 0 && len(list) > w.limit {
			list = list[:w.limit]
		}
		return f(store, list)
	})
}

// filter checks what is wanted and splits it into what the database looks for and what is sorted
// out afterwards.
func (w wanted) filter() (bot.ClaimFilter, func(claim.Claim) bool, error) {
	var found []error
	day := func(flag, typed string) (d claim.Date) {
		if typed != "" {
			var err error
			if d, err = claim.ParseDate(typed); err != nil {
				found = append(found, fmt.Errorf("--%s: %w", flag, err))
			}
		}
		return d
	}
	filter := bot.ClaimFilter{Company: slug(w.company), Since: day("from", w.from), Limit: w.limit}
	to := day("to", w.to)
	if w.status != "" && !slices.Contains(statuses(), w.status) {
		found = append(found, fmt.Errorf("--status: %q is none of %s", w.status, strings.Join(statuses(), ", ")))
	}
	if w.serial != "" {
		var ok bool
		if filter.Serial, ok = claim.ParseSerial(w.serial); !ok {
			found = append(found, fmt.Errorf("--serial: %q is no serial number", w.serial))
		}
	}
	if w.limit < 0 {
		found = append(found, fmt.Errorf("--limit: %d is less than 0", w.limit))
	}
	if w.limit == 0 || w.status != "" || !to.IsZero() {
		filter.Limit = math.MaxInt32 // all of them, since some are sorted out afterwards
	}
	fits := func(c claim.Claim) bool {
		return (w.status == "" || string(c.Status) == w.status) && (to.IsZero() || !to.Before(c.Date))
	}
	if len(found) > 0 {
		return filter, fits, usageError{errors.Join(found...)}
	}
	return filter, fits, nil
}

// statuses lists the statuses of a claim in the order of its life.
func statuses() []string {
	var list []string
	for _, t := range claim.Transitions {
		for _, s := range []claim.Status{t.From, t.To} {
			if !slices.Contains(list, string(s)) {
				list = append(list, string(s))
			}
		}
	}
	return list
}

func jsonLines[T any](w io.Writer, list []T) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, one := range list {
		if err := e.Encode(one); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
	}
	return nil
}

func printClaims(w io.Writer, list []claim.Claim) {
	if len(list) == 0 {
		fmt.Fprintln(w, "No claims.")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CLAIM\tDATE\tSTATUS\tSEVERITY\tSERIAL\tCOVERAGE\tROW\tCOMPANY")
	for _, c := range list {
		for _, l := range c.Lines {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, c.Date, c.Status, c.Severity,
				l.Serial, l.Verdict.Coverage, l.Verdict.Terms.Row, oneLine(string(l.Company)))
		}
	}
	_ = t.Flush() // as with Fprint: with a broken pipe nobody is left to be told
}

func printCase(w io.Writer, h history) {
	c := h.Claim
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", name, oneLine(fmt.Sprintf(format, args...)))
	}
	row("Claim", "%s, version %d", c.ID, c.Version)
	row("Status", "%s", c.Status)
	row("Severity", "%s", c.Severity)
	row("Claim date", "%s", c.Date)
	row("Reported by", "%s (%s), in %s", c.Reporter.Name, c.Reporter.Company, c.Lang)
	for _, l := range c.Lines {
		row("Machine", "%s %s (%s)", l.Serial, l.Model, l.Company)
		row("Coverage", "%s, last day %s, row %s, because of %v, policy %s", l.Verdict.Coverage, l.Verdict.LastDay, l.Verdict.Terms.Row, l.Verdict.Because, l.Verdict.Policy)
	}
	if c.Duplicate != "" {
		row("Duplicate of", "%s (possibly)", c.Duplicate)
	}
	row("Description", "%s", c.Description)
	for _, e := range c.Evidence {
		row("File", "%s, %s, %d bytes, SHA-256 %s", e.Name, e.Mime, e.Size, e.Hash)
	}
	for _, e := range h.Events {
		row(e.At.In(claim.Shantou).Format("2006-01-02 15:04"), "%s by %s%s %s %s", e.Kind, whoDid(e.By), between(" from ", e.From), between("to ", e.To), e.Note)
	}
	_ = t.Flush() // as above
}

func whoDid(a claim.Actor) string {
	if a.Role == claim.System {
		return "the program"
	}
	return strings.TrimSpace(string(a.Role) + " " + a.Name)
}

func between(word, text string) string {
	if text == "" {
		return ""
	}
	return word + text
}
