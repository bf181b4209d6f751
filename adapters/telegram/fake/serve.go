package fake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// apiError is a refusal as the server words it.
type apiError struct {
	code       int
	text       string
	parameters obj
}

func (e *apiError) Error() string { return e.text }

func bad(format string, args ...any) error {
	return &apiError{code: http.StatusBadRequest, text: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(text string) error {
	return &apiError{code: http.StatusForbidden, text: "Forbidden: " + text}
}

func tooMany(wait time.Duration) error {
	seconds := max(int64((wait+time.Second-1)/time.Second), 1)
	return &apiError{
		code: http.StatusTooManyRequests, text: fmt.Sprintf("Too Many Requests: retry after %d", seconds),
		parameters: obj{"retry_after": seconds},
	}
}

// obj is JSON in the making.
type obj = map[string]any

// ServeHTTP answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.download(w, r, rest)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, name, slash := strings.Cut(rest, "/")
	if !ok || !slash {
		answer(w, nil, &apiError{code: http.StatusNotFound, text: "Not Found"})
		return
	}
	if token != s.cfg.Token {
		answer(w, nil, &apiError{code: http.StatusUnauthorized, text: "Unauthorized"})
		return
	}
	c, err := s.read(w, r, name)
	if err != nil {
		answer(w, nil, err)
		return
	}
	s.serve(w, r, c)
}

// serve does a call and what the faults want with it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, c *call) {
	f := s.begin(c)
	if f.instead(w, r) {
		return
	}
	result, err := s.do(r.Context(), c)
	if err != nil {
		var refusal *apiError
		if errors.As(err, &refusal) {
			s.done(c, refusal.code, refusal.text)
		}
	} else {
		s.done(c, http.StatusOK, "")
	}
	if f != nil && f.Cut == After {
		cutLine()
	}
	answer(w, result, err)
}

// log keeps a call.
func (s *Server) log(c *call) {
	c.log.At = s.now()
	s.calls = append(s.calls, c.log)
	close(s.called)
	s.called = make(chan struct{})
}

// begin logs a call and finds the fault that hits it.
func (s *Server) begin(c *call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log(c)
	f := s.fault(c)
	if f != nil {
		c.log.Status, c.log.Error = f.answers()
	}
	return f
}

// done completes a call's entry in the log.
func (s *Server) done(c *call, status int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.log.Status, c.log.Error = status, text
}

// do checks a call and carries it out.
func (s *Server) do(ctx context.Context, c *call) (any, error) {
	if err := s.known(c); err != nil {
		return nil, err
	}
	if err := s.spec.check(c); err != nil {
		s.mistake("%s: %v", c.method, err)
		return nil, bad("%s: %v", c.method, err)
	}
	if c.method == "getUpdates" {
		return s.getUpdates(ctx, c)
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
		return &apiError{code: http.StatusNotFound, text: "Not Found: method not found"}
	}
	if _, ok := s.methods[c.method]; !ok && c.method != "getUpdates" {
		s.mistake("the fake does not have the method %s", c.method)
		return &apiError{code: http.StatusNotFound, text: "Not Found: method not found"}
	}
	return nil
}

// answer writes what the server says.
func answer(w http.ResponseWriter, result any, err error) {
	body := obj{"ok": true, "result": result}
	status := http.StatusOK
	if err != nil {
		var refusal *apiError
		if !errors.As(err, &refusal) {
			refusal = &apiError{code: http.StatusInternalServerError, text: "Internal Server Error: " + err.Error()}
		}
		status = refusal.code
		body = obj{"ok": false, "error_code": refusal.code, "description": refusal.text}
		if refusal.parameters != nil {
			body["parameters"] = refusal.parameters
		}
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("encode an answer: %v", err))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(data)
}
