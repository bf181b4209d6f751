package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
)

// Office is what the desk's pages show, each time as it is now. lang is an IETF tag; an unknown language is English.
type Office interface {
	// Queue returns the parts of the queue as one of the desk's people sees them.
	Queue(ctx context.Context, me claim.PersonID, lang string) ([]desk.Section, error)
	// Find returns the claims that somebody means by a few words, the newest ones, and how many there are.
	Find(ctx context.Context, words, lang string) (rows []desk.Row, total int, err error)
	// Sheet returns all about a claim. Errors: [bot.ErrNotFound].
	Sheet(ctx context.Context, id claim.ID, lang string) (desk.Sheet, error)
	// OnCall returns who is on call on each level.
	OnCall(ctx context.Context) ([]desk.Turn, error)
	// Engineer returns who has logged in, by what the desk knows now. Errors: [bot.ErrNotFound] for who is none of its
	// people any more, or whose account is another's by now.
	Engineer(ctx context.Context, l bot.Login) (Person, error)
}

// deskRoutes are the engineers' pages and what they ask for. What is done with a claim is posted into the room, as
// from any other channel: there is no second way to act.
func (a *Adapter) deskRoutes() map[string]http.Handler {
	if !a.hasDesk() {
		return nil
	}
	data := http.NewServeMux()
	data.Handle("GET /desk/data/queue", a.deskData(func(r *http.Request, me Person, lang string) (any, error) {
		sections, err := a.cfg.Office.Queue(r.Context(), me.ID, lang)
		return map[string]any{"sections": sections}, err
	}))
	data.Handle("GET /desk/data/find", a.deskData(func(r *http.Request, _ Person, lang string) (any, error) {
		rows, total, err := a.cfg.Office.Find(r.Context(), r.URL.Query().Get("words"), lang)
		return map[string]any{"rows": append([]desk.Row{}, rows...), "total": total}, err
	}))
	data.Handle("GET /desk/data/oncall", a.deskData(func(r *http.Request, _ Person, _ string) (any, error) {
		turns, err := a.cfg.Office.OnCall(r.Context())
		list := []shownTurn{}
		for _, t := range turns {
			list = append(list, shownTurn{t, inZone(t.Until, claim.Shantou)})
		}
		return map[string]any{"turns": list}, err
	}))
	data.Handle("GET /desk/data/claims/{claim}", a.deskData(func(r *http.Request, _ Person, lang string) (any, error) {
		s, err := a.cfg.Office.Sheet(r.Context(), claim.ID(r.PathValue("claim")), lang)
		if err != nil {
			return nil, err
		}
		return a.showSheet(s), nil
	}))
	routes := map[string]http.Handler{
		"GET /desk":                a.deskPage(),
		"GET /desk/files/{hash}":   plain(sameSite(a.staffOnly(http.HandlerFunc(a.media)))),
		"GET /desk/claims/{claim}": a.deskPage(),
		"GET /desk/find":           a.deskPage(),
		"GET /desk/oncall":         a.deskPage(),
	}
	if a.cfg.Office != nil {
		routes["GET /desk/data/"] = plain(sameSite(data))
	}
	if !a.demoDesk() {
		maps.Copy(routes, a.doorRoutes())
	}
	return routes
}

// staffOnly lets engineers pass. In the demo everybody is one.
func (a *Adapter) staffOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := a.visitor(r); ok && a.demoDesk() {
			next.ServeHTTP(w, r)
			return
		}
		if _, ok := a.admit(w, r); ok {
			next.ServeHTTP(w, r)
		}
	})
}

// deskData answers an engineer with what a page shows.
func (a *Adapter) deskData(get func(r *http.Request, me Person, lang string) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g, ok := a.admit(w, r)
		if !ok {
			return
		}
		body, err := get(r, g.Person, lang(r, r.URL.Query().Get("lang"), g.Person))
		switch {
		case errors.Is(err, bot.ErrNotFound):
			problem(w, http.StatusNotFound, "no_claim")
		case err != nil:
			a.cfg.Log.Error("read for the desk's page", "path", r.URL.Path, "err", err)
			later(w)
		default:
			answer(w, http.StatusOK, body)
		}
	})
}

