package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/bot"
)

// Examiner looks at the Redis of a URL. It implements [bot.Examiner].
type Examiner struct{ URL string }

var _ bot.Examiner = Examiner{}

const (
	oldestVersion = 7
	modeCluster   = "cluster"
)

// What is looked at, as it is named in a [bot.Finding].
const (
	whatRedis    = "Redis"
	whatMemory   = "Redis memory"
	whatKeeps    = "Redis persistence"
	whatCluster  = "Redis Cluster"
	whatSentinel = "Redis Sentinel"
)

// Examine implements [bot.Examiner].
func (e Examiner) Examine(ctx context.Context) []bot.Finding {
	client, err := connect(e.URL)
	if err != nil {
		return []bot.Finding{{What: whatRedis, Problem: err.Error(), Do: "correct REDIS_URL"}}
	}
	defer client.Close() //nolint:errcheck // nothing was written
	// As each turn does, so that missing rights show.
	if err := goredis.NewScript(probeScript).Run(ctx, client, []string{newShards(layout)[0].epoch}).Err(); err != nil {
		return []bot.Finding{unreachable(err)}
	}
	switch c := client.(type) {
	case *goredis.ClusterClient:
		return examineCluster(ctx, c)
	case *goredis.Client:
		list := examineServer(ctx, c)
		if list[0].Problem == "" && strings.HasSuffix(list[0].Detail, modeCluster) {
			list[0].Problem, list[0].Do = "this server is one of a Cluster", "name the others as well: redis://host:6379?addr=host2:6379&addr=host3:6379"
		}
		if f, ok := e.sentinels(ctx); ok {
			list = append(list, f)
		}
		return list
	}
	return nil
}

// examineServer looks at one server.
func examineServer(ctx context.Context, c *goredis.Client) []bot.Finding {
	text, err := c.Info(ctx, "server", "replication", "memory", "persistence").Result()
	if err != nil {
		return []bot.Finding{unreachable(err)}
	}
	i := parseInfo(text)
	return []bot.Finding{i.kind(), i.memory(), i.keeps(saves(ctx, c))}
}

// saves is when the server writes a dump, as far as it tells: many who sell Redis forbid to ask.
func saves(ctx context.Context, c *goredis.Client) string {
	return c.ConfigGet(ctx, "save").Val()["save"]
}

// examineCluster looks at the masters and at the slots. Of each kind, the worst finding counts.
func examineCluster(ctx context.Context, c *goredis.ClusterClient) []bot.Finding {
	var (
		mu   sync.Mutex
		list []bot.Finding
	)
	err := c.ForEachMaster(ctx, func(ctx context.Context, one *goredis.Client) error {
		found := examineServer(ctx, one)
		mu.Lock()
		defer mu.Unlock()
		list = worst(list, found)
		return nil
	})
	if err != nil {
		return []bot.Finding{unreachable(err)}
	}
	return append(list, slotsCovered(ctx, c))
}

// worst joins the findings of several servers.
func worst(list, more []bot.Finding) []bot.Finding {
	for _, f := range more {
		there := false
		for i := range list {
			if list[i].What != f.What {
				continue
			}
			there = true
			if list[i].Problem == "" || list[i].Minor && f.Problem != "" && !f.Minor {
				list[i] = f
			}
		}
		if !there {
			list = append(list, f)
		}
	}
	return list
}

func slotsCovered(ctx context.Context, c *goredis.ClusterClient) bot.Finding {
	f := bot.Finding{What: whatCluster, Do: "repair it: redis-cli --cluster check HOST:PORT, then --cluster fix"}
	text, err := c.ClusterInfo(ctx).Result()
	i := parseInfo(text)
	switch {
	case err != nil:
		f.Problem = err.Error()
	case i["cluster_state"] != "ok":
		f.Problem = fmt.Sprintf("the cluster's state is %s, %s of 16384 slots are served", i["cluster_state"], i["cluster_slots_ok"])
	default:
		f.Detail = i["cluster_size"] + " masters, all slots served"
	}
	return f
}

