package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func machinesImportCommand() *cobra.Command {
	var skipBad, dryRun bool
	cmd := command("import FILE.csv", "Bring machines or parts from a CSV file into the registry", cobra.ExactArgs(1),
		func(cmd *cobra.Command, args []string) error {
			s, err := readSettings(os.Environ())
			if err != nil {
				return err
			}
			in := importer{file: args[0], out: cmd.OutOrStdout(), errs: cmd.ErrOrStderr(), skipBad: skipBad, dryRun: dryRun}
			return in.run(cmd.Context(), s)
		})
	cmd.Flags().BoolVar(&skipBad, "skip-bad", false, "import the good lines when others are bad; the exit status is 1 all the same")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only check the file, write nothing")
	cmd.Long = `Bring machines or parts from a CSV file into the registry. The first line names the columns, in
any order; cells other than serial numbers may be empty.

  machines: serial,model,delivered_on,company,country,time_zone,contract_note
  parts:    part_serial,part,machine_serial,delivered_on

Days are written 2026-11-23, countries as two letters (PE), time zones like America/Lima. Companies
of one name are one company; a column company_id keeps apart what has the same name. Every bad line
is named; then nothing is imported unless --skip-bad is given. A line whose serial number is known
replaces what is there, and the same file again changes nothing. The program must not be running.`
	return cmd
}

// importer brings one file into the registry.
type importer struct {
	file            string
	out, errs       io.Writer
	skipBad, dryRun bool
}

func (in importer) run(ctx context.Context, s settings) error {
	f, err := os.Open(in.file)
	if err != nil {
		return usagef("open %s: %s", in.file, reason(err))
	}
	defer f.Close() //nolint:errcheck // it was only read
	sheet, bad, err := parseCSV(f)
	if err != nil {
		return fmt.Errorf("%s: %w", in.file, err)
	}
	open := openStore
	if in.dryRun {
		open = openStoreReadOnly
	}
	store, err := open(ctx, s)
	if err != nil && !(in.dryRun && errors.Is(err, bot.ErrNotFound)) {
		return err
	}
	if store != nil {
		defer store.Close() //nolint:errcheck // what was written is committed
	}
	orphans, err := sheet.dropOrphans(ctx, store)
	if err != nil {
		return err
	}
	bad = append(bad, orphans...)
	slices.SortStableFunc(bad, func(a, b badLine) int { return a.Line - b.Line })
	for _, b := range bad {
		fmt.Fprintln(in.errs, b.where(in.file))
	}
	return in.write(ctx, store, sheet, lines(bad))
}

// write imports what is good, or says why it does not.
func (in importer) write(ctx context.Context, store bot.Registry, s sheet, bad int) error {
	counts := fmt.Sprintf("%s, %s, %s", number(len(s.Companies), "company", "companies"),
		number(len(s.Machines), "machine", "machines"), number(len(s.Parts), "part", "parts"))
	var failure error
	if bad > 0 {
		failure = fmt.Errorf("%s: %s bad", in.file, number(bad, "line is", "lines are"))
	}
	switch {
	case in.dryRun:
		fmt.Fprintf(in.out, "Dry run, nothing was written. Good lines: %s.\n", counts)
		return failure
	case bad > 0 && !in.skipBad:
		return fmt.Errorf("%w; nothing was imported (--skip-bad imports the good lines)", failure)
	}
	// The latest delivery of a part comes last: it is the one that counts (domain.md E13).
	slices.SortStableFunc(s.Parts, func(a, b claim.Part) int { return a.Delivered.Compare(b.Delivered) })
	changed, err := store.Import(ctx, s.Registration, in.progress(len(s.Companies)+len(s.Machines)+len(s.Parts)))
	if err != nil {
		return fmt.Errorf("nothing was imported: %w", err)
	}
	fmt.Fprintf(in.out, "Read %s: %d changed.\n", counts, changed)
	return failure
}

// progress returns what moves a bar on a terminal; nil when nobody watches.
func (in importer) progress(rows int) func(done int) {
	f, ok := in.errs.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	bar := progressbar.NewOptions(rows, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription("importing"),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(done int) { _ = bar.Set(done) } // a bar that cannot be drawn stops nothing
}

// dropOrphans takes out the parts of machines that neither the file nor the registry has, and
// names their lines. A nil store is an empty registry.
func (s *sheet) dropOrphans(ctx context.Context, store bot.Registry) ([]badLine, error) {
	var bad []badLine
	var kept []claim.Part
	known := map[claim.Serial]bool{}
	for i, p := range s.Parts {
		if _, asked := known[p.Machine]; !asked && store != nil {
			_, err := store.Machine(ctx, p.Machine)
			if err != nil && !errors.Is(err, bot.ErrNotFound) {
				return nil, fmt.Errorf("look up machine: %w", err)
			}
			known[p.Machine] = err == nil
		}
		if !known[p.Machine] {
			bad = append(bad, badLine{s.partLines[i], fmt.Sprintf("machine_serial %s is not in the registry; import its machine first", p.Machine)})
			continue
		}
		kept = append(kept, p)
	}
	s.Parts = kept
	return bad, nil
}

// number counts things in English.
func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
