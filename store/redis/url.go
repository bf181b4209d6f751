package redis

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// readTimeout is how long one answer may take unless the URL says something else. A cancelled
// context (one without a deadline) is noticed after this time.
const readTimeout = 3 * time.Second

var (
	// errURL does not repeat the URL, nor any part of it: it may hold a password.
	errURL = errors.New("want redis://user:password@host:6379/0 (rediss:// with TLS), with the password's special characters escaped, such as %40 for @ and %2F for /")
	// errReplica: a replica may be behind, and cannot take a lease.
	errReplica = errors.New("sessions are read and written on masters only: leave out read_only, replica_only, route_by_latency and route_randomly")
)

// connect makes the client that the URL asks for. It does not connect yet.
func connect(raw string) (goredis.UniversalClient, error) {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "redis" && u.Scheme != "rediss") || strays(u) {
		return nil, errURL
	}
	switch query := u.Query(); {
	case query.Has("master_name"):
		return sentinel(raw)
	case query.Has("addr"):
		return cluster(raw)
	default:
		return single(raw)
	}
}

// strays tells whether a part of the password may have ended up outside its place in the URL, from
// where it would come into an error. The sentinels' URL has the server's password in the query.
func strays(u *url.URL) bool {
	if strings.Contains(u.Path, "@") || u.Fragment != "" || u.Opaque != "" {
		return true
	}
	for name, values := range u.Query() {
		if strings.Contains(name, "@") {
			return true
		}
		if name != "password" && name != "username" && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "@") }) {
			return true
		}
	}
	return false
}

func single(raw string) (goredis.UniversalClient, error) {
	o, err := goredis.ParseURL(raw)
	if err != nil {
		return nil, fmt.Errorf("read URL: %w", err)
	}
	o.ContextTimeoutEnabled = true
	o.ReadTimeout = orDefault(o.ReadTimeout)
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewClient(o), nil
}

func cluster(raw string) (goredis.UniversalClient, error) {
	o, err := goredis.ParseClusterURL(raw)
	if err != nil {
		return nil, fmt.Errorf("read URL of a cluster: %w", err)
	}
	if o.ReadOnly || o.RouteByLatency || o.RouteRandomly {
		return nil, errReplica
	}
	o.ContextTimeoutEnabled = true
	o.ReadTimeout = orDefault(o.ReadTimeout)
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return goredis.NewClusterClient(o), nil
}

func sentinel(raw string) (goredis.UniversalClient, error) {
	o, err := goredis.ParseFailoverURL(raw)
	if err != nil {
		return nil, fmt.Errorf("read URL of sentinels: %w", err)
	}
	if o.ReplicaOnly || o.RouteByLatency || o.RouteRandomly {
		return nil, errReplica
	}
	o.ContextTimeoutEnabled = true
	o.ReadTimeout = orDefault(o.ReadTimeout)
	return goredis.NewFailoverClient(o), nil
}

func orDefault(timeout time.Duration) time.Duration {
	if timeout == 0 {
		return readTimeout
	}
	return timeout
}
