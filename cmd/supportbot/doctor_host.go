package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
)

// What "supportbot doctor" looks at on this machine and on its way to others.

const (
	littleRoom = 1 << 30   // bytes: a warning
	noRoom     = 100 << 20 // bytes
	clockLimit = 5 * time.Second
)

func (s settings) lookAtData(context.Context) []bot.Finding {
	f := bot.Finding{What: "Data folder"}
	dir, err := existing(s.DataDir)
	if err == nil {
		err = tryToWrite(dir)
	}
	if err != nil {
		f.Problem, f.Do = err.Error(), "let the user that supportbot runs as write there, or choose another DATA_DIR"
		return []bot.Finding{f}
	}
	free, known := freeSpace(dir)
	return []bot.Finding{room(f, s.DataDir, free, known)}
}

// room judges how much can still be stored.
func room(f bot.Finding, dir string, free uint64, known bool) bot.Finding {
	f.Detail = dir + ", writable"
	if !known {
		return f
	}
	f.Detail += fmt.Sprintf(", %.1f GB free", float64(free)/1e9)
	if free < littleRoom {
		f.Problem, f.Minor = fmt.Sprintf("only %d MB are free in %s", free/1e6, dir), free >= noRoom
		f.Do = "make room, or move DATA_DIR to a larger disk"
	}
	return f
}

// existing is the folder, or the one in which it will be made.
func existing(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	for err == nil {
		if _, err = os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			return dir, err
		}
		dir, err = filepath.Dir(dir), nil
	}
	return "", err
}

