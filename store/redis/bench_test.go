//go:build !embedded && unix

package redis_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/redis"
)

// BenchmarkSession is what a turn asks of the sessions: open, save, release.
func BenchmarkSession(b *testing.B) {
	b.Run("single", func(b *testing.B) { benchSession(b, open(b, startServer(b).url())) })
	b.Run("cluster", func(b *testing.B) { benchSession(b, open(b, startCluster(b))) })
}

func benchSession(b *testing.B, s *redis.Sessions) {
	b.Helper()
	seen := make([]string, 64)
	for i := range seen {
		seen[i] = "telegram-123456-" + strconv.Itoa(i)
	}
	state, err := json.Marshal(map[string]string{"description": strings.Repeat("It stopped. ", 20)})
	must(b, err)
	n := 0
	for b.Loop() {
		n++
		session, err := s.Open(b.Context(), bot.Key{Channel: "chat", Chat: strconv.Itoa(n % 1000), Person: "mei"}, "in", time.Minute)
		must(b, err)
		session.Seen, session.Frames = seen, []bot.Frame{{ID: "1", Flow: "report", Step: "describe", State: state}}
		must(b, s.Save(b.Context(), session, time.UnixMicro(1), time.Minute))
		must(b, s.Release(b.Context(), session, bot.Finish{Forgive: true}))
	}
}

// BenchmarkDue is the sweep for timers, with nothing to do.
func BenchmarkDue(b *testing.B) {
	s := open(b, startServer(b).url())
	for b.Loop() {
		_, err := s.Due(b.Context(), time.UnixMicro(1), 20)
		must(b, err)
	}
}
