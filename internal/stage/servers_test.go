//go:build !embedded && unix

package stage_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	goredis "github.com/redis/go-redis/v9"

	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/servers"
	"github.com/optoste/supportbot/internal/stage"
)

// TestTranscriptsOnServers plays whole stories against the built program with Postgres and Redis behind
// it. Restart is a kill, flush empties its Redis while it runs.
func TestTranscriptsOnServers(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	path := program(t)
	for _, name := range []string{"report/stranger", "report/chinese", "claims/desk", "safety/stop", "faults/killed", "faults/killed.zh"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			playOn(t, name, stage.NewProgram(path, r.env(), r.wipe))
			r.used(t)
		})
	}
}

// The tests of this process share two private servers. Each test has a database of its own on both.
const (
	template  = "migrated"
	databases = 64 // of Redis
)

var (
	postgres *servers.Postgres
	redis    *servers.Redis
	rooms    atomic.Int64

	// pair starts the servers and has the built program make the tables, once; others are copies.
	pair = sync.OnceValue(func() (err error) {
		path, err := built()
		if err != nil {
			return err
		}
		if postgres, err = servers.StartPostgres(); err != nil {
			return err
		}
		atEnd = append(atEnd, postgres.Close)
		if redis, err = servers.StartRedis("--databases", strconv.Itoa(databases)); err != nil {
			return err
		}
		atEnd = append(atEnd, redis.Close)
		url, err := postgres.Create(context.Background(), template, "")
		if err != nil {
			return err
		}
		migrate := exec.Command(path, "migrate")
		migrate.Env = append(os.Environ(), "DATABASE_URL="+url)
		out, err := migrate.CombinedOutput()
		if err == nil && !strings.Contains(string(out), "up to date") {
			err = errors.New("it does not say that the tables are up to date")
		}
		if err != nil {
			return fmt.Errorf("migrate: %w\n%s", err, out)
		}
		return nil
	})
)

// room is a database of Postgres and one of Redis that belong to one test.
type room struct {
	number   int
	database string
	client   *goredis.Client
}

func newRoom(t *testing.T) *room {
	t.Helper()
	if err := pair(); err != nil {
		t.Fatal(err)
	}
	n := int(rooms.Add(1)) - 1
	if n >= databases {
		t.Fatal("more tests than Redis has databases: raise their number")
	}
	name := fmt.Sprintf("stage%d", n)
	url, err := postgres.Create(t.Context(), name, template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := postgres.Drop(context.WithoutCancel(t.Context()), name); err != nil {
			t.Error(err)
		}
	})
	client := goredis.NewClient(&goredis.Options{Addr: redis.Addr(), DB: n})
	t.Cleanup(func() { client.Close() })
	return &room{n, url, client}
}

// env is the settings of a program that keeps everything here.
func (r *room) env() []string {
	return []string{"DATABASE_URL=" + r.database, fmt.Sprintf("REDIS_URL=%s/%d", redis.URL(), r.number)}
}

// wipe is FLUSHDB: what others keep on the server stays.
func (r *room) wipe(ctx context.Context) error { return r.client.FlushDB(ctx).Err() }

// used checks that conversations were really kept here.
func (r *room) used(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), r.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var snapshots int
	if err := conn.QueryRow(t.Context(), `select count(*) from snapshots`).Scan(&snapshots); err != nil || snapshots == 0 {
		t.Errorf("Postgres has %d snapshots, %v: something else was played on", snapshots, err)
	}
	if keys, err := r.client.DBSize(t.Context()).Result(); err != nil || keys == 0 {
		t.Errorf("Redis has %d keys, %v: something else was played on", keys, err)
	}
}

// TestTranscriptsServedOnServers plays whole stories on chat platforms with Postgres and Redis behind the program,
// and one in which each of them is away.
func TestTranscriptsServedOnServers(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	path := program(t)
	for _, w := range []way{
		{"Telegram", stage.Telegram, nil, []string{
			"report/under-warranty", "report/out-of-warranty", "claims/desk", "safety/stop", "safety/away", "safety/away.zh", "faults/one-by-one",
			"faults/answers-refused",
		}},
		{"Telegram polled", stage.TelegramPolled, nil, []string{"report/stranger", "claims/desk.zh"}},
		{"Slack", stage.Slack, nil, []string{
			"report/stranger", "report/out-of-warranty", "report/several-machines", "claims/desk", "safety/stop", "faults/one-by-one", "groups/threads",
			"faults/answers-refused",
		}},
		{"Slack by socket", stage.SlackSocket, nil, []string{"claims/desk.zh", "groups/threads.zh"}},
	} {
		for _, name := range w.stories {
			t.Run(w.name+" "+name, func(t *testing.T) {
				t.Parallel()
				r, st := newRoom(t), w.stage(path)
				st.Env, st.Door = r.doors(t)
				st.Wipe = r.wipe
				playOn(t, name, st)
				r.used(t)
			})
		}
	}
}

// doors puts a door before each server, and returns the settings that lead through them and what shuts and
// opens them.
func (r *room) doors(t *testing.T) (env []string, move func(script.Part, bool) error) {
	t.Helper()
	doors := map[script.Part]*door{script.Database: newDoor(t, postgres.Addr()), script.Sessions: newDoor(t, redis.Addr())}
	env = []string{
		"DATABASE_URL=" + strings.Replace(r.database, postgres.Addr(), doors[script.Database].addr(), 1),
		fmt.Sprintf("REDIS_URL=redis://%s/%d", doors[script.Sessions].addr(), r.number),
	}
	return env, func(what script.Part, shut bool) error {
		doors[what].move(shut)
		return nil
	}
}

// door lets connections through to a server, or cuts them all off.
type door struct {
	listener net.Listener
	server   string

	mu    sync.Mutex
	shut  bool
	conns map[net.Conn]bool
}

func newDoor(t *testing.T, server string) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: l, server: server, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		l.Close()
		d.move(true)
	})
	go d.open()
	return d
}

func (d *door) addr() string { return d.listener.Addr().String() }

func (d *door) open() {
	for {
		in, err := d.listener.Accept()
		if err != nil {
			return
		}
		go d.pass(in)
	}
}

// pass brings bytes both ways until one side ends.
func (d *door) pass(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", d.server) //nolint:noctx // loopback
	if err != nil {
		return
	}
	defer out.Close()
	d.mu.Lock()
	if d.shut {
		d.mu.Unlock()
		return
	}
	d.conns[in] = true
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.conns, in)
	}()
	go func() {
		_, _ = io.Copy(out, in)
		out.Close()
	}()
	_, _ = io.Copy(in, out)
}

// move shuts the door, which cuts off everybody, or opens it.
func (d *door) move(shut bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shut = shut
	for conn := range d.conns {
		if shut {
			conn.Close()
		}
	}
}
