package slack

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/memo"
)

// maxHeld is how many calls are kept back at most; of more, those longest known are tried again.
const maxHeld = 4096

// holds keeps calls of the Web API back for as long as Slack has asked to wait with them. It stands below the
// library, so that no call goes past it, and answers for Slack meanwhile. It is safe for concurrent use.
type holds struct {
	next    http.RoundTripper
	root    *url.URL // of the Web API
	now     func() time.Time
	until   *memo.Memo[limit, time.Time]
	limited *atomic.Int64 // counts answers of "too many requests", also to what is no method
}

// limit names calls that are limited as one: of what is written into a chat those of the method there, of
// the rest those of the method (platform-facts.md 86).
type limit struct{ method, chat string }

func newHolds(next http.RoundTripper, root *url.URL, now func() time.Time, limited *atomic.Int64) *holds {
	if next == nil {
		next = http.DefaultTransport
	}
	return &holds{next: next, root: root, now: now, until: memo.New[limit, time.Time](maxHeld), limited: limited}
}

// RoundTrip carries a call out. Errors: [slackgo.RateLimitedError] while it is kept back.
func (h *holds) RoundTrip(req *http.Request) (*http.Response, error) {
	l := h.limitOf(req)
	if err := h.held(l); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	resp, err := h.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusTooManyRequests {
		h.limited.Add(1)
		if l.method != "" {
			h.until.Put(l, h.now().Add(retryAfter(resp)))
		}
	}
	return resp, err
}

// CloseIdleConnections lets go of connections that are not used.
func (h *holds) CloseIdleConnections() {
	if c, ok := h.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// held tells how long calls are kept back still; nil = they are not.
func (h *holds) held(l limit) error {
	until, _ := h.until.Get(l)
	if left := until.Sub(h.now()); left > 0 {
		return &slackgo.RateLimitedError{RetryAfter: left}
	}
	return nil
}

// limitOf returns what a call counts for; nothing when it is none of the Web API.
func (h *holds) limitOf(req *http.Request) limit {
	method, ok := strings.CutPrefix(req.URL.Path, h.root.Path)
	if !ok || req.URL.Host != h.root.Host {
		return limit{}
	}
	l := limit{method: method}
	if strings.HasPrefix(method, "chat.") && req.GetBody != nil {
		l.chat = chatIn(req)
	}
	return l
}

// chatIn returns the chat that a call writes into: the library sends a form.
func chatIn(req *http.Request) string {
	copied := http.Request{Method: req.Method, Header: req.Header, URL: &url.URL{}}
	var err error
	if copied.Body, err = req.GetBody(); err != nil {
		return ""
	}
	return copied.PostFormValue("channel")
}

// retryAfter returns how long Slack asks to wait.
func retryAfter(resp *http.Response) time.Duration {
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil {
		return limitedPause
	}
	return time.Duration(max(seconds, 1)) * time.Second
}
