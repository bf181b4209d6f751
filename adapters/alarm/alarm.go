package alarm

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// Config is what an [Alarm] is made of. The zero value calls webhooks, and sends no e-mail.
type Config struct {
	Mail  Server         // that takes e-mails; the zero value is none
	Roots *x509.CertPool // that servers are trusted by; nil = the machine's
	Time  time.Duration  // for one ring; 0 = 20 seconds
}

const ringTime = 20 * time.Second

// Alarm implements [bot.Alarms]. It is safe for concurrent use.
type Alarm struct {
	cfg  Config
	http *http.Client
}

// New returns an alarm. Webhooks are called through the proxy of the environment (HTTPS_PROXY).
func New(c Config) *Alarm {
	c.Time = cmp.Or(c.Time, ringTime)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = secure(c.Roots, "")
	return &Alarm{cfg: c, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the key goes nowhere else
	}}
}

// Ring implements [bot.Alarms].
func (a *Alarm) Ring(ctx context.Context, r bot.Ring) error {
	ctx, cancel := context.WithTimeout(ctx, a.cfg.Time)
	defer cancel()
	if r.Alarm.Email != "" {
		return a.mail(ctx, r)
	}
	return a.call(ctx, r)
}

// called is what a webhook is called with.
type called struct {
	ID     string        `json:"id"` // the same when it is tried again
	Alarm  string        `json:"alarm"`
	Title  string        `json:"title"`
	Text   string        `json:"text"`
	At     time.Time     `json:"at"`
	Claims []calledClaim `json:"claims"`
}

type calledClaim struct {
	Claim    claim.ID       `json:"claim"`
	Severity claim.Severity `json:"severity"`
	Since    time.Time      `json:"waits_since"`
}

// maxAnswer is as much of an answer as is read, so that the connection can be used again.
const maxAnswer = 64 << 10

// call calls a webhook.
func (a *Alarm) call(ctx context.Context, r bot.Ring) error {
	c := called{ID: r.ID, Alarm: r.Alarm.ID, Title: r.Title, Text: r.Text, At: r.At.UTC()}
	for _, one := range r.Claims {
		c.Claims = append(c.Claims, calledClaim{one.Claim, one.Severity, r.At.Add(-one.Waits).UTC().Truncate(time.Second)})
	}
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("call webhook: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.Alarm.Webhook, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("call webhook: %w: its address cannot be read", bot.ErrRefused) // err shows it
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "supportbot")
	req.Header.Set("Idempotency-Key", r.ID)
	resp, err := a.http.Do(req)
	if err != nil {
		return fmt.Errorf("call webhook: %w", bare(err))
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer))
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		return fmt.Errorf("call webhook: it answers %d", code)
	default:
		return fmt.Errorf("call webhook: %w: it answers %d", bot.ErrRefused, code)
	}
}

// bare takes the address out of an error.
func bare(err error) error {
	if with := (*url.Error)(nil); errors.As(err, &with) {
		return with.Err
	}
	return err
}
