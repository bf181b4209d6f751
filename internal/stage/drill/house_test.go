//go:build !embedded && unix

package drill_test

import (
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/internal/stage"
)

// house is everything that runs: the servers, the platforms and the replicas.
type house struct {
	dir      string
	path     string // of the program
	postgres *servers.Postgres
	redis    *servers.Redis
	url      string // of the database
	telegram *telegram
	slack    *slack
	balancer *balancer
	front    *httptest.Server
	replicas []*replica
	deaths   *deaths
	stores   *truth
}

// platforms are where customers are.
func (h *house) platforms() []platform { return []platform{h.telegram, h.slack} }

// delivered has both platforms deliver over HTTP, collected has the program ask them for what is new: by long
// polling and Socket Mode. They return the settings for that.
func (h *house) delivered() []string {
	h.telegram.hooked.Store(true)
	h.slack.byHTTP(h.front.URL)
	return h.slack.env("SLACK_SIGNING_SECRET="+h.slack.SigningSecret(), "TELEGRAM_WEBHOOK_SECRET="+secret)
}

func (h *house) collected() []string {
	h.telegram.hooked.Store(false)
	h.slack.bySocket()
	return h.slack.env("SLACK_APP_TOKEN=" + h.slack.AppToken())
}

func openHouse(t *testing.T, p plan) *house {
	t.Helper()
	h := &house{dir: keepDir(t), deaths: &deaths{hits: map[string]int{}}, stores: &truth{}}
	var err error
	h.path, err = stage.Build(t.Context(), t.TempDir(), "stage")
	must(t, err)
	h.telegram, h.slack = openTelegram(t), openSlack(t, p.dice(3))
	h.openServers(t)
	addrs := []string{freeAddr(t), freeAddr(t)}
	h.balancer = newBalancer(addrs...)
	h.front = httptest.NewServer(h.balancer)
	t.Cleanup(h.front.Close)
	for i, addr := range addrs {
		h.replicas = append(h.replicas, h.newReplica(t, fmt.Sprintf("replica-%d", i+1), addr))
	}
	h.run(t, "migrate")
	list := filepath.Join(h.dir, "machines.csv")
	must(t, os.WriteFile(list, []byte(machines(p.customers)), 0o600))
	h.run(t, "machines", "import", list)
	return h
}

// keepDir is where the logs go: DRILL_DIR, where they stay, or a temporary directory.
func keepDir(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("DRILL_DIR"); dir != "" {
		must(t, os.MkdirAll(dir, 0o700))
		return dir
	}
	return t.TempDir()
}

func (h *house) openServers(t *testing.T) {
	t.Helper()
	var err error
	h.postgres, err = servers.StartPostgres()
	must(t, err)
	t.Cleanup(func() { must(t, h.postgres.Close()) })
	h.redis, err = servers.StartRedis("--appendonly", "yes", "--appendfsync", "everysec")
	must(t, err)
	t.Cleanup(func() { must(t, h.redis.Close()) })
	h.url, err = h.postgres.Create(t.Context(), "drill", "")
	must(t, err)
}

func (h *house) env() []string {
	return append(h.telegram.env(),
		"DATABASE_URL="+h.url, "REDIS_URL="+h.redis.URL(), "MEDIA_URL=file://"+h.media(), "PUBLIC_URL="+h.front.URL,
		"LOG_FORMAT=json", "LOG_LEVEL=info",
	)
}

func (h *house) media() string { return filepath.Join(h.dir, "media") }

func (h *house) newReplica(t *testing.T, name, addr string) *replica {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(h.dir, name+".log"), os.O_CREATE|os.O_TRUNC|os.O_APPEND|os.O_WRONLY, 0o600)
	must(t, err)
	t.Cleanup(func() { log.Close() })
	data := filepath.Join(h.dir, name)
	return &replica{
		name: name, path: h.path, addr: addr, env: append(h.env(), "DATA_DIR="+data), data: data, log: log, deaths: h.deaths, stores: h.stores,
	}
}

// run runs a command of the program.
func (h *house) run(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), h.path, args...)
	cmd.Env = slices.Concat(os.Environ(), h.env(), []string{"DATA_DIR=" + filepath.Join(h.dir, "data")})
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// machines lists one machine for each customer.
func machines(n int) string {
	var b strings.Builder
	b.WriteString("serial,model,delivered_on,company,country,time_zone,contract_note\n")
	for i := range n {
		fmt.Fprintf(&b, "DR-2026-%04d,VS-600 belt sorter,2026-01-15,Company %d,PE,America/Lima,\n", i, i)
	}
	return b.String()
}

func freeAddr(t *testing.T) string {
	t.Helper()
	var c net.ListenConfig
	l, err := c.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// storesAway takes Redis and Postgres away one after the other, each in every way that there is. What the
// database loses when it is killed is the last moment of its snapshots, which Redis has; so Redis loses
// nothing soon after.
func (h *house) storesAway(ctx context.Context, unit time.Duration) error {
	steps := []struct {
		after time.Duration
		do    func(context.Context) error
	}{
		{unit, h.redis.Flush},
		{unit, func(ctx context.Context) error { return h.redis.Dump(ctx, "old") }},
		{unit, func(ctx context.Context) error {
			return h.away(ctx, "sessions", 2*time.Second, h.redis.Kill, h.redis.Start)
		}},
		{unit, func(ctx context.Context) error {
			return h.away(ctx, "sessions", 0, func() error { return h.redis.RestartFrom("old") }, nil)
		}},
		{unit, h.redis.Flush},
		{unit, func(ctx context.Context) error {
			return h.away(ctx, "database", 2*time.Second, h.postgres.Kill, h.postgres.Start)
		}},
		{2 * unit, func(ctx context.Context) error { return h.away(ctx, "database", 0, h.postgres.Restart, nil) }},
	}
	for _, s := range steps {
		if !pause(ctx, s.after) {
			return nil
		}
		if err := s.do(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// away ends a server for a while.
func (h *house) away(ctx context.Context, name string, long time.Duration, end, begin func() error) error {
	back := h.stores.gone(name)
	defer back()
	if err := end(); err != nil || begin == nil {
		return err
	}
	pause(ctx, long)
	return begin()
}
