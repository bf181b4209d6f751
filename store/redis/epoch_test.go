//go:build !embedded && unix

package redis_test

import (
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

func TestEpochStays(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	first := turn(t, open(t, server.url()))
	must(t, server.client(t).ScriptFlush(t.Context()).Err())
	must(t, server.client(t).Do(t.Context(), "client", "kill", "type", "normal").Err())
	have := look(t, open(t, server.url())) // another replica
	if have.Version != 1 || have.Epoch != have.Current || have.Current != first.Current {
		t.Errorf("nothing was lost, but version %d of epoch %q is now in %q", have.Version, have.Epoch, have.Current)
	}
}

// TestEpochChanges: whatever may have lost a session tells another epoch, the sessions that come
// back included, through the connections that are open since before.
func TestEpochChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		lose func(t *testing.T, s *server)
		want int64 // the version that came back; two were saved
	}{
		{"FLUSHALL", nil, func(t *testing.T, s *server) {
			t.Helper()
			must(t, s.client(t).FlushAll(t.Context()).Err())
		}, 0},
		{"FLUSHALL twice", nil, func(t *testing.T, s *server) {
			t.Helper()
			must(t, s.client(t).FlushAll(t.Context()).Err())
			look(t, open(t, s.url()))
			must(t, s.client(t).FlushAll(t.Context()).Err())
		}, 0},
		{"restart without persistence", nil, func(t *testing.T, s *server) {
			t.Helper()
			must(t, s.Restart())
		}, 0},
		{"restart with AOF", []string{"--appendonly", "yes", "--appendfsync", "always"}, func(t *testing.T, s *server) {
			t.Helper()
			must(t, s.Restart())
		}, 2},
		{"old dump", []string{"--dbfilename", "dump.rdb"}, func(t *testing.T, s *server) {
			t.Helper()
			must(t, s.RestartFrom("old"))
		}, 1},
		{"epoch key deleted", nil, func(t *testing.T, s *server) {
			t.Helper()
			keys, err := s.client(t).Keys(t.Context(), "*:epoch").Result()
			must(t, err)
			must(t, s.client(t).Del(t.Context(), keys...).Err())
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t, c.args...)
			s := open(t, server.url())
			turn(t, s)
			must(t, server.Dump(t.Context(), "old"))
			before := turn(t, s)
			c.lose(t, server)
			have := look(t, s)
			if have.Version != c.want {
				t.Errorf("version %d came back, want %d", have.Version, c.want)
			}
			if have.Current == before.Current {
				t.Errorf("the epoch is the same as before: %q", have.Current)
			}
			turn(t, s)
			if have = look(t, s); have.Epoch != have.Current {
				t.Errorf("saved in epoch %q, now it is %q", have.Epoch, have.Current)
			}
		})
	}
}

// TestEpochAfterFailover goes from one server to its replica and back. The run_id would then be the
// one from before, though a session may have been lost on the way.
func TestEpochAfterFailover(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	args := []string{"--repl-diskless-sync-delay", "0"}
	a, b := startServer(t, args...), startServer(t, args...)
	follow := func(replica, master *server) {
		t.Helper()
		client := replica.client(t)
		must(t, client.ReplicaOf(ctx, "127.0.0.1", strings.TrimPrefix(master.addr(), "127.0.0.1:")).Err())
		eventually(t, "the replica follows", func() bool {
			return strings.Contains(client.Info(ctx, "replication").Val(), "master_link_status:up")
		})
		eventually(t, "the replica has everything", func() bool {
			return offset(t, client) == offset(t, master.client(t))
		})
	}
	promote := func(s *server) { t.Helper(); must(t, s.client(t).ReplicaOf(ctx, "NO", "ONE").Err()) }

	onA, onB := open(t, a.url()), open(t, b.url())
	first := turn(t, onA)
	follow(b, a)
	promote(b)
	there := look(t, onB)
	if there.Version != 1 || there.Current == first.Current {
		t.Errorf("on the replica: version %d, epoch %q after %q", there.Version, there.Current, first.Current)
	}
	follow(a, b)
	promote(a)
	back := look(t, onA)
	if back.Version != 1 || back.Current == first.Current || back.Current == there.Current {
		t.Errorf("back again: version %d, epoch %q after %q and %q", back.Version, back.Current, there.Current, first.Current)
	}
}

// offset tells how much of the master's history a server has.
func offset(t *testing.T, c *goredis.Client) string {
	t.Helper()
	for line := range strings.Lines(c.Info(t.Context(), "replication").Val()) {
		if value, ok := strings.CutPrefix(line, "master_repl_offset:"); ok {
			return value
		}
	}
	t.Fatal("no offset")
	return ""
}
