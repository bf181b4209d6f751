package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/stage"
)

func playCommand() *cobra.Command {
	var check bool
	cmd := command("play FILE", "Play a transcript of a conversation and print what comes out", cobra.ExactArgs(1),
		func(cmd *cobra.Command, args []string) error {
			written, played, err := play(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !check {
				fmt.Fprint(cmd.OutOrStdout(), printable(played))
				return nil
			}
			if diff := script.Diff(written, played); diff != "" {
				fmt.Fprint(cmd.OutOrStdout(), printable(diff))
				return fmt.Errorf("%s: what comes out is not what is written", args[0])
			}
			return nil
		})
	cmd.Flags().BoolVar(&check, "check", false, "print only where what comes out differs from what is written; exit status 1 when it does")
	cmd.Long = `Play a transcript of a conversation and print what comes out. It needs nothing: the engine runs in
memory, on the clock of the transcript. Only what people do must be written, the bot's lines are
filled in. Examples: flows/testdata.`
	return cmd
}

// play returns a transcript as it is written and as it came out.
func play(ctx context.Context, name string) (written, played string, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return "", "", usagef("read %s: %s", name, reason(err))
	}
	f, err := script.Parse(name, b)
	if err != nil {
		return "", "", usageError{err}
	}
	engine := &stage.Engine{}
	defer func() { err = errors.Join(err, engine.Close()) }()
	out, err := script.Play(ctx, f, engine)
	return string(f.Format()), string(out), err
}