// shownSheet is a claim as the page draws it.
type shownSheet struct {
	ID       claim.ID        `json:"id"`
	Title    string          `json:"title"`
	Severity claim.Severity  `json:"severity"`
	Danger   bool            `json:"danger,omitempty"`
	Fields   []shownField    `json:"fields"`
	Words    string          `json:"words,omitempty"` // the customer's own
	Lang     string          `json:"lang,omitempty"`  // in which he writes
	Actions  []desk.Action   `json:"actions"`
	Evidence []shownEvidence `json:"evidence"`
	History  []shownEntry    `json:"history"`
	Zone     string          `json:"zone,omitempty"` // of the site, when it is not Shantou's
}

type shownField struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

type shownEvidence struct {
	shownFile
	Caption string  `json:"caption,omitempty"`
	At      moments `json:"at"`
}

type shownEntry struct {
	Kind     claim.EventKind `json:"kind"`
	Who      string          `json:"who,omitempty"` // untrusted
	Role     claim.Role      `json:"role,omitempty"`
	Internal bool            `json:"internal,omitempty"`
	Told     string          `json:"told"`
	Words    string          `json:"words,omitempty"`
	Files    []shownFile     `json:"files,omitempty"`
	At       moments         `json:"at"`
}

type shownTurn struct {
	desk.Turn
	Until string `json:"until"`
}

// moments is a time by the clocks that count: the engineers' and the customer's.
type moments struct {
	UTC  time.Time `json:"utc"`
	Here string    `json:"here"`           // in Shantou
	Site string    `json:"site,omitempty"` // empty: the same
}

func inZone(at time.Time, zone *time.Location) string { return at.In(zone).Format("2006-01-02 15:04") }

func (a *Adapter) showSheet(s desk.Sheet) shownSheet {
	c := s.Claim
	out := shownSheet{
		ID: c.ID, Title: s.Card.Title, Severity: c.Severity, Danger: desk.Dangerous(c), Lang: c.Lang,
		Fields: []shownField{}, Actions: append([]desk.Action{}, s.Actions...), Evidence: []shownEvidence{}, History: []shownEntry{},
	}
	for _, b := range s.Card.Blocks {
		switch b.Kind {
		case desk.Field:
			out.Fields = append(out.Fields, shownField{b.Label, b.Text})
		case desk.Quote:
			out.Words = b.Text
		case desk.Para, desk.Heading: // a card has none
		}
	}
	site := claim.Shantou
	if zone, err := time.LoadLocation(s.Zone); s.Zone != "" && err == nil {
		site, out.Zone = zone, s.Zone
	}
	at := func(t time.Time) moments {
		m := moments{UTC: t.UTC(), Here: inZone(t, claim.Shantou)}
		if there := inZone(t, site); there != m.Here {
			m.Site = there
		}
		return m
	}
	for _, e := range c.Evidence {
		out.Evidence = append(out.Evidence, shownEvidence{a.showEvidence(e), e.Caption, at(e.At)})
	}
	for _, e := range s.History {
		one := shownEntry{
			Kind: e.Event.Kind, Who: e.Event.By.Name, Role: e.Event.By.Role, Internal: e.Event.Kind.Internal(),
			Told: e.Told, Words: e.Event.Note, At: at(e.Event.At),
		}
		for _, hash := range e.Event.Files {
			if i := slices.IndexFunc(c.Evidence, func(e claim.Evidence) bool { return e.Hash == hash }); i >= 0 {
				one.Files = append(one.Files, a.showEvidence(c.Evidence[i]))
			}
		}
		out.History = append(out.History, one)
	}
	return out
}

func (a *Adapter) showEvidence(e claim.Evidence) shownFile {
	return a.showFile("/desk/files/", bot.File{Hash: e.Hash, Name: e.Name, Mime: e.Mime, Size: e.Size, Unsafe: e.Unsafe})
}
