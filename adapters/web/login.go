package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

const (
	linkTime    = 15 * time.Minute // a link to the desk's pages works
	loginTime   = 12 * time.Hour   // it lets somebody in
	loginCookie = "optoste_desk"
	loginPath   = "/desk/login/"
	csrfHeader  = "X-CSRF-Token"
	csrfField   = "csrf"
)

var _ bot.Doors = (*Adapter)(nil)

// DeskLink implements [bot.Doors]. The link is good for 15 minutes.
func (a *Adapter) DeskLink(ctx context.Context, of string, l bot.Login) (string, error) {
	token := a.sign.mac("login", of)
	l.Link, l.Expires = hashOf(token), a.cfg.Now().UTC().Add(linkTime)
	if err := a.cfg.Logins.PutLogin(ctx, l); err != nil {
		return "", fmt.Errorf("make link to the desk's pages: %w", err)
	}
	return a.cfg.PublicURL + loginPath + token, nil
}

// hashOf is what is stored of a token.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// guest is an engineer who is on the desk's pages.
type guest struct {
	Person
	session string         // the hash of his cookie; empty in the demo
	visitor claim.PersonID // whose uploads are his
}

// errNoLogin is returned for who is not, or no longer, to be let in.
var errNoLogin = errors.New("no login")

// guest returns who asks for something of the desk: whoever has logged in and still is one of its people; in the demo
// the engineer that the page names. Errors: [errNoLogin], else it may be tried again.
func (a *Adapter) guest(r *http.Request) (guest, error) {
	as := r.URL.Query().Get("as")
	if a.demoDesk() {
		visitor, ok := a.visitor(r)
		i := find(a.cfg.Demo.Engineers, as)
		if !ok || i < 0 {
			return guest{}, errNoLogin
		}
		return guest{Person: a.cfg.Demo.Engineers[i], visitor: visitor}, nil
	}
	cookie, err := r.Cookie(loginCookie)
	if err != nil || !a.hasDesk() {
		return guest{}, errNoLogin
	}
	session := hashOf(cookie.Value)
	l, err := a.cfg.Logins.Login(r.Context(), session, a.cfg.Now())
	if err == nil {
		var p Person
		p, err = a.cfg.Office.Engineer(r.Context(), l)
		if err == nil && as != "" && as != string(p.ID) { // an open page of whoever was here before
			err = bot.ErrNotFound
		}
		if err == nil {
			return guest{p, session, claim.PersonID(session)}, nil
		}
	}
	if errors.Is(err, bot.ErrNotFound) {
		return guest{}, errNoLogin
	}
	return guest{}, fmt.Errorf("look who is logged in: %w", err)
}

// admit is [Adapter.guest] for a handler. It has answered when ok is false. What changes something must carry the
// page's token.
func (a *Adapter) admit(w http.ResponseWriter, r *http.Request) (g guest, ok bool) {
	g, err := a.guest(r)
	switch {
	case errors.Is(err, errNoLogin):
		problem(w, http.StatusForbidden, "no_login")
	case err != nil:
		a.cfg.Log.Error("admit to the desk's pages", "err", err)
		later(w)
	case r.Method != http.MethodGet && r.Method != http.MethodHead && !a.fromPage(g, r.Header.Get(csrfHeader)):
		problem(w, http.StatusForbidden, "no_token")
	default:
		return g, true
	}
	return guest{}, false
}

// csrf is the token that only a page of this login knows; empty in the demo, which has no login.
func (a *Adapter) csrf(g guest) string {
	if g.session == "" {
		return ""
	}
	return a.sign.mac("csrf", g.session)
}

func (a *Adapter) fromPage(g guest, token string) bool {
	return g.session == "" || a.sign.good("csrf", g.session, token)
}

