package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	callTime   = 15 * time.Second // a call that brings no file
	uploadTime = 5 * time.Minute
	maxAnswer  = 32 << 20 // bytes of an answer; a hundred updates are far less
)

// client calls the Bot API as the library's MakeRequest and UploadFiles do, with contexts and without
// the token in its errors (platform-facts.md 55, 56).
type client struct {
	calls, files string // what methods and paths are appended to
	secret       string // the part of the token that must not be shown
	http         *http.Client
	counts       *counts
}

func newClient(cfg Config, n *counts) *client {
	root := strings.TrimRight(cfg.APIURL, "/")
	_, secret, _ := strings.Cut(cfg.Token, ":")
	if secret == "" {
		secret = cfg.Token
	}
	hc := &http.Client{}
	if cfg.Client != nil {
		*hc = *cfg.Client
	} else {
		t := &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
			MaxIdleConns: 256, MaxIdleConnsPerHost: 128, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second, ExpectContinueTimeout: time.Second,
		}
		hc.Transport = t
	}
	hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the token goes nowhere else
	return &client{
		calls: root + "/bot" + cfg.Token + "/", files: root + "/file/bot" + cfg.Token + "/",
		secret: secret, http: hc, counts: n,
	}
}

// call calls a method and decodes its result, unless into is nil. Errors: [*refusal] when the platform
// has answered, else the call may or may not have happened.
func (c *client) call(ctx context.Context, method string, p tgbotapi.Params, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	return c.callWithin(ctx, method, p, into)
}

// callWithin is call with no other time limit than the context's.
func (c *client) callWithin(ctx context.Context, method string, p tgbotapi.Params, into any) error {
	form := make(url.Values, len(p))
	for k, v := range p {
		form.Set(k, v)
	}
	return c.post(ctx, method, body{strings.NewReader(form.Encode()), "application/x-www-form-urlencoded"}, into)
}

type body struct {
	io.Reader
	kind string
}

func (c *client) post(ctx context.Context, method string, b body, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.calls+method, b.Reader)
	if err != nil {
		return c.redact(method, err)
	}
	req.Header.Set("Content-Type", b.kind)
	resp, err := c.http.Do(req)
	if err != nil {
		return c.redact(method, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return c.redact(method, err)
	}
	return c.read(method, resp, raw, into)
}

// read makes an error of an answer that is none, or a refusal. An answer that is no JSON, as of a proxy
// on the way, is no refusal unless it says 429 (platform-facts.md 57).
func (c *client) read(method string, resp *http.Response, raw []byte, into any) error {
	var answer tgbotapi.APIResponse
	if err := json.Unmarshal(raw, &answer); err != nil {
		if resp.StatusCode == http.StatusTooManyRequests {
			answer = tgbotapi.APIResponse{ErrorCode: resp.StatusCode, Description: "Too Many Requests: retry after " + resp.Header.Get("Retry-After")}
		} else {
			return fmt.Errorf("telegram %s: status %d and no JSON", method, resp.StatusCode)
		}
	}
	if !answer.Ok {
		r := newRefusal(method, resp.StatusCode, answer)
		r.text = c.hide(r.text)
		if r.after > 0 {
			c.counts.limited.Add(1)
		}
		return r
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Result, into); err != nil {
		return fmt.Errorf("telegram %s: decode result: %w", method, err)
	}
	return nil
}

// redact makes an error of the transport fit for logs: a [*url.Error] prints the whole address, and
// others may quote it. What the error is stays known, as far as it is the context's.
func (c *client) redact(method string, err error) error {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	if c.secret == "" || !strings.Contains(err.Error(), c.secret) {
		return fmt.Errorf("telegram %s: %w", method, err)
	}
	return fmt.Errorf("telegram %s: %s", method, c.hide(err.Error()))
}

func (c *client) hide(s string) string {
	if c.secret == "" {
		return s
	}
	return strings.ReplaceAll(s, c.secret, "***")
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// wait waits for a time to pass; false = ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
