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

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/optoste/supportbot/bot"
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

// routes puts the adapters' routes beside the program's own. Everything else is 404.
func routes(st *stores, e *bot.Engine, adapters map[string]http.Handler) http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range adapters {
		mux.Handle(pattern, h)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { ready(w, r, st) })
	mux.Handle("GET /metrics", metrics(e))
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

// metrics counts what the engine does. No label tells of a person.
func metrics(e *bot.Engine) http.Handler {
	r := prometheus.NewRegistry()
	b := readBuild()
	r.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "supportbot_build_info", Help: "Always 1; the labels say what runs.",
			ConstLabels: prometheus.Labels{"version": b.version, "commit": b.commit, "goversion": b.goVersion},
		}, func() float64 { return 1 }),
		counter("supportbot_turns_total", "Inbounds worked, the failed ones included.", func() float64 { return float64(e.Counts().Turns) }),
		counter("supportbot_turns_failed_total", "Turns that did not finish; the channel delivers them again.", func() float64 { return float64(e.Counts().Failed) }),
		counter("supportbot_messages_sent_total", "Messages sent.", func() float64 { return float64(e.Counts().Messages) }),
		counter("supportbot_turns_seconds_total", "Time spent in turns.", func() float64 { return e.Counts().Busy.Seconds() }),
	)
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

func counter(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
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