// doorRoutes lead in and out. Chat platforms open links to show what is behind them, so a link by itself does nothing:
// its page has a button.
func (a *Adapter) doorRoutes() map[string]http.Handler {
	guard := http.NewCrossOriginProtection()
	return map[string]http.Handler{
		"GET " + loginPath + "{token}":  plain(secret(http.HandlerFunc(a.askIn))),
		"POST " + loginPath + "{token}": plain(secret(sameSite(guard.Handler(http.HandlerFunc(a.letIn))))),
		"POST /desk/logout":             plain(secret(sameSite(guard.Handler(http.HandlerFunc(a.letOut))))),
	}
}

// secret sets what an answer at a secret address carries.
func secret(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Robots-Tag", "noindex, nofollow")
		next.ServeHTTP(w, r)
	})
}

func (a *Adapter) askIn(w http.ResponseWriter, _ *http.Request) { door(w, http.StatusOK, "login.html") }

// letIn opens a session by a link, once. Whoever presses twice is in already.
func (a *Adapter) letIn(w http.ResponseWriter, r *http.Request) {
	token := rand.Text() + rand.Text()
	now := a.cfg.Now()
	l, err := a.cfg.Logins.UseLogin(r.Context(), hashOf(r.PathValue("token")), hashOf(token), now, now.Add(loginTime))
	if err == nil {
		_, err = a.cfg.Office.Engineer(r.Context(), l)
	}
	switch {
	case err == nil:
		a.cfg.Log.Info("login to the desk's pages", "person", string(l.Person), "channel", l.Channel)
		http.SetCookie(w, a.loginCookie(token, int(loginTime/time.Second)))
		http.Redirect(w, r, "/desk", http.StatusSeeOther)
	case errors.Is(err, bot.ErrUsed), errors.Is(err, bot.ErrExpired), errors.Is(err, bot.ErrNotFound):
		if _, err := a.guest(r); err == nil {
			http.Redirect(w, r, "/desk", http.StatusSeeOther)
			return
		}
		a.cfg.Log.Warn("login to the desk's pages refused", "why", err.Error())
		door(w, http.StatusForbidden, "spent.html")
	default:
		a.cfg.Log.Error("log in to the desk's pages", "err", err)
		later(w)
	}
}

// letOut ends the session.
func (a *Adapter) letOut(w http.ResponseWriter, r *http.Request) {
	g, err := a.guest(r)
	switch {
	case errors.Is(err, errNoLogin):
	case err != nil:
		a.cfg.Log.Error("log out of the desk's pages", "err", err)
		later(w)
		return
	case !a.fromPage(g, r.PostFormValue(csrfField)):
		problem(w, http.StatusForbidden, "no_token")
		return
	case g.session != "":
		if err := a.cfg.Logins.EndLogin(r.Context(), g.session); err != nil {
			a.cfg.Log.Error("log out of the desk's pages", "err", err)
			later(w)
			return
		}
	}
	http.SetCookie(w, a.loginCookie("", -1))
	http.Redirect(w, r, "/desk", http.StatusSeeOther)
}

func (a *Adapter) loginCookie(value string, age int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure as soon as there is https
		Name: loginCookie, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: a.cfg.Secure, SameSite: http.SameSiteStrictMode,
	}
}

// door answers with a page for who is not in.
func door(w http.ResponseWriter, status int, name string) {
	b, err := static.ReadFile("static/door/" + name)
	if err != nil { // cannot happen: it is part of the program
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", typeOf(name))
	w.WriteHeader(status)
	_, _ = w.Write(b) // an error: the browser has gone away
}

// deskPage is the engineers' page, for who is in.
func (a *Adapter) deskPage() http.Handler {
	page := a.page("page.html")
	return plain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.demoDesk() {
			page.ServeHTTP(w, r)
			return
		}
		switch _, err := a.guest(r); {
		case errors.Is(err, errNoLogin):
			w.Header().Set("Cache-Control", "no-store")
			door(w, http.StatusForbidden, "closed.html")
		case err != nil:
			a.cfg.Log.Error("open the desk's page", "err", err)
			later(w)
		default:
			serveStatic(w, r, "page.html")
		}
	}))
}
