package stage

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
)

// gate stands between a platform that delivers by itself and the program that it delivers to: a
// transcript says when a delivery passes. What has not passed waits, however long, as on a slow line.
type gate struct {
	handler func() http.Handler // of the program as it runs now
	name    func(body []byte) string
	sign    func(body []byte) http.Header // of what passes now; nil = it is not signed

	mu      sync.Mutex
	waiting map[string]chan ticket
	changed chan struct{} // closed when another delivery waits
}

// ticket lets one delivery pass.
type ticket struct {
	ctx  context.Context //nolint:containedctx // of the stage's call that lets it pass
	done chan int        // the status that was answered
}

func newGate(handler func() http.Handler, name func([]byte) string) *gate {
	return &gate{handler: handler, name: name, waiting: map[string]chan ticket{}, changed: make(chan struct{})}
}

// RoundTrip implements [http.RoundTripper] for the platform.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	id, turn := g.name(body), make(chan ticket)
	g.mu.Lock()
	g.waiting[id] = turn
	close(g.changed)
	g.changed = make(chan struct{})
	g.mu.Unlock()
	var t ticket
	select {
	case t = <-turn:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	w := httptest.NewRecorder()
	inner := r.Clone(t.ctx)
	if g.sign != nil {
		maps.Copy(inner.Header, g.sign(body))
	}
	inner.Body, inner.RequestURI = io.NopCloser(bytes.NewReader(body)), r.URL.Path
	g.handler().ServeHTTP(w, inner)
	t.done <- w.Code
	return w.Result(), nil
}

// pass lets the delivery of this name pass once, when it has come, and returns the answered status.
func (g *gate) pass(ctx context.Context, id string) (int, error) {
	t := ticket{ctx, make(chan int, 1)}
	for {
		g.mu.Lock()
		turn, changed := g.waiting[id], g.changed
		delete(g.waiting, id)
		g.mu.Unlock()
		if turn == nil {
			select {
			case <-changed:
				continue
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
		select {
		case turn <- t:
			return <-t.done, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
