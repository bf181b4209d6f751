//go:build !embedded && unix

package drill_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// balancer gives each delivery to a replica by chance, as a load balancer does: one that nobody answers at
// is left out, and whoever hangs up in the middle is an error.
type balancer struct {
	addrs   []string
	client  *http.Client
	passed  atomic.Int64
	refused atomic.Int64 // answered with something else than 2xx
	cut     atomic.Int64 // the replica hung up
	nobody  atomic.Int64 // there was none
}

func newBalancer(addrs ...string) *balancer {
	transport := &http.Transport{MaxIdleConnsPerHost: 100, DialContext: (&net.Dialer{Timeout: time.Second}).DialContext}
	return &balancer{addrs: addrs, client: &http.Client{Transport: transport}}
}

func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the platform has hung up
	}
	first := rand.IntN(len(b.addrs))
	for i := range b.addrs {
		status, answer, err := b.pass(r, b.addrs[(first+i)%len(b.addrs)], body)
		if dial := (*net.OpError)(nil); errors.As(err, &dial) && dial.Op == "dial" {
			continue
		}
		switch {
		case err != nil:
			b.cut.Add(1)
			status = http.StatusBadGateway
		case status/100 == 2:
			b.passed.Add(1)
		default:
			b.refused.Add(1)
		}
		w.WriteHeader(status)
		_, _ = w.Write(answer)
		return
	}
	b.nobody.Add(1)
	w.WriteHeader(http.StatusServiceUnavailable)
}

func (b *balancer) pass(r *http.Request, addr string, body []byte) (int, []byte, error) {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+addr+r.URL.RequestURI(), io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		return 0, nil, err
	}
	out.ContentLength = int64(len(body)) // without GetBody: Go shall not try again by itself
	out.Header = r.Header.Clone()
	resp, err := b.client.Do(out)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}
