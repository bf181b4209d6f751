//go:build !embedded && unix

package redis_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/redis"
	"github.com/optoste/supportbot/store/storetest"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	suite(t, startServer(t).url())
}

func TestSessionsOnCluster(t *testing.T) {
	t.Parallel()
	suite(t, startCluster(t))
}

func TestSessionsOnSentinel(t *testing.T) {
	t.Parallel()
	suite(t, startSentinel(t, startServer(t)))
}

// suite runs the conformance tests, each with keys of its own.
func suite(t *testing.T, url string) {
	t.Helper()
	storetest.Sessions(t, func(t *testing.T, now func() time.Time) bot.Sessions {
		t.Helper()
		prefix := rand.Text() + ":"
		s, err := redis.OpenTest(t.Context(), url, prefix, now)
		must(t, err)
		return wipeable{s, prefix}
	})
	storetest.Shared(t, func(t *testing.T, now func() time.Time) storetest.Shares {
		t.Helper()
		prefix := rand.Text() + ":"
		s, err := redis.OpenTest(t.Context(), url, prefix, now)
		must(t, err)
		return wipeable{s, prefix}
	})
}

// wipeable can forget everything under its prefix.
type wipeable struct {
	*redis.Sessions
	prefix string
}

func (w wipeable) Wipe(ctx context.Context) error {
	wipe := func(ctx context.Context, c *goredis.Client) error {
		keys := c.Scan(ctx, 0, w.prefix+"*", 1000).Iterator()
		for keys.Next(ctx) {
			if err := c.Unlink(ctx, keys.Val()).Err(); err != nil {
				return err
			}
		}
		return keys.Err()
	}
	if cluster, ok := w.Client().(*goredis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, wipe)
	}
	return wipe(ctx, w.Client().(*goredis.Client))
}

var mei = bot.Key{Channel: "chat", Chat: "1", Person: "mei"}

func open(tb testing.TB, url string) *redis.Sessions {
	tb.Helper()
	s, err := redis.Open(tb.Context(), url)
	must(tb, err)
	tb.Cleanup(func() { must(tb, s.Close()) })
	return s
}

// look opens mei's conversation and gives it back.
func look(tb testing.TB, s *redis.Sessions) bot.Session {
	tb.Helper()
	session, err := s.Open(tb.Context(), mei, "look", time.Minute)
	must(tb, err)
	must(tb, s.Release(tb.Context(), session, bot.Finish{Forgive: true}))
	return session
}

// turn is a whole turn in mei's conversation; it returns what the next one will find.
func turn(tb testing.TB, s *redis.Sessions) bot.Session {
	tb.Helper()
	session, err := s.Open(tb.Context(), mei, "turn", time.Minute)
	must(tb, err)
	session.Frame++
	must(tb, s.Save(tb.Context(), session, time.Time{}, time.Minute))
	must(tb, s.Release(tb.Context(), session, bot.Finish{Forgive: true}))
	session.Version++
	session.Epoch = session.Current
	return session
}

func TestKeysOfOneConversationShareATag(t *testing.T) {
	t.Parallel()
	s := open(t, startServer(t).url())
	session, err := s.Open(t.Context(), bot.Key{Channel: "a", Chat: "{b}:*", Person: "😱"}, "in", time.Minute)
	must(t, err)
	must(t, s.Save(t.Context(), session, time.UnixMicro(1), time.Minute))
	keys, err := s.Client().Keys(t.Context(), "*").Result()
	must(t, err)
	if len(keys) != 3 {
		t.Errorf("keys %q, want three", keys)
	}
	tag, _, _ := strings.Cut(keys[0], "}")
	for _, key := range keys {
		if !strings.HasPrefix(key, redis.Layout+"{") || !strings.HasPrefix(key, tag+"}:") {
			t.Errorf("key %q has another tag than %q", key, keys[0])
		}
	}
}
