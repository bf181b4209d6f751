//go:build !embedded && unix

package redis_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/internal/servers"
)

// server is a private redis-server.
type server struct{ *servers.Redis }

// startServer starts one that keeps nothing, unless the arguments say something else.
func startServer(tb testing.TB, args ...string) *server {
	tb.Helper()
	r, err := servers.StartRedis(args...)
	must(tb, err)
	tb.Cleanup(func() { must(tb, r.Close()) })
	return &server{r}
}

// startSentinel starts one sentinel that watches the server and returns its URL.
func startSentinel(tb testing.TB, master *server) string {
	tb.Helper()
	r, err := servers.StartSentinel(master.Redis)
	must(tb, err)
	tb.Cleanup(func() { must(tb, r.Close()) })
	return r.URL() + "?master_name=main"
}

func (s *server) addr() string { return s.Addr() }

func (s *server) url() string { return s.URL() }

// client talks to the server beside the sessions.
func (s *server) client(tb testing.TB) *goredis.Client {
	tb.Helper()
	c := goredis.NewClient(&goredis.Options{Addr: s.Addr(), MaxRetries: -1})
	tb.Cleanup(func() { c.Close() })
	return c
}

// startCluster starts three masters that share the slots and returns the URL of them all.
func startCluster(tb testing.TB) string {
	tb.Helper()
	const nodes, slots = 3, 16384
	ctx := tb.Context()
	var list [nodes]*goredis.Client
	var ports, buses [nodes]int
	for i := range list {
		buses[i] = freePort(tb)
		s := startServer(tb, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(buses[i]), "--cluster-node-timeout", "5000")
		list[i], ports[i] = s.client(tb), s.Port()
		must(tb, list[i].ClusterAddSlotsRange(ctx, i*slots/nodes, (i+1)*slots/nodes-1).Err())
		must(tb, list[i].Do(ctx, "cluster", "set-config-epoch", i+1).Err())
		if i > 0 {
			must(tb, list[i].Do(ctx, "cluster", "meet", "127.0.0.1", ports[0], buses[0]).Err())
		}
	}
	for _, c := range list {
		eventually(tb, "the cluster is complete", func() bool {
			info := c.ClusterInfo(ctx).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3") && strings.Contains(info, "cluster_size:3")
		})
	}
	return fmt.Sprintf("redis://127.0.0.1:%d?addr=127.0.0.1:%d&addr=127.0.0.1:%d", ports[0], ports[1], ports[2])
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	must(tb, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// eventually asks until the answer is yes.
func eventually(tb testing.TB, what string, yes func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		select {
		case <-ctx.Done():
			tb.Fatalf("waited too long until %s", what)
		case <-tick.C:
		}
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
