package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func configCommand() *cobra.Command {
	var markdown bool
	cmd := command("config", "Print all settings: variable, value, default, meaning", nil, func(cmd *cobra.Command, _ []string) error {
		if markdown {
			fmt.Fprint(cmd.OutOrStdout(), settingsMarkdown())
			return nil
		}
		_, err := readSettings(os.Environ())
		vars, _ := variables(os.Environ())
		hide := secrets(vars, nil) // one may have been put into another variable
		for name, value := range vars {
			if field(name).Tag.Get("secret") == "" {
				vars[name] = hide.Replace(value)
			}
		}
		printSettings(cmd.OutOrStdout(), vars)
		return err
	})
	cmd.Flags().BoolVar(&markdown, "markdown", false, "print the table of the README instead, without values")
	cmd.Long = "Print all settings. They are read from the environment only; each may also be given as NAME_FILE,\n" +
		"the name of a file that holds the value. Mistakes are listed below the table: exit status 2."
	return cmd
}

// printSettings prints the table with the values as they are set.
func printSettings(w io.Writer, vars map[string]string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "VARIABLE\tVALUE\tDEFAULT\tMEANING")
	for _, f := range fields() {
		name := f.Tag.Get("env")
		value := oneLine(vars[name])
		switch {
		case value == "":
			value = "-"
		case f.Tag.Get("secret") != "":
			value = "set"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", name, value, without(f.Tag.Get), f.Tag.Get("doc"))
	}
	_ = t.Flush() // as with Fprint: with a broken pipe nobody is left to be told
}

// settingsMarkdown returns the table as it stands in the README.
func settingsMarkdown() string {
	var b strings.Builder
	b.WriteString("| Variable | Default | Meaning |\n|---|---|---|\n")
	for _, f := range fields() {
		value := without(f.Tag.Get)
		if f.Tag.Get("envDefault") != "" {
			value = "`" + value + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Tag.Get("env"), value, f.Tag.Get("doc"))
	}
	return b.String()
}

// without says what holds when a variable is not set.
func without(tag func(string) string) string {
	if d := tag("envDefault"); d != "" {
		return d
	}
	return tag("unset")
}
