package fake

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// Fault is something that goes wrong with some calls. The zero value of a condition is: any.
type Fault struct {
	Method string          // "chat.postMessage"; "download" or "upload" for a file
	Chat   string          // the channel of the call
	When   func(Call) bool // called with the server's lock held
	Skip   int             // so many calls pass first
	Times  int             // so many calls are hit; 0 = all until the fault is lifted
	Chance float64         // of each call that fits; 0 = all

	Refuse *Refusal      // answer this instead
	Cut    Cut           // end the connection without an answer
	Body   string        // answer this instead, which need not be JSON, with Status
	Status int           // of Body
	Wait   time.Duration // before anything else, by the real clock
}

// Cut is where a connection ends.
type Cut int

// The places to end a connection.
const (
	NoCut  Cut = iota
	Before     // nothing happened
	After      // the call took effect, but nobody learns of it (platform-facts.md 88); half a download
)

// Refusal is an error as the Web API words it.
type Refusal struct {
	Error string         // "channel_not_found"
	More  map[string]any // further fields of the answer
	After time.Duration  // Retry-After, which makes it 429; platform-facts.md 86
}

// TooMany is the refusal of somebody who is too fast (platform-facts.md 86).
func TooMany(wait time.Duration) *Refusal { return &Refusal{Error: "ratelimited", After: wait} }

// Refuse is any other refusal (platform-facts.md 85).
func Refuse(code string) *Refusal { return &Refusal{Error: code} }

// BadGateway is what a proxy answers: no JSON.
func BadGateway() Fault {
	return Fault{Status: http.StatusBadGateway, Body: "<html><body><h1>502 Bad Gateway</h1></body></html>"}
}

// Inject lets a fault happen until the function that it returns is called. The first fault that fits
// a call hits it.
func (s *Server) Inject(f Fault) (lift func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &f
	s.faults = append(s.faults, p)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(o *Fault) bool { return o == p })
	}
}

// fault finds the fault that hits a call; nil = none.
func (s *Server) fault(c *call) *Fault {
	for i, f := range s.faults {
		if !f.fits(c) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Chance > 0 && rand.Float64() >= f.Chance { //nolint:gosec // not a secret
			continue
		}
		hit := *f
		if f.Times > 0 {
			if f.Times--; f.Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
		}
		return &hit
	}
	return nil
}

func (f *Fault) fits(c *call) bool {
	return (f.Method == "" || f.Method == c.method) && (f.Chat == "" || f.Chat == c.log.Chat) && (f.When == nil || f.When(*c.log))
}

// instead does what a fault wants instead of the call. It returns false when the call takes place.
func (f *Fault) instead(w http.ResponseWriter, r *http.Request) bool {
	if f == nil {
		return false
	}
	if f.Wait > 0 {
		timer := time.NewTimer(f.Wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	switch {
	case f.Cut == Before:
		cutLine()
	case f.Status != 0:
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(f.Body)) //nolint:gosec // a test wrote it
	case f.Refuse != nil:
		answer(w, nil, &apiError{code: f.Refuse.Error, more: f.Refuse.More, after: f.Refuse.After})
	default:
		return false
	}
	return true
}

// cutLine ends the connection without an answer.
func cutLine() { panic(http.ErrAbortHandler) }

// answers returns status and error of what comes instead of the call; 0 = nothing does.
func (f *Fault) answers() (int, string) {
	switch {
	case f.Refuse == nil:
		return f.Status, f.Body
	case f.Refuse.After > 0:
		return http.StatusTooManyRequests, f.Refuse.Error
	}
	return http.StatusOK, f.Refuse.Error
}
