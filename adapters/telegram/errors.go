package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/bot"
)

// refusal is an answer of the platform that says no.
type refusal struct {
	method string
	code   int
	text   string
	after  time.Duration // try again then; 0 = not said
	moved  int64         // the chat goes on under this id; 0 = no
}

func (r *refusal) Error() string { return fmt.Sprintf("telegram %s: %d %s", r.method, r.code, r.text) }

const tooMany = "Too Many Requests: retry after "

// newRefusal reads an answer that is not ok. The library leaves the code out on uploads; here it comes
// from the answer, its text or the status (platform-facts.md 51).
func newRefusal(method string, status int, a tgbotapi.APIResponse) *refusal {
	r := &refusal{method: method, code: a.ErrorCode, text: a.Description}
	if r.code == 0 {
		r.code = status
	}
	if a.Parameters != nil {
		r.after, r.moved = time.Duration(a.Parameters.RetryAfter)*time.Second, a.Parameters.MigrateToChatID
	}
	if n, ok := strings.CutPrefix(r.text, tooMany); ok && r.after <= 0 {
		seconds, err := strconv.Atoi(strings.TrimSpace(n))
		if err != nil || seconds <= 0 {
			seconds = 3
		}
		r.after = time.Duration(seconds) * time.Second
	}
	if r.code == http.StatusTooManyRequests && r.after <= 0 {
		r.after = 3 * time.Second
	}
	return r
}

// says tells whether the refusal's text has one of the pieces, in any case.
func (r *refusal) says(pieces ...string) bool {
	text := strings.ToLower(r.text)
	for _, p := range pieces {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// refused tells whether the platform refused with one of the texts, given in lower case.
func refused(err error, texts ...string) bool {
	r := (*refusal)(nil)
	return errors.As(err, &r) && r.says(texts...)
}

// unauthorized tells whether the platform does not know the token.
func unauthorized(err error) bool {
	r := (*refusal)(nil)
	return errors.As(err, &r) && (r.code == http.StatusUnauthorized || r.code == http.StatusNotFound && r.text == "Not Found")
}

// gone are the texts of refusals that are final for a chat besides 403 (platform-facts.md 35).
var gone = []string{
	"chat not found", "user not found", "peer_id_invalid", "group chat was deactivated", "bot is not a member",
	"chat_write_forbidden", "have no rights to send a message", "user is deactivated", "bot was blocked", "bot was kicked",
	"not enough rights to send",
}

// port makes an error of the port of what the platform refused; other errors stay what they are.
func port(err error) error {
	r := (*refusal)(nil)
	switch {
	case !errors.As(err, &r):
		return err
	case r.after > 0:
		return fmt.Errorf("telegram %s: %w", r.method, &bot.RetryAfterError{After: r.after})
	case r.moved != 0:
		return fmt.Errorf("telegram %s: %w", r.method, &bot.MovedError{Chat: itoa(r.moved)})
	case r.code == http.StatusForbidden || r.says(gone...):
		return fmt.Errorf("%w: %w", bot.ErrGone, r)
	case r.code == http.StatusBadRequest && !r.says("upgraded to a supergroup") && !errors.Is(err, bot.ErrNotFound):
		return fmt.Errorf("%w: %w", bot.ErrRefused, r)
	}
	return err
}

// counts is what the adapter counts for the metrics.
type counts struct{ refused, limited, polls atomic.Int64 }

// Counts is what has happened since the adapter was made.
type Counts struct {
	Refused     int64 // updates posted to the webhook with a wrong secret
	Limited     int64 // calls answered with "too many requests"
	PollsFailed int64 // polls without an answer, or whose updates could not be stored
}

// Counts returns what has been counted so far.
func (a *Adapter) Counts() Counts {
	return Counts{a.counts.refused.Load(), a.counts.limited.Load(), a.counts.polls.Load()}
}

const (
	longestPause = 30 * time.Second
	tokenPause   = time.Minute // until a refused token is tried again
)

// pause returns how long to wait after the nth failure.
func (a *Adapter) pause(n int, err error) time.Duration {
	r := (*refusal)(nil)
	switch {
	case unauthorized(err):
		return tokenPause
	case errors.As(err, &r) && r.after > 0:
		return r.after
	}
	return min(a.pace.first<<min(n, 10), longestPause)
}

// complain logs a failure: the first of a row, and now and then a later one.
func (a *Adapter) complain(ctx context.Context, what string, err error, n int) {
	switch {
	case unauthorized(err):
		a.cfg.Log.ErrorContext(ctx, "Telegram does not know the token: set TELEGRAM_TOKEN to the one that BotFather shows, it is tried again every minute",
			"doing", what, "err", err)
	case n%20 == 0:
		a.cfg.Log.WarnContext(ctx, "Telegram does not answer as it should, it is tried again", "doing", what, "err", err)
	}
}
