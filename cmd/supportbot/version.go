package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return command("version", "Print version, commit and Go version", nil, func(cmd *cobra.Command, _ []string) error {
		b := readBuild()
		fmt.Fprintf(cmd.OutOrStdout(), "supportbot %s\ncommit     %s\ngo         %s %s/%s\n", b.version, b.commit, b.goVersion, runtime.GOOS, runtime.GOARCH)
		return nil
	})
}

// build is what the linker wrote into the program.
type build struct{ version, commit, goVersion string }

func readBuild() build {
	b := build{version: "unknown", commit: "unknown", goVersion: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.version = info.Main.Version
	}
	changed := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if changed {
		b.commit += " with changes"
	}
	return b
}
