package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/adapters/plate"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func machinesQRCommand() *cobra.Command {
	var serial, out, base string
	cmd := command("qr", "Make the QR label of a machine, which opens a chat about it", nil, func(cmd *cobra.Command, _ []string) error {
		s, err := readSettings(os.Environ())
		number, ok := claim.ParseSerial(serial)
		if !ok {
			err = errors.Join(err, usagef("--serial: %q is no serial number", serial))
		}
		var root publicURL
		if base == "" {
			base = string(s.PublicURL)
		}
		if base == "" {
			err = errors.Join(err, usagef("PUBLIC_URL is not set, so nobody's telephone would find the page; set it, or give --url"))
		} else if bad := root.UnmarshalText([]byte(base)); bad != nil {
			err = errors.Join(err, usagef("--url=%s: %w", base, bad))
		}
		if err != nil {
			return err
		}
		link, err := machineLink(cmd.Context(), s, number, root)
		if err != nil {
			return err
		}
		if out == "" {
			out = strings.ReplaceAll(string(number), "/", "-") + ".png"
		}
		return writeLabel(cmd.OutOrStdout(), out, number, link)
	})
	f := cmd.Flags()
	f.StringVar(&serial, "serial", "", "serial number of a machine in the registry")
	f.StringVar(&out, "out", "", "file to write (default SERIAL.png in this folder)")
	f.StringVar(&base, "url", "", "address of the page (default PUBLIC_URL)")
	cmd.Long = `Make the QR label of a machine as a PNG. It holds a signed link: who opens it stands before the
machine, so the chat knows the machine, and links the person to the company that owns it.`
	return cmd
}

// machineLink returns the signed link of a machine in the registry.
func machineLink(ctx context.Context, s settings, serial claim.Serial, root publicURL) (string, error) {
	store, err := openStoreReadOnly(ctx, s)
	if err == nil {
		defer store.Close() //nolint:errcheck // what was written is committed
		_, err = store.Machine(ctx, serial)
	}
	if errors.Is(err, bot.ErrNotFound) {
		return "", fmt.Errorf("machine %s is not in the registry in %s%s", serial, s.DataDir, nearby(ctx, store, serial))
	}
	if err != nil {
		return "", err
	}
	key, err := linkKey(ctx, s, store)
	if err != nil {
		return "", err
	}
	payload, ok := bot.NewLinks(key).Payload(serial)
	if !ok {
		return "", fmt.Errorf("the serial number %s is too long for a link", serial)
	}
	return string(root) + "/?start=" + url.QueryEscape(payload), nil
}

// linkKey reads the key that signs links. The first label of all makes it, for which the database
// has to be free.
func linkKey(ctx context.Context, s settings, reader bot.Secrets) ([]byte, error) {
	key, err := reader.Secret(ctx, linkSecret)
	if err == nil {
		return key, nil
	}
	store, err := openStore(ctx, s)
	if err != nil {
		return nil, err
	}
	defer store.Close() //nolint:errcheck // what was written is committed
	return store.Secret(ctx, linkSecret)
}

// nearby names machines whose numbers look like this one; people leave dashes out.
func nearby(ctx context.Context, store bot.Registry, serial claim.Serial) string {
	var list []claim.Machine
	if store != nil {
		list, _ = store.NearMachines(ctx, serial.Folded()) // without it the message is the same
	}
	if len(list) == 0 {
		return "; import it first"
	}
	var numbers []string
	for _, m := range list {
		numbers = append(numbers, string(m.Serial))
	}
	return "; did you mean " + strings.Join(numbers, " or ") + "?"
}

// labelSize is the width of a label in pixels: some 5 cm at 300 dots an inch.
const labelSize = 600

// writeLabel draws a link as QR with the serial number below, and says what it did.
func writeLabel(said io.Writer, file string, serial claim.Serial, link string) error {
	png, err := plate.Label(string(serial), link, labelSize)
	if err != nil {
		return fmt.Errorf("draw label: %w", err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil { //nolint:gosec // a label is for everybody to see
		return fmt.Errorf("write label: %w", err)
	}
	fmt.Fprintf(said, "Wrote %s: %s\n", file, link)
	return nil
}
