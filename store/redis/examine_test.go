//go:build !embedded && unix

package redis_test

import (
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/redis"
)

// examine returns what is found at a URL, by its name.
func examine(t *testing.T, url string) map[string]bot.Finding {
	t.Helper()
	found := map[string]bot.Finding{}
	for _, f := range (redis.Examiner{URL: url}).Examine(t.Context()) {
		found[f.What] = f
		if strings.Contains(f.Problem+f.Detail+f.Do, "hunter2") {
			t.Errorf("shows the password: %+v", f)
		}
		if f.Problem+f.Detail == "" || f.Problem != "" && f.Do == "" {
			t.Errorf("neither well nor with what to do: %+v", f)
		}
	}
	return found
}

// wants compares a finding; problem "" = nothing is wrong.
func wants(t *testing.T, f bot.Finding, problem, do string, minor bool) {
	t.Helper()
	if (problem+do == "") != (f.Problem == "") || !strings.Contains(f.Problem, problem) || problem != "" && !strings.Contains(f.Do, do) || f.Minor != minor {
		t.Errorf("%+v, want %q, do %q, minor %t", f, problem, do, minor)
	}
}

func TestExamineGoodServer(t *testing.T) {
	t.Parallel()
	found := examine(t, startServer(t, "--appendonly", "yes").url())
	if len(found) != 3 {
		t.Errorf("findings %v", found)
	}
	for _, f := range found {
		wants(t, f, "", "", false)
	}
	if d := found["Redis"].Detail; !strings.HasPrefix(d, "Redis ") || !strings.HasSuffix(d, ", standalone") {
		t.Errorf("detail %q", d)
	}
}

func TestExamineServers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args              []string
		what, problem, do string
		minor             bool
	}{
		"evicting":         {[]string{"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"}, "Redis memory", "allkeys-lru", "noeviction", false},
		"evicting, no end": {[]string{"--maxmemory-policy", "volatile-ttl"}, "Redis memory", "volatile-ttl", "noeviction", true},
		"full":             {[]string{"--maxmemory", "1mb"}, "Redis memory", "are used", "raise maxmemory", false},
		"keeps nothing":    {nil, "Redis persistence", "forgets every conversation", "appendonly yes", true},
		"dumps only":       {[]string{"--save", "3600 1"}, "Redis persistence", "(save 3600 1)", "appendonly yes", true},
		"one of a Cluster": {[]string{"--cluster-enabled", "yes"}, "Redis", "one of a Cluster", "?addr=", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, c.args...)
			if name == "one of a Cluster" {
				must(t, s.client(t).ClusterAddSlotsRange(t.Context(), 0, 16383).Err())
				eventually(t, "the slots are served", func() bool { return strings.Contains(s.client(t).ClusterInfo(t.Context()).Val(), "cluster_state:ok") })
			}
			wants(t, examine(t, s.url())[c.what], c.problem, c.do, c.minor)
		})
	}
}

func TestExamineWhatIsNotThere(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	admin := server.client(t)
	must(t, admin.Do(t.Context(), "acl", "setuser", "right", "on", ">hunter2", "~*", "+@all").Err())
	must(t, admin.Do(t.Context(), "acl", "setuser", "poor", "on", ">hunter2", "~*", "+get").Err())
	must(t, admin.Do(t.Context(), "acl", "setuser", "half", "on", ">hunter2", "~*", "+eval", "+evalsha").Err())
	gone := startServer(t)
	must(t, gone.Kill())
	for url, c := range map[string]struct{ problem, do string }{
		"redis://right:hunter2@" + server.addr():       {"", ""},
		"redis://right:wrong-hunter2@" + server.addr(): {"WRONGPASS", "correct user and password"},
		"redis://poor:hunter2@" + server.addr():        {"NOPERM", "commands"},
		"redis://half:hunter2@" + server.addr():        {"", "commands"},
		"redis://right:hunter2@" + gone.addr():         {"connection refused", "start the server"},
		"redis://right:hunter2@host/0/@":               {"want redis://", "correct REDIS_URL"},
		server.url() + "?addr=" + server.addr():        {"cluster", "this is no Cluster"},
	} {
		wants(t, examine(t, url)["Redis"], c.problem, c.do, false)
	}
}

func TestExamineReplica(t *testing.T) {
	t.Parallel()
	master, replica := startServer(t), startServer(t)
	must(t, replica.client(t).ReplicaOf(t.Context(), "127.0.0.1", strings.TrimPrefix(master.addr(), "127.0.0.1:")).Err())
	wants(t, examine(t, replica.url())["Redis"], "is a replica", "?master_name=", false)
}

func TestExamineCluster(t *testing.T) {
	t.Parallel()
	url := startCluster(t)
	found := examine(t, url)
	wants(t, found["Redis Cluster"], "", "", false)
	wants(t, found["Redis"], "", "", false)
	if d := found["Redis Cluster"].Detail; !strings.HasPrefix(d, "3 masters") {
		t.Errorf("detail %q", d)
	}
	// One of three masters evicts.
	o, err := goredis.ParseClusterURL(url)
	must(t, err)
	one := goredis.NewClient(&goredis.Options{Addr: o.Addrs[1]})
	defer one.Close()
	must(t, one.ConfigSet(t.Context(), "maxmemory-policy", "allkeys-lru").Err())
	wants(t, examine(t, url)["Redis memory"], "allkeys-lru", "noeviction", true)
	must(t, one.ConfigSet(t.Context(), "maxmemory", "1gb").Err())
	wants(t, examine(t, url)["Redis memory"], "allkeys-lru", "noeviction", false)
}

// TestWorst: of the masters of a Cluster, the one in the worst state is told of, whatever the order.
func TestWorst(t *testing.T) {
	t.Parallel()
	good, minor, bad := bot.Finding{What: "a"}, bot.Finding{What: "a", Problem: "minor", Minor: true}, bot.Finding{What: "a", Problem: "bad"}
	other := bot.Finding{What: "b"}
	for _, order := range [][]bot.Finding{{good, minor, bad}, {bad, minor, good}, {minor, bad, good}, {minor, good, bad}, {bad, good, minor}, {good, bad, minor}} {
		var list []bot.Finding
		for _, f := range order {
			list = redis.Worst(list, []bot.Finding{f, other})
		}
		if len(list) != 2 || list[0] != bad || list[1] != other {
			t.Errorf("%+v becomes %+v", order, list)
		}
	}
}

func TestExamineSentinel(t *testing.T) {
	t.Parallel()
	url := startSentinel(t, startServer(t))
	found := examine(t, url)
	wants(t, found["Redis Sentinel"], "", "", false)
	wants(t, found["Redis"], "", "", false)
}

// TestExamineEndsWithItsContext asks a server that says nothing.
func TestExamineEndsWithItsContext(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	must(t, server.client(t).Do(t.Context(), "client", "pause", 600_000, "all").Err())
	ended := make(chan map[string]bot.Finding, 1)
	go func() { ended <- examine(t, server.url()) }()
	select {
	case found := <-ended:
		wants(t, found["Redis"], "timeout", "start the server", false)
	case <-time.After(60 * time.Second):
		t.Fatal("does not end")
	}
}
