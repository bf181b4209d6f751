package telegram

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/optoste/supportbot/bot"
)

// Fetch opens the content of a file that somebody sent. The address, which has the token in it, is asked
// for each time (platform-facts.md 41, 54). A file
// that is larger than the platform hands over is [bot.ErrTooBig], one of another bot [bot.ErrGone].
func (a *Adapter) Fetch(ctx context.Context, ref string) (io.ReadCloser, error) {
	var file struct {
		Path string `json:"file_path"`
	}
	err := a.api.call(ctx, "getFile", tgbotapi.Params{"file_id": ref}, &file)
	switch {
	case refused(err, "temporarily unavailable"): // "wrong file_id or the file is ..."
		return nil, fmt.Errorf("fetch from telegram: %w", err)
	case refused(err, "file is too big"):
		return nil, fmt.Errorf("fetch from telegram: %w: %w", bot.ErrTooBig, err)
	case refused(err, "wrong file_id", "invalid file_id", "wrong remote file"):
		return nil, fmt.Errorf("fetch from telegram: %w: %w", bot.ErrGone, err)
	case err != nil:
		return nil, fmt.Errorf("fetch from telegram: %w", port(err))
	case file.Path == "":
		return nil, errors.New("fetch from telegram: telegram getFile: no path")
	}
	r, err := a.api.download(ctx, file.Path)
	if err != nil {
		return nil, fmt.Errorf("fetch from telegram: %w", port(err))
	}
	return r, nil
}

// download opens a path that getFile gave. A server of one's own may give one on its disk, which has the
// token in it (platform-facts.md 42): what follows is the path below the server's address.
func (c *client) download(ctx context.Context, path string) (io.ReadCloser, error) {
	if c.secret != "" {
		if _, below, ok := strings.Cut(path, c.secret+"/"); ok {
			path = below
		}
	}
	address := c.files + (&url.URL{Path: strings.TrimLeft(path, "/")}).EscapedPath()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, c.redact("file", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.redact("file", err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	_ = resp.Body.Close()
	r := &refusal{method: "file", code: resp.StatusCode, text: http.StatusText(resp.StatusCode)}
	if r.code == http.StatusTooManyRequests {
		c.counts.limited.Add(1)
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		r.after = time.Duration(max(seconds, 1)) * time.Second
	}
	return nil, r
}
