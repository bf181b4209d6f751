package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
)

//go:embed static
var static embed.FS

// policy is what the browser may load and run: our own files, nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// assets is where the page's files are.
const assets = "/static/upload/"

// Routes returns the page and what it speaks to. Everything below /u/ that is not ours is 404.
func (p *Page) Routes() map[string]http.Handler {
	data := http.NewServeMux()
	data.HandleFunc("GET /u/{token}/file", p.with(p.state))
	data.HandleFunc("POST /u/{token}/begin", p.with(p.begin))
	data.HandleFunc("PATCH /u/{token}/file", p.with(p.piece))
	data.HandleFunc("POST /u/{token}/done", p.with(p.done))
	return map[string]http.Handler{
		"GET /u/{token}": secret(http.HandlerFunc(p.page)),
		"/u/":            secret(sameSite(http.NewCrossOriginProtection().Handler(data))),
		"GET " + assets:  plain(http.HandlerFunc(asset)),
	}
}

// plain sets what every answer carries.
func plain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)")
		next.ServeHTTP(w, r)
	})
}

// secret sets what an answer at a secret address carries besides.
func secret(next http.Handler) http.Handler {
	return plain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		next.ServeHTTP(w, r)
	}))
}

// sameSite refuses what another site's page asks for, reading included.
func sameSite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
			problem(w, http.StatusForbidden, "cross_site")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// visitor is one request of somebody who has a link.
type visitor struct {
	bot.Upload
	visit *visit
}

// with finds the upload of a request and refuses those whose time is over. A done one is let in.
func (p *Page) with(next func(http.ResponseWriter, *http.Request, visitor)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, leave, err := p.enter(r)
		if err != nil {
			p.refuse(w, r, err)
			return
		}
		defer leave()
		if p.expired(v.Upload) {
			patient(w)
			drain(r)
			problem(w, http.StatusGone, "expired")
			return
		}
		next(w, r, v)
	}
}

// enter finds the upload of a request. Errors: [bot.ErrNotFound], [*bot.RetryAfterError], else a fault.
func (p *Page) enter(r *http.Request) (v visitor, leave func(), err error) {
	token := r.PathValue("token")
	if !isToken(token) {
		return v, nil, bot.ErrNotFound
	}
	id := idOf(token)
	visit, leave, wait := p.gate.enter(id)
	if wait > 0 {
		return v, nil, &bot.RetryAfterError{After: wait}
	}
	u, err := p.cfg.Uploads.Upload(r.Context(), id)
	if err != nil {
		leave()
		return v, nil, err
	}
	return visitor{u, visit}, leave, nil
}

// expired tells whether it is too late; what is done stays done.
func (p *Page) expired(u bot.Upload) bool { return u.Done.Hash == "" && !p.cfg.Now().Before(u.Expires) }

// refuse answers an error. The token is in no log: an upload's ID stands for it.
func (p *Page) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var wait *bot.RetryAfterError
	switch {
	case errors.Is(err, bot.ErrNotFound):
		problem(w, http.StatusNotFound, "no_link")
	case errors.As(err, &wait):
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.After.Seconds()))))
		problem(w, http.StatusTooManyRequests, "too_many")
	default:
		if !errors.Is(err, context.Canceled) { // the page has gone away
			p.cfg.Log.ErrorContext(r.Context(), "upload", "upload", idOf(r.PathValue("token")), "err", err)
		}
		w.Header().Set("Retry-After", "2")
		problem(w, http.StatusServiceUnavailable, "later")
	}
}

// The page's shapes; each is a section of page.html.
const (
	shapeOpen    = "open"
	shapeDone    = "done"
	shapeExpired = "expired"
	shapeUnknown = "unknown"
	shapeLater   = "later"
)

// page serves the page in the shape that the upload has now.
func (p *Page) page(w http.ResponseWriter, r *http.Request) {
	v, leave, err := p.enter(r)
	shape, status := shapeOpen, http.StatusOK
	switch {
	case errors.Is(err, bot.ErrNotFound):
		shape, status = shapeUnknown, http.StatusNotFound
	case err != nil:
		shape, status = shapeLater, http.StatusServiceUnavailable
		if wait := (*bot.RetryAfterError)(nil); !errors.As(err, &wait) {
			p.cfg.Log.ErrorContext(r.Context(), "open upload page", "upload", idOf(r.PathValue("token")), "err", err)
		}
	default:
		defer leave()
		if p.expired(v.Upload) {
			shape, status = shapeExpired, http.StatusGone
		} else if v.Done.Hash != "" {
			shape = shapeDone
		}
	}
	var b bytes.Buffer
	if err := p.html.Execute(&b, view{p.words, shape, p.words.language(r, v.Upload), v.Limit}); err != nil {
		p.cfg.Log.ErrorContext(r.Context(), "draw upload page", "err", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // an error: the browser has gone away
}

// view is what page.html shows.
type view struct {
	words words
	Shape string
	Lang  string
	Limit int64 // the largest file in bytes
}

// Word returns a text of words.json.
func (v view) Word(key string) string { return v.words.word(v.Lang, key, v.Limit) }

// asset serves one embedded file; browsers ask each time whether it is still the same.
func asset(w http.ResponseWriter, r *http.Request) {
	name := path.Clean("/" + strings.TrimPrefix(r.URL.Path, assets))
	kind := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
		".json": "application/json", ".svg": "image/svg+xml",
	}[path.Ext(name)]
	b, err := fs.ReadFile(static, path.Join("static", name))
	if err != nil || kind == "" {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(b)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", kind)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the browser has gone away
}

// problem answers with a word that the page has a sentence for.
func problem(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]string{"problem": code})
}
