package slack_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

func BenchmarkHear(b *testing.B) {
	for _, name := range []string{"text", "file", "press", "mention"} {
		b.Run(name, func(b *testing.B) {
			a, raw := ears(b), updateFile(b, name)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, _, err := a.Hear(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBurst delivers 500 messages of 500 people at once, each a turn of 20 ms: all are acknowledged
// within three seconds, and worked or stored once (platform-facts.md 63).
func BenchmarkBurst(b *testing.B) {
	for way, change := range ways() {
		b.Run(way, func(b *testing.B) {
			for b.Loop() {
				burst(b, change)
			}
		})
	}
}

func burst(b *testing.B, change func(*slack.Config)) {
	b.Helper()
	b.StopTimer()
	server := fake.New(fake.Config{Token: token, AppToken: app, SigningSecret: signed, Unordered: true})
	server.Start()
	defer server.Close()
	stored := &inbox{}
	cfg := slack.Config{Token: token, SigningSecret: signed, APIURL: server.API(), Post: stored.post}
	change(&cfg)
	a := slack.New(cfg)
	var mu sync.Mutex
	worked := map[string]int{}
	handle := func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		t := time.NewTimer(20 * time.Millisecond)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return bot.Ack{}, ctx.Err()
		}
		mu.Lock()
		defer mu.Unlock()
		worked[in.ID]++
		return bot.Ack{}, nil
	}
	hook := serve(b, a, handle)
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, handle) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}()
	release := server.Hold()
	if cfg.AppToken == "" {
		server.Connect(hook + "/hook/slack")
	}
	var deeds []*fake.Deed
	for n := range 500 {
		p := server.NewPerson(fake.Profile{Name: fmt.Sprint("p", n)})
		deeds = append(deeds, p.DM().Say(p, "hello"))
	}
	b.StartTimer()
	release(true)
	for _, d := range deeds {
		d.Wait()
		if tries := d.Events[0].Tries(); len(tries) != 1 || tries[0].Status != 200 {
			b.Fatalf("delivered %+v, want once", tries)
		}
	}
	for _, in := range stored.stored() {
		worked[in.ID]++
	}
	if len(worked) != len(deeds) {
		b.Fatalf("%d worked or stored, want %d", len(worked), len(deeds))
	}
}
