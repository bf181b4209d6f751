package telegram

import (
	"errors"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
)

// PollLease is how long the lease of a poller lasts that died.
const PollLease = pollLease

// Hear decodes an update: what is worked, or the press that is only acknowledged, or why neither.
func (a *Adapter) Hear(raw []byte) (in bot.Inbound, query, why string, err error) {
	h, err := a.hear(raw)
	return h.in, h.query, h.why, err
}

// Meet tells the adapter who it is, as Telegram does at the start.
func (a *Adapter) Meet(id int64, username string) {
	a.me.Store(&user{ID: id, IsBot: true, Username: username})
	close(a.known)
}

// Hurry shortens what a test would wait for.
func (a *Adapter) Hurry() {
	a.pace = pace{first: 10 * time.Millisecond, answer: 100 * time.Millisecond, ask: 5 * time.Millisecond, meet: 50 * time.Millisecond, hook: 20 * time.Millisecond}
}

// Pause returns how long to wait after the nth failure, with the pauses of the program. A code of 0 is no
// answer at all.
func (a *Adapter) Pause(n, code int, after time.Duration) time.Duration {
	if code == 0 {
		return a.pause(n, errors.New("EOF"))
	}
	return a.pause(n, &refusal{code: code, after: after})
}

// EncodeText writes a text as it is sent to a person, or to a group.
func EncodeText(text string, group bool, mentions ...bot.Mention) string {
	return encodeText(text, group, mentions...)
}

// KindOf returns in which form a file is sent.
func KindOf(f bot.File) string { return kind(f) }

// Rows returns the labels of the buttons as they stand under a message, "|" between those of a row.
func Rows(choices []bot.Choice) []string {
	var rows []string
	for _, row := range keyboard(choices).InlineKeyboard {
		var labels []string
		for _, b := range row {
			labels = append(labels, b.Text)
		}
		rows = append(rows, strings.Join(labels, "|"))
	}
	return rows
}
