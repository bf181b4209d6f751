package slack

import (
	"context"
	"encoding/json"
	"io"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

// Hear decodes an envelope as the spool keeps it: what is worked, or why nothing is, and whether it was
// not expected.
func (a *Adapter) Hear(raw []byte) (in bot.Inbound, why, odd string, err error) {
	var env envelope
	if err := json.Unmarshal(raw, &env); err != nil {
		return bot.Inbound{}, "", "", err
	}
	h, err := a.hear(ended(), env)
	return h.in, h.why, h.odd, err
}

// ended is a context in which nothing can be asked.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// Meet tells the adapter who it is, as Slack does at the start.
func (a *Adapter) Meet(user, botID, team string) {
	a.me.Store(&self{user: user, bot: botID, team: team, name: "supportbot"})
	close(a.known)
}

// Know tells the adapter a person's name.
func (a *Adapter) Know(user string, who bot.Sender) {
	a.people.Put(user, known{who, a.cfg.Now().Add(nameLasts)})
}

// Join tells the adapter that the bot is in a thread.
func (a *Adapter) Join(channel, thread string) { a.join(channel, thread) }

// Hurry shortens what a test would wait for.
func (a *Adapter) Hurry() {
	a.pace.first, a.pace.spool = 10*time.Millisecond, 10*time.Millisecond
}

// Sign sets how long a message is worked before it has a sign of it.
func (a *Adapter) Sign(d time.Duration) { a.pace.sign = d }

// Answer sets how long an update may be worked before it is stored.
func (a *Adapter) Answer(d time.Duration) { a.pace.answer, a.pace.grace = d, d/4 }

// Blocks returns a message as it is sent: its notice and its blocks as JSON.
func Blocks(text string, choices []bot.Choice, mentions ...bot.Mention) (string, string, error) {
	raw, err := json.Marshal(blocks(text, choices, mentions...))
	return notice(text), string(raw), err
}

// Pause returns how long to wait after the nth failure, with the pauses of the program: a refusal with a
// code, or with a time; neither is no answer at all.
func (a *Adapter) Pause(n int, code string, after time.Duration) time.Duration {
	switch {
	case after > 0:
		return a.pause(n, a.api.redact("x", &slackgo.RateLimitedError{RetryAfter: after}))
	case code != "":
		return a.pause(n, a.api.redact("x", slackgo.SlackErrorResponse{Err: code}))
	}
	return a.pause(n, io.EOF)
}
