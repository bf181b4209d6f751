package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
)

const minutes = "2006-01-02 15:04"

func oncallCommand() *cobra.Command {
	var typed string
	var asJSON bool
	cmd := command("oncall", "Say who is on call on each level, and until when", nil, func(cmd *cobra.Command, _ []string) error {
		s, err := readSettings(os.Environ())
		desk := s.Desk.active()
		at, wrong := moment(typed, desk.Calendar.Zone())
		if err := errors.Join(wrong, err); err != nil {
			return usageError{err}
		}
		swaps, err := readSwaps(cmd.Context(), s, at)
		if err != nil {
			return err
		}
		list := turns(desk.With(swaps), at)
		if asJSON {
			return jsonLines(cmd.OutOrStdout(), list)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "On call at %s, by the clock of %s:\n", at.Format(minutes), at.Location())
		printTurns(cmd.OutOrStdout(), list, at.Location())
		return nil
	})
	cmd.Flags().StringVar(&typed, "at", "", "at this time by the clock of the desk's calendar, as '2026-11-23 18:00', or as 2026-11-23T18:00:00+08:00 (default now)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.Long = "Say who is on call on each level, and until when: as DESK_FILE has it, and what engineers have swapped since by '!swap'. " +
		"What is wrong in the file is listed."
	return cmd
}

// readSwaps reads what engineers have swapped and what has not ended at a time. Where there is no database yet, they
// have swapped nothing.
func readSwaps(ctx context.Context, s settings, at time.Time) (list []duty.Override, err error) {
	store, err := openStoreReadOnly(ctx, s)
	if errors.Is(err, bot.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer store.Close() //nolint:errcheck // nothing was written
	swaps, err := store.Swaps(ctx, at)
	for _, swap := range swaps {
		list = append(list, swap.Override)
	}
	return list, err
}

// moment reads a time as it was typed; nothing is now.
func moment(typed string, zone *time.Location) (time.Time, error) {
	if typed == "" {
		return now().In(zone), nil
	}
	if at, err := time.Parse(time.RFC3339, typed); err == nil {
		return at.In(zone), nil
	}
	at, err := time.ParseInLocation(minutes, typed, zone)
	if err != nil {
		return at, fmt.Errorf("--at: %q is no time as '2026-11-23 18:00'", typed)
	}
	return at, nil
}

// onCall is who is on call on a level.
type onCall struct {
	Level      duty.LevelID  `json:"level"`
	Name       string        `json:"name"`
	Person     duty.PersonID `json:"person"`
	PersonName string        `json:"person_name"`
	Until      time.Time     `json:"until"`
	Override   bool          `json:"override"`
	Reason     string        `json:"reason,omitempty"`
	By         string        `json:"by,omitempty"`
}

func turns(d *duty.Desk, at time.Time) (list []onCall) {
	for _, l := range d.Levels {
		s, _ := d.OnCall(l.ID, at) // it has this level
		list = append(list, onCall{l.ID, l.Name, s.Person.ID, s.Person.Name, s.Until, s.Override, s.Reason, s.By})
	}
	return list
}

func printTurns(w io.Writer, list []onCall, zone *time.Location) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "LEVEL\tWHO\tUNTIL\tBECAUSE")
	for _, c := range list {
		because := "it is their week"
		if c.Override {
			because = "stands in: " + cmp.Or(c.Reason, "as "+c.By+" has arranged it")
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", oneLine(c.Name), oneLine(c.PersonName), c.Until.In(zone).Format(minutes), oneLine(because))
	}
	_ = t.Flush() // as with Fprint: with a broken pipe nobody is left to be told
}
