package sqlite_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

func BenchmarkOpenMemory(b *testing.B) {
	for b.Loop() {
		openMemory(b).Close()
	}
}

// BenchmarkSession is what a turn asks of the sessions: open, save, release.
func BenchmarkSession(b *testing.B) {
	clock := func() time.Time { return noon }
	b.Run("file", func(b *testing.B) {
		benchSession(b, openSessions(b, filepath.Join(b.TempDir(), sqlite.SessionsFile), clock))
	})
	b.Run("memory", func(b *testing.B) {
		s, err := sqlite.OpenSessionsMemory(b.Context(), clock)
		if err != nil {
			b.Fatal(err)
		}
		benchSession(b, s)
	})
}

func benchSession(b *testing.B, s *sqlite.Sessions) {
	b.Helper()
	defer s.Close()
	memory := draft(0).Session
	n := 0
	for b.Loop() {
		n++
		session, err := s.Open(b.Context(), bot.Key{Channel: "chat", Chat: strconv.Itoa(n % 1000), Person: "mei"}, "in", time.Minute)
		if err != nil {
			b.Fatal(err)
		}
		session.Frames, session.Seen = memory.Frames, memory.Seen
		if err := s.Save(b.Context(), session, noon, time.Minute); err != nil {
			b.Fatal(err)
		}
		if err := s.Release(b.Context(), session, bot.Finish{Forgive: true}); err != nil {
			b.Fatal(err)
		}
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

func stores(b *testing.B, run func(b *testing.B, db *sqlite.DB)) {
	b.Helper()
	for name, open := range map[string]func() *sqlite.DB{
		"file":   func() *sqlite.DB { return open(b, b.TempDir()) },
		"memory": func() *sqlite.DB { return openMemory(b) },
	} {
		b.Run(name, func(b *testing.B) {
			db := open()
			defer db.Close()
			run(b, db)
		})
	}
}

func BenchmarkOpenClaim(b *testing.B) {
	stores(b, func(b *testing.B, db *sqlite.DB) {
		b.Helper()
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
	})
}

func BenchmarkPutSnapshots(b *testing.B) {
	for _, size := range []int{1, 64} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			stores(b, func(b *testing.B, db *sqlite.DB) {
				b.Helper()
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
		})
	}
}

// BenchmarkImport brings 100,000 machines in.
func BenchmarkImport(b *testing.B) {
	var r bot.Registration
	for i := range 100_000 {
		r.Machines = append(r.Machines, claim.Machine{Serial: claim.Serial(fmt.Sprintf("OS-%06d", i)), Model: "VS-600", Company: "nuts"})
	}
	stores(b, func(b *testing.B, db *sqlite.DB) {
		b.Helper()
		for b.Loop() {
			if _, err := db.Import(b.Context(), r, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkMachine(b *testing.B) {
	stores(b, func(b *testing.B, db *sqlite.DB) {
		b.Helper()
		r := bot.Registration{Machines: []claim.Machine{{Serial: "OS-1"}}, Parts: []claim.Part{{Serial: "P-1", Machine: "OS-1"}}}
		if _, err := db.Import(b.Context(), r, nil); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := db.Machine(b.Context(), "OS-1"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
