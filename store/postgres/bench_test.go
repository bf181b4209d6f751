//go:build !embedded && unix

package postgres_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// The server of these benchmarks does not wait for its disk: they show the work and the round trips.

func BenchmarkOpenClaim(b *testing.B) {
	db, _ := open(b)
	c := claim.Claim{
		Status: claim.Open, Lines: []claim.Line{{Serial: "OS-2025-0417", Company: "nuts"}}, Opened: noon,
		Description: strings.Repeat("It stopped. ", 20), Reporter: claim.Person{ID: "mei"}, Evidence: make([]claim.Evidence, 3),
	}
	then := func(claim.Claim) []bot.Inbound { return nil }
	n := 0
	for b.Loop() {
		n++
		if _, err := db.OpenClaim(b.Context(), bot.EffectKey{Inbound: strconv.Itoa(n)}, c, then); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutSnapshots(b *testing.B) {
	for _, size := range []int{1, 64} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			db, _ := open(b)
			list := make([]bot.Snapshot, size)
			for i := range list {
				list[i] = draft(i)
			}
			for b.Loop() {
				for i := range list {
					list[i].Session.Version++
				}
				if _, err := db.PutSnapshots(b.Context(), list); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// draft is a snapshot of some 2 KB.
func draft(i int) bot.Snapshot {
	seen := make([]string, 64)
	for i := range seen {
		seen[i] = "telegram-123456-" + strconv.Itoa(i)
	}
	state, _ := json.Marshal(map[string]string{"description": strings.Repeat("It stopped. ", 20)}) //nolint:errchkjson // strings
	return bot.Snapshot{Session: bot.Session{
		Key:  bot.Key{Channel: "chat", Chat: strconv.Itoa(i), Person: "mei"},
		Seen: seen, Frames: []bot.Frame{{ID: "1", Flow: "report", Step: "describe", State: state}},
	}}
}

func BenchmarkMachine(b *testing.B) {
	db, _ := open(b)
	r := bot.Registration{Machines: []claim.Machine{{Serial: "OS-1"}}, Parts: []claim.Part{{Serial: "P-1", Machine: "OS-1"}}}
	if _, err := db.Import(b.Context(), r, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := db.Machine(b.Context(), "OS-1"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPost is a batch of 100 updates of as many conversations, and working them.
func BenchmarkPost(b *testing.B) {
	db, _ := open(b)
	n := 0
	list := make([]bot.Inbound, 100)
	for b.Loop() {
		for i := range list {
			n++
			list[i] = bot.Inbound{
				ID: strconv.Itoa(n), From: bot.Sender{ID: "mei"}, To: bot.Address{Channel: "chat", Chat: strconv.Itoa(i)},
				Event: bot.Said{Text: strings.Repeat("It stopped. ", 20)},
			}
		}
		if err := db.Post(b.Context(), list...); err != nil {
			b.Fatal(err)
		}
		taken, err := db.Take(b.Context(), noon, noon.Add(1), len(list))
		if err != nil || len(taken) != len(list) {
			b.Fatal(len(taken), err)
		}
		for _, in := range taken {
			if err := db.Finish(b.Context(), in.Key(), noon.Add(1), in.ID); err != nil {
				b.Fatal(err)
			}
		}
	}
}
