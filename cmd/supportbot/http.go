package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	headerTime = 10 * time.Second // for a request's header
	idleTime   = 2 * time.Minute  // between two requests of a connection
	lastTurns  = 10 * time.Second // for what is under way when the program ends
	readyTime  = 2 * time.Second  // for a store to answer
	maxHeader  = 64 << 10         // bytes
)

// serveHTTP serves until ctx ends, then lets what is under way finish. A body may take as long as
// it needs: uploads are slow, and the page listens to an answer that does not end.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTurns)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		log.WarnContext(ctx, "connections cut off at the end", "err", err)
		return errors.Join(server.Close())
	}
	return nil
}

// listen takes the address of the settings.
func listen(ctx context.Context, a address) (net.Listener, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", a.String())
	if err != nil {
		return nil, fmt.Errorf("%w\nAnother program has the port, perhaps another supportbot: stop it, or choose another port, for example LISTEN=%s",
			err, net.JoinHostPort(a.host, "8090"))
	}
	return l, nil
}

// routes puts the adapters' pages beside the program's own. Everything else is 404.
func routes(st *stores, p parts, pages map[string]http.Handler) http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range pages {
		mux.Handle(pattern, h)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { ready(w, r, st) })
	mux.Handle("GET /metrics", metrics(p))
	return mux
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready  bool              `json:"ready"`
	Checks map[string]string `json:"checks"` // "ok", or what is wrong
}

// ready asks the stores whether they answer.
func ready(w http.ResponseWriter, r *http.Request, st *stores) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	state := readiness{Ready: true, Checks: map[string]string{}}
	for name, check := range map[string]func(context.Context) error{
		"database": st.database.Ping,
		"sessions": func(ctx context.Context) error {
			_, err := st.sessions.Due(ctx, time.UnixMicro(0), 1) // nothing was due then
			return err
		},
	} {
		state.Checks[name] = "ok"
		if err := check(ctx); err != nil {
			state.Ready, state.Checks[name] = false, err.Error()
		}
	}
	status := http.StatusOK
	if !state.Ready {
		status = http.StatusServiceUnavailable
	}
	reply(w, status, state)
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // whoever asked has gone away
}

// loopbackOnly refuses what another site's page sends here under a name of its own (DNS
// rebinding): in the demo everybody who reaches it may be anybody.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u := (url.URL{Host: r.Host}); !(address{host: u.Hostname()}).loopback() {
			http.Error(w, "the demo answers to localhost only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
