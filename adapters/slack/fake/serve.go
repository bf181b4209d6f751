package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// obj is JSON in the making.
type obj = map[string]any

// apiError is a refusal: ok is false and error says why (platform-facts.md 85).
type apiError struct {
	code  string
	more  obj           // further fields of the answer
	after time.Duration // with 429
}

func (e *apiError) Error() string { return e.code }

func refuse(code string) error { return &apiError{code: code} }

// explained is a refusal with response_metadata.messages (platform-facts.md 83).
func explained(code string, messages ...string) error {
	return &apiError{code: code, more: obj{"response_metadata": obj{"messages": messages}}}
}

func tooMany(wait time.Duration) error { return &apiError{code: "ratelimited", after: wait} }

// ServeHTTP answers all that the platform answers on one host: /api/<method>, /files/, /upload/, /respond/
// and /link, the WebSocket (platform-facts.md 100).
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 2)
	rest := ""
	if len(parts) == 2 {
		rest = parts[1]
	}
	switch parts[0] {
	case "api":
		s.api(w, r, rest)
	case "files":
		s.download(w, r, rest)
	case "elsewhere":
		s.elsewhere(w, r)
	case "upload":
		s.receive(w, r, rest)
	case "respond":
		s.respond(w, r, rest)
	case "link":
		s.link(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) api(w http.ResponseWriter, r *http.Request, name string) {
	c, err := s.read(w, r, name)
	if err != nil {
		answer(w, nil, err)
		return
	}
	f := s.begin(c)
	if f.instead(w, r) {
		return
	}
	result, err := s.do(c)
	s.done(c, err)
	if f != nil && f.Cut == After {
		cutLine()
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.cfg.Scopes, ","))
	answer(w, result, err)
}

// begin logs a call and finds the fault that hits it.
func (s *Server) begin(c *call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.log.At = s.now()
	s.calls = append(s.calls, c.log)
	s.changed.tell()
	f := s.fault(c)
	if f != nil {
		c.log.Status, c.log.Error = f.answers()
	}
	return f
}

// done completes a call's entry in the log.
func (s *Server) done(c *call, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.log.Status = http.StatusOK
	var refusal *apiError
	if errors.As(err, &refusal) {
		c.log.Error = refusal.code
		if refusal.after > 0 {
			c.log.Status = http.StatusTooManyRequests
		}
	}
}

// do checks a call and carries it out.
func (s *Server) do(c *call) (obj, error) {
	if err := s.known(c); err != nil {
		return nil, err
	}
	if err := s.authorized(c); err != nil {
		return nil, err
	}
	if err := s.spec.check(c); err != nil {
		s.mistake("%s: %v", c.method, err)
		return nil, explained("invalid_arguments", "[ERROR] "+err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.rate(c); err != nil {
		return nil, err
	}
	return s.methods[c.method](s, c)
}

// known refuses methods that the real server or the fake does not have.
func (s *Server) known(c *call) error {
	if _, ok := s.spec.Methods[c.method]; !ok {
		s.mistake("there is no method %s", c.method)
		return &apiError{code: "unknown_method", more: obj{"req_method": c.method}}
	}
	if _, ok := s.methods[c.method]; !ok {
		s.mistake("the fake does not have the method %s", c.method)
		return &apiError{code: "unknown_method", more: obj{"req_method": c.method}}
	}
	return nil
}

// authorized checks the token and its scopes (platform-facts.md 62, 91, 99).
func (s *Server) authorized(c *call) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	want, other := s.cfg.Token, s.cfg.AppToken
	if c.method == "apps.connections.open" {
		want, other = other, want
	}
	switch {
	case c.token == "":
		return refuse("not_authed")
	case c.token == other:
		return refuse("not_allowed_token_type")
	case c.token != want:
		return refuse("invalid_auth")
	case s.revoked != "":
		return refuse(s.revoked)
	}
	return s.scoped(c)
}

// answer writes what the server says.
func answer(w http.ResponseWriter, result obj, err error) {
	body := obj{"ok": true}
	for k, v := range result {
		body[k] = v
	}
	status := http.StatusOK
	if err != nil {
		var refusal *apiError
		if !errors.As(err, &refusal) {
			refusal = &apiError{code: "internal_error"}
		}
		body = obj{"ok": false, "error": refusal.code}
		for k, v := range refusal.more {
			body[k] = v
		}
		if refusal.after > 0 {
			status = http.StatusTooManyRequests
			w.Header().Set("Retry-After", strconv.FormatInt(seconds(refusal.after), 10))
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(encode(body))
}

// seconds rounds up to whole seconds, at least one.
func seconds(d time.Duration) int64 { return max(int64((d+time.Second-1)/time.Second), 1) }

// encode writes what the server made itself as JSON.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode: %v", err))
	}
	return data
}
