package upload

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
)

// Path is where the pages are, below the program's address.
const Path = "/u/"

// lifetime is how long a link is good, unless the upload says it.
const lifetime = 72 * time.Hour

// Config is what the page gets from outside.
type Config struct {
	Uploads bot.Uploads
	Media   bot.Media
	// Secret makes the links' tokens; 32 bytes that all replicas share, and that nothing else uses.
	Secret    []byte
	PublicURL string           // the root under which people reach us, without a slash at its end
	Log       *slog.Logger     // nil = nothing is logged
	Poke      func()           // called when something was put into the inbox; nil = nobody hurries
	Now       func() time.Time // the clock; nil = the real one
}

// Page is a [bot.Linker] and serves what it links to. It is safe for concurrent use.
type Page struct {
	cfg   Config
	words words
	html  *template.Template
	gate  gate
}

var _ bot.Linker = (*Page)(nil)

// New returns a page that serves nothing until its Routes are mounted.
func New(cfg Config) (*Page, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Poke == nil {
		cfg.Poke = func() {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	w, err := loadWords()
	if err != nil {
		return nil, fmt.Errorf("load words of the upload page: %w", err)
	}
	html, err := template.ParseFS(static, "static/page.html")
	if err != nil {
		return nil, fmt.Errorf("load upload page: %w", err)
	}
	return &Page{cfg: cfg, words: w, html: html, gate: gate{now: cfg.Now}}, nil
}

// UploadLink implements [bot.Linker]. A link is good for 72 hours, unless u.Expires says it.
func (p *Page) UploadLink(ctx context.Context, u bot.Upload) (string, error) {
	if u.Of == "" || u.Limit <= 0 || len(p.cfg.Secret) == 0 {
		return "", errors.New("make upload link: it needs a secret, the refused file and a limit")
	}
	token := p.token(u.Of)
	u.ID = idOf(token)
	if u.Expires.IsZero() {
		u.Expires = p.cfg.Now().UTC().Add(lifetime)
	}
	if err := p.cfg.Uploads.OpenUpload(ctx, u); err != nil {
		return "", fmt.Errorf("make upload link: %w", err)
	}
	return p.cfg.PublicURL + Path + token, nil
}

// token is the same for the same refused file: the engine asks again when it repeats a turn.
func (p *Page) token(of string) string {
	h := hmac.New(sha256.New, p.cfg.Secret)
	h.Write([]byte("upload\x00" + of))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// idOf returns the ID under which a token's upload is stored.
func idOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// isToken tells whether a text can be a token at all.
func isToken(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == sha256.Size && !strings.ContainsAny(s, "\r\n")
}

// Sweep drops the parts of uploads that are over: expired, or done by a program that ended too early to
// do it itself. It is to be called now and then, by any replica.
func (p *Page) Sweep(ctx context.Context) error {
	const atOnce = 100
	for {
		list, err := p.cfg.Uploads.OldUploads(ctx, p.cfg.Now(), atOnce)
		if err != nil {
			return fmt.Errorf("sweep uploads: %w", err)
		}
		for _, u := range list {
			if err := p.drop(ctx, u); err != nil {
				return fmt.Errorf("sweep uploads: %w", err)
			}
		}
		if len(list) < atOnce {
			return nil
		}
	}
}

// drop removes an upload's parts. The content goes first: what is cut off in between is found again by the
// parts that are still listed, and no page sends a piece anew before they are gone.
func (p *Page) drop(ctx context.Context, u bot.Upload) error {
	for _, part := range u.Parts {
		if err := p.cfg.Media.Remove(ctx, part.Hash); err != nil {
			return fmt.Errorf("drop part: %w", err)
		}
	}
	if err := p.cfg.Uploads.DropParts(ctx, u.ID); err != nil {
		return fmt.Errorf("drop parts: %w", err)
	}
	return nil
}
