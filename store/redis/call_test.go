//go:build !embedded && unix

package redis_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/redis"
)

// hook stands between the sessions and their connections.
type hook func(ctx context.Context, cmds []goredis.Cmder, send func() error) error

func (h hook) DialHook(next goredis.DialHook) goredis.DialHook { return next }

func (h hook) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		return h(ctx, []goredis.Cmder{cmd}, func() error { return next(ctx, cmd) })
	}
}

func (h hook) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		return h(ctx, cmds, func() error { return next(ctx, cmds) })
	}
}

func TestOneRoundTripEach(t *testing.T) {
	t.Parallel()
	s := open(t, startServer(t).url())
	turn(t, s) // from here on the server knows the scripts, and both pools have a connection
	_, err := s.Due(t.Context(), time.UnixMicro(1), 10)
	must(t, err)
	var trips atomic.Int64
	s.Client().AddHook(hook(func(_ context.Context, _ []goredis.Cmder, send func() error) error {
		trips.Add(1)
		return send()
	}))
	once := func(call string, err error) {
		t.Helper()
		must(t, err)
		if n := trips.Swap(0); n != 1 {
			t.Errorf("%s took %d round trips, want 1", call, n)
		}
	}
	wake := time.UnixMicro(1)
	session, err := s.Open(t.Context(), mei, "in", time.Minute)
	once("Open", err)
	once("Save", s.Save(t.Context(), session, wake, time.Minute))
	once("Release", s.Release(t.Context(), session, bot.Finish{Sent: true, Wake: wake}))
	keys, err := s.Due(t.Context(), wake, 10)
	once("Due", err)
	for range 2 { // the first time the server gets to know the scripts
		trips.Store(0)
		_, err = s.Hold(t.Context(), "poll", "a", time.Minute)
		must(t, err)
		_, err = s.Take(t.Context(), "all", bot.Rate{Burst: 9, Every: time.Second})
		must(t, err)
	}
	if n := trips.Load(); n != 2 {
		t.Errorf("Hold and Take took %d round trips, want 2", n)
	}
	if len(keys) != 1 || keys[0] != mei {
		t.Errorf("due: %v", keys)
	}
}

// TestRepeatedCommands: the client repeats a command whose answer was lost on the way.
func TestRepeatedCommands(t *testing.T) {
	t.Parallel()
	s := open(t, startServer(t).url())
	turn(t, s)
	s.Client().AddHook(hook(func(_ context.Context, cmds []goredis.Cmder, send func() error) error {
		if err := send(); err != nil {
			return err
		}
		cmds[0].SetErr(nil)
		return send()
	}))
	session, err := s.Open(t.Context(), mei, "in", time.Minute)
	must(t, err)
	if session.Attempts != 1 {
		t.Errorf("%d starts were counted for one call", session.Attempts)
	}
	must(t, s.Save(t.Context(), session, time.Time{}, time.Minute))
	if err := s.Save(t.Context(), session, time.Time{}, time.Minute); !errors.Is(err, bot.ErrConflict) {
		t.Errorf("a second Save of one version: %v", err)
	}
	must(t, s.Release(t.Context(), session, bot.Finish{}))
	if have := look(t, s); have.Version != 2 {
		t.Errorf("version %d after two turns", have.Version)
	}
}

