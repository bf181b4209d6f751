package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/store/jobs"
	"github.com/optoste/supportbot/store/postgres"
)

func migrateCommand() *cobra.Command {
	cmd := command("migrate", "Bring the tables of the Postgres database up to date", nil, func(cmd *cobra.Command, _ []string) error {
		s, err := readSettings(os.Environ())
		if err != nil {
			return err
		}
		if s.Database == "" {
			fmt.Fprintln(cmd.OutOrStdout(), "DATABASE_URL is not set: SQLite brings its tables up to date by itself when the program starts.")
			return nil
		}
		if err := postgres.Migrate(cmd.Context(), string(s.Database), jobs.MigratePostgres); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), "The tables are up to date.")
		return nil
	})
	cmd.Long = `Bring the tables of the Postgres database up to date. Several may run at once: one works, the others
wait. Programs that run meanwhile go on working.`
	return cmd
}
