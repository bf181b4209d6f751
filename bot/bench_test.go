package bot_test

import (
	"fmt"
	"log/slog"
	"strconv"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
	"github.com/optoste/supportbot/store/sqlite"
)

// served is an engine with the house, the texts and the policy of the product.
func served(tb testing.TB, c *clock, store bot.Store, memory bot.Sessions, chat bot.Adapter) *bot.Engine {
	tb.Helper()
	texts, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		tb.Fatal(err)
	}
	policy := rules.Default()
	e, err := bot.New(bot.Config{
		House: flows.House(), Policy: func() *rules.Policy { return policy }, Texts: texts,
		Store: store, Sessions: memory, Adapters: []bot.Adapter{chat}, Desk: []bot.Address{deskRoom},
		Links: ours, Now: c.now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// BenchmarkTextTurn is the engine alone: one text that answers a question, from the decoded inbound
// to the reply, with stores in plain maps. Budget: 50 µs and 120 allocations (design.md section 8).
func BenchmarkTextTurn(b *testing.B) {
	c := newClock()
	memory, chat := newMemorySessions(c.now), &recorder{}
	e := served(b, c, newMemoryStore(), memory, chat)
	n := int64(0)
	say := func(text string) bot.Inbound {
		n++
		return bot.Inbound{
			ID: "telegram-" + strconv.FormatInt(n, 10), Order: n, Sent: c.now(), Message: bot.MessageID(strconv.FormatInt(n, 10)),
			From: bot.Sender{ID: "mei", Name: "Mei", Lang: "en"}, To: bot.Address{Channel: "chat", Chat: "mei"}, Event: bot.Said{Text: text},
		}
	}
	for range 60 { // a session that remembers as many ids as it may
		if _, err := e.Handle(b.Context(), say("/help")); err != nil {
			b.Fatal(err)
		}
	}
	for _, text := range []string{"/report", "not found"} {
		if _, err := e.Handle(b.Context(), say(text)); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := e.Handle(b.Context(), bot.Inbound{ID: "none", Order: n + 1, Sent: c.now(), From: say("").From, To: say("").To, Event: bot.Chose{Choice: newest(b, chat, "I cannot find it")}}); err != nil {
		b.Fatal(err)
	}
	n += 10
	before := memory.picture()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		memory.back(before)
		memory.epoch = 0
		chat.sent = chat.sent[:0]
		in := say("Camera two shows no image, message camera offline, since this morning")
		b.StartTimer()
		if _, err := e.Handle(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
	if got := chat.sent[0].Text; len(chat.sent) != 1 || got[:5] != "*3/4*" {
		b.Fatalf("said %q", got)
	}
}

// newest finds the newest button with this label.
func newest(tb testing.TB, chat *recorder, label string) bot.ChoiceID {
	tb.Helper()
	sent := chat.all()
	for i := len(sent) - 1; i >= 0; i-- {
		for _, c := range sent[i].Choices {
			if c.Label == label {
				return c.ID
			}
		}
	}
	tb.Fatalf("no button %q", label)
	return ""
}

// BenchmarkReport is a whole report of seven messages, from the first word to the claim, on SQLite
// in memory. The desk's card is part of it.
func BenchmarkReport(b *testing.B) {
	c := newClock()
	db, err := sqlite.OpenMemory(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	memory, err := sqlite.OpenSessionsMemory(b.Context(), c.now)
	if err != nil {
		b.Fatal(err)
	}
	defer memory.Close()
	machine := claim.Machine{Serial: "OS-2025-0417", Model: "VS-600", Company: "nuts", Delivered: claim.Date{Year: 2025, Month: 10, Day: 2}}
	if _, err := db.Import(b.Context(), bot.Registration{Machines: []claim.Machine{machine}, Companies: []claim.Company{{ID: "nuts", Name: "Nuts Ltd"}}}, nil); err != nil {
		b.Fatal(err)
	}
	chat := &recorder{}
	e := served(b, c, db, memory, chat)
	n := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		who := fmt.Sprint("p", n)
		events := []bot.Event{
			bot.Said{Text: "/start"},
			bot.Said{Text: "/report"},
			bot.Said{Text: "OS-2025-0417"},
			bot.Said{Text: "Camera two shows no image, message camera offline, since this morning"},
			bot.Said{Text: "down"},
			bot.Attached{Files: []bot.File{{Hash: "00", Name: "a.jpg", Mime: "image/jpeg", Size: 100_000}}},
			bot.Said{Text: "send"},
		}
		for _, ev := range events {
			n++
			in := bot.Inbound{
				ID: strconv.FormatInt(n, 10), Order: n, Sent: c.now(), Message: bot.MessageID(strconv.FormatInt(n, 10)),
				From: bot.Sender{ID: claim.PersonID(who), Lang: "en"}, To: bot.Address{Channel: "chat", Chat: who}, Event: ev,
			}
			if _, err := e.Handle(b.Context(), in); err != nil {
				b.Fatal(err)
			}
		}
		if err := e.Work(b.Context()); err != nil {
			b.Fatal(err)
		}
		chat.sent = chat.sent[:0]
		if n == 7 { // it is what it says
			if list, err := db.FindClaims(b.Context(), bot.ClaimFilter{}); err != nil || len(list) != 1 {
				b.Fatalf("%d claims, %v", len(list), err)
			}
		}
	}
}
