package slack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

const (
	hookPath = "/hook/slack"
	maxBody  = 1 << 20 // bytes of an update
)

// Routes returns the one path for events, interactions and commands, when there is a signing secret.
func (a *Adapter) Routes(handle bot.Handler) map[string]http.Handler {
	if a.cfg.SigningSecret == "" {
		return nil
	}
	return map[string]http.Handler{"POST " + hookPath: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, status := a.verified(w, r)
		if status != http.StatusOK {
			w.WriteHeader(status)
			return
		}
		a.receive(w, r, raw, handle)
	})}
}

// verified returns a body that Slack signed within the last five minutes (platform-facts.md 69), or the
// status that says no.
func (a *Adapter) verified(w http.ResponseWriter, r *http.Request) ([]byte, int) {
	v, err := slackgo.NewSecretsVerifier(r.Header, a.cfg.SigningSecret)
	if err != nil {
		a.counts.refused.Add(1)
		return nil, http.StatusUnauthorized
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
		a.cfg.Log.Error("update from Slack is too large", "limit", big.Limit)
		return nil, http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return nil, http.StatusBadRequest
	}
	if _, err := v.Write(raw); err != nil || v.Ensure() != nil {
		a.counts.refused.Add(1)
		return nil, http.StatusUnauthorized
	}
	return raw, http.StatusOK
}

// receive settles what Slack posted. What cannot be read is accepted all the same, or it would come three
// times more (platform-facts.md 63).
func (a *Adapter) receive(w http.ResponseWriter, r *http.Request, raw []byte, handle bot.Handler) {
	select {
	case <-a.ended:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	default:
	}
	env := envelope{Kind: kindEvent, Body: raw, At: a.cfg.Now()}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		env.Kind, env.Body = readForm(raw)
	}
	var d struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	switch err := json.Unmarshal(env.Body, &d); {
	case err != nil && !json.Valid(env.Body):
		a.cfg.Log.ErrorContext(r.Context(), "update from Slack is no JSON, it is passed over", "kind", env.Kind)
		return
	case env.Kind == kindEvent && d.Type == "url_verification":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, d.Challenge)
		return
	}
	// A Slack that hangs up does not stop the turn.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), a.pace.answer)
	defer cancel()
	done, err := a.settle(ctx, env, handle)
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	respond(w, done.answer)
	if done.ack.Note != "" {
		_ = http.NewResponseController(w).Flush() // the note may take longer than Slack waits
		a.Acknowledge(context.WithoutCancel(r.Context()), done.in, done.ack)
	}
}

// readForm returns what a form holds: an interaction, or a command.
func readForm(raw []byte) (kind string, body json.RawMessage) {
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return kindPress, nil
	}
	if p := form.Get("payload"); p != "" {
		return kindPress, json.RawMessage(p)
	}
	c := map[string]string{}
	for name := range form {
		c[name] = form.Get(name)
	}
	body, err = json.Marshal(c)
	if err != nil {
		return kindCommand, nil
	}
	return kindCommand, body
}
