package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

//go:embed static
var static embed.FS

// policy is what the browser may load and run: our own files, nothing inline, nothing from
// elsewhere, and no text that becomes HTML.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; " +
	"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// Routes returns the pages and what they speak to. A page that is off is not there, and
// everything below /chat/ and / that is not ours is 404.
func (a *Adapter) Routes(handle bot.Handler) map[string]http.Handler {
	chat := http.NewServeMux()
	chat.HandleFunc("GET /chat/me", a.me)
	chat.HandleFunc("GET /chat/{chat}/events", a.events)
	chat.HandleFunc("POST /chat/{chat}/upload", a.upload)
	chat.HandleFunc("POST /chat/{chat}/send", func(w http.ResponseWriter, r *http.Request) { a.send(w, r, handle) })

	guard := http.NewCrossOriginProtection()
	routes := map[string]http.Handler{
		"/chat/":                 plain(sameSite(guard.Handler(chat))),
		"GET /chat/media/{hash}": plain(sameSite(http.HandlerFunc(a.media))),
		"GET /static/":           plain(http.HandlerFunc(a.asset)),
	}
	if a.cfg.Customer {
		routes["GET /{$}"] = plain(a.page("page.html"))
	}
	maps.Copy(routes, a.deskRoutes())
	return routes
}

// plain sets what every answer carries.
func plain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)")
		next.ServeHTTP(w, r)
	})
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

func (a *Adapter) page(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.welcome(w, r)
		serveStatic(w, r, name)
	})
}

func (a *Adapter) asset(w http.ResponseWriter, r *http.Request) {
	serveStatic(w, r, strings.TrimPrefix(r.URL.Path, "/static/"))
}

// serveStatic serves one embedded file; browsers ask each time whether it is still the same.
func serveStatic(w http.ResponseWriter, r *http.Request, name string) {
	b, err := fs.ReadFile(static, path.Join("static", path.Clean("/"+name)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(b)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Type", typeOf(name))
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(b) //nolint:gosec // our own embedded file; an error: the browser has gone away
}

// typeOf does not ask the machine, whose tables differ, for our own few types.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".webmanifest":
		return "application/manifest+json"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// pageData is what the page asks first: who one may be, and the limits.
type pageData struct {
	Customers []pagePerson `json:"customers"` // empty = that page is off
	Engineers []pagePerson `json:"engineers"`
	Demo      bool         `json:"demo"`
	MaxUpload int64        `json:"max_upload"`
	MaxFiles  int          `json:"max_files"`
	Lang      string       `json:"lang,omitempty"` // what the browser asks for
	Office    bool         `json:"office"`         // the desk has pages beside its room
	CSRF      string       `json:"csrf,omitempty"` // what an engineer's page posts with everything
}

type pagePerson struct {
	Person
	Chat string `json:"chat"`
}

func (a *Adapter) me(w http.ResponseWriter, r *http.Request) {
	visitor, ok := a.visitor(r)
	g, err := guest{}, errNoLogin
	if a.hasDesk() && !a.demoDesk() {
		if g, err = a.guest(r); err != nil && !errors.Is(err, errNoLogin) {
			a.cfg.Log.Error("tell the page who is there", "err", err)
			later(w)
			return
		}
	}
	if !ok && err != nil {
		problem(w, http.StatusForbidden, "no_cookie")
		return
	}
	data := pageData{
		Customers: []pagePerson{}, Engineers: []pagePerson{}, Demo: len(a.cfg.Demo.People) > 0,
		MaxUpload: a.cfg.MaxUpload, MaxFiles: maxFiles, Lang: acceptLanguage(r), Office: a.hasDesk() && a.cfg.Office != nil,
	}
	if a.cfg.Customer && ok {
		for _, p := range a.cfg.Demo.People {
			data.Customers = append(data.Customers, pagePerson{p, string(p.ID)})
		}
		if !data.Demo {
			data.Customers = append(data.Customers, pagePerson{Person{ID: visitor}, string(visitor)})
		}
	}
	if err == nil {
		data.Engineers, data.CSRF = append(data.Engineers, pagePerson{g.Person, Desk}), a.csrf(g)
	}
	if a.demoDesk() {
		for _, p := range a.cfg.Demo.Engineers {
			data.Engineers = append(data.Engineers, pagePerson{p, Desk})
		}
	}
	answer(w, http.StatusOK, data)
}

// enter checks cookie and chat of a request. It has answered when ok is false.
func (a *Adapter) enter(w http.ResponseWriter, r *http.Request) (p Person, visitor claim.PersonID, ok bool) {
	if r.PathValue("chat") == Desk && a.hasDesk() {
		g, ok := a.admit(w, r)
		return g.Person, g.visitor, ok
	}
	visitor, ok = a.visitor(r)
	if !ok {
		problem(w, http.StatusForbidden, "no_cookie")
		return Person{}, "", false
	}
	p, ok = a.writer(r.PathValue("chat"), visitor)
	if !ok {
		problem(w, http.StatusNotFound, "no_chat")
	}
	return p, visitor, ok
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the browser has gone away
}

// problem answers with a word that the page has a sentence for.
func problem(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]string{"problem": code})
}

// later asks the page to try again.
func later(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	problem(w, http.StatusServiceUnavailable, "later")
}