// TestWriters lets 16 replicas change one conversation: no change may be lost.
func TestWriters(t *testing.T) {
	t.Parallel()
	const writers, turns = 16, 5
	server := startServer(t)
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for range writers {
		s := open(t, server.url())
		wg.Go(func() {
			for range turns {
				session, err := s.Open(t.Context(), mei, "in", time.Minute)
				for errors.Is(err, bot.ErrBusy) {
					session, err = s.Open(t.Context(), mei, "in", time.Minute)
				}
				if err == nil {
					session.Frame++
					err = s.Save(t.Context(), session, time.Time{}, time.Minute)
				}
				if err == nil {
					err = s.Release(t.Context(), session, bot.Finish{Forgive: true})
				}
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	if have := look(t, open(t, server.url())); have.Frame != writers*turns || have.Version != writers*turns {
		t.Errorf("frame %d of version %d, want %d", have.Frame, have.Version, writers*turns)
	}
}

// TestServersClock: without a clock of the test, leases end by the server's.
func TestServersClock(t *testing.T) {
	t.Parallel()
	s := open(t, startServer(t).url())
	_, err := s.Open(t.Context(), mei, "in-1", 50*time.Millisecond)
	must(t, err)
	eventually(t, "the lease has run out", func() bool {
		_, err = s.Open(t.Context(), mei, "in-2", time.Minute)
		if err != nil && !errors.Is(err, bot.ErrBusy) {
			t.Fatal(err)
		}
		return err == nil
	})
	if _, err = s.Open(t.Context(), mei, "in-3", time.Minute); !errors.Is(err, bot.ErrBusy) {
		t.Errorf("a lease of a minute: %v", err)
	}
	until, err := s.Client().HGet(t.Context(), s.SessionKey(mei), "until").Int64()
	must(t, err)
	if left := time.UnixMicro(until).Sub(s.Client().Time(t.Context()).Val()); left > time.Minute || left < 30*time.Second {
		t.Errorf("a lease of a minute ends in %v", left)
	}
}

func TestIdleConversationsExpire(t *testing.T) {
	t.Parallel()
	s := open(t, startServer(t).url())
	turn(t, s)
	key := s.SessionKey(mei)
	must(t, s.Client().Expire(t.Context(), key, time.Minute).Err())
	turn(t, s)
	if left := s.Client().TTL(t.Context(), key).Val(); left < redis.Idle-time.Minute || left > redis.Idle {
		t.Errorf("it is forgotten in %v, want %v", left, redis.Idle)
	}
}

// TestSilentServer: a server that takes no notice must not hold a call beyond its deadline.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	s := open(t, server.url())
	session := turn(t, s)
	must(t, server.client(t).Do(t.Context(), "client", "pause", 600_000, "all").Err())
	for name, call := range map[string]func(ctx context.Context) error{
		"Open":    func(ctx context.Context) error { _, err := s.Open(ctx, mei, "in", time.Minute); return err },
		"Save":    func(ctx context.Context) error { return s.Save(ctx, session, time.Time{}, time.Minute) },
		"Release": func(ctx context.Context) error { return s.Release(ctx, session, bot.Finish{}) },
		"Hold":    func(ctx context.Context) error { _, err := s.Hold(ctx, "poll", "a", time.Minute); return err },
		"Take": func(ctx context.Context) error {
			_, err := s.Take(ctx, "all", bot.Rate{Burst: 1, Every: time.Hour})
			return err
		},
		"Due":  func(ctx context.Context) error { _, err := s.Due(ctx, time.UnixMicro(1), 10); return err },
		"Ping": s.Ping,
	} {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := call(ctx)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	admin := server.client(t)
	must(t, admin.Do(t.Context(), "acl", "setuser", "few", "on", ">hunter2", "~*", "+@all", "-info").Err())
	must(t, admin.Do(t.Context(), "acl", "setuser", "right", "on", ">hunter2", "~supportbot:*", "-@all",
		"+eval", "+evalsha", "+hmget", "+hget", "+hset", "+hdel", "+zadd", "+zrem", "+zrange", "+get", "+set", "+pexpire", "+time", "+info").Err())
	for who, want := range map[string]string{"few:hunter2": "can't run this command", "right:hunter2no": "WRONGPASS"} {
		s, err := redis.Open(t.Context(), "redis://"+who+"@"+server.addr())
		if err == nil {
			s.Close()
			t.Errorf("%s may open", who)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s in %v, without the password", want, err)
		}
	}
	s := open(t, "redis://right:hunter2@"+server.addr())
	turn(t, s)
	_, err := s.Due(t.Context(), time.UnixMicro(1), 10)
	must(t, err)
	_, err = s.Hold(t.Context(), "poll", "a", time.Minute)
	must(t, err)
	_, err = s.Take(t.Context(), "all", bot.Rate{Burst: 1, Every: time.Hour})
	must(t, err)
}

// TestServersClockOfShares: without a clock of the test, leases and buckets go by the server's.
func TestServersClockOfShares(t *testing.T) {
	t.Parallel()
	s := open(t, startServer(t).url())
	held, err := s.Hold(t.Context(), "poll", "a", 50*time.Millisecond)
	must(t, err)
	if !held {
		t.Error("the lease was not free")
	}
	_, err = s.Take(t.Context(), "all", bot.Rate{Burst: 1, Every: 50 * time.Millisecond})
	must(t, err)
	eventually(t, "the lease has run out", func() bool {
		held, err := s.Hold(t.Context(), "poll", "b", time.Minute)
		must(t, err)
		return held
	})
	eventually(t, "the bucket is full", func() bool {
		wait, err := s.Take(t.Context(), "all", bot.Rate{Burst: 1, Every: time.Hour})
		must(t, err)
		return wait == 0
	})
	wait, err := s.Take(t.Context(), "all", bot.Rate{Burst: 1, Every: time.Hour})
	must(t, err)
	if wait <= 59*time.Minute || wait > time.Hour {
		t.Errorf("to wait for one an hour: %s", wait)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	s, err := redis.Open(t.Context(), startServer(t).url())
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	if _, err := s.Open(t.Context(), mei, "in", time.Minute); err == nil || !strings.Contains(err.Error(), "sessions are closed") {
		t.Errorf("after Close: %v", err)
	}
}
