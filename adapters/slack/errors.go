package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// says tells whether the platform refused with one of the codes.
func says(err error, codes ...string) bool {
	r := slackgo.SlackErrorResponse{}
	return errors.As(err, &r) && slices.Contains(codes, r.Err)
}

// status returns the status of an answer that was none of the Web API's; 0 = it was one, or there was none.
func status(err error) int {
	if r := (slackgo.StatusCodeError{}); errors.As(err, &r) {
		return r.Code
	}
	return 0
}

// unauthorized tells whether the platform does not know the token.
func unauthorized(err error) bool {
	return says(err, "invalid_auth", "not_authed", "token_revoked", "token_expired")
}

// gone are the refusals that are final for a chat (platform-facts.md 85).
var gone = []string{
	"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "restricted_action_read_only_channel",
	"restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "account_inactive", "cannot_dm_bot", "user_disabled",
	"messages_tab_disabled", "not_allowed_token_type", "team_access_not_granted", "ekm_access_denied",
}

// never are the refusals that are final for a message.
var never = []string{
	"msg_too_long", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "no_text", "too_many_attachments", "invalid_arguments",
	"invalid_arg_name", "blocked_file_type", "message_limit_exceeded",
}

// port makes an error of the port of what the platform refused; other errors stay what they are. A token
// that is not known is none of them: everything waits for it.
func port(err error) error {
	limited := (*slackgo.RateLimitedError)(nil)
	switch {
	case errors.Is(err, bot.ErrNotFound), errors.Is(err, bot.ErrGone):
		return err
	case errors.As(err, &limited):
		return fmt.Errorf("slack: %w", &bot.RetryAfterError{After: max(limited.RetryAfter, time.Second)})
	case says(err, "ratelimited", "rate_limited"), status(err) == http.StatusTooManyRequests:
		return fmt.Errorf("slack: %w", &bot.RetryAfterError{After: limitedPause})
	case says(err, gone...):
		return fmt.Errorf("%w: %w", bot.ErrGone, err)
	case says(err, never...):
		return fmt.Errorf("%w: %w%s", bot.ErrRefused, err, details(err))
	}
	return err
}

// details returns where in the blocks the fault is: it quotes nothing of what was said.
func details(err error) string {
	r := slackgo.SlackErrorResponse{}
	if !errors.As(err, &r) || len(r.ResponseMetadata.Messages) == 0 {
		return ""
	}
	return " (" + wording.Clip(r.ResponseMetadata.Messages[0], 200) + ")"
}

// counts is what the adapter counts for the metrics.
type counts struct{ refused, limited, late, spooled, lost, connects atomic.Int64 }

// Counts is what has happened since the adapter was made.
type Counts struct {
	Refused  int64 // requests to the hook with a wrong signature or outside of the five minutes
	Limited  int64 // calls answered with "too many requests"
	Late     int64 // updates that were stored because they were not worked in time
	Spooled  int64 // updates that went to the spool
	Lost     int64 // updates that could be neither worked nor kept: Slack was asked to come again
	Connects int64 // connections of Socket Mode
}

// Counts returns what has been counted so far.
func (a *Adapter) Counts() Counts {
	c := &a.counts
	return Counts{c.refused.Load(), c.limited.Load(), c.late.Load(), c.spooled.Load(), c.lost.Load(), c.connects.Load()}
}

const (
	longestPause = 30 * time.Second
	tokenPause   = time.Minute     // until a refused token is tried again
	limitedPause = 3 * time.Second // when Slack does not say how long
)

// pause returns how long to wait after the nth failure.
func (a *Adapter) pause(n int, err error) time.Duration {
	limited := (*slackgo.RateLimitedError)(nil)
	switch {
	case unauthorized(err):
		return tokenPause
	case errors.As(err, &limited) && limited.RetryAfter > 0:
		return limited.RetryAfter
	}
	return min(a.pace.first<<min(n, 10), longestPause)
}

// complain logs a failure: the first of a row, and now and then a later one.
func (a *Adapter) complain(ctx context.Context, what string, err error, n int) {
	switch {
	case unauthorized(err):
		a.cfg.Log.ErrorContext(ctx, "Slack does not know the token: set SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode, to those that the app's pages show; it is tried again every minute",
			"doing", what, "err", err)
	case n%20 == 0:
		a.cfg.Log.WarnContext(ctx, "Slack does not answer as it should, it is tried again", "doing", what, "err", err)
	}
}

// asSlack tells whether an error is an answer of the platform's.
func asSlack(err error, r *slackgo.SlackErrorResponse) bool {
	return errors.As(err, r) || status(err) != 0
}
