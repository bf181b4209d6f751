package telegram_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

func button(t *testing.T, l *lab) int64 {
	t.Helper()
	return messageNumber(l.say(t, bot.Outgoing{Message: bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.yes", Label: "Yes"}}}}))
}

// answered waits for the one answer to a press.
func answered(t *testing.T, p *fake.Press) string {
	t.Helper()
	select {
	case <-p.Answered():
	case <-time.After(patience):
		t.Fatal("the press is never acknowledged")
	}
	list := p.Answers()
	if len(list) != 1 {
		t.Errorf("%d answers: %+v", len(list), list)
	}
	return list[0].Text
}

// TestPressThroughInbox acknowledges a press that was stored and worked later.
func TestPressThroughInbox(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, nil)
	p := l.mei.Chat().Press(l.mei, button(t, l), "f1.1.yes")
	in := l.inbox.wait(t, 1)[0]
	l.Acknowledge(t.Context(), in, bot.Ack{Note: strings.Repeat("记", 201)})
	if got := answered(t, p); got != strings.Repeat("记", 200) {
		t.Errorf("the note is %q", got)
	}
	l.Acknowledge(t.Context(), bot.Inbound{Event: bot.Said{Text: "x"}}, bot.Ack{Note: "x"})
	if n := len(l.server.Calls("answerCallbackQuery")); n != 1 {
		t.Errorf("%d presses acknowledged, want 1", n)
	}
}

// TestPressTooOld says the note when the press cannot be acknowledged any more (platform-facts.md 37).
func TestPressTooOld(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	l.run(t, nil)
	l.mei.Chat().Press(l.mei, button(t, l), "f1.1.yes")
	in := l.inbox.wait(t, 1)[0]
	l.server.Inject(fake.Fault{Method: "answerCallbackQuery", Refuse: &fake.Refusal{
		Code: 400, Text: "Bad Request: query is too old and response timeout expired or query ID is invalid",
	}})
	l.Acknowledge(t.Context(), in, bot.Ack{})
	l.Acknowledge(t.Context(), in, bot.Ack{Note: "already *recorded*"})
	list := l.mei.Chat().Said()
	if len(list) != 2 || list[1].Text != "already *recorded*" {
		t.Errorf("%d messages stand there, the last is %q", len(list), list[len(list)-1].Text)
	}
}

func TestPressByHook(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	l.run(t, func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		if e, ok := in.Event.(bot.Chose); !ok || e.Choice != "f1.1.yes" {
			return bot.Ack{}, nil
		}
		return bot.Ack{Note: "noted"}, nil
	})
	p := l.mei.Chat().Press(l.mei, button(t, l), "f1.1.yes")
	acked(t, p)
	if got := answered(t, p); got != "noted" {
		t.Errorf("the note is %q", got)
	}
}

// TestSlowPressByHook acknowledges a press before its turn ends, and says the note afterwards.
func TestSlowPressByHook(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	p := make(chan *fake.Press, 1)
	l.run(t, func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		if _, ok := in.Event.(bot.Chose); !ok {
			return bot.Ack{}, nil
		}
		press := <-p
		p <- press
		select {
		case <-press.Answered():
			return bot.Ack{Note: "done <now>"}, nil
		case <-ctx.Done():
			return bot.Ack{}, ctx.Err()
		}
	})
	press := l.mei.Chat().Press(l.mei, button(t, l), "f1.1.yes")
	p <- press
	acked(t, press)
	if got := answered(t, press); got != "" {
		t.Errorf("the note is %q", got)
	}
	if got := said(t, l.mei.Chat()).Text; got != "done <now>" {
		t.Errorf("said %q", got)
	}
}

// TestFailedPressByHook leaves a press open whose turn has failed: it comes again.
func TestFailedPressByHook(t *testing.T) {
	t.Parallel()
	l := newLab(t, hooked, fake.Config{})
	tries := 0
	l.run(t, func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		if tries++; tries == 1 {
			return bot.Ack{Note: "never"}, errors.New("database is away")
		}
		return bot.Ack{Note: "noted"}, nil
	})
	p := l.mei.Chat().Press(l.mei, button(t, l), "f1.1.yes")
	acked(t, p)
	if got := answered(t, p); got != "noted" || tries != 2 {
		t.Errorf("the note is %q after %d tries", got, tries)
	}
}

// TestTyping shows that a file came, when it is asked for, and not in groups.
func TestTyping(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		l := newLab(t, func(c *telegram.Config) { c.Typing, c.Secret = on, secret }, fake.Config{SeeAll: true})
		group := l.server.NewGroup("Nuts Ltd", l.mei)
		l.run(t, quiet)
		acked(t, l.mei.Chat().Say(l.mei, "hello"))
		file := fake.Post{Text: "@optoste_bot", Media: &fake.Media{Name: "a.txt", Content: []byte("x")}}
		acked(t, group.Send(l.mei, file))
		acked(t, l.mei.Chat().Send(l.mei, file))
		if on {
			eventually(t, "typing", func() bool { return len(l.server.Calls("sendChatAction")) > 0 })
		}
		l.stop()
		calls := l.server.Calls("sendChatAction")
		if on && (len(calls) != 1 || calls[0].Chat != l.mei.ID()) || !on && len(calls) > 0 {
			t.Errorf("typing is %v, shown by %+v", on, calls)
		}
	}
}
