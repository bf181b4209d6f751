package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// signer signs what the page carries for us, so that nothing of it needs to be stored.
type signer struct{ key []byte }

// mac returns a signature that is good for one purpose only.
func (s signer) mac(purpose, body string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte("supportbot/web/" + purpose + "\x00" + body))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func (s signer) good(purpose, body, mac string) bool {
	return hmac.Equal([]byte(s.mac(purpose, body)), []byte(mac))
}

const (
	cookieName = "optoste_chat"
	cookieAge  = 400 * 24 * 60 * 60 // seconds; browsers keep none longer
)

var visitorID = regexp.MustCompile(`^v[a-z2-7]{26}$`)

// visitor returns the id in the request's cookie.
func (a *Adapter) visitor(r *http.Request) (claim.PersonID, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return "", false
	}
	id, mac, _ := strings.Cut(c.Value, ".")
	if !visitorID.MatchString(id) || !a.sign.good("cookie", id, mac) {
		return "", false
	}
	return claim.PersonID(id), true
}

// welcome gives the browser its cookie, anew at each visit so that it does not run out.
func (a *Adapter) welcome(w http.ResponseWriter, r *http.Request) {
	id, ok := a.visitor(r)
	if !ok {
		id = claim.PersonID("v" + strings.ToLower(rand.Text()))
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure as soon as there is https; the demo has none
		Name: cookieName, Value: string(id) + "." + a.sign.mac("cookie", string(id)),
		Path: "/", MaxAge: cookieAge, HttpOnly: true, Secure: a.cfg.Secure || r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
}

// known tells whether some page could open the chat.
func (a *Adapter) known(chat string) bool {
	if chat == Desk {
		return a.hasDesk()
	}
	return visitorID.MatchString(chat) || find(a.cfg.Demo.People, chat) >= 0
}

// demoDesk tells whether everybody may be any of the engineers.
func (a *Adapter) demoDesk() bool { return a.cfg.Desk && len(a.cfg.Demo.Engineers) > 0 }

// hasDesk tells whether there is an engineers' page: without a demo only behind a login.
func (a *Adapter) hasDesk() bool {
	return a.demoDesk() || a.cfg.Desk && a.cfg.Logins != nil && a.cfg.Office != nil
}

func find(people []Person, id string) int {
	return slices.IndexFunc(people, func(p Person) bool { return string(p.ID) == id })
}

// writer returns who writes into a customer's chat: a sample customer, or the cookie itself. ok is false when the
// cookie may not.
func (a *Adapter) writer(chat string, visitor claim.PersonID) (p Person, ok bool) {
	people := a.cfg.Demo.People
	switch {
	case !a.cfg.Customer || chat == Desk:
		return Person{}, false
	case len(people) == 0:
		return Person{ID: visitor}, chat == string(visitor)
	}
	i := find(people, chat)
	if i < 0 {
		return Person{}, false
	}
	return people[i], true
}

// lang returns the platform's language of a person: what the page was switched to, what the
// sample person speaks, what the browser asks for.
func lang(r *http.Request, chosen string, p Person) string {
	for _, l := range []string{chosen, p.Lang, acceptLanguage(r)} {
		if languageTag.MatchString(l) {
			return l
		}
	}
	return ""
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// acceptLanguage returns the first language that the browser asks for; it lists the best first.
func acceptLanguage(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	first, _, _ = strings.Cut(first, ";")
	return strings.TrimSpace(first)
}

// fileRef is a stored file that one browser may send, signed.
type fileRef struct {
	File bot.File       `json:"f"`
	Of   claim.PersonID `json:"o"`
}

func (a *Adapter) ref(f bot.File, visitor claim.PersonID) (string, error) {
	b, err := json.Marshal(fileRef{f, visitor})
	if err != nil {
		return "", err
	}
	body := base64.RawURLEncoding.EncodeToString(b)
	return body + "." + a.sign.mac("file", body), nil
}

func (a *Adapter) deref(s string, visitor claim.PersonID) (bot.File, bool) {
	body, mac, _ := strings.Cut(s, ".")
	if !a.sign.good("file", body, mac) {
		return bot.File{}, false
	}
	b, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return bot.File{}, false
	}
	var ref fileRef
	if err := json.Unmarshal(b, &ref); err != nil || ref.Of != visitor {
		return bot.File{}, false
	}
	return ref.File, true
}
