package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/safety"
)

// away takes both stores of a lab away.
func (l *lab) away() {
	l.store.fails()
	l.memory.fails()
}

func (l *lab) back() {
	l.store.works()
	l.memory.works()
}

// TestP9EmergencyWithoutStores says S-STOP and calls the desk although no store answers: once,
// however often the platform delivers. Afterwards the desk gets its note, and nothing is said twice.
func TestP9EmergencyWithoutStores(t *testing.T) {
	t.Parallel()
	for words, lang := range map[string]string{"There is smoke and fire!": "en", "机器冒烟了，着火了": "zh"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order")
			l.chat.take()
			l.away()
			in := l.event("mei", bot.Said{Text: words})
			l.fail(in)
			l.hears("mei: "+safety.Sentence(safety.Stop, lang), "desk: alarm.standin chat mei "+words)
			l.fail(in)
			l.hears()
			l.back()
			l.handle(in)
			l.work()
			l.hears("desk: news emergency " + words)
			l.say("mei", "belt")
			l.hears("mei: size? [s] [l]")
		})
	}
}

// TestP9EveryStoreAlone lets each call fail alone while an emergency is told.
func TestP9EveryStoreAlone(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"Open", "Snapshot", "Person", "Post", "Save", "PutSnapshots"} {
		t.Run(call, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.store.fails(call)
			l.memory.fails(call)
			l.fail(l.event("mei", bot.Said{Text: "Fire in the machine"}))
			l.hears("mei: "+safety.Sentence(safety.Stop, "en"), "desk: alarm.standin chat mei Fire in the machine")
		})
	}
}

// TestP9Emergency says S-STOP and nothing else when all is well, wherever the words stand; they
// and the files are kept, and the question stays open.
func TestP9Emergency(t *testing.T) {
	t.Parallel()
	for name, event := range map[string]bot.Event{
		"text":    bot.Said{Text: "smoke comes out of it"},
		"caption": bot.Attached{Caption: "smoke comes out of it", Files: []bot.File{{Hash: "00", Mime: "image/jpeg"}}},
		"edit":    bot.Edited{Of: "1", Text: "smoke comes out of it"},
		"number":  bot.Said{Text: "1. smoke comes out of it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.say("mei", "/order")
			l.chat.take()
			in := l.event("mei", event)
			l.handle(in)
			l.hears("mei: " + safety.Sentence(safety.Stop, "en"))
			l.work()
			got := l.chat.take()
			if len(got) != 1 || !strings.HasPrefix(got[0], "desk: news emergency ") || !strings.Contains(got[0], "smoke comes out of it") {
				t.Errorf("the desk heard %q", got)
			}
			l.handle(in)
			l.hears()
			l.say("mei", "belt")
			l.hears("mei: size? [s] [l]")
		})
	}
}

// TestAwayNotice tells each chat once that the house cannot answer now, and again after a while.
func TestAwayNotice(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.away()
	in := l.event("mei", bot.Said{Text: "/order"})
	l.fail(in)
	l.fail(in)
	l.fail(l.event("mei", bot.Said{Text: "hello?"}))
	l.fail(l.event("bob", bot.Said{Text: "/order"}))
	l.hears("mei: away", "bob: away")
	l.clock.wait(time.Hour)
	l.fail(in)
	l.hears("mei: away")
	l.back()
	l.handle(in)
	l.hears("mei: name?")
}

// TestAwaySpeaksTheLanguageOfThePlatform has nothing else to go by.
func TestAwaySpeaksTheLanguageOfThePlatform(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.away()
	in := l.event("mei", bot.Said{Text: "x"})
	in.From.Lang = "zh-Hans-CN"
	l.fail(in)
	l.hears("mei: zh:away")
}

// TestStandInIsSilent says nothing to the desk, to nobody, and to those who did not speak.
func TestStandInIsSilent(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*bot.Inbound){
		"the desk":  func(in *bot.Inbound) { in.To = deskRoom },
		"the house": func(in *bot.Inbound) { in.From = bot.Sender{} },
		"a timer":   func(in *bot.Inbound) { in.Event = bot.Waited{} },
		"an edit":   func(in *bot.Inbound) { in.Event = bot.Edited{Of: "1", Text: "hello"} },
		"an answer": func(in *bot.Inbound) { in.Event = bot.Told{News: bot.NewsAnswer, Text: "fire"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.away()
			in := l.event("mei", bot.Said{Text: "hello"})
			change(&in)
			l.fail(in)
			l.hears()
		})
	}
}

// TestCrashIsSilent leaves no last words.
func TestCrashIsSilent(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.crash("after-save", l.event("mei", bot.Said{Text: "/order"}))
	l.hears()
}

// TestP9WithoutATurn answers emergency words of somebody whose turn is not to be taken yet, and nothing else: it is all
// done when the turn is taken.
func TestP9WithoutATurn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	l.chat.take()
	over, end := context.WithCancel(t.Context())
	end()
	var later []bot.Inbound
	for _, words := range []string{"belt", "Fire in the machine"} {
		in := l.event("mei", bot.Said{Text: words})
		if _, err := l.engine.Handle(over, in); !errors.Is(err, context.Canceled) {
			t.Errorf("%q: error %v, want that nothing was worked", words, err)
		}
		later = append(later, in)
	}
	l.hears("mei: "+safety.Sentence(safety.Stop, "en"), "desk: alarm.standin chat mei Fire in the machine")
	l.handle(later[0])
	l.hears("mei: size? [s] [l]")
	l.handle(later[1])
	l.work()
	l.hears("desk: news emergency Fire in the machine")
}
