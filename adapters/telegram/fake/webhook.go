package fake

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"
)

// hook is the webhook that is set, if url is not empty.
type hook struct {
	url, secret string
	most        int64
	queues      map[string][]*Update
	running     map[string]bool
	places      chan struct{}   // as many as there may be connections
	ctx         context.Context //nolint:containedctx // ends the deliveries to this webhook
	stop        context.CancelFunc
	nextSet     time.Time
	failedAt    time.Time
	failure     string
	gone        time.Time // the first of a row of 410
}

func (h *hook) init() {
	h.queues, h.running = map[string][]*Update{}, map[string]bool{}
}

func (s *Server) setWebhook(c *call) (any, error) {
	if c.params["url"] == "" {
		return s.deleteWebhook(c)
	}
	now := time.Now()
	if now.Before(s.hook.nextSet) {
		return nil, tooMany(time.Second)
	}
	s.hook.nextSet = now.Add(s.pause(time.Second))
	if err := checkHook(c.params["url"], c.params["secret_token"]); err != nil {
		return nil, err
	}
	if err := s.setAllowed(c); err != nil {
		return nil, err
	}
	most := min(max(cmp.Or(c.int("max_connections"), 40), 1), 100)
	if h := s.hook; h.url == c.params["url"] && h.secret == c.params["secret_token"] && h.most == most && !c.bool("drop_pending_updates") {
		return true, nil // nothing changes, and nothing is disturbed
	}
	s.abortPoll("terminated by setWebhook request")
	s.clearHook()
	if c.bool("drop_pending_updates") {
		s.dropAll()
	}
	s.hook.url, s.hook.secret, s.hook.most = c.params["url"], c.params["secret_token"], most
	s.hook.places = make(chan struct{}, s.hook.most)
	s.hook.ctx, s.hook.stop = context.WithCancel(s.ctx)
	for _, u := range slices.Clone(s.updates.pending) {
		s.enqueue(u)
	}
	return true, nil
}

// hookClient returns a client for as many connections as a webhook may have. It waits as long for an
// answer as the real server (platform-facts.md 8).
func hookClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	t.MaxIdleConnsPerHost = 100
	return &http.Client{Transport: t, Timeout: time.Minute}
}

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

// checkHook checks address and secret (platform-facts.md 8, 12). Plain HTTP and any port are let pass
// on loopback only.
func checkHook(address, secret string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return bad("invalid webhook URL specified")
	}
	if len(secret) > 256 {
		return bad("secret token is too long")
	}
	if !secretToken.MatchString(secret) {
		return bad("secret token contains unallowed characters")
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	if u.Scheme != "https" {
		return bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if port := u.Port(); port != "" && !slices.Contains([]string{"443", "80", "88", "8443"}, port) {
		return bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	return nil
}

func (s *Server) deleteWebhook(c *call) (any, error) {
	s.clearHook()
	if c.bool("drop_pending_updates") {
		s.dropAll()
	}
	return true, nil
}

// clearHook ends all deliveries; what is not acknowledged stays.
func (s *Server) clearHook() {
	if s.hook.stop != nil {
		s.hook.stop()
	}
	next := s.hook.nextSet
	s.hook = hook{nextSet: next}
	s.hook.init()
}

func (s *Server) dropAll() {
	for _, u := range slices.Clone(s.updates.pending) {
		s.drop(u)
	}
}

func (s *Server) getWebhookInfo(_ *call) (any, error) {
	s.expire()
	o := obj{"url": s.hook.url, "has_custom_certificate": false, "pending_update_count": len(s.updates.pending)}
	if s.hook.url != "" {
		o["max_connections"] = s.hook.most
	}
	if s.hook.failure != "" {
		o["last_error_date"], o["last_error_message"] = s.hook.failedAt.Unix(), s.hook.failure
	}
	if s.updates.allowed != nil {
		o["allowed_updates"] = s.updates.allowed
	}
	return o, nil
}
