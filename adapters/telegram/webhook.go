package telegram

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/bot"
)

const (
	hookPath = "/hook/telegram"
	maxBody  = 1 << 20          // bytes of an update
	turnTime = 50 * time.Second // Telegram gives up after a minute (platform-facts.md 8)
)

// Routes returns the webhook, when there is a secret.
func (a *Adapter) Routes(handle bot.Handler) map[string]http.Handler {
	if a.cfg.Secret == "" {
		return nil
	}
	return map[string]http.Handler{"POST " + hookPath: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(a.receive(w, r, handle))
	})}
}

// receive works one update and returns the status that tells Telegram what became of it: anything but
// 2xx brings it again (platform-facts.md 8, 9), so what cannot be read is accepted all the same.
func (a *Adapter) receive(w http.ResponseWriter, r *http.Request, handle bot.Handler) int {
	shown := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	if subtle.ConstantTimeCompare([]byte(shown), []byte(a.cfg.Secret)) != 1 { // platform-facts.md 12
		a.counts.refused.Add(1)
		return http.StatusUnauthorized
	}
	select {
	case <-a.ended:
		return http.StatusServiceUnavailable
	default:
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
		a.cfg.Log.Error("update from Telegram is too large", "limit", big.Limit)
		return http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return http.StatusBadRequest
	}
	// A Telegram that hangs up does not stop the turn.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), turnTime)
	defer cancel()
	a.awaitName(ctx)
	h, err := a.hear(raw)
	switch {
	case errors.Is(err, errStarting):
		return http.StatusServiceUnavailable
	case err != nil:
		a.cfg.Log.ErrorContext(ctx, "update from Telegram cannot be read, it is passed over", "err", err)
		return http.StatusOK
	case h.in.Event == nil:
		a.skipped(ctx, h)
		if h.query != "" {
			a.answer(ctx, h.query, "")
		}
		return http.StatusOK
	}
	a.typeFor(h.in)
	if err := a.work(ctx, h.in, handle); err != nil {
		// The engine has logged why; here it is one of many tries.
		a.cfg.Log.InfoContext(ctx, "telegram update not accepted", "chat", h.in.To.Chat, "in", h.in.ID, "err", err)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// awaitName waits a moment for the bot to know its own name, right after the start.
func (a *Adapter) awaitName(ctx context.Context) {
	select {
	case <-a.known:
		return
	default:
	}
	t := time.NewTimer(a.pace.meet)
	defer t.Stop()
	select {
	case <-a.known:
	case <-t.C:
	case <-ctx.Done():
	}
}

func (a *Adapter) hookURL() string { return strings.TrimRight(a.cfg.PublicURL, "/") + hookPath }

// keepWebhook tells Telegram where to post, whenever it does not know, until ctx ends: somebody else may
// have removed the webhook, or Telegram shows an earlier secret.
func (a *Adapter) keepWebhook(ctx context.Context) {
	var set time.Time
	for {
		a.insist(ctx, "set the webhook", func(ctx context.Context) error {
			info, err := a.webhook(ctx)
			if err != nil || a.hookRight(info, set) {
				return err
			}
			set = a.cfg.Now()
			return a.api.call(ctx, "setWebhook", tgbotapi.Params{ // the library's type has no secret: platform-facts.md 47
				"url": a.hookURL(), "secret_token": a.cfg.Secret, "allowed_updates": allowed, "max_connections": "100",
			}, nil)
		})
		if !wait(ctx, a.pace.hook) {
			return
		}
	}
}

// hookRight tells whether Telegram posts as it should. Which secret it shows it does not say, only that
// we refused one since the webhook was set.
func (a *Adapter) hookRight(info tgbotapi.WebhookInfo, set time.Time) bool {
	kinds := slices.Sorted(slices.Values(info.AllowedUpdates))
	old := strings.Contains(info.LastErrorMessage, "401") && int64(info.LastErrorDate) > set.Unix()
	return info.URL == a.hookURL() && !old && slices.Equal(kinds, slices.Sorted(slices.Values(allowedList())))
}

func (a *Adapter) webhook(ctx context.Context) (tgbotapi.WebhookInfo, error) {
	var info tgbotapi.WebhookInfo
	err := a.api.call(ctx, "getWebhookInfo", nil, &info)
	return info, err
}

func allowedList() []string {
	return strings.Split(strings.Trim(strings.ReplaceAll(allowed, `"`, ""), "[]"), ",")
}
