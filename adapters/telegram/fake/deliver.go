package fake

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

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
	c.log = &Call{Method: c.method, Params: c.params, InAnswer: true}
	c.log.Chat, _ = strconv.ParseInt(c.params["chat_id"], 10, 64)
	s.mu.Lock()
	s.log(c)
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
