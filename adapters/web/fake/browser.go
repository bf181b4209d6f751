// Package fake is a browser without a browser: it speaks the protocol of the web chat's page,
// for tests. It knows nothing of the adapter's code, only its JSON.
//
// # The protocol
//
//	GET  /                         sets the cookie that everything else needs
//	GET  /chat/me                  {customers: [{id, name, company, about, lang, chat}], engineers: [...],
//	                                demo, max_upload, max_files, lang}
//	POST /chat/{chat}/upload?name= one file as the body: {ref, file: {name, mime, kind, size, url, thumb, inline,
//	                               unsafe, refused}}
//	POST /chat/{chat}/send         one update, see [Update]: 200 {message, note}, or {problem}:
//	                               400 malformed, 403 no cookie or another site, 404 no such chat or
//	                               message, 413 over 1 MiB, 415 not JSON, 503 + Retry-After: send it again
//	GET  /chat/{chat}/events       server-sent events: "hello" {order, reset}, "message" (see [Message]),
//	                               "ready" {} after all that stands there (its id resumes, by
//	                               Last-Event-ID or ?after=) and after each change, "beat" {}
//	GET  /chat/media/{hash}?...    a file, at the address that a message gave
//
// In the room "desk" one says who one is with ?as={id of the engineer}.
package fake

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Browser is one browser with its cookie. It is safe for concurrent use.
type Browser struct {
	base   string
	client *http.Client
	now    func() time.Time
	me     Me

	mu    sync.Mutex
	order int64
}

// Open opens the page at base ("http://127.0.0.1:8080") and keeps its cookie. client is used for
// its transport only; now is the browser's clock, nil for the real one.
func Open(ctx context.Context, base string, client *http.Client, now func() time.Time) (*Browser, error) {
	return OpenPage(ctx, base, "/", client, now)
}

// OpenPage is [Open] for another page than the customers': "/desk".
func OpenPage(ctx context.Context, base, page string, client *http.Client, now func() time.Time) (*Browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("open page: %w", err)
	}
	if now == nil {
		now = time.Now
	}
	b := &Browser{base: base, client: &http.Client{Transport: client.Transport, Jar: jar}, now: now}
	if _, err := b.get(ctx, page); err != nil {
		return nil, fmt.Errorf("open page: %w", err)
	}
	body, err := b.get(ctx, "/chat/me")
	if err != nil {
		return nil, fmt.Errorf("open page: %w", err)
	}
	if err := json.Unmarshal(body, &b.me); err != nil {
		return nil, fmt.Errorf("open page: %w", err)
	}
	return b, nil
}

// Me returns what the page learned when it was opened.
func (b *Browser) Me() Me { return b.me }

// As goes to the chat of a customer or engineer. Empty is the first customer: without a demo,
// oneself. An unknown person is an error.
func (b *Browser) As(person string) (*Chat, error) {
	for _, p := range b.me.Customers {
		if p.ID == person || person == "" {
			return &Chat{b: b, me: p}, nil
		}
	}
	for _, p := range b.me.Engineers {
		if p.ID == person {
			return &Chat{b: b, me: p, as: p.ID}, nil
		}
	}
	return nil, fmt.Errorf("write as %q: the page knows nobody of this name", person)
}

// Do sends a request of one's own making, with the browser's cookie. A path is on base.
func (b *Browser) Do(ctx context.Context, method, path string, body io.Reader, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, b.base+path, body)
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	return b.client.Do(req)
}

func (b *Browser) get(ctx context.Context, path string) ([]byte, error) {
	resp, err := b.Do(ctx, http.MethodGet, path, nil, nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", path, resp.Status)
	}
	return body, err
}

// Fetch downloads a file at the address that a message gave.
func (b *Browser) Fetch(ctx context.Context, address string) ([]byte, error) {
	return b.get(ctx, address)
}

func (b *Browser) nextOrder() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.order = max(b.order+1, b.now().UnixMilli())
	return b.order
}