// sentinels asks whether enough of them are there to choose another master; false: there are none.
func (e Examiner) sentinels(ctx context.Context) (f bot.Finding, ok bool) {
	o, err := goredis.ParseFailoverURL(e.URL)
	if err != nil || o.MasterName == "" || len(o.SentinelAddrs) == 0 {
		return f, false
	}
	f = bot.Finding{What: whatSentinel, Detail: "enough sentinels for a failover"}
	for _, addr := range o.SentinelAddrs {
		c := goredis.NewSentinelClient(&goredis.Options{
			Addr: addr, Username: o.SentinelUsername, Password: o.SentinelPassword, TLSConfig: o.TLSConfig, ContextTimeoutEnabled: true,
		})
		err := errors.Join(c.CkQuorum(ctx, o.MasterName).Err(), c.Close())
		if err != nil {
			f.Problem, f.Minor = addr+": "+err.Error(), true
			f.Do = "start the missing sentinels (three or more, on machines of their own); without a quorum nobody chooses another master"
			return f, true
		}
	}
	return f, true
}

// info is what INFO tells.
type info map[string]string

func parseInfo(text string) info {
	i := info{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			i[name] = value
		}
	}
	return i
}

func (i info) number(name string) int64 {
	n, err := strconv.ParseInt(i[name], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (i info) kind() bot.Finding {
	version := i["redis_version"]
	f := bot.Finding{What: whatRedis, Detail: "Redis " + version + ", " + i["redis_mode"]}
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	switch {
	case err != nil || n < oldestVersion:
		f.Problem, f.Do = "Redis "+version+" is too old", "upgrade the server to Redis 7 or newer"
	case i["role"] != "master":
		f.Problem, f.Do = "this server is a replica, which takes no sessions", "let REDIS_URL name the master, or the sentinels with ?master_name="
	}
	return f
}

// memory: what is evicted comes back from the snapshots, but not the wake times; see the package
// comment.
func (i info) memory() bot.Finding {
	used, limit, policy := i.number("used_memory"), i.number("maxmemory"), i["maxmemory_policy"]
	f := bot.Finding{What: whatMemory, Detail: fmt.Sprintf("%s used, %s", i["used_memory_human"], policy)}
	switch {
	case policy != "noeviction":
		f.Problem = "maxmemory-policy is " + policy + ": a server that is full would forget reminders"
		f.Do = "set maxmemory-policy noeviction in redis.conf (at once: redis-cli config set maxmemory-policy noeviction)"
		f.Minor = limit == 0 // it evicts nothing before there is a limit
	case limit > 0 && used > limit/10*9:
		f.Problem = fmt.Sprintf("%s of %s are used: a full server refuses every turn", i["used_memory_human"], i["maxmemory_human"])
		f.Do = "raise maxmemory; a conversation takes a few KB and is forgotten after 30 days"
	}
	return f
}

// keeps says what a restart would lose. None of it loses an answer: the snapshots have them.
func (i info) keeps(save string) bot.Finding {
	f := bot.Finding{What: whatKeeps, Detail: "append-only file: a crash loses a second at most"}
	dumpFailed := i["rdb_last_bgsave_status"] == "err" && save != ""
	switch aof := i["aof_enabled"] == "1"; {
	case aof && i["aof_last_write_status"] == "err", dumpFailed:
		f.Problem = "the last write to the disk failed, so the server refuses to store more"
		f.Do = "make room on the disk of the Redis server, and look into its log"
	case aof:
		return f
	case save == "":
		f.Problem, f.Minor = "a restart of Redis forgets every conversation; they come back from the snapshots, reminders with the next message only", true
	default:
		f.Problem, f.Minor = "a crash of Redis loses what came since its last dump (save "+save+"); conversations come back from the snapshots, reminders with the next message only", true
	}
	if f.Do == "" {
		f.Do = "set appendonly yes and appendfsync everysec in redis.conf (at once: redis-cli config set appendonly yes)"
	}
	return f
}

const rights = "give the user of REDIS_URL the commands that the documentation of store/redis lists, on the keys supportbot:*"

// unreachable turns an error of connecting into what to do. go-redis shows no password.
func unreachable(err error) bot.Finding {
	f := bot.Finding{What: whatRedis, Problem: err.Error(), Do: "start the server, or correct host and port in REDIS_URL; a firewall may be between"}
	for _, c := range []struct{ says, do string }{
		{"WRONGPASS", "correct user and password in REDIS_URL"},
		{"NOAUTH", "the server wants a password: redis://user:password@host:6379/0"},
		{"ACL failure", rights}, // since 7.2
		{"can't run this command", rights},
		{"NOPERM", rights},
		{"LOADING", "wait: the server reads its data after a start"},
		{"cluster support disabled", "this is no Cluster: leave ?addr= out of REDIS_URL"},
	} {
		if strings.Contains(err.Error(), c.says) {
			f.Do = c.do
		}
	}
	return f
}
