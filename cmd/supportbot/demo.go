package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/spf13/cobra"
)

func demoCommand() *cobra.Command {
	cmd := command("demo", "Try it: a web page with a customer on the left and the engineers' desk on the right", nil,
		func(cmd *cobra.Command, _ []string) error {
			s, err := readSettings(os.Environ(), private)
			if err != nil {
				return err
			}
			return demo(cmd.Context(), s, cmd.OutOrStdout())
		})
	cmd.Long = `Try it: a web page with a customer on the left and the engineers' desk on the right, with sample
machines and people. It needs no token and no server, listens on loopback only, and keeps its data
in DATA_DIR.`
	return cmd
}

// private is what else the demo asks of the settings.
func private(s settings) (found []mistake) {
	if s.Database != "" && !onServers {
		found = append(found, mistake{"DATABASE_URL", "the demo keeps its samples in SQLite; unset it, or start 'supportbot serve'"})
	}
	if s.Telegram.given {
		found = append(found, mistake{"TELEGRAM_TOKEN", "the demo is a page only; unset it, or start 'supportbot serve'"})
	}
	if s.Slack.given {
		found = append(found, mistake{"SLACK_BOT_TOKEN", "the demo is a page only; unset it, or start 'supportbot serve'"})
	}
	if s.Listen != (address{}) && !s.Listen.loopback() {
		found = append(found, mistake{"LISTEN=" + s.Listen.String(), "the demo lets whoever reaches it be anybody, so it listens on loopback only: use 127.0.0.1:8080, or another port of 127.0.0.1"})
	}
	return found
}

func demo(ctx context.Context, s settings, out io.Writer) (err error) {
	s.WebChat, s.WebDesk = on, on
	if s.Desk, err = s.Desk.demoDesk(); err != nil {
		return err
	}
	l, err := listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // the server has closed it
	people, mixed, err := samples(ctx, s)
	if err != nil {
		return err
	}
	st, err := openStores(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	if s.PublicURL == "" {
		s.PublicURL = publicURL("http://" + visible(l.Addr(), s.Listen))
	}
	p, err := assemble(ctx, s, st, people)
	if err != nil {
		return err
	}
	p.handler = loopbackOnly(p.handler)
	fmt.Fprintf(out, "Open http://%s in a browser. Stop with Ctrl-C. Data lies in %s.\n", visible(l.Addr(), s.Listen), s.DataDir)
	if mixed {
		fmt.Fprintf(out, "The registry there has machines of its own, so the sample machines were left out; another DATA_DIR would have them.\n")
	}
	return p.run(ctx, l, s.logger(os.Stderr))
}

// visible is the address as a browser takes it: that of the settings, with the port that was taken.
func visible(at net.Addr, asked address) string {
	_, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return at.String()
	}
	return net.JoinHostPort(asked.host, port)
}
