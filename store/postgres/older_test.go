//go:build !embedded && unix

package postgres_test

import (
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// TestOlderReplica works an inbox that a program without lanes fills and works as well.
func TestOlderReplica(t *testing.T) {
	t.Parallel()
	db, address := open(t)
	said := func(id string) bot.Inbound {
		return bot.Inbound{ID: id, From: bot.Sender{ID: "mei"}, To: bot.Address{Channel: "chat", Chat: "1"}, Event: bot.Said{}}
	}
	taken := func(want ...string) {
		t.Helper()
		list, err := db.Take(t.Context(), noon, noon.Add(time.Minute), 10)
		if err != nil {
			t.Fatal(err)
		}
		var have []string
		for _, in := range list {
			have = append(have, in.ID)
		}
		if !slices.Equal(have, want) {
			t.Errorf("taken %q, want %q", have, want)
		}
		if err := db.Finish(t.Context(), said("").Key(), noon.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	theirs := func(id string) {
		t.Helper()
		query(t, address, `insert into inbox (id, data) values ('`+id+`', '{"id": "`+id+`", "from": {"id": "mei"},
			"to": {"channel": "chat", "chat": "1"}, "kind": "said", "event": {}}')`)
	}
	theirs("1")
	theirs("2")
	if err := db.Post(t.Context(), said("2")); err != nil {
		t.Fatal(err)
	}
	taken("1", "2")
	query(t, address, `update inbox set done = current_timestamp`)
	taken()
	if n := query(t, address, `select count(*)::text from inbox_lanes`); n[0] != "0" {
		t.Errorf("%s lanes are left", n[0])
	}
}