func tryToWrite(dir string) error {
	f, err := os.CreateTemp(dir, ".supportbot-doctor-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString("supportbot doctor\n")
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

func (s settings) lookAtListen(ctx context.Context) []bot.Finding {
	f := bot.Finding{What: "Listen", Detail: s.Listen.String() + " is free"}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", s.Listen.String())
	if err == nil {
		err = l.Close()
	} else if healthy(ctx, "http://"+s.Listen.local()) == nil {
		f.Detail, err = s.Listen.String()+": supportbot answers", nil
	}
	if err != nil {
		f.Problem, f.Do = err.Error(), "stop the other program, or choose another port: LISTEN="+net.JoinHostPort(s.Listen.host, "8090")
	}
	return []bot.Finding{f}
}

func (s settings) lookAtPublic(ctx context.Context) []bot.Finding {
	f := bot.Finding{What: "Public address", Detail: string(s.PublicURL)}
	u, err := url.Parse(string(s.PublicURL))
	if s.PublicURL == "" || err != nil {
		f.Detail = "not set: " + s.Listen.String()
		if s.Telegram.given {
			f.Problem, f.Minor = "PUBLIC_URL is not set, so files that Telegram does not hand over (20 MB) have no page to be uploaded on", true
			f.Do = "set it to the https address under which others reach LISTEN"
		}
		return []bot.Finding{f}
	}
	outside := !address{host: u.Hostname()}.loopback()
	if outside && !s.PublicURL.secure() {
		f.Problem, f.Minor = "the pages are served without https: whoever is in between reads along", true
		f.Do = "put a proxy with a certificate before LISTEN, and let PUBLIC_URL begin with https://"
	}
	if err := healthy(ctx, string(s.PublicURL)); err != nil {
		f.Problem, f.Minor = err.Error(), s.TelegramWebhook == ""
		f.Do = "start 'supportbot serve', and let the proxy pass everything on to LISTEN; if only this machine cannot reach the address, it is fine"
	}
	return []bot.Finding{f}
}

// healthy asks for /healthz.
func healthy(ctx context.Context, root string) error {
	resp, err := get(ctx, root+"/healthz", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct{ Status string }
	err = json.NewDecoder(io.LimitReader(resp.Body, 1<<10)).Decode(&answer)
	if resp.StatusCode != http.StatusOK || err != nil || answer.Status != "ok" {
		return fmt.Errorf("GET %s/healthz is answered by somebody else (%s)", root, resp.Status)
	}
	return nil
}

// get follows no redirections. proxy nil = directly.
func get(ctx context.Context, address string, proxy func(*http.Request) (*url.URL, error)) (*http.Response, error) {
	transport := &http.Transport{Proxy: proxy, DisableKeepAlives: true}
	client := http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return client.Do(req)
}

func (s settings) lookAtProxy(ctx context.Context) []bot.Finding {
	f := bot.Finding{What: "Proxy", Detail: "none for " + string(s.TelegramAPI)}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, string(s.TelegramAPI), nil)
	if err != nil {
		return nil
	}
	proxy, err := http.ProxyFromEnvironment(req)
	switch {
	case err != nil, proxy != nil && strings.HasPrefix(proxy.Path, "//"): // "http://http://..." is how what cannot be read is tried again
		f.Problem, f.Do = "HTTPS_PROXY or HTTP_PROXY is no address", "write it as http://user:password@proxy.example.com:3128, special characters escaped (%40 for @)"
	case proxy != nil:
		f.Detail = fmt.Sprintf("%s through %s://%s", s.TelegramAPI, proxy.Scheme, proxy.Host)
	}
	return []bot.Finding{f}
}

// lookAtTelegram asks for nothing but an answer and its time. What the bot may do there, the adapter
// looks at.
func (s settings) lookAtTelegram(ctx context.Context) []bot.Finding {
	f := bot.Finding{What: "Telegram API", Detail: string(s.TelegramAPI)}
	began := time.Now()
	resp, err := get(ctx, string(s.TelegramAPI)+"/", http.ProxyFromEnvironment)
	if err != nil {
		f.Problem = err.Error()
		f.Do = "see whether this machine may reach it; where Telegram is closed off, set HTTPS_PROXY, or TELEGRAM_API_URL to a server of your own"
		return []bot.Finding{f}
	}
	defer resp.Body.Close()
	took := time.Since(began)
	var list []bot.Finding
	if s.TelegramAPI.plain() {
		f.Problem, f.Minor = "the token travels through the network as it is", true
		f.Do = "let TELEGRAM_API_URL begin with https://, unless the network is yours alone"
		list = append(list, f)
	}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		list = append(list, clockFinding(date, began.Add(took/2)))
	}
	return list
}

// clockFinding compares our clock with that of a server, which tells whole seconds.
func clockFinding(server, ours time.Time) bot.Finding {
	off := ours.Sub(server)
	if off > 0 {
		off = max(0, off-time.Second)
	}
	f := bot.Finding{What: "Clock", Detail: "as Telegram's"}
	if off.Abs() > clockLimit {
		side := "ahead of"
		if off < 0 {
			side = "behind"
		}
		f.Problem, f.Minor = fmt.Sprintf("our clock is %s %s Telegram's, so reminders come at the wrong time", off.Abs().Round(time.Second), side), true
		f.Do = "let this machine keep time by NTP (timedatectl set-ntp true)"
	}
	return f
}

// secrets hides what must not be shown, however it came into a text.
func secrets(vars map[string]string, environ []string) *strings.Replacer {
	var list []string
	hide := func(s string) {
		if len(s) > 3 { // a shorter one would hide parts of other words
			list = append(list, s, "***")
		}
	}
	for _, f := range fields() {
		if f.Tag.Get("secret") != "" {
			hide(vars[f.Tag.Get("env")])
			hidePassword(vars[f.Tag.Get("env")], hide)
		}
	}
	for _, pair := range environ {
		if name, value, _ := strings.Cut(pair, "="); strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			hidePassword(value, hide)
		}
	}
	return strings.NewReplacer(list...)
}

func hidePassword(address string, hide func(string)) {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return
	}
	password, _ := u.User.Password()
	_, escaped, _ := strings.Cut(u.User.String(), ":")
	hide(escaped)
	hide(password)
	hide(url.QueryEscape(password))
}
