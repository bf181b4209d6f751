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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/internal/stage"
)

const (
	token  = "7312345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
	secret = "shown-with-every-update"
)

// house is everything that runs: the servers, the platform and the replicas.
type house struct {
	dir      string
	path     string // of the program
	postgres *servers.Postgres
	redis    *servers.Redis
	url      string // of the database
	platform *fake.Server
	desk     *fake.Chat
	balancer *balancer
	front    *httptest.Server
	replicas []*replica
	deaths   *deaths
	stores   *truth
}

// webhook and polling are how updates come.
var (
	webhook = []string{"TELEGRAM_WEBHOOK_SECRET=" + secret}
	polling []string
)

func openHouse(t *testing.T, p plan) *house {
	t.Helper()
	h := &house{dir: keepDir(t), deaths: &deaths{hits: map[string]int{}}, stores: &truth{}}
	var err error
	h.path, err = stage.Build(t.Context(), t.TempDir(), "stage")
	must(t, err)
	h.openPlatform(t)
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

func (h *house) openPlatform(t *testing.T) {
	t.Helper()
	h.platform = fake.New(fake.Config{
		Token: token, SeeAll: true, AnyPhoto: true,
		Limits: fake.Limits{Second: 200}, // and see weather: a desk with 200 claims a minute has no real limit
	})
	h.platform.Start()
	t.Cleanup(h.platform.Close)
	boss := h.platform.NewPerson(fake.Profile{First: "Boss"})
	h.desk = h.platform.NewForum("Service", boss)
	h.desk.PromoteBot(boss, fake.Rights{ManageTopics: true})
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
	return []string{
		"DATA_DIR=" + filepath.Join(h.dir, "data"), "DATABASE_URL=" + h.url, "REDIS_URL=" + h.redis.URL(),
		"MEDIA_URL=file://" + h.media(), "TELEGRAM_TOKEN=" + token, "TELEGRAM_API_URL=" + h.platform.URL(),
		"TELEGRAM_DESK_CHAT=" + strconv.FormatInt(h.desk.ID(), 10), "TELEGRAM_RATE=0", "PUBLIC_URL=" + h.front.URL,
		"LOG_FORMAT=json", "LOG_LEVEL=info",
	}
}

func (h *house) media() string { return filepath.Join(h.dir, "media") }

func (h *house) newReplica(t *testing.T, name, addr string) *replica {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(h.dir, name+".log"), os.O_CREATE|os.O_TRUNC|os.O_APPEND|os.O_WRONLY, 0o600)
	must(t, err)
	t.Cleanup(func() { log.Close() })
	return &replica{name: name, path: h.path, addr: addr, env: h.env(), log: log, deaths: h.deaths, stores: h.stores}
}

// run runs a command of the program.
func (h *house) run(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), h.path, args...)
	cmd.Env = append(os.Environ(), h.env()...)
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
