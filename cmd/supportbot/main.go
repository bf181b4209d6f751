// Command supportbot is the service assistant in chat of Optoste, a maker of optical sorting
// machines. README.md says what it does and how it is started.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit statuses (design.md section 5).
const (
	statusDone   = 0
	statusFailed = 1
	statusUsage  = 2 // a wrong command line, wrong settings, wrong data files
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(status(program().ExecuteContext(ctx)))
}

// program is the list of commands.
func program() *cobra.Command {
	return group("supportbot", "Service assistant in chat for optical sorting machines",
		demoCommand(),
		serveCommand(),
		configCommand(),
		migrateCommand(),
		doctorCommand(),
		backupCommand(),
		restoreCommand(),
		healthcheckCommand(),
		group("machines", "The registry of machines and parts", machinesImportCommand(), machinesQRCommand()),
		group("claims", "The claims in the database", claimsListCommand(), claimsShowCommand(), claimsExportCommand()),
		reportCommand(),
		group("policy", "The customer service policy", policyExplainCommand(), policyCheckCommand()),
		group("desk", "The people of the desk and their accounts", deskLinkCommand(), deskPeopleCommand(), deskUnlinkCommand()),
		oncallCommand(),
		playCommand(),
		graphCommand(),
		versionCommand(),
	)
}

// status reports an error on stderr and returns what the program exits with.
func status(err error) int {
	if err == nil {
		return statusDone
	}
	fmt.Fprintln(os.Stderr, "supportbot:", explain(err))
	var usage usageError
	if errors.As(err, &usage) {
		return statusUsage
	}
	return statusFailed
}
