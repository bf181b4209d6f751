package alarm

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
)

// Server is a server that takes e-mails for others. The zero value is none.
type Server struct {
	Host     string
	Port     string
	TLS      bool // from the first byte on; else by STARTTLS, without which only this machine is trusted
	User     string
	Password string
	From     string // the sender's address
}

// ParseServer reads the URL of a server: smtp://user:password@host:587?from=service@optoste.example, or smtps:// for
// one that speaks TLS from the first byte on. Without from the user is the sender. No error shows the URL.
func ParseServer(text string) (Server, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		return Server{}, errors.New("must be a URL as smtp://user:password@host:587?from=service@optoste.example (smtps:// with TLS from the beginning), " +
			"special characters escaped (%40 for @)")
	}
	s := Server{Host: u.Hostname(), Port: u.Port(), TLS: u.Scheme == "smtps", User: u.User.Username(), From: u.Query().Get("from")}
	s.Password, _ = u.User.Password()
	if s.Port == "" {
		s.Port = map[bool]string{false: "587", true: "465"}[s.TLS]
	}
	if s.From == "" {
		s.From = s.User
	}
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return Server{}, errors.New("must say who sends: add ?from=service@optoste.example")
	}
	s.From = from.Address
	return s, nil
}

// mail sends an e-mail.
func (a *Alarm) mail(ctx context.Context, r bot.Ring) error {
	if a.cfg.Mail.Host == "" {
		return fmt.Errorf("send e-mail: %w: SMTP_URL is not set", bot.ErrRefused)
	}
	to, err := mail.ParseAddress(r.Alarm.Email)
	if err != nil {
		return fmt.Errorf("send e-mail: %w: the alarm's address cannot be read", bot.ErrRefused)
	}
	c, err := a.connect(ctx)
	if err != nil {
		return fmt.Errorf("send e-mail: %w", final(err))
	}
	defer c.Close() //nolint:errcheck // it was told to quit
	if err := send(c, a.cfg.Mail.From, to.Address, letter(r, a.cfg.Mail.From, to.Address)); err != nil {
		return fmt.Errorf("send e-mail: %w", final(err))
	}
	_ = c.Quit() // it was taken
	return nil
}

func send(c *smtp.Client, from, to string, text []byte) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

var errPlain = errors.New("the server offers no STARTTLS, so anybody on the way could read along")

// connect greets the server and says who we are. It ends with ctx.
func (a *Alarm) connect(ctx context.Context) (_ *smtp.Client, err error) {
	s := a.cfg.Mail
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, s.Port))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = conn.Close()
		}
	}()
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return nil, err
		}
	}
	encrypted := secure(a.cfg.Roots, s.Host)
	if s.TLS {
		conn = tls.Client(conn, encrypted)
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return nil, err
	}
	if offered, _ := c.Extension("STARTTLS"); offered && !s.TLS {
		if err := c.StartTLS(encrypted); err != nil {
			return nil, err
		}
	} else if ip := net.ParseIP(s.Host); !s.TLS && (ip == nil || !ip.IsLoopback()) {
		return nil, errPlain
	}
	if s.Password != "" {
		if err := c.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// secure trusts these roots; nil = the machine's.
func secure(roots *x509.CertPool, host string) *tls.Config {
	return &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12}
}

// final marks what is refused for good: trying again would not help.
func final(err error) error {
	if said := (*textproto.Error)(nil); errors.As(err, &said) && said.Code >= 500 || errors.Is(err, errPlain) {
		return fmt.Errorf("%w: %w", bot.ErrRefused, err)
	}
	return err
}

// letter writes an e-mail. It is the same when it is tried again, so that a mailbox shows it once.
func letter(r bot.Ring, from, to string) []byte {
	sum := sha256.Sum256([]byte(r.ID))
	_, host, _ := strings.Cut(from, "@")
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", from},
		{"To", to},
		{"Subject", mime.QEncoding.Encode("utf-8", r.Title)},
		{"Date", r.At.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + hex.EncodeToString(sum[:16]) + "@" + host + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"X-Priority", "1"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	body := quotedprintable.NewWriter(&b)
	_, _ = body.Write([]byte(strings.ReplaceAll(r.Text, "\n", "\r\n") + "\r\n")) // into memory
	_ = body.Close()
	return b.Bytes()
}
