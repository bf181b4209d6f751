package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/adapters/alarm"
	"github.com/optoste/supportbot/bot/datafile"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/store/media"
)

// The values of settings. Each reads itself from a text and says, when it cannot, what to do.

// onOff is a switch; the zero value is neither, because the setting is wrong.
type onOff string

const (
	on  onOff = "on"
	off onOff = "off"
)

// UnmarshalText reads "on" or "off".
func (v *onOff) UnmarshalText(b []byte) error {
	switch s := onOff(strings.ToLower(string(b))); s {
	case on, off:
		*v = s
		return nil
	}
	return errors.New("must be on or off")
}

// address is a host and a port to listen on.
type address struct{ host, port string }

func (a address) String() string { return net.JoinHostPort(a.host, a.port) }

// UnmarshalText reads "127.0.0.1:8080" or ":8080", which means every address of the machine.
func (a *address) UnmarshalText(b []byte) error {
	host, port, err := net.SplitHostPort(string(b))
	if err != nil {
		return errors.New("must be an address and a port, for example 127.0.0.1:8080, or :8080 for every address of the machine")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return fmt.Errorf("has the port %q; a port is a number from 0 to 65535", port)
	}
	*a = address{host, port}
	return nil
}

// loopback tells whether nobody but this machine can reach the address. The zero value is none.
func (a address) loopback() bool {
	ip := net.ParseIP(a.host)
	return a.host == "localhost" || ip != nil && ip.IsLoopback()
}

// publicURL is the root under which others reach us, without a slash at its end; "" = not set.
type publicURL string

// UnmarshalText reads an absolute http or https address.
func (p *publicURL) UnmarshalText(b []byte) error {
	u, err := url.Parse(string(b))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("must be an address that begins with https:// or http://, for example https://service.example.com")
	}
	if u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return errors.New("must have no name, query or fragment, for example https://service.example.com")
	}
	if strings.Trim(u.Path, "/") != "" {
		return errors.New("must have no path: the pages stand at the root of a host of their own")
	}
	*p = publicURL(u.Scheme + "://" + u.Host)
	return nil
}

// secure tells whether the pages are reached by https.
func (p publicURL) secure() bool { return strings.HasPrefix(string(p), "https://") }

// local tells whether only this machine reaches it.
func (p publicURL) local() bool {
	u, err := url.Parse(string(p))
	return err == nil && address{host: u.Hostname()}.loopback()
}

// mediaURL is the bucket of files; "" = not set. People put passwords into it, so no message shows it.
type mediaURL string

// UnmarshalText reads the URL of a folder or of a bucket.
func (m *mediaURL) UnmarshalText(b []byte) error {
	if err := media.CheckURL(string(b)); err != nil {
		return err
	}
	*m = mediaURL(b)
	return nil
}

// databaseURL is the Postgres database; "" = SQLite. It may hold a password, so no message shows it.
type databaseURL string

// UnmarshalText reads the URL of a Postgres database.
func (d *databaseURL) UnmarshalText(b []byte) error {
	u, err := url.Parse(string(b))
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Host == "" {
		return errors.New("must be a URL as postgres://user:password@host:5432/name, the password's special characters escaped (%40 for @)")
	}
	*d = databaseURL(b)
	return nil
}

// redisURL is where the sessions are; "" = not set. It may hold a password, so no message shows it.
type redisURL string

// UnmarshalText reads the URL of a Redis, a Cluster or a Sentinel.
func (r *redisURL) UnmarshalText(b []byte) error {
	u, err := url.Parse(string(b))
	if err != nil || u.Scheme != "redis" && u.Scheme != "rediss" || u.Host == "" {
		return errors.New("must be a URL as redis://user:password@host:6379/0 (rediss:// with TLS), the password's special characters escaped (%40 for @)")
	}
	*r = redisURL(b)
	return nil
}

// policy is the loaded policy and the file it comes from; the zero value is the built-in one.
type policy struct {
	file   string
	loaded *rules.Policy
}

// UnmarshalText loads the file of this name; its error may be [datafile.Mistakes].
func (p *policy) UnmarshalText(b []byte) error {
	text, err := os.ReadFile(string(b))
	if err != nil {
		return fmt.Errorf("cannot be read; correct the name or the permissions (%s)", reason(err))
	}
	loaded, err := rules.Load(string(b), text)
	if err != nil {
		return err
	}
	*p = policy{string(b), loaded}
	return nil
}

// active returns the policy that judges.
func (p policy) active() *rules.Policy {
	if p.loaded == nil {
		return rules.Default()
	}
	return p.loaded
}

// deskFile is the loaded desk and the file it comes from; the zero value is the built-in one.
type deskFile struct {
	file     string
	loaded   *duty.Desk
	warnings []datafile.Warning
}

// UnmarshalText loads the file of this name; its error may be [datafile.Mistakes].
func (d *deskFile) UnmarshalText(b []byte) error {
	text, err := os.ReadFile(string(b))
	if err != nil {
		return fmt.Errorf("cannot be read; correct the name or the permissions (%s)", reason(err))
	}
	loaded, warnings, err := duty.Load(string(b), text)
	if err != nil {
		return err
	}
	*d = deskFile{string(b), loaded, warnings}
	return nil
}

// active returns the desk that answers.
func (d deskFile) active() *duty.Desk {
	if d.loaded == nil {
		return duty.Default()
	}
	return d.loaded
}

// mailServer takes the alarms by e-mail; the zero value is none. No message shows it.
type mailServer alarm.Server

// UnmarshalText reads the URL of a mail server.
func (m *mailServer) UnmarshalText(b []byte) error {
	server, err := alarm.ParseServer(string(b))
	if err != nil {
		return err
	}
	*m = mailServer(server)
	return nil
}

// logLevel is the least important record that is logged.
type logLevel slog.Level

// UnmarshalText reads "debug", "info", "warn" or "error".
func (l *logLevel) UnmarshalText(b []byte) error {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[strings.ToLower(string(b))]
	if !ok {
		return errors.New("must be debug, info, warn or error")
	}
	*l = logLevel(level)
	return nil
}

// logFormat is how records are written.
type logFormat string

// UnmarshalText reads "text" or "json".
func (f *logFormat) UnmarshalText(b []byte) error {
	switch s := strings.ToLower(string(b)); s {
	case "text", "json":
		*f = logFormat(s)
		return nil
	}
	return errors.New("must be text or json")
}
