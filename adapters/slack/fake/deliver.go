package fake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// pauses are before the retries (platform-facts.md 63).
func pauses() []time.Duration { return []time.Duration{0, time.Minute, 5 * time.Minute} }

func hookClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	t.MaxIdleConnsPerHost = 100
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// outcome is how an attempt ended.
type outcome struct {
	ok      bool
	status  int
	body    []byte
	reason  string // for the retry's header
	noRetry bool
}

// try delivers once and notes what came of it. It returns whether nothing more is to be done.
func (s *Server) try(e *Event, retry int, reason string) bool {
	start := time.Now()
	var o outcome
	if s.bySocket() {
		o = s.overSocket(e, retry, reason)
	} else {
		o = s.post(e, retry, reason)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.ok && s.losesAck() {
		o.ok, o.reason = false, "http_timeout"
	}
	e.tries = append(e.tries, Try{Retry: retry, Reason: reason, Status: o.status, Body: string(o.body), Took: time.Since(start)})
	e.last = o.reason
	if o.ok {
		e.once.Do(func() {
			if e.after != nil {
				e.after(o.body)
			}
			close(e.acked)
			close(e.done)
		})
		return true
	}
	if e.kind != eventsAPI || o.noRetry {
		e.once.Do(func() { close(e.done) })
		return true
	}
	return false
}

// retry tries again, three times at most.
func (s *Server) retry(e *Event) {
	for i, pause := range pauses() {
		timer := time.NewTimer(s.pause(pause))
		select {
		case <-timer.C:
		case <-s.ctx.Done():
			timer.Stop()
			return
		}
		s.mu.Lock()
		reason := e.last
		s.mu.Unlock()
		if s.try(e, i+1, reason) {
			return
		}
	}
	e.once.Do(func() { close(e.done) })
}

// post delivers by HTTP, signed (platform-facts.md 63, 69).
func (s *Server) post(e *Event, retry int, reason string) outcome {
	body, kind := e.encode()
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Patience)
	defer cancel()
	s.mu.Lock()
	address := s.out.url
	s.mu.Unlock()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return outcome{reason: "unknown_error"}
	}
	req.Header = s.Sign(body, s.now())
	req.Header.Set("Content-Type", kind)
	if retry > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(retry))
		req.Header.Set("X-Slack-Retry-Reason", reason)
	}
	return s.exchange(req)
}

func (s *Server) exchange(req *http.Request) outcome {
	resp, err := s.cfg.Client.Do(req) //nolint:gosec,nolintlint // a test names the address; not every run sees that it comes from outside
	if err != nil {
		return outcome{reason: reasonOf(err)}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return outcome{reason: reasonOf(err)}
	}
	o := outcome{status: resp.StatusCode, body: answer, noRetry: resp.Header.Get("X-Slack-No-Retry") == "1"}
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode < 300:
		o.ok = true
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		o.reason = "too_many_redirects"
	default:
		o.reason = "http_error"
	}
	return o
}

func reasonOf(err error) string {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "http_timeout"
	}
	return "connection_failed"
}

// encode writes what is delivered by HTTP: events as JSON, interactions and commands as forms.
func (e *Event) encode() (body []byte, contentType string) {
	const form = "application/x-www-form-urlencoded"
	switch e.kind {
	case interactive:
		return []byte(url.Values{"payload": {string(encode(e.payload))}}.Encode()), form
	case slash:
		values := url.Values{}
		for k, v := range e.payload {
			values.Set(k, fmt.Sprint(v))
		}
		return []byte(values.Encode()), form
	}
	return encode(e.payload), "application/json"
}

// Sign returns the headers that make a request the server's own, at a time (platform-facts.md 69). A test
// that forges one changes them.
func (s *Server) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.cfg.SigningSecret))
	_, _ = fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", stamp)
	h.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	h.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	return h
}

// Verify asks the bot's address for its challenge, as Slack does before it takes it (platform-facts.md 70).
// The error says what was wrong with the answer.
func (s *Server) Verify(ctx context.Context, address string) error {
	body := encode(obj{"token": "verification-token", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P", "type": "url_verification"})
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	req.Header = s.Sign(body, s.now())
	req.Header.Set("Content-Type", "application/json")
	o := s.exchange(req)
	if !o.ok || !bytes.Contains(o.body, []byte("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P")) {
		return fmt.Errorf("verify: %d %s %.100q, want 200 and the challenge", o.status, o.reason, o.body)
	}
	return nil
}
