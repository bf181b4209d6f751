package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/optoste/supportbot/bot"
)

const (
	challengeTime = 3 * time.Second // Slack waits no longer (platform-facts.md 63)
	maxAnswer     = 1 << 10         // bytes of an answer that are read
)

// challenge posts to an address what Slack posts before it takes it as a request URL (platform-facts.md 70),
// and adds to the finding what is wrong with the answer.
func (a *Adapter) challenge(ctx context.Context, address string, f bot.Finding) bot.Finding {
	ctx, cancel := context.WithTimeout(ctx, challengeTime)
	defer cancel()
	word := rand.Text()
	resp, err := a.postChallenge(ctx, address, word)
	if err != nil {
		f.Problem, f.Minor = fmt.Sprintf("nothing answers there: %v", a.api.redact("challenge", err)), true
		f.Do = "start \"supportbot serve\", and let the proxy pass " + hookPath + " on to LISTEN; if only this machine cannot reach the address, it is fine"
		return f
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // what was read must do
	switch code := resp.StatusCode; {
	case code == http.StatusOK && string(answer) == word:
		f.Detail = "it leads here; events, interactivity and the command all use it"
	case code == http.StatusUnauthorized:
		f.Problem = "the signature is refused there (401): that program has another signing secret, or a clock that is minutes off"
		f.Do = "set SLACK_SIGNING_SECRET, here and where \"supportbot serve\" runs, to the one on the app's page Basic Information"
	case code >= 300 && code < 400:
		f.Problem = "it redirects (" + resp.Status + "), which Slack does not follow"
		f.Do = "set PUBLIC_URL, and the app's request URLs, to the address that answers by itself"
	default:
		f.Problem = "another program answers there (" + resp.Status + ")"
		f.Do = "let the proxy pass " + hookPath + " on to LISTEN of a \"supportbot serve\" that has SLACK_SIGNING_SECRET set"
	}
	return f
}

func (a *Adapter) postChallenge(ctx context.Context, address, word string) (*http.Response, error) {
	body, err := json.Marshal(map[string]string{"type": "url_verification", "challenge": word})
	if err != nil {
		return nil, fmt.Errorf("encode challenge: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	stamp := strconv.FormatInt(a.cfg.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", signature(a.cfg.SigningSecret, stamp, body))
	return a.api.http.Do(req)
}

// signature signs a body as Slack does (platform-facts.md 69).
func signature(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}
