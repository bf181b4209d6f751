package fake

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
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
	now := s.now()
	if now.Before(s.hook.nextSet) {
		return nil, tooMany(time.Second)
	}
	s.hook.nextSet = now.Add(time.Second)
	if err := checkHook(c.params["url"], c.params["secret_token"]); err != nil {
		return nil, err
	}
	if err := s.setAllowed(c); err != nil {
		return nil, err
	}
	s.abortPoll("terminated by setWebhook request")
	s.clearHook()
	if c.bool("drop_pending_updates") {
		s.dropAll()
	}
	most := c.int("max_connections")
	if most == 0 {
		most = 40
	}
	s.hook.url, s.hook.secret, s.hook.most = c.params["url"], c.params["secret_token"], min(max(most, 1), 100)
	s.hook.places = make(chan struct{}, s.hook.most)
	s.hook.ctx, s.hook.stop = context.WithCancel(s.ctx)
	for _, u := range slices.Clone(s.updates.pending) {
		s.enqueue(u)
	}
	return true, nil
}

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
	if !regexp.MustCompile(`^[A-Za-z0-9_-]*$`).MatchString(secret) {
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

// enqueue puts an update into its queue, and works the queue unless that is being done.
func (s *Server) enqueue(u *Update) {
	s.hook.queues[u.queue] = append(s.hook.queues[u.queue], u)
	if s.hook.running[u.queue] || s.ctx.Err() != nil {
		return
	}
	s.hook.running[u.queue] = true
	d := &delivery{s: s, ctx: s.hook.ctx, places: s.hook.places, url: s.hook.url, secret: s.hook.secret, queue: u.queue}
	s.work.Go(d.run)
}

// delivery works one queue of the webhook, one update after the other (platform-facts.md 10).
type delivery struct {
	s           *Server
	ctx         context.Context //nolint:containedctx // the webhook's life
	places      chan struct{}
	url, secret string
	queue       string
}

func (d *delivery) run() {
	for {
		u := d.head()
		if u == nil {
			return
		}
		select {
		case d.places <- struct{}{}:
		case <-d.ctx.Done():
			return
		}
		ok, retryAfter := d.post(u)
		<-d.places
		if ok {
			d.pop(u)
			continue
		}
		if !d.wait(u, retryAfter) {
			return
		}
	}
}

// head returns the first update of the queue that is not too old; nil ends the work.
func (d *delivery) head() *Update {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	if d.ctx.Err() != nil {
		return nil
	}
	q := d.s.hook.queues
	for len(q[d.queue]) > 0 {
		u := q[d.queue][0]
		if !d.s.now().After(u.expires()) {
			u.deliveries++
			return u
		}
		d.s.drop(u)
		q[d.queue] = q[d.queue][1:]
	}
	delete(q, d.queue)
	delete(d.s.hook.running, d.queue)
	return nil
}

// pop acknowledges the first update of the queue.
func (d *delivery) pop(u *Update) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	if d.ctx.Err() != nil {
		// The webhook went while the answer came; it came, all the same.
		d.s.acknowledge(u)
		return
	}
	d.s.hook.gone = time.Time{}
	d.s.hook.queues[d.queue] = d.s.hook.queues[d.queue][1:]
	d.s.acknowledge(u)
}

// post delivers an update once. Any 2xx acknowledges it (platform-facts.md 8).
func (d *delivery) post(u *Update) (ok bool, retryAfter time.Duration) {
	body, err := json.Marshal(u.wire())
	if err != nil {
		return false, 0
	}
	req, err := http.NewRequestWithContext(d.ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return false, 0
	}
	req.Header.Set("Content-Type", "application/json")
	if d.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", d.secret)
	}
	resp, err := d.s.cfg.Client.Do(req)
	if err != nil {
		d.failed("Connection failed", 0)
		return false, 0
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		d.failed("Webhook connection closed", 0)
		return false, 0
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		d.failed("Wrong response from the webhook: "+resp.Status, resp.StatusCode)
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return false, time.Duration(min(max(seconds, 0), 3600)) * time.Second
	}
	d.s.callBack(d.ctx, answer)
	return !d.s.losesAck(), 0
}

// failed keeps what went wrong for getWebhookInfo. A webhook that is gone for 23 h is removed.
func (d *delivery) failed(text string, status int) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	if d.ctx.Err() != nil {
		return
	}
	h := &d.s.hook
	h.failure, h.failedAt = text, d.s.now()
	switch {
	case status != http.StatusGone:
		h.gone = time.Time{}
	case h.gone.IsZero():
		h.gone = d.s.now()
	case d.s.now().Sub(h.gone) > 23*time.Hour:
		d.s.clearHook()
	}
}

// wait waits until the update is tried again: at once after the first failure, then 2, 4, 8 ... s up
// to a random 60 to 120 s, or as long as the bot asks for (platform-facts.md 9). It returns false
// when the webhook is gone.
func (d *delivery) wait(u *Update, retryAfter time.Duration) bool {
	d.s.mu.Lock()
	pause := retryAfter
	if pause == 0 && u.fails > 0 {
		pause = min(time.Second<<min(u.fails, 20), 60*time.Second+rand.N(60*time.Second)) //nolint:gosec // not a secret
	}
	u.fails++
	if d.s.now().Add(pause).After(u.expires()) {
		d.s.drop(u)
		if d.ctx.Err() == nil {
			d.s.hook.queues[d.queue] = d.s.hook.queues[d.queue][1:]
		}
		pause = 0
	}
	d.s.mu.Unlock()

	timer := time.NewTimer(d.s.pause(pause))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-d.ctx.Done():
		return false
	}
}

// callBack carries out the method that the body of a 2xx may name; nobody learns what came of it
// (platform-facts.md 13).
func (s *Server) callBack(ctx context.Context, body []byte) {
	c := &call{params: map[string]string{}, files: map[string]*upload{}}
	if len(body) == 0 || c.readJSON(bytes.NewReader(body)) != nil || c.params["method"] == "" {
		return
	}
	c.method = c.params["method"]
	delete(c.params, "method")
	if slices.Contains([]string{"setWebhook", "deleteWebhook", "close", "logOut"}, c.method) || len(c.method) > 3 && c.method[:3] == "get" {
		return
	}
	c.log = &Call{At: s.now(), Method: c.method, Params: c.params, InAnswer: true}
	c.log.Chat, _ = strconv.ParseInt(c.params["chat_id"], 10, 64)
	s.mu.Lock()
	s.calls = append(s.calls, c.log)
	s.mu.Unlock()
	status, text := http.StatusOK, ""
	if _, err := s.do(ctx, c); err != nil {
		status, text = http.StatusBadRequest, err.Error()
	}
	s.done(c, status, text)
}

// losesAck tells whether this acknowledgement gets lost on its way.
func (s *Server) losesAck() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.updates.loseAck == 0 {
		return false
	}
	s.updates.loseAck--
	return true
}
