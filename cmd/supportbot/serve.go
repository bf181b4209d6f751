package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"
)

func serveCommand() *cobra.Command {
	cmd := command("serve", "Serve the channels that are switched on", nil, func(cmd *cobra.Command, _ []string) error {
		s, err := readSettings(os.Environ(), servable)
		if err != nil {
			return err
		}
		return serve(cmd.Context(), s)
	})
	cmd.Long = "Serve the channels that are switched on by settings; see 'supportbot config'."
	return cmd
}

// servable is what else serve asks of the settings.
func servable(s settings) (found []mistake) {
	if s.WebChat == off && !s.Telegram.given && !s.Slack.given {
		found = append(found, mistake{"serve", "no channel is on, so nobody could write: TELEGRAM_TOKEN is the bot on Telegram, SLACK_BOT_TOKEN that on Slack, WEB_CHAT=on serves the customers' page. To have a look first, start 'supportbot demo'"})
	}
	if s.WebDesk == on {
		found = append(found, mistake{"WEB_DESK=on", "the engineers' page has no login yet, so only 'supportbot demo' has it; unset it"})
	}
	return found
}

func serve(ctx context.Context, s settings) (err error) {
	l, err := listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // the server has closed it
	if err := scene(ctx, s); err != nil {
		return err
	}
	st, err := openStores(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	p, err := assemble(ctx, s, st, nil)
	if err != nil {
		return err
	}
	log := s.logger(os.Stderr)
	log.InfoContext(ctx, "serving", "listen", l.Addr().String(), "public_url", string(s.PublicURL))
	if len(s.rooms()) == 0 {
		log.WarnContext(ctx, "no engineers' room is set, so nobody is told of new claims: set TELEGRAM_DESK_CHAT or SLACK_DESK_CHANNEL, or look with 'supportbot claims list'")
	}
	if p.uploads == nil {
		log.WarnContext(ctx, "PUBLIC_URL is not set, so files that a channel does not hand over cannot be uploaded")
	}
	s.Desk.warn(ctx, log, s.SMTP.Host != "")
	return p.run(ctx, l, log)
}
