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
	return append(found, deskServable(s)...)
}

// deskServable is what the engineers' page asks for: the bot sends the link that lets somebody in, to whom the desk file
// names.
func deskServable(s settings) (found []mistake) {
	if s.WebDesk == off {
		return nil
	}
	if s.PublicURL == "" {
		found = append(found, mistake{"WEB_DESK=on", "needs PUBLIC_URL, for the links that let engineers in"})
	}
	if s.Desk.loaded == nil {
		found = append(found, mistake{"WEB_DESK=on", "needs DESK_FILE, which names the people who may enter"})
	}
	if !s.Telegram.given && !s.Slack.given {
		found = append(found, mistake{"WEB_DESK=on", "needs Telegram or Slack, where the bot sends the link that lets an engineer in"})
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
