package main

import (
	"context"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// healthTime is how long a program that works may take to say so.
const healthTime = 3 * time.Second

func healthcheckCommand() *cobra.Command {
	cmd := command("healthcheck", "Ask the program that runs at LISTEN whether it works", nil, func(cmd *cobra.Command, _ []string) error {
		s, err := readSettings(os.Environ(), fixedPort)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), healthTime)
		defer cancel()
		return healthy(ctx, "http://"+s.Listen.local())
	})
	cmd.Long = `Ask the program that runs at LISTEN whether it works: exit status 0 or 1. It is for containers, which
have no other program to ask with.`
	return cmd
}

// fixedPort is what else healthcheck asks of the settings.
func fixedPort(s settings) []mistake {
	if s.Listen.port == "0" {
		return []mistake{{"LISTEN=" + s.Listen.String(), "takes a port that nobody else knows; name one"}}
	}
	return nil
}

// local is where a program of this machine reaches the address, also where nothing knows localhost.
func (a address) local() string {
	switch ip := net.ParseIP(a.host); {
	case a.host == "" || ip.Equal(net.IPv4zero):
		return net.JoinHostPort("127.0.0.1", a.port)
	case ip.Equal(net.IPv6zero):
		return net.JoinHostPort("::1", a.port)
	}
	return a.String()
}
