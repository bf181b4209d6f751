package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
)

// ill is a store of which only the health is asked.
type ill struct{ database, sessions error }

// illStore and illSessions answer nothing but what /readyz asks.
type illStore struct {
	bot.Store
	err error
}

func (s illStore) Ping(context.Context) error { return s.err }

type illSessions struct {
	sessionStore
	err error
}

func (s illSessions) Due(context.Context, time.Time, int) ([]bot.Key, error) { return nil, s.err }

func TestReadyzSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	down := errors.New("disk is gone")
	for name, c := range map[string]struct {
		stores ill
		status int
		want   readiness
	}{
		"well":     {ill{}, 200, readiness{true, map[string]string{"database": "ok", "sessions": "ok"}}},
		"database": {ill{database: down}, 503, readiness{false, map[string]string{"database": "disk is gone", "sessions": "ok"}}},
		"sessions": {ill{sessions: down}, 503, readiness{false, map[string]string{"database": "ok", "sessions": "disk is gone"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := routes(&stores{database: illStore{err: c.stores.database}, sessions: illSessions{err: c.stores.sessions}}, parts{engine: &bot.Engine{}}, nil)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
			var got readiness
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != c.status {
				t.Errorf("status %d, %v: %s", w.Code, err, w.Body)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			alive := httptest.NewRecorder()
			h.ServeHTTP(alive, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/healthz", nil))
			if alive.Code != http.StatusOK {
				t.Errorf("the process is alive, but /healthz says %d", alive.Code)
			}
		})
	}
}

func TestServerLetsATurnFinish(t *testing.T) {
	t.Parallel()
	l, err := listen(t.Context(), address{"127.0.0.1", "0"})
	if err != nil {
		t.Fatal(err)
	}
	entered, goOn := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-goOn
		if err := r.Context().Err(); err != nil {
			t.Errorf("the turn's context has ended: %v", err)
		}
		w.WriteHeader(http.StatusTeapot)
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serveHTTP(ctx, l, h, settings{}.logger(t.Output())) }()
	answered := make(chan int, 1)
	go func() {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String(), nil)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-entered
	stop()
	untilClosed(t, l.Addr().String())
	close(goOn)
	if status := <-answered; status != http.StatusTeapot {
		t.Errorf("the turn was answered with %d", status)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// untilClosed waits until nobody listens at an address.
func untilClosed(t *testing.T, addr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		var d net.Dialer
		conn, err := d.DialContext(ctx, "tcp", addr)
		if err != nil {
			break
		}
		conn.Close()
	}
	if ctx.Err() != nil {
		t.Fatal("the port stays open")
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "localhost": true, "::1": true,
		"": false, "0.0.0.0": false, "::": false, "192.0.2.1": false, "localhost.example.com": false, "127.0.0.1.example.com": false,
	} {
		if got := (address{host: host}).loopback(); got != want {
			t.Errorf("loopback of %q: %t", host, got)
		}
	}
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:1": 200, "[::1]:8080": 200, "[::1]": 200,
		"evil.example": 421, "evil.example:8080": 421, "": 421,
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host = host
		loopbackOnly(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("Host %q: %d, want %d", host, w.Code, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain\nlines": "plain\nlines", "\x1b[31mred": " [31mred", "a\u202eb": "ab", "bell\a": "bell ", "福建\t茶": "福建 茶",
	} {
		if got := printable(in); got != want {
			t.Errorf("printable(%q) = %q, want %q", in, got, want)
		}
	}
	if got := oneLine(" a\n\tb\u2028c "); strings.ContainsAny(got, "\n\t") || got != "a bc" {
		t.Errorf("oneLine: %q", got)
	}
}
