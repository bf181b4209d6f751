//go:build !embedded && unix

package drill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// prober asks the replicas all the time whether they are ready, and compares with what is true.
type prober struct {
	stores *truth
	client *http.Client

	mu                  sync.Mutex
	ready, away, silent int
	lies                []string
}

// grace is how long a replica may take to notice that a server has gone or come back.
const grace = 2500 * time.Millisecond

func (p *prober) watch(ctx context.Context, addr string) {
	for pause(ctx, 150*time.Millisecond) {
		p.ask(ctx, addr)
	}
}

func (p *prober) ask(ctx context.Context, addr string) {
	began := time.Now()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", http.NoBody)
	if err != nil {
		return
	}
	resp, err := p.client.Do(req)
	var said struct {
		Ready  bool              `json:"ready"`
		Checks map[string]string `json:"checks"`
	}
	if err == nil {
		defer resp.Body.Close()
		err = json.NewDecoder(resp.Body).Decode(&said)
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil { // it is dead
		p.silent++
		return
	}
	all := true
	for _, name := range []string{"database", "sessions"} {
		ok := said.Checks[name] == "ok"
		all = all && ok
		was := p.stores.during(name, began.Add(-grace), now)
		if was == there && !ok || was == missing && ok {
			p.lies = append(p.lies, fmt.Sprintf("%s at %s says of its %s: %q", addr, now.Format(time.TimeOnly), name, said.Checks[name]))
		}
	}
	if said.Ready != all || (resp.StatusCode == http.StatusOK) != all {
		p.lies = append(p.lies, fmt.Sprintf("%s at %s: %d, ready %t with %v", addr, now.Format(time.TimeOnly), resp.StatusCode, said.Ready, said.Checks))
	}
	if all {
		p.ready++
	} else {
		p.away++
	}
}
