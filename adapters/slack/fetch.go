package slack

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// ref is what a file is fetched by.
type ref struct {
	id   string
	mime string // as the platform says; empty = it did not
	url  string // empty = to be asked for
}

func (r ref) String() string { return strings.TrimRight(r.id+" "+r.mime+" "+r.url, " ") }

func readRef(s string) ref {
	parts := append(strings.SplitN(s, " ", 3), "", "")
	return ref{id: parts[0], mime: parts[1], url: parts[2]}
}

// Fetch opens the content of a file that somebody sent. Errors: [bot.ErrGone] when it was deleted or
// lies elsewhere, [bot.ErrTooBig] when it is larger than what is taken.
func (a *Adapter) Fetch(ctx context.Context, text string) (io.ReadCloser, error) {
	r := readRef(text)
	if r.url == "" {
		var err error
		if r, err = a.look(ctx, r); err != nil {
			return nil, fmt.Errorf("fetch from slack: %w", port(err))
		}
	}
	if !a.api.ours(r.url) { // the token goes nowhere else
		return nil, fmt.Errorf("fetch from slack: the file is not on Slack's servers: %w", bot.ErrGone)
	}
	in, err := a.api.download(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("fetch from slack: %w", port(err))
	}
	return in, nil
}

// look asks where a file is of which only a stub came (platform-facts.md 76).
func (a *Adapter) look(ctx context.Context, r ref) (ref, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	info, _, _, err := a.api.slack.GetFileInfoContext(ctx, r.id, 0, 0)
	err = a.api.mind("files.info", err)
	switch {
	case says(err, "file_not_found", "file_deleted"):
		return ref{}, fmt.Errorf("%w: %w", bot.ErrGone, err)
	case err != nil:
		return ref{}, err
	}
	full := file{ID: info.ID, Mime: info.Mimetype, Mode: info.Mode, Size: int64(info.Size), URL: info.URLPrivate, Download: info.URLPrivateDownload}.file()
	switch full.Refused {
	case "":
	case bot.FileTooBig:
		return ref{}, bot.ErrTooBig
	default:
		return ref{}, fmt.Errorf("file of mode %q: %w", wording.Clip(info.Mode, 40), bot.ErrGone)
	}
	return readRef(full.Ref), nil
}

// sniffed is how many bytes tell the sign-in page from a file.
const sniffed = 512

// download opens an address of Slack's with the token. Whoever may not read the file is sent to, or shown,
// the sign-in page (platform-facts.md 75).
func (c *client) download(ctx context.Context, r ref) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, http.NoBody)
	if err != nil {
		return nil, c.redact("file", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.redact("file", err)
	}
	if err := c.refused(resp); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	body := bufio.NewReaderSize(resp.Body, sniffed)
	head, err := body.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = resp.Body.Close()
		return nil, c.redact("file", err)
	}
	if r.mime != "text/html" && r.mime != "application/xhtml+xml" && strings.HasPrefix(http.DetectContentType(head), "text/html") {
		_ = resp.Body.Close()
		return nil, errSignIn
	}
	return opened{body, resp.Body}, nil
}

var errSignIn = errors.New("slack file: the sign-in page came instead: the token lacks files:read, or the bot is not in the channel")

// opened is a body of which the beginning was looked at.
type opened struct {
	io.Reader
	io.Closer
}

// refused makes an error of an answer that is not the file.
func (c *client) refused(resp *http.Response) error {
	switch code := resp.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code == http.StatusTooManyRequests:
		return &slackgo.RateLimitedError{RetryAfter: retryAfter(resp)}
	case code >= 300 && code < 400:
		return errSignIn
	case code == http.StatusNotFound || code == http.StatusGone:
		return fmt.Errorf("slack file: status %d: %w", code, bot.ErrGone)
	default:
		return fmt.Errorf("slack file: status %d", code)
	}
}
