package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/adapters/paper"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

func reportCommand() *cobra.Command {
	var from, to, format, chart string
	cmd := command("report", "How good the service was in a period", nil, func(cmd *cobra.Command, _ []string) error {
		write, known := reportFormats[format]
		period, err := reportPeriod(from, to, claim.DateOf(now()))
		if !known {
			err = errors.Join(err, fmt.Errorf("--format: %q is none of table, csv, json", format))
		}
		if err != nil {
			return usageError{err}
		}
		s, err := readSettings(os.Environ())
		if err != nil {
			return err
		}
		desk := s.Desk.active()
		return withStore(cmd.Context(), func(store bot.Store) error {
			tally := measure.New(measure.Options{Period: period, Now: now(), Elapsed: desk.Counted, Targets: measure.Targets})
			reads := tally.Reads()
			err := store.Histories(cmd.Context(), reads.From, reads.To, func(c claim.Claim, events []claim.Event) error {
				tally.Add(c, events)
				return nil
			})
			if err != nil {
				return err
			}
			r := tally.Report()
			if chart != "" {
				if err := writeChart(chart, r); err != nil {
					return err
				}
			}
			return write(cmd.OutOrStdout(), r)
		})
	})
	f := cmd.Flags()
	f.StringVar(&from, "from", "", "first day in Shantou on which the claims were opened, as 2026-11-01")
	f.StringVar(&to, "to", "", "last day, as 2026-11-30")
	f.StringVar(&format, "format", "table", "table: for people; csv: one line a group and measure, for a spreadsheet; json: one object")
	f.StringVar(&chart, "chart", "", "PNG file to draw as well: opened and closed claims and the median of first response by weeks")
	return cmd
}

var reportFormats = map[string]func(io.Writer, measure.Report) error{
	"table": reportTable,
	"csv":   reportCSV,
	"json":  func(w io.Writer, r measure.Report) error { return jsonLines(w, []measure.Report{r}) },
}

// writeChart draws a report's weeks into a file.
func writeChart(file string, r measure.Report) error {
	png, err := paper.Charts{}.Weeks(r)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, png, 0o644); err != nil { //nolint:gosec // a chart is to be shown around
		return fmt.Errorf("write chart: %w", err)
	}
	return nil
}

// reportPeriod reads the days of a report and tells all mistakes in them.
func reportPeriod(from, to string, today claim.Date) (measure.Period, error) {
	var found []error
	day := func(flag, typed, example string) claim.Date {
		d, err := claim.ParseDate(typed)
		switch {
		case typed == "":
			err = fmt.Errorf("is missing; give a day, as %s", example)
		case err == nil && d.Year < firstYear:
			err = fmt.Errorf("%s is long before the first claim", d)
		case today.Before(d):
			err = fmt.Errorf("%s has not come yet; in Shantou it is %s", d, today)
		}
		if err != nil {
			found = append(found, fmt.Errorf("--%s: %w", flag, err))
		}
		return d
	}
	p := measure.Period{From: day("from", from, "2026-11-01"), To: day("to", to, "2026-11-30")}
	if len(found) == 0 && p.To.Before(p.From) {
		found = append(found, fmt.Errorf("--to: %s is before --from %s", p.To, p.From))
	}
	return p, errors.Join(found...)
}
