package fake

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// Fault is something that goes wrong with some calls. The zero value of a condition is: any.
type Fault struct {
	Method string          // "sendMessage"; "download" for a file
	Chat   int64           // the chat_id of the call
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
	After      // the call took effect, but nobody learns of it (platform-facts.md 36); half a download
)

// Refusal is an error as the Bot API words it.
type Refusal struct {
	Code       int
	Text       string
	Parameters map[string]any
}

// TooMany is the refusal of somebody who is too fast (platform-facts.md 34).
func TooMany(wait time.Duration) *Refusal { return refusal(tooMany(wait)) }

// Blocked is the refusal of a person who has blocked the bot (platform-facts.md 35).
func Blocked() *Refusal { return refusal(forbidden("bot was blocked by the user")) }

// BadGateway is what a proxy answers: no JSON (platform-facts.md 57).
func BadGateway() Fault {
	return Fault{Status: http.StatusBadGateway, Body: "<html><body><h1>502 Bad Gateway</h1></body></html>"}
}

// ServerError is the refusal of a server that has broken down.
func ServerError() *Refusal {
	return &Refusal{Code: http.StatusInternalServerError, Text: "Internal Server Error"}
}

func refusal(err error) *Refusal {
	e := err.(*apiError) //nolint:errorlint,forcetypeassert // just made
	return &Refusal{Code: e.code, Text: e.text, Parameters: e.parameters}
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
	return (f.Method == "" || f.Method == c.method) && (f.Chat == 0 || f.Chat == c.log.Chat) && (f.When == nil || f.When(*c.log))
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
		answer(w, nil, &apiError{code: f.Refuse.Code, text: f.Refuse.Text, parameters: f.Refuse.Parameters})
	default:
		return false
	}
	return true
}

// cutLine ends the connection without an answer.
func cutLine() { panic(http.ErrAbortHandler) }

// answers returns status and text of what comes instead of the call; 0 = nothing does.
func (f *Fault) answers() (int, string) {
	if f.Refuse != nil {
		return f.Refuse.Code, f.Refuse.Text
	}
	return f.Status, f.Body
}

// LoseAcks lets the next n acknowledgements of the webhook get lost: the updates come again
// (platform-facts.md 10).
func (s *Server) LoseAcks(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates.loseAck += n
}
