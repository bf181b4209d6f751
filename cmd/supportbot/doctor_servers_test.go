//go:build !embedded && unix

package main_test

import (
	"testing"

	"github.com/optoste/supportbot/internal/servers"
)

func TestDoctorOfServers(t *testing.T) {
	t.Parallel()
	postgres, err := servers.StartPostgres("fsync = on")
	if err != nil {
		t.Fatal(err)
	}
	defer postgres.Close()
	redis, err := servers.StartRedis("--appendonly", "yes", "--maxmemory", "100mb")
	if err != nil {
		t.Fatal(err)
	}
	defer redis.Close()
	p := newPlace(t, "WEB_CHAT=on", "LISTEN=127.0.0.1:0", "DATABASE_URL="+postgres.URL("postgres"), "REDIS_URL="+redis.URL())

	p.doctor(t, 1)["Database tables"].is(t, "wrong", "supportbot migrate")
	p.must(t, "migrate")
	for name, f := range p.doctor(t, 0) {
		f.is(t, "ok", name)
	}

	if err := redis.Client().ConfigSet(t.Context(), "maxmemory-policy", "allkeys-lru").Err(); err != nil {
		t.Fatal(err)
	}
	p.doctor(t, 1)["Redis memory"].is(t, "wrong", "noeviction")
	if err := redis.Kill(); err != nil {
		t.Fatal(err)
	}
	p.doctor(t, 1)["Redis"].is(t, "wrong", "start the server")
	if err := postgres.Stop(); err != nil {
		t.Fatal(err)
	}
	p.doctor(t, 1)["Database"].is(t, "wrong", "start the server")
}