// Chat is one person's side of one chat.
type Chat struct {
	b  *Browser
	me Person
	as string
}

// Person returns who writes.
func (c *Chat) Person() Person { return c.me }

// New returns an update with a fresh id, the next order and the present time. Set its event and,
// to play a transcript, whatever else.
func (c *Chat) New() Update {
	return Update{ID: rand.Text(), Order: c.b.nextOrder(), Sent: c.b.now().UnixMilli(), Lang: c.me.Lang}
}

// Text says something.
func (c *Chat) Text(ctx context.Context, text string) (Receipt, error) {
	u := c.New()
	u.Text = &text
	return c.Post(ctx, u)
}

// Press presses a button of a message.
func (c *Chat) Press(ctx context.Context, message, choice string) (Receipt, error) {
	u := c.New()
	u.Press = &Press{Message: message, Choice: choice}
	return c.Post(ctx, u)
}

// Edit changes what one has said.
func (c *Chat) Edit(ctx context.Context, of, text string) (Receipt, error) {
	u := c.New()
	u.Edit = &Edit{Of: of, Text: text}
	return c.Post(ctx, u)
}

// Odd sends something that is neither words nor a file: "sticker", "location", "contact".
func (c *Chat) Odd(ctx context.Context, kind string) (Receipt, error) {
	u := c.New()
	u.Odd = kind
	return c.Post(ctx, u)
}

// Files uploads files and sends them as one album.
func (c *Chat) Files(ctx context.Context, caption string, files ...File) (Receipt, error) {
	u := c.New()
	u.Album = &Album{Caption: caption}
	for _, f := range files {
		up, err := c.Upload(ctx, f)
		if err != nil {
			return Receipt{}, err
		}
		u.Album.Files = append(u.Album.Files, Item{Ref: up.Ref})
	}
	return c.Post(ctx, u)
}

// Post sends an update once, with the browser's present time as Now. Errors: [*RefusedError], or
// that nobody answered.
func (c *Chat) Post(ctx context.Context, u Update) (Receipt, error) {
	if u.Now == 0 {
		u.Now = c.b.now().UnixMilli()
	}
	body, err := json.Marshal(u)
	if err != nil {
		return Receipt{}, fmt.Errorf("send: %w", err)
	}
	var r Receipt
	err = c.post(ctx, "send", nil, "application/json", bytes.NewReader(body), &r)
	return r, err
}

// Deliver is [Chat.Post], again and again with growing pauses, as the page does it.
func (c *Chat) Deliver(ctx context.Context, u Update) (Receipt, error) {
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		r, err := c.Post(ctx, u)
		var refused *RefusedError
		if err == nil || errors.As(err, &refused) && !refused.Again() {
			return r, err
		}
		select {
		case <-ctx.Done():
			return Receipt{}, errors.Join(ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// Upload uploads one file, to be sent in an album.
func (c *Chat) Upload(ctx context.Context, f File) (Uploaded, error) {
	var up Uploaded
	err := c.post(ctx, "upload", url.Values{"name": {f.Name}}, "application/octet-stream", f.Body, &up)
	return up, err
}

func (c *Chat) path(what string, q url.Values) string {
	if q == nil {
		q = url.Values{}
	}
	if c.as != "" {
		q.Set("as", c.as)
	}
	return "/chat/" + url.PathEscape(c.me.Chat) + "/" + what + "?" + q.Encode()
}

func (c *Chat) post(ctx context.Context, what string, q url.Values, kind string, body io.Reader, into any) error {
	resp, err := c.b.Do(ctx, http.MethodPost, c.path(what, q), body, http.Header{
		"Content-Type": {kind}, "Sec-Fetch-Site": {"same-origin"},
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		e := &RefusedError{Status: resp.StatusCode}
		var p struct {
			Problem string `json:"problem"`
		}
		if json.NewDecoder(resp.Body).Decode(&p) == nil {
			e.Problem = p.Problem
		}
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
			e.RetryAfter = time.Duration(s) * time.Second
		}
		return fmt.Errorf("%s: %w", what, e)
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
