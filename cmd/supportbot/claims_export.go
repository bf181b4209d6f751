package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func claimsExportCommand() *cobra.Command {
	var w wanted
	var format string
	cmd := command("export", "Write all claims as CSV or JSON", nil, func(cmd *cobra.Command, _ []string) error {
		if format != "csv" && format != "json" {
			return usagef("--format: %q is neither csv nor json", format)
		}
		return withClaims(cmd.Context(), w, func(store bot.Claims, list []claim.Claim) error {
			if format == "json" {
				return exportJSON(cmd.Context(), cmd.OutOrStdout(), store, list)
			}
			return exportCSV(cmd.OutOrStdout(), list)
		})
	})
	f := cmd.Flags()
	f.StringVar(&format, "format", "csv", "csv: one line a machine, for a spreadsheet; json: one object a line, claim and events")
	f.StringVar(&w.from, "from", "", "only claims of this day or later, as 2026-11-23")
	f.StringVar(&w.to, "to", "", "only claims of this day or earlier")
	return cmd
}

func exportJSON(ctx context.Context, w io.Writer, store bot.Claims, list []claim.Claim) error {
	for _, c := range list {
		events, err := store.Events(ctx, c.ID)
		if err != nil {
			return err
		}
		if err := jsonLines(w, []history{{c, events}}); err != nil {
			return err
		}
	}
	return nil
}

// exportColumns are the names of the CSV's columns; they stay.
var exportColumns = []string{
	"claim", "version", "status", "severity", "date", "opened", "changed", "channel", "lang", "reporter", "company",
	"serial", "model", "to_check", "coverage", "last_day", "row", "because", "flags", "policy", "duplicate", "files", "description",
}

// exportCSV writes a line for each machine of each claim.
func exportCSV(w io.Writer, list []claim.Claim) error {
	rows := [][]string{exportColumns}
	for _, c := range list {
		for _, l := range c.Lines {
			rows = append(rows, exportRow(c, l))
		}
	}
	return writeCSV(w, rows)
}

// writeCSV writes rows for a spreadsheet: formulas are defused, and a byte order mark lets it show
// Chinese.
func writeCSV(w io.Writer, rows [][]string) error {
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	if err := csv.NewWriter(w).WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func exportRow(c claim.Claim, l claim.Line) []string {
	v := l.Verdict
	return []string{
		string(c.ID), strconv.Itoa(c.Version), string(c.Status), string(c.Severity), c.Date.String(),
		c.Opened.UTC().Format(time.RFC3339), c.Changed.UTC().Format(time.RFC3339), c.Channel, c.Lang, c.Reporter.Name, string(l.Company),
		string(l.Serial), l.Model, strconv.FormatBool(l.Check), string(v.Coverage), v.LastDay.String(), string(v.Terms.Row),
		joined(v.Because), joined(v.Flags), v.Policy, string(c.Duplicate), strconv.Itoa(len(c.Evidence)), c.Description,
	}
}

func joined[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = string(one)
	}
	return strings.Join(texts, " ")
}

// inert keeps a spreadsheet from taking what a customer wrote for a formula (promise P6).
func inert(cell string) string {
	if strings.IndexAny(strings.TrimLeft(cell, " \t\r\n"), "=+-@＝＋－＠") == 0 {
		return "'" + cell
	}
	return cell
}
