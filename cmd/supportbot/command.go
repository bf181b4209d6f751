package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// usageError is a mistake of whoever started the program, not a failure of ours: exit status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// explain turns an error into what a person reads on stderr.
func explain(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	return printable(err.Error())
}

// command returns a command with its mistakes of usage marked as such. Arguments are checked by
// args; nil = it takes none.
func command(use, short string, args cobra.PositionalArgs, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	if args == nil {
		args = noArgs
	}
	return &cobra.Command{
		Use: use, Short: short, RunE: run,
		Args: func(cmd *cobra.Command, given []string) error {
			if err := args(cmd, given); err != nil {
				return usagef("%w; see '%s --help'", err, cmd.CommandPath())
			}
			return nil
		},
		SilenceErrors: true, SilenceUsage: true,
	}
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q is one word too many", args[0])
	}
	return nil
}

// group returns a command that only has other commands below it.
func group(name, short string, below ...*cobra.Command) *cobra.Command {
	g := command(name, short, cobra.ArbitraryArgs, func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usagef("%q is no command%s", args[0], hint(cmd, args[0]))
		}
		cmd.SetOut(cmd.ErrOrStderr())
		return errors.Join(cmd.Help(), usagef("choose a command"))
	})
	g.CompletionOptions.HiddenDefaultCmd = true
	g.DisableFlagsInUseLine = true
	g.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; see '%s --help'", err, cmd.CommandPath())
	})
	g.AddCommand(below...)
	return g
}

func hint(cmd *cobra.Command, typed string) string {
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(typed); len(near) > 0 {
		return fmt.Sprintf("; did you mean '%s %s'?", cmd.CommandPath(), strings.Join(near, "' or '"))
	}
	return fmt.Sprintf("; see '%s --help'", cmd.CommandPath())
}

// printable takes from a text what would steer the terminal: customers' words and names are among
// what is printed (promise P6). Line breaks stay.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
			return -1
		}
		return r
	}, s)
}

// oneLine is printable for a cell of a table.
func oneLine(s string) string { return strings.Join(strings.Fields(printable(s)), " ") }
